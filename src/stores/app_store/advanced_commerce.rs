//! What Advanced Commerce and commitments add to a transaction.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/advancedcommercetransactioninfo>

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::model::Timestamp;
use crate::stores::wire::integer;
use crate::stores::wire::kept;
use crate::stores::wire::lossy;
use crate::stores::wire::open_string_enum;

/// An Advanced Commerce transaction's items, taxes and refunds: `advancedCommerceInfo`. Amounts are in thousandths of
/// the currency's unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AdvancedCommerceInfo {
    /// The developer's id of the request that made it.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub request_reference_id: Option<String>,
    /// Tax, as Apple estimates it.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub estimated_tax: Option<i64>,
    /// Which tax applies.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// The price without tax.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub tax_exclusive_price: Option<i64>,
    /// The rate of tax.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub tax_rate: Option<String>,
    /// The description and display name the player saw.
    #[serde(deserialize_with = "kept", skip_serializing_if = "Option::is_none")]
    pub descriptors: Option<Value>,
    /// How often the subscription renews (ISO 8601 duration).
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// What was bought.
    #[serde(deserialize_with = "items")]
    pub items: Vec<AdvancedCommerceItem>,
}

fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AdvancedCommerceItem>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// One item of an Advanced Commerce transaction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AdvancedCommerceItem {
    /// The developer's id of it.
    #[serde(rename = "SKU", deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// For the player.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For the player.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The offer it was bought under.
    #[serde(deserialize_with = "kept", skip_serializing_if = "Option::is_none")]
    pub offer: Option<Value>,
    /// What it cost.
    #[serde(deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// What of it was given back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunds: Option<Vec<AdvancedCommerceRefund>>,
    /// When access to it was taken away.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub revocation_date: Option<Timestamp>,
}

/// One refund of one item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AdvancedCommerceRefund {
    /// How much.
    #[serde(deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub refund_amount: Option<i64>,
    /// When.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub refund_date: Option<Timestamp>,
    /// Why, in Advanced Commerce's words.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub refund_reason: Option<String>,
    /// How much of the item's price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_type: Option<AdvancedCommerceRefundType>,
}

open_string_enum! {
    /// How much of an item's price was given back: `refundType`.
    AdvancedCommerceRefundType {
        /// All of it.
        Full = "FULL",
        /// The part for the time not used.
        Prorated = "PRORATED",
        /// An amount the developer chose.
        Custom = "CUSTOM",
    }
}

/// Where a subscription with a commitment stands: `commitmentInfo`. Not every member is there in both of a
/// transaction and a renewal info.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CommitmentInfo {
    /// Which of the periods this one is.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub billing_period_number: Option<i64>,
    /// When the commitment ends.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub commitment_expires_date: Option<Timestamp>,
    /// The whole commitment's price, in thousandths of the currency's unit.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub commitment_price: Option<i64>,
    /// How many periods it has.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub total_billing_periods: Option<i64>,
}
