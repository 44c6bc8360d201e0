//! Readers beside the writer. In WAL mode they never wait for it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use super::files::Files;
use super::open;
use super::session::Session;
use crate::ledger::error::LedgerError;
use crate::ledger::tx::Read;

/// How many idle connections are kept. Queries are an operator's or a support tool's, not a login's: a few at a time.
const KEPT: usize = 8;

/// A pool of connections that cannot write.
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    closed: AtomicBool,
    /// The files of the engine that reads; `None` for a reader without an engine.
    files: Option<Arc<Files>>,
}

impl Readers {
    pub(super) const fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Vec::new()), closed: AtomicBool::new(false), files: None }
    }

    /// As [`new`](Self::new), beside the writer of an engine.
    pub(super) const fn beside(path: PathBuf, files: Arc<Files>) -> Self {
        Self { path, idle: Mutex::new(Vec::new()), closed: AtomicBool::new(false), files: Some(files) }
    }

    /// Refuses once it is closed, or lost.
    pub(in crate::ledger) fn check_open(&self) -> Result<(), LedgerError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(LedgerError::Closed);
        }
        self.files.as_ref().map_or(Ok(()), |files| files.lost())
    }

    /// Runs `query` on one consistent state of the ledger.
    pub(crate) fn read<T>(
        &self,
        query: impl FnOnce(Read<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.read_state(query).map_err(|error| error.at(&self.path))
    }

    fn read_state<T>(
        &self,
        query: impl FnOnce(Read<'_>) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        self.check_open()?;
        let connection = match self.idle.lock().ok().and_then(|mut idle| idle.pop()) {
            Some(connection) => connection,
            None => open::reader(&self.path)?,
        };
        connection.execute_batch("BEGIN")?;
        let found = query(Read::new(Session::on(&connection)));
        // Ending a read transaction cannot fail in a way that matters: a connection that is not put back is closed.
        if connection.execute_batch("COMMIT").is_ok()
            && let Ok(mut idle) = self.idle.lock()
            && idle.len() < KEPT
            && !self.closed.load(Ordering::Acquire)
        {
            idle.push(connection);
        }
        found
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        if let Ok(mut idle) = self.idle.lock() {
            idle.clear();
        }
    }
}
