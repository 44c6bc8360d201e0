//! Revisions of refunds: how they grow, and that an operator's call at an old one changes nothing.

use super::*;
use crate::model::{
    Action, ClosedAs, Grant, GrantSource, RecoveryReport, RefundAt, RefundRef, RefundStatus, WorkStatus,
};

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

/// Ann's refunded pack of 500 gems.
fn refunded_pack() -> Fixture {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(Purchase { grants: gems(500), ..purchase("ann", "1") }).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture
}

#[test]
fn a_revision_grows_by_one_with_each_change_and_events_have_it() {
    let fixture = refunded_pack();
    assert_eq!(fixture.refund().revision, 1, "a new refund is saved more than once in its transaction");
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(fixture.refund().revision, 1, "the same fact again changes nothing");
    let report = RecoveryReport { key: "a".to_owned(), taken: gems(100), ..RecoveryReport::default() };
    fixture.engine.report_recovery(1, &report).unwrap();
    fixture.engine.report_recovery(1, &report).unwrap();
    assert_eq!(fixture.refund().revision, 2, "the books changed once");
    fixture.engine.assign_refund(1, Some("eve"), "bob", "hers").unwrap();
    assert_eq!(fixture.engine.assign_refund(1, Some("eve"), "bob", "hers").unwrap().revision, 3);
    fixture.events();
    fixture.ingest_order(reversed(order("1"), 9));
    let events = fixture.events();
    assert!(!events.is_empty());
    for event in events {
        assert_eq!(event.refund.unwrap().revision, 4, "{:?}", event.kind);
    }
    assert_eq!(fixture.refund().revision, 4);
}

#[test]
fn a_call_at_an_old_revision_changes_nothing() {
    let fixture = refunded_pack();
    let engine = &fixture.engine;
    let seen = fixture.refund();
    let assigned = engine.assign_refund(&seen, Some("eve"), "bob", "hers").unwrap();
    assert_eq!(assigned.revision, seen.revision + 1);
    let journal = || engine.case_file(1).unwrap().unwrap().journal.len();
    let (before, entries) = (fixture.refund(), journal());
    let conflict = Error::Conflict { current: 2 };
    let by_order = |revision| RefundAt::from(RefundRef::Order("1".to_owned())).at(Some(revision));
    for error in [
        engine.assign_refund(&seen, Some("zoe"), "bob", "why").unwrap_err(),
        engine.overrule(&seen, Some(Action::Exclude), "bob", "why").unwrap_err(),
        engine.close_refund(&seen, ClosedAs::WrittenOff, "bob", "why").unwrap_err(),
        engine.reopen_refund(&seen, "bob", "why").unwrap_err(),
        engine.set_refund_status(&seen, RefundStatus::Recovered, "bob", "why").unwrap_err(),
        engine.set_refund_status(by_order(1), RefundStatus::Recovered, "bob", "why").unwrap_err(),
        engine.forgive(&seen, &[], false, "k", "bob", "why").unwrap_err(),
        engine.set_granted(&seen, &gems(1), "bob", "why").unwrap_err(),
    ] {
        assert_eq!(error, conflict);
        assert!(error.to_string().contains("revision 2 now. Load it again"), "{error}");
    }
    assert_eq!((fixture.refund(), journal()), (before.clone(), entries));
    let set = engine.set_refund_status(&before, RefundStatus::Recovered, "bob", "why").unwrap();
    assert_eq!((set.work_status, set.revision), (WorkStatus::Recovered, 3));
    assert!(engine.set_refund_status(by_order(3), RefundStatus::Open, "bob", "why").is_ok());
    engine.assign_refund(1, None, "bob", "without a revision").unwrap();
}

/// What was done under a key is answered before the revision is compared: the call itself made the new one.
#[test]
fn a_key_is_answered_again_at_its_old_revision() {
    let fixture = refunded_pack();
    let seen = fixture.refund();
    let forgive = || fixture.engine.forgive(&seen, &gems(10), false, "k", "bob", "why");
    let first = forgive().unwrap();
    assert_eq!((first.granted_by, first.items[0].forgiven), (Some(GrantSource::Purchase), 10));
    assert_eq!(forgive().unwrap(), first);
    assert_eq!(fixture.refund().revision, 2);
}
