//! Whether a store may have refunded on its own because the game never acknowledged the purchase.
//!
//! Google Play and ONE Store do so three days after the purchase, and push no reason. Their APIs report it, so the
//! engine queries them; this module decides until there is an answer, or if none comes.

use super::super::{Initiator, Span, Store, StoreState};
use super::RefundView;

/// Three days, and some time for the message to arrive.
const LATEST: Span = Span::from_hours(74);

/// ONE Store cancels three days after the purchase and not earlier, and its messages mark test purchases. Google
/// cancels purchases of licence testers after five minutes, and its messages do not mark them.
const ONE_STORE_EARLIEST: Span = Span::from_hours(71);

/// See [`Matcher::maybe_unacknowledged`](super::Matcher::maybe_unacknowledged).
pub(super) fn may_be_unacknowledged(refund: RefundView<'_>) -> bool {
    let case = refund.case;
    let earliest = match refund.store {
        Store::GooglePlay => Span::from_millis(i64::MIN),
        Store::OneStore => ONE_STORE_EARLIEST,
        _ => return false,
    };
    // A store that cancels on its own refunds everything.
    if case.state != StoreState::Refunded {
        return false;
    }
    if case.reason.is_some() || !matches!(case.initiator, None | Some(Initiator::Store)) {
        return false;
    }
    if let Some(acknowledged) = case.about.acknowledged {
        return !acknowledged;
    }
    if refund.store == &Store::GooglePlay && case.about.order_id.as_deref().is_some_and(is_renewal) {
        return false;
    }
    match (case.about.purchased_at, refund.known_since) {
        (Some(purchased_at), _) => {
            let age = case.at.since(purchased_at);
            earliest <= age && age <= LATEST
        }
        (None, Some(known_since)) => case.at.since(known_since) <= LATEST,
        (None, None) => true,
    }
}

/// `GPA.1234-5678-9012-34567..0` is a subscription's first renewal, `..1` its second. Renewals need no acknowledgement.
fn is_renewal(order_id: &str) -> bool {
    order_id
        .rsplit_once("..")
        .is_some_and(|(_, n)| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::super::super::{
        CaseState, Environment, Extent, Fact, FactKind, OrderDetails, Reason, Timestamp, Trust,
    };
    use super::*;

    fn view<'a>(store: &'a Store, case: &'a CaseState, known_since: Option<Timestamp>) -> RefundView<'a> {
        RefundView {
            store,
            environment: Environment::Production,
            case,
            known_since,
            attributed_by: None,
            earlier: &[],
        }
    }

    fn hours(hours: i64) -> Timestamp {
        Timestamp::from_millis(0).plus(Span::from_hours(hours))
    }

    fn refunded_at(hour: i64, about: OrderDetails) -> CaseState {
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason: None,
            initiator: None,
            subscription_live: None,
        };
        CaseState::fold(&[Fact { at: hours(hour), what, trust: Trust::Signed, about }], None).unwrap()
    }

    fn bought(hour: i64) -> OrderDetails {
        OrderDetails { purchased_at: Some(hours(hour)), ..OrderDetails::default() }
    }

    #[test]
    fn google_play_within_three_days_of_buying_or_where_that_is_unknown() {
        let may = |about, recorded: Option<i64>| {
            may_be_unacknowledged(view(&Store::GooglePlay, &refunded_at(100, about), recorded.map(hours)))
        };
        assert!(may(bought(99), None));
        assert!(may(bought(26), None));
        assert!(!may(bought(25), None));
        assert!(!may(bought(0), Some(99)), "the purchase's own time takes precedence");
        // Recorded 74 hours before, or later: it may have been bought just then.
        assert!(may(OrderDetails::default(), Some(26)));
        assert!(may(OrderDetails::default(), Some(200)), "recorded after the refund");
        assert!(!may(OrderDetails::default(), Some(25)));
        assert!(may(OrderDetails::default(), None));
    }

    #[test]
    fn one_store_three_days_after_the_purchase_only() {
        let may = |hour| may_be_unacknowledged(view(&Store::OneStore, &refunded_at(hour, bought(0)), None));
        assert_eq!([70, 71, 74, 75].map(may), [false, true, true, false]);
    }

    #[test]
    fn what_the_store_reports_counts_before_any_age() {
        let may = |case: &CaseState| may_be_unacknowledged(view(&Store::GooglePlay, case, None));
        let mut case = refunded_at(1, bought(0));
        case.about.acknowledged = Some(true);
        assert!(!may(&case));
        let mut case = refunded_at(1000, bought(0));
        case.about.acknowledged = Some(false);
        assert!(may(&case));
        case.initiator = Some(Initiator::Store);
        assert!(may(&case));
        case.initiator = Some(Initiator::Player);
        assert!(!may(&case));
        case.initiator = None;
        case.reason = Some(Reason::Remorse);
        assert!(!may(&case));
    }

    #[test]
    fn renewals_and_other_stores_need_no_acknowledgement() {
        for (order, may) in [
            ("GPA.1-2-3-4", true),
            ("GPA.1-2-3-4..0", false),
            ("GPA.1-2-3-4..17", false),
            ("GPA.1-2-3-4..", true),
            ("GPA.1-2-3-4..x", true),
        ] {
            let about = OrderDetails { order_id: Some(order.to_owned()), ..bought(0) };
            assert_eq!(
                may_be_unacknowledged(view(&Store::GooglePlay, &refunded_at(1, about), None)),
                may,
                "{order}"
            );
        }
        for store in [Store::AppStore, Store::Stripe, Store::Amazon] {
            assert!(!may_be_unacknowledged(view(&store, &refunded_at(72, bought(0)), None)));
        }
    }
}
