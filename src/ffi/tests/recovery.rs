//! The books of refunds, from C.

use std::sync::Mutex;

use serde_json::{Value, json};

use super::desk::*;
use super::*;
use crate::ffi::callbacks::*;
use crate::ffi::dispatch::recoup_engine_tick;
use crate::ffi::events::*;
use crate::ffi::poll::*;
use crate::ffi::queries::recoup_engine_query_refund;
use crate::ffi::recovery::*;
use crate::ffi::register::recoup_engine_on_recovery;

const REFUSED: recoup_status = RECOUP_STATUS_REFUSED;
const INVALID: recoup_status = RECOUP_STATUS_INVALID_ARGUMENT;
const NOT_FOUND: recoup_status = RECOUP_STATUS_NOT_FOUND;

fn gems(quantity: i64) -> Value {
    json!([{ "item": "gem", "quantity": quantity }])
}

impl Desk {
    /// Due, taken, forgiven and owed of the one item.
    fn line(&self) -> [i64; 4] {
        line(&self.of(recoup_engine_query_recovery, 1).unwrap())
    }

    /// The oldest event of a kind, which is delivered with all others.
    fn event(&self, kind: recoup_event_kind) -> recoup_event {
        // SAFETY: all bytes zero is a value of it.
        let mut events: [recoup_event; 8] = unsafe { std::mem::zeroed() };
        events[0].struct_size = u32::try_from(size_of::<recoup_event>()).unwrap();
        let mut count = 0;
        // SAFETY: a live engine and eight events of the size in the first.
        let status = unsafe {
            recoup_engine_poll(self.0.engine, events.as_mut_ptr(), 8, &raw mut count, null_mut(), null_mut())
        };
        assert_eq!(status, RECOUP_STATUS_OK);
        *events[..count].iter().find(|event| event.kind == kind).unwrap()
    }

    fn work_status(&self) -> Value {
        self.of(recoup_engine_query_refund, 1).unwrap()["work_status"].clone()
    }

    fn repay(&self, user: &str, repayment: &str) -> Answer {
        let ((user, user_len), (data, len)) = (parts(user), parts(repayment));
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe {
            recoup_engine_repay(self.0.engine, user, user_len, data, len, place, error)
        })
    }
}

fn line(books: &Value) -> [i64; 4] {
    ["due", "taken", "forgiven", "owed"].map(|sum| books["items"][0][sum].as_i64().unwrap())
}

#[test]
fn an_event_is_settled_by_what_was_taken_now() {
    let desk = Desk::new();
    let event = desk.event(RECOUP_EVENT_REFUND);
    assert_eq!((event.items_owed, event.items_to_return, event.refund_id), (1, 0, 1));
    let to_do = desk.of(recoup_engine_query_to_do, event.id).unwrap();
    let key = format!("event:{}", event.id);
    assert_eq!(to_do, json!({ "refund": 1, "key": key, "take": gems(500), "give": [] }));
    let report = json!({ "taken": gems(100) }).to_string();
    let outcome = desk.with_text(recoup_engine_settle, event.id, &report).unwrap();
    assert_eq!((line(&outcome["recovery"]), &outcome["too_much"]), ([500, 100, 0, 400], &json!([])));
    assert_eq!(desk.with_text(recoup_engine_settle, event.id, &report).unwrap(), outcome, "once more");
    assert_eq!((desk.line(), desk.work_status()), ([500, 100, 0, 400], json!("recovering")));
    let acknowledged = refused(desk.of(recoup_engine_query_to_do, event.id));
    assert_eq!(acknowledged, (NOT_FOUND, "unknown_event".to_owned()));
}

#[test]
fn a_reversal_returns_what_was_taken() {
    let desk = Desk::new();
    let report = json!({ "key": "first", "taken": gems(100), "who": "shop" }).to_string();
    desk.with_text(recoup_engine_report_recovery, 1, &report).unwrap();
    desk.report("n2", r#""order_id": "S-1""#, r#""what": "reversed""#);
    let event = desk.event(RECOUP_EVENT_REVERSAL);
    assert_eq!((event.items_owed, event.items_to_return), (0, 1));
    assert_eq!(desk.of(recoup_engine_query_to_do, event.id).unwrap()["give"], gems(100));
    let report = json!({ "returned": gems(100) }).to_string();
    desk.with_text(recoup_engine_settle, event.id, &report).unwrap();
    assert_eq!((desk.line(), desk.work_status()), ([0, 0, 0, 0], json!("returned")));
}

#[test]
fn a_player_pays_a_debt_back() {
    let desk = Desk::new();
    assert_eq!(
        desk.of_text(recoup_engine_query_debts, "ann").unwrap(),
        json!({ "user": "ann", "items": gems(500), "debts": [{ "refund": 1, "item": "gem", "owed": 500 }] })
    );
    let repayment =
        json!({ "key": "event day", "items": gems(600), "who": "shop", "why": "quest" }).to_string();
    let outcome = desk.repay("ann", &repayment).unwrap();
    let paid = json!({ "refund": 1, "item": "gem", "quantity": 500 });
    assert_eq!((&outcome["applied"], &outcome["too_much"]), (&json!([paid]), &gems(100)));
    assert_eq!(outcome["debts"], json!({ "user": "ann", "items": [], "debts": [] }));
    assert_eq!(desk.repay("ann", &repayment).unwrap(), outcome, "once more");
    assert_eq!(desk.work_status(), json!("recovered"));
    assert_eq!(desk.of_text(recoup_engine_query_debts, "unknown").unwrap()["items"], json!([]));
}

#[test]
fn a_player_buys_again_what_was_refunded() {
    let desk = Desk::new();
    desk.record(r#""order_id": "S-5", "repays": 1"#);
    assert_eq!((desk.line(), desk.work_status()), ([500, 500, 0, 0], json!("recovered")));
    let entries = desk.of(recoup_engine_query_recovery_entries, 1).unwrap();
    assert_eq!((&entries[1]["how"], entries[1]["purchase"].is_i64()), (&json!("bought"), true));
}

#[test]
fn what_is_owed_is_forgiven_and_a_mistake_is_cancelled() {
    let desk = Desk::new();
    let forgive = |request: Value| desk.with_text(recoup_engine_forgive, 1, &request.to_string());
    let part = json!({ "key": "a", "items": gems(50), "who": "eve", "why": "ticket 7" });
    assert_eq!(line(&forgive(part).unwrap()), [500, 0, 50, 450]);
    let rest = json!({ "key": "b", "written_off": true, "who": "eve", "why": "gone" });
    assert_eq!(line(&forgive(rest).unwrap()), [500, 0, 500, 0]);
    assert_eq!(desk.work_status(), json!("written_off"));
    let entries = desk.of(recoup_engine_query_recovery_entries, 1).unwrap();
    let hows: Vec<&str> =
        entries.as_array().unwrap().iter().map(|entry| entry["how"].as_str().unwrap()).collect();
    assert_eq!(hows, ["decided", "forgiven", "written_off"]);
    let (due, waiver) = (entries[0]["id"].as_i64().unwrap(), entries[2]["id"].as_i64().unwrap());
    let correct = |entry| desk.by_operator(recoup_engine_correct, entry);
    assert_eq!(line(&correct(waiver).unwrap()), [500, 0, 50, 450]);
    assert_eq!(refused(correct(waiver)), (REFUSED, "already_corrected".to_owned()));
    assert_eq!(refused(correct(due)), (REFUSED, "not_correctable".to_owned()));
    assert_eq!(refused(correct(999)), (NOT_FOUND, "unknown_entry".to_owned()));
}

#[test]
fn an_operator_sets_what_a_purchase_granted() {
    let desk = Desk(Server::new());
    desk.record(r#""order_id": "S-9""#);
    desk.refund("n9", "S-9");
    assert_eq!(desk.of(recoup_engine_query_recovery, 1).unwrap()["known"], json!(false));
    let granted = json!({ "grants": gems(300), "who": "eve", "why": "the shop's log" }).to_string();
    let books = desk.with_text(recoup_engine_set_granted, 1, &granted).unwrap();
    assert_eq!((line(&books), &books["granted_by"]), ([300, 0, 0, 300], &json!("operator")));
    let known = Desk::new();
    let refusal = refused(known.with_text(recoup_engine_set_granted, 1, &granted));
    assert_eq!(refusal, (REFUSED, "granted_by_purchase".to_owned()));
}

#[test]
fn unknown_refunds_and_events_are_not_found() {
    let desk = Desk::new();
    let by = r#""who": "eve", "why": "w""#;
    let forgive = format!(r#"{{"key": "k", {by}}}"#);
    let granted = format!(r#"{{"grants": [], {by}}}"#);
    for answer in [
        desk.of(recoup_engine_query_recovery, 9),
        desk.of(recoup_engine_query_recovery_entries, 9),
        desk.with_text(recoup_engine_report_recovery, 9, r#"{"key": "k"}"#),
        desk.with_text(recoup_engine_forgive, 9, &forgive),
        desk.with_text(recoup_engine_set_granted, 9, &granted),
    ] {
        assert_eq!(refused(answer), (NOT_FOUND, "unknown_refund".to_owned()));
    }
    for answer in
        [desk.of(recoup_engine_query_to_do, 99), desk.with_text(recoup_engine_settle, 99, r#"{"key": "k"}"#)]
    {
        assert_eq!(refused(answer), (NOT_FOUND, "unknown_event".to_owned()));
    }
}

#[test]
fn json_with_a_mistake_is_refused_with_its_place() {
    let desk = Desk::new();
    let report = |json: &str| desk.with_text(recoup_engine_report_recovery, 1, json);
    for (answer, place) in [
        (report(r#"{"key": "k", "taken": [{"item": "gem", "quantty": 1}]}"#), "taken[0]"),
        (report(r#"{"key": "k", "took": []}"#), "took"),
        (report(r#"{"key": "k", "rest": "lost"}"#), "written_off"),
        (report(""), "report_json"),
        (desk.with_text(recoup_engine_settle, 1, "[]"), "report_json"),
        (
            desk.repay("ann", r#"{"key": "k", "items": [{"item": "gem", "quantity": "1"}]}"#),
            "items[0].quantity",
        ),
        (desk.with_text(recoup_engine_forgive, 1, r#"{"key": "k", "who": "eve"}"#), "why"),
        (desk.with_text(recoup_engine_set_granted, 1, r#"{"who": "e", "why": "w"}"#), "grants"),
    ] {
        let refusal = answer.unwrap_err();
        assert_eq!((refusal.status, refusal.code.as_str()), (INVALID, "bad_json"), "{}", refusal.message);
        assert!(refusal.message.contains(place), "{} does not name {place}", refusal.message);
    }
    assert_eq!(desk.line(), [500, 0, 0, 500], "nothing was changed");
}

#[test]
fn what_does_not_fit_the_books_is_refused() {
    let desk = Desk::new();
    let report = |json: Value| refused(desk.with_text(recoup_engine_report_recovery, 1, &json.to_string()));
    let invalid = |code: &str| (INVALID, code.to_owned());
    let refusal = |code: &str| (REFUSED, code.to_owned());
    assert_eq!(report(json!({ "taken": gems(1) })), invalid("bad_key"));
    assert_eq!(report(json!({ "key": "k", "taken": gems(0) })), invalid("bad_item"));
    let sword = json!([{ "item": "sword", "quantity": 1 }]);
    assert_eq!(report(json!({ "key": "k", "taken": sword })), refusal("not_granted"));
    assert_eq!(report(json!({ "key": "k", "returned": gems(1) })), refusal("more_than_taken"));
    let first = json!({ "key": "k", "taken": gems(500) }).to_string();
    desk.with_text(recoup_engine_report_recovery, 1, &first).unwrap();
    assert_eq!(report(json!({ "key": "k", "taken": gems(1) })), refusal("key_reused"));
    let forgive = json!({ "key": "f", "who": "eve", "why": "w" }).to_string();
    assert_eq!(refused(desk.with_text(recoup_engine_forgive, 1, &forgive)), refusal("nothing_owed"));
    let nameless = json!({ "key": "f", "who": "", "why": "w" }).to_string();
    assert_eq!(refused(desk.with_text(recoup_engine_forgive, 1, &nameless)), invalid("bad_text"));
    assert_eq!(refused(desk.repay("", r#"{"key": "r"}"#)), invalid("bad_text"));
    assert_eq!(desk.0.block("ann"), RECOUP_STATUS_OK);
    desk.refund("n2", "S-2");
    let unattributed = desk.with_text(recoup_engine_report_recovery, 2, r#"{"key": "u"}"#);
    assert_eq!(refused(unattributed), refusal("unattributed"));
    let block = desk.event(RECOUP_EVENT_BLOCK);
    assert_eq!((block.items_owed, block.items_to_return), (0, 0));
    assert_eq!(desk.of(recoup_engine_query_to_do, block.id).unwrap()["refund"], json!(0));
    assert_eq!(refused(desk.with_text(recoup_engine_settle, block.id, "{}")), refusal("no_books"));
}

/// The events of [`remember`], which only one test registers.
static REMEMBERED: Mutex<Vec<(recoup_event_kind, u32)>> = Mutex::new(Vec::new());

unsafe extern "C" fn remember(_: usize, event: *const recoup_event) -> recoup_handled {
    // SAFETY: the library hands in a live event.
    let event = unsafe { &*event };
    REMEMBERED.lock().unwrap().push((event.kind, event.items_owed));
    RECOUP_HANDLED_DONE
}

#[test]
fn changed_books_have_a_callback_of_their_own() {
    let desk = Desk::new();
    // SAFETY: a live engine, and a function that needs no user data.
    unsafe {
        let status = recoup_engine_on_recovery(desk.0.engine, Some(remember), 0, None, null_mut());
        assert_eq!(status, RECOUP_STATUS_OK);
    }
    let forgive = json!({ "key": "f", "items": gems(1), "who": "eve", "why": "w" }).to_string();
    desk.with_text(recoup_engine_forgive, 1, &forgive).unwrap();
    // SAFETY: a live engine.
    let status = unsafe { recoup_engine_tick(desk.0.engine, 0, null_mut(), null_mut()) };
    assert_eq!(status, RECOUP_STATUS_OK);
    assert_eq!(*REMEMBERED.lock().unwrap(), [(RECOUP_EVENT_RECOVERY, 1)]);
}
