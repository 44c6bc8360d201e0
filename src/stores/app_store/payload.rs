//! The signed content of a notification.
//!
//! <https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2decodedpayload>

use serde::{Deserialize, Serialize};

use super::kinds::{ConsumptionRequestReason, NotificationType, Subtype};
use crate::model::Timestamp;
use crate::stores::wire::lossy;
use crate::stores::wire::millis;
use crate::stores::wire::open_integer_enum;

/// A notification's content: `responseBodyV2DecodedPayload`. One of `data`, `summary`, `external_purchase_token` and
/// `app_data` is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct NotificationPayload {
    /// What happened.
    pub notification_type: NotificationType,
    /// More exactly.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub subtype: Option<Subtype>,
    /// The notification's id; repetitions of it have the same.
    #[serde(
        default,
        rename = "notificationUUID",
        deserialize_with = "lossy::any",
        skip_serializing_if = "Option::is_none"
    )]
    pub notification_uuid: Option<String>,
    /// `2.0`.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// When Apple signed it.
    #[serde(default, with = "millis", skip_serializing_if = "Option::is_none")]
    pub signed_date: Option<Timestamp>,
    /// About one transaction or subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Data>,
    /// About an extension of many subscriptions.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// About a token for purchases outside the App Store.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub external_purchase_token: Option<ExternalPurchaseToken>,
    /// About the app itself, as one account downloaded it.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub app_data: Option<AppData>,
}

/// What a notification says of a transaction or subscription: `data`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Data {
    /// `Production`, `Sandbox` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The app's Apple ID. Not there in the sandbox's TEST.
    #[serde(default, deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub app_apple_id: Option<i64>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// The app's build.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub bundle_version: Option<String>,
    /// The transaction as a JWS of its own. [`Notification::transaction`](super::Notification::transaction) has it verified.
    #[serde(skip_serializing)]
    pub signed_transaction_info: Option<String>,
    /// The renewal info as a JWS of its own. [`Notification::renewal_info`](super::Notification::renewal_info) has it verified.
    #[serde(skip_serializing)]
    pub signed_renewal_info: Option<String>,
    /// How the subscription stands when the notification is signed.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub status: Option<SubscriptionStatus>,
    /// Why the player asks for a refund; with CONSUMPTION_REQUEST.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub consumption_request_reason: Option<ConsumptionRequestReason>,
}

open_integer_enum! {
    /// How an auto-renewable subscription stands: `status`.
    SubscriptionStatus {
        /// Paid for.
        Active = 1,
        /// Over.
        Expired = 2,
        /// The charge failed and is tried again.
        BillingRetry = 3,
        /// The charge failed, and the player keeps access meanwhile.
        BillingGracePeriod = 4,
        /// Refunded, or no longer shared by the family.
        Revoked = 5,
    }
}

/// What a notification says of an extension of many subscriptions: `summary`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Summary {
    /// `Production` or `Sandbox`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The app's Apple ID.
    #[serde(default, deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub app_apple_id: Option<i64>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// Which subscription product.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The developer's id of the request.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub request_identifier: Option<String>,
    /// In which storefronts, as ISO 3166-1 alpha-3 codes.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub storefront_country_codes: Option<Vec<String>>,
    /// How many were extended.
    #[serde(default, deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub succeeded_count: Option<i64>,
    /// How many were not.
    #[serde(default, deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub failed_count: Option<i64>,
}

/// What a notification says of a token for purchases outside the App Store: `externalPurchaseToken`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ExternalPurchaseToken {
    /// The token's id. One that begins with `SANDBOX` is of the sandbox.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub external_purchase_id: Option<String>,
    /// When it was made.
    #[serde(default, with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub token_creation_date: Option<Timestamp>,
    /// The app's Apple ID.
    #[serde(default, deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub app_apple_id: Option<i64>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// What it is for.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// When it ends.
    #[serde(default, with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub token_expiration_date: Option<Timestamp>,
}

/// What a notification says of the app as one account downloaded it: `appData`, with RESCIND_CONSENT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AppData {
    /// `Production` or `Sandbox`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The app's Apple ID.
    #[serde(default, deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub app_apple_id: Option<i64>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// The app transaction as a JWS of its own. [`Notification::app_transaction`](super::Notification::app_transaction)
    /// has it verified.
    #[serde(skip_serializing)]
    pub signed_app_transaction_info: Option<String>,
}
