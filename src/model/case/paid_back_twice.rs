//! A payment that the merchant refunded and the bank charged back: the player has the money twice, and an operator
//! must look.

use std::collections::BTreeSet;

use super::super::Currency;
use super::reported_twice::{ReversedPart, amount_of, is_in_totals};
use super::{Money, Steps, Timestamp};

/// Refunded money, for as long as it stays refunded.
struct RefundedSpan {
    amount: Money,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl RefundedSpan {
    fn overlaps(&self, other: &Self) -> bool {
        let begins_before_end = |from: Option<Timestamp>, until: Option<Timestamp>| match (from, until) {
            (Some(from), Some(until)) => from <= until,
            _ => true,
        };
        begins_before_end(self.from, other.until) && begins_before_end(other.from, self.until)
    }
}

/// Whether refunds and a dispute were active at the same time and add up to more than was paid, or to anything if the
/// price is unknown. It stays true if one of them is reversed later.
pub(super) fn is_paid_back_twice(
    steps: &Steps<'_>,
    reversed: &[ReversedPart<'_>],
    beyond_steps: Option<Money>,
    price: Option<Money>,
) -> bool {
    let active = steps.iter().filter_map(|(step, reported)| {
        let from = reported.iter().map(|fact| fact.at).min();
        Some(((*step)?, RefundedSpan { amount: amount_of(reported)?, from, until: None }))
    });
    let ended = reversed.iter().map(|part| {
        (part.step, RefundedSpan { amount: part.amount, from: part.from, until: Some(part.until) })
    });
    let (mut refunds, mut disputes) = (Vec::new(), Vec::new());
    for (step, span) in active.chain(ended) {
        if is_in_totals(step) { refunds.push(span) } else { disputes.push(span) }
    }
    if let Some(amount) = beyond_steps {
        let from = steps.get(&None).and_then(|reported| reported.iter().map(|fact| fact.at).min());
        refunds.push(RefundedSpan { amount, from, until: None });
    }
    disputes.iter().any(|dispute| {
        let mut overlapping = refunds.iter().filter(|refund| refund.overlaps(dispute)).peekable();
        if overlapping.peek().is_none() {
            return false;
        }
        let refunded = overlapping.fold(0_i64, |sum, refund| sum.saturating_add(refund.amount.micros));
        let Some(price) = price.filter(|price| price.currency == dispute.amount.currency) else {
            return true;
        };
        refunded.saturating_add(dispute.amount.micros) > price.micros
    })
}

/// The steps to measure if the price is unknown: refunds and disputes of one payment may be the same money twice, so
/// the larger of the two counts, and not their sum. With a known price, the sum counts up to the price.
pub(super) fn without_possible_duplicates<'a>(
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
