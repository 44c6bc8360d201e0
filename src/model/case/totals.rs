//! Totals beside single refunds. A store may tell both: how much each refund was, and how much has gone back in all up to
//! then. Reported together they are the same money and count once.

use super::{Extent, Fact, FactKind, Money, Steps, Timestamp};

/// A partial refund that was taken back.
pub(super) struct RefundedTotal<'a> {
    pub(super) step: &'a str,
    pub(super) amount: Money,
    /// When it was given; `None` where only its end was reported.
    pub(super) from: Option<Timestamp>,
    pub(super) until: Timestamp,
}

impl<'a> RefundedTotal<'a> {
    /// The step that ends at `until`; `None` where it has ended before, or nobody said how much it was.
    pub(super) fn of(
        step: &'a str,
        reported: Option<&[&Fact]>,
        extent: Option<Extent>,
        until: Timestamp,
        gone: &[Self],
    ) -> Option<Self> {
        let from = reported.and_then(|reported| reported.iter().map(|fact| fact.at).min());
        if from.is_none() && gone.iter().any(|before| before.step == step) {
            return None;
        }
        let said_again = match extent {
            Some(Extent::Amount(amount)) => Some(amount),
            _ => None,
        };
        let amount = reported.and_then(amount_of).or(said_again)?;
        Some(Self { step, amount, from, until })
    }

    pub(super) fn was_standing(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && at <= self.until
    }
}

/// What the latest total says beyond the steps that stood when it was notified: refunds that were not reported one by one. A
/// total that says no more than they do is dropped, and so are those before the latest.
pub(super) fn beyond_steps(steps: &mut Steps<'_>, gone: &[RefundedTotal<'_>]) -> Option<Money> {
    let latest = steps.values().flatten().filter_map(|fact| Some((fact.at, total_of(fact)?))).max();
    let (at, total) = latest?;
    let standing = steps.iter().filter_map(|(step, reported)| {
        let began = reported.iter().map(|fact| fact.at).min()?;
        let amount = amount_of(reported)?;
        (step.is_some_and(is_in_totals) && began <= at).then_some(amount)
    });
    let ended = gone.iter().filter(|gone| is_in_totals(gone.step) && gone.was_standing(at));
    let known = standing
        .chain(ended.map(|gone| gone.amount))
        .filter(|amount| amount.currency == total.currency)
        .fold(0_i64, |sum, amount| sum.saturating_add(amount.micros));
    let beyond = Money { micros: total.micros.saturating_sub(known).max(0), ..total };

    let counts = |fact: &Fact| match total_of(fact) {
        None => true,
        Some(own) => beyond.micros > 0 && (fact.at, own) == (at, total),
    };
    for reported in steps.values_mut() {
        reported.retain(|fact| counts(fact));
    }
    steps.retain(|_, reported| !reported.is_empty());
    (beyond.micros > 0).then_some(beyond)
}

/// A step of a family of its own, such as `dispute:1`, is no part of what a total counts.
pub(super) fn is_in_totals(step: &str) -> bool {
    !step.contains(':')
}

fn total_of(fact: &Fact) -> Option<Money> {
    match fact.what {
        FactKind::Refunded { extent: Extent::TotalAmount(total), .. } => Some(total),
        _ => None,
    }
}

pub(super) fn amount_of(reported: &[&Fact]) -> Option<Money> {
    let amounts = reported.iter().filter_map(|fact| match fact.what {
        FactKind::Refunded { extent: Extent::Amount(amount), .. } => Some(amount),
        _ => None,
    });
    amounts.max()
}
