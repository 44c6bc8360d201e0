//! Decisions on a user's refunds, each with the user's earlier ones in view. Reads the ledger and changes nothing: the
//! engine carries the decisions out, a trial of other rules compares them.

use super::inquiry::waits_for_answer;
use crate::ledger::{Case, LedgerError, Read};
use crate::model::{Action, CountedRefund, Decision, Environment, Policy, RefundView, counts};
use crate::stores::profile;

/// Decides on a user's cases in the order of the store's times, and shows each the earlier ones that count. `decide` is
/// the decision on a case, and `waits` whether a case waits for a store's answer: meanwhile it does not count.
pub(super) fn decide_in_order(
    cases: Vec<Case>,
    mut decide: impl FnMut(Case, &[CountedRefund]) -> Result<(Case, Option<Decision>), LedgerError>,
    waits: impl Fn(&Case) -> Result<bool, LedgerError>,
) -> Result<(), LedgerError> {
    let mut earlier = Vec::new();
    for case in cases {
        let (case, decision) = decide(case, &earlier)?;
        let is_counted = decision.is_some_and(|decision| {
            counts(environment(&case), &case.refund.case, case.refund.attributed_by, &decision)
        });
        if is_counted && !waits(&case)? {
            earlier.push(CountedRefund { at: case.refund.case.at, amount: case.refund.case.amount });
        }
    }
    Ok(())
}

/// A policy's decision on a case: none if nothing is refunded, or another case represents it.
pub(super) fn wanted(
    policy: &Policy,
    read: Read<'_>,
    case: &Case,
    earlier: &[CountedRefund],
) -> Result<Option<Decision>, LedgerError> {
    match view(read, case, earlier)? {
        Some(view) => unless_it_waits(read, case, policy.decide(view)).map(Some),
        None => Ok(None),
    }
}

/// A case as rules see it, if they decide on it.
pub(super) fn view<'v>(
    read: Read<'_>,
    case: &'v Case,
    earlier: &'v [CountedRefund],
) -> Result<Option<RefundView<'v>>, LedgerError> {
    if !is_to_be_decided(case) {
        return Ok(None);
    }
    let refund = &case.refund;
    Ok(Some(RefundView {
        store: &refund.store,
        app: &refund.app,
        environment: environment(case),
        user: refund.user.as_deref(),
        case: &refund.case,
        maybe_unacknowledged: is_maybe_unacknowledged(read, case)?,
        attributed_by: refund.attributed_by,
        earlier,
        user_owes: case.owed_before,
        overruled: case.overruled.as_ref(),
        exclusion: case.exclusion,
    }))
}

/// Whether rules decide on a case.
pub(super) fn is_to_be_decided(case: &Case) -> bool {
    case.refund.user.is_some() && case.refund.merged_into.is_none() && case.refund.case.state.is_refunded()
}

/// A decision to alert or to block waits while the store is queried. A decision from before a further partial refund
/// stays while the store is queried about that part.
pub(super) fn unless_it_waits(
    read: Read<'_>,
    case: &Case,
    decision: Decision,
) -> Result<Decision, LedgerError> {
    let is_more = alerts(&decision) && !case.refund.decision.as_ref().is_some_and(alerts);
    let by_rules = case.overruled.is_none() && case.exclusion.is_none();
    let waits = by_rules && is_more && waits_for_answer(read, case)?;
    Ok(if waits { Decision::waiting() } else { decision })
}

/// Whether a decision alerts, be it that it blocks.
pub(super) const fn alerts(decision: &Decision) -> bool {
    matches!(decision.action, Action::Alert | Action::Block(_))
}

fn environment(case: &Case) -> Environment {
    case.effective_environment.unwrap_or(Environment::Production)
}

/// Whether the store may have refunded on its own because the game never acknowledged the purchase.
fn is_maybe_unacknowledged(read: Read<'_>, case: &Case) -> Result<bool, LedgerError> {
    let Some(unacknowledged) = &profile(&case.place.store).unacknowledged else { return Ok(false) };
    let known_since = match case.refund.case.about.purchased_at {
        Some(_) => None,
        None => read.known_since(case)?,
    };
    Ok(unacknowledged.may_include(&case.refund.case, known_since))
}
