//! Late knowledge changes decisions and blocks, but never notifies the host of money that did not move.
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
        let fixture = Fixture::new(policy);
        fixture.engine.record_purchases(vec![purchase("ann", "1"), purchase("ann", "2")]).unwrap();
        for t in turns {
            fixture.ingest_order(refunded(order(&t.to_string()), t));
        }
        fixture.clock.advance(Span::from_days(2));
        fixture.engine.expire_blocks().unwrap();
        end.push(fixture.engine.is_blocked("ann"));
    }
    assert_eq!(end[0], end[1], "{end:?}");
}

#[test]
fn a_blocks_length_follows_the_decision_when_more_is_refunded() {
    let policy = r#"[{"name":"small","match":{"amount":{"at_most":{"micros":4000000,"currency":"USD"}}},"action":{"block":"1d"}}]"#;
    let mut end = Vec::new();
    for rev in [false, true] {
        let fixture = Fixture::new(policy);
        fixture
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
            fixture.ingest_order(x);
        }
        fixture.clock.advance(Span::from_days(2));
        fixture.engine.expire_blocks().unwrap();
        end.push((fixture.engine.is_blocked("ann"), fixture.refunds()[0].decision.clone()));
    }
    assert_eq!(end[0], end[1]);
}

#[test]
fn completing_a_record_queues_no_second_refund() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.events();
    fixture
        .engine
        .record_purchase(Purchase { quantity: Some(4), price: Some(money(5, "EUR")), ..purchase("ann", "1") })
        .unwrap();
    assert_eq!(fixture.kinds(), []);
}

#[test]
fn a_price_in_another_currency_is_no_reversal() {
    let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
    let about = OrderDetails {
        account_tag: Some("ann".to_owned()),
        price: Some(money(9_990_000, "USD")),
        ..order("1")
    };
    fixture.ingest_order(refunded(about, 0));
    fixture.events();
    fixture
        .engine
        .record_purchase(Purchase { price: Some(money(8_990_000, "EUR")), ..purchase("ann", "1") })
        .unwrap();
    let kinds = fixture.kinds();
    assert_eq!(kinds, [], "state {:?}", fixture.refunds()[0].case.state);
}

#[test]
fn reported_once_by_token_and_order_with_a_full_record() {
    let fixture = Fixture::new("[]");
    fixture
        .engine
        .record_purchase(Purchase {
            quantity: Some(4),
            purchase_token: Some("tok".to_owned()),
            ..purchase("ann", "1")
        })
        .unwrap();
    fixture.ingest(tkey(), refunded(tok(), 0));
    fixture.ingest(okey("1"), refunded(both("1"), 40));
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn reported_once_with_a_review_before() {
    let fixture = Fixture::new("[]");
    fixture
        .engine
        .record_purchase(Purchase { purchase_token: Some("tok".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    fixture.ingest(
        okey("1"),
        fact(order("1"), -5, FactKind::Requested { deadline: None, reason: None, token: None }),
    );
    fixture.ingest(tkey(), refunded(tok(), 0));
    fixture.ingest(okey("1"), refunded(both("1"), 40));
    assert_eq!(fixture.kinds(), [EventKind::Review, EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn a_postponed_event_delays_its_users_later_events() {
    let fixture = Fixture::new("[]");
    fixture.engine.block("ann", None, "a", "b").unwrap();
    fixture.engine.unblock("ann", "a", "b").unwrap();
    let mut seen = Vec::new();
    let mut failed = false;
    fixture
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
    fixture.clock.advance(Span::from_millis(31_000));
    fixture
        .engine
        .tick(Duration::from_secs(5), |e| {
            seen.push(e.kind);
            Handled::Done
        })
        .unwrap();
    fixture.clock.advance(Span::from_millis(31_000));
    fixture
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
    let fixture = Fixture::new("[]");
    fixture.engine.block("ann", None, "a", "b").unwrap();
    fixture.engine.unblock("ann", "a", "b").unwrap();
    let x = fixture.engine.poll(1).unwrap();
    let y = fixture.engine.poll(1).unwrap();
    assert_eq!((x.len(), y.len()), (1, 0));
}

#[test]
fn completion_reaches_cases_by_token() {
    let fixture = Fixture::new("[]");
    fixture
        .engine
        .record_purchase(Purchase { purchase_token: Some("tok".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    fixture.ingest(tkey(), {
        let mut f = refunded(tok(), 0);
        f.about.product = None;
        f
    });
    // place() is production for app store; google-like place:
    let mut s = signal("g", tkey(), refunded(tok(), 0));
    s.place = Place { store: Store::GooglePlay, environment: None, ..place() };
    fixture
        .engine
        .record_purchase(Purchase {
            purchase_token: Some("tok".to_owned()),
            purchased_at: Some(NOON.plus(Span::from_days(-9))),
            ..Purchase::new(Store::GooglePlay, "bob", "G1")
        })
        .unwrap();
    fixture.engine.ingest_signal(s, b"").unwrap();
    assert!(fixture.engine.is_blocked("bob"));
    fixture
        .engine
        .record_purchase(Purchase {
            environment: Some(Environment::Sandbox),
            ..Purchase::new(Store::GooglePlay, "bob", "G1")
        })
        .unwrap();
    assert!(!fixture.engine.is_blocked("bob"), "a sandbox purchase blocks");
}

#[test]
fn a_block_that_was_taken_over_stays() {
    let fixture = Fixture::new("[]");
    let p = |u: &str, o: &str, at: i64| Purchase {
        purchase_token: Some("tok".to_owned()),
        purchased_at: Some(NOON.plus(Span::from_millis(at))),
        ..purchase(u, o)
    };
    fixture.engine.record_purchase(p("ann", "1", -100)).unwrap();
    fixture.ingest(tkey(), refunded(tok(), 0));
    fixture.ingest(okey("1"), refunded(both("1"), 5));
    assert!(fixture.engine.is_blocked("ann"));
    fixture.engine.record_purchase(p("bob", "2", 50)).unwrap();
    assert!(fixture.engine.is_blocked("ann"));
}

#[test]
fn a_later_exclusion_ends_the_block_and_reverses_nothing() {
    let policy = r#"[{"name":"x","match":{"product":"free"},"action":"exclude"}]"#;
    let fixture = Fixture::new(policy);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.kinds();
    fixture
        .engine
        .record_purchase(Purchase { product: Some("free".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    assert_eq!(fixture.kinds(), [EventKind::Unblock]);
}

#[test]
fn queries_after_close() {
    let fixture = Fixture::new("[]");
    fixture.engine.close().unwrap();
    assert!(fixture.engine.refund(1).is_err());
}

#[test]
fn recordings_in_any_order() {
    let t = Some("tok".to_owned());
    let a = Purchase { price: Some(money(5, "EUR")), ..purchase("ann", "1") };
    let b = Purchase { order_id: None, purchase_token: t.clone(), quantity: Some(3), ..purchase("ann", "1") };
    let c = Purchase { purchase_token: t, ..purchase("ann", "1") };
    let mut ends = Vec::new();
    for seq in [[&a, &b, &c], [&c, &a, &b]] {
        let fixture = Fixture::new("[]");
        for p in seq {
            fixture.engine.record_purchase(p.clone()).unwrap();
        }
        fixture.ingest(okey("1"), part(both("1"), 0, Some("s"), Extent::Quantity(3)));
        ends.push((fixture.engine.user("ann").unwrap().purchases.len(), fixture.refunds()[0].case.state));
    }
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn second_revocation_of_a_merged_token_is_not_lost() {
    let fixture = Fixture::new("[]");
    fixture
        .engine
        .record_purchase(Purchase { purchase_token: Some("tok".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    fixture.ingest(okey("1"), refunded(both("1"), 0));
    fixture.ingest(tkey(), refunded(tok(), 5));
    fixture.ingest(okey("1"), reversed(both("1"), DAY));
    assert!(!fixture.engine.is_blocked("ann"));
    fixture.ingest(tkey(), refunded(tok(), 60 * DAY));
    assert!(fixture.engine.is_blocked("ann"), "a later revocation of the token was swallowed");
}

#[test]
fn hint_does_not_inflate_a_signed_part() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Part));
    fixture.kinds();
    let mut h = refunded(order("1"), 3);
    h.trust = Trust::Hint;
    fixture.ingest_order(h);
    let r = &fixture.refunds()[0];
    assert_eq!(
        (r.case.state, r.case.trust),
        (StoreState::PartlyRefunded, Trust::Signed),
        "{:?}",
        fixture.kinds()
    );
}

#[test]
fn a_hint_after_a_signed_refund_reverses_it() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.kinds();
    let mut h = refunded(order("1"), 30);
    h.trust = Trust::Hint;
    fixture.ingest_order(h);
    fixture.ingest_order(reversed(order("1"), 10));
    assert_eq!(fixture.kinds(), [EventKind::Unblock, EventKind::Reversal]);
}

#[test]
fn uppercase_user_ids() {
    let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
    let user = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
    fixture.engine.record_purchase(purchase(user, "1")).unwrap();
    // as stores/app_store/meaning.rs lowercases it
    let about = OrderDetails { account_tag: Some(user.to_ascii_lowercase()), ..order("2") };
    fixture.ingest_order(refunded(about, 0));
    assert!(fixture.engine.is_blocked(user), "{:?}", fixture.refunds()[0].user);
}
