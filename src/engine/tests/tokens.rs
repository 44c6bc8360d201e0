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

fn recorded(bench: &Bench) {
    let purchase = Purchase { purchase_token: Some("tok".to_owned()), ..purchase("ann", "1") };
    bench.engine.record_purchase(purchase).unwrap();
}

#[test]
fn they_are_one_refund_reported_once_whichever_comes_first() {
    for order_first in [true, false] {
        let bench = Bench::new("[]");
        recorded(&bench);
        let mut reported = [
            (by_token(Some(DAY)), refunded(token(), 0)),
            (CaseKey::Order("1".to_owned()), refunded(both("1"), 40)),
        ];
        if order_first {
            reported.reverse();
        }
        for (key, fact) in reported {
            bench.take(key, fact);
        }
        let kinds = bench.kinds();
        assert_eq!(
            kinds,
            [EventKind::Refund, EventKind::Alert, EventKind::Block],
            "order first: {order_first}"
        );
        assert_eq!(bench.refunds().iter().filter(|refund| refund.merged_into.is_none()).count(), 1);
        bench.take(CaseKey::Order("1".to_owned()), reversed(both("1"), DAY));
        assert!(!bench.engine.is_blocked("ann"), "order first: {order_first}");
    }
}

/// Reports of a payment for a renewal, which names the token only.
fn renewed(bench: &Bench, at: i64) {
    let about = OrderDetails { paid_at: Some(NOON.plus(Span::from_millis(at))), ..token() };
    bought(bench, at, about);
}

/// What the store says of the subscription when it is asked.
fn asked(bench: &Bench, at: i64, latest: &str) {
    bought(bench, at, OrderDetails { latest_order_id: Some(latest.to_owned()), ..token() });
}

fn bought(bench: &Bench, at: i64, about: OrderDetails) {
    bench.notifications.set(bench.notifications.get() + 1);
    let signal = Signal {
        place: place(),
        notification_id: format!("n{}", bench.notifications.get()),
        name: "RENEWED".to_owned(),
        at: NOON.plus(Span::from_millis(at)),
        meaning: Meaning::Purchase(about),
    };
    bench.engine.take(signal, b"{}").unwrap();
}

/// One thing that is reported.
type Step = fn(&Bench);

const VOID: Step = |bench| drop(bench.take(CaseKey::Order("1".to_owned()), refunded(both("1"), 0)));
const REVOCATION: Step = |bench| drop(bench.take(by_token(Some(DAY)), refunded(token(), 3 * DAY)));
const RENEWAL: Step = |bench| renewed(bench, 2 * DAY);
const EARLIER_RENEWAL: Step = |bench| renewed(bench, -2 * DAY);
const TAKEN_BACK: Step = |bench| drop(bench.take(CaseKey::Order("1".to_owned()), reversed(both("1"), DAY)));
const SWEPT: Step = |bench| {
    let mut fact = refunded(both("1"), 5);
    fact.trust = Trust::Confirmed;
    let signal = signal("swept", CaseKey::Order("1".to_owned()), fact);
    bench.engine.take_rows(vec![(signal, b"{}".to_vec())], |_| Ok(())).unwrap();
};
const ASKED_SAME: Step = |bench| asked(bench, 3 * DAY + 5, "1");
const ASKED_OTHER: Step = |bench| asked(bench, 3 * DAY + 5, "1..0");
const ASKED_OTHER_BEFORE: Step = |bench| asked(bench, DAY, "1..0");

/// All orders of a few steps.
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

/// How many refunds there are, and of which events how many.
fn reported(steps: &[Step]) -> (usize, usize, usize) {
    let bench = Bench::new("[]");
    recorded(&bench);
    steps.iter().for_each(|step| step(&bench));
    let kinds = bench.kinds();
    let count = |kind| kinds.iter().filter(|other| **other == kind).count();
    let refunds = bench.refunds().iter().filter(|refund| refund.merged_into.is_none()).count();
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
fn what_the_store_names_as_the_latest_order_decides() {
    for steps in orders(&[VOID, REVOCATION, ASKED_SAME]) {
        assert_eq!(reported(&steps), (1, 1, 0));
    }
    for steps in orders(&[VOID, REVOCATION, ASKED_OTHER]) {
        assert_eq!(reported(&steps), (2, 2, 0), "the revocation is of the renewal 1..0");
    }
    for steps in orders(&[VOID, REVOCATION, ASKED_OTHER_BEFORE]) {
        assert_eq!(reported(&steps), (1, 1, 0), "what was latest before the revocation says nothing of it");
    }
}

#[test]
fn with_a_renewal_between_they_are_two() {
    for steps in orders(&[VOID, REVOCATION, RENEWAL]) {
        assert_eq!(reported(&steps), (2, 2, 0));
    }
    let bench = Bench::new("[]");
    recorded(&bench);
    VOID(&bench);
    REVOCATION(&bench);
    let renewal = Purchase {
        purchase_token: Some("tok".to_owned()),
        purchased_at: Some(NOON.plus(Span::from_days(1))),
        ..purchase("ann", "1..0")
    };
    bench.engine.record_purchase(renewal).unwrap();
    assert_eq!(bench.refunds().iter().filter(|refund| refund.merged_into.is_none()).count(), 2);
}

#[test]
fn a_void_that_was_taken_back_before_the_revocation_is_another_refund() {
    for steps in orders(&[VOID, TAKEN_BACK, REVOCATION]) {
        let (refunds, refund_events, reversals) = reported(&steps);
        assert_eq!((refunds, refund_events - reversals), (2, 1), "what is refunded in the end");
    }
}

#[test]
fn a_hint_blocks_nobody_and_disappears_in_the_refund_it_hinted_at() {
    for hint_first in [true, false] {
        let bench = Bench::new("[]");
        recorded(&bench);
        let mut hint = refunded(token(), 0);
        hint.trust = Trust::Hint;
        if hint_first {
            bench.take(by_token(None), hint.clone());
            assert!(!bench.engine.is_blocked("ann"));
            assert!(bench.events().is_empty(), "a hint alone had the items taken back");
        }
        bench.take(CaseKey::Order("1".to_owned()), refunded(both("1"), 5));
        if !hint_first {
            bench.take(by_token(None), hint);
        }
        assert!(bench.engine.is_blocked("ann"));
        assert_eq!(bench.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
        assert_eq!(bench.refunds().iter().filter(|refund| refund.merged_into.is_none()).count(), 1);
    }
}

#[test]
fn another_renewals_price_is_not_taken_for_this_ones() {
    let bench = Bench::new("[]");
    let price = crate::model::Money { micros: 5, currency: crate::model::Currency::new("EUR").unwrap() };
    let first =
        Purchase { purchase_token: Some("tok".to_owned()), price: Some(price), ..purchase("ann", "1") };
    bench.engine.record_purchase(first).unwrap();
    bench.take(CaseKey::Order("1..2".to_owned()), refunded(both("1..2"), 0));
    let refund = &bench.refunds()[0];
    assert_eq!((refund.user.as_deref(), refund.case.amount), (Some("ann"), None));
}
