//! What figures are read from: the sums of a time, and the rows that have no sums.

use std::collections::BTreeMap;

use super::columns::{column, json_column, name_column, store_column};
use super::error::LedgerError;
use super::inbox::KeptKind;
use super::sums::{lag_row, refunded_row, sold_row, work_row};
use super::tx::Read;
use super::values::values;
use crate::model::{
    BlockCause, BlockEnd, Days, EntryKind, Environment, Grain, How, LagKey, Tally, Timestamp, WaitingFigures,
    WorkCount, WorkStatus,
};

/// An entry of the books, as figures add it up.
pub(crate) struct BookedItem {
    pub(crate) item: String,
    pub(crate) kind: EntryKind,
    /// What made it; of an entry that cancels another, what made that one.
    pub(crate) how: How,
    pub(crate) quantity: i64,
}

impl Read<'_> {
    /// Adds the sums of purchases and refunds of some days or months, each from one to another, without the last.
    pub(crate) fn add_figures(
        &self,
        parts: Vec<(Grain, i64, i64)>,
        tally: &mut Tally,
    ) -> Result<(), LedgerError> {
        for (grain, from, to) in parts {
            let of_time = values![grain.number(), from, to];
            let sold = "SELECT * FROM sold WHERE grain = ?1 AND period >= ?2 AND period < ?3";
            self.each(sold, &of_time, |row| {
                let (key, sum) = sold_row(row)?;
                tally.add_sold(&key, sum);
                Ok(())
            })?;
            let refunded = "SELECT * FROM refunded WHERE grain = ?1 AND period >= ?2 AND period < ?3";
            self.each(refunded, &of_time, |row| {
                let (key, sum) = refunded_row(row)?;
                tally.add_refunded(&key, sum);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Calls `each` with the lags of a time.
    pub(crate) fn each_lag(&self, days: Days, mut each: impl FnMut(LagKey, i64)) -> Result<(), LedgerError> {
        let sql = "SELECT * FROM lags WHERE day >= ?1 AND day < ?2";
        self.each(sql, &values![days.from, days.to], |row| {
            let (key, refunds) = lag_row(row)?;
            each(key, refunds);
            Ok(())
        })
    }

    /// How many refunds have each work status.
    pub(crate) fn work_counts(&self) -> Result<Vec<WorkCount>, LedgerError> {
        let sql =
            "SELECT * FROM work_counts WHERE environment >= '' ORDER BY environment, store, work_status";
        let counts = self.all(sql, &[], |row| {
            let (_, sum) = work_row(row)?;
            let unreadable = |what| LedgerError::Unreadable { what, problem: "nothing".to_owned() };
            Ok(WorkCount {
                environment: name_column(row, "environment")?.ok_or_else(|| unreadable("environment"))?,
                store: store_column(row)?,
                work_status: name_column(row, "work_status")?.ok_or_else(|| unreadable("work_status"))?,
                refunds: sum.refunds,
                unattributed: sum.unattributed,
            })
        })?;
        Ok(counts.into_iter().filter(|count| count.refunds > 0).collect())
    }

    /// What waits now.
    pub(crate) fn waiting_figures(&self) -> Result<WaitingFigures, LedgerError> {
        let mut waiting = WaitingFigures {
            players_owing: self.number("SELECT count(*) FROM players WHERE owing > 0", &[])?,
            dead_letters: i64::try_from(self.kept(KeptKind::DeadLetters)?.count).unwrap_or(i64::MAX),
            ..WaitingFigures::default()
        };
        let to_do = WorkStatus::ALL.iter().filter(|status| status.is_to_do());
        waiting.to_do.extend(to_do.map(|status| (status.as_str().to_owned(), 0)));
        for count in self.work_counts()? {
            if count.environment != Environment::Production {
                continue;
            }
            waiting.unattributed += count.unattributed;
            if let Some(sum) = waiting.to_do.get_mut(count.work_status.as_str()) {
                *sum += count.refunds;
            }
        }
        let open = "SELECT count(*) AS open, min(deadline) AS first FROM reviews WHERE state IN ('waiting', 'reported')";
        let found = self.one(open, &[], |row| Ok((column(row, "open")?, column(row, "first")?)))?;
        (waiting.reviews_open, waiting.next_review_deadline) = found.unwrap_or_default();
        Ok(waiting)
    }

    /// The causes of the blocks that were made in a time.
    pub(crate) fn blocks_made(
        &self,
        (from, to): (Timestamp, Timestamp),
        mut each: impl FnMut(BlockCause),
    ) -> Result<(), LedgerError> {
        let sql = "SELECT cause FROM blocks WHERE made_at >= ?1 AND made_at < ?2";
        self.each(sql, &values![from, to], |row| {
            each(json_column(row, "cause")?);
            Ok(())
        })
    }

    /// How the blocks ended that ended in a time.
    pub(crate) fn blocks_ended(
        &self,
        (from, to): (Timestamp, Timestamp),
        mut each: impl FnMut(BlockEnd),
    ) -> Result<(), LedgerError> {
        let sql = "SELECT ended FROM blocks WHERE ended_at >= ?1 AND ended_at < ?2";
        self.each(sql, &values![from, to], |row| {
            each(json_column(row, "ended")?);
            Ok(())
        })
    }

    /// How many blocks are active.
    pub(crate) fn active_blocks(&self) -> Result<i64, LedgerError> {
        self.number("SELECT count(*) FROM blocks WHERE ended_at IS NULL", &[])
    }

    /// The entries of the books that were made in a time.
    pub(crate) fn each_entry(
        &self,
        (from, to): (Timestamp, Timestamp),
        mut each: impl FnMut(BookedItem),
    ) -> Result<(), LedgerError> {
        let sql = "SELECT entry.item AS item, entry.kind AS kind, coalesce(cancelled.how, entry.how) AS how,
                     entry.quantity AS quantity
                   FROM recovery AS entry LEFT JOIN recovery AS cancelled ON cancelled.id = entry.corrects
                   WHERE entry.at >= ?1 AND entry.at < ?2";
        self.each(sql, &values![from, to], |row| {
            let unreadable = |what| LedgerError::Unreadable { what, problem: "nothing".to_owned() };
            each(BookedItem {
                item: column(row, "item")?,
                kind: name_column(row, "kind")?.ok_or_else(|| unreadable("kind"))?,
                how: name_column(row, "how")?.ok_or_else(|| unreadable("how"))?,
                quantity: column(row, "quantity")?,
            });
            Ok(())
        })
    }

    /// What is owed now, by item.
    pub(crate) fn owed_items(&self) -> Result<BTreeMap<String, i64>, LedgerError> {
        let mut owed: BTreeMap<String, i64> = BTreeMap::new();
        let sql = "SELECT item, due, taken, forgiven FROM balances WHERE due > taken + forgiven";
        self.each(sql, &[], |row| {
            let [due, taken, forgiven] = ["due", "taken", "forgiven"].map(|name| column::<i64>(row, name));
            let missing = due?.saturating_sub(taken?).saturating_sub(forgiven?);
            let sum = owed.entry(column(row, "item")?).or_default();
            *sum = sum.saturating_add(missing);
            Ok(())
        })?;
        Ok(owed)
    }

    /// The players with at least so many refunds in a time that count, the most first.
    pub(crate) fn repeat_refunders(
        &self,
        (from, to): (Timestamp, Timestamp),
        at_least: u32,
        limit: i64,
    ) -> Result<Vec<(String, i64)>, LedgerError> {
        self.all(
            "SELECT player, count(*) AS refunds FROM refunds WHERE counted = 1 AND at >= ?1 AND at < ?2
             GROUP BY player HAVING count(*) >= ?3 ORDER BY refunds DESC, player LIMIT ?4",
            &values![from, to, at_least, limit],
            |row| Ok((column(row, "player")?, column(row, "refunds")?)),
        )
    }
}
