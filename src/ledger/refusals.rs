//! Requests that were refused, counted by reason: a few rows, whatever strangers send.

use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::{column, values};
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
            let row = values! {
                store: &row.store,
                code: &row.code,
                count: row.count,
                first_at: row.last_at,
                last_at: row.last_at,
                message: &row.message,
            };
            self.insert_all(
                "refusals",
                &[row],
                "ON CONFLICT (store, code) DO UPDATE
                 SET count = refusals.count + excluded.count, last_at = excluded.last_at, message = excluded.message",
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
            &values![since],
            |row| {
                Ok(RefusalRow {
                    store: column(row, "store")?,
                    code: column(row, "code")?,
                    count: column(row, "count")?,
                    last_at: column(row, "last_at")?,
                    message: column(row, "message")?,
                })
            },
        )
    }
}
