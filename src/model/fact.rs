//! What a store reports about one order's refund, as facts. They may arrive in any order and any number of times.

use serde::{Deserialize, Serialize};

use super::{Initiator, Money, OrderDetails, Reason, Timestamp, Trust};

/// A share in thousandths of a percent: 100 000 is the whole. App Store `revocationPercentage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct MilliPercent(u32);

impl MilliPercent {
    /// The whole.
    pub const WHOLE: Self = Self(100_000);

    /// From thousandths of a percent; `None` above 100 000.
    #[must_use]
    pub const fn new(value: u32) -> Option<Self> {
        if value <= Self::WHOLE.0 { Some(Self(value)) } else { None }
    }

    /// Thousandths of a percent, 0 to 100 000.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// How much of an order a refund takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Extent {
    /// A part of unknown size.
    Part,
    /// This many items, in addition to other steps.
    Quantity(u32),
    /// This much money, in addition to other steps.
    Amount(Money),
    /// The running total at that time: it includes the steps up to then, later ones add to it, and a step that is
    /// reversed later drops out. Steps of a separate family (`family:id`, such as `dispute:1`) are not included.
    TotalAmount(Money),
    /// This share of the order, in total.
    Share(MilliPercent),
    /// Everything that was left.
    Full,
}

/// What happened, according to a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FactKind {
    /// Money was refunded to the player.
    Refunded {
        /// Which of the order's partial refunds this is; `None` where the store reports only the total.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// How much.
        extent: Extent,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// Who started it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        initiator: Option<Initiator>,
        /// Whether the subscription of this order stayed active, if the store reported it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription_live: Option<bool>,
    },
    /// A refund was reversed: the player has paid after all.
    Reversed {
        /// Which step; `None`: everything refunded until then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// The size of that step, if the store repeats it. A total reported before the reversal includes it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        extent: Option<Extent>,
        /// Why the refund failed, in the store's own term (Stripe `failure_reason`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<String>,
    },
    /// The store declined a refund request.
    Declined,
    /// The store reviews a refund request and wants to know what the game knows.
    Requested {
        /// The latest time at which an answer counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
        /// Why the player wants the refund.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// The token that the answer must return: Google Play `pendingRefundToken`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
}

/// One thing that a store reported about one order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Fact {
    /// When it happened, by the store's clock; not when the message was queued.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub what: FactKind,
    /// How reliable that is.
    pub trust: Trust,
    /// The order's details, as far as the message has them.
    #[serde(default)]
    pub about: OrderDetails,
}
