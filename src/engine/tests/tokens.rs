//! One refund told twice: by its token alone, and by its order id.

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
fn they_are_one_refund_told_once_whichever_comes_first() {
    for order_first in [true, false] {
        let bench = Bench::new("[]");
        recorded(&bench);
        let mut told = [
            (by_token(Some(DAY)), refunded(token(), 0)),
            (CaseKey::Order("1".to_owned()), refunded(both("1"), 40)),
        ];
        if order_first {
            told.reverse();
        }
        for (key, fact) in told {
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

#[test]
fn far_apart_they_are_two() {
    let bench = Bench::new("[]");
    recorded(&bench);
    bench.take(CaseKey::Order("1".to_owned()), refunded(both("1"), 0));
    bench.take(by_token(Some(DAY)), refunded(token(), 30 * DAY));
    assert!(bench.refunds().iter().all(|refund| refund.merged_into.is_none()));
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
