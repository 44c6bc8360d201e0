//! An operator's work on a refund: notes, the status to set, and the whole file of one case.

use serde::{Deserialize, Serialize};

use super::{Block, JournalEntry, Recovery, RecoveryEntry, Refund, RefundId, Timestamp};

/// The longest note, in bytes: a page of text.
pub const MAX_NOTE: usize = 4096;

/// The most notes on a refund or a user: more than a page shows are a log, which belongs elsewhere.
pub const MAX_NOTES: i64 = 1000;

/// What a note is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteOn {
    /// A refund.
    Refund(RefundId),
    /// A user.
    User(String),
}

/// An operator's note. Notes are never edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Note {
    /// Its id.
    pub id: i64,
    /// What it is about.
    pub on: NoteOn,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub who: String,
    /// The text.
    pub text: String,
}

/// The refund that a call is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundRef {
    /// By its id.
    Refund(RefundId),
    /// By the store's order id or purchase token, for a host that keeps no refund ids.
    Order(String),
}

/// The refund that an operator's call is about, and the revision of it that the operator looked at.
///
/// From an id or a [`RefundRef`], the call is made whatever the refund's revision is. From a [`Refund`], or with a
/// revision, it fails with [`Error::Conflict`](crate::Error::Conflict) and changes nothing if the refund changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAt {
    /// Which refund.
    pub refund: RefundRef,
    /// The revision that the operator looked at; `None`: any.
    pub revision: Option<i64>,
}

impl RefundAt {
    /// The same refund at a revision.
    #[must_use]
    pub fn at(self, revision: Option<i64>) -> Self {
        Self { revision, ..self }
    }
}

impl From<RefundId> for RefundAt {
    fn from(id: RefundId) -> Self {
        RefundRef::Refund(id).into()
    }
}

impl From<RefundRef> for RefundAt {
    fn from(refund: RefundRef) -> Self {
        Self { refund, revision: None }
    }
}

impl From<&RefundRef> for RefundAt {
    fn from(refund: &RefundRef) -> Self {
        refund.clone().into()
    }
}

impl From<&Refund> for RefundAt {
    fn from(refund: &Refund) -> Self {
        Self { refund: RefundRef::Refund(refund.id), revision: Some(refund.revision) }
    }
}

/// A status that an operator sets. Each does what it means, with all consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// All came back: what is owed is booked as taken; where the books do not know what is due, the refund is closed.
    Recovered,
    /// The refund does not count: it is overruled to be excluded. Blocks that it caused end.
    Excluded,
    /// What is owed is written off; where the books do not know what is due, the refund is closed.
    WrittenOff,
    /// The refund is open again: closing, overruling, forgiving and an earlier status are undone.
    Open,
}

impl RefundStatus {
    /// The name in JSON and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Excluded => "excluded",
            Self::WrittenOff => "written_off",
            Self::Open => "open",
        }
    }
}

/// All that is known of one refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct CaseFile {
    /// The refund.
    pub refund: Refund,
    /// Its books.
    pub recovery: Recovery,
    /// The entries of its books, oldest first.
    pub entries: Vec<RecoveryEntry>,
    /// The blocks that it caused, oldest first.
    pub blocks: Vec<Block>,
    /// The notes on it, oldest first.
    pub notes: Vec<Note>,
    /// What happened, oldest first.
    pub journal: Vec<JournalEntry>,
}

/// What an id or a text belongs to: at most 50 of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Found {
    /// Refunds by order id, purchase token, original id, account tag or their id (`refund:12`).
    pub refunds: Vec<Refund>,
    /// Recorded purchases by the same ids.
    pub purchases: Vec<super::RecordedPurchase>,
    /// Users by their id, or by an account tag that was issued to them.
    pub users: Vec<String>,
    /// Blocks by their id (`block:12`).
    pub blocks: Vec<Block>,
    /// Store actions by their id (`action:12`).
    pub actions: Vec<super::StoreAction>,
    /// Events that wait, by their id (`event:12`).
    pub events: Vec<super::Event>,
}

/// How many refunds match a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RefundCount {
    /// How many, at most 10,000.
    pub count: i64,
    /// Whether there are more.
    pub more: bool,
}
