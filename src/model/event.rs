//! What the host is told, and must act on.

use serde::{Deserialize, Serialize};

use super::{Block, EventId, Refund, RefundId, Timestamp};

/// What kind of thing the host is told.
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
    /// A refund was taken back, or no longer counts: give the items again. Where only a part was taken back, the event's
    /// refund says what still stands.
    Reversal,
    /// The store asks what the game knows of a refund request, and waits until a deadline.
    Review,
    /// A refund came whose user is not known: record the purchase.
    Unattributed,
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
        }
    }
}

/// One thing the host is told, at least once and until it is acknowledged, in order per user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Acknowledge with this. The same id may be delivered again after a crash: act on it once.
    pub id: EventId,
    /// What kind.
    pub kind: EventKind,
    /// Whom it is about; `None` for an unattributed refund.
    pub user: Option<String>,
    /// Which refund it is about.
    pub refund_id: Option<RefundId>,
    /// When it was made.
    pub at: Timestamp,
    /// How often it has been delivered, this time included.
    pub attempt: u32,
    /// The refund as it stood when the event was made.
    pub refund: Option<Refund>,
    /// The block that was made or ended last.
    pub block: Option<Block>,
}
