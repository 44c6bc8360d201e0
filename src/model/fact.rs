//! What a store can say about one order's refund, as facts that may come in any order and any number of times.

use serde::{Deserialize, Serialize};

use super::{Initiator, Money, OrderDetails, Reason, Timestamp, Trust};

/// A thousandth of a percent: 100 000 is all of it. App Store `revocationPercentage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MilliPercent(u32);

impl MilliPercent {
    /// All of it.
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
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Extent {
    /// A part; the store did not say how much.
    Part,
    /// So many of the order's items, in addition to other steps.
    Quantity(u32),
    /// So much money, in addition to other steps.
    Amount(Money),
    /// So much money in all at that time: the steps up to then are in it, later ones add to it, and a step that is
    /// reversed later is no longer in it. Steps of a family of their own (`family:id`, such as `dispute:1`) are not.
    TotalAmount(Money),
    /// This share of the order in all.
    Share(MilliPercent),
    /// All that was left.
    Full,
}

/// What a fact says happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FactKind {
    /// Money went back to the player.
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
        /// Whether the subscription this order belonged to went on living, where the store said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subscription_live: Option<bool>,
    },
    /// A refund was taken back: the player has paid after all.
    Reversed {
        /// Which step; `None`: everything refunded up to then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
        /// How much that step was, where the store says so again. A total reported before the reversal has it in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        extent: Option<Extent>,
        /// Why the refund failed, in the store's own word (Stripe `failure_reason`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<String>,
    },
    /// The store turned a refund request down.
    Declined,
    /// The store is looking at a refund request and wants to hear what the game knows.
    Requested {
        /// The latest time an answer counts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
        /// Why the player asked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// What the store's answer call wants back: Google Play `pendingRefundToken`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
}

/// One thing a store said about one order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fact {
    /// When it happened by the store's clock; not when it was queued.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub what: FactKind,
    /// How sure that is.
    pub trust: Trust,
    /// What the store said of the order in passing.
    #[serde(default)]
    pub about: OrderDetails,
}
