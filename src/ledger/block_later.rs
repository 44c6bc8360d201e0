//! Blocks until repaid that begin later.

use super::columns::column;
use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{RefundId, Timestamp};

impl Tx<'_> {
    /// Notes that a refund blocks later, or changes when.
    pub(crate) fn block_later(
        &self,
        refund: RefundId,
        since: Timestamp,
        due_at: Timestamp,
    ) -> Result<(), LedgerError> {
        let row = values! { refund_id: refund, since: since, due_at: due_at };
        self.insert_all(
            "block_later",
            &[row],
            "ON CONFLICT (refund_id) DO UPDATE SET since = excluded.since, due_at = excluded.due_at",
        )
        .map(drop)
    }

    /// Drops the block that a refund would make later; whether there was one.
    pub(crate) fn drop_block_later(&self, refund: RefundId) -> Result<bool, LedgerError> {
        let dropped = self.execute("DELETE FROM block_later WHERE refund_id = ?1", &values![refund])?;
        Ok(dropped == 1)
    }

    /// Makes the block that a refund would make later another refund's, which turned out to be the same.
    pub(crate) fn hand_block_later_over(&self, from: RefundId, to: RefundId) -> Result<(), LedgerError> {
        let sql = "UPDATE block_later SET refund_id = ?2 WHERE refund_id = ?1";
        self.execute(sql, &values![from, to]).map(drop)
    }
}

impl Read<'_> {
    /// From when the grace of a refund counts that blocks later.
    pub(crate) fn grace_since(&self, refund: RefundId) -> Result<Option<Timestamp>, LedgerError> {
        self.one("SELECT since FROM block_later WHERE refund_id = ?1", &values![refund], |row| {
            column(row, "since")
        })
    }

    /// The refunds whose grace is over.
    pub(crate) fn later_blocks_due(&self, now: Timestamp, limit: i64) -> Result<Vec<RefundId>, LedgerError> {
        self.all(
            "SELECT refund_id FROM block_later WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2",
            &values![now, limit],
            |row| column(row, "refund_id"),
        )
    }
}
