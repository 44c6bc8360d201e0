//! What leaves the ledger, from C: figures, exports, forgetting, webhooks.

use serde_json::{Value, json};

use super::desk::*;
use super::*;
use crate::ffi::figures::*;
use crate::ffi::privacy::*;
use crate::ffi::progress::recoup_write_callback;
use crate::ffi::queries::recoup_engine_query_refund;
use crate::ffi::recovery::recoup_engine_query_debtors;
use crate::ffi::webhooks::*;

const INVALID: recoup_status = RECOUP_STATUS_INVALID_ARGUMENT;

#[test]
fn figures_are_of_a_question() {
    let desk = Desk::new();
    let figures = |question: &str| desk.of_text(recoup_engine_query_figures, question);
    let all = figures(r#"{"since": 1780000000000, "by": ["store"], "lists": ["items"]}"#).unwrap();
    assert_eq!(all["items"][0]["item"], json!("gem"));
    assert_eq!(all["groups"][0]["refunds"]["refunds"], json!(1), "{all}");
    assert!(figures("").is_ok(), "an empty question is the default");
    let bad = figures(r#"{"by": ["store", "store"]}"#);
    assert_eq!(refused(bad), (INVALID, "bad_question".to_owned()));
    assert_eq!(refused(figures(r#"{"by": ["stores"]}"#)), (INVALID, "bad_json".to_owned()));
    // SAFETY: a live engine, and places on the stack.
    let counts =
        answer(|place, error| unsafe { recoup_engine_query_work_counts(desk.0.engine, place, error) });
    assert_eq!(counts.unwrap()[0]["refunds"], json!(1));
}

#[test]
fn debtors_are_listed_page_by_page() {
    let desk = Desk::new();
    let debtors = |after: &str| {
        let (after, len) = parts(after);
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe {
            recoup_engine_query_debtors(desk.0.engine, after, len, 10, place, error)
        })
    };
    let page = debtors("").unwrap();
    assert_eq!((&page["items"][0]["user"], &page["next"]), (&json!("ann"), &Value::Null));
    assert_eq!(debtors("ann").unwrap()["items"], json!([]));
}

/// What a write callback has received, and how many pieces it takes.
struct Page {
    text: String,
    pieces: usize,
    most: usize,
}

unsafe extern "C" fn write(user_data: usize, data: *const u8, len: usize) -> u8 {
    // SAFETY: the test passes a pointer to what outlives the call; data has len bytes.
    let (page, bytes) = unsafe {
        (
            &mut *std::ptr::with_exposed_provenance_mut::<Page>(user_data),
            std::slice::from_raw_parts(data, len),
        )
    };
    page.text.push_str(std::str::from_utf8(bytes).unwrap());
    page.pieces += 1;
    u8::from(page.pieces > page.most)
}

fn export(desk: &Desk, json: &str, write: recoup_write_callback, page: &mut Page) -> Answer {
    let ((json, len), user_data) = (parts(json), std::ptr::from_mut(page).expose_provenance());
    // SAFETY: a live engine, and pointers to what is on the stack.
    answer(|place, error| unsafe {
        recoup_engine_export(desk.0.engine, json, len, write, user_data, place, error)
    })
}

const fn page(most: usize) -> Page {
    Page { text: String::new(), pieces: 0, most }
}

#[test]
fn an_export_is_written_in_pieces_until_the_callback_stops_it() {
    let desk = Desk::new();
    for n in 0..400 {
        desk.record(&format!(r#""order_id": "T-{n}", "product": "{}""#, "p".repeat(200)));
    }
    let purchases = r#"{"what": "purchases", "format": "csv"}"#;
    let mut whole = page(99);
    assert_eq!(export(&desk, purchases, Some(write), &mut whole).unwrap(), json!({ "rows": 401 }));
    assert_eq!(whole.text.lines().count(), 402);
    assert!(whole.pieces > 1, "written at once: the test does not show that a piece can be the last");
    let mut cut = page(1);
    let stopped = refused(export(&desk, purchases, Some(write), &mut cut));
    assert_eq!((stopped, cut.pieces), ((RECOUP_STATUS_IO, "output".to_owned()), 2));
    let mut first = page(0);
    let stopped = refused(export(&desk, r#"{"what": "debts"}"#, Some(write), &mut first));
    assert_eq!((stopped, first.pieces), ((RECOUP_STATUS_IO, "output".to_owned()), 1));

    let mut none = page(9);
    assert_eq!(refused(export(&desk, purchases, None, &mut none)), (INVALID, "null_pointer".to_owned()));
    let by_store = r#"{"what": "journal", "store": "app-store"}"#;
    assert_eq!(refused(export(&desk, by_store, Some(write), &mut none)), (INVALID, "bad_filter".to_owned()));
    let unknown = r#"{"what": "players"}"#;
    assert_eq!(refused(export(&desk, unknown, Some(write), &mut none)), (INVALID, "bad_json".to_owned()));
    assert_eq!(none.pieces, 0);
}

#[test]
fn a_user_is_exported_and_forgotten() {
    let desk = Desk::new();
    let (user, user_len) = parts("ann");
    let mut document = page(99);
    let user_data = (&raw mut document).expose_provenance();
    // SAFETY: a live engine, and pointers to what is on the stack.
    let exported = answer(|place, error| unsafe {
        recoup_engine_export_user(desk.0.engine, user, user_len, Some(write), user_data, place, error)
    });
    assert!(exported.unwrap()["rows"].as_i64().unwrap() > 3);
    let document: Value = serde_json::from_str(&document.text).unwrap();
    assert_eq!((&document["user"], &document["refunds"][0]["refund"]["id"]), (&json!("ann"), &json!(1)));

    let forget = |json: &str| {
        let (json, len) = parts(json);
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe {
            recoup_engine_forget_user(desk.0.engine, user, user_len, json, len, place, error)
        })
    };
    let needed = forget(r#"{"who": "dpo", "why": "request 118"}"#).unwrap_err();
    assert_eq!((needed.status, needed.code.as_str()), (RECOUP_STATUS_REFUSED, "still_needed"));
    assert_eq!(refused(forget("{}")), (INVALID, "bad_json".to_owned()));
    let forgotten = forget(r#"{"even_so": true, "who": "dpo", "why": "request 118"}"#).unwrap();
    let pseudonym = &forgotten["pseudonym"];
    assert!(pseudonym.as_str().unwrap().starts_with("forgotten-"));
    assert_eq!(&desk.of(recoup_engine_query_refund, 1).unwrap()["user"], pseudonym);
    // SAFETY: a live engine, and places on the stack.
    let pruned = answer(|place, error| unsafe { recoup_engine_prune(desk.0.engine, place, error) });
    assert_eq!(pruned.unwrap(), json!({}));
}

#[test]
fn an_engine_without_endpoints_has_no_webhooks() {
    let desk = Desk::new();
    // SAFETY: a live engine, and places on the stack.
    let endpoints =
        answer(|place, error| unsafe { recoup_engine_query_webhooks(desk.0.engine, place, error) });
    assert_eq!(endpoints.unwrap(), json!([]));
    let messages = |filter: &str| {
        let (filter, len) = parts(filter);
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe {
            recoup_engine_query_webhook_messages(desk.0.engine, filter, len, 0, 10, place, error)
        })
    };
    assert_eq!(messages(r#"{"endpoint": "crm", "state": "dead"}"#).unwrap()["items"], json!([]));
    assert_eq!(refused(messages(r#"{"state": "lost"}"#)), (INVALID, "bad_json".to_owned()));
    let mut sent = 7;
    // SAFETY: a live engine, and places on the stack.
    let status = unsafe { recoup_engine_send_webhooks(desk.0.engine, &raw mut sent, null_mut()) };
    assert_eq!((status, sent), (RECOUP_STATUS_OK, 0));

    let replay = |json: &str| {
        let ((json, len), mut error, mut count) = (parts(json), null_mut(), 7);
        // SAFETY: a live engine, and pointers to what is on the stack.
        let status = unsafe {
            recoup_engine_replay_webhooks(desk.0.engine, json, len, &raw mut count, &raw mut error)
        };
        assert_eq!(count, 7, "a number beside a failure");
        (status, take_code(error))
    };
    let who = r#""who": "eve", "why": "their outage""#;
    let unknown = replay(&format!(r#"{{"replay": {{"message": 9}}, {who}}}"#));
    assert_eq!(unknown, (RECOUP_STATUS_NOT_FOUND, "unknown_message".to_owned()));
    let unknown = replay(&format!(r#"{{"replay": {{"dead": {{"endpoint": "crm"}}}}, {who}}}"#));
    assert_eq!(unknown, (RECOUP_STATUS_NOT_FOUND, "unknown_endpoint".to_owned()));
    assert_eq!(replay(r#"{"replay": "all"}"#), (INVALID, "bad_json".to_owned()));

    let ((name, name_len), (why, why_len), mut error) = (parts("crm"), parts("gone"), null_mut());
    // SAFETY: a live engine, and pointers to what is on the stack.
    let status = unsafe {
        recoup_engine_end_webhook(desk.0.engine, name, name_len, name, name_len, why, why_len, &raw mut error)
    };
    assert_eq!((status, take_code(error).as_str()), (RECOUP_STATUS_NOT_FOUND, "unknown_endpoint"));
    let tested = refused(desk.of_text(recoup_engine_test_webhook, "crm"));
    assert_eq!(tested, (RECOUP_STATUS_NOT_FOUND, "unknown_endpoint".to_owned()));
}
