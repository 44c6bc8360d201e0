//! Every call, with each pointer NULL and each length wrong: a status, and nothing written.

use std::cell::Cell;

use super::*;
use crate::ffi::attribution::*;
use crate::ffi::blocks::*;
use crate::ffi::doctor::*;
use crate::ffi::events::*;
use crate::ffi::ingest::*;
use crate::ffi::outcomes::*;
use crate::ffi::poll::*;
use crate::ffi::purchases::*;
use crate::ffi::queries::*;
use crate::ffi::reconcile::*;
use crate::ffi::requests::*;

pub(super) const TEXT: &std::ffi::CStr = c"text";
const NOT_UTF8: [c_char; 2] = [-1, -2];

/// Gives good arguments, except the one to spoil.
pub(super) struct Arguments {
    spoilt: usize,
    how: Spoil,
    given: Cell<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Spoil {
    Null,
    NotUtf8,
    Length,
}

impl Arguments {
    fn is_spoilt(&self, how: Spoil) -> bool {
        self.how == how && self.spoilt == self.given.get()
    }

    pub(super) fn text(&self) -> (*const c_char, usize) {
        self.given.set(self.given.get() + 1);
        if self.is_spoilt(Spoil::Null) {
            return (null(), 4);
        }
        if self.is_spoilt(Spoil::NotUtf8) {
            return (NOT_UTF8.as_ptr(), 2);
        }
        (TEXT.as_ptr(), if self.is_spoilt(Spoil::Length) { usize::MAX } else { 4 })
    }

    fn pointer<T>(&self, good: *mut T) -> *mut T {
        self.given.set(self.given.get() + 1);
        if self.how == Spoil::Null && self.spoilt == self.given.get() { null_mut() } else { good }
    }
}

pub(super) type Call<'a> = &'a dyn Fn(&Arguments, *mut *mut recoup_error) -> recoup_status;

/// Spoils every argument of a call in every way that makes it bad.
pub(super) fn sweep(name: &str, call: Call<'_>) {
    let count = Arguments { spoilt: 0, how: Spoil::Null, given: Cell::new(0) };
    call(&count, null_mut());
    for how in [Spoil::Null, Spoil::NotUtf8, Spoil::Length] {
        for spoilt in 1..=count.given.get() {
            let arguments = Arguments { spoilt, how, given: Cell::new(0) };
            let mut error = null_mut();
            let status = call(&arguments, &raw mut error);
            if status == RECOUP_STATUS_OK || status == RECOUP_STATUS_NOT_FOUND {
                // Pointers have only one way to be bad.
                assert_ne!(how, Spoil::Null, "{name} took NULL as argument {spoilt}");
                if !error.is_null() {
                    take_code(error);
                }
                continue;
            }
            let code = take_code(error);
            arguments.given.set(0);
            assert_eq!(status, RECOUP_STATUS_INVALID_ARGUMENT, "{name}, argument {spoilt} {how:?}: {code}");
            let expected = match how {
                Spoil::Null => "null_pointer",
                Spoil::NotUtf8 => "not_utf8",
                Spoil::Length => "bad_length",
            };
            assert!(code == expected || code == "bad_json", "{name}, argument {spoilt} {how:?}: {code}");
            assert_eq!(call(&arguments, null_mut()), status, "{name} without an error object");
        }
    }
}

#[test]
fn null_bad_lengths_and_bad_text_are_refused_by_every_call() {
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine and live places; what is spoilt is NULL, not UTF-8, or a length that is refused unread.
    unsafe {
        sweep("is_blocked", &|a, error| {
            let (user, len) = a.text();
            let mut blocked = 7;
            let place = a.pointer(&raw mut blocked);
            let status = recoup_engine_is_blocked(a.pointer(engine), user, len, place, error);
            assert!(status == RECOUP_STATUS_OK || blocked == 7, "an answer beside a failure");
            status
        });
        sweep("block", &|a, error| {
            let ((user, user_len), (who, who_len), (why, why_len)) = (a.text(), a.text(), a.text());
            let engine = a.pointer(engine);
            recoup_engine_block(engine, user, user_len, 0, who, who_len, why, why_len, null_mut(), error)
        });
        sweep("unblock", &|a, error| {
            let ((user, user_len), (who, who_len), (why, why_len)) = (a.text(), a.text(), a.text());
            let engine = a.pointer(engine);
            recoup_engine_unblock(engine, user, user_len, who, who_len, why, why_len, null_mut(), error)
        });
        sweep("ack", &|a, error| recoup_engine_ack(a.pointer(engine), 1_000_000, error));
        sweep("close", &|a, error| {
            let engine = a.pointer(engine);
            if engine.is_null() { recoup_engine_close(engine, error) } else { RECOUP_STATUS_OK }
        });
    }
}

#[test]
fn null_structs_and_places_are_refused_by_every_call() {
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine and live places of the size they say; what is spoilt is NULL or refused unread.
    unsafe {
        sweep("poll", &|a, error| {
            let mut event: recoup_event = std::mem::zeroed();
            event.struct_size = 304;
            let mut count = 99;
            let (events, place) = (a.pointer(&raw mut event), a.pointer(&raw mut count));
            let status = recoup_engine_poll(a.pointer(engine), events, 1, place, null_mut(), error);
            assert!(status == RECOUP_STATUS_OK || count == 99, "a count beside a failure");
            status
        });
        sweep("ingest", &|a, error| {
            let mut request: recoup_request = std::mem::zeroed();
            let mut outcome: recoup_outcome = std::mem::zeroed();
            (request.struct_size, outcome.struct_size, outcome.kind) =
                (u32::try_from(size_of::<recoup_request>()).unwrap(), 32, 99);
            request.store = view("google-play");
            let (from, to) = (a.pointer(&raw mut request), a.pointer(&raw mut outcome));
            let status = recoup_engine_ingest(a.pointer(engine), from, to, null_mut(), error);
            assert!(status == RECOUP_STATUS_OK || outcome.kind == 99, "an outcome beside a failure");
            status
        });
        sweep("record_purchases_json", &|a, error| {
            let (json, len) = a.text();
            let engine = a.pointer(engine);
            let status = recoup_engine_record_purchases_json(engine, json, len, null_mut(), error);
            // The good text is no JSON: no argument but the spoilt one may hide behind that.
            if status != RECOUP_STATUS_OK && a.spoilt == 0 { RECOUP_STATUS_OK } else { status }
        });
        sweep("query_refund", &|a, error| {
            query(a, |place, engine| recoup_engine_query_refund(engine, 1, place, error), engine)
        });
        sweep("query_user", &|a, error| {
            let (user, len) = a.text();
            query(a, |place, engine| recoup_engine_query_user(engine, user, len, place, error), engine)
        });
        sweep("query_order", &|a, error| {
            let (order, len) = a.text();
            query(a, |place, engine| recoup_engine_query_order(engine, order, len, place, error), engine)
        });
        sweep("doctor", &|a, error| {
            let (options, len) = a.text();
            let ask = |place, engine: *mut recoup_engine| {
                recoup_engine_doctor(engine, options, len, None, 0, place, error)
            };
            query(a, ask, engine)
        });
        sweep("reconcile_order", &|a, error| {
            let (store, store_len) = store(a);
            let ((app, app_len), (order, order_len)) = (a.text(), a.text());
            let ask = |place, engine: *mut recoup_engine| {
                recoup_engine_reconcile_order(
                    engine, store, store_len, app, app_len, order, order_len, place, error,
                )
            };
            let status = query(a, ask, engine);
            // With good arguments only the credentials are missing.
            if status == RECOUP_STATUS_API { RECOUP_STATUS_OK } else { status }
        });
        sweep("account_tag", &|a, error| {
            let ((store, store_len), (user, user_len)) = (store(a), a.text());
            let ask = |place, engine: *mut recoup_engine| {
                recoup_engine_account_tag(engine, store, store_len, user, user_len, place, error)
            };
            query(a, ask, engine)
        });
        sweep("transfer_purchase", &|a, error| {
            let ((store, store_len), (order, order_len)) = (store(a), a.text());
            let ((to, to_len), (who, who_len), (why, why_len)) = (a.text(), a.text(), a.text());
            recoup_engine_transfer_purchase(
                a.pointer(engine),
                store,
                store_len,
                order,
                order_len,
                to,
                to_len,
                who,
                who_len,
                why,
                why_len,
                null_mut(),
                error,
            )
        });
    }
}

/// A store's name, since "text" is none.
fn store(arguments: &Arguments) -> (*const c_char, usize) {
    match arguments.text() {
        (data, 4) if data == TEXT.as_ptr() => parts("app-store"),
        spoilt => spoilt,
    }
}

/// Calls with a place for text, and frees what came.
pub(super) fn query(
    arguments: &Arguments,
    call: impl FnOnce(*mut *mut recoup_text, *mut recoup_engine) -> recoup_status,
    engine: *mut recoup_engine,
) -> recoup_status {
    let mut text = null_mut();
    let status = call(arguments.pointer(&raw mut text), arguments.pointer(engine));
    assert!(status == RECOUP_STATUS_OK || text.is_null(), "text beside a failure");
    // SAFETY: NULL or a live text.
    unsafe { recoup_text_free(text) };
    status
}

#[test]
fn opening_refuses_null_and_reports_what_is_wrong_with_a_configuration() {
    let (mut engine, mut error) = (null_mut(), null_mut());
    let (bad, bad_len) = parts(r#"{"databse":"x"}"#);
    // SAFETY: live places and text, or NULL.
    unsafe {
        assert_eq!(
            recoup_engine_open(bad, bad_len, null(), 0, null_mut(), &raw mut error),
            RECOUP_STATUS_INVALID_ARGUMENT
        );
        assert_eq!(take_code(error), "null_pointer");
        let status = recoup_engine_open(bad, bad_len, null(), 0, &raw mut engine, &raw mut error);
        assert_eq!(status, RECOUP_STATUS_CONFIG);
        assert!(engine.is_null());
        assert_eq!(recoup_error_status(error), RECOUP_STATUS_CONFIG);
        assert!(read(recoup_error_message(error)).contains("databse"));
        assert_eq!(recoup_error_is_retryable(error), 0);
        assert_eq!(recoup_error_http_status(error), 500);
        recoup_error_free(error);
        let (path, len) = parts("there is no such file");
        let status = recoup_engine_open_file(path, len, &raw mut engine, &raw mut error);
        assert_eq!((status, take_code(error).as_str()), (RECOUP_STATUS_CONFIG, "config"));
    }
}
