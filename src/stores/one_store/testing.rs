//! A throw-away ONE Store.

use std::fmt;
use std::path::Path;

use once_cell::sync::OnceCell;
use ring::digest::SHA512;
use rsa::RsaPrivateKey;
use serde_json::{Value, json};

use super::{PurchaseState, SubscriptionNotificationType};
use crate::model::{Store, Timestamp};
use crate::testing::license_key;
use crate::testing::signer::SigningError;
use crate::testing::signer::{SignedRefund, TestSigner};
use crate::testing::store_request::StoreRequest;

/// The size of the key in ONE Store's documentation.
const KEY_BITS: usize = 1024;
const LONGER_KEY_BITS: usize = 2048;

/// The prefix of a SHA-512 digest in a signature (RFC 8017 §9.2, note 1).
const SHA512_PREFIX: [u8; 19] = [
    0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00,
    0x04, 0x40,
];

/// A key takes time to generate, so a process generates each of them once.
static KEY: OnceCell<RsaPrivateKey> = OnceCell::new();
static LONGER_KEY: OnceCell<RsaPrivateKey> = OnceCell::new();
static IMPOSTORS_KEY: OnceCell<RsaPrivateKey> = OnceCell::new();

/// A throw-away ONE Store: it has an app's RSA key, returns the licence key, and sends realistic messages.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use recoup::one_store::PurchaseState;
/// use recoup::testing::OneStore;
/// use recoup::{Config, Store, Timestamp, Verifier};
///
/// let one_store = OneStore::new()?;
/// let config = serde_json::json!({"one_store": [{
///     "client_id": one_store.client_id, "license_key": one_store.license_key()?,
/// }]});
/// let verifier = Verifier::new(&Config::from_json(config.to_string().as_bytes(), "")?)?;
///
/// let now = Timestamp::from_secs(1_800_000_000);
/// let cancelled = one_store.payment("2026013100000001", PurchaseState::Canceled, now).request()?;
/// let signal = cancelled.send(|request| verifier.signal(&Store::OneStore, request, now))?;
/// assert_eq!(signal.notification_id, "2026013100000001:CANCELED");
/// # Ok(())
/// # }
/// ```
pub struct OneStore {
    key: &'static RsaPrivateKey,
    /// The app its messages are about.
    pub client_id: String,
}

impl OneStore {
    /// With the process's throw-away key of 1024 bits and a made-up app.
    ///
    /// # Errors
    /// [`SigningError`] if no key could be generated.
    pub fn new() -> Result<Self, SigningError> {
        Ok(Self::holding(KEY.get_or_try_init(|| license_key::new(KEY_BITS))?))
    }

    /// With a key of 2048 bits.
    ///
    /// # Errors
    /// [`SigningError`] if no key could be generated.
    pub fn with_longer_key() -> Result<Self, SigningError> {
        Ok(Self::holding(LONGER_KEY.get_or_try_init(|| license_key::new(LONGER_KEY_BITS))?))
    }

    /// With the names of [`new`](Self::new), but another key: a forger.
    ///
    /// # Errors
    /// [`SigningError`] if no key could be generated.
    pub fn impostor() -> Result<Self, SigningError> {
        Ok(Self::holding(IMPOSTORS_KEY.get_or_try_init(|| license_key::new(KEY_BITS))?))
    }

    fn holding(key: &'static RsaPrivateKey) -> Self {
        Self { key, client_id: "com.example.game".to_owned() }
    }

    /// The app's licence key, as the console shows it.
    ///
    /// # Errors
    /// [`SigningError`] if the key cannot be serialised.
    pub fn license_key(&self) -> Result<String, SigningError> {
        license_key::shown(self.key)
    }

    /// The base64 signature of a text.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn sign(&self, text: &[u8]) -> Result<String, SigningError> {
        license_key::sign(self.key, (&SHA512, &SHA512_PREFIX), text)
    }

    /// The purchase data of a client for a purchase made at `at`: `PurchaseData.getOriginalJson()`, to be changed,
    /// serialised and [signed](Self::sign).
    #[must_use]
    pub fn purchase_data(&self, purchase_id: &str, at: Timestamp) -> Value {
        json!({
            "orderId": format!("order-of-{purchase_id}"),
            "packageName": self.client_id,
            "productId": "gems_100",
            "purchaseTime": at.millis(),
            "purchaseId": purchase_id,
            "purchaseToken": format!("token-of-{purchase_id}"),
            "developerPayload": "",
            "purchaseState": 0,
            "acknowledgeState": 0,
            "recurringState": -1,
            "quantity": 1,
        })
    }

    /// A payment of 4,900 won made at `at`, or its cancellation, in version 3.1.0: to be changed, then signed.
    pub fn payment(&self, purchase_id: &str, state: PurchaseState, at: Timestamp) -> OneStorePayment<'_> {
        let members = [
            ("msgVersion", json!("3.1.0")),
            ("clientId", json!(self.client_id)),
            ("productId", json!("gems_100")),
            ("messageType", json!("SINGLE_PAYMENT_TRANSACTION")),
            ("purchaseId", json!(purchase_id)),
            ("purchaseToken", json!(format!("token-of-{purchase_id}"))),
            ("developerPayload", json!("")),
            ("purchaseTimeMillis", json!(at.millis())),
            ("purchaseState", json!(state.name())),
            ("price", json!("4900")),
            ("priceCurrencyCode", json!("KRW")),
            ("productName", json!("보석 100개 (+20)")),
            ("paymentTypeList", json!([{"paymentMethod": "CREDITCARD", "amount": 4900}])),
            ("billingKey", Value::Null),
            ("isTestMdn", json!(false)),
            ("environment", json!("COMMERCIAL")),
            ("marketCode", json!("MKT_ONE")),
        ];
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value.to_string())).collect();
        OneStorePayment { store: self, members }
    }

    /// A subscription's change at `at`. ONE Store does not sign these.
    #[must_use]
    pub fn subscription(
        &self,
        notification_type: SubscriptionNotificationType,
        purchase_token: &str,
        at: Timestamp,
    ) -> StoreRequest {
        let message = json!({
            "msgVersion": "3.1.0",
            "clientId": self.client_id,
            "eventTimeMillis": at.millis(),
            "subscriptionNotification": {
                "version": "1.0",
                "notificationType": notification_type.number(),
                "purchaseToken": purchase_token,
                "productId": "vip",
            },
            "environment": "COMMERCIAL",
            "marketCode": "MKT_ONE",
        });
        posted(message.to_string())
    }
}

/// A payment's message with its members in order; created by [`OneStore::payment`].
#[derive(Clone, Debug)]
#[must_use = "it is not signed yet"]
pub struct OneStorePayment<'s> {
    store: &'s OneStore,
    members: Vec<(String, String)>,
}

impl OneStorePayment<'_> {
    /// Sets a member in place, or adds it at the end.
    pub fn with(self, name: &str, value: &Value) -> Self {
        self.with_raw(name, &value.to_string())
    }

    /// Sets a member to raw JSON text, such as `1.50` or `"\/"`.
    pub fn with_raw(mut self, name: &str, json: &str) -> Self {
        match self.members.iter_mut().find(|member| member.0 == name) {
            Some(member) => json.clone_into(&mut member.1),
            None => self.members.push((name.to_owned(), json.to_owned())),
        }
        self
    }

    /// Removes a member.
    pub fn without(mut self, name: &str) -> Self {
        self.members.retain(|member| member.0 != name);
        self
    }

    /// The signed text: compact, without signature.
    #[must_use]
    pub fn text(&self) -> String {
        object(&self.members)
    }

    /// The signature of [`text`](Self::text).
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn signature(&self) -> Result<String, SigningError> {
        self.store.sign(self.text().as_bytes())
    }

    /// The message as ONE Store posts it, its signature last.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn request(&self) -> Result<StoreRequest, SigningError> {
        self.request_with_signature_at(usize::MAX)
    }

    /// The message with its signature before the member of this number; last, if there is none.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn request_with_signature_at(&self, place: usize) -> Result<StoreRequest, SigningError> {
        let mut members = self.members.clone();
        let signature = json!(self.signature()?).to_string();
        members.insert(place.min(members.len()), ("signature".to_owned(), signature));
        Ok(posted(object(&members)))
    }
}

impl TestSigner for OneStore {
    fn store(&self) -> Store {
        Store::OneStore
    }

    fn section(&self, _folder: &Path) -> Result<Value, SigningError> {
        Ok(json!({"client_id": self.client_id, "license_key": self.license_key()?}))
    }

    fn full_refund(&self, number: u32, at: Timestamp) -> Result<SignedRefund, SigningError> {
        let order_id = format!("20260131{number:08}");
        let request = self.payment(&order_id, PurchaseState::Canceled, at).request()?;
        Ok(SignedRefund { order_id, request })
    }

    fn not_understood(&self, number: u32, at: Timestamp) -> Result<StoreRequest, SigningError> {
        let payment = self.payment(&format!("odd-{number}"), PurchaseState::Canceled, at);
        payment.with("purchaseState", &json!("LENT")).request()
    }

    fn forger(&self) -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(Self::impostor()?))
    }

    fn set_app(&mut self, app: &str) {
        app.clone_into(&mut self.client_id);
    }
}

impl fmt::Debug for OneStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneStore").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<_> =
        members.iter().map(|(name, json)| format!("{}:{json}", Value::from(name.as_str()))).collect();
    format!("{{{}}}", members.join(","))
}

fn posted(body: String) -> StoreRequest {
    let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    StoreRequest { headers, body: body.into_bytes() }
}
