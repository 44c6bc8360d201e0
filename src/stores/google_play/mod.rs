//! Google Play: Real-time Developer Notifications (RTDN), delivered by Cloud Pub/Sub push.
//!
//! A push is taken in three steps, each in its own file: the OIDC token says who sent it (`push_token`), the envelope
//! says which message it is (`envelope`), the message says what happened (`notification`). What that means
//! to a refund engine is said by [`Notification::signal`] (`meaning`).
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
mod push_token;
mod signed_purchase;
#[cfg(test)]
mod tests;
mod verifier;
mod voided;

pub use crate::verify::{RsaKeyError, RsaPublicKey};
pub use api::{
    GooglePlayApi, LineItem, Order, OrderRefund, OrderRefundReason, OrderState, PartialRefund, Revocation,
};
pub use config::{
    GooglePlayApp, GooglePlayConfigError, GooglePlaySection, PublishedKeys, PushAuthentication, PushSection,
};
pub use envelope::PushEnvelopeError;
pub(crate) use envelope::signed_content;
pub use error::GooglePlayError;
pub use notification::{
    Content, DeveloperNotification, Notification, OneTimeProductNotification, OneTimeProductNotificationType,
    PendingRefundReviewNotification, SubscriptionNotification, SubscriptionNotificationType,
    TestNotification, VoidedPurchaseNotification,
};
pub use push_token::PushTokenError;
pub use verifier::GooglePlayVerifier;
pub use voided::{RefundType, VoidedProductType, VoidedReason, VoidedSource};
