//! A decided refund stays with its player: a record of another order does not move it, and a second claim alerts.

use super::*;

const DAY: i64 = 86_400_000;

fn text(id: &str) -> Option<String> {
    Some(id.to_owned())
}

fn reported(fixture: &Fixture) -> Vec<(EventKind, Option<String>)> {
    fixture.events().into_iter().map(|event| (event.kind, event.user)).collect()
}

fn alert_of(user: &str) -> Vec<(EventKind, Option<String>)> {
    vec![(EventKind::Alert, text(user))]
}

/// One attack: the first record, the refund, and the later record by a throw-away account.
struct Attack {
    name: &'static str,
    tags: &'static str,
    store: Store,
    before: Vec<Purchase>,
    about: OrderDetails,
    planted: Purchase,
}

fn attacks() -> Vec<Attack> {
    let one = |user: &str, id: &str| Purchase::new(Store::OneStore, user, id);
    let apple = |user: &str, id: &str| Purchase::new(Store::AppStore, user, id);
    let google = |user: &str, id: &str| Purchase::new(Store::GooglePlay, user, id);
    let at = |day: i64| Some(NOON.plus(Span::from_millis(day * DAY)));
    vec![
        Attack {
            name: "another renewal of the same token",
            tags: "issued",
            store: Store::OneStore,
            before: vec![Purchase {
                purchase_token: text("SUB"),
                purchased_at: at(-90),
                ..one("main", "R1")
            }],
            about: OrderDetails { purchase_token: text("SUB"), purchased_at: at(-30), ..order("R3") },
            planted: Purchase { purchase_token: text("SUB"), purchased_at: at(0), ..one("throwaway", "R4") },
        },
        Attack {
            name: "another renewal, claimed to be earlier",
            tags: "issued",
            store: Store::AppStore,
            before: vec![Purchase { original_id: text("T1"), purchased_at: at(-90), ..apple("main", "T2") }],
            about: OrderDetails { original_id: text("T1"), purchased_at: at(-30), ..order("T3") },
            planted: Purchase { original_id: text("T1"), purchased_at: at(-40), ..apple("throwaway", "T4") },
        },
        Attack {
            name: "a restored transaction of the same purchase",
            tags: "issued",
            store: Store::AppStore,
            before: vec![Purchase { original_id: text("T1"), ..apple("main", "T2") }],
            about: OrderDetails { original_id: text("T1"), web_order_line_item_id: text("W"), ..order("T1") },
            planted: Purchase { web_order_line_item_id: text("W"), ..apple("throwaway", "T5") },
        },
        Attack {
            name: "a Google Play renewal of the same base order",
            tags: "issued",
            store: Store::GooglePlay,
            before: vec![google("main", "GPA.1")],
            about: order("GPA.1..3"),
            planted: google("throwaway", "GPA.1..2"),
        },
        Attack {
            name: "the bare tag, recorded with a one-cent order",
            tags: "user_ids",
            store: Store::OneStore,
            before: vec![one("main", "M0")],
            about: OrderDetails { account_tag: text("main"), purchase_token: text("TC1"), ..order("C1") },
            planted: Purchase { account_tag: text("main"), ..one("throwaway", "T1") },
        },
        Attack {
            name: "the recorded tag, recorded again",
            tags: "issued",
            store: Store::OneStore,
            before: vec![Purchase { account_tag: text("opaque"), purchased_at: at(-9), ..one("main", "M0") }],
            about: OrderDetails { account_tag: text("opaque"), ..order("C1") },
            planted: Purchase { account_tag: text("opaque"), purchased_at: at(0), ..one("throwaway", "T1") },
        },
        Attack {
            name: "the token of the refunded order with another order id",
            tags: "issued",
            store: Store::OneStore,
            before: vec![one("main", "C1")],
            about: OrderDetails { purchase_token: text("TC1"), ..order("C1") },
            planted: Purchase { purchase_token: text("TC1"), ..one("throwaway", "T1") },
        },
    ]
}

#[test]
fn a_blocked_player_is_not_unblocked_by_another_record() {
    for Attack { name, tags, store, before, about, planted } in attacks() {
        let fixture = Fixture::with_tags(tags, BLOCKS_ALL);
        fixture.engine.record_purchases(before).unwrap();
        fixture.ingest_order_of(store.clone(), refunded(about.clone(), 0));
        let found = fixture.found();
        assert_eq!(found.as_ref().map(|(user, _)| user.as_str()), Some("main"), "{name}");
        fixture.events();

        fixture.engine.record_purchase(planted.clone()).unwrap();
        assert_eq!(fixture.found(), found, "{name}");
        assert!(fixture.engine.is_blocked("main") && !fixture.engine.is_blocked("throwaway"), "{name}");
        assert_eq!(fixture.refund().claimants, ["throwaway"], "{name}");
        assert_eq!(reported(&fixture), alert_of("main"), "{name}");
        let journal = fixture.engine.user("main").unwrap().journal;
        let claimed = |entry: &&crate::model::JournalEntry| {
            entry.what
                == crate::model::Happening::Claimed {
                    keeper: "main".to_owned(),
                    claimant: "throwaway".to_owned(),
                }
        };
        assert_eq!(journal.iter().filter(claimed).count(), 1, "{name}");

        // More of it, a repeated message, a reversal or a new refund do not change that.
        let more = Purchase { product: text("gems"), ..planted };
        fixture.engine.record_purchase(more).unwrap();
        fixture.ingest_order_of(store.clone(), refunded(about.clone(), 1));
        assert_eq!(reported(&fixture), [], "{name}");
        fixture.ingest_order_of(store.clone(), reversed(about.clone(), 5));
        fixture.ingest_order_of(store, refunded(about, 9));
        assert_eq!(fixture.found(), found, "{name}");
        assert!(fixture.engine.is_blocked("main"), "{name}");
    }
}

#[test]
fn a_record_of_exactly_this_order_moves_it() {
    for Attack { name, tags, store, before, about, .. } in attacks() {
        let is_exact = before.iter().any(|purchase| purchase.order_id == about.order_id);
        let fixture = Fixture::with_tags(tags, BLOCKS_ALL);
        fixture.engine.record_purchases(before).unwrap();
        fixture.ingest_order_of(store.clone(), refunded(about.clone(), 0));
        let order = about.order_id.unwrap();
        let recorded = fixture.engine.record_purchase(Purchase::new(store, "bob", order));
        if is_exact {
            assert!(matches!(recorded, Err(Error::PurchaseOfAnotherUser { .. })), "{name}");
            continue;
        }
        recorded.unwrap();
        assert_eq!(fixture.found(), Some(("bob".to_owned(), AttributedBy::Order)), "{name}");
        assert!(!fixture.engine.is_blocked("main") && fixture.engine.is_blocked("bob"), "{name}");
    }
}

#[test]
fn each_claimant_alerts_once() {
    let fixture = Fixture::new("[]");
    let bought = |user: &str, id: &str| Purchase { original_id: text("T1"), ..purchase(user, id) };
    fixture.engine.record_purchase(bought("ann", "T1")).unwrap();
    fixture.ingest_order(refunded(OrderDetails { original_id: text("T1"), ..order("T2") }, 0));
    fixture.events();
    for (user, id, alerts) in [("bob", "T5", 1), ("bob", "T6", 0), ("eve", "T7", 1), ("ann", "T8", 0)] {
        fixture.engine.record_purchase(bought(user, id)).unwrap();
        assert_eq!(reported(&fixture).len(), alerts, "{user} {id}");
    }
    assert_eq!(fixture.refund().claimants, ["bob", "eve"]);
}

#[test]
fn an_undecided_refund_accepts_any_evidence() {
    let fixture = Fixture::with_tags("user_ids", "[]");
    let about = OrderDetails { original_id: text("T1"), account_tag: text("tag"), ..order("T2") };
    let requested = FactKind::Requested { deadline: None, reason: None, token: None };
    fixture.ingest_order(fact(about.clone(), 0, requested));
    assert_eq!(fixture.found(), Some(("tag".to_owned(), AttributedBy::BareTag)));
    fixture.engine.record_purchase(Purchase { original_id: text("T1"), ..purchase("ann", "T1") }).unwrap();
    assert_eq!(fixture.found(), Some(("ann".to_owned(), AttributedBy::Family)));
    assert!(fixture.refund().claimants.is_empty());
}

#[test]
fn a_late_record_of_the_same_player_is_stronger_evidence_and_the_rules_are_applied_again() {
    let about = OrderDetails { original_id: text("T1"), account_tag: text("ann"), ..order("T2") };
    let record = Purchase { original_id: text("T1"), ..purchase("ann", "T1") };
    let fixture = Fixture::with_tags("user_ids", "[]");
    fixture.ingest_order(refunded(about.clone(), 0));
    assert_eq!(fixture.found(), Some(("ann".to_owned(), AttributedBy::BareTag)));
    assert!(!fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert]);
    fixture.engine.record_purchase(record).unwrap();
    assert_eq!(fixture.found(), Some(("ann".to_owned(), AttributedBy::Family)));
    assert!(fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Block]);
    assert!(fixture.refund().claimants.is_empty());
}

#[test]
fn a_shared_tag_is_no_claim_to_a_recorded_order() {
    let fixture = Fixture::new("[]");
    let tagged =
        |user: &str, id: &str| Purchase { account_tag: Some("shared".to_owned()), ..purchase(user, id) };
    fixture.engine.record_purchase(tagged("ann", "1")).unwrap();
    let about = OrderDetails { account_tag: Some("shared".to_owned()), ..order("1") };
    fixture.ingest_order(refunded(about, 0));
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    fixture.engine.record_purchase(tagged("bob", "2")).unwrap();
    assert_eq!(fixture.kinds(), []);
    assert!(fixture.refunds()[0].claimants.is_empty());
}
