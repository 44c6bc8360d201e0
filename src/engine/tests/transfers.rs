//! An operator moves a purchase from one player to another.

use super::*;
use crate::model::Happening;

fn text(id: &str) -> Option<String> {
    Some(id.to_owned())
}

fn move_to(fixture: &Fixture, order: &str, to: &str) -> Result<(usize, usize, Option<String>), Error> {
    let done = fixture.engine.transfer_purchase(None, order, to, "sue", "account moved, ticket 7")?;
    Ok((done.purchases, done.refunds, done.from))
}

#[test]
fn a_recorded_purchase_moves_with_its_refund() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.events();
    assert!(fixture.engine.record_purchase(purchase("bob", "1")).is_err());
    assert_eq!(move_to(&fixture, "1", "bob").unwrap(), (1, 1, text("ann")));
    assert!(!fixture.engine.is_blocked("ann") && fixture.engine.is_blocked("bob"));
    assert_eq!(fixture.found(), Some(("bob".to_owned(), AttributedBy::Order)));
    let reported: Vec<_> =
        fixture.events().into_iter().map(|event| (event.kind, event.user.unwrap())).collect();
    let wanted = [
        (EventKind::Unblock, "ann"),
        (EventKind::Reversal, "ann"),
        (EventKind::Refund, "bob"),
        (EventKind::Alert, "bob"),
        (EventKind::Block, "bob"),
    ];
    assert_eq!(reported, wanted.map(|(kind, user)| (kind, user.to_owned())));
    for user in ["ann", "bob"] {
        let journal = fixture.engine.user(user).unwrap().journal;
        let moved = journal.iter().find_map(|entry| match &entry.what {
            Happening::PurchaseTransferred { from, to, who, why, .. } => Some((from, to, who, why)),
            _ => None,
        });
        let (from, to, who, why) = moved.unwrap();
        assert_eq!((from.as_deref(), to.as_str()), (Some("ann"), "bob"));
        assert_eq!((who.as_str(), why.as_str()), ("sue", "account moved, ticket 7"));
    }
    // It is bob's now, and a second record is refused again.
    assert!(fixture.engine.record_purchase(purchase("ann", "1")).is_err());
    assert_eq!(
        fixture.engine.record_purchase(purchase("bob", "1")).unwrap(),
        PurchaseOutcome::AlreadyRecorded
    );
    assert_eq!(move_to(&fixture, "1", "bob").unwrap(), (0, 0, None));
}

#[test]
fn a_purchase_transferred_before_its_refund_takes_the_refund_along() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert_eq!(move_to(&fixture, "1", "bob").unwrap(), (1, 0, text("ann")));
    fixture.ingest_order(refunded(order("1"), 0));
    assert!(fixture.engine.is_blocked("bob") && !fixture.engine.is_blocked("ann"));
    // Later refunds of its family too.
    let renewal = OrderDetails { original_id: text("1"), ..order("2") };
    assert_eq!(fixture.ingest_order(refunded(renewal, 0)).user.as_deref(), Some("bob"));
}

#[test]
fn a_refund_without_a_record_gets_one() {
    for tags in ["issued", "user_ids"] {
        let fixture = Fixture::with_tags(tags, BLOCKS_ALL);
        let about = OrderDetails { account_tag: text("ann"), product: text("gems"), ..order("1") };
        fixture.ingest_order(refunded(about, 0));
        let from = if tags == "user_ids" { text("ann") } else { None };
        assert_eq!(move_to(&fixture, "1", "bob").unwrap(), (1, 1, from));
        assert_eq!(fixture.found(), Some(("bob".to_owned(), AttributedBy::Order)));
        assert!(!fixture.engine.is_blocked("ann"));
        let purchases = fixture.engine.user("bob").unwrap().purchases;
        assert_eq!(purchases[0].purchase.product.as_deref(), Some("gems"));
        assert!(fixture.engine.record_purchase(purchase("ann", "1")).is_err());
    }
}

#[test]
fn by_token_all_orders_of_the_token_move_and_by_order_only_that_one() {
    let renewed = |id: &str| OrderDetails { purchase_token: text("tok"), ..order(id) };
    for (given, moved) in [("tok", ["bob", "bob"]), ("GPA.1..1", ["bob", "ann"])] {
        let fixture = Fixture::new("[]");
        let known =
            Purchase { purchase_token: text("tok"), ..Purchase::new(Store::GooglePlay, "ann", "GPA.1") };
        fixture.engine.record_purchase(known).unwrap();
        for id in ["GPA.1..1", "GPA.1..2"] {
            fixture.ingest_order_of(Store::GooglePlay, refunded(renewed(id), 0));
        }
        move_to(&fixture, given, "bob").unwrap();
        let users: Vec<_> = fixture.refunds().into_iter().rev().map(|refund| refund.user.unwrap()).collect();
        assert_eq!(users, moved, "{given}");
    }
}

#[test]
fn a_record_by_the_orders_other_id_moves_and_none_is_added() {
    let by_token = Purchase::new(Store::GooglePlay, "ann", "tok");
    let voided = OrderDetails {
        purchase_token: text("tok"),
        product_type: Some(ProductType::OneTime),
        ..order("GPA.1")
    };
    let restored = Purchase { web_order_line_item_id: text("W1"), ..purchase("ann", "T2") };
    let named = |id: &str| OrderDetails { web_order_line_item_id: text("W1"), ..order(id) };
    let both = vec![refunded(named("T1"), 0), refunded(named("T2"), 0)];
    for (recorded, facts, given) in [
        (by_token, vec![refunded(voided, 0)], "GPA.1"),
        (restored.clone(), both.clone(), "T1"),
        (restored, both, "T2"),
    ] {
        let fixture = Fixture::new(r#"[{"name":"all","action":{"block":"7d"}}]"#);
        fixture.engine.record_purchase(recorded.clone()).unwrap();
        for fact in facts {
            fixture.ingest_order_of(recorded.store.clone(), fact);
        }
        assert_eq!(fixture.found(), Some(("ann".to_owned(), AttributedBy::Order)), "{given}");
        let moved = move_to(&fixture, given, "bob").unwrap();
        assert_eq!(moved, (1, 1, text("ann")), "{given}");
        assert_eq!(fixture.found(), Some(("bob".to_owned(), AttributedBy::Order)), "{given}");
        assert!(fixture.engine.is_blocked("bob") && !fixture.engine.is_blocked("ann"));
        assert!(fixture.engine.user("ann").unwrap().purchases.is_empty(), "{given}");
        assert_eq!(fixture.engine.user("bob").unwrap().purchases.len(), 1, "{given}");
    }
}

#[test]
fn a_valid_claim_is_settled_by_a_transfer() {
    let fixture = Fixture::new("[]");
    let bought = |user: &str, id: &str| Purchase { original_id: text("T1"), ..purchase(user, id) };
    fixture.engine.record_purchase(bought("ann", "T1")).unwrap();
    fixture.ingest_order(refunded(OrderDetails { original_id: text("T1"), ..order("T3") }, 0));
    fixture.engine.record_purchase(bought("bob", "T2")).unwrap();
    assert_eq!(fixture.refund().claimants, ["bob"]);
    move_to(&fixture, "T3", "bob").unwrap();
    assert_eq!(fixture.found(), Some(("bob".to_owned(), AttributedBy::Order)));
    assert!(fixture.refund().claimants.is_empty());
    assert!(!fixture.engine.is_blocked("ann"));
}

#[test]
fn a_refused_transfer_explains_what_to_do() {
    let fixture = Fixture::new("[]");
    let error = move_to(&fixture, "none", "bob").unwrap_err();
    assert!(matches!(error, Error::UnknownOrder { ref order } if order == "none"));
    assert!(error.to_string().contains("check the id"), "{error}");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.engine.record_purchase(Purchase::new(Store::Amazon, "ann", "1")).unwrap();
    let error = move_to(&fixture, "1", "bob").unwrap_err();
    assert!(error.to_string().contains("name the store"), "{error}");
    let moved = fixture.engine.transfer_purchase(Some(&Store::Amazon), "1", "bob", "sue", "x").unwrap();
    assert_eq!((moved.store, moved.purchases), (Store::Amazon, 1));
    for (order, to, who, why) in [
        ("", "bob", "s", "x"),
        ("1", "", "s", "x"),
        ("1", "b\n", "s", "x"),
        ("1", "bob", "", "x"),
        ("1", "bob", "s", ""),
    ] {
        assert!(fixture.engine.transfer_purchase(None, order, to, who, why).is_err(), "{order:?} {to:?}");
    }
}
