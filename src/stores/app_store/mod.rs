//! App Store Server Notifications V2, and the signed transactions and renewal infos in them.
//!
//! The path of a message: its JWS is split and read (`verifier`, `claims`), its claims choose the configured app
//! (`routes`), that app's roots verify it ([`AppStoreVerifier`]), and [`Notification::signal`] returns its meaning.
//! Until the signature is verified its content is used only to choose how to verify it.
//!
//! Requests and answers to Apple are in `api`.
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
mod signed_kind;
mod signed_purchase;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod transaction;
mod verifier;

use std::sync::Arc;

use crate::config::ConfigError;
use crate::model::{Signal, Store, Timestamp};
use crate::stores::{
    BuiltInStore, Credentials, KeySources, KnownText, Rejection, Request, Section as _, SignedPurchase,
    StoreApi, StoreProfile, VerifiedPurchase,
};
#[cfg(any(test, feature = "testing"))]
use crate::testing::signer::{SigningError, TestSigner};
use crate::transport::{RateLimit, Transport};
pub use api::{
    AppStoreApi, FailedNotification, FailedNotifications, RefundPage, SendAttempt, SendAttemptResult,
    TestNotification,
};
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
use signed_kind::SignedKind;
pub use transaction::{
    AdvancedCommerceInfo, AdvancedCommerceItem, AdvancedCommerceRefund, AdvancedCommerceRefundType,
    AppTransaction, CommitmentInfo, InAppOwnershipType, OfferType, RevocationReason, RevocationType,
    Transaction, TransactionProductType, TransactionReason,
};
pub use verifier::AppStoreVerifier;

/// The App Store to the rest of Recoup.
pub(crate) struct Description;

impl BuiltInStore for Description {
    const STORE: Store = Store::AppStore;
    const PROFILE: StoreProfile = StoreProfile {
        asks_for_reviews: true,
        credentials: Some(Credentials {
            key: "app_store[].api",
            without: "refunds that no message reports are not found, Apple's questions about refund requests are not \
                      answered, and no test notification can be requested",
        }),
        // No JSON object: it is a JWS.
        signed_purchase: Some(KnownText { name: SignedKind::Transaction.name(), has: &[], has_not: &[] }),
        other_texts: &[
            KnownText {
                name: "the body of an App Store notification (signedPayload)",
                has: &["signedPayload"],
                has_not: &[],
            },
            KnownText {
                name: "the body of a version 1 App Store notification",
                has: &["unified_receipt"],
                has_not: &[],
            },
            KnownText {
                name: "an answer of the App Store Server API: unpack the JWS in it",
                has: &["signedTransactionInfo", "signedTransactions"],
                has_not: &[],
            },
        ],
        jws: |payload| SignedKind::of(payload).map(SignedKind::name),
        ..StoreProfile::PLAIN
    };

    type Section = AppStoreSection;
    type Verifier = AppStoreVerifier;
    type Notification = Notification;

    fn verifier(sections: &[AppStoreSection], _: &KeySources) -> Result<AppStoreVerifier, ConfigError> {
        let apps: Result<_, _> = sections.iter().map(AppStoreSection::load).collect();
        AppStoreVerifier::new(apps?)
            .map_err(|error| ConfigError::Value { key: "app_store".to_owned(), problem: error.to_string() })
    }

    fn verify(
        verifier: &AppStoreVerifier,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        verifier.verify_notification(request, now)
    }

    fn verify_delivery(
        verifier: &AppStoreVerifier,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        verifier.verify_delivery(request, now)
    }

    fn signal(notification: &Notification) -> Result<Signal, Rejection> {
        notification.signal()
    }

    fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
        signed_content::signed_content(body)
    }

    fn verify_purchase(
        verifier: &AppStoreVerifier,
        signed: &SignedPurchase<'_>,
        now: Timestamp,
    ) -> Result<VerifiedPurchase, Rejection> {
        verifier.verify_purchase(signed, now)
    }

    fn api(
        sections: &[AppStoreSection],
        transport: &Arc<dyn Transport>,
    ) -> Result<Option<Arc<dyn StoreApi>>, ConfigError> {
        if !sections.iter().any(AppStoreSection::has_credentials) {
            return Ok(None);
        }
        // Apple signs its answers as it signs its messages.
        let verifier = Arc::new(Self::verifier(sections, &KeySources::default())?);
        Ok(AppStoreApi::new(sections, verifier, Arc::clone(transport))?.map(StoreApi::shared))
    }

    fn rate_limits(sections: &[AppStoreSection]) -> Result<Vec<RateLimit>, ConfigError> {
        AppStoreApi::rate_limits(sections)
    }

    #[cfg(any(test, feature = "testing"))]
    fn test_signer() -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(testing::AppStore::new()?))
    }
}
