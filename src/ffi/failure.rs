//! Why a call through the C ABI failed, before it becomes a `recoup_error`.

use super::status::*;
use crate::error::Error;
use crate::json::JsonError;
use crate::ledger::{LedgerError, SqliteCode};
use crate::model::RefundId;

/// The status to answer a store with after a fault of ours: it sends the same again.
const SERVER_ERROR: u16 = 500;

/// Why a call failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: recoup_status,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) retryable: bool,
    pub(super) http_status: u16,
    /// SQLite's extended result code; 0 if it was not SQLite that failed.
    pub(super) sqlite_code: i32,
}

impl Failure {
    pub(super) fn argument(code: &'static str, message: String) -> Self {
        Self {
            status: RECOUP_STATUS_INVALID_ARGUMENT,
            code,
            message,
            retryable: false,
            http_status: SERVER_ERROR,
            sqlite_code: 0,
        }
    }

    pub(super) fn null(what: &str) -> Self {
        Self::argument("null_pointer", format!("{what} is NULL"))
    }

    pub(super) fn bad_json(what: &str, problem: &JsonError) -> Self {
        Self::argument("bad_json", format!("{what}: {problem}"))
    }

    pub(super) fn not_found(message: String) -> Self {
        Self { status: RECOUP_STATUS_NOT_FOUND, ..Self::argument("not_found", message) }
    }

    /// As the engine's own error.
    pub(super) fn unknown_refund(id: RefundId) -> Self {
        Error::UnknownRefund { id }.into()
    }

    /// A feature that this build lacks.
    pub(super) fn unsupported(feature: &str, code: &'static str, what: &str) -> Self {
        let message =
            format!("this library was built without the Cargo feature `{feature}`, and lacks {what}");
        Self { status: RECOUP_STATUS_UNSUPPORTED, ..Self::argument(code, message) }
    }

    pub(super) fn internal(message: String) -> Self {
        Self { status: RECOUP_STATUS_INTERNAL, ..Self::argument("internal", message) }
    }

    /// The system gives no thread now, and may later.
    pub(super) fn no_threads(error: &std::io::Error) -> Self {
        Error::from(LedgerError::no_thread(error)).into()
    }

    pub(super) fn reentrant() -> Self {
        let message = "not from inside a callback: return from it first";
        Self { status: RECOUP_STATUS_REENTRANT, ..Self::argument("reentrant", message.to_owned()) }
    }

    pub(super) fn pumping(by_whom: &str) -> Self {
        let message = format!(
            "{by_whom}: poll, tick and the dispatcher are three ways to the same events, one at a time"
        );
        Self { status: RECOUP_STATUS_PUMPING, retryable: true, ..Self::argument("pumping", message) }
    }

    pub(super) fn queue_full(count: usize, bytes: usize) -> Self {
        let message = format!(
            "{count} submitted requests of {bytes} bytes are held already: fetch what is done, and answer the store \
             503 so that it sends this one again"
        );
        Self {
            status: RECOUP_STATUS_QUEUE_FULL,
            retryable: true,
            http_status: 503,
            ..Self::argument("queue_full", message)
        }
    }

    /// Without the panic's own message: it may quote the input, and secrets with it.
    pub(super) fn panicked() -> Self {
        let message = "a fault in Recoup interrupted this call, and the engine refuses further calls: free it \
                       and open it again. Please report what was written to standard error";
        Self { status: RECOUP_STATUS_PANIC, ..Self::argument("panic", message.to_owned()) }
    }

    pub(super) fn poisoned() -> Self {
        let message = "a fault in Recoup interrupted an earlier call, and the engine refuses further calls: free it and \
                       open it again";
        Self { status: RECOUP_STATUS_POISONED, ..Self::argument("poisoned", message.to_owned()) }
    }

    pub(super) fn forked() -> Self {
        let message = "the engine was opened before this process was forked off, and belongs to its parent: open \
                       another one here";
        Self { status: RECOUP_STATUS_FORKED, ..Self::argument("forked", message.to_owned()) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            status: status(&error),
            code: error.code(),
            message: error.to_string(),
            retryable: error.is_retryable(),
            http_status: error.http_status(),
            sqlite_code: match &error {
                Error::Ledger(error) => error.sqlite_code().map_or(0, SqliteCode::number),
                _ => 0,
            },
        }
    }
}

fn status(error: &Error) -> recoup_status {
    match error {
        Error::Config(_) => RECOUP_STATUS_CONFIG,
        Error::Ledger(error) => match error {
            LedgerError::Busy { .. } | LedgerError::Locked { .. } => RECOUP_STATUS_BUSY,
            LedgerError::DiskFull => RECOUP_STATUS_DISK_FULL,
            LedgerError::Closed => RECOUP_STATUS_CLOSED,
            LedgerError::Internal(_) => RECOUP_STATUS_INTERNAL,
            LedgerError::ReadOnly { .. } => RECOUP_STATUS_READ_ONLY,
            LedgerError::Io { .. } | LedgerError::Backup { .. } => RECOUP_STATUS_IO,
            LedgerError::Lost { .. } => RECOUP_STATUS_LEDGER_LOST,
            LedgerError::OutOf { .. } => RECOUP_STATUS_OUT_OF_RESOURCES,
            LedgerError::BackupExists { .. } => RECOUP_STATUS_INVALID_ARGUMENT,
            _ => RECOUP_STATUS_LEDGER,
        },
        Error::SignedPurchase(_) => RECOUP_STATUS_REJECTED,
        Error::PurchaseOfAnotherUser { .. } | Error::TagOfAnotherUser { .. } => {
            RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER
        }
        Error::UnknownEvent { .. }
        | Error::UnknownOrder { .. }
        | Error::UnknownRefund { .. }
        | Error::UnknownReview { .. } => RECOUP_STATUS_NOT_FOUND,
        Error::Refused { code, .. } => status_of_code(code),
        Error::Conflict { .. } => RECOUP_STATUS_REFUSED,
        Error::Output { .. } => RECOUP_STATUS_IO,
        Error::Api(_) => RECOUP_STATUS_API,
        Error::BadAction { .. }
        | Error::BadPurchase { .. }
        | Error::BadMessage(_)
        | Error::BadText(_)
        | Error::TooMany { .. } => RECOUP_STATUS_INVALID_ARGUMENT,
    }
}

/// The codes of refusals by what they are about: what does not exist, what was given, or what the ledger has.
fn status_of_code(code: &str) -> recoup_status {
    match code.split_once('_') {
        Some(("unknown", _)) => RECOUP_STATUS_NOT_FOUND,
        Some(("bad", _)) => RECOUP_STATUS_INVALID_ARGUMENT,
        _ => RECOUP_STATUS_REFUSED,
    }
}
