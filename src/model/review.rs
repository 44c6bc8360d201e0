//! Refund requests that a store asks the game about: what the game knows, what the operator's rules answer, and what
//! came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ActionId, MilliPercent, RefundId, Store, Timestamp};

/// What the game says of a purchase whose refund a store reviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAnswer {
    /// Which case.
    pub refund: RefundId,
    /// The app, as the store calls it.
    pub app: String,
    /// Whether the store's sandbox asked.
    pub sandbox: bool,
    /// App Store `transactionId`, Google Play `orderId`.
    pub order_id: String,
    /// What the store's question gave to be handed back: Google Play `pendingRefundToken`.
    pub token: Option<String>,
    /// Whether what was bought was delivered and works.
    pub delivery: Delivery,
    /// How much of it was used; `None`: not known, or not to be said (auto-renewable subscriptions).
    pub consumed: Option<MilliPercent>,
    /// Whether the player could try it before buying.
    pub sample_given: bool,
    /// What the game would like to come of it.
    pub preference: RefundPreference,
    /// When and how it was used, oldest first; App Store has no place for it.
    pub usage: Vec<Usage>,
}

/// Whether what was bought was delivered, in the App Store's terms (`deliveryStatus`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// What the game would like to come of a refund request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundPreference {
    /// No refund. App Store DECLINE, Google Play DECLINE.
    Decline,
    /// A refund. App Store GRANT_FULL, Google Play APPROVE.
    Grant,
    /// A refund of what was not used. App Store GRANT_PRORATED; Google Play has none, and is reported NEUTRAL.
    Prorated,
    /// None: only the facts. App Store without `refundPreference`, Google Play NEUTRAL.
    Neutral,
}

/// One use of what was bought. Google Play `consumptionUsageEvents`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// When.
    pub at: Timestamp,
    /// What was used, in words; at most 5000 characters are sent.
    #[serde(default)]
    pub what: Option<String>,
    /// From which address.
    #[serde(default)]
    pub ip_address: Option<String>,
}

/// What the host reports of a purchase: how far it was used, and whether the player lets it be reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consumption {
    /// Whether what was bought was delivered and works.
    #[serde(default)]
    pub delivery: Delivery,
    /// How much of it was used, in thousandths of a percent from 0 to 100000; `None` where that is not known.
    #[serde(default)]
    pub consumed: Option<MilliPercent>,
    /// Whether the player could try it before buying.
    #[serde(default)]
    pub sample_given: bool,
    /// When and how it was used, oldest first, at most 1000; the App Store has no place for it.
    #[serde(default)]
    pub usage: Vec<Usage>,
    /// Whether the player has agreed that the store is informed. Without it the App Store is reported nothing, and Google Play
    /// neither how much was used nor when.
    pub consent: bool,
}

/// What a rule answers a store that asks about a refund request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReviewReply {
    /// The game would rather not: with the facts.
    Decline,
    /// The game would like it refunded: with the facts.
    Grant,
    /// The game would like what was not used refunded: with the facts. Google Play has no such answer and is reported that
    /// the game has no preference. Where nothing or all of it was used, or nobody knows, so is the App Store.
    Prorated,
    /// The game has no preference: with the facts.
    Neutral,
    /// As [`Neutral`](Self::Neutral), but only where the host has reported and the player has agreed, at every store.
    DataOnly,
    /// None.
    NoAnswer,
}

/// Where a store's question about a refund request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReviewState {
    /// It waits for the host's report.
    Waiting,
    /// The host has reported, and the answer is on its way.
    Reported,
    /// The store has the answer.
    Answered,
    /// It is not answered: a rule says so, or the player has not agreed.
    DeclinedToAnswer,
    /// The deadline passed, or the store refused what the answer says, or nobody can say whether it has it (its action is
    /// then [unknown](super::StoreActionState::Unknown)). What it refused may be reported again while it waits.
    Missed,
    /// The store decided before it was answered.
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

/// What came of a refund request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReviewOutcome {
    /// The store refunded, all or a part.
    Refunded,
    /// The store turned the request down.
    Declined,
    /// The store refunded and took the refund back.
    Reversed,
}

/// One question of a store about a refund request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCase {
    /// Its number.
    pub id: i64,
    /// The refund that it is about.
    pub refund_id: RefundId,
    /// Which store asks.
    pub store: Store,
    /// The app.
    pub app: String,
    /// The order.
    pub order_id: String,
    /// The player, where known.
    pub user: Option<String>,
    /// When the store asked; where it asked again, the last time.
    pub requested_at: Timestamp,
    /// The latest time an answer counts; `None` where the store did not say.
    pub deadline: Option<Timestamp>,
    /// Where it stands.
    pub state: ReviewState,
    /// What the host has reported of the order.
    pub consumption: Option<Consumption>,
    /// The rule that fitted, once the question was decided on.
    pub rule: Option<String>,
    /// What that rule answers.
    pub answer: Option<ReviewReply>,
    /// The action that carries the answer to the store.
    pub action: Option<ActionId>,
    /// What came of the request; `None` while the store has not said.
    pub outcome: Option<ReviewOutcome>,
}

/// What came of the questions that stores asked in a time; those of the sandbox are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFigures {
    /// How many questions were asked.
    pub cases: u64,
    /// How many the store has an answer to.
    pub answered: u64,
    /// How many requests the store turned down.
    pub declined_by_store: u64,
    /// How many it refunded, and did not take back.
    pub refunded: u64,
    /// How many deadlines were missed.
    pub missed: u64,
    /// What the orders cost whose refund was turned down, taken back or given in part only, in micros by currency, less
    /// what of them was given back. Each order counts once, by the last question about it; those whose price is not known
    /// do not, nor do those of which it is not known how much was given back.
    pub money_kept: BTreeMap<String, i64>,
}

/// Which reviews to list; what is not named may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
