//! A changed decision moves no money: items are given again only if the store reverses a refund.
use super::*;

const REFUND: EventKind = EventKind::Refund;
const ALERT: EventKind = EventKind::Alert;
const BLOCK: EventKind = EventKind::Block;
const UNBLOCK: EventKind = EventKind::Unblock;
const REVERSAL: EventKind = EventKind::Reversal;

/// One rule per action, each for its own reason. A later fact's reason outweighs an earlier one, so a test changes
/// the decision by reporting the refund again with another reason.
const BY_REASON: &str = r#"[
    {"name":"exclude","match":{"reason":"other"},"action":"exclude"},
    {"name":"notify","match":{"reason":"remorse"},"action":"notify"},
    {"name":"record","match":{"reason":"not_received"},"action":"record"},
    {"name":"alert","match":{"reason":"defective"},"action":"alert"},
    {"name":"block","action":{"block":"permanently"}}]"#;

const EXCLUDED: Reason = Reason::Other;
const NOTIFIED: Reason = Reason::Remorse;
const RECORDED: Reason = Reason::NotReceived;
const ALERTED: Reason = Reason::Defective;
const BLOCKED: Reason = Reason::Fraud;

fn fixture() -> Fixture {
    let fixture = Fixture::new(BY_REASON);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture
}

fn for_reason(reason: Reason, at: i64) -> Fact {
    because(refunded(order("1"), at), reason)
}

#[test]
fn notify_sends_a_refund_event_and_does_not_count() {
    let fixture = Fixture::new(
        r#"[{"name":"gift","match":{"reason":"remorse"},"action":"notify"},
            {"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},
            {"name":"first","action":"record"}]"#,
    );
    fixture.engine.record_purchases(["1", "2", "3"].map(|id| purchase("ann", id)).to_vec()).unwrap();
    fixture.ingest_order(for_reason(Reason::Remorse, 0));
    assert_eq!(fixture.kinds(), [REFUND]);
    fixture.ingest_order(refunded(order("2"), 1));
    assert!(!fixture.engine.is_blocked("ann"), "a refund that does not count was counted");
    fixture.ingest_order(refunded(order("3"), 2));
    assert!(fixture.engine.is_blocked("ann"));
}

#[test]
fn a_block_that_is_no_longer_wanted_ends_with_unblock_only() {
    for later in [EXCLUDED, NOTIFIED, RECORDED, ALERTED] {
        let fixture = fixture();
        fixture.ingest_order(for_reason(BLOCKED, 0));
        assert_eq!(fixture.kinds(), [REFUND, ALERT, BLOCK]);
        fixture.ingest_order(for_reason(later, 1));
        assert_eq!(fixture.kinds(), [UNBLOCK], "{later:?}");
        assert!(!fixture.engine.is_blocked("ann"));
    }
}

#[test]
fn nothing_is_sent_twice_when_the_decision_changes_back() {
    let fixture = fixture();
    fixture.ingest_order(for_reason(ALERTED, 0));
    assert_eq!(fixture.kinds(), [REFUND, ALERT]);
    let changes = [
        (EXCLUDED, vec![]),
        (ALERTED, vec![]),
        (NOTIFIED, vec![]),
        (RECORDED, vec![]),
        (BLOCKED, vec![BLOCK]),
        (EXCLUDED, vec![UNBLOCK]),
    ];
    for (at, (reason, events)) in (1..).zip(changes) {
        fixture.ingest_order(for_reason(reason, at));
        assert_eq!(fixture.kinds(), events, "change {at}, to {reason:?}");
    }
    // The game took the items, so it gives them again, whatever the decision is now.
    fixture.ingest_order(reversed(order("1"), 50));
    assert_eq!(fixture.kinds(), [REVERSAL]);
    // A later refund by the store is a separate refund.
    fixture.ingest_order(for_reason(EXCLUDED, 60));
    assert_eq!(fixture.kinds(), []);
    fixture.ingest_order(for_reason(ALERTED, 61));
    assert_eq!(fixture.kinds(), [REFUND, ALERT]);
}

#[test]
fn a_refund_that_was_never_notified_is_never_reversed() {
    let fixture = fixture();
    fixture.ingest_order(for_reason(EXCLUDED, 0));
    fixture.ingest_order(reversed(order("1"), 50));
    assert_eq!(fixture.kinds(), []);
}

#[test]
fn while_excluded_a_smaller_refund_is_a_reversal_and_a_larger_one_waits_for_a_decision_that_notifies() {
    let fixture = fixture();
    let items =
        |step, count, reason, at| because(part(order("1"), at, Some(step), Extent::Quantity(count)), reason);
    fixture.engine.record_purchase(Purchase { quantity: Some(10), ..purchase("ann", "1") }).unwrap();
    fixture.ingest_order(items("a", 2, NOTIFIED, 0));
    assert_eq!(fixture.kinds(), [REFUND]);
    fixture.ingest_order(items("b", 3, EXCLUDED, 1));
    assert_eq!(fixture.kinds(), [], "3 more items are excluded with the rest");
    fixture.ingest_order(items("c", 1, RECORDED, 2));
    let events = fixture.events();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [REFUND]);
    assert_eq!(events[0].refund.as_ref().unwrap().case.quantity, Some(6));
    fixture.ingest_order(items("d", 1, EXCLUDED, 3));
    fixture.ingest_order(fact(
        order("1"),
        4,
        FactKind::Reversed { step: Some("b".to_owned()), extent: None, failure: None },
    ));
    let events = fixture.events();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [REVERSAL]);
    assert_eq!(events[0].refund.as_ref().unwrap().case.quantity, Some(4));
}

#[test]
fn an_operators_unblock_survives_changing_decisions() {
    let fixture = fixture();
    fixture.ingest_order(for_reason(BLOCKED, 0));
    fixture.engine.unblock("ann", "support", "a mistake").unwrap();
    fixture.ingest_order(for_reason(ALERTED, 1));
    fixture.ingest_order(for_reason(BLOCKED, 2));
    assert!(!fixture.engine.is_blocked("ann"), "the same refund blocks again");
    // Refunded again by the store: a new decision.
    fixture.ingest_order(reversed(order("1"), 50));
    fixture.ingest_order(for_reason(BLOCKED, 60));
    assert!(fixture.engine.is_blocked("ann"));
}

#[test]
fn an_alert_on_a_hint_is_sent_once() {
    let fixture = Fixture::new(r#"[{"name":"any","match":{"trust":"hint"},"action":"alert"}]"#);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    for at in 0..3 {
        let mut hint = refunded(order("1"), at);
        hint.trust = Trust::Hint;
        fixture.ingest_order(hint);
    }
    assert_eq!(fixture.kinds(), [ALERT]);
}

#[test]
fn a_refund_that_moves_to_another_player_is_reversed_for_the_first() {
    let fixture = Fixture::with_tags("user_ids", "[]");
    let tagged = OrderDetails { account_tag: Some("ann".to_owned()), ..order("1") };
    fixture.ingest_order(because(refunded(tagged, 0), Reason::Unacknowledged));
    let first: Vec<_> = fixture.events().into_iter().map(|event| (event.kind, event.user)).collect();
    assert_eq!(first, [(REFUND, Some("ann".to_owned()))]);
    fixture.engine.record_purchase(purchase("bob", "1")).unwrap();
    let moved: Vec<_> = fixture.events().into_iter().map(|event| (event.kind, event.user)).collect();
    assert_eq!(moved, [(REVERSAL, Some("ann".to_owned())), (REFUND, Some("bob".to_owned()))]);
}
