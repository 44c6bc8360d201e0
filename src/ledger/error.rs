//! What can go wrong with the ledger.

use std::path::PathBuf;

/// A fault of the ledger. Nothing was changed by the call that returns it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file was written by a newer Recoup.
    #[error(
        "the ledger {path} has schema version {found}, and this version of Recoup knows up to {known}: \
         update Recoup, or open the copy made before the update"
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest this version knows.
        known: i64,
    },
    /// The file is an SQLite database of something else.
    #[error(
        "{path} is a database, but no Recoup ledger (application id {application_id:#x}): give another path"
    )]
    NotALedger {
        /// The file.
        path: PathBuf,
        /// Its application id.
        application_id: i64,
    },
    /// The file cannot be opened or made.
    #[error("the ledger {path} cannot be opened: {problem}")]
    Open {
        /// The file.
        path: PathBuf,
        /// SQLite's or the system's reason.
        problem: String,
    },
    /// Another process held the file's write lock for too long.
    #[error("the ledger is busy: another process has held its write lock for {waited_ms} ms; try again")]
    Busy {
        /// How long was waited.
        waited_ms: u64,
    },
    /// The disk is full.
    #[error("the disk that holds the ledger is full; free some space and try again")]
    DiskFull,
    /// SQLite reported a fault.
    #[error("the ledger failed: {0}")]
    Sqlite(String),
    /// A row does not say what this version would have written.
    #[error("the ledger holds something unreadable in {what}: {problem}")]
    Unreadable {
        /// Table and column.
        what: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The engine was closed.
    #[error("the engine is closed")]
    Closed,
    /// A fault in Recoup itself; the change it was making was rolled back.
    #[error("internal fault: {0}; the change was rolled back. Please report it")]
    Internal(String),
}

/// How long a writer waits for another process's transaction. Group commits take milliseconds; five seconds says
/// that the other process hangs, while the stores (10 s for Pub/Sub) still wait for an answer.
pub(crate) const BUSY_TIMEOUT_MS: u64 = 5000;

impl LedgerError {
    /// Whether the same call may succeed later without anybody changing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::DiskFull | Self::Sqlite(_))
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
                Self::Busy { waited_ms: BUSY_TIMEOUT_MS }
            }
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Sqlite(error.to_string()),
        }
    }
}
