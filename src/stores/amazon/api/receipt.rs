//! Receipts, as RVS writes them.

use serde::{Deserialize, Deserializer};

use crate::model::{ProductType, Timestamp};
use crate::stores::wire::lossy;

/// What one receipt is now. A member that RVS left out or gave as `null` is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Receipt {
    /// Its id, the same as was asked for.
    pub receipt_id: String,
    /// The product's SKU; of a subscription, its parent's.
    #[serde(default, deserialize_with = "lossy::any")]
    pub product_id: Option<String>,
    /// What kind of product it is for.
    pub product_type: ReceiptType,
    /// `parentProductId`, which Amazon keeps for later use.
    #[serde(default, deserialize_with = "lossy::any")]
    pub parent_product_id: Option<String>,
    /// When it was bought; of a subscription, first.
    #[serde(default, deserialize_with = "lossy::any")]
    pub purchase_date: Option<Timestamp>,
    /// When it was cancelled, or the subscription expired.
    pub cancel_date: Option<Timestamp>,
    /// Why, where it was cancelled.
    #[serde(default, deserialize_with = "cancel_reason")]
    pub cancel_reason: CancelReason,
    /// How many; usually absent, or 1.
    #[serde(default, deserialize_with = "lossy::any")]
    pub quantity: Option<u32>,
    /// When the subscription has to be renewed.
    pub renewal_date: Option<Timestamp>,
    /// Whether the subscription renews by itself.
    #[serde(default, deserialize_with = "lossy::any")]
    pub auto_renewing: Option<bool>,
    /// Until when an unpaid subscription lives on.
    #[serde(default, deserialize_with = "lossy::any")]
    pub grace_period_end_date: Option<Timestamp>,
    /// Until when the subscription is free.
    #[serde(default, deserialize_with = "lossy::any")]
    pub free_trial_end_date: Option<Timestamp>,
    /// When a change of plan comes into force.
    #[serde(default, deserialize_with = "lossy::any")]
    pub deferred_date: Option<Timestamp>,
    /// Into which plan.
    #[serde(default, deserialize_with = "lossy::any")]
    pub deferred_sku: Option<String>,
    /// The subscription's term in words, such as `1 Month`.
    #[serde(default, deserialize_with = "lossy::any")]
    pub term: Option<String>,
    /// The SKU of the subscription's term.
    #[serde(default, deserialize_with = "lossy::any")]
    pub term_sku: Option<String>,
    /// The customer's country, ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "lossy::any")]
    pub country_code: Option<String>,
    /// Whether it was a test, by App Tester or Amazon.
    #[serde(default, deserialize_with = "yes")]
    pub test_transaction: bool,
    /// Whether it was bought in Live App Testing.
    #[serde(default, deserialize_with = "yes")]
    pub beta_product: bool,
    /// When the game said that it delivered.
    #[serde(default, deserialize_with = "lossy::any")]
    pub fulfillment_date: Option<Timestamp>,
    /// What the game said of it: `FULFILLED`, or `UNAVAILABLE`, for which Amazon refunds.
    #[serde(default, deserialize_with = "lossy::any")]
    pub fulfillment_result: Option<String>,
}

/// `productType`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum ReceiptType {
    /// Used up and bought again.
    Consumable,
    /// Bought once and kept.
    Entitled,
    /// Renews by itself.
    Subscription,
    /// One that this version does not know.
    #[serde(untagged)]
    Other(String),
}

/// `cancelReason`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelReason {
    /// `null` or 0: not cancelled, or why is not known yet.
    #[default]
    Unknown,
    /// 1: by the customer.
    Customer,
    /// 2: by Amazon's systems or its customer service.
    Amazon,
    /// 4: another subscription took its place.
    Replaced,
    /// One that is not documented; 3 is Amazon's own.
    Other(i64),
}

impl CancelReason {
    const fn of(number: i64) -> Self {
        match number {
            0 => Self::Unknown,
            1 => Self::Customer,
            2 => Self::Amazon,
            4 => Self::Replaced,
            other => Self::Other(other),
        }
    }

    /// Amazon's number of it; 0 where it gave none.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::Customer => 1,
            Self::Amazon => 2,
            Self::Replaced => 4,
            Self::Other(number) => number,
        }
    }
}

impl ReceiptType {
    pub(super) const fn product_type(&self) -> Option<ProductType> {
        match self {
            Self::Consumable => Some(ProductType::Consumable),
            Self::Entitled => Some(ProductType::NonConsumable),
            Self::Subscription => Some(ProductType::Subscription),
            Self::Other(_) => None,
        }
    }
}

fn cancel_reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CancelReason, D::Error> {
    Ok(Option::<i64>::deserialize(deserializer)?.map_or(CancelReason::Unknown, CancelReason::of))
}

fn yes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or_default())
}
