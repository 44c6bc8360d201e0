//! A throw-away Google Play.

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use once_cell::sync::OnceCell;
use ring::digest::SHA1_FOR_LEGACY_USE_ONLY;
use ring::rand::SystemRandom;
use ring::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::OsRng;
use serde_json::{Value, json};

use super::{OneTimeProductNotificationType, RefundType, SubscriptionNotificationType, VoidedProductType};
use crate::model::{Store, Timestamp};
use crate::testing::license_key;
use crate::testing::signer::SigningError;
use crate::testing::signer::{SignedRefund, TestSigner, write};
use crate::testing::store_request::StoreRequest;

/// The size of Google's own keys, so that verification costs the same in a test as on a server.
const KEY_BITS: usize = 2048;

/// A key takes about a second to generate, so a process generates each of them once, when first needed.
static GOOGLES_KEY: OnceCell<RsaKeyPair> = OnceCell::new();
static IMPOSTORS_KEY: OnceCell<RsaKeyPair> = OnceCell::new();
static LICENSE_KEY: OnceCell<RsaPrivateKey> = OnceCell::new();
static IMPOSTORS_LICENSE_KEY: OnceCell<RsaPrivateKey> = OnceCell::new();

/// The prefix of a SHA-1 digest in a signature (RFC 8017 §9.2, note 1).
const SHA1_PREFIX: &[u8] = &[0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 20];

/// A throw-away Google Play: it has an RSA key, publishes the key set, and sends realistic Pub/Sub pushes, signed
/// with that key.
///
/// The public fields are what its pushes claim; set them to what the configuration under test expects, or to
/// something else to see a push refused.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use recoup::google_play::{
///     GooglePlayApp, GooglePlayVerifier, PushAuthentication, RefundType, VoidedProductType,
/// };
/// use recoup::testing::GooglePlay;
/// use recoup::{CachedKeys, Jwks, Timestamp};
///
/// let google = GooglePlay::new()?;
/// let verifier = GooglePlayVerifier::new(vec![GooglePlayApp {
///     package_name: google.package_name.clone(),
///     push: PushAuthentication {
///         audience: google.audience.clone(),
///         service_account_email: google.service_account_email.clone(),
///         subscription: Some(google.subscription.clone()),
///         keys: Arc::new(CachedKeys::fixed(Jwks::parse(google.jwks().as_bytes())?)),
///     },
///     skew: GooglePlayApp::DEFAULT_SKEW,
///     license_keys: Vec::new(),
/// }])?;
///
/// let now = Timestamp::from_secs(1_800_000_000);
/// let refund = google.voided_purchase("GPA.1", "token", VoidedProductType::OneTime, RefundType::Full, now);
/// let push = google.push(&refund, "message-1", now)?;
/// let notification = push.send(|request| verifier.verify_notification(request, now))?;
/// assert_eq!(notification.signal()?.name, "voidedPurchaseNotification");
/// # Ok(())
/// # }
/// ```
pub struct GooglePlay {
    key: &'static RsaKeyPair,
    license_key: &'static OnceCell<RsaPrivateKey>,
    /// Its key's id.
    pub key_id: String,
    /// The app its notifications are about.
    pub package_name: String,
    /// The token's claim `aud`.
    pub audience: String,
    /// The token's claim `email`.
    pub service_account_email: String,
    /// The subscription of its pushes.
    pub subscription: String,
}

impl GooglePlay {
    /// With the process's throw-away key and made-up names.
    ///
    /// # Errors
    /// [`SigningError`] if no key could be generated.
    pub fn new() -> Result<Self, SigningError> {
        Ok(Self::holding(GOOGLES_KEY.get_or_try_init(new_key)?, &LICENSE_KEY))
    }

    /// With the names and key id of [`new`](Self::new), but another key: a forger.
    ///
    /// # Errors
    /// [`SigningError`] if no key could be generated.
    pub fn impostor() -> Result<Self, SigningError> {
        Ok(Self::holding(IMPOSTORS_KEY.get_or_try_init(new_key)?, &IMPOSTORS_LICENSE_KEY))
    }

    fn holding(key: &'static RsaKeyPair, license_key: &'static OnceCell<RsaPrivateKey>) -> Self {
        Self {
            key,
            license_key,
            key_id: "throw-away".to_owned(),
            package_name: "com.example.game".to_owned(),
            audience: "https://game.example/google-play".to_owned(),
            service_account_email: "push@game.example".to_owned(),
            subscription: "projects/game/subscriptions/refunds".to_owned(),
        }
    }

    /// Its key set (RFC 7517), as Google publishes its own.
    #[must_use]
    pub fn jwks(&self) -> String {
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(self.key.public_key());
        let (n, e) = (URL_SAFE_NO_PAD.encode(public.n), URL_SAFE_NO_PAD.encode(public.e));
        json!({"keys": [{"kid": self.key_id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": e}]})
            .to_string()
    }

    /// The app's licence key, as Play Console shows it.
    ///
    /// # Errors
    /// [`SigningError`] if no key could be generated.
    pub fn license_key(&self) -> Result<String, SigningError> {
        license_key::shown(self.license_key.get_or_try_init(|| license_key::new(KEY_BITS))?)
    }

    /// The purchase data of a client for a purchase made at `at`: `Purchase.getOriginalJson()`, to be changed,
    /// serialised and [signed](Self::sign_purchase).
    #[must_use]
    pub fn purchase_data(&self, order_id: &str, product_id: &str, at: Timestamp) -> Value {
        json!({
            "orderId": order_id,
            "packageName": self.package_name,
            "productId": product_id,
            "purchaseTime": at.millis(),
            "purchaseState": 0,
            "purchaseToken": format!("token-of-{order_id}"),
            "quantity": 1,
            "acknowledged": false,
        })
    }

    /// The base64 signature of purchase data, `Purchase.getSignature()`: SHA1withRSA by the licence key.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn sign_purchase(&self, data: &str) -> Result<String, SigningError> {
        let key = self.license_key.get_or_try_init(|| license_key::new(KEY_BITS))?;
        license_key::sign(key, (&SHA1_FOR_LEGACY_USE_ONLY, SHA1_PREFIX), data.as_bytes())
    }

    /// The claims of a push token issued at `at`, valid for an hour.
    #[must_use]
    pub fn claims(&self, at: Timestamp) -> Value {
        json!({
            "iss": "https://accounts.google.com",
            "aud": self.audience,
            "azp": "100000000000000000001",
            "sub": "100000000000000000001",
            "email": self.service_account_email,
            "email_verified": true,
            "iat": at.secs(),
            "exp": at.secs() + 3600,
        })
    }

    /// A token with these claims, signed by RS256.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn token(&self, claims: &Value) -> Result<String, SigningError> {
        self.sign(&json!({"alg": "RS256", "kid": self.key_id, "typ": "JWT"}), claims.to_string().as_bytes())
    }

    /// A token with any header and payload. The signature is always RS256.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn sign(&self, header: &Value, payload: &[u8]) -> Result<String, SigningError> {
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let signing_input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signing_input.as_bytes(), &mut signature)
            .map_err(|_| SigningError { problem: "RSA signing failed".to_owned() })?;
        Ok(format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// A notification pushed at `at` with a token of the same time, in the envelope that is Pub/Sub's default.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn push(
        &self,
        notification: &Value,
        message_id: &str,
        at: Timestamp,
    ) -> Result<StoreRequest, SigningError> {
        let body = json!({
            "message": {
                "data": STANDARD.encode(notification.to_string()),
                "messageId": message_id,
                "message_id": message_id,
                "publishTime": at.to_string(),
                "publish_time": at.to_string(),
            },
            "subscription": self.subscription,
        });
        Ok(StoreRequest { headers: vec![self.authorization(at)?], body: body.to_string().into_bytes() })
    }

    /// The same with payload unwrapping: the body is the notification itself. With `metadata`, header fields have the
    /// message id, the time and the subscription.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn push_unwrapped(
        &self,
        notification: &Value,
        metadata: Option<&str>,
        at: Timestamp,
    ) -> Result<StoreRequest, SigningError> {
        let mut headers = vec![self.authorization(at)?];
        if let Some(message_id) = metadata {
            headers.push(("x-goog-pubsub-message-id".to_owned(), message_id.to_owned()));
            headers.push(("x-goog-pubsub-publish-time".to_owned(), at.to_string()));
            headers.push(("x-goog-pubsub-subscription-name".to_owned(), self.subscription.clone()));
        }
        Ok(StoreRequest { headers, body: notification.to_string().into_bytes() })
    }

    fn authorization(&self, at: Timestamp) -> Result<(String, String), SigningError> {
        Ok(("Authorization".to_owned(), format!("Bearer {}", self.token(&self.claims(at))?)))
    }

    /// A voided purchase: a refund, a chargeback or a cancellation.
    #[must_use]
    pub fn voided_purchase(
        &self,
        order_id: &str,
        purchase_token: &str,
        product_type: VoidedProductType,
        refund_type: RefundType,
        at: Timestamp,
    ) -> Value {
        self.notification(
            "voidedPurchaseNotification",
            &json!({
                "purchaseToken": purchase_token,
                "orderId": order_id,
                "productType": product_type,
                "refundType": refund_type,
            }),
            at,
        )
    }

    /// A change of a subscription.
    #[must_use]
    pub fn subscription(
        &self,
        notification_type: SubscriptionNotificationType,
        purchase_token: &str,
        subscription_id: &str,
        at: Timestamp,
    ) -> Value {
        self.notification(
            "subscriptionNotification",
            &json!({
                "version": "1.0",
                "notificationType": notification_type,
                "purchaseToken": purchase_token,
                "subscriptionId": subscription_id,
            }),
            at,
        )
    }

    /// A change of a one-time product.
    #[must_use]
    pub fn one_time_product(
        &self,
        notification_type: OneTimeProductNotificationType,
        purchase_token: &str,
        sku: &str,
        at: Timestamp,
    ) -> Value {
        self.notification(
            "oneTimeProductNotification",
            &json!({
                "version": "1.0",
                "notificationType": notification_type,
                "purchaseToken": purchase_token,
                "sku": sku,
            }),
            at,
        )
    }

    /// A chargeback that Google reviews with the game before it is settled.
    #[must_use]
    pub fn pending_refund_review(
        &self,
        order_id: &str,
        pending_refund_token: &str,
        obfuscated_account_id: Option<&str>,
        at: Timestamp,
    ) -> Value {
        let mut review = json!({
            "version": "1.0",
            "pendingRefundToken": pending_refund_token,
            "orderId": order_id,
            "refundReason": 7,
        });
        if let Some(id) = obfuscated_account_id {
            review["obfuscatedAccountId"] = json!(id);
        }
        self.notification("pendingRefundReviewNotification", &review, at)
    }

    /// The test message that Play Console sends.
    #[must_use]
    pub fn test(&self, at: Timestamp) -> Value {
        self.notification("testNotification", &json!({"version": "1.0"}), at)
    }

    /// A notification of any kind about its app, under the given member name.
    #[must_use]
    pub fn notification(&self, kind: &str, content: &Value, at: Timestamp) -> Value {
        json!({
            "version": "1.0",
            "packageName": self.package_name,
            "eventTimeMillis": at.millis().to_string(),
            kind: content,
        })
    }
}

impl TestSigner for GooglePlay {
    fn store(&self) -> Store {
        Store::GooglePlay
    }

    fn section(&self, folder: &Path) -> Result<Value, SigningError> {
        write(folder, "google-keys.json", self.jwks().as_bytes())?;
        Ok(json!({
            "package_name": self.package_name,
            "push": {
                "audience": self.audience, "service_account_email": self.service_account_email,
                "subscription": self.subscription, "jwks": "google-keys.json",
            },
        }))
    }

    fn full_refund(&self, number: u32, at: Timestamp) -> Result<SignedRefund, SigningError> {
        let (order_id, token) = (format!("GPA.3300-0000-0000-{number:05}"), format!("token-{number}"));
        let (product, refund) = (VoidedProductType::OneTime, RefundType::Full);
        let voided = self.voided_purchase(&order_id, &token, product, refund, at);
        let request = self.push(&voided, &format!("refund-{number}"), at)?;
        Ok(SignedRefund { order_id, request })
    }

    fn not_understood(&self, number: u32, at: Timestamp) -> Result<StoreRequest, SigningError> {
        let voided = self.notification("voidedPurchaseNotification", &json!({"refundType": 1}), at);
        self.push(&voided, &format!("odd-{number}"), at)
    }

    fn forger(&self) -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(Self::impostor()?))
    }

    fn set_app(&mut self, app: &str) {
        app.clone_into(&mut self.package_name);
    }

    /// The token in the header proves that Google pushes; it does not cover the body.
    fn signs_the_body(&self) -> bool {
        false
    }
}

impl fmt::Debug for GooglePlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GooglePlay")
            .field("key_id", &self.key_id)
            .field("package_name", &self.package_name)
            .finish_non_exhaustive()
    }
}

fn new_key() -> Result<RsaKeyPair, SigningError> {
    let failed = |problem: String| SigningError { problem: format!("no RSA key could be made: {problem}") };
    let key = RsaPrivateKey::new(&mut OsRng, KEY_BITS).map_err(|error| failed(error.to_string()))?;
    let pkcs8 = key.to_pkcs8_der().map_err(|error| failed(error.to_string()))?;
    RsaKeyPair::from_pkcs8(pkcs8.as_bytes()).map_err(|error| failed(error.to_string()))
}
