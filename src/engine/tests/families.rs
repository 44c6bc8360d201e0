//! A recorded id is compared with every id of the refund's family, in any field, whichever of the two comes first.

use super::*;

const DAY: i64 = 86_400_000;

fn at_day(day: i64) -> Option<Timestamp> {
    Some(NOON.plus(Span::from_millis(day * DAY)))
}

fn text(id: &str) -> Option<String> {
    Some(id.to_owned())
}

/// A purchase by "ann" with only the details that `fill` sets.
fn recorded(store: &Store, fill: impl FnOnce(&mut Purchase)) -> Purchase {
    let mut purchase = Purchase { order_id: None, ..Purchase::new(store.clone(), "ann", "") };
    fill(&mut purchase);
    purchase
}

/// The player found with the record first, and with the refund first.
fn both_ways(store: &Store, purchase: &Purchase, about: &OrderDetails) -> Option<(String, AttributedBy)> {
    let mut found = Vec::new();
    for record_first in [true, false] {
        let fixture = Fixture::with_tags("issued", BLOCKS_ALL);
        if record_first {
            fixture.engine.record_purchase(purchase.clone()).unwrap();
        }
        fixture.ingest_order_of(store.clone(), refunded(about.clone(), 0));
        if !record_first {
            fixture.engine.record_purchase(purchase.clone()).unwrap();
        }
        assert_eq!(fixture.engine.is_blocked("ann"), fixture.found().is_some());
        found.push(fixture.found());
    }
    assert_eq!(found[0], found[1], "the order matters: {purchase:?} {about:?}");
    found.remove(0)
}

fn ann(by: AttributedBy) -> Option<(String, AttributedBy)> {
    Some(("ann".to_owned(), by))
}

#[test]
fn an_order_id_is_found_in_whichever_field_it_was_recorded() {
    for store in Store::ALL {
        let about = order("O1");
        let by_order = recorded(store, |purchase| purchase.order_id = text("O1"));
        assert_eq!(both_ways(store, &by_order, &about), ann(AttributedBy::Order), "{store}");
        let as_token = recorded(store, |purchase| purchase.purchase_token = text("O1"));
        assert_eq!(both_ways(store, &as_token, &about), ann(AttributedBy::Order), "{store}");
        let as_original = recorded(store, |purchase| purchase.original_id = text("O1"));
        assert_eq!(both_ways(store, &as_original, &about), ann(AttributedBy::Family), "{store}");
        let another = recorded(store, |purchase| purchase.order_id = text("O2"));
        assert_eq!(both_ways(store, &another, &about), None, "{store}");
    }
}

#[test]
fn a_token_is_found_in_whichever_field_it_was_recorded() {
    for (store, kind, by) in [
        (Store::GooglePlay, Some(ProductType::OneTime), AttributedBy::Order),
        (Store::GooglePlay, Some(ProductType::Subscription), AttributedBy::Family),
        (Store::GooglePlay, None, AttributedBy::Family),
        (Store::OneStore, None, AttributedBy::Family),
        (Store::Stripe, None, AttributedBy::Order),
    ] {
        let about = OrderDetails { purchase_token: text("tok"), product_type: kind, ..order("O1") };
        let fill: [fn(&mut Purchase); 3] = [
            |purchase| purchase.order_id = text("tok"),
            |purchase| purchase.purchase_token = text("tok"),
            |purchase| purchase.original_id = text("tok"),
        ];
        for (field, fill) in fill.into_iter().enumerate() {
            let by = if field == 2 { AttributedBy::Family } else { by };
            let purchase = recorded(&store, fill);
            assert_eq!(both_ways(&store, &purchase, &about), ann(by), "{store} {kind:?} {purchase:?}");
        }
    }
}

#[test]
fn restored_and_renewed_app_store_transactions_are_found_by_any_of_their_ids() {
    let store = &Store::AppStore;
    let about =
        |id: &str| OrderDetails { original_id: text("T1"), web_order_line_item_id: text("W1"), ..order(id) };
    let fill: [fn(&mut Purchase); 7] = [
        |purchase| purchase.order_id = text("T1"),
        |purchase| purchase.original_id = text("T1"),
        |purchase| purchase.purchase_token = text("T1"),
        |purchase| purchase.order_id = text("W1"),
        |purchase| (purchase.order_id, purchase.original_id) = (text("T2"), text("T1")),
        |purchase| (purchase.order_id, purchase.web_order_line_item_id) = (text("T2"), text("W1")),
        |purchase| (purchase.order_id, purchase.linked_token) = (text("T2"), text("T1")),
    ];
    for fill in fill {
        let purchase = recorded(store, fill);
        assert_eq!(both_ways(store, &purchase, &about("T3")), ann(AttributedBy::Family), "{purchase:?}");
    }
    // The original transaction is refunded, and a restored one was recorded.
    let restored = recorded(store, |purchase| {
        (purchase.order_id, purchase.original_id) = (text("T2"), text("T1"));
    });
    assert_eq!(both_ways(store, &restored, &about("T1")), ann(AttributedBy::Family));
}

#[test]
fn a_renewal_is_found_by_another_reported_renewal_of_the_subscription() {
    let about = |id: &str| OrderDetails { original_id: text("T1"), ..order(id) };
    let steps: [fn(&Fixture); 3] = [
        |fixture| {
            fixture.engine.record_purchase(purchase("ann", "T2")).unwrap();
        },
        |fixture| {
            fixture
                .ingest_purchase_of(Store::AppStore, OrderDetails { original_id: text("T1"), ..order("T2") })
        },
        |fixture| {
            fixture.ingest_order(refunded(OrderDetails { original_id: text("T1"), ..order("T3") }, 0));
        },
    ];
    for turns in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let fixture = Fixture::new("[]");
        for turn in turns {
            steps[turn](&fixture);
        }
        assert_eq!(fixture.found(), ann(AttributedBy::Family), "{turns:?} {:?}", about("T3"));
    }
}

#[test]
fn google_plays_renewals_are_found_by_the_base_order_and_by_each_other() {
    let store = &Store::GooglePlay;
    for (known, refunded, found) in [
        ("GPA.1-2", "GPA.1-2..1", true),
        ("GPA.1-2..0", "GPA.1-2..7", true),
        ("GPA.1-2..7", "GPA.1-2..0", true),
        ("GPA.1-2..3", "GPA.1-2", true),
        ("GPA.1-2", "GPA.1-23..1", false),
        ("GPA.1-23..1", "GPA.1-2..1", false),
        ("GPA.1-2..a", "GPA.1-2..1", false),
    ] {
        let fill: [fn(&mut Purchase, &str); 3] = [
            |purchase, id| purchase.order_id = text(id),
            |purchase, id| purchase.purchase_token = text(id),
            |purchase, id| purchase.original_id = text(id),
        ];
        // A renewal in a wrong field is not compared with the others; the base order is.
        for fill in fill.into_iter().take(if known.contains("..") { 1 } else { 3 }) {
            let purchase = recorded(store, |purchase| fill(purchase, known));
            let wanted = if found { ann(AttributedBy::Family) } else { None };
            assert_eq!(both_ways(store, &purchase, &order(refunded)), wanted, "{known} {refunded}");
        }
    }
}

#[test]
fn stripes_invoice_and_subscription_are_found_in_any_field() {
    let about = OrderDetails {
        purchase_token: text("pi_1"),
        original_id: text("sub_1"),
        related_ids: ["in_1".to_owned()].into(),
        ..order("ch_1")
    };
    for id in ["sub_1", "in_1"] {
        for field in 0..3 {
            let purchase = recorded(&Store::Stripe, |purchase| {
                let fields =
                    [&mut purchase.order_id, &mut purchase.purchase_token, &mut purchase.original_id];
                *fields.into_iter().nth(field).unwrap() = text(id);
            });
            assert_eq!(
                both_ways(&Store::Stripe, &purchase, &about),
                ann(AttributedBy::Family),
                "{id} {field}"
            );
        }
    }
}

#[test]
fn a_subscription_that_replaced_another_is_found_by_its_linked_token() {
    let store = &Store::GooglePlay;
    let replaced = OrderDetails { purchase_token: text("old"), ..order("GPA.1") };
    let new = recorded(store, |purchase| {
        (purchase.order_id, purchase.purchase_token) = (text("GPA.2"), text("new"));
        purchase.linked_token = text("old");
    });
    assert_eq!(both_ways(store, &new, &replaced), ann(AttributedBy::Family));
    let old = recorded(store, |purchase| purchase.purchase_token = text("old"));
    let replacing = OrderDetails {
        purchase_token: text("new"),
        related_ids: ["old".to_owned()].into(),
        ..order("GPA.2")
    };
    assert_eq!(both_ways(store, &old, &replacing), ann(AttributedBy::Family));
}

#[test]
fn another_stores_order_of_the_same_id_is_another_order() {
    let purchase = recorded(&Store::OneStore, |purchase| purchase.order_id = text("O1"));
    assert_eq!(both_ways(&Store::Amazon, &purchase, &order("O1")), None);
}

#[test]
fn an_id_in_the_wrong_field_does_not_become_the_order_id() {
    let fixture = Fixture::new("[]");
    let record = Purchase { quantity: Some(3), ..Purchase::new(Store::GooglePlay, "ann", "tok") };
    fixture.engine.record_purchase(record).unwrap();
    let about = OrderDetails {
        purchase_token: text("tok"),
        product_type: Some(ProductType::OneTime),
        ..order("GPA.1")
    };
    fixture.ingest_order_of(Store::GooglePlay, refunded(about, 0));
    let reported = fixture.refund().case.about;
    assert_eq!(
        (reported.order_id.as_deref(), reported.purchase_token.as_deref()),
        (Some("GPA.1"), Some("tok"))
    );
    assert_eq!(reported.quantity, Some(3), "the record is of this very order");
    assert_eq!(fixture.engine.order("tok").unwrap().refunds.len(), 1);
    assert_eq!(fixture.engine.order("GPA.1").unwrap().refunds.len(), 1);
}

#[test]
fn a_record_in_the_right_fields_completes_one_in_the_wrong_field_and_another_users_is_refused() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(Purchase::new(Store::GooglePlay, "ann", "tok")).unwrap();
    let right = |user: &str| Purchase {
        purchase_token: text("tok"),
        ..Purchase::new(Store::GooglePlay, user, "GPA.1")
    };
    assert!(matches!(
        fixture.engine.record_purchase(right("bob")),
        Err(Error::PurchaseOfAnotherUser { ref user, .. }) if user == "ann"
    ));
    assert_eq!(fixture.engine.record_purchase(right("ann")).unwrap(), PurchaseOutcome::Completed);
    let purchases = fixture.engine.user("ann").unwrap().purchases;
    assert_eq!(purchases.len(), 1);
    assert_eq!(purchases[0].purchase.order_id.as_deref(), Some("GPA.1"));
    for wrong in [
        recorded(&Store::GooglePlay, |purchase| purchase.order_id = text("tok")),
        recorded(&Store::GooglePlay, |purchase| purchase.purchase_token = text("GPA.1")),
    ] {
        let theirs = Purchase { user: "bob".to_owned(), ..wrong };
        assert!(fixture.engine.record_purchase(theirs.clone()).is_err(), "{theirs:?}");
    }
}

/// U1 bought on day -90 and renewed; U2 bought with the same store account on day -30.
fn two_players(fixture: &Fixture) {
    let bought = |user: &str, id: &str, day| Purchase {
        original_id: text("T1"),
        purchased_at: at_day(day),
        ..purchase(user, id)
    };
    fixture.engine.record_purchases(vec![bought("U2", "T2", -30), bought("U1", "T1", -90)]).unwrap();
}

#[test]
fn a_renewal_belongs_to_the_player_who_held_the_purchase_at_the_time() {
    for (day, user) in [(-100, "U1"), (-90, "U1"), (-60, "U1"), (-30, "U2"), (-1, "U2")] {
        let fixture = Fixture::new("[]");
        two_players(&fixture);
        let about = OrderDetails { original_id: text("T1"), purchased_at: at_day(day), ..order("T1b") };
        fixture.ingest_order(refunded(about, 0));
        assert_eq!(fixture.found(), Some((user.to_owned(), AttributedBy::Family)), "day {day}");
    }
}

#[test]
fn google_plays_renewals_are_ordered_by_number() {
    let bought = |user: &str, id: &str| Purchase::new(Store::GooglePlay, user, id);
    for (id, user) in [("GPA.1..0", "U1"), ("GPA.1..3", "U1"), ("GPA.1..5", "U2"), ("GPA.1..11", "U2")] {
        let fixture = Fixture::new("[]");
        fixture.engine.record_purchases(vec![bought("U2", "GPA.1..4"), bought("U1", "GPA.1")]).unwrap();
        fixture.ingest_order_of(Store::GooglePlay, refunded(order(id), 0));
        assert_eq!(fixture.found(), Some((user.to_owned(), AttributedBy::Family)), "{id}");
    }
}

#[test]
fn a_later_renewal_does_not_affect_an_earlier_one() {
    let fixture = Fixture::new("[]");
    let by_token = recorded(&Store::GooglePlay, |purchase| purchase.purchase_token = text("tok"));
    fixture.engine.record_purchase(Purchase { user: "U1".to_owned(), ..by_token }).unwrap();
    fixture.clock.advance(Span::from_days(1));
    fixture.engine.record_purchase(Purchase::new(Store::GooglePlay, "U2", "GPA.1..3")).unwrap();
    let voided = OrderDetails { purchase_token: text("tok"), ..order("GPA.1..1") };
    fixture.ingest_order_of(Store::GooglePlay, refunded(voided, 2 * DAY));
    assert_eq!(fixture.found(), Some(("U1".to_owned(), AttributedBy::Family)));
    // If nothing else is recorded, it is the best evidence.
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(Purchase::new(Store::GooglePlay, "U2", "GPA.1..3")).unwrap();
    fixture.ingest_order_of(Store::GooglePlay, refunded(order("GPA.1..1"), 0));
    assert_eq!(fixture.found(), Some(("U2".to_owned(), AttributedBy::Family)));
}

/// A revocation names a subscription's token and no order.
#[test]
fn by_token_alone_a_refund_belongs_to_the_subscriber_at_the_time() {
    let bought = |user: &str, id: &str, day| Purchase {
        purchase_token: text("tok"),
        purchased_at: at_day(day),
        ..Purchase::new(Store::GooglePlay, user, id)
    };
    let about = || OrderDetails { purchase_token: text("tok"), ..OrderDetails::default() };
    let revoked = |fixture: &Fixture, day: i64| {
        let key = CaseKey::Token { token: "tok".to_owned(), same_within_millis: Some(DAY) };
        fixture.ingest_of(Store::GooglePlay, key, refunded(about(), day * DAY));
    };
    for (day, user) in [(-60, "U1"), (-31, "U1"), (-30, "U2"), (0, "U2")] {
        let fixture = Fixture::new("[]");
        fixture
            .engine
            .record_purchases(vec![bought("U1", "GPA.1", -90), bought("U2", "GPA.1..5", -30)])
            .unwrap();
        revoked(&fixture, day);
        assert_eq!(fixture.found(), Some((user.to_owned(), AttributedBy::Order)), "day {day}");
    }
    // A later record does not move a decided refund.
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(bought("U1", "GPA.1", -90)).unwrap();
    revoked(&fixture, 0);
    fixture.engine.record_purchase(bought("U2", "GPA.1..5", -30)).unwrap();
    assert_eq!(fixture.found(), Some(("U1".to_owned(), AttributedBy::Order)));
}

#[test]
fn an_original_id_alone_names_the_order_of_that_id() {
    let alone = |user: &str| Purchase {
        user: user.to_owned(),
        ..recorded(&Store::AppStore, |purchase| purchase.original_id = text("T1"))
    };
    for ann_first in [alone("ann"), purchase("ann", "T1")] {
        for second in [alone("bob"), purchase("bob", "T1")] {
            let fixture = Fixture::new("[]");
            fixture.engine.record_purchase(ann_first.clone()).unwrap();
            fixture.ingest_order(refunded(order("T1"), 0));
            assert_eq!(fixture.found().unwrap().0, "ann");
            let refused = fixture.engine.record_purchase(second.clone());
            assert!(matches!(refused, Err(Error::PurchaseOfAnotherUser { ref user, .. }) if user == "ann"));
            let hers = Purchase { user: "ann".to_owned(), ..second };
            fixture.engine.record_purchase(hers).unwrap();
            assert_eq!(fixture.engine.user("ann").unwrap().purchases.len(), 1);
        }
    }
    // If it has an order id, the token only identifies the subscription.
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "T1")).unwrap();
    let renewed = Purchase { original_id: text("T1"), ..purchase("bob", "T3") };
    fixture.engine.record_purchase(renewed).unwrap();
}

#[test]
fn without_a_time_of_purchase_the_time_of_the_refund_is_used() {
    for (refunded_on, user) in [(-60, "U1"), (-10, "U2")] {
        let fixture = Fixture::new("[]");
        two_players(&fixture);
        let about = OrderDetails { original_id: text("T1"), ..order("T9") };
        fixture.ingest_order(refunded(about, refunded_on * DAY));
        assert_eq!(fixture.found().unwrap().0, user);
    }
}
