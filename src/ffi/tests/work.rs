//! Operators' work on refunds, from C.

use serde_json::{Value, json};

use super::desk::*;
use super::*;
use crate::ffi::case_files::*;
use crate::ffi::recovery::recoup_engine_query_recovery;
use crate::ffi::work::*;

const REFUSED: recoup_status = RECOUP_STATUS_REFUSED;
const INVALID: recoup_status = RECOUP_STATUS_INVALID_ARGUMENT;
const NOT_FOUND: recoup_status = RECOUP_STATUS_NOT_FOUND;

fn set_order_status(desk: &Desk, order: &str, status: &str) -> Answer {
    let ((order, order_len), (status, status_len)) = (parts(order), parts(status));
    let ((who, who_len), (why, why_len)) = (parts("eve"), parts("ticket 7"));
    // SAFETY: a live engine, and pointers to what is on the stack.
    answer(|place, error| unsafe {
        recoup_engine_set_order_status(
            desk.0.engine,
            order,
            order_len,
            status,
            status_len,
            who,
            who_len,
            why,
            why_len,
            place,
            error,
        )
    })
}

fn status_of(refund: Answer) -> Value {
    refund.unwrap()["work_status"].clone()
}

#[test]
fn a_refund_without_books_is_closed_and_opened_again() {
    let desk = Desk::new();
    desk.refund("n2", "S-2");
    let close = |id, closed_as: &str| desk.set(recoup_engine_close_refund, id, closed_as);
    assert_eq!(status_of(close(2, "partly_recovered")), json!("partly_recovered"));
    assert_eq!(status_of(desk.by_operator(recoup_engine_reopen_refund, 2)), json!("open"));
    let reopened = refused(desk.by_operator(recoup_engine_reopen_refund, 2));
    assert_eq!(reopened, (REFUSED, "not_closed".to_owned()));
    assert_eq!(refused(close(1, "recovered")), (REFUSED, "still_owed".to_owned()));
    let unknown = close(2, "done").unwrap_err();
    assert_eq!((unknown.status, unknown.code.as_str()), (INVALID, "unknown_status"));
    for name in ["closed_as", "done", "recovered", "partly_recovered", "written_off"] {
        assert!(unknown.message.contains(name), "{} does not list {name}", unknown.message);
    }
}

#[test]
fn a_refund_is_assigned_to_an_operator_or_to_none() {
    let desk = Desk::new();
    let assign = |to: &str| desk.set(recoup_engine_assign_refund, 1, to);
    let refund = assign("mia").unwrap();
    assert_eq!((&refund["assignee"], &refund["work_status"]), (&json!("mia"), &json!("recovering")));
    assert_eq!(assign("").unwrap().get("assignee"), None);
    assert_eq!(refused(assign(&"m".repeat(65))), (INVALID, "bad_text".to_owned()));
}

#[test]
fn a_status_is_set_by_refund_or_by_order() {
    let desk = Desk::new();
    let set = |id, status: &str| desk.set(recoup_engine_set_refund_status, id, status);
    assert_eq!(status_of(set(1, "recovered")), json!("recovered"));
    assert_eq!(desk.of(recoup_engine_query_recovery, 1).unwrap()["items"][0]["taken"], json!(500));
    assert_eq!(status_of(set_order_status(&desk, "S-1", "open")), json!("open"));
    assert_eq!(status_of(set_order_status(&desk, "S-1", "written_off")), json!("written_off"));
    for unknown in [set(1, "gone").unwrap_err(), set_order_status(&desk, "S-1", "").unwrap_err()] {
        assert_eq!((unknown.status, unknown.code.as_str()), (INVALID, "unknown_status"));
        assert!(unknown.message.contains("`excluded`"), "{}", unknown.message);
    }
    desk.record(r#""order_id": "S-3""#);
    let kept = refused(set_order_status(&desk, "S-3", "recovered"));
    assert_eq!(kept, (REFUSED, "not_refunded".to_owned()));
    let unknown = refused(set_order_status(&desk, "S-9", "recovered"));
    assert_eq!(unknown, (NOT_FOUND, "unknown_order".to_owned()));
}

#[test]
fn a_case_file_has_all_of_a_refund() {
    let desk = Desk::new();
    let note = r#"{"refund": 1, "text": "called the player\nno answer", "who": "eve"}"#;
    let note = desk.of_text(recoup_engine_add_note, note).unwrap();
    assert_eq!((&note["on"], &note["who"]), (&json!({ "refund": 1 }), &json!("eve")));
    let file = desk.of(recoup_engine_query_case, 1).unwrap();
    assert_eq!(file["refund"]["id"], json!(1));
    assert_eq!(file["recovery"]["items"][0]["owed"], json!(500));
    assert_eq!(file["notes"], json!([note]));
    assert_eq!(file["blocks"][0]["cause"]["refund"], json!(1));
    assert!(
        file["entries"].as_array().unwrap().len() == 1 && !file["journal"].as_array().unwrap().is_empty()
    );
}

#[test]
fn notes_are_on_a_refund_or_on_a_user() {
    let desk = Desk::new();
    let add = |json: &str| desk.of_text(recoup_engine_add_note, json);
    let notes = |json: &str| desk.of_text(recoup_engine_query_notes, json);
    assert_eq!(notes(r#"{"refund": 1}"#).unwrap(), json!([]));
    let on_ann = add(r#"{"user": "ann", "text": "kind", "who": "eve"}"#).unwrap();
    assert_eq!(notes(r#"{"user": "ann"}"#).unwrap(), json!([on_ann]));
    assert_eq!(notes(r#"{"user": "unknown"}"#).unwrap(), json!([]));
    for bad in [
        add(r#"{"text": "t", "who": "eve"}"#),
        add(r#"{"refund": 1, "user": "ann", "text": "t", "who": "eve"}"#),
        add(r#"{"refund": 1, "txt": "t", "who": "eve"}"#),
        notes("{}"),
        notes(r#"{"order": "S-1"}"#),
        notes(""),
    ] {
        let refusal = bad.unwrap_err();
        assert_eq!((refusal.status, refusal.code.as_str()), (INVALID, "bad_json"), "{}", refusal.message);
        assert!(refusal.message.contains("_json: "), "{}", refusal.message);
    }
    let empty = add(r#"{"refund": 1, "text": "", "who": "eve"}"#);
    assert_eq!(refused(empty), (INVALID, "bad_text".to_owned()));
}

#[test]
fn an_id_is_found_and_refunds_are_counted() {
    let desk = Desk::new();
    let find = |text: &str| desk.of_text(recoup_engine_find, text);
    let by_order = find("S-1").unwrap();
    assert_eq!(
        (&by_order["refunds"][0]["id"], &by_order["purchases"][0]["user"]),
        (&json!(1), &json!("ann"))
    );
    assert_eq!(find("refund:1").unwrap()["refunds"][0]["id"], json!(1));
    assert_eq!(find("ann").unwrap()["users"], json!(["ann"]));
    assert_eq!(find("S").unwrap()["refunds"], json!([]));
    assert_eq!(refused(find("")), (INVALID, "bad_text".to_owned()));
    let count = |filter: &str| desk.of_text(recoup_engine_count_refunds, filter);
    assert_eq!(count("").unwrap(), json!({ "count": 1, "more": false }));
    assert_eq!(count(r#"{"to_do": true, "assignee": "mia"}"#).unwrap()["count"], json!(0));
    let bad = count(r#"{"works_status": []}"#).unwrap_err();
    assert_eq!((bad.status, bad.code.as_str()), (INVALID, "bad_json"));
    assert!(bad.message.contains("filter_json") && bad.message.contains("works_status"), "{}", bad.message);
}

#[test]
fn the_refund_of_an_order_is_found_unless_there_are_several() {
    let desk = Desk::new();
    let refund = |order: &str| desk.of_text(recoup_engine_query_refund_of_order, order);
    assert_eq!(refund("S-1").unwrap()["id"], json!(1));
    assert_eq!(refused(refund("S-9")), (NOT_FOUND, "not_found".to_owned()));
    for (notification, order) in [("n2", "S-2"), ("n3", "S-3")] {
        let about = format!(r#""order_id": "{order}", "purchase_token": "token""#);
        desk.report(notification, &about, r#""what": "refunded", "extent": "full""#);
    }
    let several = refund("token").unwrap_err();
    assert_eq!((several.status, several.code.as_str()), (REFUSED, "several_refunds"));
    assert!(several.message.contains("2, 3") || several.message.contains("3, 2"), "{}", several.message);
    let status = refused(set_order_status(&desk, "token", "recovered"));
    assert_eq!(status, (REFUSED, "several_refunds".to_owned()));
}

#[test]
fn unknown_refunds_are_not_found() {
    let desk = Desk::new();
    for answer in [
        desk.set(recoup_engine_close_refund, 9, "recovered"),
        desk.by_operator(recoup_engine_reopen_refund, 9),
        desk.set(recoup_engine_assign_refund, 9, "mia"),
        desk.set(recoup_engine_set_refund_status, 9, "open"),
        desk.of(recoup_engine_query_case, 9),
        desk.of_text(recoup_engine_add_note, r#"{"refund": 9, "text": "t", "who": "eve"}"#),
        desk.of_text(recoup_engine_query_notes, r#"{"refund": 9}"#),
    ] {
        assert_eq!(refused(answer), (NOT_FOUND, "unknown_refund".to_owned()));
    }
}
