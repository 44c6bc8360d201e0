//! Errors of calls to the engine.

use crate::ledger::{LedgerError, Resource};
use crate::model::{BadPurchase, EventId, RefundId};
use crate::stores::{ApiError, Rejection};

/// Why a call failed. It changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration is invalid.
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
        /// The problem.
        source: BadPurchase,
    },
    /// The order is recorded as another user's; none of the same call was recorded.
    #[error(
        "purchase {index} of this call: order {order:?} is recorded as user {user:?}'s. A store's signature proves that \
         an order was paid, not which of your users paid: the first user who presents it has it"
    )]
    PurchaseOfAnotherUser {
        /// Which one, from 0.
        index: usize,
        /// The order.
        order: String,
        /// The user who has it.
        user: String,
    },
    /// The purchase has an account tag that Recoup issued to another user; nothing was recorded.
    #[error(
        "order {order:?} has the account tag that was issued to user {user:?}: it was bought on that user's account. \
         Deliver nothing to another user; if both are the same person, record it for {user:?} and transfer it"
    )]
    TagOfAnotherUser {
        /// The order.
        order: String,
        /// The user who has the tag.
        user: String,
    },
    /// A signed purchase did not pass verification; nothing was recorded.
    #[error("signed purchase refused: {0}")]
    SignedPurchase(Box<Rejection>),
    /// A message of a custom store is invalid.
    #[error("{0}")]
    BadMessage(#[from] crate::model::BadMessage),
    /// A user id or another text is invalid.
    #[error("{0}")]
    BadText(#[from] BadPurchase),
    /// Too many for one call.
    #[error("{what}: {count} at once; the limit is {limit}")]
    TooMany {
        /// What there was too many of.
        what: &'static str,
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// An invalid request to a store, or an invalid report.
    #[error("{problem}")]
    BadAction {
        /// The problem, and what to do.
        problem: String,
    },
    /// There is no such refund, or it has no order to answer for.
    #[error("{what}")]
    UnknownReview {
        /// What was requested.
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
    /// No refund has this id.
    #[error("there is no refund {id}")]
    UnknownRefund {
        /// The id.
        id: RefundId,
    },
    /// The call does not fit what is in the ledger.
    #[error("{facts}")]
    Refused {
        /// A stable name for programs, in snake case.
        code: &'static str,
        /// What it does not fit, and what to do.
        facts: String,
    },
    /// The refund is not as the caller saw it: it has another revision.
    #[error(
        "the refund changed since you looked at it: it has revision {current} now. Load it again, and decide by what it \
         shows"
    )]
    Conflict {
        /// The refund's revision now.
        current: i64,
    },
    /// No event ever had this id.
    #[error("there is no event {id}")]
    UnknownEvent {
        /// The id.
        id: EventId,
    },
    /// What should be written to the caller's writer could not be.
    #[error("the output cannot be written: {problem}")]
    Output {
        /// The kind of the fault.
        kind: std::io::ErrorKind,
        /// The fault.
        problem: String,
    },
    /// A store's API did not do what was requested, or is not configured.
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
            Self::UnknownRefund { .. } => "unknown_refund",
            Self::Refused { code, .. } => code,
            Self::Conflict { .. } => "conflict",
            Self::UnknownEvent { .. } => "unknown_event",
            Self::Output { .. } => "output",
            Self::Api(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later without anyone changing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Ledger(error) => error.is_retryable(),
            Self::Api(error) => error.is_retryable(),
            _ => false,
        }
    }

    /// The HTTP status to answer a store with, so that it retries: 503 if a retry may soon succeed, else 500.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        if self.is_retryable() { 503 } else { 500 }
    }
}
