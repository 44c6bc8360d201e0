//! The log beside the ledger (`-wal`), kept in bounds.
//!
//! SQLite writes on behind the end of the log for as long as somebody reads an old state of the ledger, such as a database
//! browser that was left open. Once it is gone the log is written to the ledger and made small again.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::files::Files;
use super::open::LOG_LIMIT;

/// Between two tries: one takes a few milliseconds where somebody still reads.
const BETWEEN_TRIES: Duration = Duration::from_secs(2);

/// A log of this many bytes is worth a line in the log of the program and a warning of the doctor's.
pub(crate) const LARGE_LOG: u64 = 64 << 20;

/// Looks after the log's size.
pub(super) struct LogSize {
    tried: Instant,
    reported: bool,
}

impl LogSize {
    pub(super) fn new() -> Self {
        Self { tried: Instant::now(), reported: false }
    }

    /// Makes the log small where it is not, unless somebody reads.
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
                "the log beside the ledger (-wal) is large: somebody has been reading an old state of the ledger for long, \
                 such as a database browser. Find it with lsof"
            );
        }
        if let Err(error) = shrink(connection) {
            tracing::debug!(%error, "the log beside the ledger was not made smaller");
        }
    }
}

/// Waits for nobody: callers wait for this thread.
fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::ZERO)?;
    let done = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    connection.busy_timeout(Duration::from_millis(super::error::BUSY_TIMEOUT_MS))?;
    done
}
