//! Bounds on how much of an order is refunded.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::super::MilliPercent;

/// Bounds on how many of the order's items are refunded. An unknown number does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct QuantityIs {
    /// This many or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// This many or fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
}

/// Bounds on the refunded share of the order, in thousandths of a percent: 50 000 is a half, 100 000 is all. An unknown
/// share does not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShareIs {
    /// This share or more.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "share")]
    pub at_least: Option<MilliPercent>,
    /// This share or less.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "share")]
    pub at_most: Option<MilliPercent>,
}

impl QuantityIs {
    pub(super) fn holds(self, quantity: Option<u32>) -> bool {
        quantity.is_some_and(|quantity| is_within(quantity, self.at_least, self.at_most))
    }
}

impl ShareIs {
    pub(super) fn holds(self, share: Option<MilliPercent>) -> bool {
        share.is_some_and(|share| is_within(share, self.at_least, self.at_most))
    }
}

fn is_within<T: PartialOrd>(value: T, least: Option<T>, most: Option<T>) -> bool {
    least.is_none_or(|least| value >= least) && most.is_none_or(|most| value <= most)
}

fn share<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<MilliPercent>, D::Error> {
    let Some(value) = Option::<u32>::deserialize(deserializer)? else { return Ok(None) };
    let whole = MilliPercent::WHOLE.get();
    let too_large = || {
        D::Error::custom(format!(
            "expected thousandths of a percent, at most {whole}, which is all of the order"
        ))
    };
    MilliPercent::new(value).map(Some).ok_or_else(too_large)
}
