//! Adds the sums of a time up to rows of figures.

use std::collections::BTreeMap;

use super::answer::{
    FigureRow, GroupFigures, PurchaseFigures, Rate, RefundFigures, SeriesPoint, StatusFigures,
};
use super::period::{Days, Grain, Period, UtcOffset};
use super::question::GroupBy;
use super::sums::{Dated, Dimensions, RefundedKey, RefundedSum, SoldKey, SoldSum};
use crate::model::{Environment, WorkStatus};

/// The most groups that are returned one by one: a page of them.
const MAX_GROUPS: usize = 1000;

/// The sums of a time, as far as they were added.
pub(crate) struct Tally {
    environment: Environment,
    by: Vec<GroupBy>,
    grain: Grain,
    total: Row,
    groups: BTreeMap<Vec<String>, Row>,
    /// The group of the sum that is added, in memory that all share.
    group: Vec<String>,
    points: BTreeMap<i64, Point>,
    by_status: BTreeMap<String, RefundFigures>,
    by_rule: BTreeMap<String, i64>,
}

#[derive(Clone, Default)]
struct Row {
    purchases: PurchaseFigures,
    refunds: RefundFigures,
    /// Purchases of the time that are refunded.
    purchases_refunded: i64,
}

#[derive(Clone, Copy, Default)]
struct Point {
    purchases: i64,
    refunds: i64,
    purchases_refunded: i64,
}

impl Tally {
    pub(crate) fn new(environment: Environment, by: &[GroupBy], grain: Grain) -> Self {
        Self {
            environment,
            by: by.to_vec(),
            grain,
            total: Row::default(),
            groups: BTreeMap::new(),
            group: Vec::new(),
            points: BTreeMap::new(),
            by_status: BTreeMap::new(),
            by_rule: BTreeMap::new(),
        }
    }

    pub(crate) fn add_sold(&mut self, key: &SoldKey, sum: SoldSum) {
        if !key.of.is_in(self.environment) || sum.purchases == 0 {
            return;
        }
        self.point(key.period).purchases += sum.purchases;
        let add = |row: &mut Row| row.add_sold(&key.of.currency, sum);
        add(&mut self.total);
        if self.has_purchases() {
            self.add_to_group(&key.of, None, add);
        }
    }

    pub(crate) fn add_refunded(&mut self, key: &RefundedKey, sum: RefundedSum) {
        if !key.of.is_in(self.environment) || sum.refunds == 0 {
            return;
        }
        let is_excluded = key.work_status == WorkStatus::Excluded.as_str();
        if key.dated == Dated::Refunded {
            let of_status = |figures: &mut RefundFigures| add_refunds(figures, &key.of.currency, sum);
            add_to(&mut self.by_status, &key.work_status, of_status);
            add_to(&mut self.by_rule, &key.rule, |refunds| *refunds += sum.refunds);
        }
        if is_excluded {
            return;
        }
        let point = self.point(key.period);
        match key.dated {
            Dated::Refunded => point.refunds += sum.refunds,
            Dated::Bought => point.purchases_refunded += sum.refunds,
        }
        let add = |row: &mut Row| match key.dated {
            Dated::Refunded => add_refunds(&mut row.refunds, &key.of.currency, sum),
            Dated::Bought => row.purchases_refunded += sum.refunds,
        };
        add(&mut self.total);
        if !self.by.is_empty() && (key.dated == Dated::Refunded || self.has_purchases()) {
            self.add_to_group(&key.of, Some(key), add);
        }
    }

    /// Whether there are groups, and each has purchases.
    fn has_purchases(&self) -> bool {
        !self.by.is_empty() && self.by.iter().all(|by| by.is_of_purchases())
    }

    fn point(&mut self, period: Period) -> &mut Point {
        self.points.entry(period.within(self.grain).number).or_default()
    }

    fn add_to_group(&mut self, of: &Dimensions, refund: Option<&RefundedKey>, add: impl FnOnce(&mut Row)) {
        let value = |by: &GroupBy| match by {
            GroupBy::Store => Some(&of.store),
            GroupBy::Product => Some(&of.product),
            GroupBy::Country => Some(&of.country),
            GroupBy::Currency => Some(&of.currency),
            GroupBy::Reason => refund.map(|refund| &refund.reason),
            GroupBy::Rule => refund.map(|refund| &refund.rule),
            GroupBy::WorkStatus => refund.map(|refund| &refund.work_status),
        };
        self.group.resize(self.by.len(), String::new());
        for (part, by) in self.group.iter_mut().zip(&self.by) {
            part.clear();
            part.push_str(value(by).map_or("", String::as_str));
        }
        match self.groups.get_mut(&self.group) {
            Some(row) => add(row),
            None => add(self.groups.entry(self.group.clone()).or_default()),
        }
    }

    pub(crate) fn total(&self) -> FigureRow {
        self.total.figures(true)
    }

    /// The groups, the most refunds first, and the sum of those beyond the limit.
    pub(crate) fn groups(&self) -> (Vec<GroupFigures>, Option<FigureRow>) {
        let mut rows: Vec<(&Vec<String>, &Row)> = self.groups.iter().collect();
        rows.sort_by_key(|(_, row)| std::cmp::Reverse((row.refunds.refunds, row.purchases.purchases)));
        let has_purchases = self.has_purchases();
        let mut others: Option<Row> = None;
        for (_, row) in rows.iter().skip(MAX_GROUPS) {
            others.get_or_insert_default().add(row);
        }
        let known = |value: &String| Some(value.clone()).filter(|value| !value.is_empty());
        let group = |(key, row): (&Vec<String>, &Row)| GroupFigures {
            group: self.by.iter().copied().zip(key.iter().map(known)).collect(),
            row: row.figures(has_purchases),
        };
        let groups = rows.into_iter().take(MAX_GROUPS).map(group).collect();
        (groups, others.map(|row| row.figures(has_purchases)))
    }

    pub(crate) fn series(&self, days: Days, offset: UtcOffset) -> Vec<SeriesPoint> {
        let point = |period: Period| {
            let Point { purchases, refunds, purchases_refunded } =
                self.points.get(&period.number).copied().unwrap_or_default();
            SeriesPoint { at: period.start(offset), purchases, refunds, purchases_refunded }
        };
        days.periods().map(point).collect()
    }

    /// In the order of the work: what is to do first.
    pub(crate) fn by_status(&self) -> Vec<StatusFigures> {
        let of = |work_status: &WorkStatus| {
            let figures = self.by_status.get(work_status.as_str())?.clone();
            let RefundFigures { refunds, amount_unknown, amount_back, .. } = figures;
            Some(StatusFigures { work_status: *work_status, refunds, amount_unknown, amount_back })
        };
        WorkStatus::ALL.iter().filter_map(of).collect()
    }

    /// How many refunds each rule decides.
    pub(crate) fn by_rule(&self) -> &BTreeMap<String, i64> {
        &self.by_rule
    }
}

impl Row {
    fn add_sold(&mut self, currency: &str, sum: SoldSum) {
        self.purchases.purchases += sum.purchases;
        self.purchases.unpriced += sum.unpriced;
        add_money(&mut self.purchases.sold, currency, sum.micros, sum.purchases > sum.unpriced);
    }

    fn add(&mut self, other: &Self) {
        self.purchases.purchases += other.purchases.purchases;
        self.purchases.unpriced += other.purchases.unpriced;
        for (currency, micros) in &other.purchases.sold {
            add_money(&mut self.purchases.sold, currency, *micros, true);
        }
        let refunds = &mut self.refunds;
        refunds.refunds += other.refunds.refunds;
        refunds.whole += other.refunds.whole;
        refunds.amount_unknown += other.refunds.amount_unknown;
        refunds.recorded += other.refunds.recorded;
        for (currency, micros) in &other.refunds.amount_back {
            add_money(&mut refunds.amount_back, currency, *micros, true);
        }
        self.purchases_refunded += other.purchases_refunded;
    }

    fn figures(&self, has_purchases: bool) -> FigureRow {
        let (purchases, refunds) = (self.purchases.purchases, &self.refunds);
        let rate = |count| has_purchases.then(|| Rate::of(count, purchases));
        FigureRow {
            purchases: has_purchases.then(|| self.purchases.clone()),
            refunds: refunds.clone(),
            rate_of_purchases: rate(self.purchases_refunded),
            rate_of_time: rate(refunds.recorded),
            coverage: Rate::of(refunds.recorded, refunds.refunds),
        }
    }
}

fn add_refunds(figures: &mut RefundFigures, currency: &str, sum: RefundedSum) {
    figures.refunds += sum.refunds;
    figures.whole += sum.whole;
    figures.amount_unknown += sum.amount_unknown;
    figures.recorded += sum.recorded;
    add_money(&mut figures.amount_back, currency, sum.micros, sum.refunds > sum.amount_unknown);
}

/// A currency without any amount is not listed, and no sum is kept of nothing in no currency.
fn add_money(sums: &mut BTreeMap<String, i64>, currency: &str, micros: i64, is_known: bool) {
    if is_known && !currency.is_empty() {
        add_to(sums, currency, |sum| *sum = sum.saturating_add(micros));
    }
}

/// Adds to what there is of a name. A few names occur in thousands of sums: they are not copied each time.
fn add_to<T: Default>(sums: &mut BTreeMap<String, T>, name: &str, add: impl FnOnce(&mut T)) {
    match sums.get_mut(name) {
        Some(sum) => add(sum),
        None => add(sums.entry(name.to_owned()).or_default()),
    }
}
