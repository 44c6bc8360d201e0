//! How much of an order is refunded.

use std::collections::BTreeMap;

use super::super::Currency;
use super::{Extent, Fact, FactKind, MilliPercent, Money, OrderDetails, ReportedTotal, Steps};

/// How much of the order the refunded steps add up to.
#[derive(Default)]
pub(super) struct Measure {
    pub(super) full: bool,
    pub(super) quantity: Option<u32>,
    pub(super) amount: Option<Money>,
    pub(super) share: Option<MilliPercent>,
    pub(super) reported_total: ReportedTotal,
}

impl Measure {
    /// `beyond_steps`: what a total reports in addition to the steps.
    pub(super) fn of(steps: &Steps<'_>, beyond_steps: Option<Money>, about: &OrderDetails) -> Self {
        let mut sum = Sum::default();
        beyond_steps.into_iter().for_each(|beyond| sum.add_money(beyond));
        for reported in steps.values() {
            sum.add(reported);
        }
        sum.measure(about)
    }
}

/// The sum of the steps, in each unit that the store uses.
#[derive(Default)]
struct Sum {
    full: bool,
    /// Steps of unknown size: with any, the sum is incomplete.
    parts: u32,
    quantity: Option<u32>,
    amounts: BTreeMap<Currency, Amounts>,
    share: Option<MilliPercent>,
}

/// What was refunded in one currency, and in how many steps.
#[derive(Default)]
struct Amounts {
    micros: i64,
    steps: u32,
}

impl Sum {
    /// Adds one step. If it was reported several times, the most exact report counts.
    fn add(&mut self, reported: &[&Fact]) {
        let most = |pick: fn(&Extent) -> bool| {
            reported
                .iter()
                .filter_map(|fact| match &fact.what {
                    FactKind::Refunded { extent, .. } => Some(*extent),
                    _ => None,
                })
                .filter(pick)
                .max()
        };
        match most(|extent| !matches!(extent, Extent::TotalAmount(_))) {
            Some(Extent::Full) => self.full = true,
            Some(Extent::Share(share)) => self.share = self.share.max(Some(share)),
            Some(Extent::Quantity(more)) => {
                self.quantity = Some(self.quantity.unwrap_or(0).saturating_add(more));
            }
            Some(Extent::Amount(more)) => self.add_money(more),
            Some(Extent::Part) => self.parts = self.parts.saturating_add(1),
            Some(Extent::TotalAmount(_)) | None => {}
        }
    }

    fn add_money(&mut self, more: Money) {
        let amounts = self.amounts.entry(more.currency).or_default();
        amounts.micros = amounts.micros.saturating_add(more.micros);
        amounts.steps = amounts.steps.saturating_add(1);
    }

    /// The sum in the first currency. Other currencies cannot be converted.
    fn amount(&self) -> Option<Money> {
        self.amounts.iter().next().map(|(&currency, amounts)| Money { micros: amounts.micros, currency })
    }

    /// Steps of unknown size, including those in other currencies.
    fn parts(&self) -> u32 {
        let in_others = self.amounts.values().skip(1).map(|amounts| amounts.steps);
        in_others.fold(self.parts, u32::saturating_add)
    }

    fn reported_total(&self) -> ReportedTotal {
        if self.full || self.share == Some(MilliPercent::WHOLE) {
            return ReportedTotal { full: true, ..ReportedTotal::default() };
        }
        ReportedTotal {
            full: false,
            parts: self.parts(),
            quantity: self.quantity,
            amount: self.amount(),
            share: self.share,
        }
    }

    fn measure(self, about: &OrderDetails) -> Measure {
        let reported_total = self.reported_total();
        let amount = self.amount();
        let full = self.full
            || self.share == Some(MilliPercent::WHOLE)
            || about.quantity.is_some_and(|bought| self.quantity.is_some_and(|refunded| refunded >= bought))
            || about.price.is_some_and(|price| {
                self.amounts.get(&price.currency).is_some_and(|refunded| refunded.micros >= price.micros)
            });
        if full {
            return Measure {
                full,
                quantity: about.quantity,
                amount: about.price.or(amount),
                share: Some(MilliPercent::WHOLE),
                reported_total,
            };
        }
        if self.parts() > 0 {
            return Measure { reported_total, ..Measure::default() };
        }
        let amount =
            amount.or_else(|| self.amount_by_share(about)).or_else(|| self.amount_by_quantity(about));
        Measure { full, quantity: self.quantity, amount, share: self.share, reported_total }
    }

    fn amount_by_share(&self, about: &OrderDetails) -> Option<Money> {
        about.price?.portion(u64::from(self.share?.get()), u64::from(MilliPercent::WHOLE.get()))
    }

    fn amount_by_quantity(&self, about: &OrderDetails) -> Option<Money> {
        about.price?.portion(u64::from(self.quantity?), u64::from(about.quantity?))
    }
}
