//! Calls on decisions, exports and webhooks with each pointer NULL and each length wrong, as in
//! [`sweep`](super::sweep).

use super::desk::OfText;
use super::sweep::{query, sweep};
use super::sweep_operators::word;
use super::*;
use crate::ffi::access::*;
use crate::ffi::figures::*;
use crate::ffi::notices::*;
use crate::ffi::policy::*;
use crate::ffi::privacy::*;
use crate::ffi::recovery::recoup_engine_query_debtors;
use crate::ffi::restrictions::*;
use crate::ffi::webhooks::*;

unsafe extern "C" fn write(_: usize, _: *const u8, _: usize) -> u8 {
    0
}

#[test]
fn null_bad_lengths_and_bad_text_are_refused_by_the_calls_on_decisions() {
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine and live places; what is spoilt is NULL, not UTF-8, or a length that is refused unread.
    unsafe {
        let calls: [(&str, OfText); 3] = [
            ("exclude", recoup_engine_exclude),
            ("query_figures", recoup_engine_query_figures),
            ("test_webhook", recoup_engine_test_webhook),
        ];
        for (name, call) in calls {
            sweep(name, &|a, error| {
                let (json, len) = a.text();
                query(a, |place, engine| call(engine, json, len, place, error), engine)
            });
        }
        sweep("export", &|a, error| {
            let (json, len) = a.text();
            let export = |place, engine: *mut recoup_engine| {
                recoup_engine_export(engine, json, len, Some(write), 0, place, error)
            };
            query(a, export, engine)
        });
        sweep("overrule", &|a, error| {
            let (json, len) = a.text();
            let overrule = |place, engine: *mut recoup_engine| {
                recoup_engine_overrule(engine, 9, json, len, place, error)
            };
            query(a, overrule, engine)
        });
        sweep("end_exclusion", &|a, error| {
            let ((who, who_len), (why, why_len)) = (a.text(), a.text());
            let end = |place, engine: *mut recoup_engine| {
                recoup_engine_end_exclusion(engine, 9, who, who_len, why, why_len, place, error)
            };
            query(a, end, engine)
        });
        sweep("query_exclusions", &|a, error| {
            let list = |place, engine: *mut recoup_engine| {
                recoup_engine_query_exclusions(engine, 0, 0, 10, place, error)
            };
            query(a, list, engine)
        });
        sweep("query_debtors", &|a, error| {
            let (after, len) = a.text();
            let list = |place, engine: *mut recoup_engine| {
                recoup_engine_query_debtors(engine, after, len, 10, place, error)
            };
            query(a, list, engine)
        });
        sweep("query_work_counts", &|a, error| {
            query(a, |place, engine| recoup_engine_query_work_counts(engine, place, error), engine)
        });
        sweep("try_policy", &|a, error| {
            let ((policy, policy_len), (options, options_len)) = (a.text(), a.text());
            let attempt = |place, engine: *mut recoup_engine| {
                recoup_engine_try_policy(
                    engine,
                    policy,
                    policy_len,
                    options,
                    options_len,
                    None,
                    0,
                    place,
                    error,
                )
            };
            query(a, attempt, engine)
        });
    }
}

#[test]
fn null_bad_lengths_and_bad_text_are_refused_by_the_calls_on_players() {
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: as above.
    unsafe {
        sweep("query_notices", &|a, error| {
            let ((user, user_len), (locale, locale_len)) = (a.text(), a.text());
            let list = |place, engine: *mut recoup_engine| {
                recoup_engine_query_notices(engine, user, user_len, locale, locale_len, 10, place, error)
            };
            query(a, list, engine)
        });
        sweep("mark_notice", &|a, error| {
            let ((user, user_len), (mark, mark_len)) = (a.text(), word(a, "shown"));
            let report = |place, engine: *mut recoup_engine| {
                recoup_engine_mark_notice(engine, user, user_len, 9, mark, mark_len, place, error)
            };
            query(a, report, engine)
        });
        sweep("query_access", &|a, error| {
            let ((user, user_len), (product, product_len)) = (a.text(), a.text());
            let ask = |place, engine: *mut recoup_engine| {
                recoup_engine_query_access(engine, user, user_len, product, product_len, place, error)
            };
            query(a, ask, engine)
        });
        sweep("set_access", &|a, error| {
            let ((user, user_len), (product, product_len), (json, len)) = (a.text(), a.text(), a.text());
            let set = |place, engine: *mut recoup_engine| {
                recoup_engine_set_access(
                    engine,
                    user,
                    user_len,
                    product,
                    product_len,
                    json,
                    len,
                    place,
                    error,
                )
            };
            query(a, set, engine)
        });
        sweep("export_user", &|a, error| {
            let (user, len) = a.text();
            let export = |place, engine: *mut recoup_engine| {
                recoup_engine_export_user(engine, user, len, Some(write), 0, place, error)
            };
            query(a, export, engine)
        });
        sweep("forget_user", &|a, error| {
            let ((user, user_len), (json, len)) = (a.text(), a.text());
            let forget = |place, engine: *mut recoup_engine| {
                recoup_engine_forget_user(engine, user, user_len, json, len, place, error)
            };
            query(a, forget, engine)
        });
        sweep("prune", &|a, error| {
            query(a, |place, engine| recoup_engine_prune(engine, place, error), engine)
        });
        sweep("query_webhooks", &|a, error| {
            query(a, |place, engine| recoup_engine_query_webhooks(engine, place, error), engine)
        });
        sweep("query_webhook_messages", &|a, error| {
            let (json, len) = a.text();
            let list = |place, engine: *mut recoup_engine| {
                recoup_engine_query_webhook_messages(engine, json, len, 0, 10, place, error)
            };
            query(a, list, engine)
        });
    }
}
