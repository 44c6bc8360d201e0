//! Partial refunds reported twice: by a message that does not say how much each was, and by the store's own list, which
//! does. The two name a refund by different times (Google Play `eventTimeMillis` and `voidedTimeMillis`), so their
//! steps differ, and nothing else in them says which belongs to which.

use super::{Extent, Fact, FactKind, Steps, Timestamp, Trust};

/// Drops as many partial refunds of unknown size as the store's list has partial refunds; reported both ways, a refund
/// counts once. Which of them is dropped says nothing: all are of unknown size.
///
/// Counted, and not matched by time: where a message was lost, another refund's message may stand for a listed refund
/// until the list has that one as well, and then the sum is right. Matched by times that lie too far apart, a refund
/// would count twice permanently.
pub(super) fn drop_parts_that_are_listed(steps: &mut Steps<'_>) {
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

/// Whether the store's list reports this step, and no message reported about it under the same name.
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
