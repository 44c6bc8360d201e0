//! The ledger's records, as hosts and operators see them.

use serde::{Deserialize, Serialize};

use super::{AttributedBy, CaseState, Decision, Environment, Store, Timestamp, WorkStatus};

/// A refund's id in this ledger. Never reused.
pub type RefundId = i64;

/// An event's id in this ledger. Grows in the order events were made.
pub type EventId = i64;

/// A block's id in this ledger. Never reused.
pub type BlockId = i64;

/// One refund, folded from all that is known about its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// 1 at first; grows by one with each change of it or of its books.
    pub revision: i64,
    /// The store.
    pub store: Store,
    /// Bundle id or package name.
    pub app: String,
    /// Production or sandbox; `None` if neither the store nor the host reported it.
    pub environment: Option<Environment>,
    /// The player; `None` while unattributed.
    pub user: Option<String>,
    /// The evidence that found the user.
    pub attributed_by: Option<AttributedBy>,
    /// Other users who recorded a purchase of the same family, or with the same account tag, after this was decided:
    /// see [`attribution`](crate::attribution).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claimants: Vec<String>,
    /// Its state.
    #[serde(flatten)]
    pub case: CaseState,
    /// Set if the same refund was reported again by its order id: that one counts, and this one does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<RefundId>,
    /// The state of the operator's work.
    pub work_status: WorkStatus,
    /// The operator who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// The policy's decision; `None` while nothing is refunded or the player is unknown.
    pub decision: Option<Decision>,
    /// The version of that policy.
    pub policy_version: Option<i64>,
    /// When this ledger first received it.
    pub first_seen_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A page of a list, and where the next begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Page<T> {
    /// The items, newest first.
    pub items: Vec<T>,
    /// Give this as `after` for the next page; `None` at the end.
    pub next: Option<i64>,
}

/// A block: why a user may not play, since when and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// Who is blocked.
    pub user: String,
    /// What made it.
    pub cause: BlockCause,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends; `None`: at no fixed time.
    pub until: Option<Timestamp>,
    /// Whether it ends once the refund that caused it is settled.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub until_settled: bool,
    /// What its user owes for that refund while it is active, as far as the books know; empty in events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owes: Vec<super::Grant>,
    /// How it ended; `None` while it is active.
    pub ended: Option<BlockEnd>,
}

/// What made a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum BlockCause {
    /// A refund, under a rule.
    Refund {
        /// Which refund.
        refund: RefundId,
        /// Which rule.
        rule: String,
    },
    /// An operator.
    Operator {
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
}

/// How a block ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct BlockEnd {
    /// When.
    pub at: Timestamp,
    /// Why.
    #[serde(flatten)]
    pub why: EndedBy,
}

impl BlockEnd {
    pub(crate) const fn is_by_operator(&self) -> bool {
        matches!(self.why, EndedBy::Operator { .. })
    }
}

/// Why a block ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "ended_by", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EndedBy {
    /// It expired.
    Expiry,
    /// The refund that caused it was reversed.
    Reversal,
    /// The refund was decided again, and the decision no longer blocks, or for another time: more became known about it,
    /// or an operator [overruled](crate::Engine::overrule) it.
    Redecided,
    /// The refund that caused it is settled: nothing is owed any more, or an operator closed it.
    Settled,
    /// The refund turned out to be another user's.
    Reattributed,
    /// The user was forgotten.
    Forgotten,
    /// An operator.
    Operator {
        /// Who.
        who: String,
        /// Why.
        why: String,
    },
}

/// A recorded purchase, with when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RecordedPurchase {
    /// The purchase.
    #[serde(flatten)]
    pub purchase: super::Purchase,
    /// When the host first recorded it.
    pub recorded_at: Timestamp,
}

/// All that is known of one user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct UserHistory {
    /// Who.
    pub user: String,
    /// Whether any block is active.
    pub blocked: bool,
    /// The user's blocks, newest first.
    pub blocks: Vec<Block>,
    /// The user's refunds, newest first.
    pub refunds: Vec<Refund>,
    /// The user's purchases, newest first.
    pub purchases: Vec<RecordedPurchase>,
    /// What happened, oldest first.
    pub journal: Vec<super::JournalEntry>,
}

/// All that is known of one order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct OrderHistory {
    /// The requested order id or purchase token.
    pub order: String,
    /// The host's record of it.
    pub purchases: Vec<RecordedPurchase>,
    /// Its refunds.
    pub refunds: Vec<Refund>,
    /// The inquiries about its refunds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inquiries: Vec<super::Inquiry>,
    /// What happened, oldest first.
    pub journal: Vec<super::JournalEntry>,
}

/// An authentic message that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct DeadLetter {
    /// Its id here.
    pub id: i64,
    /// The store that sent it.
    pub store: Store,
    /// When it was received.
    pub received_at: Timestamp,
    /// The rejection's code.
    pub code: String,
    /// The rejection's message.
    pub message: String,
    /// The raw body. In JSON, replacement characters stand for bytes that are not UTF-8.
    #[serde(skip)]
    pub body: Vec<u8>,
}

/// Figures for a dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Stats {
    /// How many users are blocked.
    pub blocked_users: u64,
    /// How many events wait to be acknowledged.
    pub events_waiting: i64,
}
