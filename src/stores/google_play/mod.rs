//! Google Play: Real-time Developer Notifications (RTDN), delivered by Cloud Pub/Sub push.
//!
//! A push is taken in three steps, each in its own file: the OIDC token says who sent it (`push_token`), the envelope
//! says which message it is (`envelope`), the message says what happened (`developer_notification`). What that means
//! to a refund engine is told by [`Notification::signal`] (`meaning`).
//!
//! A purchase that a client holds is verified by Google's signature over it and the app's licence key
//! ([`GooglePlayVerifier::verify_purchase`]).
//!
//! Formats: <https://developer.android.com/google/play/billing/rtdn-reference>,
//! <https://cloud.google.com/pubsub/docs/push>,
//! <https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions>.

mod api;
mod app;
mod config;
mod developer_notification;
mod doctor;
mod envelope;
mod error;
mod known_tokens;
mod meaning;
mod notification;
mod notification_types;
mod published_keys;
mod purchase_data;
mod push_token;
mod push_token_error;
mod signed_content;
mod signed_purchase;
#[cfg(test)]
mod tests;
mod verifier;
mod voided;

pub use crate::verify::{RsaKeyError, RsaPublicKey};
pub use api::{
    GooglePlayApi, LineItem, Order, OrderRefund, OrderRefundReason, OrderState, PartialRefund, Revocation,
};
pub use app::{GooglePlayApp, GooglePlayConfigError, PushAuthentication};
pub use config::{GooglePlaySection, PushSection};
pub use developer_notification::{
    Content, DeveloperNotification, OneTimeProductNotification, PendingRefundReviewNotification,
    SubscriptionNotification, TestNotification, VoidedPurchaseNotification,
};
pub use envelope::PushEnvelopeError;
pub use error::GooglePlayError;
pub use notification::Notification;
pub use notification_types::{OneTimeProductNotificationType, SubscriptionNotificationType};
pub use published_keys::PublishedKeys;
pub use push_token_error::PushTokenError;
pub(crate) use signed_content::signed_content;
pub use verifier::GooglePlayVerifier;
pub use voided::{RefundType, VoidedProductType, VoidedReason, VoidedSource};
