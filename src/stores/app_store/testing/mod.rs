//! A throw-away App Store.

mod chain;
mod notification;

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::EcdsaKeyPair;
use serde_json::{Value, json};

use super::{AppStoreApp, AppStoreEnvironment, EffectiveDate, NotificationType};
use crate::model::{Store, Timestamp};
use crate::testing::signer::{SignedRefund, TestSigner, write};
use crate::testing::signer::{SigningError, failed};
use crate::testing::store_request::StoreRequest;
pub use chain::AppStoreChain;
pub use notification::AppStoreNotification;

/// A throw-away App Store: it generates a root, an intermediate and a leaf certificate like Apple's, and signs
/// notifications, transactions and other payloads with them.
///
/// The public fields are what its messages claim; set them to what the configuration under test expects, or to
/// something else to see a message refused.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use recoup::app_store::{AppStoreVerifier, NotificationType};
/// use recoup::testing::AppStore;
/// use recoup::{Request, Timestamp};
///
/// let apple = AppStore::new()?;
/// let verifier = AppStoreVerifier::new(vec![apple.app()])?;
///
/// let now = Timestamp::from_secs(1_800_000_000);
/// let gems = AppStore::refunded(apple.transaction("2000001", "gems_100", now), now);
/// let body = apple.notification(NotificationType::Refund, now).transaction(gems).body()?;
///
/// let notification = verifier.verify_notification(&Request::of_body(&body), now)?;
/// assert_eq!(notification.signal()?.name, "REFUND");
/// # Ok(())
/// # }
/// ```
pub struct AppStore {
    leaf_key: EcdsaKeyPair,
    root: Vec<u8>,
    x5c: Vec<String>,
    /// The app its messages are about.
    pub bundle_id: String,
    /// That app's Apple ID.
    pub app_apple_id: i64,
    /// The environment of its messages.
    pub environment: AppStoreEnvironment,
}

impl fmt::Debug for AppStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppStore")
            .field("bundle_id", &self.bundle_id)
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

impl AppStore {
    /// With its own keys and certificates, valid now, and the production environment of a made-up app.
    ///
    /// # Errors
    /// [`SigningError`] if the system returns no random numbers.
    pub fn new() -> Result<Self, SigningError> {
        Self::with_chain(&AppStoreChain::default())
    }

    /// With the given certificates.
    ///
    /// # Errors
    /// [`SigningError`] if the certificates cannot be generated.
    pub fn with_chain(chain: &AppStoreChain) -> Result<Self, SigningError> {
        let issued = chain.issue()?;
        let x5c = [&issued.leaf, &issued.intermediate, &issued.root].map(|der| STANDARD.encode(der));
        Ok(Self {
            leaf_key: issued.leaf_key,
            root: issued.root,
            x5c: x5c.to_vec(),
            bundle_id: "com.example.game".to_owned(),
            app_apple_id: 1_234_567_890,
            environment: AppStoreEnvironment::Production,
        })
    }

    /// Its root certificate (DER), for the configuration under test.
    #[must_use]
    pub fn root_der(&self) -> &[u8] {
        &self.root
    }

    /// Its certificates as in `x5c`: leaf, intermediate, root.
    #[must_use]
    pub fn x5c(&self) -> &[String] {
        &self.x5c
    }

    /// A configuration that accepts its messages, of production and sandbox.
    #[must_use]
    pub fn app(&self) -> AppStoreApp {
        AppStoreApp {
            bundle_id: self.bundle_id.clone(),
            app_apple_id: Some(self.app_apple_id),
            environments: vec![AppStoreEnvironment::Production, AppStoreEnvironment::Sandbox],
            roots: vec![self.root.clone()],
            effective_date: EffectiveDate::Signed,
            max_age: AppStoreApp::DEFAULT_MAX_AGE,
        }
    }

    /// A notification signed at `at`, to be filled: initially it is about the app, without a transaction. The kind is
    /// a [`NotificationType`] or Apple's name for one.
    pub fn notification(&self, kind: impl Into<NotificationType>, at: Timestamp) -> AppStoreNotification<'_> {
        AppStoreNotification::new(self, &kind.into(), at)
    }

    /// A consumable bought at `at` for 4.99 USD. Members can be changed and added.
    #[must_use]
    pub fn transaction(&self, transaction_id: &str, product_id: &str, at: Timestamp) -> Value {
        json!({
            "transactionId": transaction_id,
            "originalTransactionId": transaction_id,
            "bundleId": self.bundle_id,
            "productId": product_id,
            "purchaseDate": at.millis(),
            "originalPurchaseDate": at.millis(),
            "quantity": 1,
            "type": "Consumable",
            "inAppOwnershipType": "PURCHASED",
            "signedDate": at.millis(),
            "environment": self.environment.name(),
            "transactionReason": "PURCHASE",
            "storefront": "USA",
            "storefrontId": "143441",
            "price": 4990,
            "currency": "USD",
        })
    }

    /// The transaction as it looks after a full refund at `at`.
    #[must_use]
    pub fn refunded(mut transaction: Value, at: Timestamp) -> Value {
        if let Some(members) = transaction.as_object_mut() {
            members.insert("revocationDate".to_owned(), json!(at.millis()));
            members.insert("revocationReason".to_owned(), json!(0));
            members.insert("revocationType".to_owned(), json!("REFUND_FULL"));
            members.insert("revocationPercentage".to_owned(), json!(100_000));
            members.insert("signedDate".to_owned(), json!(at.millis()));
        }
        transaction
    }

    /// The payload as a JWS, with Apple's kind of signature and certificates.
    ///
    /// # Errors
    /// [`SigningError`] if the system returns no random numbers.
    pub fn sign(&self, payload: &Value) -> Result<String, SigningError> {
        self.sign_with_header(&json!({"alg": "ES256", "x5c": self.x5c}), payload.to_string().as_bytes())
    }

    /// Any payload with any header. The signature is always ES256 by the leaf's key.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign_with_header(&self, header: &Value, payload: &[u8]) -> Result<String, SigningError> {
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let signing_input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
        let signature = self
            .leaf_key
            .sign(&SystemRandom::new(), signing_input.as_bytes())
            .map_err(|_| failed("the leaf's key could not sign"))?;
        Ok(format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl TestSigner for AppStore {
    fn store(&self) -> Store {
        Store::AppStore
    }

    fn section(&self, folder: &Path) -> Result<Value, SigningError> {
        write(folder, "app-store-root.der", &self.root)?;
        Ok(json!({
            "bundle_id": self.bundle_id, "app_apple_id": self.app_apple_id,
            "extra_roots": ["app-store-root.der"], "only_extra_roots": true,
        }))
    }

    fn full_refund(&self, number: u32, at: Timestamp) -> Result<SignedRefund, SigningError> {
        let order_id = format!("20000{number:010}");
        let transaction = Self::refunded(self.transaction(&order_id, "gems_100", at), at);
        let id = format!("00000000-0000-4000-9000-{number:012}");
        let body = self.notification(NotificationType::Refund, at).id(&id).transaction(transaction).body()?;
        Ok(SignedRefund { order_id, request: StoreRequest { headers: Vec::new(), body } })
    }

    fn not_understood(&self, number: u32, at: Timestamp) -> Result<StoreRequest, SigningError> {
        let id = format!("00000000-0000-4000-a000-{number:012}");
        let body = self.notification(NotificationType::Refund, at).id(&id).body()?;
        Ok(StoreRequest { headers: Vec::new(), body })
    }

    fn forger(&self) -> Result<Box<dyn TestSigner>, SigningError> {
        let bundle_id = self.bundle_id.clone();
        Ok(Box::new(Self {
            bundle_id,
            app_apple_id: self.app_apple_id,
            environment: self.environment,
            ..Self::new()?
        }))
    }

    fn set_app(&mut self, app: &str) {
        app.clone_into(&mut self.bundle_id);
    }
}
