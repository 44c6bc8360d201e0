//! Refund reviews: a store asks the game about a refund request. What the game knows, what the operator's rules
//! answer, and the outcome.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ActionId, MilliPercent, RefundId, Store, Timestamp};

/// The game's answer to a refund review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAnswer {
    /// The refund.
    pub refund: RefundId,
    /// The app, as the store calls it.
    pub app: String,
    /// Whether it is a sandbox review.
    pub sandbox: bool,
    /// App Store `transactionId`, Google Play `orderId`.
    pub order_id: String,
    /// The token of the review that the answer must return: Google Play `pendingRefundToken`.
    pub token: Option<String>,
    /// Whether what was bought was delivered and works.
    pub delivery: Delivery,
    /// How much of it was used; `None`: unknown, or not reportable (auto-renewable subscriptions).
    pub consumed: Option<MilliPercent>,
    /// Whether the player could try it before buying.
    pub sample_given: bool,
    /// The outcome that the game prefers.
    pub preference: RefundPreference,
    /// When and how it was used, oldest first; the App Store has no field for it.
    pub usage: Vec<Usage>,
}

/// Whether what was bought was delivered, in the App Store's terms (`deliveryStatus`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Delivery {
    /// It was delivered and works.
    #[default]
    Delivered,
    /// It was delivered and is broken.
    QualityIssue,
    /// Something else was delivered.
    WrongItem,
    /// It was not delivered, since the game's servers were down.
    ServerOutage,
    /// It was not delivered for another reason.
    NotDelivered,
}

/// The outcome of a refund request that the game prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundPreference {
    /// No refund. App Store DECLINE, Google Play DECLINE.
    Decline,
    /// A refund. App Store GRANT_FULL, Google Play APPROVE.
    Grant,
    /// A refund of what was not used. App Store GRANT_PRORATED; Google Play has no such value and is sent NEUTRAL.
    Prorated,
    /// None: only the facts. App Store without `refundPreference`, Google Play NEUTRAL.
    Neutral,
}

/// One use of what was bought. Google Play `consumptionUsageEvents`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// When.
    pub at: Timestamp,
    /// What was used, as text; at most 5000 characters are sent.
    #[serde(default)]
    pub what: Option<String>,
    /// From which address.
    #[serde(default)]
    pub ip_address: Option<String>,
}

/// What the host reports about a purchase: how far it was used, and whether the player consents to sharing that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Consumption {
    /// Whether what was bought was delivered and works.
    #[serde(default)]
    pub delivery: Delivery,
    /// How much of it was used, in thousandths of a percent from 0 to 100000; `None` if unknown.
    #[serde(default)]
    pub consumed: Option<MilliPercent>,
    /// Whether the player could try it before buying.
    #[serde(default)]
    pub sample_given: bool,
    /// When and how it was used, oldest first, at most 1000; the App Store has no field for it.
    #[serde(default)]
    pub usage: Vec<Usage>,
    /// Whether the player has consented to share this with the store. Without consent nothing is sent to the App
    /// Store, and Google Play is not sent how much was used nor when.
    pub consent: bool,
}

/// A rule's answer to a refund review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReviewReply {
    /// The facts, and that the game prefers no refund.
    Decline,
    /// The facts, and that the game prefers a refund.
    Grant,
    /// The facts, and that the game prefers a refund of what was not used. Google Play has no such value; it is sent
    /// no preference. The same goes for the App Store if nothing or everything was used, or the use is unknown.
    Prorated,
    /// The facts, without a preference.
    Neutral,
    /// As [`Neutral`](Self::Neutral), but at every store only if the host has reported and the player has consented.
    DataOnly,
    /// No answer.
    NoAnswer,
}

/// The state of a refund review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReviewState {
    /// Waiting for the host's report.
    Waiting,
    /// The host has reported; the answer is being sent.
    Reported,
    /// The store has accepted the answer.
    Answered,
    /// Not answered: a rule says so, or the player has not consented.
    DeclinedToAnswer,
    /// The deadline passed, or the store refused the answer's content, or it is not known whether the answer arrived
    /// (its action is then [unknown](super::StoreActionState::Unknown)). Refused content may be reported again until
    /// the deadline.
    Missed,
    /// The store decided before it received an answer.
    Closed,
}

impl ReviewState {
    /// The name used in the ledger and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Reported => "reported",
            Self::Answered => "answered",
            Self::DeclinedToAnswer => "declined_to_answer",
            Self::Missed => "missed",
            Self::Closed => "closed",
        }
    }

    /// Whether an answer may still be given.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Reported)
    }
}

/// The outcome of a refund request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReviewOutcome {
    /// The store refunded, in full or in part.
    Refunded,
    /// The store declined the request.
    Declined,
    /// The store refunded and reversed the refund.
    Reversed,
}

/// A store's refund review of one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ReviewCase {
    /// Its id.
    pub id: i64,
    /// The refund.
    pub refund_id: RefundId,
    /// The store.
    pub store: Store,
    /// The app.
    pub app: String,
    /// The order.
    pub order_id: String,
    /// The player, if known.
    pub user: Option<String>,
    /// When the store requested it; if repeatedly, the last time.
    pub requested_at: Timestamp,
    /// The latest time at which an answer counts; `None` if the store did not set one.
    pub deadline: Option<Timestamp>,
    /// Its state.
    pub state: ReviewState,
    /// What the host has reported about the order.
    pub consumption: Option<Consumption>,
    /// The rule that matched, once it was decided.
    pub rule: Option<String>,
    /// The rule's answer.
    pub answer: Option<ReviewReply>,
    /// The store action that sends the answer.
    pub action: Option<ActionId>,
    /// The outcome; `None` while the store has not reported it.
    pub outcome: Option<ReviewOutcome>,
}

/// Figures about the refund reviews of a period, without the sandbox's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ReviewFigures {
    /// How many reviews were requested.
    pub cases: u64,
    /// How many were answered.
    pub answered: u64,
    /// How many requests the store declined.
    pub declined_by_store: u64,
    /// How many it refunded and did not reverse.
    pub refunded: u64,
    /// How many deadlines were missed.
    pub missed: u64,
    /// The price of the orders with a declined, reversed or partial refund, in micros by currency, less the refunded
    /// amount. Each order counts once, by its latest review; orders with an unknown price or refunded amount do not
    /// count.
    pub money_kept: BTreeMap<String, i64>,
}

/// Which reviews to list; unset fields match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReviewFilter {
    /// Of this store.
    pub store: Option<Store>,
    /// In this state.
    pub state: Option<ReviewState>,
    /// Of this order.
    pub order_id: Option<String>,
    /// About this refund.
    pub refund_id: Option<RefundId>,
}
