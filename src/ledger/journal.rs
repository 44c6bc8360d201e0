//! The journal: what happened, in order, with its cause; and every version of the policy that may have decided it.

use super::columns::{column, json_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{ROWS_AT_ONCE, Read, Tx, Unwritten};
use super::values::{to_json, values};
use crate::model::{Happening, JournalEntry, Policy, RefundId, Timestamp};
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
        let entry = Unwritten {
            at: now,
            blocking: matches!(happening, Happening::Blocked { .. } | Happening::BlockEnded { .. }),
            inbox: about.inbox,
            refund: about.refund,
            order: about.order.map(str::to_owned),
            user: about.user.map(uuid::canonical),
            happening: to_json(happening)?,
        };
        let mut unwritten = self.unwritten.borrow_mut();
        unwritten.push(entry);
        let is_full = unwritten.len() >= ROWS_AT_ONCE;
        drop(unwritten);
        if is_full { self.write_entries() } else { Ok(()) }
    }

    /// Writes the entries that are not written yet: before the job ends, and before anything reads the journal.
    pub(super) fn write_entries(&self) -> Result<(), LedgerError> {
        let entries = self.unwritten.take();
        let rows: Vec<_> = entries.iter().map(Unwritten::row).collect();
        self.insert_all("journal", &rows, "").map(drop)
    }
}

impl Read<'_> {
    /// The entries on a user and on the refunds that are the user's now, oldest first; the newest `limit` of them.
    pub(crate) fn journal_of_user(&self, user: &str, limit: i64) -> Result<Vec<JournalEntry>, LedgerError> {
        self.all(
            "SELECT * FROM (
               SELECT * FROM journal WHERE player = ?1 OR refund_id IN (SELECT id FROM refunds WHERE player = ?1)
               ORDER BY id DESC LIMIT ?2) AS newest ORDER BY id",
            &values![user, limit],
            entry_row,
        )
    }

    /// The entries of a refund, oldest first; the newest `limit` of them.
    pub(crate) fn journal_of_refund(
        &self,
        refund: RefundId,
        limit: i64,
    ) -> Result<Vec<JournalEntry>, LedgerError> {
        self.all(
            "SELECT * FROM (SELECT * FROM journal WHERE refund_id = ?1 ORDER BY id DESC LIMIT ?2) AS newest
             ORDER BY id",
            &values![refund, limit],
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
            &values![order, limit],
            entry_row,
        )
    }

    /// The id of the newest entry; 0 without any.
    #[cfg(feature = "operators")]
    pub(crate) fn newest_entry(&self) -> Result<i64, LedgerError> {
        self.highest_id("journal")
    }

    /// The refunds of the newest `limit` entries after an entry that are of refunds, each once.
    #[cfg(feature = "operators")]
    pub(crate) fn refunds_since(&self, entry: i64, limit: i64) -> Result<Vec<RefundId>, LedgerError> {
        self.all(
            "SELECT DISTINCT refund_id FROM (
               SELECT refund_id FROM journal WHERE id > ?1 AND refund_id IS NOT NULL ORDER BY id DESC LIMIT ?2) AS newest
             ORDER BY refund_id",
            &values![entry, limit],
            |row| column(row, "refund_id"),
        )
    }
}

pub(super) fn entry_row(row: &Row<'_>) -> Result<JournalEntry, LedgerError> {
    Ok(JournalEntry {
        id: column(row, "id")?,
        at: column(row, "at")?,
        inbox: column(row, "inbox_id")?,
        refund: column(row, "refund_id")?,
        user: column(row, "player")?,
        what: json_column(row, "happening")?,
    })
}

impl Tx<'_> {
    /// The version number of a policy: the one it had before, or a new one.
    pub(crate) fn policy_version(&self, policy: &Policy, now: Timestamp) -> Result<i64, LedgerError> {
        let rules = to_json(policy)?;
        let known =
            self.read().one("SELECT version FROM policies WHERE rules = ?1", &values![&rules], |row| {
                column(row, "version")
            })?;
        match known {
            Some(version) => Ok(version),
            None => self.insert("policies", &values! { rules: &rules, since: now }),
        }
    }
}

impl Read<'_> {
    /// A policy by its version.
    pub(crate) fn policy(&self, version: i64) -> Result<Option<Policy>, LedgerError> {
        self.one("SELECT rules FROM policies WHERE version = ?1", &values![version], |row| {
            json_column(row, "rules")
        })
    }
}
