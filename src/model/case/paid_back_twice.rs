//! A payment that the merchant refunded and the bank charged back: the player has the money twice, and a person must look.

use super::totals::{Gone, amount_of, is_in_totals};
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
    gone: &[Gone<'_>],
    beyond_steps: Option<Money>,
    price: Option<Money>,
) -> bool {
    let standing = steps.iter().filter_map(|(step, told)| {
        let from = told.iter().map(|fact| fact.at).min();
        Some(((*step)?, Back { amount: amount_of(told)?, from, until: None }))
    });
    let ended = gone
        .iter()
        .map(|gone| (gone.step, Back { amount: gone.amount, from: gone.from, until: Some(gone.until) }));
    let (mut refunds, mut disputes) = (Vec::new(), Vec::new());
    for (step, back) in standing.chain(ended) {
        if is_in_totals(step) { refunds.push(back) } else { disputes.push(back) }
    }
    if let Some(amount) = beyond_steps {
        let from = steps.get(&None).and_then(|told| told.iter().map(|fact| fact.at).min());
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
