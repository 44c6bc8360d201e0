//! Which refunds each store may have made without a request.

use crate::model::{
    CaseState, Extent, Fact, FactKind, Initiator, OrderDetails, Reason, Span, Store, Timestamp, Trust,
};
use crate::stores::profile;

fn may(store: &Store, case: &CaseState, known_since: Option<Timestamp>) -> bool {
    profile(store).unacknowledged.is_some_and(|unacknowledged| unacknowledged.may_include(case, known_since))
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
    let may =
        |about, recorded: Option<i64>| may(&Store::GooglePlay, &refunded_at(100, about), recorded.map(hours));
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
    let may = |hour| may(&Store::OneStore, &refunded_at(hour, bought(0)), None);
    assert_eq!([70, 71, 74, 75].map(may), [false, true, true, false]);
}

#[test]
fn what_the_store_reports_counts_before_any_age() {
    let may = |case: &CaseState| may(&Store::GooglePlay, case, None);
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
    for (order, wanted) in [
        ("GPA.1-2-3-4", true),
        ("GPA.1-2-3-4..0", false),
        ("GPA.1-2-3-4..17", false),
        ("GPA.1-2-3-4..", true),
        ("GPA.1-2-3-4..x", true),
    ] {
        let about = OrderDetails { order_id: Some(order.to_owned()), ..bought(0) };
        assert_eq!(may(&Store::GooglePlay, &refunded_at(1, about), None), wanted, "{order}");
    }
    for store in [Store::AppStore, Store::Stripe, Store::Amazon] {
        assert!(!may(&store, &refunded_at(72, bought(0)), None));
    }
}
