//! Which player a refund is attributed to, and the consequences.

use super::*;

#[test]
fn a_refund_of_a_recorded_purchase_blocks_its_user() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert!(!fixture.engine.is_blocked("ann"));
    let outcome = fixture.ingest_order(refunded(order("1"), 0));
    assert!(outcome.new);
    assert_eq!((outcome.http_status, outcome.user.as_deref()), (200, Some("ann")));
    assert!(fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn a_refund_before_its_purchase_waits_and_then_has_all_its_consequences() {
    let fixture = Fixture::new("[]");
    let outcome = fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(outcome.user, None);
    assert_eq!(fixture.kinds(), [EventKind::Unattributed]);
    assert_eq!(fixture.engine.unattributed(None, 10).unwrap().items.len(), 1);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert!(fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    assert!(fixture.engine.unattributed(None, 10).unwrap().items.is_empty());
}

#[test]
fn a_record_of_the_order_outweighs_a_bare_tag() {
    let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
    let tagged = |id: &str| OrderDetails { account_tag: Some("tag-1".to_owned()), ..order(id) };
    fixture.ingest_order(refunded(tagged("1"), 0));
    assert_eq!(fixture.refunds()[0].attributed_by, Some(AttributedBy::BareTag));
    assert!(fixture.engine.is_blocked("tag-1"));
    fixture.events();

    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert!(fixture.engine.is_blocked("ann"));
    assert!(!fixture.engine.is_blocked("tag-1"), "the tag stayed blocked for another's refund");
    assert_eq!(fixture.refunds()[0].attributed_by, Some(AttributedBy::Order));
    let reported: Vec<_> =
        fixture.events().into_iter().map(|event| (event.kind, event.user.unwrap())).collect();
    assert_eq!(
        reported,
        [
            (EventKind::Unblock, "tag-1".to_owned()),
            (EventKind::Reversal, "tag-1".to_owned()),
            (EventKind::Refund, "ann".to_owned()),
            (EventKind::Alert, "ann".to_owned()),
            (EventKind::Block, "ann".to_owned()),
        ]
    );
}

#[test]
fn a_tag_recorded_with_one_purchase_finds_the_user_of_another() {
    let fixture = Fixture::new("[]");
    let tag = Some("6F9619FF-8B86-D011-B42D-00C04FC964FF".to_owned());
    fixture.engine.record_purchase(Purchase { account_tag: tag.clone(), ..purchase("ann", "1") }).unwrap();
    let lower = tag.map(|tag| tag.to_ascii_lowercase());
    let outcome = fixture.ingest_order(refunded(OrderDetails { account_tag: lower, ..order("2") }, 0));
    assert_eq!(outcome.user.as_deref(), Some("ann"));
}

#[test]
fn a_renewal_is_found_by_the_subscription_and_not_through_the_family() {
    let fixture = Fixture::new("[]");
    let first = Purchase { original_id: Some("o".to_owned()), ..purchase("ann", "1") };
    fixture.engine.record_purchase(first).unwrap();
    let renewal = |id: &str, family_shared| OrderDetails {
        original_id: Some("o".to_owned()),
        family_shared,
        ..order(id)
    };
    assert_eq!(fixture.ingest_order(refunded(renewal("2", false), 0)).user.as_deref(), Some("ann"));
    assert_eq!(fixture.ingest_order(refunded(renewal("3", true), 0)).user, None);
}

#[test]
fn an_order_stays_with_the_user_who_presented_it_first_and_the_call_stores_nothing() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    let error =
        fixture.engine.record_purchases(vec![purchase("bob", "2"), purchase("bob", "1")]).unwrap_err();
    assert!(matches!(error, Error::PurchaseOfAnotherUser { index: 1, ref user, .. } if user == "ann"));
    assert_eq!(fixture.ingest_order(refunded(order("2"), 0)).user, None);
}

#[test]
fn recording_again_completes_and_never_overwrites() {
    let fixture = Fixture::new("[]");
    let record = |purchase| fixture.engine.record_purchase(purchase).unwrap();
    assert_eq!(record(purchase("ann", "1")), PurchaseOutcome::Recorded);
    assert_eq!(record(purchase("ann", "1")), PurchaseOutcome::AlreadyRecorded);
    let fuller = Purchase { product: Some("gems".to_owned()), ..purchase("ann", "1") };
    assert_eq!(record(fuller.clone()), PurchaseOutcome::Completed);
    assert_eq!(record(fuller), PurchaseOutcome::AlreadyRecorded);
    let other = Purchase { product: Some("gold".to_owned()), ..purchase("ann", "1") };
    assert_eq!(record(other), PurchaseOutcome::AlreadyRecorded);
    assert_eq!(fixture.engine.user("ann").unwrap().purchases[0].purchase.product.as_deref(), Some("gems"));
}

#[test]
fn a_sandbox_refund_is_recorded_and_blocks_no_player() {
    let fixture = Fixture::new("[]");
    let test = Purchase {
        environment: Some(Environment::Sandbox),
        purchase_token: Some("t".to_owned()),
        ..Purchase::new(Store::GooglePlay, "ann", "GPA.1")
    };
    fixture.engine.record_purchase(test).unwrap();
    let mut signal = signal("n", CaseKey::Order("GPA.1".to_owned()), refunded(order("GPA.1"), 0));
    signal.place = Place { store: Store::GooglePlay, environment: None, ..place() };
    let outcome = fixture.engine.ingest_signal(signal, b"").unwrap();
    assert_eq!(outcome.user.as_deref(), Some("ann"));
    assert!(!fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.refunds()[0].environment, Some(Environment::Sandbox));
}
