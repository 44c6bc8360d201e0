//! The room that the ledger takes on its disk, and the log beside it (`-wal`), which is kept in bounds.
//!
//! SQLite writes on behind the end of the log for as long as a program reads an old state of the ledger, such as a
//! database browser that was left open. Once it ends, the log is written to the ledger and made small again.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension as _};

use super::files::Files;
use super::open::{self, BUSY_TIMEOUT_MS, LOG_LIMIT};
use crate::ledger::error::LedgerError;
use crate::ledger::meta::LOG_TO_EMPTY;

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

    /// Makes the log small where it is not, and empties it where it has what was forgotten, unless a reader is active.
    pub(super) fn look_after(&mut self, files: &Files, connection: &Connection) {
        if self.tried.elapsed() < BETWEEN_TRIES {
            return;
        }
        self.tried = Instant::now();
        if let Err(error) = empty_if_noted(connection) {
            tracing::debug!(%error, "the log beside the ledger still has what was forgotten");
        }
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

/// Empties the log if the ledger notes that it must be, and removes the note once it is.
fn empty_if_noted(connection: &Connection) -> rusqlite::Result<()> {
    let note = "SELECT value FROM meta WHERE name = ?1";
    let mark: Option<Vec<u8>> = connection.query_row(note, [LOG_TO_EMPTY], |row| row.get(0)).optional()?;
    let Some(mark) = mark else { return Ok(()) };
    if shrink(connection)? {
        // A later note is of what may be in the log again.
        connection.execute("DELETE FROM meta WHERE name = ?1 AND value = ?2", (LOG_TO_EMPTY, mark))?;
    }
    Ok(())
}

/// Does not wait for others: callers wait for this thread. Returns whether the log is empty.
fn shrink(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(Duration::ZERO)?;
    let is_busy: rusqlite::Result<bool> =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    is_busy.map(|is_busy| !is_busy)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A limiter that may try at once.
    fn size() -> LogSize {
        LogSize { tried: Instant::now().checked_sub(BETWEEN_TRIES).unwrap(), reported: false }
    }

    #[test]
    fn a_log_with_what_was_forgotten_is_emptied_once_no_reader_is_left_whatever_its_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let files = Files::hold(&path).unwrap();
        let connection = open::writer(&path).unwrap();
        files.settle().unwrap();
        shrink(&connection).unwrap();
        let reader = open::existing(&path).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM meta").unwrap();
        let counted: i64 = reader.query_row("SELECT count(*) FROM meta", [], |row| row.get(0)).unwrap();
        connection.execute("INSERT INTO meta (name, value) VALUES ('log_to_empty', x'01')", []).unwrap();
        let noted = || {
            let count = "SELECT count(*) FROM meta WHERE name = 'log_to_empty'";
            connection.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap()
        };
        size().look_after(&files, &connection);
        assert!(files.log_size() > 0, "the reader of {counted} rows is active");
        assert_eq!(noted(), 1);
        reader.execute_batch("COMMIT").unwrap();
        size().look_after(&files, &connection);
        assert_eq!(noted(), 0);
        // What the removal of the note wrote is all that is there.
        assert!(files.log_size() < 64 << 10, "{}", files.log_size());
        drop((reader, connection));
    }
}
