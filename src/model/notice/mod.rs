//! Notices: what a player is shown about a refund. A message that was sent is not one that was read, so a notice is a
//! record with a state, and its text is made when it is read, in the player's language.

mod built_in;
mod locale;
mod template;
#[cfg(test)]
mod tests;
mod texts;
mod values;

use serde::{Deserialize, Serialize};

pub use template::BadTemplate;
pub use texts::{BadNoticeText, NoticeText, NoticeTexts};

use super::{BlockId, Grant, Money, RefundId, Store, Timestamp};

/// A notice's id in this ledger. Never reused.
pub type NoticeId = i64;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoticeName {
    /// The game took items back for a refund.
    ItemsTaken,
    /// Items are still owed for a refund.
    ItemsOwed,
    /// The player was blocked because of a refund.
    Blocked,
    /// The player's last block ended.
    Unblocked,
    /// The game gave items again after a reversal.
    ItemsReturned,
    /// The player no longer has access to a product.
    AccessLost,
    /// The player has access to a product again.
    AccessRestored,
}

impl NoticeName {
    /// Every name.
    pub const ALL: &'static [Self] = &[
        Self::ItemsTaken,
        Self::ItemsOwed,
        Self::Blocked,
        Self::Unblocked,
        Self::ItemsReturned,
        Self::AccessLost,
        Self::AccessRestored,
    ];

    /// The name used in the ledger and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ItemsTaken => "items_taken",
            Self::ItemsOwed => "items_owed",
            Self::Blocked => "blocked",
            Self::Unblocked => "unblocked",
            Self::ItemsReturned => "items_returned",
            Self::AccessLost => "access_lost",
            Self::AccessRestored => "access_restored",
        }
    }

    /// Whether it is made where the configuration does not say: a game shows by itself that it took items, and a
    /// player who can play again knows it.
    #[must_use]
    pub const fn is_made_by_default(self) -> bool {
        !matches!(self, Self::ItemsTaken | Self::Unblocked)
    }
}

/// The state of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoticeState {
    /// The player has not seen it.
    Waiting,
    /// The player has seen it.
    Shown,
    /// The player has confirmed it.
    Acknowledged,
    /// It waited for longer than the configuration's `notices.keep`, or more than 100 waited.
    Expired,
    /// Its cause was undone, or a newer one replaced it, before it was shown.
    Withdrawn,
}

/// What the game reports of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeMark {
    /// The player has seen it.
    Shown,
    /// The player has confirmed it.
    Acknowledged,
}

impl NoticeState {
    /// The state after the game reported `mark`: it only moves forward, and what has ended stays as it ended.
    #[must_use]
    pub const fn after(self, mark: NoticeMark) -> Self {
        match (self, mark) {
            (Self::Waiting, NoticeMark::Shown) => Self::Shown,
            (Self::Waiting | Self::Shown, NoticeMark::Acknowledged) => Self::Acknowledged,
            (state, _) => state,
        }
    }

    /// Whether the player may still be shown it.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Waiting | Self::Shown)
    }
}

/// The details of a notice, as they were when it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NoticeDetails {
    /// The store of the refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<Store>,
    /// The product id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// How much money was refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The items that were taken, or returned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Grant>,
    /// When the block ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether the block ends once nothing is owed any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub until_settled: bool,
    /// The items that are owed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<Grant>,
    /// The block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<BlockId>,
}

/// A notice for a player, with its text in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Who is shown it.
    pub user: String,
    /// What it is about.
    pub name: NoticeName,
    /// Its state.
    pub state: NoticeState,
    /// The refund; `None` if no refund caused it.
    pub refund: Option<RefundId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When the player saw it, as the game reported it.
    pub shown_at: Option<Timestamp>,
    /// When it was acknowledged, expired or withdrawn.
    pub ended_at: Option<Timestamp>,
    /// All details, for texts of the game's own.
    pub details: NoticeDetails,
    /// The language of `title` and `text`, a BCP 47 tag.
    pub locale: String,
    /// A title: plain text, not HTML.
    pub title: String,
    /// A sentence or a few: plain text, not HTML.
    pub text: String,
}
