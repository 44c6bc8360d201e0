//! The journal: what happened, in order, with its cause.

use rusqlite::types::Value;
use rusqlite::{Row, params};

use super::error::LedgerError;
use super::tx::{ROWS_AT_ONCE, Read, Tx, column, json_column, to_json};
use crate::model::{Happening, JournalEntry, RefundId, Timestamp};
use crate::uuid;

/// An entry to write.
#[derive(Clone, Copy, Default)]
pub(crate) struct NewEntry<'a> {
    /// The notification that led to it.
    pub(crate) inbox: Option<i64>,
    pub(crate) refund: Option<RefundId>,
    pub(crate) order: Option<&'a str>,
    pub(crate) user: Option<&'a str>,
}

impl Tx<'_> {
    /// Writes an entry, at the latest with the end of the job.
    pub(crate) fn write_journal(
        &self,
        about: NewEntry<'_>,
        now: Timestamp,
        happening: &Happening,
    ) -> Result<(), LedgerError> {
        let blocking = matches!(happening, Happening::Blocked { .. } | Happening::BlockEnded { .. });
        let text = |text: Option<&str>| text.map(str::to_owned).map_or(Value::Null, Value::Text);
        let row = [
            now.millis().into(),
            blocking.into(),
            about.inbox.into(),
            about.refund.into(),
            text(about.order),
            about.user.map(uuid::canonical).into(),
            to_json(happening)?.into(),
        ];
        let mut unwritten = self.unwritten.borrow_mut();
        unwritten.push(row);
        let is_full = unwritten.len() >= ROWS_AT_ONCE;
        drop(unwritten);
        if is_full { self.write_entries() } else { Ok(()) }
    }

    /// Writes the entries that are not written yet: before the job ends, and before anything reads the journal.
    pub(super) fn write_entries(&self) -> Result<(), LedgerError> {
        let rows = self.unwritten.take();
        self.insert_all("journal (at, blocking, inbox_id, refund_id, order_id, player, happening)", &rows, "")
    }
}

impl Read<'_> {
    /// The last entry's id; 0 where there is none.
    pub(crate) fn journal_end(&self) -> Result<i64, LedgerError> {
        self.number("SELECT coalesce(max(id), 0) FROM journal", [])
    }

    /// The users whose blocks changed after an entry, each once.
    pub(crate) fn users_reblocked_since(&self, id: i64) -> Result<Vec<String>, LedgerError> {
        self.all("SELECT DISTINCT player FROM journal WHERE blocking = 1 AND id > ?1", params![id], |row| {
            column(row, "player")
        })
    }

    /// The entries on a user and on the refunds that are the user's now, oldest first; the newest `limit` of them.
    pub(crate) fn journal_of_user(&self, user: &str, limit: i64) -> Result<Vec<JournalEntry>, LedgerError> {
        self.all(
            "SELECT * FROM (
               SELECT * FROM journal WHERE player = ?1 OR refund_id IN (SELECT id FROM refunds WHERE player = ?1)
               ORDER BY id DESC LIMIT ?2) AS newest ORDER BY id",
            params![user, limit],
            entry_row,
        )
    }

    /// The entries of an order id or purchase token, oldest first; the newest `limit` of them.
    pub(crate) fn journal_of_order(&self, order: &str, limit: i64) -> Result<Vec<JournalEntry>, LedgerError> {
        self.all(
            "SELECT * FROM (
               SELECT * FROM journal WHERE order_id = ?1 OR refund_id IN
                 (SELECT id FROM refunds WHERE order_id = ?1 OR purchase_token = ?1
                  UNION SELECT refund_id FROM refund_ids WHERE id = ?1 AND exact = 1)
               ORDER BY id DESC LIMIT ?2) AS newest ORDER BY id",
            params![order, limit],
            entry_row,
        )
    }
}

fn entry_row(row: &Row<'_>) -> Result<JournalEntry, LedgerError> {
    Ok(JournalEntry {
        id: column(row, "id")?,
        at: Timestamp::from_millis(column(row, "at")?),
        inbox: column(row, "inbox_id")?,
        refund: column(row, "refund_id")?,
        user: column(row, "player")?,
        what: json_column(row, "happening")?,
    })
}
