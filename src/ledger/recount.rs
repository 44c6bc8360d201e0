//! Counts what sums say from the rows themselves: the sums of the figures, and the balances of the books.

use super::case::Case;
use super::columns::column;
use super::error::LedgerError;
use super::purchases::{record_row, sale_of};
use super::recovery::Balance;
use super::refunds::case_row;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{
    Contribution, CountedCase, EntryKind, FiguresRecount, How, RecoveryEntry, RefundId, Sums, UtcOffset,
    WorkStatus,
};

/// How many rows are read at a time, and how many sums are in memory at least before they are written.
const AT_ONCE: i64 = 2000;
const MAX_SUMS: usize = 20_000;

/// A comparison of sums with the rows that they are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SumsCheck {
    /// How many purchases and refunds were counted.
    pub(crate) rows: i64,
    /// How many sums are not what the rows add up to.
    pub(crate) wrong: usize,
    /// How many refunds have a wrong mark in their row.
    pub(crate) wrong_rows: i64,
}

/// A comparison of balances with the entries that they are the sums of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BooksCheck {
    /// How many refunds were looked at.
    pub(crate) refunds: usize,
    /// Those with a balance that is not the sum of its entries.
    pub(crate) wrong: Vec<RefundId>,
}

impl Tx<'_> {
    /// Counts all sums again, with days that begin at this offset.
    pub(crate) fn recount(&self, offset: UtcOffset) -> Result<FiguresRecount, LedgerError> {
        self.clear_sums(offset)?;
        let (mut sums, mut counted) = (Sums::default(), FiguresRecount::default());
        self.read().each_sale(offset, &mut sums, |sums, purchases| {
            counted.purchases += purchases;
            self.write_if_many(sums)
        })?;
        self.read().each_counted_case(offset, &mut sums, |sums, cases| {
            counted.refunds += i64::try_from(cases.len()).unwrap_or(i64::MAX);
            for case in cases.iter().filter(|case| case.is_wrong) {
                self.execute(
                    "UPDATE refunds SET counted = ?2, owing = ?3 WHERE id = ?1",
                    &values![case.id, case.counts, case.is_owing],
                )?;
            }
            self.write_if_many(sums)
        })?;
        self.memo.forget_cases();
        self.add_sums(sums)?;
        Ok(counted)
    }

    fn write_if_many(&self, sums: &mut Sums) -> Result<(), LedgerError> {
        if sums.len() < MAX_SUMS { Ok(()) } else { self.add_sums(std::mem::take(sums)) }
    }
}

/// A refund as it was counted.
struct Recounted {
    id: RefundId,
    counts: bool,
    is_owing: bool,
    /// Whether its row says otherwise.
    is_wrong: bool,
}

impl Read<'_> {
    /// How many purchases and refunds there are at most.
    pub(crate) fn rows_to_count(&self) -> Result<i64, LedgerError> {
        Ok(self.highest_id("purchases")?.saturating_add(self.highest_id("refunds")?))
    }

    /// Compares all sums with the rows.
    pub(crate) fn check_sums(&self) -> Result<SumsCheck, LedgerError> {
        let offset = self.utc_offset()?;
        let (mut sums, mut check) = (Sums::default(), SumsCheck::default());
        self.each_sale(offset, &mut sums, |_, purchases| {
            check.rows += purchases;
            Ok(())
        })?;
        self.each_counted_case(offset, &mut sums, |_, cases| {
            check.rows += i64::try_from(cases.len()).unwrap_or(i64::MAX);
            let wrong = cases.iter().filter(|case| case.is_wrong).count();
            check.wrong_rows += i64::try_from(wrong).unwrap_or(i64::MAX);
            Ok(())
        })?;
        check.wrong = sums.differing(self.sums()?);
        Ok(check)
    }

    /// Adds all purchases, and calls `then` with the number of each batch.
    fn each_sale(
        &self,
        offset: UtcOffset,
        sums: &mut Sums,
        mut then: impl FnMut(&mut Sums, i64) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut after = 0;
        loop {
            let sql = "SELECT * FROM purchases WHERE id > ?1 ORDER BY id LIMIT ?2";
            let records = self.all(sql, &values![after, AT_ONCE], record_row)?;
            let Some(last) = records.last() else { return Ok(()) };
            after = last.id;
            for sale in records.iter().filter_map(|record| sale_of(&record.recorded)) {
                sums.add_sale(&sale, 1, offset);
            }
            then(sums, i64::try_from(records.len()).unwrap_or(i64::MAX))?;
        }
    }

    /// Adds all refunds, and calls `then` with each batch.
    fn each_counted_case(
        &self,
        offset: UtcOffset,
        sums: &mut Sums,
        mut then: impl FnMut(&mut Sums, &[Recounted]) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut after = 0;
        loop {
            let sql = "SELECT * FROM refunds WHERE id > ?1 ORDER BY id LIMIT ?2";
            let cases: Vec<(Case, bool)> =
                self.all(sql, &values![after, AT_ONCE], |row| Ok((case_row(row)?, column(row, "counted")?)))?;
            let Some((last, _)) = cases.last() else { return Ok(()) };
            after = last.refund.id;
            let mut recounted = Vec::with_capacity(cases.len());
            for (case, was_counted) in &cases {
                // By the books and not by the row, which is compared.
                let is_owing = case.booked && self.is_owing(case)?;
                let counted = CountedCase { is_owing, ..case.counted() };
                sums.add_case(&Contribution::of(&counted), 1, offset);
                let counts = counted.counts();
                let is_wrong = counts != *was_counted || is_owing != case.owing;
                recounted.push(Recounted { id: case.refund.id, counts, is_owing, is_wrong });
            }
            then(sums, &recounted)?;
        }
    }

    fn is_owing(&self, case: &Case) -> Result<bool, LedgerError> {
        let balances = self.balances(case.refund.id)?;
        let its_player = |balance: &&Balance| case.refund.user.as_ref() == Some(&balance.player);
        let owed = |balance: &Balance| balance.due > balance.taken.saturating_add(balance.forgiven);
        let is_debt = case.refund.work_status != WorkStatus::Excluded;
        Ok(is_debt && balances.iter().filter(its_player).any(owed))
    }

    /// Compares the balances of the newest refunds that have any with their entries.
    pub(crate) fn check_books(&self, balances: i64) -> Result<BooksCheck, LedgerError> {
        let sql = "SELECT refund_id FROM balances WHERE refund_id > 0 ORDER BY refund_id DESC LIMIT ?1";
        let mut refunds: Vec<RefundId> = self.all(sql, &values![balances], |row| column(row, "refund_id"))?;
        refunds.dedup();
        let mut check = BooksCheck { refunds: refunds.len(), wrong: Vec::new() };
        for refund in refunds {
            if !add_up(&self.balances(refund)?, &self.recovery_entries(refund)?) {
                check.wrong.push(refund);
            }
        }
        Ok(check)
    }
}

/// Whether each balance is the sum of its entries, and each entry has a balance.
fn add_up(balances: &[Balance], entries: &[RecoveryEntry]) -> bool {
    let is_of =
        |entry: &RecoveryEntry, balance: &Balance| entry.user == balance.player && entry.item == balance.item;
    let is_sum = |balance: &Balance| {
        let sum = |picks: &dyn Fn(&RecoveryEntry) -> bool| -> i128 {
            let of_it = entries.iter().filter(|entry| is_of(entry, balance) && picks(entry));
            of_it.map(|entry| i128::from(entry.quantity)).sum()
        };
        // A return that was cancelled is none.
        let is_return = |entry: &RecoveryEntry| {
            let cancelled = entries.iter().find(|other| entry.corrects == Some(other.id));
            cancelled.unwrap_or(entry).how == How::Returned
        };
        sum(&|entry| entry.kind == EntryKind::Due) == i128::from(balance.due)
            && sum(&|entry| entry.kind == EntryKind::Taken) == i128::from(balance.taken)
            && sum(&|entry| entry.kind == EntryKind::Forgiven) == i128::from(balance.forgiven)
            && sum(&is_return) == -i128::from(balance.returned)
    };
    balances.iter().all(is_sum)
        && entries.iter().all(|entry| balances.iter().any(|balance| is_of(entry, balance)))
}
