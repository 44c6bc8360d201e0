//! What the host is notified of and must act on.

use serde::{Deserialize, Serialize};

use super::{Access, Block, EventId, Notice, Recovery, Refund, RefundId, Store, Timestamp};

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// A user was blocked: end the session, refuse logins.
    Block,
    /// The user has no active block any more.
    Unblock,
    /// A person should look at a refund.
    Alert,
    /// Money was refunded, or more of it than before: take the items back.
    Refund,
    /// The store reversed a refund, entirely or in part: give the items again. The event's refund shows what is still
    /// refunded. A changed decision queues no reversal, since no money moves; the only other cause is a refund that
    /// turns out to be another player's: then the first player gets the items again.
    Reversal,
    /// The store reviews a refund request and waits for the game's answer until a deadline.
    Review,
    /// A refund whose player is unknown: record the purchase.
    Unattributed,
    /// Refunds from a period that was never swept are past the store's retention: what was refunded then, and is not
    /// known, is lost. An operator should check the store's console or its financial reports for that period.
    SweepGap,
    /// What is owed for a refund, or what the player gets back, changed without a refund or reversal event: more became
    /// known of the purchase, or an operator changed the books.
    Recovery,
    /// A notice for the player was made: for players who are online. Only with the configuration's `notices.events`.
    Notice,
    /// A refund, a reversal or an operator changed whether the player has access to a product.
    Access,
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
        Self::Recovery,
        Self::Notice,
        Self::Access,
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
            Self::Recovery => "recovery",
            Self::Notice => "notice",
            Self::Access => "access",
        }
    }
}

/// One event for the host, delivered at least once and until it is acknowledged; in order per user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Event {
    /// Acknowledge the event with this id. The same id may be delivered again after a crash: act on it once.
    pub id: EventId,
    /// What kind.
    pub kind: EventKind,
    /// The user; `None` for an unattributed refund and for a gap.
    pub user: Option<String>,
    /// The refund; `None` for an operator's block and for a gap.
    pub refund_id: Option<RefundId>,
    /// When it was queued.
    pub at: Timestamp,
    /// How often it has been delivered, this time included.
    pub attempt: u32,
    /// The refund at the time of the event.
    pub refund: Option<Refund>,
    /// The block that was created or ended last.
    pub block: Option<Block>,
    /// The lost period of a [`SweepGap`](EventKind::SweepGap); in JSON only there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<SweepGap>,
    /// The refund's books at the time of the event, in events of kind refund, reversal and recovery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<Recovery>,
    /// The notice, in an event of kind notice, in the configured default language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// The player's access to a product now, in an event of kind access.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
}

/// A period that is past the store's retention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SweepGap {
    /// Which store.
    pub store: Store,
    /// Which app or account, as the configuration names it.
    pub app: String,
    /// Its start: the end of the last sweep, the requested start, or without either, the first purchase.
    pub from: Timestamp,
    /// Its end: the store's retention limit at the time of the sweep.
    pub to: Timestamp,
}
