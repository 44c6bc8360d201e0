//! What becomes known late changes decisions and blocks, but never notifies the host of money that did not move.
use super::*;
use crate::model::{Currency, Money};

const DAY: i64 = 86_400_000;
fn money(micros: i64, c: &str) -> Money {
    Money { micros, currency: Currency::new(c).unwrap() }
}
fn tok() -> OrderDetails {
    OrderDetails { purchase_token: Some("tok".to_owned()), ..OrderDetails::default() }
}
fn both(id: &str) -> OrderDetails {
    OrderDetails { purchase_token: Some("tok".to_owned()), ..order(id) }
}
fn tkey() -> CaseKey {
    CaseKey::Token { token: "tok".to_owned(), same_within_millis: Some(DAY) }
}
fn okey(id: &str) -> CaseKey {
    CaseKey::Order(id.to_owned())
}

#[test]
fn a_blocks_length_follows_the_decision_in_any_order() {
    let policy = r#"[{"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},
                     {"name":"first","action":{"block":"1d"}}]"#;
    let mut end = Vec::new();
    for turns in [[1, 2], [2, 1]] {
        let bench = Bench::new(policy);
        bench.engine.record_purchases(vec![purchase("ann", "1"), purchase("ann", "2")]).unwrap();
        for t in turns {
            bench.take_order(refunded(order(&t.to_string()), t));
        }
        bench.clock.advance(Span::from_days(2));
        bench.engine.expire_blocks().unwrap();
        end.push(bench.engine.is_blocked("ann"));
    }
    assert_eq!(end[0], end[1], "{end:?}");
}

#[test]
fn a_blocks_length_follows_the_decision_when_more_is_refunded() {
    let policy = r#"[{"name":"small","match":{"amount":{"at_most":{"micros":4000000,"currency":"USD"}}},"action":{"block":"1d"}}]"#;
    let mut end = Vec::new();
    for rev in [false, true] {
        let bench = Bench::new(policy);
        bench
            .engine
            .record_purchase(Purchase { price: Some(money(10_000_000, "USD")), ..purchase("ann", "1") })
            .unwrap();
        let mut f = vec![
            part(order("1"), 0, None, Extent::TotalAmount(money(3_000_000, "USD"))),
            refunded(order("1"), 9),
        ];
        if rev {
            f.reverse();
        }
        for x in f {
            bench.take_order(x);
        }
        bench.clock.advance(Span::from_days(2));
        bench.engine.expire_blocks().unwrap();
        end.push((bench.engine.is_blocked("ann"), bench.refunds()[0].decision.clone()));
    }
    assert_eq!(end[0], end[1]);
}

#[test]
fn completing_a_record_is_no_second_refund() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.events();
    bench
        .engine
        .record_purchase(Purchase { quantity: Some(4), price: Some(money(5, "EUR")), ..purchase("ann", "1") })
        .unwrap();
    assert_eq!(bench.kinds(), []);
}

#[test]
fn a_price_in_another_currency_is_no_reversal() {
    let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
    let about = OrderDetails {
        account_tag: Some("ann".to_owned()),
        price: Some(money(9_990_000, "USD")),
        ..order("1")
    };
    bench.take_order(refunded(about, 0));
    bench.events();
    bench
        .engine
        .record_purchase(Purchase { price: Some(money(8_990_000, "EUR")), ..purchase("ann", "1") })
        .unwrap();
    let kinds = bench.kinds();
    assert_eq!(kinds, [], "state {:?}", bench.refunds()[0].case.state);
}

#[test]
fn reported_once_by_token_and_order_with_a_full_record() {
    let bench = Bench::new("[]");
    bench
        .engine
        .record_purchase(Purchase {
            quantity: Some(4),
            purchase_token: Some("tok".to_owned()),
            ..purchase("ann", "1")
        })
        .unwrap();
    bench.take(tkey(), refunded(tok(), 0));
    bench.take(okey("1"), refunded(both("1"), 40));
    assert_eq!(bench.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn reported_once_with_a_review_before() {
    let bench = Bench::new("[]");
    bench
        .engine
        .record_purchase(Purchase { purchase_token: Some("tok".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    bench.take(
        okey("1"),
        fact(order("1"), -5, FactKind::Requested { deadline: None, reason: None, token: None }),
    );
    bench.take(tkey(), refunded(tok(), 0));
    bench.take(okey("1"), refunded(both("1"), 40));
    assert_eq!(bench.kinds(), [EventKind::Review, EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn what_is_put_off_keeps_its_users_later_events_waiting() {
    let bench = Bench::new("[]");
    bench.engine.block("ann", None, "a", "b").unwrap();
    bench.engine.unblock("ann", "a", "b").unwrap();
    let mut seen = Vec::new();
    let mut failed = false;
    bench
        .engine
        .tick(Duration::from_secs(5), |e| {
            if !failed {
                failed = true;
                return Handled::Later;
            }
            seen.push(e.kind);
            Handled::Done
        })
        .unwrap();
    bench.clock.advance(Span::from_millis(31_000));
    bench
        .engine
        .tick(Duration::from_secs(5), |e| {
            seen.push(e.kind);
            Handled::Done
        })
        .unwrap();
    bench.clock.advance(Span::from_millis(31_000));
    bench
        .engine
        .tick(Duration::from_secs(5), |e| {
            seen.push(e.kind);
            Handled::Done
        })
        .unwrap();
    assert_eq!(seen, [EventKind::Block, EventKind::Unblock]);
}

#[test]
fn two_threads_of_one_engine() {
    let bench = Bench::new("[]");
    bench.engine.block("ann", None, "a", "b").unwrap();
    bench.engine.unblock("ann", "a", "b").unwrap();
    let x = bench.engine.poll(1).unwrap();
    let y = bench.engine.poll(1).unwrap();
    assert_eq!((x.len(), y.len()), (1, 0));
}

#[test]
fn completion_reaches_cases_by_token() {
    let bench = Bench::new("[]");
    bench
        .engine
        .record_purchase(Purchase { purchase_token: Some("tok".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    bench.take(tkey(), {
        let mut f = refunded(tok(), 0);
        f.about.product = None;
        f
    });
    // place() is production for app store; google-like place:
    let mut s = signal("g", tkey(), refunded(tok(), 0));
    s.place = Place { store: Store::GooglePlay, environment: None, ..place() };
    bench
        .engine
        .record_purchase(Purchase {
            purchase_token: Some("tok".to_owned()),
            purchased_at: Some(NOON.plus(Span::from_days(-9))),
            ..Purchase::new(Store::GooglePlay, "bob", "G1")
        })
        .unwrap();
    bench.engine.take(s, b"").unwrap();
    assert!(bench.engine.is_blocked("bob"));
    bench
        .engine
        .record_purchase(Purchase {
            environment: Some(Environment::Sandbox),
            ..Purchase::new(Store::GooglePlay, "bob", "G1")
        })
        .unwrap();
    assert!(!bench.engine.is_blocked("bob"), "a sandbox purchase blocks");
}

#[test]
fn block_taken_over_stays() {
    let bench = Bench::new("[]");
    let p = |u: &str, o: &str, at: i64| Purchase {
        purchase_token: Some("tok".to_owned()),
        purchased_at: Some(NOON.plus(Span::from_millis(at))),
        ..purchase(u, o)
    };
    bench.engine.record_purchase(p("ann", "1", -100)).unwrap();
    bench.take(tkey(), refunded(tok(), 0));
    bench.take(okey("1"), refunded(both("1"), 5));
    assert!(bench.engine.is_blocked("ann"));
    bench.engine.record_purchase(p("bob", "2", 50)).unwrap();
    assert!(bench.engine.is_blocked("ann"));
}

#[test]
fn excluded_later_ends_the_block_and_gives_nothing_back() {
    let policy = r#"[{"name":"x","match":{"product":"free"},"action":"exclude"}]"#;
    let bench = Bench::new(policy);
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.kinds();
    bench
        .engine
        .record_purchase(Purchase { product: Some("free".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    assert_eq!(bench.kinds(), [EventKind::Unblock]);
}

#[test]
fn queries_after_close() {
    let bench = Bench::new("[]");
    bench.engine.close().unwrap();
    assert!(bench.engine.refund(1).is_err());
}

#[test]
fn recordings_in_any_order() {
    let t = Some("tok".to_owned());
    let a = Purchase { price: Some(money(5, "EUR")), ..purchase("ann", "1") };
    let b = Purchase { order_id: None, purchase_token: t.clone(), quantity: Some(3), ..purchase("ann", "1") };
    let c = Purchase { purchase_token: t, ..purchase("ann", "1") };
    let mut ends = Vec::new();
    for seq in [[&a, &b, &c], [&c, &a, &b]] {
        let bench = Bench::new("[]");
        for p in seq {
            bench.engine.record_purchase(p.clone()).unwrap();
        }
        bench.take(okey("1"), part(both("1"), 0, Some("s"), Extent::Quantity(3)));
        ends.push((bench.engine.user("ann").unwrap().purchases.len(), bench.refunds()[0].case.state));
    }
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn second_revocation_of_a_merged_token_is_not_lost() {
    let bench = Bench::new("[]");
    bench
        .engine
        .record_purchase(Purchase { purchase_token: Some("tok".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    bench.take(okey("1"), refunded(both("1"), 0));
    bench.take(tkey(), refunded(tok(), 5));
    bench.take(okey("1"), reversed(both("1"), DAY));
    assert!(!bench.engine.is_blocked("ann"));
    bench.take(tkey(), refunded(tok(), 60 * DAY));
    assert!(bench.engine.is_blocked("ann"), "a later revocation of the token was swallowed");
}

#[test]
fn hint_does_not_inflate_a_signed_part() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(part(order("1"), 0, Some("a"), Extent::Part));
    bench.kinds();
    let mut h = refunded(order("1"), 3);
    h.trust = Trust::Hint;
    bench.take_order(h);
    let r = &bench.refunds()[0];
    assert_eq!(
        (r.case.state, r.case.trust),
        (StoreState::PartlyRefunded, Trust::Signed),
        "{:?}",
        bench.kinds()
    );
}

#[test]
fn sure_then_hint_gives_back() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.kinds();
    let mut h = refunded(order("1"), 30);
    h.trust = Trust::Hint;
    bench.take_order(h);
    bench.take_order(reversed(order("1"), 10));
    assert_eq!(bench.kinds(), [EventKind::Unblock, EventKind::Reversal]);
}

#[test]
fn uppercase_user_ids() {
    let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
    let user = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
    bench.engine.record_purchase(purchase(user, "1")).unwrap();
    // as stores/app_store/meaning.rs lowercases it
    let about = OrderDetails { account_tag: Some(user.to_ascii_lowercase()), ..order("2") };
    bench.take_order(refunded(about, 0));
    assert!(bench.engine.is_blocked(user), "{:?}", bench.refunds()[0].user);
}
