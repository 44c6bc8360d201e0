//! All that is kept under a user id, as one document.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::*;
use crate::model::{Grant, UserExport};

fn exported(engine: &Engine, user: &str) -> (UserExport, u64) {
    let mut out = Vec::new();
    let rows = engine.export_user(user, &mut out).unwrap().rows;
    (serde_json::from_slice(&out).unwrap(), rows)
}

#[test]
fn an_export_of_a_user_has_all_lists_and_nothing_of_others() {
    const UPPER: &str = "ABCDEF00-0000-4000-8000-00000000000B";
    let fixture = Fixture::new(BLOCKS_ALL);
    let grants = vec![Grant { item: "gem".to_owned(), quantity: 5 }];
    let mine = Purchase { grants, ..purchase(UPPER, "o1") };
    fixture.engine.record_purchases(vec![mine, purchase("lee", "o2")]).unwrap();
    fixture.ingest_purchase_of(Store::AppStore, order("o1"));
    fixture.ingest_order(refunded(order("o1"), 0));
    fixture.ingest_order(refunded(order("o2"), 0));
    let tag = fixture.engine.account_tag(&Store::GooglePlay, UPPER).unwrap();

    let (export, rows) = exported(&fixture.engine, &UPPER.to_ascii_lowercase());
    assert_eq!((export.user.as_str(), export.at), (UPPER, NOON));
    assert_eq!(export.account_tags, [tag]);
    assert_eq!((export.purchases.len(), export.orders.len(), export.blocks.len()), (1, 1, 1));
    assert_eq!(export.purchases[0].purchase.user, UPPER);
    assert_eq!((export.refunds.len(), export.refunds[0].facts.len()), (1, 1));
    assert_eq!(export.refunds[0].refund.user.as_deref(), Some(UPPER));
    assert_eq!(export.refunds[0].recovery[0].user, UPPER);
    let bodies: Vec<_> = export.messages.iter().map(|message| message.body_base64.clone().unwrap()).collect();
    assert_eq!(bodies, vec![BASE64_STANDARD.encode("{}"); 2]);
    assert_eq!(export.events.len(), 3);
    assert!(
        export.journal.iter().any(|entry| matches!(entry.what, crate::model::Happening::Received { .. }))
    );
    assert!(rows > 10);
    let text = serde_json::to_string(&export).unwrap();
    assert!(!text.contains("lee") && !text.contains("o2"), "{text}");
}

#[test]
fn an_export_of_an_unknown_user_is_an_empty_document() {
    let fixture = Fixture::new("[]");
    let (export, rows) = exported(&fixture.engine, "unknown");
    assert_eq!((export.user.as_str(), rows), ("unknown", 0));
    assert!(export.purchases.is_empty() && export.journal.is_empty());
    assert_eq!(fixture.engine.export_user("", &mut Vec::new()).unwrap_err().code(), "bad_text");
}

#[test]
fn an_export_of_a_user_with_many_purchases_has_all_of_them() {
    let fixture = Fixture::new("[]");
    let purchases = (0..4100).map(|n| purchase("ann", &format!("o{n}"))).collect();
    fixture.engine.record_purchases(purchases).unwrap();
    let (export, rows) = exported(&fixture.engine, "ann");
    assert_eq!((export.purchases.len(), rows), (4100, 4100));
}

#[test]
fn an_export_of_a_user_has_the_books_of_refunds_that_went_to_another() {
    let fixture = Fixture::new("[]");
    let grants = vec![Grant { item: "gem".to_owned(), quantity: 5 }];
    fixture.engine.record_purchase(Purchase { grants, ..purchase("ann", "o1") }).unwrap();
    fixture.ingest_order(refunded(order("o1"), 0));
    assert_eq!(exported(&fixture.engine, "ann").0.refunds[0].recovery.len(), 1);
    fixture.engine.transfer_purchase(None, "o1", "lee", "eve", "a mistake").unwrap();
    let (export, _) = exported(&fixture.engine, "ann");
    assert!(export.refunds.is_empty() && export.recovery.len() >= 2, "{export:?}");
    assert!(export.recovery.iter().all(|entry| entry.user == "ann" && entry.refund == 1));
    assert!(exported(&fixture.engine, "lee").0.recovery.is_empty());
}
