//! What can go wrong with the ledger.

use std::path::{Path, PathBuf};

use super::sqlite::SqliteCode;

/// A fault of the ledger. Nothing was changed by the call that returns it, but for [`Lost`](Self::Lost) perhaps.
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
        /// The newest that this version supports.
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
    #[error(
        "the ledger {path} is busy: another process has held its write lock for {waited_ms} ms; try again, and if it stays, \
         find out which (`lsof {path}`)"
    )]
    Busy {
        /// The ledger's file; empty where only SQLite has its path.
        path: PathBuf,
        /// How long was waited.
        waited_ms: u64,
    },
    /// Another program held a lock on one of the ledger's files for too long.
    #[error(
        "the lock on {path} was not free for {waited_ms} ms: find out who holds it (`lsof {path}`), and end that, or try \
         again"
    )]
    Locked {
        /// The file.
        path: PathBuf,
        /// How long was waited.
        waited_ms: u64,
    },
    /// The disk is full.
    #[error("the disk that holds the ledger is full; free some space and try again")]
    DiskFull,
    /// The file, or the folder for the files beside it, cannot be written to.
    #[error(
        "the ledger cannot be written ({code}: {problem}): this user needs write permission for the file, its -wal and \
         -shm and their folder, on a disk that is mounted for writing"
    )]
    ReadOnly {
        /// The database's code.
        code: DatabaseCode,
        /// Its words.
        problem: String,
    },
    /// The disk failed.
    #[error(
        "reading or writing the ledger failed ({code}: {problem}): look at the disk and the system's log, and at quotas \
         and limits on file sizes (ulimit -f)"
    )]
    Io {
        /// The database's code.
        code: DatabaseCode,
        /// Its words.
        problem: String,
    },
    /// The file is no sound database any more.
    #[error(
        "the ledger's file is damaged ({code}: {problem}): stop every process that has it open, put the file, its -wal \
         and its -shm aside, and put the last backup in its place"
    )]
    Damaged {
        /// The database's code.
        code: DatabaseCode,
        /// Its words.
        problem: String,
    },
    /// The file that this engine has open is not the ledger any more, or can be changed behind its back: nothing that it
    /// writes is sure to be kept. Whether this call's change was kept is not known.
    #[error(
        "the ledger {path} is lost to this engine: {problem}. It writes nothing more; whether this call's change was kept \
         is not known. Put the ledger right, then close the engine and open it again"
    )]
    Lost {
        /// The file.
        path: PathBuf,
        /// What happened to it.
        problem: String,
    },
    /// A resource of the system has run out.
    #[error("the system gives no more {what} ({problem}): {advice}", advice = what.advice())]
    OutOf {
        /// Of what.
        what: Resource,
        /// The system's reason.
        problem: String,
    },
    /// There is a file where a backup is to go. A backup overwrites nothing.
    #[error("{path} exists already, and a backup overwrites nothing: give another path")]
    BackupExists {
        /// The file.
        path: PathBuf,
    },
    /// No backup could be made.
    #[error("no backup was made at {path}: {problem}")]
    Backup {
        /// Where it was to go.
        path: PathBuf,
        /// The reason.
        problem: String,
    },
    /// The database reported another fault.
    #[error("the ledger failed ({code}): {problem}")]
    Database {
        /// The database's code.
        code: DatabaseCode,
        /// Its words.
        problem: String,
    },
    /// Another change that shared the transaction met a fault which undid all of it.
    #[error("a fault of one change undid the changes beside it; try again")]
    Undone,
    /// A row is not as this version would have written it.
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

/// A database's own code of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DatabaseCode {
    /// SQLite's.
    Sqlite(SqliteCode),
}

impl std::fmt::Display for DatabaseCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(code) => code.fmt(f),
        }
    }
}

/// What a system can run out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// Threads.
    Threads,
    /// File descriptors.
    Descriptors,
    /// Memory.
    Memory,
}

impl Resource {
    const fn advice(self) -> &'static str {
        match self {
            Self::Threads => {
                "raise the limit on threads (ulimit -u, the container's limit on pids), and try again"
            }
            Self::Descriptors => "raise the limit on open files (ulimit -n), and try again",
            Self::Memory => "free some, and try again",
        }
    }
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Threads => "threads",
            Self::Descriptors => "file descriptors",
            Self::Memory => "memory",
        })
    }
}

impl LedgerError {
    /// Whether the same call may succeed later with nothing changed.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. }
                | Self::Locked { .. }
                | Self::DiskFull
                | Self::Io { .. }
                | Self::OutOf { .. }
                | Self::Database { .. }
                | Self::Undone
        )
    }

    /// SQLite's code, where it was SQLite that failed.
    #[must_use]
    pub const fn sqlite_code(&self) -> Option<SqliteCode> {
        match self {
            Self::Busy { .. } => Some(SqliteCode::BUSY),
            Self::DiskFull => Some(SqliteCode::FULL),
            Self::ReadOnly { code, .. }
            | Self::Io { code, .. }
            | Self::Damaged { code, .. }
            | Self::Database { code, .. } => {
                let DatabaseCode::Sqlite(code) = code;
                Some(*code)
            }
            _ => None,
        }
    }

    /// Without a thread for something.
    pub(crate) fn no_thread(error: &std::io::Error) -> Self {
        Self::OutOf { what: Resource::Threads, problem: error.to_string() }
    }

    /// Without a thread to run something apart, or where that panicked.
    pub(super) fn not_apart(error: &std::io::Error) -> Self {
        if error.get_ref().is_some() { Self::Internal(error.to_string()) } else { Self::no_thread(error) }
    }

    /// The same, naming the ledger's file.
    pub(super) fn at(self, ledger: &Path) -> Self {
        match self {
            Self::Busy { waited_ms, .. } => Self::Busy { path: ledger.to_owned(), waited_ms },
            other => other,
        }
    }
}
