//! The app itself, as one account downloaded or bought it.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/jwsapptransactiondecodedpayload>

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;
use crate::stores::wire::lossy;
use crate::stores::wire::millis;

/// One account's download of the app. Every member may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AppTransaction {
    /// The environment: `Production`, `Sandbox` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_type: Option<String>,
    /// The app's Apple ID.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub app_apple_id: Option<i64>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// The app's version.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub application_version: Option<String>,
    /// Apple's number for that version.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub version_external_identifier: Option<i64>,
    /// When Apple signed it.
    #[serde(with = "millis", skip_serializing_if = "Option::is_none")]
    pub receipt_creation_date: Option<Timestamp>,
    /// When the account first got the app.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub original_purchase_date: Option<Timestamp>,
    /// Which version that was.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub original_application_version: Option<String>,
    /// When the app was ordered before it was out.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub preorder_date: Option<Timestamp>,
    /// The platform it was first got on.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub original_platform: Option<String>,
    /// The download's id; each family member has another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_transaction_id: Option<String>,
    /// For checking on a device that this is of it.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub device_verification: Option<String>,
    /// As above.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub device_verification_nonce: Option<String>,
}
