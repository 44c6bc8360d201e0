//! What can go wrong with a call to the engine.

use crate::ledger::{LedgerError, Resource};
use crate::model::{BadPurchase, EventId};
use crate::stores::{ApiError, Rejection};

/// Why a call failed. Nothing was changed by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A purchase cannot be recorded; none of the same call was.
    #[error("purchase {index} of this call cannot be recorded: {source}")]
    BadPurchase {
        /// Which one, from 0.
        index: usize,
        /// What is wrong with it.
        source: BadPurchase,
    },
    /// The order is recorded as another user's; none of the same call was recorded.
    #[error(
        "purchase {index} of this call: order {order:?} is recorded as user {user:?}'s. A store's signature says that \
         an order was paid, not by which of your users: whoever shows it second has not paid for it"
    )]
    PurchaseOfAnotherUser {
        /// Which one, from 0.
        index: usize,
        /// The order.
        order: String,
        /// Whose it is.
        user: String,
    },
    /// The purchase carries an account tag that Recoup issued to another user; nothing was recorded.
    #[error(
        "order {order:?} carries the account tag that was issued to user {user:?}: it was bought on that user's account. \
         Deliver nothing to anybody else; if both are one person, record it for {user:?} and transfer it"
    )]
    TagOfAnotherUser {
        /// The order.
        order: String,
        /// Whose tag it is.
        user: String,
    },
    /// A signed purchase did not pass verification; nothing was recorded.
    #[error("signed purchase refused: {0}")]
    SignedPurchase(Box<Rejection>),
    /// A message of a custom store cannot be taken.
    #[error("{0}")]
    BadMessage(#[from] crate::model::BadMessage),
    /// A user id, or a text that goes with it, cannot be used.
    #[error("{0}")]
    BadText(#[from] BadPurchase),
    /// More at once than one call takes.
    #[error("{what}: {count} at once, and at most {limit} are accepted")]
    TooMany {
        /// What was too many.
        what: &'static str,
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// Something asked of a store, or reported for it, that makes no sense.
    #[error("{problem}")]
    BadAction {
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Neither a refund nor an order to answer for is known by this name.
    #[error("{what}")]
    UnknownReview {
        /// What was looked for.
        what: String,
    },
    /// Neither a recorded purchase nor a refund has this order id or token.
    #[error(
        "no purchase and no refund is known by the order id or token {order:?}: check the id, or record the purchase for \
         the user"
    )]
    UnknownOrder {
        /// The id.
        order: String,
    },
    /// No event was ever made under this id.
    #[error("there is no event {id}")]
    UnknownEvent {
        /// The id.
        id: EventId,
    },
    /// A store's API did not do what it was asked, or cannot be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl Error {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Config(_) => "config",
            Self::Ledger(error) => match error {
                LedgerError::NewerSchema { .. } => "newer_schema",
                LedgerError::NotALedger { .. } => "not_a_ledger",
                LedgerError::Open { .. } => "cannot_open",
                LedgerError::Busy { .. } => "busy",
                LedgerError::Locked { .. } => "locked",
                LedgerError::DiskFull => "disk_full",
                LedgerError::ReadOnly { .. } => "read_only",
                LedgerError::Io { .. } => "io",
                LedgerError::Damaged { .. } => "ledger_damaged",
                LedgerError::Lost { .. } => "ledger_lost",
                LedgerError::OutOf { what: Resource::Threads, .. } => "no_threads",
                LedgerError::OutOf { what: Resource::Descriptors, .. } => "no_descriptors",
                LedgerError::OutOf { what: Resource::Memory, .. } => "no_memory",
                LedgerError::BackupExists { .. } => "backup_exists",
                LedgerError::Backup { .. } => "backup_failed",
                LedgerError::Database { .. } | LedgerError::Undone => "ledger",
                LedgerError::Unreadable { .. } => "ledger_unreadable",
                LedgerError::Closed => "closed",
                LedgerError::Internal(_) => "internal",
            },
            Self::BadPurchase { .. } => "bad_purchase",
            Self::PurchaseOfAnotherUser { .. } => "purchase_of_another_user",
            Self::TagOfAnotherUser { .. } => "tag_of_another_user",
            Self::SignedPurchase(rejection) => rejection.code(),
            Self::BadMessage(_) => "bad_message",
            Self::BadText(_) => "bad_text",
            Self::TooMany { .. } => "too_many",
            Self::BadAction { .. } => "bad_action",
            Self::UnknownReview { .. } => "unknown_review",
            Self::UnknownOrder { .. } => "unknown_order",
            Self::UnknownEvent { .. } => "unknown_event",
            Self::Api(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later without anybody changing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Ledger(error) => error.is_retryable(),
            Self::Api(error) => error.is_retryable(),
            _ => false,
        }
    }

    /// The HTTP status to answer a store with, so that it sends the same again: 503 where a retry may soon succeed,
    /// else 500.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        if self.is_retryable() { 503 } else { 500 }
    }
}
