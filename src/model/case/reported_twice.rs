//! Refunds that a store reports twice, and that count once.
//!
//! Partial refunds: by a message that does not have their size, and by the store's own list, which has. The two name a
//! refund by different times (Google Play `eventTimeMillis` and `voidedTimeMillis`), so their steps differ, and nothing
//! else connects them.
//!
//! Totals: a store may report both how much each refund was, and how much was refunded in total until then.

use super::{Extent, Fact, FactKind, Money, Steps, Timestamp, Trust};

/// Drops as many partial refunds of unknown size as the store's list has partial refunds, so that a refund counts
/// once. It does not matter which of them is dropped: all are of unknown size.
///
/// They are counted and not matched by time: if a message was lost, another refund's message may stand for a listed
/// refund until the list contains that one as well, and then the sum is correct. If they were matched by time and the
/// times differed too much, a refund would count twice permanently.
pub(super) fn drop_listed_parts(steps: &mut Steps<'_>) {
    let listed = steps.iter().filter(|(step, reported)| step.is_some() && is_listed(reported)).count();
    if listed == 0 {
        return;
    }
    let mut parts: Vec<(Timestamp, &str)> = steps
        .iter()
        .filter(|(_, reported)| reported.iter().all(|fact| is_part(fact) && fact.trust < Trust::Confirmed))
        .filter_map(|(step, reported)| Some((reported.iter().map(|fact| fact.at).min()?, (*step)?)))
        .collect();
    parts.sort_unstable();
    for (_, step) in parts.into_iter().take(listed) {
        steps.remove(&Some(step));
    }
}

/// Whether the store's list has this step, and no message reported it under the same name.
fn is_listed(reported: &[&Fact]) -> bool {
    let sized = |fact: &&Fact| {
        fact.trust == Trust::Confirmed
            && matches!(fact.what, FactKind::Refunded { extent: Extent::Quantity(_), .. })
    };
    reported.iter().any(sized) && !reported.iter().any(|fact| is_part(fact))
}

fn is_part(fact: &Fact) -> bool {
    matches!(fact.what, FactKind::Refunded { extent: Extent::Part, .. })
}

/// A partial refund that was reversed.
pub(super) struct ReversedPart<'a> {
    pub(super) step: &'a str,
    pub(super) amount: Money,
    /// When it was given; `None` if only its reversal was reported.
    pub(super) from: Option<Timestamp>,
    pub(super) until: Timestamp,
}

impl<'a> ReversedPart<'a> {
    /// The step that is reversed at `until`; `None` if it was reversed before, or its size is unknown.
    pub(super) fn of(
        step: &'a str,
        reported: Option<&[&Fact]>,
        extent: Option<Extent>,
        until: Timestamp,
        reversed: &[Self],
    ) -> Option<Self> {
        let from = reported.and_then(|reported| reported.iter().map(|fact| fact.at).min());
        if from.is_none() && reversed.iter().any(|before| before.step == step) {
            return None;
        }
        let repeated = match extent {
            Some(Extent::Amount(amount)) => Some(amount),
            _ => None,
        };
        let amount = reported.and_then(amount_of).or(repeated)?;
        Some(Self { step, amount, from, until })
    }

    pub(super) fn was_active(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && at <= self.until
    }
}

/// What the latest total reports beyond the steps that were active at its time: refunds that were not reported
/// individually. A total that reports nothing beyond them is dropped, and so are earlier totals.
pub(super) fn beyond_steps(steps: &mut Steps<'_>, reversed: &[ReversedPart<'_>]) -> Option<Money> {
    let latest = steps.values().flatten().filter_map(|fact| Some((fact.at, total_of(fact)?))).max();
    let (at, total) = latest?;
    let active = steps.iter().filter_map(|(step, reported)| {
        let began = reported.iter().map(|fact| fact.at).min()?;
        let amount = amount_of(reported)?;
        (step.is_some_and(is_in_totals) && began <= at).then_some(amount)
    });
    let ended = reversed.iter().filter(|part| is_in_totals(part.step) && part.was_active(at));
    let known = active
        .chain(ended.map(|part| part.amount))
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

/// Whether totals include a step: not one of a separate family, such as `dispute:1`.
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
