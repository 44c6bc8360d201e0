//! The rows of exports, in steps by key.

use super::blocks::block_row;
use super::columns::column;
use super::error::LedgerError;
use super::exclusions::exclusion_row;
use super::journal::entry_row as journal_row;
use super::notices::{NoticeRow, notice_row};
use super::purchases::record_row;
use super::recovery::{Balance, balance_row, entry_row};
use super::refunds::refund_row;
use super::session::Row;
use super::tx::{Query, Read};
use super::values::values;
use super::webhooks::message_row;
use crate::model::attribution::Record;
use crate::model::{
    Block, Exclusion, Export, JournalEntry, RecoveryEntry, Refund, RefundId, Store, WebhookMessage,
};

/// How many rows one read looks at: a few milliseconds, so that no export holds up the log's checkpoints.
pub(crate) const EXPORT_STEP: i64 = 2000;

/// The rows of one step, and where the next one begins; `None` at the end.
pub(crate) struct Step<R, K = i64> {
    pub(crate) rows: Vec<R>,
    pub(crate) next: Option<K>,
}

/// Where a step of debts ended: player, item and refund.
type DebtKey = (String, String, RefundId);

impl Read<'_> {
    /// Refunds by number, after the given one.
    pub(crate) fn export_refunds(&self, export: &Export, after: i64) -> Result<Step<Refund>, LedgerError> {
        self.by_number("refunds", "at", export, after, refund_row)
    }

    /// Refunds by when they last changed, and then by number.
    pub(crate) fn export_changed_refunds(
        &self,
        export: &Export,
        after: (i64, i64),
    ) -> Result<Step<Refund, (i64, i64)>, LedgerError> {
        let mut query =
            Query::new("SELECT * FROM refunds WHERE (updated_at, id) > (?1, ?2)", &values![after.0, after.1]);
        query.and("+player = ?", export.user.as_deref());
        query.and("+store = ?", export.store.as_ref().map(Store::as_str));
        query.and("+at >= ?", export.since);
        query.and("+at < ?", export.until);
        query.order("updated_at, id", EXPORT_STEP);
        let rows = self.all(&query.sql, &query.values, refund_row)?;
        let next = rows.last().filter(|_| is_full(&rows)).map(|last| (last.updated_at.millis(), last.id));
        Ok(Step { rows, next })
    }

    /// Purchases by number.
    pub(crate) fn export_purchases(&self, export: &Export, after: i64) -> Result<Step<Record>, LedgerError> {
        self.by_number("purchases", "recorded_at", export, after, record_row)
    }

    /// Blocks by number.
    pub(crate) fn export_blocks(&self, export: &Export, after: i64) -> Result<Step<Block>, LedgerError> {
        self.by_number("blocks", "made_at", export, after, block_row)
    }

    /// Entries of the books by number.
    pub(crate) fn export_recovery(
        &self,
        export: &Export,
        after: i64,
    ) -> Result<Step<RecoveryEntry>, LedgerError> {
        self.by_number("recovery", "at", export, after, entry_row)
    }

    /// Journal entries by number.
    pub(crate) fn export_journal(
        &self,
        export: &Export,
        after: i64,
    ) -> Result<Step<JournalEntry>, LedgerError> {
        self.by_number("journal", "at", export, after, journal_row)
    }

    /// Exclusions by number.
    pub(crate) fn export_exclusions(
        &self,
        export: &Export,
        after: i64,
    ) -> Result<Step<Exclusion>, LedgerError> {
        self.by_number("exclusions", "made_at", export, after, exclusion_row)
    }

    /// Notices by number.
    pub(crate) fn export_notices(&self, export: &Export, after: i64) -> Result<Step<NoticeRow>, LedgerError> {
        self.by_number("notices", "made_at", export, after, notice_row)
    }

    /// Messages to webhook endpoints by number.
    pub(crate) fn export_messages(
        &self,
        export: &Export,
        after: i64,
    ) -> Result<Step<WebhookMessage>, LedgerError> {
        self.by_number("webhook_messages", "made_at", export, after, message_row)
    }

    /// Balances with something owed, by player, item and refund.
    pub(crate) fn export_debts(
        &self,
        export: &Export,
        after: &DebtKey,
    ) -> Result<Step<(RefundId, Balance), DebtKey>, LedgerError> {
        let mut query = Query::new(
            "SELECT * FROM balances WHERE due > taken + forgiven AND (player, item, refund_id) > (?1, ?2, ?3)",
            &values![&after.0, &after.1, after.2],
        );
        query.and("player = ?", export.user.as_deref());
        query.order("player, item, refund_id", EXPORT_STEP);
        let rows = self.all(&query.sql, &query.values, |row| {
            Ok((column::<RefundId>(row, "refund_id")?, balance_row(row)?))
        })?;
        let next = rows
            .last()
            .filter(|_| is_full(&rows))
            .map(|(refund, balance)| (balance.player.clone(), balance.item.clone(), *refund));
        Ok(Step { rows, next })
    }

    /// The rows of a table with numbers, after a number, by the conditions that the table has columns for. A step looks
    /// at as many numbers as it has rows at most; a user's rows are found by their index.
    fn by_number<R>(
        &self,
        table: &'static str,
        time: &'static str,
        export: &Export,
        after: i64,
        mut read: impl FnMut(&Row<'_>) -> Result<R, LedgerError>,
    ) -> Result<Step<R>, LedgerError> {
        let of_user = export.user.is_some();
        let last = if of_user { i64::MAX } else { after.saturating_add(EXPORT_STEP) };
        let mut query =
            Query::new(format!("SELECT * FROM {table} WHERE id > ?1 AND id <= ?2"), &values![after, last]);
        query.and("player = ?", export.user.as_deref());
        query.and("+store = ?", export.store.as_ref().map(Store::as_str));
        // The unary plus keeps SQLite on the numbers.
        query.and(&format!("+{time} >= ?"), export.since);
        query.and(&format!("+{time} < ?"), export.until);
        query.order("id", EXPORT_STEP);
        let mut at = after;
        let rows = self.all(&query.sql, &query.values, |row| {
            at = column(row, "id")?;
            read(row)
        })?;
        let next = match of_user {
            true => is_full(&rows).then_some(at),
            false => (last < self.highest_id(table)?).then_some(last),
        };
        Ok(Step { rows, next })
    }
}

fn is_full<R>(rows: &[R]) -> bool {
    i64::try_from(rows.len()).unwrap_or(i64::MAX) >= EXPORT_STEP
}
