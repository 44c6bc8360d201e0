//! Persistence: one file of statements a table, over a session of a database. Depends on the model and on no store.

mod access;
mod actions;
mod attribution;
#[cfg(feature = "operators")]
mod audit;
mod backlog;
mod block_later;
mod blocks;
mod case;
mod columns;
mod cursors;
mod error;
mod exclusions;
mod export;
mod figures;
mod inbox;
mod inquiries;
mod journal;
mod meta;
mod notes;
mod notices;
#[cfg(feature = "operators")]
mod operators;
mod orders;
mod outbox;
mod people;
#[cfg(test)]
mod portable;
mod purchases;
mod receipts;
mod recount;
mod recovery;
mod refund_list;
mod refunds;
mod retention;
mod reviews;
mod session;
#[cfg(feature = "operators")]
mod sessions;
mod sqlite;
mod sums;
mod tx;
mod users;
mod values;
#[cfg(feature = "operators")]
mod views;
mod webhook_endpoints;
mod webhooks;
mod writer;

use std::path::Path;

pub(crate) use actions::{ActionRow, Answered, DueAction, NewAction, Turn};
pub(crate) use attribution::{Attribution, Relative};
pub(crate) use backlog::{Backlog, Since, Unreported};
pub(crate) use case::Case;
pub(crate) use cursors::{BeganSweep, HeldSweep, NewSweep, SweepRow};
pub use error::{DatabaseCode, LedgerError, Resource};
pub(crate) use export::Step;
pub(crate) use figures::BookedItem;
pub(crate) use inbox::{Amount, KeptKind, NewNotification, RefusalRow};
pub(crate) use journal::NewEntry;
pub(crate) use notes::NewNote;
pub(crate) use notices::{NoticeRow, OwedNotice};
#[cfg(feature = "operators")]
pub(crate) use operators::OperatorRow;
pub(crate) use orders::OrdersReported;
pub(crate) use outbox::{LeaseOwner, lease_owner_of};
pub(crate) use people::{NewCode, Person};
pub(crate) use purchases::Recorded;
pub(crate) use receipts::{FailingReceipt, ReceiptRow, ReceiptsEnd, ReceiptsQuery};
pub(crate) use recovery::{Balance, NewRecoveryEntry};
pub(crate) use refund_list::MOST_LOOKED_AT;
#[cfg(feature = "operators")]
pub(crate) use sessions::NewSession;
pub use sqlite::SqliteCode;
pub(crate) use sqlite::{Idle, LARGE_LOG, Presence, Readers, Soundness, SweepLock, look_at};
#[cfg(all(unix, feature = "capi"))]
pub(crate) use sqlite::{Registry, ffi as sqlite_ffi, registry};
#[cfg(test)]
pub(crate) use sqlite::{another_program, contents};
#[cfg(test)]
pub(crate) use tx::ran;
pub(crate) use tx::{MemoryUpdate, Read, Tx};
pub(crate) use webhook_endpoints::{EndpointRow, MessageCounts, NewEndpoint, WantedNames};
pub(crate) use webhooks::{DueMessage, MessageResult, Sender};
pub(crate) use writer::{Writer, WriterHooks};

use crate::model::Store;

/// An open ledger.
pub(crate) struct Ledger {
    /// The way to change it.
    pub(crate) writer: Writer,
    /// The way to look into it.
    pub(crate) readers: Readers,
    /// Last, so that all connections are closed before it.
    file: sqlite::OpenFile,
}

impl Ledger {
    /// Opens the ledger, making or migrating it as needed. `prepare` runs in a transaction before any job; `start` then
    /// reads what memory must know, beside other processes' writers, and gives the writer's hooks.
    pub(crate) fn open<P, H: WriterHooks>(
        path: &Path,
        prepare: impl Fn(&Tx<'_>, &Presence) -> Result<P, LedgerError> + Send,
        start: impl FnOnce(P, Read<'_>) -> Result<H, LedgerError> + Send,
    ) -> Result<Self, LedgerError> {
        let (writer, readers, file) = sqlite::open(path, prepare, start)?;
        Ok(Self { writer, readers, file })
    }

    /// Lets queued changes finish and closes the ledger. Later calls fail with [`LedgerError::Closed`].
    pub(crate) fn close(&self) {
        // The writer's connection last: closing it writes what is in SQLite's log to the ledger.
        self.readers.close();
        self.writer.close();
    }

    /// Whether it is lost, as far as was noticed.
    pub(crate) fn lost(&self) -> Result<(), LedgerError> {
        self.file.lost()
    }

    /// Writes all of the log beside the ledger into it and empties the log, so that nothing that was overwritten is left
    /// there. Waits for programs that read an older state.
    pub(crate) fn empty_log(&self) -> Result<(), LedgerError> {
        self.readers.check_open()?;
        self.file.empty_log()
    }

    /// How many bytes the log beside the ledger has.
    #[cfg(feature = "gateway")]
    pub(crate) fn log_size(&self) -> u64 {
        self.file.log_size()
    }

    /// Copies one state of the ledger to a new file, durably.
    pub(crate) fn back_up(&self, to: &Path) -> Result<(), LedgerError> {
        self.readers.check_open()?;
        self.file.back_up(to)
    }

    /// Shows that this engine sweeps an app; `None` where another one does, and is alive.
    pub(crate) fn lock_sweep(&self, store: &Store, app: &str) -> Option<SweepLock> {
        self.file.lock_sweep(store, app)
    }
}
