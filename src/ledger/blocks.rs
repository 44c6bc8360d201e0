//! Blocks: which users may not play, and why.

use super::columns::{column, json_column, json_column_or_null, text_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::{to_json, values};
use crate::model::{Block, BlockCause, BlockEnd, BlockId, EndedBy, RefundId, Timestamp};

impl Tx<'_> {
    /// Makes a block.
    pub(crate) fn insert_block(
        &self,
        user: &str,
        cause: BlockCause,
        now: Timestamp,
        until: Option<Timestamp>,
        until_settled: bool,
    ) -> Result<Block, LedgerError> {
        let refund = match &cause {
            BlockCause::Refund { refund, .. } => Some(*refund),
            BlockCause::Operator { .. } => None,
        };
        let json = to_json(&cause)?;
        let row = values! {
            player: user, refund_id: refund, cause: &json, made_at: now, until: until, until_settled: until_settled
        };
        let id = self.insert("blocks", &row)?;
        Ok(Block {
            id,
            user: user.to_owned(),
            cause,
            made_at: now,
            until,
            until_settled,
            owes: Vec::new(),
            ended: None,
        })
    }

    /// Makes a block another refund's, which turned out to be the same.
    pub(crate) fn hand_block_over(&self, block: &Block, to: RefundId) -> Result<(), LedgerError> {
        let BlockCause::Refund { rule, .. } = &block.cause else { return Ok(()) };
        let cause = BlockCause::Refund { refund: to, rule: rule.clone() };
        self.execute(
            "UPDATE blocks SET refund_id = ?2, cause = ?3 WHERE id = ?1",
            &values![block.id, to, &to_json(&cause)?],
        )
        .map(drop)
    }

    /// Ends an active block, and returns it as ended; `None` where it had ended before.
    pub(crate) fn end_block(
        &self,
        mut block: Block,
        now: Timestamp,
        why: EndedBy,
    ) -> Result<Option<Block>, LedgerError> {
        let ended = self.execute(
            "UPDATE blocks SET ended_at = ?2, ended = ?3 WHERE id = ?1 AND ended_at IS NULL",
            &values![block.id, now, &to_json(&BlockEnd { at: now, why: why.clone() })?],
        )?;
        block.ended = Some(BlockEnd { at: now, why });
        Ok((ended == 1).then_some(block))
    }
}

impl Read<'_> {
    /// Whether any block of the user is active.
    pub(crate) fn is_blocked(&self, user: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM blocks WHERE player = ?1 AND ended_at IS NULL)";
        Ok(self.number(sql, &values![user])? == 1)
    }

    /// Calls `each` with every user that has an active block; a user may come more than once.
    pub(crate) fn for_each_blocked_user(&self, mut each: impl FnMut(&str)) -> Result<(), LedgerError> {
        self.each("SELECT player FROM blocks WHERE ended_at IS NULL", &[], |row| {
            each(text_column(row, "player")?);
            Ok(())
        })
    }

    /// How many users are blocked.
    pub(crate) fn blocked_users(&self) -> Result<i64, LedgerError> {
        self.number("SELECT count(DISTINCT player) AS users FROM blocks WHERE ended_at IS NULL", &[])
    }

    /// The active blocks of a user, newest first.
    pub(crate) fn standing_blocks(&self, user: &str) -> Result<Vec<Block>, LedgerError> {
        self.all(
            "SELECT * FROM blocks WHERE player = ?1 AND ended_at IS NULL ORDER BY id DESC",
            &values![user],
            block_row,
        )
    }

    /// A block by its id.
    pub(crate) fn block(&self, id: BlockId) -> Result<Option<Block>, LedgerError> {
        self.one("SELECT * FROM blocks WHERE id = ?1", &values![id], block_row)
    }

    /// All blocks that a refund ever caused, oldest first.
    pub(crate) fn blocks_by_refund(&self, refund: RefundId) -> Result<Vec<Block>, LedgerError> {
        self.all("SELECT * FROM blocks WHERE refund_id = ?1 ORDER BY id", &values![refund], block_row)
    }

    /// Active blocks whose time is up.
    pub(crate) fn blocks_due(&self, now: Timestamp, limit: i64) -> Result<Vec<Block>, LedgerError> {
        self.all(
            "SELECT * FROM blocks WHERE ended_at IS NULL AND until IS NOT NULL AND until <= ?1 ORDER BY until LIMIT ?2",
            &values![now, limit],
            block_row,
        )
    }

    /// Whether any block's time is up, or the grace before one.
    pub(crate) fn any_block_due(&self, now: Timestamp) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM blocks WHERE ended_at IS NULL AND until IS NOT NULL AND until <= ?1)
                   OR EXISTS (SELECT 1 FROM block_later WHERE due_at <= ?1)";
        Ok(self.number(sql, &values![now])? == 1)
    }

    /// Blocks, newest first, from before the given id; with those that have ended or without.
    pub(crate) fn blocks(
        &self,
        with_ended: bool,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Block>, LedgerError> {
        let sql = if with_ended {
            "SELECT * FROM blocks WHERE id < ?1 ORDER BY id DESC LIMIT ?2"
        } else {
            "SELECT * FROM blocks WHERE id < ?1 AND ended_at IS NULL ORDER BY id DESC LIMIT ?2"
        };
        self.all(sql, &values![before, limit], block_row)
    }

    /// A user's blocks, newest first.
    pub(crate) fn blocks_of_user(&self, user: &str, limit: i64) -> Result<Vec<Block>, LedgerError> {
        self.all(
            "SELECT * FROM blocks WHERE player = ?1 ORDER BY id DESC LIMIT ?2",
            &values![user, limit],
            block_row,
        )
    }
}

pub(super) fn block_row(row: &Row<'_>) -> Result<Block, LedgerError> {
    Ok(Block {
        id: column(row, "id")?,
        user: column(row, "player")?,
        cause: json_column(row, "cause")?,
        made_at: column(row, "made_at")?,
        until: column(row, "until")?,
        until_settled: column(row, "until_settled")?,
        owes: Vec::new(),
        ended: json_column_or_null(row, "ended")?,
    })
}
