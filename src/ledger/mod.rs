//! Persistence: SQLite, one writer with group commit, readers beside it. Knows the model and nothing of stores.

mod actions;
mod attribution;
mod backup;
mod blocks;
mod cursors;
mod disk;
mod error;
mod files;
mod inbox;
mod inquiries;
mod journal;
mod kept;
mod log_size;
mod memo;
mod open;
mod orders;
mod outbox;
#[cfg(test)]
mod plans;
mod policies;
mod presence;
mod private_file;
mod purchases;
mod readers;
mod receipts;
mod refunds;
mod refusals;
mod reviews;
mod session;
mod soundness;
mod sqlite;
mod sqlite_code;
mod sweep_lock;
mod tx;
mod users;
mod values;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use actions::{ActionRow, Answered, DueAction, NewAction, Turn};
pub(crate) use attribution::{Attribution, Relative};
pub(crate) use cursors::{BeganSweep, HeldSweep, NewSweep, SweepRow};
pub use error::{LedgerError, Resource};
pub(crate) use files::Files;
#[cfg(all(unix, feature = "capi"))]
pub(crate) use files::{Registry, registry};
pub(crate) use inbox::NewNotification;
pub(crate) use journal::NewEntry;
pub(crate) use kept::{Amount, KeptKind};
pub(crate) use log_size::LARGE_LOG;
pub(crate) use orders::OrdersReported;
pub(crate) use outbox::{LeaseOwner, lease_owner_of};
pub(crate) use presence::Presence;
pub(crate) use purchases::Recorded;
pub(crate) use readers::Readers;
pub(crate) use receipts::{FailingReceipt, ReceiptRow, ReceiptsAsked, ReceiptsEnd};
pub(crate) use refunds::Case;
pub(crate) use refusals::RefusalRow;
pub(crate) use soundness::{Backlog, Since, Soundness, Unreported, look_at};
pub use sqlite_code::SqliteCode;
#[cfg(test)]
pub(crate) use tx::ran;
pub(crate) use tx::{Read, Tx};
pub(crate) use writer::{MemoryUpdate, Writer, WriterHooks};

use crate::threads;

/// An open ledger.
pub(crate) struct Ledger {
    /// The way to change it.
    pub(crate) writer: Writer,
    /// The way to look into it.
    pub(crate) readers: Readers,
    /// The sign that it is open; held, never looked at again.
    _presence: Presence,
    path: PathBuf,
    /// Last, so that all connections are closed before it.
    pub(crate) files: Arc<Files>,
}

impl Ledger {
    /// Opens the file, making or migrating it as needed. `prepare` runs in a transaction on the writer's connection
    /// before any job; `start` then reads what memory must know, beside other processes' writers, and gives the
    /// writer's hooks.
    pub(crate) fn open<P, H: WriterHooks>(
        path: &Path,
        prepare: impl FnOnce(&Tx<'_>, &Presence) -> Result<P, LedgerError> + Send,
        start: impl FnOnce(P, Read<'_>) -> Result<H, LedgerError> + Send,
    ) -> Result<Self, LedgerError> {
        // A limit on file sizes raises a signal, which is for the host's threads only.
        threads::apart("recoup-open", || Self::open_here(path, prepare, start))
            .map_err(|error| LedgerError::not_apart(&error))?
            .map_err(|error| error.at(path))
    }

    fn open_here<P, H: WriterHooks>(
        path: &Path,
        prepare: impl FnOnce(&Tx<'_>, &Presence) -> Result<P, LedgerError>,
        start: impl FnOnce(P, Read<'_>) -> Result<H, LedgerError>,
    ) -> Result<Self, LedgerError> {
        let files = Arc::new(Files::hold(path)?);
        let connection = open::writer(path)?;
        // Whoever opens the same file by another name must find the same sign.
        let path = files.path().to_owned();
        let presence = Presence::announce(&path)?;
        let (prepared, _) = between_jobs(&connection, |tx| prepare(tx, &presence))?;
        let presence = presence.settle_in()?;
        files.settle()?;
        let hooks = start(prepared, Read::new(sqlite::Session::on(&connection)))?;
        let writer = Writer::start(connection, hooks, Arc::clone(&files))?;
        let readers = Readers::beside(path.clone(), Arc::clone(&files));
        Ok(Self { writer, readers, _presence: presence, path, files })
    }

    /// Lets queued changes finish and closes the file. Later calls fail with [`LedgerError::Closed`].
    pub(crate) fn close(&self) {
        // The writer's connection last: closing it writes what is in the log to the ledger.
        self.readers.close();
        self.writer.close();
    }
}

/// To read on the writer's connection, between jobs.
pub(crate) const fn read(connection: &rusqlite::Connection) -> Read<'_> {
    Read::new(sqlite::Session::on(connection))
}

/// A number that only changes when another connection has committed something.
pub(crate) fn data_version(connection: &rusqlite::Connection) -> Result<i64, LedgerError> {
    Ok(open::pragma(connection, "data_version")?)
}

/// Runs `work` in a transaction of the writer's own, between jobs.
pub(crate) fn between_jobs<T>(
    connection: &rusqlite::Connection,
    work: impl FnOnce(&Tx<'_>) -> Result<T, LedgerError>,
) -> Result<(T, Vec<MemoryUpdate>), LedgerError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let tx = Tx::new(sqlite::Session::on(connection));
    let done = work(&tx).and_then(|done| {
        tx.write_entries()?;
        connection.execute_batch("COMMIT")?;
        Ok(done)
    });
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done.map(|done| (done, tx.into_notes()))
}
