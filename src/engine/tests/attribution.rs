//! Whose a refund is, and what happens once that is known.

use super::*;

#[test]
fn a_refund_of_a_recorded_purchase_blocks_its_user() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert!(!bench.engine.is_blocked("ann"));
    let outcome = bench.take_order(refunded(order("1"), 0));
    assert!(outcome.new);
    assert_eq!((outcome.http_status, outcome.user.as_deref()), (200, Some("ann")));
    assert!(bench.engine.is_blocked("ann"));
    assert_eq!(bench.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn a_refund_before_its_purchase_waits_and_then_has_all_its_consequences() {
    let bench = Bench::new("[]");
    let outcome = bench.take_order(refunded(order("1"), 0));
    assert_eq!(outcome.user, None);
    assert_eq!(bench.kinds(), [EventKind::Unattributed]);
    assert_eq!(bench.engine.unattributed(None, 10).unwrap().items.len(), 1);
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert!(bench.engine.is_blocked("ann"));
    assert_eq!(bench.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    assert!(bench.engine.unattributed(None, 10).unwrap().items.is_empty());
}

#[test]
fn a_record_of_the_order_takes_a_refund_from_whom_a_bare_tag_named() {
    let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
    let tagged = |id: &str| OrderDetails { account_tag: Some("tag-1".to_owned()), ..order(id) };
    bench.take_order(refunded(tagged("1"), 0));
    assert_eq!(bench.refunds()[0].attributed_by, Some(AttributedBy::BareTag));
    assert!(bench.engine.is_blocked("tag-1"));
    bench.events();

    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert!(bench.engine.is_blocked("ann"));
    assert!(!bench.engine.is_blocked("tag-1"), "the tag stayed blocked for another's refund");
    assert_eq!(bench.refunds()[0].attributed_by, Some(AttributedBy::Order));
    let reported: Vec<_> =
        bench.events().into_iter().map(|event| (event.kind, event.user.unwrap())).collect();
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
    let bench = Bench::new("[]");
    let tag = Some("6F9619FF-8B86-D011-B42D-00C04FC964FF".to_owned());
    bench.engine.record_purchase(Purchase { account_tag: tag.clone(), ..purchase("ann", "1") }).unwrap();
    let lower = tag.map(|tag| tag.to_ascii_lowercase());
    let outcome = bench.take_order(refunded(OrderDetails { account_tag: lower, ..order("2") }, 0));
    assert_eq!(outcome.user.as_deref(), Some("ann"));
}

#[test]
fn a_renewal_is_found_by_the_subscription_and_not_through_the_family() {
    let bench = Bench::new("[]");
    let first = Purchase { original_id: Some("o".to_owned()), ..purchase("ann", "1") };
    bench.engine.record_purchase(first).unwrap();
    let renewal = |id: &str, family_shared| OrderDetails {
        original_id: Some("o".to_owned()),
        family_shared,
        ..order(id)
    };
    assert_eq!(bench.take_order(refunded(renewal("2", false), 0)).user.as_deref(), Some("ann"));
    assert_eq!(bench.take_order(refunded(renewal("3", true), 0)).user, None);
}

#[test]
fn an_order_stays_with_the_user_who_showed_it_first_and_nothing_of_the_call_is_kept() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    let error = bench.engine.record_purchases(vec![purchase("bob", "2"), purchase("bob", "1")]).unwrap_err();
    assert!(matches!(error, Error::PurchaseOfAnotherUser { index: 1, ref user, .. } if user == "ann"));
    assert_eq!(bench.take_order(refunded(order("2"), 0)).user, None);
}

#[test]
fn recording_again_completes_and_never_overwrites() {
    let bench = Bench::new("[]");
    let record = |purchase| bench.engine.record_purchase(purchase).unwrap();
    assert_eq!(record(purchase("ann", "1")), PurchaseOutcome::Recorded);
    assert_eq!(record(purchase("ann", "1")), PurchaseOutcome::AlreadyRecorded);
    let fuller = Purchase { product: Some("gems".to_owned()), ..purchase("ann", "1") };
    assert_eq!(record(fuller.clone()), PurchaseOutcome::Completed);
    assert_eq!(record(fuller), PurchaseOutcome::AlreadyRecorded);
    let other = Purchase { product: Some("gold".to_owned()), ..purchase("ann", "1") };
    assert_eq!(record(other), PurchaseOutcome::AlreadyRecorded);
    assert_eq!(bench.engine.user("ann").unwrap().purchases[0].purchase.product.as_deref(), Some("gems"));
}

#[test]
fn a_sandbox_purchase_is_recorded_and_blocks_nobody() {
    let bench = Bench::new("[]");
    let test = Purchase {
        environment: Some(Environment::Sandbox),
        purchase_token: Some("t".to_owned()),
        ..Purchase::new(Store::GooglePlay, "ann", "GPA.1")
    };
    bench.engine.record_purchase(test).unwrap();
    let mut signal = signal("n", CaseKey::Order("GPA.1".to_owned()), refunded(order("GPA.1"), 0));
    signal.place = Place { store: Store::GooglePlay, environment: None, ..place() };
    let outcome = bench.engine.take(signal, b"").unwrap();
    assert_eq!(outcome.user.as_deref(), Some("ann"));
    assert!(!bench.engine.is_blocked("ann"));
    assert_eq!(bench.refunds()[0].environment, Some(Environment::Sandbox));
}
