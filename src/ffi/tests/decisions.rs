//! What operators decide above the rules, and what players see of it, from C.

use std::cell::RefCell;
use std::ffi::c_char;

use serde_json::{Value, json};

use super::desk::*;
use super::*;
use crate::ffi::access::*;
use crate::ffi::blocks::recoup_engine_is_blocked;
use crate::ffi::notices::*;
use crate::ffi::policy::*;
use crate::ffi::progress::recoup_trial_callback;
use crate::ffi::queries::recoup_engine_query_refund;
use crate::ffi::reconcile::recoup_engine_work;
use crate::ffi::restrictions::*;

const INVALID: recoup_status = RECOUP_STATUS_INVALID_ARGUMENT;

fn exclusions(desk: &Desk, with_ended: u8) -> Value {
    // SAFETY: a live engine, and places on the stack.
    let page = answer(|place, error| unsafe {
        recoup_engine_query_exclusions(desk.0.engine, with_ended, 0, 10, place, error)
    });
    page.unwrap()["items"].clone()
}

fn is_blocked(desk: &Desk, user: &str) -> bool {
    let ((user, len), mut blocked) = (parts(user), 7);
    // SAFETY: a live engine, and places on the stack.
    let status = unsafe { recoup_engine_is_blocked(desk.0.engine, user, len, &raw mut blocked, null_mut()) };
    assert_eq!(status, RECOUP_STATUS_OK);
    blocked == 1
}

#[test]
fn an_excluded_order_is_neither_alerted_nor_blocked() {
    let desk = Desk::new();
    let exclude = |json: &str| desk.of_text(recoup_engine_exclude, json);
    let agreed = r#"{"kind": "order", "value": "S-2", "who": "eve", "why": "agreed"}"#;
    let made = exclude(agreed).unwrap();
    assert_eq!(
        (&made["id"], &made["action"], &made["refunded_already"]),
        (&json!(1), &json!("spare"), &json!([]))
    );
    assert_eq!(refused(exclude(agreed)), (RECOUP_STATUS_REFUSED, "standing_exclusion".to_owned()));
    let late = exclude(r#"{"kind": "order", "value": "S-1", "who": "eve", "why": "late"}"#).unwrap();
    assert_eq!(late["refunded_already"], json!([1]));
    for (bad, code) in [
        (r#"{"kind": "sku", "value": "x", "who": "eve", "why": "w"}"#, "bad_json"),
        (r#"{"kind": "order", "value": "", "who": "eve", "why": "w"}"#, "bad_exclusion"),
        (r#"{"kind": "order", "value": "S-3", "who": "", "why": "w"}"#, "bad_text"),
    ] {
        assert_eq!(refused(exclude(bad)), (INVALID, code.to_owned()));
    }

    desk.record(r#""order_id": "S-2""#);
    desk.refund("n2", "S-2");
    let refund = desk.of(recoup_engine_query_refund, 2).unwrap();
    assert_eq!(refund["decision"], json!({ "rule": "exclusion 1", "action": "record" }));
    assert_eq!(exclusions(&desk, 0).as_array().unwrap().len(), 2);
    let ended = desk.by_operator(recoup_engine_end_exclusion, 1).unwrap();
    assert_eq!((&ended["uses"], &ended["ended"]["who"]), (&json!(1), &json!("eve")));
    assert_eq!(exclusions(&desk, 0).as_array().unwrap().len(), 1);
    assert_eq!(exclusions(&desk, 1).as_array().unwrap().len(), 2);
    let unknown = refused(desk.by_operator(recoup_engine_end_exclusion, 9));
    assert_eq!(unknown, (RECOUP_STATUS_NOT_FOUND, "unknown_exclusion".to_owned()));
}

#[test]
fn an_operator_decides_one_refund_and_hands_it_back_to_the_rules() {
    let desk = Desk::new();
    let overrule = |id, json: &str| desk.with_text(recoup_engine_overrule, id, json);
    assert!(is_blocked(&desk, "ann"));
    let let_off = overrule(1, r#"{"action": "record", "who": "eve", "why": "our mistake"}"#).unwrap();
    assert_eq!(let_off["decision"]["action"], json!("record"));
    assert!(!is_blocked(&desk, "ann"));
    overrule(1, r#"{"who": "eve", "why": "hand back"}"#).unwrap();
    assert!(is_blocked(&desk, "ann"));
    for (bad, code) in [
        (r#"{"action": "forgive", "who": "eve", "why": "w"}"#, "bad_json"),
        (r#"{"action": {"block": "repaid", "grace": "1000d"}, "who": "eve", "why": "w"}"#, "bad_json"),
        (r#"{"action": "record", "who": "eve", "why": ""}"#, "bad_text"),
    ] {
        assert_eq!(refused(overrule(1, bad)), (INVALID, code.to_owned()), "{bad}");
    }
    let unknown = refused(overrule(9, r#"{"who": "eve", "why": "w"}"#));
    assert_eq!(unknown, (RECOUP_STATUS_NOT_FOUND, "unknown_refund".to_owned()));
}

fn notices(desk: &Desk, user: &str, locale: &str) -> Value {
    let ((user, user_len), (locale, locale_len)) = (parts(user), parts(locale));
    // SAFETY: a live engine, and pointers to what is on the stack.
    let list = answer(|place, error| unsafe {
        recoup_engine_query_notices(desk.0.engine, user, user_len, locale, locale_len, 10, place, error)
    });
    list.unwrap()
}

fn mark(desk: &Desk, user: &str, id: i64, mark: &str) -> Answer {
    let ((user, user_len), (mark, mark_len)) = (parts(user), parts(mark));
    // SAFETY: a live engine, and pointers to what is on the stack.
    answer(|place, error| unsafe {
        recoup_engine_mark_notice(desk.0.engine, user, user_len, id, mark, mark_len, place, error)
    })
}

#[test]
fn a_notice_is_pending_until_the_player_acknowledges_it() {
    let desk = Desk::new();
    let korean = notices(&desk, "ann", "ko-KR");
    assert_eq!((&korean[0]["name"], &korean[0]["locale"]), (&json!("blocked"), &json!("ko")));
    let id = korean[0]["id"].as_i64().unwrap();
    assert_eq!(mark(&desk, "ann", id, "shown").unwrap()["state"], json!("shown"));
    assert_eq!(notices(&desk, "ann", "")[0]["state"], json!("shown"));
    let of_another = refused(mark(&desk, "bob", id, "shown"));
    assert_eq!(of_another, (RECOUP_STATUS_NOT_FOUND, "unknown_notice".to_owned()));
    let unknown = mark(&desk, "ann", id, "read").unwrap_err();
    assert_eq!((unknown.status, unknown.code.as_str()), (INVALID, "unknown_mark"));
    assert!(unknown.message.contains("`acknowledged`"), "{}", unknown.message);
    mark(&desk, "ann", id, "acknowledged").unwrap();
    assert_eq!(notices(&desk, "ann", ""), json!([]));
    assert_eq!(notices(&desk, "nemo", ""), json!([]));
}

#[test]
fn access_is_by_purchase_and_above_it_by_an_operator() {
    let desk = Desk::new();
    desk.record(r#""order_id": "S-2", "product": "no-ads", "product_type": "non_consumable""#);
    let has = |product: &str| {
        let ((user, user_len), (product, product_len), mut has) = (parts("ann"), parts(product), 7);
        // SAFETY: a live engine, and pointers to what is on the stack.
        let status = unsafe {
            let place = &raw mut has;
            recoup_engine_has_access(desk.0.engine, user, user_len, product, product_len, place, null_mut())
        };
        assert_eq!(status, RECOUP_STATUS_OK);
        has
    };
    let set = |json: &str| {
        let ((user, user_len), (product, product_len), (data, len)) =
            (parts("ann"), parts("no-ads"), parts(json));
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe {
            recoup_engine_set_access(
                desk.0.engine,
                user,
                user_len,
                product,
                product_len,
                data,
                len,
                place,
                error,
            )
        })
    };
    assert_eq!((has("no-ads"), has("unknown")), (1, 0));
    desk.refund("n2", "S-2");
    assert_eq!(has("no-ads"), 0);
    let kept = set(r#"{"access": true, "who": "eve", "why": "let her keep it"}"#).unwrap();
    assert_eq!((&kept["has"], &kept["because"]["by"], has("no-ads")), (&json!(true), &json!("operator"), 1));
    let ((user, user_len), (product, product_len)) = (parts("ann"), parts("no-ads"));
    // SAFETY: a live engine, and pointers to what is on the stack.
    let answered = answer(|place, error| unsafe {
        recoup_engine_query_access(desk.0.engine, user, user_len, product, product_len, place, error)
    });
    assert_eq!(answered.unwrap(), kept);
    assert_eq!(set(r#"{"access": false, "who": "eve", "why": "no longer"}"#).unwrap()["has"], json!(false));
    for (bad, code) in [
        (r#"{"who": "eve", "why": "w"}"#, "bad_json"),
        (r#"{"access": true, "until": 1, "who": "eve", "why": "w"}"#, "bad_until"),
        (r#"{"access": true, "who": "eve", "why": ""}"#, "bad_text"),
    ] {
        assert_eq!(refused(set(bad)), (INVALID, code.to_owned()), "{bad}");
    }
}

fn try_policy(desk: &Desk, policy: &str, progress: recoup_trial_callback, user_data: usize) -> Answer {
    let ((policy, policy_len), (options, options_len)) = (parts(policy), parts(r#"{"examples": 1}"#));
    // SAFETY: a live engine, and pointers to what is on the stack.
    answer(|place, error| unsafe {
        recoup_engine_try_policy(
            desk.0.engine,
            policy,
            policy_len,
            options,
            options_len,
            progress,
            user_data,
            place,
            error,
        )
    })
}

/// What the progress callback has received, and what it answers.
struct Trial<'a> {
    desk: &'a Desk,
    received: RefCell<Vec<Value>>,
    answers: u8,
}

unsafe extern "C" fn on_progress(user_data: usize, progress: recoup_string) -> u8 {
    // SAFETY: the test passes a pointer to what outlives the call.
    let trial = unsafe { &*std::ptr::with_exposed_provenance::<Trial<'_>>(user_data) };
    trial.received.borrow_mut().push(serde_json::from_str(&read(progress)).unwrap());
    let inside = refused(trial.desk.of_text(work_of, ""));
    assert_eq!(inside, (RECOUP_STATUS_REENTRANT, "reentrant".to_owned()));
    assert_eq!(desk_of_one(trial.desk), json!(1));
    trial.answers
}

/// A call that is refused inside of callbacks.
unsafe extern "C" fn work_of(
    engine: *const recoup_engine,
    _: *const c_char,
    _: usize,
    place: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    // SAFETY: what the caller promises.
    unsafe { recoup_engine_work(engine, place, error) }
}

fn desk_of_one(desk: &Desk) -> Value {
    desk.of(recoup_engine_query_refund, 1).unwrap()["id"].clone()
}

#[test]
fn a_trial_of_rules_changes_nothing_reports_its_progress_and_can_be_stopped() {
    let desk = Desk::new();
    desk.record(r#""order_id": "S-2""#);
    desk.refund("n2", "S-2");
    let milder = r#"[{"name": "milder", "match": {}, "action": "record"}]"#;
    let quiet = try_policy(&desk, milder, None, 0).unwrap();
    assert_eq!((&quiet["refunds"], &quiet["blocked"]["freed"]), (&json!(2), &json!(1)));
    assert_eq!(quiet["changes"][0]["examples"].as_array().unwrap().len(), 1);
    assert!(is_blocked(&desk, "ann"));

    for (answers, stopped) in [(0, None), (1, Some(true))] {
        let trial = Trial { desk: &desk, received: RefCell::default(), answers };
        let user_data = std::ptr::from_ref(&trial).expose_provenance();
        let tried = try_policy(&desk, milder, Some(on_progress), user_data).unwrap();
        assert_eq!(tried.get("stopped").and_then(Value::as_bool), stopped);
        assert_eq!(trial.received.take(), [json!({ "refunds": 2, "users": 1 })]);
    }
    let bad = try_policy(&desk, r#"[{"name": "a", "match": {}, "action": {"block": "0s"}}]"#, None, 0);
    let bad = bad.unwrap_err();
    assert_eq!((bad.status, bad.code.as_str()), (INVALID, "bad_json"), "{}", bad.message);
    let taken = r#"[{"name": "exclusion 1", "match": {}, "action": "alert"}]"#;
    assert_eq!(refused(try_policy(&desk, taken, None, 0)), (INVALID, "bad_policy".to_owned()));
}
