//! A payment that the merchant refunded and the bank charged back: the player has the money twice, and a person must look.

use std::collections::BTreeSet;

use super::super::Currency;
use super::totals::{RefundedTotal, amount_of, is_in_totals};
use super::{Money, Steps, Timestamp};

/// Money that was with the player for a while.
struct Back {
    amount: Money,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Back {
    fn meets(&self, other: &Self) -> bool {
        let begins_before_end = |from: Option<Timestamp>, until: Option<Timestamp>| match (from, until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        };
        begins_before_end(self.from, other.until) && begins_before_end(other.from, self.until)
    }
}

/// Whether refunds and a dispute stood at the same time and come to more than was paid; to anything where the price is
/// not known. It stays so when one of them is undone later.
pub(super) fn is_paid_back_twice(
    steps: &Steps<'_>,
    gone: &[RefundedTotal<'_>],
    beyond_steps: Option<Money>,
    price: Option<Money>,
) -> bool {
    let standing = steps.iter().filter_map(|(step, reported)| {
        let from = reported.iter().map(|fact| fact.at).min();
        Some(((*step)?, Back { amount: amount_of(reported)?, from, until: None }))
    });
    let ended = gone
        .iter()
        .map(|gone| (gone.step, Back { amount: gone.amount, from: gone.from, until: Some(gone.until) }));
    let (mut refunds, mut disputes) = (Vec::new(), Vec::new());
    for (step, back) in standing.chain(ended) {
        if is_in_totals(step) { refunds.push(back) } else { disputes.push(back) }
    }
    if let Some(amount) = beyond_steps {
        let from = steps.get(&None).and_then(|reported| reported.iter().map(|fact| fact.at).min());
        refunds.push(Back { amount, from, until: None });
    }
    disputes.iter().any(|dispute| {
        let mut met = refunds.iter().filter(|refund| refund.meets(dispute)).peekable();
        if met.peek().is_none() {
            return false;
        }
        let refunded = met.fold(0_i64, |sum, refund| sum.saturating_add(refund.amount.micros));
        let Some(price) = price.filter(|price| price.currency == dispute.amount.currency) else {
            return true;
        };
        refunded.saturating_add(dispute.amount.micros) > price.micros
    })
}

/// What is measured where the price is unknown: refunds and disputes of one payment may be the same money twice, so
/// the larger of the two counts, and not their sum. With the price known the sum counts up to it.
pub(super) fn without_what_may_be_twice<'a>(
    steps: &Steps<'a>,
    beyond_steps: Option<Money>,
) -> (Steps<'a>, Option<Money>) {
    let (mut refunded, mut disputed) = (beyond_steps.map_or(0, |beyond| beyond.micros), 0_i64);
    let mut currencies: BTreeSet<Currency> = beyond_steps.iter().map(|beyond| beyond.currency).collect();
    for (step, reported) in steps {
        let (Some(step), Some(amount)) = (step, amount_of(reported)) else { continue };
        currencies.insert(amount.currency);
        let sum = if is_in_totals(step) { &mut refunded } else { &mut disputed };
        *sum = sum.saturating_add(amount.micros);
    }
    if refunded == 0 || disputed == 0 || currencies.len() > 1 {
        return (steps.clone(), beyond_steps);
    }
    let keeps_refunds = refunded >= disputed;
    let is_kept = |step: Option<&str>| step.is_none_or(is_in_totals) == keeps_refunds;
    let kept =
        steps.iter().filter(|(step, _)| is_kept(**step)).map(|(step, reported)| (*step, reported.clone()));
    (kept.collect(), beyond_steps.filter(|_| keeps_refunds))
}
