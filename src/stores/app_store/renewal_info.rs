//! How a subscription will continue.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/jwsrenewalinfodecodedpayload>

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::transaction::{CommitmentInfo, OfferType};
use crate::model::Timestamp;
use crate::stores::wire::{kept, lossy, millis, open_integer_enum};

/// A subscription's future: `JWSRenewalInfoDecodedPayload`. Every member may be missing; it never names the app.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct RenewalInfo {
    /// The id that all renewals of the subscription share.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub original_transaction_id: Option<String>,
    /// The product of the next renewal.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub auto_renew_product_id: Option<String>,
    /// The product.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// Whether it will renew.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub auto_renew_status: Option<AutoRenewStatus>,
    /// Why it ended.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub expiration_intent: Option<ExpirationIntent>,
    /// Whether Apple still tries to charge.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub is_in_billing_retry_period: Option<bool>,
    /// 0 if the player has not answered a price increase, 1 if they consented or need not.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub price_increase_status: Option<i64>,
    /// When the grace period ends.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub grace_period_expires_date: Option<Timestamp>,
    /// Kind of offer.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub offer_type: Option<OfferType>,
    /// The offer.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub offer_identifier: Option<String>,
    /// How the offer is paid.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub offer_discount_type: Option<String>,
    /// For how long the offer runs (ISO 8601 duration).
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub offer_period: Option<String>,
    /// When Apple signed it.
    #[serde(with = "millis", skip_serializing_if = "Option::is_none")]
    pub signed_date: Option<Timestamp>,
    /// `Production`, `Sandbox` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// When the present run of subscription began.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub recent_subscription_start_date: Option<Timestamp>,
    /// When it will be charged next.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub renewal_date: Option<Timestamp>,
    /// ISO 4217.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The next price, in thousandths of the currency's unit.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub renewal_price: Option<i64>,
    /// Win-back offers that the player may accept.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub eligible_win_back_offer_ids: Option<Vec<String>>,
    /// The player's UUID that the game set in StoreKit.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub app_account_token: Option<String>,
    /// The app's download by one account.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub app_transaction_id: Option<String>,
    /// Advanced Commerce's items, as Apple sent them.
    #[serde(deserialize_with = "kept", skip_serializing_if = "Option::is_none")]
    pub advanced_commerce_info: Option<Value>,
    /// The state of a subscription with a commitment.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub commitment_info: Option<CommitmentInfo>,
    /// BILLED_UPFRONT or MONTHLY.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub renewal_billing_plan_type: Option<String>,
    /// Not there in any renewal info so far.
    #[serde(skip_serializing)]
    pub(super) bundle_id: Option<String>,
}

open_integer_enum! {
    /// Whether a subscription will renew: `autoRenewStatus`.
    AutoRenewStatus {
        /// It will end.
        Off = 0,
        /// It will renew.
        On = 1,
    }
}

open_integer_enum! {
    /// Why a subscription ended: `expirationIntent`.
    ExpirationIntent {
        /// The player wanted so.
        Canceled = 1,
        /// The charge failed.
        BillingError = 2,
        /// A price increase was not accepted.
        PriceIncrease = 3,
        /// The product was not for sale.
        ProductUnavailable = 4,
        /// Another.
        Other = 5,
    }
}
