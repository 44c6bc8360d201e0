//! What the host is notified of, and must act on.

use serde::{Deserialize, Serialize};

use super::{Block, EventId, Refund, RefundId, Store, Timestamp};

/// What kind of thing the host is notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// A user was blocked: end the session, refuse logins.
    Block,
    /// No block of the user stands any more.
    Unblock,
    /// A person should look at a refund.
    Alert,
    /// Money went back, or more of it than before: take the items back.
    Refund,
    /// The store reports that a refund was taken back, all of it or a part: give the items again. The event's refund says
    /// what is still refunded. A decision that changes queues none, since no money moves; the only other cause is a refund
    /// that turns out to be another player's: then the first player gets the items again.
    Reversal,
    /// The store asks what the game knows of a refund request, and waits until a deadline.
    Review,
    /// A refund came whose user is not known: record the purchase.
    Unattributed,
    /// Refunds from a period that was never swept are past the store's retention: what was refunded then, and is not known of,
    /// is lost. A person should look at what the store's console or its financial reports say of that time.
    SweepGap,
}

impl EventKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Block,
        Self::Unblock,
        Self::Alert,
        Self::Refund,
        Self::Reversal,
        Self::Review,
        Self::Unattributed,
        Self::SweepGap,
    ];

    /// The name used in the ledger and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Alert => "alert",
            Self::Refund => "refund",
            Self::Reversal => "reversal",
            Self::Review => "review",
            Self::Unattributed => "unattributed",
            Self::SweepGap => "sweep_gap",
        }
    }
}

/// One thing the host is notified of, at least once and until it is acknowledged, in order per user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Acknowledge with this. The same id may be delivered again after a crash: act on it once.
    pub id: EventId,
    /// What kind.
    pub kind: EventKind,
    /// Whom it is about; `None` for an unattributed refund and for a gap.
    pub user: Option<String>,
    /// Which refund it is about; `None` for an operator's block and for a gap.
    pub refund_id: Option<RefundId>,
    /// When it was made.
    pub at: Timestamp,
    /// How often it has been delivered, this time included.
    pub attempt: u32,
    /// The refund as it stood when the event was made.
    pub refund: Option<Refund>,
    /// The block that was made or ended last.
    pub block: Option<Block>,
    /// The time that is lost, of a [`SweepGap`](EventKind::SweepGap); in JSON only there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<SweepGap>,
}

/// A period that is past the store's retention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepGap {
    /// Which store.
    pub store: Store,
    /// Which app or account, as the configuration names it.
    pub app: String,
    /// From when: the end of the last sweep, what was asked for, or where there is neither, the first purchase.
    pub from: Timestamp,
    /// To when: as far back as the store remembered when it was asked.
    pub to: Timestamp,
}
