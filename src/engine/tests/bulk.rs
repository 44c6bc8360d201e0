//! One change of many refunds: each for itself, and once.

use super::*;
use crate::model::{
    Action, BulkAction, BulkOutcome, BulkResult, ClosedAs, Grant, RefundId, RefundStatus, WorkStatus,
};

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

/// Ann's refunded packs 1 and 2, and a part of unknown size, 3.
fn refunds() -> Fixture {
    let fixture = Fixture::new("[]");
    for id in ["1", "2"] {
        fixture.engine.record_purchase(Purchase { grants: gems(500), ..purchase("ann", id) }).unwrap();
        fixture.ingest_order(refunded(order(id), 0));
    }
    fixture.ingest_order(part(order("3"), 0, Some("a"), Extent::Part));
    fixture
}

impl Fixture {
    fn bulk(&self, action: &BulkAction, refunds: &[RefundId], key: &str) -> Vec<BulkResult> {
        self.engine.bulk(action, refunds, "eve", "clean-up", key).unwrap()
    }
}

/// The status, or the error's code.
fn outcomes(results: &[BulkResult]) -> Vec<(RefundId, String)> {
    let of = |outcome: &BulkOutcome| match outcome {
        BulkOutcome::Done { work_status, .. } => work_status.as_str().to_owned(),
        BulkOutcome::Failed { code, .. } => code.clone(),
    };
    results.iter().map(|result| (result.refund, of(&result.outcome))).collect()
}

fn expected(outcomes: &[(RefundId, &str)]) -> Vec<(RefundId, String)> {
    outcomes.iter().map(|(id, outcome)| (*id, (*outcome).to_owned())).collect()
}

#[test]
fn what_fails_for_one_is_done_for_the_others() {
    let fixture = refunds();
    let close = BulkAction::Close { closed_as: ClosedAs::WrittenOff };
    let closed = fixture.bulk(&close, &[1, 3, 99], "a");
    let all = expected(&[(1, "still_owed"), (3, "written_off"), (99, "unknown_refund")]);
    assert_eq!(outcomes(&closed), all);
    assert_eq!(fixture.engine.refund(1).unwrap().unwrap().work_status, WorkStatus::Open);
    let json = serde_json::to_value(&closed).unwrap();
    assert_eq!(
        json[1],
        serde_json::json!({"refund": 3, "done": {"work_status": "written_off", "revision": 2}})
    );
    assert_eq!((&json[0]["failed"]["code"], &json[0]["refund"]), (&"still_owed".into(), &1.into()));
    assert_eq!(serde_json::from_value::<Vec<BulkResult>>(json).unwrap(), closed);
}

#[test]
fn the_same_key_changes_nothing_twice_and_completes_a_call() {
    let fixture = refunds();
    let forgive = BulkAction::Forgive { written_off: true };
    let first = fixture.bulk(&forgive, &[1, 3, 2], "a");
    assert_eq!(outcomes(&first), expected(&[(1, "written_off"), (3, "nothing_owed"), (2, "written_off")]));
    let journal = |id| fixture.engine.case_file(id).unwrap().unwrap().journal.len();
    let (before, lines) = (fixture.refunds(), journal(1));
    assert_eq!(fixture.bulk(&forgive, &[1, 3, 2], "a"), first);
    assert_eq!((fixture.refunds(), journal(1)), (before, lines));
    // What failed is tried again, once it can be done.
    fixture.engine.record_purchase(purchase("ann", "3")).unwrap();
    fixture.engine.set_granted(3, &gems(5), "eve", "the old pack").unwrap();
    fixture.ingest_order(refunded(order("3"), 1));
    assert_eq!(outcomes(&fixture.bulk(&forgive, &[1, 3, 2], "a"))[1], (3, "written_off".to_owned()));

    let again = |action: &BulkAction, refunds: &[RefundId], why| {
        fixture.engine.bulk(action, refunds, "eve", why, "a").map_err(|error| error.code())
    };
    assert_eq!(again(&BulkAction::Reopen, &[1, 3, 2], "clean-up"), Err("key_reused"));
    assert_eq!(again(&forgive, &[1, 3], "clean-up"), Err("key_reused"));
    assert_eq!(again(&forgive, &[1, 3, 2], "another"), Err("key_reused"));
    fixture.engine.forgive(1, &[], false, "bulk", "eve", "a key of one refund").unwrap_err();
}

#[test]
fn every_action_is_done() {
    let fixture = refunds();
    let outcome =
        |action: BulkAction, refund, key: &str| outcomes(&fixture.bulk(&action, &[refund], key))[0].1.clone();
    let assign = |to: Option<&str>| BulkAction::Assign { to: to.map(str::to_owned) };
    assert_eq!(outcome(assign(Some("zoe")), 1, "1"), "recovering");
    assert_eq!(fixture.engine.refund(1).unwrap().unwrap().assignee.as_deref(), Some("zoe"));
    assert_eq!(outcome(assign(None), 1, "2"), "open");
    assert_eq!(outcome(BulkAction::Overrule { action: Some(Action::Exclude) }, 1, "3"), "excluded");
    assert_eq!(outcome(BulkAction::Overrule { action: None }, 1, "4"), "open");
    assert_eq!(outcome(BulkAction::SetStatus { status: RefundStatus::Recovered }, 2, "5"), "recovered");
    assert_eq!(outcome(BulkAction::Close { closed_as: ClosedAs::Recovered }, 3, "6"), "recovered");
    assert_eq!(outcome(BulkAction::Reopen, 3, "7"), "open");
    assert_eq!(outcome(BulkAction::Reopen, 3, "8"), "not_closed");
}

#[test]
fn a_call_of_too_many_or_with_a_bad_argument_is_refused() {
    let fixture = refunds();
    let code = |action: &BulkAction, refunds: &[RefundId], key: &str| {
        fixture.engine.bulk(action, refunds, "eve", "why", key).unwrap_err().code()
    };
    assert_eq!(code(&BulkAction::Reopen, &[1; 501], "a"), "too_many");
    assert_eq!(code(&BulkAction::Reopen, &[1], "a\tb"), "bad_key");
    assert_eq!(code(&BulkAction::Reopen, &[1], ""), "bad_key");
    assert_eq!(code(&BulkAction::Assign { to: Some("x".repeat(65)) }, &[1], "a"), "bad_text");
    let grace = Some(Span::from_days(91));
    let soon = Action::Block(crate::model::BlockFor::UntilRepaid { grace });
    assert_eq!(code(&BulkAction::Overrule { action: Some(soon) }, &[1], "a"), "bad_action");
    assert_eq!(fixture.bulk(&BulkAction::Reopen, &[], "a"), []);
}
