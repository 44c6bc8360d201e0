//! What blocks, what lifts a block, and what does not.

use super::*;

#[test]
fn repetition_changes_nothing_under_the_same_id_or_a_new_one() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    let first = signal("same", CaseKey::Order("1".to_owned()), refunded(order("1"), 0));
    assert!(bench.engine.take(first.clone(), b"").unwrap().new);
    bench.events();
    let again = bench.engine.take(first, b"").unwrap();
    assert!(!again.new);
    assert_eq!(again.refund, Some(1));
    assert!(!bench.take_order(refunded(order("1"), 0)).new);
    assert!(bench.events().is_empty());
    assert_eq!(bench.refunds().len(), 1);
}

#[test]
fn a_reversal_lifts_what_its_refund_caused_and_nothing_else() {
    let bench = Bench::new("[]");
    bench.engine.record_purchases(vec![purchase("ann", "1"), purchase("ann", "2")]).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.take_order(refunded(order("2"), 0));
    bench.events();
    bench.take_order(reversed(order("1"), 10));
    assert!(bench.engine.is_blocked("ann"), "the other refund's block was lifted too");
    assert_eq!(bench.kinds(), [EventKind::Reversal]);
    bench.take_order(reversed(order("2"), 10));
    assert!(!bench.engine.is_blocked("ann"));
    assert_eq!(bench.kinds(), [EventKind::Unblock, EventKind::Reversal]);
    bench.take_order(refunded(order("2"), 20));
    assert!(bench.engine.is_blocked("ann"), "refunded again after the reversal");
}

#[test]
fn a_reversal_before_its_refund_leaves_nothing_to_do() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(reversed(order("1"), 10));
    bench.take_order(refunded(order("1"), 0));
    assert!(!bench.engine.is_blocked("ann"));
    assert!(bench.events().is_empty());
    assert_eq!(bench.refunds()[0].case.state, StoreState::Reversed);
}

#[test]
fn a_block_by_hand_outlives_reversals_and_unblocking_by_hand_outlives_repetition() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.engine.block("ann", None, "support", "ticket 7").unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.take_order(reversed(order("1"), 10));
    assert!(bench.engine.is_blocked("ann"));
    bench.take_order(refunded(order("1"), 20));
    assert_eq!(bench.engine.unblock("ann", "support", "paid").unwrap(), 2);
    assert!(!bench.engine.is_blocked("ann"));
    bench.take_order(refunded(order("1"), 30));
    assert!(
        !bench.engine.is_blocked("ann"),
        "a repeated refund blocked again after a person had forgiven it"
    );
    assert_eq!(bench.engine.unblock("ann", "support", "paid").unwrap(), 0);
}

#[test]
fn a_block_for_a_time_ends_by_itself_once_and_does_not_come_back() {
    let bench = Bench::new(r#"[{"name":"week","action":{"block":"7d"}}]"#);
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.events();
    bench.clock.advance(Span::from_days(7));
    bench.engine.expire_blocks().unwrap();
    assert!(!bench.engine.is_blocked("ann"));
    assert_eq!(bench.kinds(), [EventKind::Unblock]);
    bench.take_order(refunded(order("1"), 5));
    bench.engine.record_purchase(Purchase { product: Some("p".to_owned()), ..purchase("ann", "1") }).unwrap();
    assert!(!bench.engine.is_blocked("ann"));
    let history = bench.engine.user("ann").unwrap();
    assert_eq!(history.blocks.len(), 1);
    assert!(history.journal.iter().any(|entry| matches!(
        entry.what,
        crate::model::Happening::BlockEnded { why: crate::model::EndedBy::Expiry, .. }
    )));
}

#[test]
fn more_of_the_order_refunded_is_reported_again_and_less_is_a_reversal() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(Purchase { quantity: Some(10), ..purchase("ann", "1") }).unwrap();
    bench.take_order(part(order("1"), 0, Some("a"), Extent::Quantity(2)));
    assert_eq!(bench.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    bench.take_order(part(order("1"), 1, Some("b"), Extent::Quantity(3)));
    let events = bench.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].refund.as_ref().unwrap().case.quantity, Some(5));
    bench.take_order(fact(
        order("1"),
        2,
        FactKind::Reversed { step: Some("a".to_owned()), extent: None, failure: None },
    ));
    let events = bench.events();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::Reversal]);
    assert_eq!(events[0].refund.as_ref().unwrap().case.quantity, Some(3));
    assert!(bench.engine.is_blocked("ann"));
}

#[test]
fn a_reason_that_comes_later_can_excuse() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(refunded(order("1"), 0));
    assert_eq!(bench.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    let mut sure = because(refunded(order("1"), 0), Reason::Unacknowledged);
    sure.trust = Trust::Confirmed;
    bench.take_order(sure);
    assert!(!bench.engine.is_blocked("ann"));
    assert_eq!(bench.kinds(), [EventKind::Unblock], "the items stay with the game: no money came back");
    assert_eq!(bench.refunds()[0].work_status, crate::model::WorkStatus::Open);
}

#[test]
fn a_past_decision_is_not_made_again_under_a_new_policy() {
    let bench = Bench::new(r#"[{"name":"lenient","action":"alert"}]"#);
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.engine.close().unwrap();
    let engine = open(bench.folder.path(), &bench.clock, "[]");
    let again = signal("again", CaseKey::Order("1".to_owned()), refunded(order("1"), 5));
    engine.take(again, b"").unwrap();
    assert!(!engine.is_blocked("ann"));
    let refund = engine.refund(1).unwrap().unwrap();
    assert_eq!(refund.decision.unwrap().rule, "lenient");
    let policy = engine.policy(refund.policy_version.unwrap()).unwrap().unwrap();
    assert_eq!(policy.rules()[0].name, "lenient");
}

#[test]
fn a_rule_on_the_users_other_refunds_gives_the_same_end_in_any_order() {
    let policy = r#"[{"name":"third","match":{"user_refunds":{"within":"30d","at_least":3}},"action":{"block":"permanently"}},
                     {"name":"else","action":"alert"}]"#;
    let orders = ["1", "2", "3"];
    for turns in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
        let bench = Bench::new(policy);
        bench.engine.record_purchases(orders.map(|id| purchase("ann", id)).to_vec()).unwrap();
        for (n, turn) in turns.iter().enumerate() {
            assert!(!bench.engine.is_blocked("ann"), "blocked after {n}");
            bench.take_order(refunded(order(orders[*turn]), i64::try_from(*turn).unwrap()));
        }
        assert!(bench.engine.is_blocked("ann"), "{turns:?}");
        let by_third: Vec<_> =
            bench.refunds().into_iter().filter(|r| r.decision.as_ref().unwrap().rule == "third").collect();
        assert_eq!(by_third[0].case.about.order_id.as_deref(), Some("3"), "{turns:?}");
        bench.take_order(reversed(order("1"), 50));
        assert!(!bench.engine.is_blocked("ann"), "only two refunds are left");
    }
}
