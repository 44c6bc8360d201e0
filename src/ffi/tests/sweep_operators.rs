//! Operators' calls with each pointer NULL and each length wrong, as in [`sweep`](super::sweep).

use super::sweep::{Arguments, TEXT, query, sweep};
use super::*;
use crate::ffi::case_files::*;
use crate::ffi::recovery::*;
use crate::ffi::work::*;

/// A name that the call knows, since "text" is none.
pub(super) fn word(arguments: &Arguments, known: &'static str) -> (*const c_char, usize) {
    match arguments.text() {
        (data, 4) if data == TEXT.as_ptr() => parts(known),
        spoilt => spoilt,
    }
}

#[test]
fn null_bad_lengths_and_bad_text_are_refused_by_the_calls_on_books() {
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine and live places; what is spoilt is NULL, not UTF-8, or a length that is refused unread.
    unsafe {
        sweep("query_recovery", &|a, error| {
            query(a, |place, engine| recoup_engine_query_recovery(engine, 9, place, error), engine)
        });
        sweep("query_recovery_entries", &|a, error| {
            query(a, |place, engine| recoup_engine_query_recovery_entries(engine, 9, place, error), engine)
        });
        sweep("query_to_do", &|a, error| {
            query(a, |place, engine| recoup_engine_query_to_do(engine, 9, place, error), engine)
        });
        let calls: [(&str, super::desk::OfWithText); 4] = [
            ("report_recovery", recoup_engine_report_recovery),
            ("settle", recoup_engine_settle),
            ("forgive", recoup_engine_forgive),
            ("set_granted", recoup_engine_set_granted),
        ];
        for (name, call) in calls {
            sweep(name, &|a, error| {
                let (json, len) = a.text();
                query(a, |place, engine| call(engine, 9, json, len, place, error), engine)
            });
        }
        sweep("repay", &|a, error| {
            let ((user, user_len), (json, len)) = (a.text(), a.text());
            let pay = |place, engine: *mut recoup_engine| {
                recoup_engine_repay(engine, user, user_len, json, len, place, error)
            };
            query(a, pay, engine)
        });
        sweep("query_debts", &|a, error| {
            let (user, len) = a.text();
            query(a, |place, engine| recoup_engine_query_debts(engine, user, len, place, error), engine)
        });
        sweep("correct", &|a, error| {
            let ((who, who_len), (why, why_len)) = (a.text(), a.text());
            let correct = |place, engine: *mut recoup_engine| {
                recoup_engine_correct(engine, 9, who, who_len, why, why_len, place, error)
            };
            query(a, correct, engine)
        });
    }
}

#[test]
fn null_bad_lengths_and_bad_text_are_refused_by_the_calls_on_work() {
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine and live places; what is spoilt is NULL, not UTF-8, or a length that is refused unread.
    unsafe {
        let calls: [(&str, &str, super::desk::OfWithThree); 3] = [
            ("close_refund", "recovered", recoup_engine_close_refund),
            ("assign_refund", "mia", recoup_engine_assign_refund),
            ("set_refund_status", "open", recoup_engine_set_refund_status),
        ];
        for (name, known, call) in calls {
            sweep(name, &|a, error| {
                let ((data, len), (who, who_len), (why, why_len)) = (word(a, known), a.text(), a.text());
                let set = |place, engine: *mut recoup_engine| {
                    call(engine, 9, data, len, who, who_len, why, why_len, place, error)
                };
                query(a, set, engine)
            });
        }
        sweep("reopen_refund", &|a, error| {
            let ((who, who_len), (why, why_len)) = (a.text(), a.text());
            let reopen = |place, engine: *mut recoup_engine| {
                recoup_engine_reopen_refund(engine, 9, who, who_len, why, why_len, place, error)
            };
            query(a, reopen, engine)
        });
        sweep("set_order_status", &|a, error| {
            let ((order, order_len), (status, status_len)) = (a.text(), word(a, "open"));
            let ((who, who_len), (why, why_len)) = (a.text(), a.text());
            let set = |place, engine: *mut recoup_engine| {
                recoup_engine_set_order_status(
                    engine, order, order_len, status, status_len, who, who_len, why, why_len, place, error,
                )
            };
            query(a, set, engine)
        });
        sweep("query_case", &|a, error| {
            query(a, |place, engine| recoup_engine_query_case(engine, 9, place, error), engine)
        });
        let calls: [(&str, super::desk::OfText); 5] = [
            ("query_refund_of_order", recoup_engine_query_refund_of_order),
            ("find", recoup_engine_find),
            ("count_refunds", recoup_engine_count_refunds),
            ("add_note", recoup_engine_add_note),
            ("query_notes", recoup_engine_query_notes),
        ];
        for (name, call) in calls {
            sweep(name, &|a, error| {
                let (text, len) = a.text();
                query(a, |place, engine| call(engine, text, len, place, error), engine)
            });
        }
    }
}
