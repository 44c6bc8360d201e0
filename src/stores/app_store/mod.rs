//! App Store Server Notifications V2, and the signed transactions and renewal infos in them.
//!
//! The way of a message: its JWS is cut up and read (`body`, `claims`), what it claims chooses the configured app
//! (`routes`), that app's roots verify it ([`AppStoreVerifier`]), and [`Notification::signal`] says what it means.
//! Until the signature is verified nothing of it is used but to choose how to verify it.
//!
//! What is asked of Apple, and answered to it, is in `api`.
//!
//! Members and values that this version does not know are no error: Apple adds some every year.

mod advanced_commerce;
mod api;
mod app;
mod app_transaction;
mod body;
mod claims;
mod config;
mod doctor;
mod error;
mod given;
mod kinds;
mod meaning;
mod notification;
mod order;
mod payload;
mod refund_extent;
mod renewal_info;
mod revocation;
mod routes;
mod signed_content;
mod signed_kind;
mod signed_purchase;
#[cfg(test)]
mod tests;
mod transaction;
mod verifier;

pub use advanced_commerce::{
    AdvancedCommerceInfo, AdvancedCommerceItem, AdvancedCommerceRefund, AdvancedCommerceRefundType,
    CommitmentInfo,
};
pub use api::{
    AppStoreApi, FailedNotification, FailedNotifications, RefundPage, SendAttempt, SendAttemptResult,
    TestNotification,
};
pub use app::{APPLE_ROOT_CA_G3, AppStoreApp, AppStoreConfigError, AppStoreEnvironment, EffectiveDate};
pub use app_transaction::AppTransaction;
pub use config::{AppStoreApiSection, AppStoreSection, EffectiveDateSetting};
pub(crate) use doctor::place;
pub use error::AppStoreError;
pub use kinds::{ConsumptionRequestReason, NotificationType, Subtype};
pub use notification::Notification;
pub use payload::{AppData, Data, ExternalPurchaseToken, NotificationPayload, SubscriptionStatus, Summary};
pub use renewal_info::{AutoRenewStatus, ExpirationIntent, RenewalInfo};
pub(crate) use signed_content::signed_content;
pub(crate) use signed_kind::SignedKind;
pub use transaction::{
    InAppOwnershipType, OfferType, RevocationReason, RevocationType, Transaction, TransactionProductType,
    TransactionReason,
};
pub use verifier::AppStoreVerifier;
