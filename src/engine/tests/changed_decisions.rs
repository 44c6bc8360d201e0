//! A changed decision moves no money: items come back only where the store takes a refund back.
use super::*;

const REFUND: EventKind = EventKind::Refund;
const ALERT: EventKind = EventKind::Alert;
const BLOCK: EventKind = EventKind::Block;
const UNBLOCK: EventKind = EventKind::Unblock;
const REVERSAL: EventKind = EventKind::Reversal;

/// One rule an action, each for a reason of its own. A later fact's reason is believed, so a test changes the decision by
/// reporting the refund again with another reason.
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

fn bench() -> Bench {
    let bench = Bench::new(BY_REASON);
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench
}

fn for_reason(reason: Reason, at: i64) -> Fact {
    because(refunded(order("1"), at), reason)
}

#[test]
fn notify_sends_a_refund_event_and_does_not_count() {
    let bench = Bench::new(
        r#"[{"name":"gift","match":{"reason":"remorse"},"action":"notify"},
            {"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},
            {"name":"first","action":"record"}]"#,
    );
    bench.engine.record_purchases(["1", "2", "3"].map(|id| purchase("ann", id)).to_vec()).unwrap();
    bench.take_order(for_reason(Reason::Remorse, 0));
    assert_eq!(bench.kinds(), [REFUND]);
    bench.take_order(refunded(order("2"), 1));
    assert!(!bench.engine.is_blocked("ann"), "a refund that does not count was counted");
    bench.take_order(refunded(order("3"), 2));
    assert!(bench.engine.is_blocked("ann"));
}

#[test]
fn a_block_that_is_no_longer_wanted_ends_with_unblock_only() {
    for later in [EXCLUDED, NOTIFIED, RECORDED, ALERTED] {
        let bench = bench();
        bench.take_order(for_reason(BLOCKED, 0));
        assert_eq!(bench.kinds(), [REFUND, ALERT, BLOCK]);
        bench.take_order(for_reason(later, 1));
        assert_eq!(bench.kinds(), [UNBLOCK], "{later:?}");
        assert!(!bench.engine.is_blocked("ann"));
    }
}

#[test]
fn nothing_is_sent_twice_when_the_decision_changes_back() {
    let bench = bench();
    bench.take_order(for_reason(ALERTED, 0));
    assert_eq!(bench.kinds(), [REFUND, ALERT]);
    let changes = [
        (EXCLUDED, vec![]),
        (ALERTED, vec![]),
        (NOTIFIED, vec![]),
        (RECORDED, vec![]),
        (BLOCKED, vec![BLOCK]),
        (EXCLUDED, vec![UNBLOCK]),
    ];
    for (at, (reason, events)) in (1..).zip(changes) {
        bench.take_order(for_reason(reason, at));
        assert_eq!(bench.kinds(), events, "change {at}, to {reason:?}");
    }
    // The game took the items, so it gives them again, whatever is decided now.
    bench.take_order(reversed(order("1"), 50));
    assert_eq!(bench.kinds(), [REVERSAL]);
    // What the store refunds after that is a refund of its own.
    bench.take_order(for_reason(EXCLUDED, 60));
    assert_eq!(bench.kinds(), []);
    bench.take_order(for_reason(ALERTED, 61));
    assert_eq!(bench.kinds(), [REFUND, ALERT]);
}

#[test]
fn what_was_never_notified_is_never_given_back() {
    let bench = bench();
    bench.take_order(for_reason(EXCLUDED, 0));
    bench.take_order(reversed(order("1"), 50));
    assert_eq!(bench.kinds(), []);
}

#[test]
fn while_excluded_less_is_a_reversal_and_more_waits_for_a_decision_that_notifies() {
    let bench = bench();
    let items =
        |step, count, reason, at| because(part(order("1"), at, Some(step), Extent::Quantity(count)), reason);
    bench.engine.record_purchase(Purchase { quantity: Some(10), ..purchase("ann", "1") }).unwrap();
    bench.take_order(items("a", 2, NOTIFIED, 0));
    assert_eq!(bench.kinds(), [REFUND]);
    bench.take_order(items("b", 3, EXCLUDED, 1));
    assert_eq!(bench.kinds(), [], "3 more items are excluded with the rest");
    bench.take_order(items("c", 1, RECORDED, 2));
    let events = bench.events();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [REFUND]);
    assert_eq!(events[0].refund.as_ref().unwrap().case.quantity, Some(6));
    bench.take_order(items("d", 1, EXCLUDED, 3));
    bench.take_order(fact(
        order("1"),
        4,
        FactKind::Reversed { step: Some("b".to_owned()), extent: None, failure: None },
    ));
    let events = bench.events();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [REVERSAL]);
    assert_eq!(events[0].refund.as_ref().unwrap().case.quantity, Some(4));
}

#[test]
fn an_operators_unblock_survives_decisions_that_change_and_change_back() {
    let bench = bench();
    bench.take_order(for_reason(BLOCKED, 0));
    bench.engine.unblock("ann", "support", "a mistake").unwrap();
    bench.take_order(for_reason(ALERTED, 1));
    bench.take_order(for_reason(BLOCKED, 2));
    assert!(!bench.engine.is_blocked("ann"), "the same refund blocks again");
    // Refunded again by the store: a new decision.
    bench.take_order(reversed(order("1"), 50));
    bench.take_order(for_reason(BLOCKED, 60));
    assert!(bench.engine.is_blocked("ann"));
}

#[test]
fn an_alert_on_a_hint_is_sent_once() {
    let bench = Bench::new(r#"[{"name":"any","match":{"trust":"hint"},"action":"alert"}]"#);
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    for at in 0..3 {
        let mut hint = refunded(order("1"), at);
        hint.trust = Trust::Hint;
        bench.take_order(hint);
    }
    assert_eq!(bench.kinds(), [ALERT]);
}

#[test]
fn a_refund_that_moves_to_another_player_is_given_back_to_the_first() {
    let bench = Bench::with_tags("user_ids", "[]");
    let tagged = OrderDetails { account_tag: Some("ann".to_owned()), ..order("1") };
    bench.take_order(because(refunded(tagged, 0), Reason::Unacknowledged));
    let first: Vec<_> = bench.events().into_iter().map(|event| (event.kind, event.user)).collect();
    assert_eq!(first, [(REFUND, Some("ann".to_owned()))]);
    bench.engine.record_purchase(purchase("bob", "1")).unwrap();
    let moved: Vec<_> = bench.events().into_iter().map(|event| (event.kind, event.user)).collect();
    assert_eq!(moved, [(REVERSAL, Some("ann".to_owned())), (REFUND, Some("bob".to_owned()))]);
}
