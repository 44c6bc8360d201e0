//! The sums that figures are read from. A transaction collects what it adds to them, and writes each sum once, at its end;
//! a job that fails has written none.

use std::cell::{Cell, RefCell};

use super::case::Case;
use super::columns::{column, name_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{
    Contribution, Dated, Dimensions, Grain, LagKey, Period, PlayerSum, RefundedKey, RefundedSum, Sale,
    SoldKey, SoldSum, Sums, UtcOffset, WorkKey, WorkSum,
};

/// What a transaction adds to the sums.
#[derive(Default)]
pub(super) struct Collected {
    sums: RefCell<Sums>,
    /// Where days begin, once it was read.
    offset: Cell<Option<UtcOffset>>,
    /// Whether the latest notification was found by a sweep.
    swept: Cell<bool>,
}

impl Collected {
    pub(super) fn by_sweep(&self, swept: bool) {
        self.swept.set(swept);
    }
}

impl Tx<'_> {
    /// Whether the notification that this transaction kept last was found by a sweep.
    pub(crate) fn is_by_sweep(&self) -> bool {
        self.collected.swept.get()
    }

    /// Counts what became of a refund's row; `before` is as it was saved last.
    pub(super) fn count_case(&self, before: Option<&Case>, after: &Case) -> Result<(), LedgerError> {
        let of = |case: &Case| Contribution::of(&case.counted());
        let (before, after) = (before.map(of), of(after));
        if before.as_ref() == Some(&after) {
            return Ok(());
        }
        let offset = self.utc_offset()?;
        let mut sums = self.collected.sums.borrow_mut();
        if let Some(before) = before {
            sums.add_case(&before, -1, offset);
        }
        sums.add_case(&after, 1, offset);
        Ok(())
    }

    /// Counts what became of a recorded purchase.
    pub(super) fn count_sale(&self, before: Option<&Sale>, after: Option<&Sale>) -> Result<(), LedgerError> {
        if before == after {
            return Ok(());
        }
        let offset = self.utc_offset()?;
        let mut sums = self.collected.sums.borrow_mut();
        before.into_iter().for_each(|sale| sums.add_sale(sale, -1, offset));
        after.into_iter().for_each(|sale| sums.add_sale(sale, 1, offset));
        Ok(())
    }

    /// Read once a transaction: another process may have changed it, with all sums.
    fn utc_offset(&self) -> Result<UtcOffset, LedgerError> {
        if let Some(known) = self.collected.offset.get() {
            return Ok(known);
        }
        let offset = self.read().utc_offset()?;
        self.collected.offset.set(Some(offset));
        Ok(offset)
    }

    /// Adds what was collected to the tables.
    pub(super) fn write_sums(&self) -> Result<(), LedgerError> {
        self.add_sums(self.collected.sums.take().without_nothing())
    }

    pub(super) fn add_sums(&self, sums: Sums) -> Result<(), LedgerError> {
        let sold: Vec<_> = sums.sold.iter().map(|(key, sum)| sold_columns(key, *sum)).collect();
        self.insert_all(
            "sold",
            &sold,
            "ON CONFLICT (grain, period, store, environment, product, country, currency) DO UPDATE SET
             purchases = sold.purchases + excluded.purchases, micros = sold.micros + excluded.micros,
             unpriced = sold.unpriced + excluded.unpriced",
        )?;
        let refunded: Vec<_> = sums.refunded.iter().map(|(key, sum)| refunded_columns(key, *sum)).collect();
        self.insert_all(
            "refunded",
            &refunded,
            "ON CONFLICT (grain, period, dated, store, environment, product, country, currency, reason, rule, work_status)
             DO UPDATE SET refunds = refunded.refunds + excluded.refunds, whole = refunded.whole + excluded.whole,
             recorded = refunded.recorded + excluded.recorded, micros = refunded.micros + excluded.micros,
             amount_unknown = refunded.amount_unknown + excluded.amount_unknown",
        )?;
        let lags: Vec<_> = sums.lags.iter().map(|(key, sum)| lag_columns(key, sum.refunds)).collect();
        let conflict =
            "ON CONFLICT (day, store, stage, bucket) DO UPDATE SET refunds = lags.refunds + excluded.refunds";
        self.insert_all("lags", &lags, conflict)?;
        let work: Vec<_> = sums.work.iter().map(|(key, sum)| work_columns(key, *sum)).collect();
        self.insert_all(
            "work_counts",
            &work,
            "ON CONFLICT (environment, store, work_status) DO UPDATE SET
             refunds = work_counts.refunds + excluded.refunds,
             unattributed = work_counts.unattributed + excluded.unattributed",
        )?;
        let player = |(player, sum): (_, &PlayerSum)| {
            values! { player: player, refunds: sum.refunds, counted: sum.counted, owing: sum.owing }
        };
        let players: Vec<_> = sums.players.iter().map(player).collect();
        self.insert_all(
            "players",
            &players,
            "ON CONFLICT (player) DO UPDATE SET refunds = players.refunds + excluded.refunds,
             counted = players.counted + excluded.counted, owing = players.owing + excluded.owing",
        )
        .map(drop)
    }

    /// Removes all sums, to count them again from where days begin now.
    pub(super) fn clear_sums(&self, offset: UtcOffset) -> Result<(), LedgerError> {
        self.execute("DELETE FROM sold WHERE grain >= 0", &[])?;
        self.execute("DELETE FROM refunded WHERE grain >= 0", &[])?;
        self.execute("DELETE FROM lags WHERE day >= ?1", &values![i64::MIN])?;
        self.execute("DELETE FROM work_counts WHERE environment >= ''", &[])?;
        self.execute("DELETE FROM players WHERE player >= ''", &[])?;
        let set = "UPDATE sums_settings SET utc_offset = ?1 WHERE id = 1";
        self.execute(set, &values![offset.minutes()])?;
        self.collected.offset.set(Some(offset));
        self.collected.sums.take();
        Ok(())
    }
}

impl Read<'_> {
    /// Where days and months of the sums begin.
    pub(crate) fn utc_offset(&self) -> Result<UtcOffset, LedgerError> {
        let minutes = self.number("SELECT utc_offset FROM sums_settings WHERE id = 1", &[])?;
        UtcOffset::from_minutes(minutes).ok_or_else(|| LedgerError::Unreadable {
            what: "utc_offset",
            problem: format!("{minutes} minutes"),
        })
    }

    /// All sums as the tables have them.
    pub(super) fn sums(&self) -> Result<Sums, LedgerError> {
        let mut sums = Sums::default();
        self.each("SELECT * FROM sold WHERE grain >= 0", &[], |row| {
            let (key, sum) = sold_row(row)?;
            sums.sold.insert(key, sum);
            Ok(())
        })?;
        self.each("SELECT * FROM refunded WHERE grain >= 0", &[], |row| {
            let (key, sum) = refunded_row(row)?;
            sums.refunded.insert(key, sum);
            Ok(())
        })?;
        self.each("SELECT * FROM lags WHERE day >= ?1", &values![i64::MIN], |row| {
            let (key, refunds) = lag_row(row)?;
            sums.lags.entry(key).or_default().refunds = refunds;
            Ok(())
        })?;
        self.each("SELECT * FROM work_counts WHERE environment >= ''", &[], |row| {
            let (key, sum) = work_row(row)?;
            sums.work.insert(key, sum);
            Ok(())
        })?;
        self.each("SELECT * FROM players WHERE player >= ''", &[], |row| {
            let sum = PlayerSum {
                refunds: column(row, "refunds")?,
                counted: column(row, "counted")?,
                owing: column(row, "owing")?,
            };
            sums.players.insert(column(row, "player")?, sum);
            Ok(())
        })?;
        Ok(sums)
    }
}

fn sold_columns(key: &SoldKey, sum: SoldSum) -> [super::values::Column<'_>; 10] {
    values! {
        grain: key.period.grain.number(),
        period: key.period.number,
        store: &key.of.store,
        environment: &key.of.environment,
        product: &key.of.product,
        country: &key.of.country,
        currency: &key.of.currency,
        purchases: sum.purchases,
        micros: sum.micros,
        unpriced: sum.unpriced,
    }
}

fn refunded_columns(key: &RefundedKey, sum: RefundedSum) -> [super::values::Column<'_>; 16] {
    values! {
        grain: key.period.grain.number(),
        period: key.period.number,
        dated: key.dated.as_str(),
        store: &key.of.store,
        environment: &key.of.environment,
        product: &key.of.product,
        country: &key.of.country,
        currency: &key.of.currency,
        reason: &key.reason,
        rule: &key.rule,
        work_status: &key.work_status,
        refunds: sum.refunds,
        whole: sum.whole,
        recorded: sum.recorded,
        micros: sum.micros,
        amount_unknown: sum.amount_unknown,
    }
}

fn lag_columns(key: &LagKey, refunds: i64) -> [super::values::Column<'_>; 5] {
    values! { day: key.day, store: &key.store, stage: key.stage.as_str(), bucket: key.bucket, refunds: refunds }
}

fn work_columns(key: &WorkKey, sum: WorkSum) -> [super::values::Column<'_>; 5] {
    values! {
        environment: &key.environment,
        store: &key.store,
        work_status: &key.work_status,
        refunds: sum.refunds,
        unattributed: sum.unattributed,
    }
}

fn period_columns(row: &Row<'_>) -> Result<Period, LedgerError> {
    Ok(Period { grain: Grain::of_number(column(row, "grain")?), number: column(row, "period")? })
}

fn dimension_columns(row: &Row<'_>) -> Result<Dimensions, LedgerError> {
    Ok(Dimensions {
        store: column(row, "store")?,
        environment: column(row, "environment")?,
        product: column(row, "product")?,
        country: column(row, "country")?,
        currency: column(row, "currency")?,
    })
}

pub(super) fn sold_row(row: &Row<'_>) -> Result<(SoldKey, SoldSum), LedgerError> {
    let key = SoldKey { period: period_columns(row)?, of: dimension_columns(row)? };
    let sum = SoldSum {
        purchases: column(row, "purchases")?,
        micros: column(row, "micros")?,
        unpriced: column(row, "unpriced")?,
    };
    Ok((key, sum))
}

pub(super) fn refunded_row(row: &Row<'_>) -> Result<(RefundedKey, RefundedSum), LedgerError> {
    let dated: String = column(row, "dated")?;
    let key = RefundedKey {
        period: period_columns(row)?,
        dated: if dated == Dated::Bought.as_str() { Dated::Bought } else { Dated::Refunded },
        of: dimension_columns(row)?,
        reason: column(row, "reason")?,
        rule: column(row, "rule")?,
        work_status: column(row, "work_status")?,
    };
    let sum = RefundedSum {
        refunds: column(row, "refunds")?,
        whole: column(row, "whole")?,
        recorded: column(row, "recorded")?,
        micros: column(row, "micros")?,
        amount_unknown: column(row, "amount_unknown")?,
    };
    Ok((key, sum))
}

pub(super) fn lag_row(row: &Row<'_>) -> Result<(LagKey, i64), LedgerError> {
    let stage = name_column(row, "stage")?.ok_or_else(|| LedgerError::Unreadable {
        what: "stage",
        problem: "NULL instead of a name".to_owned(),
    })?;
    let key = LagKey {
        day: column(row, "day")?,
        store: column(row, "store")?,
        stage,
        bucket: column(row, "bucket")?,
    };
    Ok((key, column(row, "refunds")?))
}

pub(super) fn work_row(row: &Row<'_>) -> Result<(WorkKey, WorkSum), LedgerError> {
    let key = WorkKey {
        environment: column(row, "environment")?,
        store: column(row, "store")?,
        work_status: column(row, "work_status")?,
    };
    let sum = WorkSum { refunds: column(row, "refunds")?, unattributed: column(row, "unattributed")? };
    Ok((key, sum))
}
