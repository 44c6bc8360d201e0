//! A notification that was verified.

use ring::digest::{SHA256, digest};
use serde::Serialize;

use super::app::AppStoreEnvironment;
use super::app_transaction::AppTransaction;
use super::payload::NotificationPayload;
use super::renewal_info::RenewalInfo;
use super::transaction::Transaction;
use crate::model::{Timestamp, id_in};
use crate::verify::Authentic;

/// A verified App Store Server Notification with everything that was signed inside it, verified as well. Only
/// [`AppStoreVerifier`](super::AppStoreVerifier) makes one.
///
/// Serialises under Apple's names, with the JWS inside replaced by what they say.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    #[serde(flatten)]
    payload: Authentic<Box<NotificationPayload>>,
    #[serde(rename = "transactionInfo", skip_serializing_if = "Option::is_none")]
    transaction: Option<Authentic<Box<Transaction>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    renewal_info: Option<Authentic<Box<RenewalInfo>>>,
    #[serde(rename = "appTransactionInfo", skip_serializing_if = "Option::is_none")]
    app_transaction: Option<Authentic<Box<AppTransaction>>>,
    #[serde(skip)]
    origin: Origin,
    #[serde(skip)]
    id: String,
}

/// Of which app and environment a message was found to be, and at which time it was verified.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub(super) bundle_id: String,
    pub(super) environment: AppStoreEnvironment,
    pub(super) at: Timestamp,
}

impl Notification {
    pub(super) fn new(
        payload: Authentic<Box<NotificationPayload>>,
        origin: Origin,
        transaction: Option<Authentic<Box<Transaction>>>,
        renewal_info: Option<Authentic<Box<RenewalInfo>>>,
        app_transaction: Option<Authentic<Box<AppTransaction>>>,
        jws: &str,
    ) -> Self {
        let id = id_in(&payload.notification_uuid).unwrap_or_else(|| fingerprint(jws));
        Self { payload, transaction, renewal_info, app_transaction, origin, id }
    }

    /// What Apple tells repetitions by: `notificationUUID`. A notification without one goes by `sha256:` and the
    /// digest of what was signed, which is the same when the same is sent again.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The notification's own content.
    #[must_use]
    pub fn payload(&self) -> &NotificationPayload {
        &self.payload
    }

    /// The transaction it is about (`signedTransactionInfo`).
    #[must_use]
    pub fn transaction(&self) -> Option<&Transaction> {
        self.transaction.as_deref().map(AsRef::as_ref)
    }

    /// The subscription's renewal info (`signedRenewalInfo`).
    #[must_use]
    pub fn renewal_info(&self) -> Option<&RenewalInfo> {
        self.renewal_info.as_deref().map(AsRef::as_ref)
    }

    /// The app's download by one account (`signedAppTransactionInfo`).
    #[must_use]
    pub fn app_transaction(&self) -> Option<&AppTransaction> {
        self.app_transaction.as_deref().map(AsRef::as_ref)
    }

    /// The app it is of.
    #[must_use]
    pub fn bundle_id(&self) -> &str {
        &self.origin.bundle_id
    }

    /// The environment it is of.
    #[must_use]
    pub const fn environment(&self) -> AppStoreEnvironment {
        self.origin.environment
    }

    /// When Apple signed it; where it does not say, when it was verified.
    #[must_use]
    pub fn signed_at(&self) -> Timestamp {
        self.payload.signed_date.unwrap_or(self.origin.at)
    }
}

/// Without the signature: of an ECDSA signature anyone can make a second one, and an id must not change for that.
fn fingerprint(jws: &str) -> String {
    let signed = jws.rsplit_once('.').map_or(jws, |(signed, _)| signed);
    let digest = digest(&SHA256, signed.as_bytes());
    let hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
