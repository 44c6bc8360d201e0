//! Requests that were refused, counted by reason: a few rows, whatever strangers send.

use rusqlite::params;

use super::error::LedgerError;
use super::tx::{Read, Tx, column};
use crate::model::Timestamp;

/// How often one reason was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefusalRow {
    /// The store's name; empty where the request was refused before it was any store's.
    pub(crate) store: String,
    pub(crate) code: String,
    pub(crate) count: i64,
    pub(crate) last_at: Timestamp,
    /// The last one's words.
    pub(crate) message: String,
}

impl Tx<'_> {
    /// Adds to what is counted.
    pub(crate) fn add_refusals(&self, rows: &[RefusalRow]) -> Result<(), LedgerError> {
        for row in rows {
            self.execute(
                "INSERT INTO refusals (store, code, count, first_at, last_at, message) VALUES (?1, ?2, ?3, ?4, ?4, ?5)
                 ON CONFLICT (store, code) DO UPDATE
                 SET count = refusals.count + excluded.count, last_at = excluded.last_at, message = excluded.message",
                params![row.store, row.code, row.count, row.last_at.millis(), row.message],
            )?;
        }
        Ok(())
    }
}

impl Read<'_> {
    /// What was refused since a time, the latest first. The counts are of all time.
    pub(crate) fn refusals(&self, since: Timestamp) -> Result<Vec<RefusalRow>, LedgerError> {
        self.all(
            "SELECT * FROM refusals WHERE last_at >= ?1 ORDER BY last_at DESC, store, code",
            params![since.millis()],
            |row| {
                Ok(RefusalRow {
                    store: column(row, "store")?,
                    code: column(row, "code")?,
                    count: column(row, "count")?,
                    last_at: Timestamp::from_millis(column(row, "last_at")?),
                    message: column(row, "message")?,
                })
            },
        )
    }
}
