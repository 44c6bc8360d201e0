//! A notification of a throw-away App Store.

use serde_json::{Map, Value, json};

use super::AppStore;
use crate::model::Timestamp;
use crate::stores::app_store::NotificationType;
use crate::testing::signer::SigningError;

/// A notification to be filled and signed; created by [`AppStore::notification`].
#[derive(Clone, Debug)]
#[must_use = "it is not signed yet"]
pub struct AppStoreNotification<'s> {
    store: &'s AppStore,
    members: Map<String, Value>,
    /// `data`, or the member in its place.
    about: Map<String, Value>,
    about_name: &'static str,
    signed: Vec<(&'static str, Value)>,
}

impl<'s> AppStoreNotification<'s> {
    pub(super) fn new(store: &'s AppStore, kind: &NotificationType, at: Timestamp) -> Self {
        let mut members = Map::new();
        members.insert("notificationType".to_owned(), json!(kind));
        members.insert(
            "notificationUUID".to_owned(),
            json!(format!("00000000-0000-4000-8000-{:012}", at.millis())),
        );
        members.insert("version".to_owned(), json!("2.0"));
        members.insert("signedDate".to_owned(), json!(at.millis()));
        let mut about = Map::new();
        about.insert("bundleId".to_owned(), json!(store.bundle_id));
        about.insert("appAppleId".to_owned(), json!(store.app_apple_id));
        about.insert("environment".to_owned(), json!(store.environment.name()));
        Self { store, members, about, about_name: "data", signed: Vec::new() }
    }

    /// Sets its `notificationUUID`. The default is derived from the time, and so the same for two of the same time.
    pub fn id(self, id: &str) -> Self {
        self.member("notificationUUID", json!(id))
    }

    /// Sets its `subtype`.
    pub fn subtype(self, subtype: &str) -> Self {
        self.member("subtype", json!(subtype))
    }

    /// Sets its transaction, which will be signed.
    pub fn transaction(self, transaction: Value) -> Self {
        self.sign("signedTransactionInfo", transaction)
    }

    /// Sets the subscription's renewal info, which will be signed.
    pub fn renewal_info(self, renewal_info: Value) -> Self {
        self.sign("signedRenewalInfo", renewal_info)
    }

    /// Sets the app's download by one account, in `appData`, which will be signed.
    pub fn app_transaction(self, app_transaction: Value) -> Self {
        self.about_as("appData").sign("signedAppTransactionInfo", app_transaction)
    }

    /// Sets the subscription's status: 1 active, 2 expired, 3 billing retry, 4 grace period, 5 revoked.
    pub fn status(self, status: i64) -> Self {
        self.data("status", json!(status))
    }

    /// Sets the member in place of `data`: `summary`, `appData`, `externalPurchaseToken`.
    pub fn about_as(mut self, name: &'static str) -> Self {
        self.about_name = name;
        self
    }

    /// Sets any member of `data`, or of the member in its place.
    pub fn data(mut self, member: &str, value: Value) -> Self {
        self.about.insert(member.to_owned(), value);
        self
    }

    /// Sets any member of the notification itself.
    pub fn member(mut self, member: &str, value: Value) -> Self {
        self.members.insert(member.to_owned(), value);
        self
    }

    fn sign(mut self, member: &'static str, content: Value) -> Self {
        self.signed.push((member, content));
        self
    }

    /// The content, with everything inside it signed.
    ///
    /// # Errors
    /// [`SigningError`] if the system returns no random numbers.
    pub fn payload(&self) -> Result<Value, SigningError> {
        let mut about = self.about.clone();
        for (member, content) in &self.signed {
            about.insert((*member).to_owned(), json!(self.store.sign(content)?));
        }
        let mut payload = self.members.clone();
        payload.insert(self.about_name.to_owned(), Value::Object(about));
        Ok(Value::Object(payload))
    }

    /// The notification, signed.
    ///
    /// # Errors
    /// As [`payload`](Self::payload).
    pub fn jws(&self) -> Result<String, SigningError> {
        self.store.sign(&self.payload()?)
    }

    /// The body that Apple would post.
    ///
    /// # Errors
    /// As [`payload`](Self::payload).
    pub fn body(&self) -> Result<Vec<u8>, SigningError> {
        Ok(json!({"signedPayload": self.jws()?}).to_string().into_bytes())
    }
}
