//! App Store Server Notifications V2, and the signed transactions and renewal infos in them.
//!
//! The way of a message: its JWS is cut up and read (`verifier`, `claims`), what it claims chooses the configured app
//! (`routes`), that app's roots verify it ([`AppStoreVerifier`]), and [`Notification::signal`] says what it means.
//! Until the signature is verified nothing of it is used but to choose how to verify it.
//!
//! What is asked of Apple, and answered to it, is in `api`.
//!
//! Members and values that this version does not know are no error: Apple adds some every year.

mod api;
mod claims;
mod config;
mod doctor;
mod error;
mod given;
mod meaning;
mod notification;
mod renewal_info;
mod routes;
mod signed_content;
mod signed_purchase;
#[cfg(test)]
mod tests;
mod transaction;
mod verifier;

pub use api::{
    AppStoreApi, FailedNotification, FailedNotifications, RefundPage, SendAttempt, SendAttemptResult,
    TestNotification,
};
pub(crate) use claims::SignedKind;
pub use config::{
    APPLE_ROOT_CA_G3, AppStoreApiSection, AppStoreApp, AppStoreConfigError, AppStoreEnvironment,
    AppStoreSection, EffectiveDate, EffectiveDateSetting,
};
pub(crate) use doctor::place;
pub use error::AppStoreError;
pub use notification::{
    AppData, ConsumptionRequestReason, Data, ExternalPurchaseToken, Notification, NotificationPayload,
    NotificationType, SubscriptionStatus, Subtype, Summary,
};
pub use renewal_info::{AutoRenewStatus, ExpirationIntent, RenewalInfo};
pub(crate) use signed_content::signed_content;
pub use transaction::{
    AdvancedCommerceInfo, AdvancedCommerceItem, AdvancedCommerceRefund, AdvancedCommerceRefundType,
    AppTransaction, CommitmentInfo, InAppOwnershipType, OfferType, RevocationReason, RevocationType,
    Transaction, TransactionProductType, TransactionReason,
};
pub use verifier::AppStoreVerifier;
