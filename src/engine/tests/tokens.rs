//! One refund reported twice: by its token alone, and by its order id.

use super::*;

const DAY: i64 = 86_400_000;

fn by_token(within: Option<i64>) -> CaseKey {
    CaseKey::Token { token: "tok".to_owned(), same_within_millis: within }
}

fn token() -> OrderDetails {
    OrderDetails { purchase_token: Some("tok".to_owned()), ..OrderDetails::default() }
}

fn both(id: &str) -> OrderDetails {
    OrderDetails { purchase_token: Some("tok".to_owned()), ..order(id) }
}

fn recorded(fixture: &Fixture) {
    let purchase = Purchase { purchase_token: Some("tok".to_owned()), ..purchase("ann", "1") };
    fixture.engine.record_purchase(purchase).unwrap();
}

#[test]
fn they_are_one_refund_notified_once_in_either_order() {
    for order_first in [true, false] {
        let fixture = Fixture::new("[]");
        recorded(&fixture);
        let mut reported = [
            (by_token(Some(DAY)), refunded(token(), 0)),
            (CaseKey::Order("1".to_owned()), refunded(both("1"), 40)),
        ];
        if order_first {
            reported.reverse();
        }
        for (key, fact) in reported {
            fixture.ingest(key, fact);
        }
        let kinds = fixture.kinds();
        assert_eq!(
            kinds,
            [EventKind::Refund, EventKind::Alert, EventKind::Block],
            "order first: {order_first}"
        );
        assert_eq!(fixture.refunds().iter().filter(|refund| refund.merged_into.is_none()).count(), 1);
        fixture.ingest(CaseKey::Order("1".to_owned()), reversed(both("1"), DAY));
        assert!(!fixture.engine.is_blocked("ann"), "order first: {order_first}");
    }
}

/// Reports a payment for a renewal by its token only.
fn renewed(fixture: &Fixture, at: i64) {
    let about = OrderDetails { paid_at: Some(NOON.plus(Span::from_millis(at))), ..token() };
    bought(fixture, at, about);
}

/// The store's answer to a query about the subscription.
fn queried(fixture: &Fixture, at: i64, latest: &str) {
    bought(fixture, at, OrderDetails { latest_order_id: Some(latest.to_owned()), ..token() });
}

fn bought(fixture: &Fixture, at: i64, about: OrderDetails) {
    fixture.notifications.set(fixture.notifications.get() + 1);
    let signal = Signal {
        place: place(),
        notification_id: format!("n{}", fixture.notifications.get()),
        name: "RENEWED".to_owned(),
        at: NOON.plus(Span::from_millis(at)),
        meaning: Meaning::Purchase(about),
    };
    fixture.engine.ingest_signal(signal, b"{}").unwrap();
}

/// One report.
type Step = fn(&Fixture);

const VOID: Step = |fixture| drop(fixture.ingest(CaseKey::Order("1".to_owned()), refunded(both("1"), 0)));
const REVOCATION: Step = |fixture| drop(fixture.ingest(by_token(Some(DAY)), refunded(token(), 3 * DAY)));
const RENEWAL: Step = |fixture| renewed(fixture, 2 * DAY);
const EARLIER_RENEWAL: Step = |fixture| renewed(fixture, -2 * DAY);
const TAKEN_BACK: Step =
    |fixture| drop(fixture.ingest(CaseKey::Order("1".to_owned()), reversed(both("1"), DAY)));
const SWEPT: Step = |fixture| {
    let mut fact = refunded(both("1"), 5);
    fact.trust = Trust::Confirmed;
    let signal = signal("swept", CaseKey::Order("1".to_owned()), fact);
    fixture.engine.ingest_rows(vec![(signal, b"{}".to_vec())], |_| Ok(())).unwrap();
};
const QUERIED_SAME: Step = |fixture| queried(fixture, 3 * DAY + 5, "1");
const QUERIED_OTHER: Step = |fixture| queried(fixture, 3 * DAY + 5, "1..0");
const QUERIED_OTHER_BEFORE: Step = |fixture| queried(fixture, DAY, "1..0");

/// All orders of some steps.
fn orders(steps: &[Step]) -> Vec<Vec<Step>> {
    if steps.len() <= 1 {
        return vec![steps.to_vec()];
    }
    let mut all = Vec::new();
    for n in 0..steps.len() {
        let mut rest = steps.to_vec();
        let first = rest.remove(n);
        all.extend(orders(&rest).into_iter().map(|mut others| {
            others.insert(0, first);
            others
        }));
    }
    all
}

/// The number of refunds, and of events of each kind.
fn reported(steps: &[Step]) -> (usize, usize, usize) {
    let fixture = Fixture::new("[]");
    recorded(&fixture);
    steps.iter().for_each(|step| step(&fixture));
    let kinds = fixture.kinds();
    let count = |kind| kinds.iter().filter(|other| **other == kind).count();
    let refunds = fixture.refunds().iter().filter(|refund| refund.merged_into.is_none()).count();
    (refunds, count(EventKind::Refund), count(EventKind::Reversal))
}

#[test]
fn a_void_and_a_revocation_days_later_are_one_refund_in_any_order() {
    for steps in
        [&[VOID, REVOCATION][..], &[VOID, REVOCATION, SWEPT], &[VOID, REVOCATION, EARLIER_RENEWAL, SWEPT]]
    {
        for steps in orders(steps) {
            assert_eq!(reported(&steps), (1, 1, 0));
        }
    }
}

#[test]
fn the_latest_order_reported_by_the_store_decides() {
    for steps in orders(&[VOID, REVOCATION, QUERIED_SAME]) {
        assert_eq!(reported(&steps), (1, 1, 0));
    }
    for steps in orders(&[VOID, REVOCATION, QUERIED_OTHER]) {
        assert_eq!(reported(&steps), (2, 2, 0), "the revocation is of the renewal 1..0");
    }
    for steps in orders(&[VOID, REVOCATION, QUERIED_OTHER_BEFORE]) {
        assert_eq!(reported(&steps), (1, 1, 0), "what was latest before the revocation does not matter");
    }
}

#[test]
fn with_a_renewal_between_they_are_two() {
    for steps in orders(&[VOID, REVOCATION, RENEWAL]) {
        assert_eq!(reported(&steps), (2, 2, 0));
    }
    let fixture = Fixture::new("[]");
    recorded(&fixture);
    VOID(&fixture);
    REVOCATION(&fixture);
    let renewal = Purchase {
        purchase_token: Some("tok".to_owned()),
        purchased_at: Some(NOON.plus(Span::from_days(1))),
        ..purchase("ann", "1..0")
    };
    fixture.engine.record_purchase(renewal).unwrap();
    assert_eq!(fixture.refunds().iter().filter(|refund| refund.merged_into.is_none()).count(), 2);
}

#[test]
fn a_void_reversed_before_the_revocation_is_another_refund() {
    for steps in orders(&[VOID, TAKEN_BACK, REVOCATION]) {
        let (refunds, refund_events, reversals) = reported(&steps);
        assert_eq!((refunds, refund_events - reversals), (2, 1), "what is refunded in the end");
    }
}

#[test]
fn a_hint_blocks_no_player_and_merges_into_the_real_refund() {
    for hint_first in [true, false] {
        let fixture = Fixture::new("[]");
        recorded(&fixture);
        let mut hint = refunded(token(), 0);
        hint.trust = Trust::Hint;
        if hint_first {
            fixture.ingest(by_token(None), hint.clone());
            assert!(!fixture.engine.is_blocked("ann"));
            assert!(fixture.events().is_empty(), "a hint alone queued a refund event");
        }
        fixture.ingest(CaseKey::Order("1".to_owned()), refunded(both("1"), 5));
        if !hint_first {
            fixture.ingest(by_token(None), hint);
        }
        assert!(fixture.engine.is_blocked("ann"));
        assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
        assert_eq!(fixture.refunds().iter().filter(|refund| refund.merged_into.is_none()).count(), 1);
    }
}

#[test]
fn another_renewals_price_is_not_used_for_this_one() {
    let fixture = Fixture::new("[]");
    let price = crate::model::Money { micros: 5, currency: crate::model::Currency::new("EUR").unwrap() };
    let first =
        Purchase { purchase_token: Some("tok".to_owned()), price: Some(price), ..purchase("ann", "1") };
    fixture.engine.record_purchase(first).unwrap();
    fixture.ingest(CaseKey::Order("1..2".to_owned()), refunded(both("1..2"), 0));
    let refund = &fixture.refunds()[0];
    assert_eq!((refund.user.as_deref(), refund.case.amount), (Some("ann"), None));
}
