//! Google Play: Real-time Developer Notifications (RTDN), delivered by Cloud Pub/Sub push.
//!
//! A push is processed in three steps, each in its own file: the OIDC token proves the sender (`push_token`), the
//! envelope identifies the message (`envelope`), the message reports the event (`notification`).
//! [`Notification::signal`] returns its meaning to a refund engine (`meaning`).
//!
//! A purchase that a client holds is verified by Google's signature over it and the app's licence key
//! ([`GooglePlayVerifier::verify_purchase`]).
//!
//! Formats: <https://developer.android.com/google/play/billing/rtdn-reference>,
//! <https://cloud.google.com/pubsub/docs/push>,
//! <https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions>.

mod api;
mod config;
mod doctor;
mod envelope;
mod error;
mod meaning;
mod notification;
mod published_keys;
mod push_token;
mod signed_purchase;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verifier;
mod voided;

use std::sync::Arc;

use crate::config::ConfigError;
use crate::model::{Signal, Span, Store, Timestamp, Unacknowledged};
use crate::stores::{
    BuiltInStore, Credentials, KeySources, KnownText, Rejection, Request, SignedPurchase, StoreApi,
    StoreProfile, VerifiedPurchase,
};
#[cfg(any(test, feature = "testing"))]
use crate::testing::signer::{SigningError, TestSigner};
use crate::transport::{RateLimit, Transport};
pub use crate::verify::{RsaKeyError, RsaPublicKey};
pub use api::{
    GooglePlayApi, LineItem, Order, OrderRefund, OrderRefundReason, OrderState, PartialRefund, Revocation,
};
pub use config::{GooglePlayApp, GooglePlayConfigError, GooglePlaySection, PushAuthentication, PushSection};
pub use envelope::PushEnvelopeError;
pub use error::GooglePlayError;
pub use notification::{
    Content, DeveloperNotification, Notification, OneTimeProductNotification, OneTimeProductNotificationType,
    PendingRefundReviewNotification, SubscriptionNotification, SubscriptionNotificationType,
    TestNotification, VoidedPurchaseNotification,
};
pub use published_keys::PublishedKeys;
pub use push_token::PushTokenError;
pub use verifier::GooglePlayVerifier;
pub use voided::{RefundType, VoidedProductType, VoidedReason, VoidedSource};

/// Google Play to the rest of Recoup.
pub(crate) struct Description;

impl BuiltInStore for Description {
    const STORE: Store = Store::GooglePlay;
    const PROFILE: StoreProfile = StoreProfile {
        // Three days after the purchase; licence testers' after five minutes, and messages do not name those.
        unacknowledged: Some(Unacknowledged {
            earliest: None,
            latest: Span::from_hours(74),
            is_renewal: meaning::is_renewal,
        }),
        asks_for_reviews: true,
        credentials: Some(Credentials {
            key: "google_play[].service_account",
            without: "refunds that no push reports are not found, the game cannot refund or revoke, and refund reviews \
                      are not answered",
        }),
        signed_purchase: Some(KnownText {
            name: "the purchase data of Google Play's billing library (Purchase.getOriginalJson())",
            has: &["orderId", "purchaseToken"],
            // ONE Store's has it beside them.
            has_not: &["purchaseId"],
        }),
        other_texts: &[KnownText {
            name: "a Google Play notification (RTDN)",
            has: &[
                "message",
                "voidedPurchaseNotification",
                "oneTimeProductNotification",
                "subscriptionNotification",
            ],
            // ONE Store's subscription notifications have it.
            has_not: &["msgVersion"],
        }],
        ..StoreProfile::PLAIN
    };

    type Section = GooglePlaySection;
    type Verifier = GooglePlayVerifier;
    type Notification = Notification;

    fn verifier(
        sections: &[GooglePlaySection],
        keys: &KeySources,
    ) -> Result<GooglePlayVerifier, ConfigError> {
        GooglePlayVerifier::new(GooglePlaySection::load_all(sections, keys)?)
            .map_err(|error| ConfigError::Value { key: "google_play".to_owned(), problem: error.to_string() })
    }

    fn verify(
        verifier: &GooglePlayVerifier,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        verifier.verify_notification(request, now)
    }

    fn signal(notification: &Notification) -> Result<Signal, Rejection> {
        notification.signal()
    }

    fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
        envelope::signed_content(body)
    }

    fn verify_purchase(
        verifier: &GooglePlayVerifier,
        signed: &SignedPurchase<'_>,
        _: Timestamp,
    ) -> Result<VerifiedPurchase, Rejection> {
        verifier.verify_purchase(signed)
    }

    fn api(
        sections: &[GooglePlaySection],
        transport: &Arc<dyn Transport>,
    ) -> Result<Option<Arc<dyn StoreApi>>, ConfigError> {
        Ok(GooglePlayApi::new(sections, Arc::clone(transport))?.map(StoreApi::shared))
    }

    fn rate_limits(sections: &[GooglePlaySection]) -> Result<Vec<RateLimit>, ConfigError> {
        GooglePlayApi::rate_limits(sections)
    }

    #[cfg(any(test, feature = "testing"))]
    fn test_signer() -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(testing::GooglePlay::new()?))
    }
}
