//! The room that the ledger takes on its disk, and the log beside it (`-wal`), which is kept in bounds.
//!
//! SQLite writes on behind the end of the log for as long as a program reads an old state of the ledger, such as a
//! database browser that was left open. Once it ends, the log is written to the ledger and made small again.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::files::Files;
use super::open::{self, BUSY_TIMEOUT_MS, LOG_LIMIT};
use crate::ledger::error::LedgerError;

/// Less than this, in bytes, counts as full: a few refunds more, and one that needs a new page fails.
const ROOM: u64 = 1 << 20;

/// Fails where the disk is full, or all but.
pub(super) fn check_room(ledger: &Path) -> Result<(), LedgerError> {
    match room(ledger) {
        Some(room) if room < ROOM => Err(LedgerError::DiskFull),
        _ => Ok(()),
    }
}

/// How many bytes the disk has left for users; `None` where it does not say.
#[cfg(unix)]
// The two are smaller numbers on some systems.
#[allow(clippy::useless_conversion)]
fn room(ledger: &Path) -> Option<u64> {
    let disk = nix::sys::statvfs::statvfs(ledger).ok()?;
    // Some network and virtual disks know no size.
    let known = disk.blocks() > 0;
    known.then(|| u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size())))
}

#[cfg(not(unix))]
const fn room(_: &Path) -> Option<u64> {
    None
}

/// Between two tries: one takes a few milliseconds where a reader is still active.
const BETWEEN_TRIES: Duration = Duration::from_secs(2);

/// A log of this many bytes is worth a line in the log of the program and a warning of the doctor's.
pub(crate) const LARGE_LOG: u64 = 64 << 20;

/// Limits the log's size.
pub(super) struct LogSize {
    tried: Instant,
    reported: bool,
}

impl LogSize {
    pub(super) fn new() -> Self {
        Self { tried: Instant::now(), reported: false }
    }

    /// Makes the log small where it is not, unless a reader is active.
    pub(super) fn look_after(&mut self, files: &Files, connection: &Connection) {
        if self.tried.elapsed() < BETWEEN_TRIES {
            return;
        }
        self.tried = Instant::now();
        let size = files.log_size();
        if size <= u64::from(LOG_LIMIT).saturating_mul(2) {
            self.reported = false;
            return;
        }
        if size >= LARGE_LOG && !self.reported {
            self.reported = true;
            tracing::warn!(
                bytes = size,
                "the log beside the ledger (-wal) is large: a program has been reading an old state of the ledger for long, \
                 such as a database browser. Find it with lsof"
            );
        }
        if let Err(error) = shrink(connection) {
            tracing::debug!(%error, "the log beside the ledger was not made smaller");
        }
    }
}

/// Does not wait for others: callers wait for this thread.
fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::ZERO)?;
    let done = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    done
}

/// Writes the whole log to the ledger and empties it. Waits for readers of older states.
pub(super) fn empty_log(ledger: &Path) -> Result<(), LedgerError> {
    let connection = open::existing(ledger)?;
    open::leave_the_log(&connection)?;
    let is_busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    match is_busy {
        true => Err(LedgerError::Busy { path: ledger.to_owned(), waited_ms: BUSY_TIMEOUT_MS }),
        false => Ok(()),
    }
}
