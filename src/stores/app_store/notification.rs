//! A verified notification, its signed content, and the kinds of notification.
//!
//! <https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2decodedpayload>,
//! <https://developer.apple.com/documentation/appstoreservernotifications/notificationtype> and `/subtype`.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::config::AppStoreEnvironment;
use super::renewal_info::RenewalInfo;
use super::transaction::{AppTransaction, Transaction};
use crate::model::{Timestamp, real_id};
use crate::stores::wire::{lossy, millis, open_integer_enum, open_string_enum};
use crate::verify::Authentic;

/// A verified App Store Server Notification with everything that was signed inside it, verified as well. Only
/// [`AppStoreVerifier`](super::AppStoreVerifier) makes one.
///
/// Serialises under Apple's names, with each JWS inside replaced by its content.
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

/// The verified app and environment of a message, and the time at which it was verified.
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
        let id = real_id(&payload.notification_uuid).unwrap_or_else(|| fingerprint(jws));
        Self { payload, transaction, renewal_info, app_transaction, origin, id }
    }

    /// The id that Apple's repetitions share: `notificationUUID`. A notification without one has the id `sha256:` and
    /// the digest of the signed text, which is the same when the same is sent again.
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

    /// When Apple signed it; if that is absent, when it was verified.
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

/// A notification's report of a transaction or subscription: `data`.
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
    /// The transaction as a separate JWS. [`Notification::transaction`](super::Notification::transaction) has it
    /// verified.
    #[serde(skip_serializing)]
    pub signed_transaction_info: Option<String>,
    /// The renewal info as a separate JWS. [`Notification::renewal_info`](super::Notification::renewal_info) has it
    /// verified.
    #[serde(skip_serializing)]
    pub signed_renewal_info: Option<String>,
    /// The subscription's state when the notification is signed.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub status: Option<SubscriptionStatus>,
    /// Why the player requests a refund; with CONSUMPTION_REQUEST.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub consumption_request_reason: Option<ConsumptionRequestReason>,
}

open_integer_enum! {
    /// The state of an auto-renewable subscription: `status`.
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

/// A notification's report of an extension of many subscriptions: `summary`.
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
    /// The subscription product.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The developer's id of the request.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub request_identifier: Option<String>,
    /// The storefronts, as ISO 3166-1 alpha-3 codes.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub storefront_country_codes: Option<Vec<String>>,
    /// How many were extended.
    #[serde(default, deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub succeeded_count: Option<i64>,
    /// How many were not.
    #[serde(default, deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub failed_count: Option<i64>,
}

/// A notification's report of a token for purchases outside the App Store: `externalPurchaseToken`.
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
    /// Its purpose.
    #[serde(default, deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// When it ends.
    #[serde(default, with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub token_expiration_date: Option<Timestamp>,
}

/// A notification's report of the app as one account downloaded it: `appData`, with RESCIND_CONSENT.
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
    /// The app transaction as a separate JWS. [`Notification::app_transaction`](super::Notification::app_transaction)
    /// has it verified.
    #[serde(skip_serializing)]
    pub signed_app_transaction_info: Option<String>,
}

open_string_enum! {
    /// What happened: `notificationType`.
    NotificationType {
        /// The player requested a refund, and Apple asks how much was consumed.
        ConsumptionRequest = "CONSUMPTION_REQUEST",
        /// The subscription's product changes, now or at renewal.
        DidChangeRenewalPref = "DID_CHANGE_RENEWAL_PREF",
        /// Automatic renewal was switched on or off.
        DidChangeRenewalStatus = "DID_CHANGE_RENEWAL_STATUS",
        /// A renewal could not be charged.
        DidFailToRenew = "DID_FAIL_TO_RENEW",
        /// A subscription renewed.
        DidRenew = "DID_RENEW",
        /// A subscription ended.
        Expired = "EXPIRED",
        /// A token for purchases outside the App Store was made or not reported on.
        ExternalPurchaseToken = "EXTERNAL_PURCHASE_TOKEN",
        /// The grace period after a failed charge is over.
        GracePeriodExpired = "GRACE_PERIOD_EXPIRED",
        /// A subscription's metadata changed (Advanced Commerce).
        MetadataUpdate = "METADATA_UPDATE",
        /// A subscription was moved to Advanced Commerce.
        Migration = "MIGRATION",
        /// An offer was redeemed.
        OfferRedeemed = "OFFER_REDEEMED",
        /// Something that does not renew was bought.
        OneTimeCharge = "ONE_TIME_CHARGE",
        /// A subscription's price changed (Advanced Commerce).
        PriceChange = "PRICE_CHANGE",
        /// The player was notified of a price increase, or consented.
        PriceIncrease = "PRICE_INCREASE",
        /// Money was refunded to the player.
        Refund = "REFUND",
        /// A refund request was declined.
        RefundDeclined = "REFUND_DECLINED",
        /// A refund was reversed after the player disputed it.
        RefundReversed = "REFUND_REVERSED",
        /// The developer extended one subscription.
        RenewalExtended = "RENEWAL_EXTENDED",
        /// The developer extended many subscriptions.
        RenewalExtension = "RENEWAL_EXTENSION",
        /// A parent withdrew consent for a child's use of the app.
        RescindConsent = "RESCIND_CONSENT",
        /// A family member lost a shared purchase.
        Revoke = "REVOKE",
        /// A subscription began, or began again.
        Subscribed = "SUBSCRIBED",
        /// A test that the developer requested.
        Test = "TEST",
    }
}

open_string_enum! {
    /// The event in more detail: `subtype`.
    Subtype {
        /// A price increase was accepted, or needs no acceptance.
        Accepted = "ACCEPTED",
        /// A reminder of an external purchase token that is still active.
        ActiveTokenReminder = "ACTIVE_TOKEN_REMINDER",
        /// Renewal was switched off.
        AutoRenewDisabled = "AUTO_RENEW_DISABLED",
        /// Renewal was switched on.
        AutoRenewEnabled = "AUTO_RENEW_ENABLED",
        /// A renewal that had failed was charged after all.
        BillingRecovery = "BILLING_RECOVERY",
        /// Ended because the charge failed until the retry period was over.
        BillingRetry = "BILLING_RETRY",
        /// An external purchase token was created.
        Created = "CREATED",
        /// To a lower level, at the next renewal.
        Downgrade = "DOWNGRADE",
        /// The extension failed for one subscription.
        Failure = "FAILURE",
        /// The charge failed and a grace period began.
        GracePeriod = "GRACE_PERIOD",
        /// Bought for the first time.
        InitialBuy = "INITIAL_BUY",
        /// A price increase was announced and not answered yet.
        Pending = "PENDING",
        /// Ended because a price increase was not accepted.
        PriceIncrease = "PRICE_INCREASE",
        /// Ended because the product was not for sale any more.
        ProductNotForSale = "PRODUCT_NOT_FOR_SALE",
        /// Bought again.
        Resubscribe = "RESUBSCRIBE",
        /// The extension is complete; the message has the counts.
        Summary = "SUMMARY",
        /// An external purchase token was not reported on.
        Unreported = "UNREPORTED",
        /// To a higher level, at once.
        Upgrade = "UPGRADE",
        /// Ended because the player wanted so.
        Voluntary = "VOLUNTARY",
    }
}

open_string_enum! {
    /// Why the player requests a refund: `consumptionRequestReason`.
    ConsumptionRequestReason {
        /// Bought without meaning to.
        UnintendedPurchase = "UNINTENDED_PURCHASE",
        /// It did not arrive or did not work.
        FulfillmentIssue = "FULFILLMENT_ISSUE",
        /// Not content with it.
        UnsatisfiedWithPurchase = "UNSATISFIED_WITH_PURCHASE",
        /// For a reason of law.
        Legal = "LEGAL",
        /// Another.
        Other = "OTHER",
    }
}
