//! Verifies messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::members::Members;
use super::signed_text::SignedText;
use super::{
    Content, Notification, OneStoreApp, OneStoreConfigError, OneStoreError, PaymentNotification,
    SubscriptionNotification, SubscriptionNotifications,
};
use crate::json::JsonError;
use crate::model::Timestamp;
use crate::stores::{Rejection, Request};

/// A payment notification has about 1 KB; product name and payload are bounded by the store. The rest is room.
const MAX_BODY: usize = 64 * 1024;
/// A subscription notification has about 400 bytes. Each accepted one is kept, and anyone can write one.
const MAX_UNSIGNED_BODY: usize = 4 * 1024;
/// A signature by a key of 8192 bits has 1368 characters in base64.
const MAX_SIGNATURE: usize = 2048;

/// Verifies ONE Store's payment notifications, and accepts its subscription notifications as unsigned hints, for one
/// app or several.
#[derive(Debug)]
pub struct OneStoreVerifier {
    apps: Vec<OneStoreApp>,
}

impl OneStoreVerifier {
    /// A verifier for these apps.
    ///
    /// # Errors
    /// [`OneStoreConfigError`] if there are none, or one has an empty name.
    pub fn new(apps: Vec<OneStoreApp>) -> Result<Self, OneStoreConfigError> {
        if apps.is_empty() {
            return Err(OneStoreConfigError::NoApps);
        }
        apps.iter().try_for_each(OneStoreApp::check)?;
        Ok(Self { apps })
    }

    /// Verifies one message that is received `now`, and reads it. Each message is verified with the keys of the app
    /// that it names, and no other's.
    ///
    /// # Errors
    /// - 413: too large.
    /// - 400: damaged; or an unsigned message that is unreadable.
    /// - 403 ([`Rejection::UnknownApp`]): of an app that is not configured.
    /// - 401 ([`OneStoreError`]): not signed by the app's key, or refused by configuration.
    /// - 200 ([`Rejection::NotUnderstood`]): authentic, and no repetition will make it readable.
    pub fn verify_notification(
        &self,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        let body = request.body;
        limit("body", body, MAX_BODY)?;
        let members = Members::parse(body).map_err(malformed)?;
        let apps = self.apps_of(&members)?;
        let (client_id, content) = match members.text("signature").map_err(malformed)? {
            Some(signature) => {
                let client_id = signer(&apps, body, &signature)?;
                let payment = PaymentNotification::read(&members)
                    .map_err(|error| Rejection::NotUnderstood { problem: error.to_string() })?;
                (client_id, Content::Payment(payment))
            }
            None if SubscriptionNotification::is_in(&members) => {
                limit("unsigned body", body, MAX_UNSIGNED_BODY)?;
                let client_id = taker_of_hints(&apps)?;
                let subscription = SubscriptionNotification::read(&members).map_err(malformed)?;
                (client_id, Content::Subscription(subscription))
            }
            None => return Err(OneStoreError::MissingSignature.into()),
        };
        Ok(Notification::new(client_id, now, content))
    }

    /// The apps that go by the name in the message: `clientId` since version 3.1.0, `packageName` before.
    pub(super) fn apps_of(&self, members: &Members<'_>) -> Result<Vec<&OneStoreApp>, Rejection> {
        let names =
            [members.text("clientId").map_err(malformed)?, members.text("packageName").map_err(malformed)?];
        for name in names.iter().flatten() {
            let apps: Vec<_> = self.apps.iter().filter(|app| app.goes_by(name)).collect();
            if !apps.is_empty() {
                return Ok(apps);
            }
        }
        Err(match names.into_iter().flatten().next() {
            Some(name) => Rejection::UnknownApp { found: name.chars().take(256).collect() },
            None => malformed(JsonError::Shape {
                path: "clientId".to_owned(),
                problem: "expected it, or packageName".to_owned(),
            }),
        })
    }
}

fn malformed(error: impl Into<JsonError>) -> Rejection {
    Rejection::Body { source: error.into() }
}

fn limit(what: &'static str, text: &[u8], limit: usize) -> Result<(), Rejection> {
    if text.len() > limit {
        return Err(Rejection::TooLarge { what, size: text.len(), limit });
    }
    Ok(())
}

/// The client id of the app with the key that signed the body.
fn signer(apps: &[&OneStoreApp], body: &[u8], signature: &str) -> Result<String, Rejection> {
    limit("signature", signature.as_bytes(), MAX_SIGNATURE)?;
    let signature = STANDARD.decode(signature).map_err(|_| OneStoreError::SignatureEncoding)?;
    let text = SignedText::of(body);
    let by = |text: &[u8]| apps.iter().find(|app| app.license_key.verifies_sha512(text, &signature));
    match by(&text.as_arrived()).or_else(|| text.unescaped().and_then(|text| by(&text))) {
        Some(app) => Ok(app.client_id.clone()),
        None => {
            let client_id = apps.first().map_or_else(String::new, |app| app.client_id.clone());
            Err(OneStoreError::Signature { client_id }.into())
        }
    }
}

/// The client id of the app that accepts subscription notifications.
fn taker_of_hints(apps: &[&OneStoreApp]) -> Result<String, OneStoreError> {
    apps.iter()
        .find(|app| app.subscription_notifications == SubscriptionNotifications::KnownTokens)
        .map(|app| app.client_id.clone())
        .ok_or(OneStoreError::Unsigned)
}
