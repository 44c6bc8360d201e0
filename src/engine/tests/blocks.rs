//! What makes a block, what ends it, and what does not.

use super::*;

#[test]
fn repetition_changes_nothing_under_the_same_id_or_a_new_one() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    let first = signal("same", CaseKey::Order("1".to_owned()), refunded(order("1"), 0));
    assert!(fixture.engine.ingest_signal(first.clone(), b"").unwrap().new);
    fixture.events();
    let again = fixture.engine.ingest_signal(first, b"").unwrap();
    assert!(!again.new);
    assert_eq!(again.refund, Some(1));
    assert!(!fixture.ingest_order(refunded(order("1"), 0)).new);
    assert!(fixture.events().is_empty());
    assert_eq!(fixture.refunds().len(), 1);
}

#[test]
fn a_reversal_ends_only_what_its_refund_caused() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchases(vec![purchase("ann", "1"), purchase("ann", "2")]).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 0));
    fixture.events();
    fixture.ingest_order(reversed(order("1"), 10));
    assert!(fixture.engine.is_blocked("ann"), "the other refund's block was ended too");
    assert_eq!(fixture.kinds(), [EventKind::Reversal]);
    fixture.ingest_order(reversed(order("2"), 10));
    assert!(!fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Unblock, EventKind::Reversal]);
    fixture.ingest_order(refunded(order("2"), 20));
    assert!(fixture.engine.is_blocked("ann"), "refunded again after the reversal");
}

#[test]
fn a_reversal_before_its_refund_leaves_nothing_to_do() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(reversed(order("1"), 10));
    fixture.ingest_order(refunded(order("1"), 0));
    assert!(!fixture.engine.is_blocked("ann"));
    assert!(fixture.events().is_empty());
    assert_eq!(fixture.refunds()[0].case.state, StoreState::Reversed);
}

#[test]
fn an_operators_block_outlives_reversals_and_an_operators_unblock_outlives_repetitions() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.engine.block("ann", None, "support", "ticket 7").unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(reversed(order("1"), 10));
    assert!(fixture.engine.is_blocked("ann"));
    fixture.ingest_order(refunded(order("1"), 20));
    assert_eq!(fixture.engine.unblock("ann", "support", "paid").unwrap(), 2);
    assert!(!fixture.engine.is_blocked("ann"));
    fixture.ingest_order(refunded(order("1"), 30));
    assert!(
        !fixture.engine.is_blocked("ann"),
        "a repeated refund blocked again after an operator had unblocked"
    );
    assert_eq!(fixture.engine.unblock("ann", "support", "paid").unwrap(), 0);
}

#[test]
fn a_temporary_block_expires_once_and_does_not_return() {
    let fixture = Fixture::new(r#"[{"name":"week","action":{"block":"7d"}}]"#);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.events();
    fixture.clock.advance(Span::from_days(7));
    fixture.engine.expire_blocks().unwrap();
    assert!(!fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Unblock]);
    fixture.ingest_order(refunded(order("1"), 5));
    fixture
        .engine
        .record_purchase(Purchase { product: Some("p".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    assert!(!fixture.engine.is_blocked("ann"));
    let history = fixture.engine.user("ann").unwrap();
    assert_eq!(history.blocks.len(), 1);
    assert!(history.journal.iter().any(|entry| matches!(
        entry.what,
        crate::model::Happening::BlockEnded { why: crate::model::EndedBy::Expiry, .. }
    )));
}

#[test]
fn a_larger_refund_is_notified_again_and_a_smaller_one_is_a_reversal() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(Purchase { quantity: Some(10), ..purchase("ann", "1") }).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(2)));
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    fixture.ingest_order(part(order("1"), 1, Some("b"), Extent::Quantity(3)));
    let events = fixture.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].refund.as_ref().unwrap().case.quantity, Some(5));
    fixture.ingest_order(fact(
        order("1"),
        2,
        FactKind::Reversed { step: Some("a".to_owned()), extent: None, failure: None },
    ));
    let events = fixture.events();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::Reversal]);
    assert_eq!(events[0].refund.as_ref().unwrap().case.quantity, Some(3));
    assert!(fixture.engine.is_blocked("ann"));
}

#[test]
fn a_reason_that_comes_later_can_excuse() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    let mut sure = because(refunded(order("1"), 0), Reason::Unacknowledged);
    sure.trust = Trust::Confirmed;
    fixture.ingest_order(sure);
    assert!(!fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Unblock], "the items stay with the game: no money moved");
    assert_eq!(fixture.refunds()[0].work_status, crate::model::WorkStatus::NothingDue);
}

#[test]
fn a_past_decision_is_not_made_again_under_a_new_policy() {
    let fixture = Fixture::new(r#"[{"name":"lenient","action":"alert"}]"#);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.engine.close().unwrap();
    let engine = open(fixture.folder.path(), &fixture.clock, "[]");
    let again = signal("again", CaseKey::Order("1".to_owned()), refunded(order("1"), 5));
    engine.ingest_signal(again, b"").unwrap();
    assert!(!engine.is_blocked("ann"));
    let refund = engine.refund(1).unwrap().unwrap();
    assert_eq!(refund.decision.unwrap().rule, "lenient");
    let policy = engine.policy(refund.policy_version.unwrap()).unwrap().unwrap();
    assert_eq!(policy.rules()[0].name, "lenient");
}

#[test]
fn a_rule_on_other_refunds_decides_alike_in_any_order() {
    let policy = r#"[{"name":"third","match":{"user_refunds":{"within":"30d","at_least":3}},"action":{"block":"permanently"}},
                     {"name":"else","action":"alert"}]"#;
    let orders = ["1", "2", "3"];
    for turns in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
        let fixture = Fixture::new(policy);
        fixture.engine.record_purchases(orders.map(|id| purchase("ann", id)).to_vec()).unwrap();
        for (n, turn) in turns.iter().enumerate() {
            assert!(!fixture.engine.is_blocked("ann"), "blocked after {n}");
            fixture.ingest_order(refunded(order(orders[*turn]), i64::try_from(*turn).unwrap()));
        }
        assert!(fixture.engine.is_blocked("ann"), "{turns:?}");
        let by_third: Vec<_> =
            fixture.refunds().into_iter().filter(|r| r.decision.as_ref().unwrap().rule == "third").collect();
        assert_eq!(by_third[0].case.about.order_id.as_deref(), Some("3"), "{turns:?}");
        fixture.ingest_order(reversed(order("1"), 50));
        assert!(!fixture.engine.is_blocked("ann"), "only two refunds are left");
    }
}
