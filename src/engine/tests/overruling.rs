//! An operator decides one refund.

use super::*;
use crate::model::{
    Action, BlockEnd, BlockFor, EndedBy, ExclusionAction, ExclusionKind, Happening, NewExclusion, WorkStatus,
};

fn refunded_for_ann(policy: &str) -> Fixture {
    let fixture = Fixture::new(policy);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.events();
    fixture
}

impl Fixture {
    fn overrule(&self, action: Option<Action>) -> Refund {
        self.engine.overrule(self.refund().id, action, "eve", "our own outage").unwrap()
    }

    fn decided(&self) -> (String, Action) {
        let decision = self.refund().decision.unwrap();
        (decision.rule, decision.action)
    }
}

const WEEK: Action = Action::Block(BlockFor::Span(Span::from_days(7)));

#[test]
fn an_operators_decision_ends_a_block_and_handing_back_makes_it_again() {
    let fixture = refunded_for_ann("[]");
    assert!(fixture.engine.is_blocked("ann"));
    let refund = fixture.overrule(Some(Action::Record));
    let decision = refund.decision.unwrap();
    assert_eq!((decision.rule.as_str(), decision.action), ("overruled by eve", Action::Record));
    assert!(!fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Unblock]);
    assert!(fixture.engine.user("ann").unwrap().journal.iter().any(|entry| entry.refund == Some(refund.id)
        && matches!(&entry.what, Happening::Overruled { action: Some(Action::Record), who, why }
            if who == "eve" && why == "our own outage")));

    let refund = fixture.overrule(None);
    assert_eq!(refund.decision.unwrap().rule, "default: refunds alert and block");
    assert!(fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Block], "it alerted before");
}

#[test]
fn an_operators_decision_stays_whatever_becomes_known() {
    let fixture = refunded_for_ann("[]");
    fixture.overrule(Some(Action::Alert));
    fixture.ingest_order(because(refunded(order("1"), 1), Reason::Fraud));
    fixture
        .engine
        .record_purchase(Purchase { product: Some("p".to_owned()), ..purchase("ann", "1") })
        .unwrap();
    assert_eq!(fixture.decided(), ("overruled by eve".to_owned(), Action::Alert));
    fixture.ingest_order(reversed(order("1"), 2));
    assert_eq!(fixture.refund().decision, None);
    fixture.ingest_order(refunded(order("1"), 3));
    assert_eq!(fixture.decided(), ("overruled by eve".to_owned(), Action::Alert));
    assert!(!fixture.engine.is_blocked("ann"));

    fixture.engine.close().unwrap();
    let engine = open(fixture.folder.path(), &fixture.clock, r#"[{"name":"b","action":"exclude"}]"#);
    let refund = engine.overrule(1, None, "eve", "as the rules say").unwrap();
    assert_eq!(refund.decision.unwrap().rule, "b", "by the policy in force");
}

#[test]
fn an_operators_block_is_carried_out_as_any_other() {
    let fixture = refunded_for_ann(r#"[{"name":"lenient","action":"record"}]"#);
    fixture.clock.advance(Span::from_days(30));
    fixture.overrule(Some(WEEK));
    assert!(fixture.engine.is_blocked("ann"));
    assert_eq!(fixture.kinds(), [EventKind::Alert, EventKind::Block]);
    let made = fixture.engine.user("ann").unwrap().blocks[0].clone();
    assert_eq!(made.until, Some(fixture.clock.now().plus(Span::from_days(7))));
    // More becomes known: the block stays as long.
    fixture.clock.advance(Span::from_days(1));
    fixture.ingest_order(because(refunded(order("1"), 1), Reason::Fraud));
    assert_eq!(fixture.engine.user("ann").unwrap().blocks.len(), 1);
    fixture.clock.advance(Span::from_days(6));
    fixture.engine.expire_blocks().unwrap();
    assert!(!fixture.engine.is_blocked("ann"));
}

#[test]
fn an_operators_block_comes_after_an_earlier_unblock() {
    let fixture = refunded_for_ann("[]");
    fixture.engine.unblock("ann", "eve", "paid").unwrap();
    fixture.overrule(Some(WEEK));
    assert!(fixture.engine.is_blocked("ann"));
    fixture.engine.unblock("ann", "eve", "paid after all").unwrap();
    fixture.ingest_order(because(refunded(order("1"), 1), Reason::Fraud));
    assert!(!fixture.engine.is_blocked("ann"), "the same decision does not block again");
    fixture.overrule(None);
    assert!(!fixture.engine.is_blocked("ann"), "an operator ended the latest block");
}

#[test]
fn an_operators_block_until_repaid_begins_at_once_or_after_its_grace() {
    let fixture = refunded_for_ann("[]");
    let grace = Span::from_hours(1);
    fixture.overrule(Some(Action::Block(BlockFor::UntilRepaid { grace: Some(grace) })));
    assert!(!fixture.engine.is_blocked("ann"));
    fixture.clock.advance(grace);
    fixture.engine.expire_blocks().unwrap();
    assert!(fixture.engine.is_blocked("ann"));
    fixture.overrule(Some(Action::Block(BlockFor::Permanently)));
    let blocks = fixture.engine.user("ann").unwrap().blocks;
    assert!(blocks[0].ended.is_none() && !blocks[0].until_settled);
    assert!(matches!(blocks[1].ended, Some(BlockEnd { why: EndedBy::Redecided, .. })));
    let error = fixture.engine.overrule(
        1,
        Some(Action::Block(BlockFor::UntilRepaid { grace: Some(Span::from_days(91)) })),
        "e",
        "w",
    );
    assert_eq!(error.unwrap_err().code(), "bad_action");
}

#[test]
fn an_operators_block_until_repaid_comes_after_an_earlier_unblock() {
    for grace in [None, Some(Span::from_hours(1))] {
        let fixture = refunded_for_ann(r#"[{"name":"owed","action":{"block":"repaid"}}]"#);
        fixture.engine.unblock("ann", "eve", "will pay").unwrap();
        fixture.overrule(Some(Action::Block(BlockFor::UntilRepaid { grace })));
        assert_eq!(fixture.engine.is_blocked("ann"), grace.is_none());
        fixture.clock.advance(grace.unwrap_or(Span::from_hours(1)));
        fixture.engine.expire_blocks().unwrap();
        assert!(fixture.engine.is_blocked("ann"));
        fixture.engine.unblock("ann", "eve", "paid after all").unwrap();
        fixture.ingest_order(because(refunded(order("1"), 1), Reason::Fraud));
        assert!(!fixture.engine.is_blocked("ann"), "the same decision does not block again");
    }
}

#[test]
fn an_operators_block_for_a_time_counts_from_the_decision_whenever_the_user_is_known() {
    for (days, is_blocked) in [(3, true), (7, false)] {
        let fixture = Fixture::new("[]");
        fixture.ingest_order(refunded(order("1"), 0));
        fixture.overrule(Some(WEEK));
        let until = fixture.clock.now().plus(Span::from_days(7));
        fixture.clock.advance(Span::from_days(days));
        fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
        assert_eq!(fixture.decided().1, WEEK);
        assert_eq!(fixture.engine.is_blocked("ann"), is_blocked);
        let blocks = fixture.engine.user("ann").unwrap().blocks;
        assert_eq!(
            blocks.iter().map(|block| block.until).collect::<Vec<_>>(),
            vec![Some(until); blocks.len()]
        );
        // Again, after a reversal.
        fixture.ingest_order(reversed(order("1"), 1));
        fixture.ingest_order(refunded(order("1"), 2));
        assert_eq!(fixture.engine.is_blocked("ann"), is_blocked);
    }
}

#[test]
fn a_shorter_or_missing_grace_begins_the_block_earlier() {
    let fixture = refunded_for_ann(r#"[{"name":"later","action":{"block":"repaid","grace":"2h"}}]"#);
    let hour = Span::from_hours(1);
    fixture.clock.advance(hour);
    fixture.overrule(Some(Action::Block(BlockFor::UntilRepaid { grace: Some(hour) })));
    assert!(fixture.engine.is_blocked("ann"), "the grace counts from when the refund was first decided so");

    let fixture = refunded_for_ann(r#"[{"name":"later","action":{"block":"repaid","grace":"2h"}}]"#);
    fixture.overrule(Some(Action::Block(BlockFor::UntilRepaid { grace: None })));
    assert!(fixture.engine.is_blocked("ann"));
    fixture.clock.advance(Span::from_hours(2));
    fixture.engine.expire_blocks().unwrap();
    assert_eq!(fixture.engine.user("ann").unwrap().blocks.len(), 1);
}

#[test]
fn an_excluded_refund_counts_no_more_for_its_user() {
    let policy = r#"[{"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},
                     {"name":"else","action":"alert"}]"#;
    let fixture = Fixture::new(policy);
    fixture.engine.record_purchases(vec![purchase("ann", "1"), purchase("ann", "2")]).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 1));
    assert!(fixture.engine.is_blocked("ann"));
    let refund = fixture.engine.overrule(1, Some(Action::Exclude), "eve", "our own").unwrap();
    assert_eq!(refund.work_status, WorkStatus::Excluded);
    assert!(!fixture.engine.is_blocked("ann"), "the second is the first now");
    fixture.engine.overrule(1, None, "eve", "a mistake").unwrap();
    assert!(fixture.engine.is_blocked("ann"));
}

#[test]
fn a_refund_that_needs_no_decision_yet_is_decided_so_later() {
    let fixture = Fixture::new("[]");
    fixture.ingest_order(refunded(order("1"), 0));
    let refund = fixture.overrule(Some(Action::Record));
    assert_eq!(refund.decision, None, "its user is unknown");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert_eq!(fixture.decided(), ("overruled by eve".to_owned(), Action::Record));
    assert!(!fixture.engine.is_blocked("ann"));
}

#[test]
fn an_operator_overrules_an_exclusion_and_may_give_back_to_it() {
    let fixture = Fixture::new("[]");
    let exclusion = NewExclusion {
        kind: ExclusionKind::User,
        value: "ann".to_owned(),
        store: None,
        action: ExclusionAction::Spare,
        until: None,
        who: "eve".to_owned(),
        why: "tester".to_owned(),
    };
    let made = fixture.engine.exclude(&exclusion).unwrap().exclusion;
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let by_exclusion = (format!("exclusion {}", made.id), Action::Record);
    assert_eq!(fixture.decided(), by_exclusion);
    fixture.overrule(Some(WEEK));
    assert_eq!(fixture.decided(), ("overruled by eve".to_owned(), WEEK));
    fixture.engine.end_exclusion(made.id, "eve", "left the team").unwrap();
    fixture.overrule(None);
    assert_eq!(fixture.decided(), by_exclusion, "it stays");
}

#[test]
fn the_decision_on_a_report_that_turns_out_to_be_the_same_refund_stays() {
    for token_first in [true, false] {
        let fixture = Fixture::new("[]");
        let token = || OrderDetails { purchase_token: Some("t".to_owned()), ..OrderDetails::default() };
        let named = Purchase { purchase_token: Some("t".to_owned()), ..purchase("ann", "1") };
        fixture.engine.record_purchase(named).unwrap();
        let key = CaseKey::Token { token: "t".to_owned(), same_within_millis: Some(5) };
        let by_order = refunded(OrderDetails { order_id: Some("1".to_owned()), ..token() }, 1);
        if token_first {
            fixture.ingest(key, refunded(token(), 0));
            fixture.overrule(Some(Action::Record));
            fixture.ingest_order(by_order);
        } else {
            fixture.ingest_order(by_order);
            fixture.overrule(Some(Action::Record));
            fixture.ingest(key, refunded(token(), 0));
        }
        assert_eq!(fixture.decided(), ("overruled by eve".to_owned(), Action::Record), "{token_first}");
        assert!(!fixture.engine.is_blocked("ann"));
        // By the id of the report that was merged, the refund that counts is decided.
        for refund in fixture.refunds() {
            fixture.engine.overrule(refund.id, Some(Action::Alert), "eve", "both").unwrap();
            assert_eq!(fixture.decided().1, Action::Alert);
        }
    }
}

#[test]
fn bad_calls_are_refused() {
    let fixture = refunded_for_ann("[]");
    let code = |refund, who: &str, why: &str| {
        fixture.engine.overrule(refund, Some(Action::Record), who, why).unwrap_err().code()
    };
    assert_eq!(code(99, "eve", "why"), "unknown_refund");
    assert_eq!(code(1, "", "why"), "bad_text");
    assert_eq!(code(1, "eve", ""), "bad_text");
    assert!(fixture.engine.is_blocked("ann"));
}
