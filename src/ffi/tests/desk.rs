//! A server with a refund, and the calls of operators on it.

use serde_json::Value;

use super::*;
use crate::ffi::messages::recoup_engine_record_message_json;
use crate::ffi::outcomes::recoup_outcome;
use crate::ffi::purchases::recoup_engine_record_purchases_json;

type Engine = *const recoup_engine;
type Place = *mut *mut recoup_text;
type Problem = *mut *mut recoup_error;

pub(super) type Of = unsafe extern "C" fn(Engine, i64, Place, Problem) -> recoup_status;
pub(super) type OfText = unsafe extern "C" fn(Engine, *const c_char, usize, Place, Problem) -> recoup_status;
pub(super) type OfWithText =
    unsafe extern "C" fn(Engine, i64, *const c_char, usize, Place, Problem) -> recoup_status;
pub(super) type OfWithTwo = unsafe extern "C" fn(
    Engine,
    i64,
    *const c_char,
    usize,
    *const c_char,
    usize,
    Place,
    Problem,
) -> recoup_status;
pub(super) type OfWithThree = unsafe extern "C" fn(
    Engine,
    i64,
    *const c_char,
    usize,
    *const c_char,
    usize,
    *const c_char,
    usize,
    Place,
    Problem,
) -> recoup_status;

/// What a call reported instead of its answer.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: recoup_status,
    pub(super) code: String,
    pub(super) message: String,
}

pub(super) type Answer = Result<Value, Refusal>;

/// The status and the code of a call that failed.
pub(super) fn refused(answer: Answer) -> (recoup_status, String) {
    let refusal = answer.unwrap_err();
    (refusal.status, refusal.code)
}

/// A call's answer, which is written where it succeeded and nowhere else.
pub(super) fn answer(call: impl FnOnce(Place, Problem) -> recoup_status) -> Answer {
    let (mut text, mut error) = (null_mut(), null_mut());
    let status = call(&raw mut text, &raw mut error);
    if status == RECOUP_STATUS_OK {
        assert!(error.is_null(), "an error object beside success");
        return Ok(take_json(text));
    }
    assert!(text.is_null(), "text beside a failure");
    // SAFETY: a live error object.
    let message = unsafe { read(recoup_error_message(error)) };
    Err(Refusal { status, code: take_code(error), message })
}

/// Ann bought 500 gems by order S-1 at a store of the game's own, and it was refunded.
pub(super) struct Desk(pub(super) Server);

impl Desk {
    pub(super) fn new() -> Self {
        let desk = Self(Server::new());
        desk.record(r#""order_id": "S-1", "grants": [{"item": "gem", "quantity": 500}]"#);
        desk.refund("n1", "S-1");
        desk
    }

    /// Records a purchase of ann's.
    pub(super) fn record(&self, members: &str) {
        let json = format!(r#"{{"store": "custom:own", "user": "ann", "app": "game", {members}}}"#);
        let (data, len) = parts(&json);
        // SAFETY: a live engine, and pointers to what is on this stack or NULL where that is allowed.
        let status =
            unsafe { recoup_engine_record_purchases_json(self.0.engine, data, len, null_mut(), null_mut()) };
        assert_eq!(status, RECOUP_STATUS_OK);
    }

    /// Ingests a refund of an order.
    pub(super) fn refund(&self, notification: &str, order: &str) {
        let about = format!(r#""order_id": "{order}""#);
        self.report(notification, &about, r#""what": "refunded", "extent": "full""#);
    }

    /// Ingests a fact about an order.
    pub(super) fn report(&self, notification: &str, about: &str, fact: &str) {
        let json = format!(
            r#"{{"store": "custom:own", "app": "game", "environment": "production", "name": "N",
            "notification_id": "{notification}", "at": 1790000000000, "fact": {{"at": 1790000000000,
            "trust": "signed", "about": {{{about}}}, {fact}}}}}"#
        );
        let (data, len) = parts(&json);
        // SAFETY: all zero but for the size is an outcome.
        let mut outcome: recoup_outcome = unsafe { std::mem::zeroed() };
        outcome.struct_size = 32;
        // SAFETY: a live engine, and pointers to what is on this stack or NULL where that is allowed.
        let status = unsafe {
            recoup_engine_record_message_json(
                self.0.engine,
                data,
                len,
                null(),
                0,
                &raw mut outcome,
                null_mut(),
                null_mut(),
            )
        };
        assert_eq!((status, outcome.is_new), (RECOUP_STATUS_OK, 1));
    }

    pub(super) fn of(&self, call: Of, id: i64) -> Answer {
        // SAFETY: a live engine, and places on the stack.
        answer(|place, error| unsafe { call(self.0.engine, id, place, error) })
    }

    pub(super) fn of_text(&self, call: OfText, text: &str) -> Answer {
        let (data, len) = parts(text);
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe { call(self.0.engine, data, len, place, error) })
    }

    pub(super) fn with_text(&self, call: OfWithText, id: i64, text: &str) -> Answer {
        let (data, len) = parts(text);
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe { call(self.0.engine, id, data, len, place, error) })
    }

    /// With the operator's name and reason.
    pub(super) fn by_operator(&self, call: OfWithTwo, id: i64) -> Answer {
        let ((who, who_len), (why, why_len)) = (parts("eve"), parts("ticket 7"));
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe { call(self.0.engine, id, who, who_len, why, why_len, place, error) })
    }

    /// With a text, and the operator's name and reason.
    pub(super) fn set(&self, call: OfWithThree, id: i64, text: &str) -> Answer {
        let ((data, len), (who, who_len), (why, why_len)) = (parts(text), parts("eve"), parts("ticket 7"));
        // SAFETY: a live engine, and pointers to what is on the stack.
        answer(|place, error| unsafe {
            call(self.0.engine, id, data, len, who, who_len, why, why_len, place, error)
        })
    }
}
