//! One purchase with two ids at the store is one case, in whatever order they become known.

use super::*;
use crate::model::{Currency, Money};

fn text(id: &str) -> Option<String> {
    Some(id.to_owned())
}

fn bought(id: &str, kind: Option<ProductType>, line_item: Option<&str>) -> OrderDetails {
    OrderDetails {
        original_id: text("T1"),
        product_type: kind,
        web_order_line_item_id: line_item.map(str::to_owned),
        price: Some(Money { micros: 4_990_000, currency: Currency::new("USD").unwrap() }),
        quantity: Some(1),
        ..order(id)
    }
}

fn keeps() -> Option<ProductType> {
    Some(ProductType::NonConsumable)
}

/// How many refunds count, and their sum.
fn counted(fixture: &Fixture) -> (usize, i64) {
    let mut refunds = fixture.refunds();
    refunds.retain(|refund| refund.merged_into.is_none());
    let sum = refunds.iter().filter_map(|refund| refund.case.amount).map(|amount| amount.micros).sum();
    (refunds.len(), sum)
}

#[test]
fn two_ids_of_one_purchase_are_one_refund_and_one_block() {
    for (kind, line_item) in [(keeps(), None), (keeps(), Some("W")), (None, Some("W"))] {
        for ids in [["T1", "T2"], ["T2", "T1"], ["T2", "T3"]] {
            let fixture = Fixture::new("[]");
            fixture.engine.record_purchase(purchase("ann", "T1")).unwrap();
            for id in ids {
                fixture.ingest_order(refunded(bought(id, kind, line_item), 0));
            }
            assert_eq!(fixture.refunds().len(), 1, "{kind:?} {line_item:?} {ids:?}");
            assert_eq!(counted(&fixture), (1, 4_990_000));
            assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
            assert_eq!(fixture.engine.user("ann").unwrap().blocks.len(), 1);
            for id in ids {
                assert_eq!(fixture.engine.order(id).unwrap().refunds.len(), 1, "{id}");
            }
        }
    }
}

#[test]
fn a_reversal_by_the_other_id_reverses_the_one_refund() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "T1")).unwrap();
    fixture.ingest_order(refunded(bought("T1", keeps(), None), 0));
    fixture.ingest_order(refunded(bought("T2", keeps(), None), 0));
    fixture.ingest_order(reversed(bought("T2", keeps(), None), 9));
    assert!(!fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.refund().case.state, StoreState::Reversed);
}

#[test]
fn renewals_consumables_and_unknown_product_types_stay_separate() {
    for kind in [
        Some(ProductType::Subscription),
        Some(ProductType::Consumable),
        Some(ProductType::NonRenewingSubscription),
        None,
    ] {
        let fixture = Fixture::new("[]");
        fixture.ingest_order(refunded(bought("T1", kind, Some("W1")), 0));
        fixture.ingest_order(refunded(bought("T2", kind, Some("W2")), 0));
        fixture.ingest_order(refunded(bought("T3", kind, None), 0));
        assert_eq!(counted(&fixture).0, 3, "{kind:?}");
    }
    // The member who lost family sharing is not the buyer.
    let fixture = Fixture::new("[]");
    fixture.ingest_order(refunded(bought("T1", keeps(), Some("W")), 0));
    let shared = OrderDetails { family_shared: true, ..bought("T2", keeps(), Some("W")) };
    fixture.ingest_order(refunded(shared, 0));
    assert_eq!(counted(&fixture).0, 2);
}

#[test]
fn later_knowledge_merges_two_cases() {
    let unsaid = |id: &str| refunded(bought(id, None, None), 0);
    let facts = [
        unsaid("T1"),
        unsaid("T2"),
        refunded(bought("T1", keeps(), None), 1),
        refunded(bought("T2", keeps(), None), 1),
    ];
    let mut turns = vec![[0, 1, 2, 3], [1, 0, 3, 2], [0, 2, 1, 3], [3, 0, 1, 2], [2, 1, 0, 3], [1, 3, 2, 0]];
    turns.push([3, 2, 1, 0]);
    let mut ends = Vec::new();
    for turn in turns {
        let fixture = Fixture::new("[]");
        fixture.engine.record_purchase(purchase("ann", "T1")).unwrap();
        for fact in turn {
            fixture.ingest_order(facts[fact].clone());
        }
        assert_eq!(counted(&fixture), (1, 4_990_000), "{turn:?}");
        assert!(fixture.engine.is_blocked("ann"));
        let standing = fixture.engine.blocks(false, None, 10).unwrap().items;
        assert_eq!(standing.len(), 1, "{turn:?} {standing:?}");
        let refund = fixture.refund();
        ends.push((refund.case, refund.user, refund.decision));
    }
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

#[test]
fn the_stores_reports_on_orders_merge_two_cases() {
    for last in ["T1", "T2"] {
        let fixture = Fixture::new("[]");
        fixture.engine.record_purchase(purchase("ann", "T1")).unwrap();
        for id in ["T1", "T2"] {
            fixture.ingest_order(refunded(OrderDetails { product_type: None, ..bought(id, None, None) }, 0));
        }
        assert_eq!(counted(&fixture).0, 2);
        let first = if last == "T1" { "T2" } else { "T1" };
        fixture.ingest_purchase_of(Store::AppStore, bought(first, keeps(), None));
        fixture.ingest_purchase_of(Store::AppStore, bought(last, keeps(), None));
        assert_eq!(counted(&fixture), (1, 4_990_000), "{last}");
        assert_eq!(fixture.engine.blocks(false, None, 10).unwrap().items.len(), 1);
    }
}

#[test]
fn each_id_of_a_purchase_belongs_to_its_record_and_another_users_record_is_refused() {
    let fixture = Fixture::new("[]");
    let named = |user: &str, id: &str| Purchase { web_order_line_item_id: text("W"), ..purchase(user, id) };
    assert_eq!(fixture.engine.record_purchase(named("ann", "T1")).unwrap(), PurchaseOutcome::Recorded);
    assert_eq!(fixture.engine.record_purchase(named("ann", "T2")).unwrap(), PurchaseOutcome::Recorded);
    assert_eq!(fixture.engine.record_purchase(named("ann", "T2")).unwrap(), PurchaseOutcome::AlreadyRecorded);
    assert!(matches!(
        fixture.engine.record_purchase(named("bob", "T3")),
        Err(Error::PurchaseOfAnotherUser { ref user, .. }) if user == "ann"
    ));
}
