//! Asking the stores what was refunded without a message, and what else is due with them.

use std::ffi::c_char;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::progress::{check_outside, recoup_progress_callback, teller};
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::engine::ReconcileOptions;
use crate::model::Store;

/// Asks the stores what was refunded since they were last asked, and takes it in as their webhooks would be: what is known
/// already changes nothing. An engine does this by itself every 6 hours, or as often as the configuration's
/// reconcile.every says; call it after an outage, or where recoup_options_set_background says 0.
///
/// options_json is {"stores": which ones ("app-store", "google-play", "one-store", "stripe", "amazon"; all where it is
/// empty or left out), "since": from when on, in Unix milliseconds, or left out for where the last sweep of each app ended},
/// or empty.
///
/// *result_json is yours to free: {"sweeps": [{"store", "app", "from", "to" in Unix milliseconds, "resumed", "pages",
/// "found", "new", "changed", "unread", "refused", "postponed", "gap", "ended"}, ...]}, one for each app. new counts orders that were not
/// known to be refunded, changed those of which more is known now, unread what could not be understood and is kept as a
/// dead letter, refused the receipts that a store which is asked about each one does not know, postponed those that it gave
/// no answer about, which are asked about later. gap is null or {"from",
/// "to"}, a period that is past the store's retention. ended is {"what": "complete"}, {"what": "failed", "code", "message",
/// "retryable"} for a sweep that was cut short and goes on from there the next time, or {"what": "elsewhere", "process"} where
/// another engine on the ledger is at it; process is the id of its process, or null where that has ended by now. A store
/// that fails does not stop the others, and is no failure of this call.
///
/// progress hears one object as in "sweeps", as far as it has come: at a sweep's beginning, after each page of a store's
/// list, and where it fails. It may be NULL; user_data is handed to it as it is, and no longer used when the call returns.
///
/// Blocks on the disk and on the stores, page by page and for as long as they take; a second call, and the engine's own
/// sweeps, wait for the first. Fails with RECOUP_STATUS_API (api_not_configured) for a store that is named and has no
/// credentials, and with RECOUP_STATUS_REENTRANT inside a progress callback.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_reconcile(
    engine: *const recoup_engine,
    options_json: *const c_char,
    options_json_len: size_t,
    progress: recoup_progress_callback,
    user_data: usize,
    result_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header asks for this pointer and length.
        let options: ReconcileOptions =
            unsafe { documents::read_or_default(options_json, options_json_len, "options_json") }?;
        check_outside()?;
        engine.check_can_ask()?;
        // SAFETY: the header says what the function is given, and when.
        let notify = unsafe { teller(progress, user_data) };
        Ok(engine.engine.reconcile(&options, notify)?)
    };
    // SAFETY: the header asks for a live engine and for room for each pointer.
    unsafe { query(engine, result_json, error, work) }
}

/// Asks a store what it refunded of an order, and takes it in as recoup_engine_reconcile does. For support, where a player
/// was refunded and no webhook said so, and for refunds that are older than a sweep reaches.
///
/// Only the App Store ("app-store") can be asked so. It reports all refunds of the customer whose transaction id order is.
/// app is a bundle id; where it is empty, all apps with credentials are asked in turn, each in production and then in the
/// sandbox, until one knows the transaction.
///
/// *result_json is yours to free: {"store", "app", "sandbox", "found", "new", "changed", "unread"}, whose app and sandbox say where
/// the transaction was known, and whose numbers are as those of recoup_engine_reconcile.
///
/// Blocks on the disk and on the store, page by page; what one page reported is durable before the next is asked for. Fails
/// with RECOUP_STATUS_API where the store does not answer, refuses (api_refused: Apple's 4040010, in the message, is that it
/// knows no such transaction) or has no credentials (api_not_configured), and with RECOUP_STATUS_INVALID_ARGUMENT for an
/// empty order or another store (bad_action), or for what is none (unknown_store).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_reconcile_order(
    engine: *const recoup_engine,
    store: *const c_char,
    store_len: size_t,
    app: *const c_char,
    app_len: size_t,
    order: *const c_char,
    order_len: size_t,
    result_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header asks for these pointers and lengths.
        let store = unsafe { views::text(store, store_len, "store") }?;
        // SAFETY: as above.
        let app = unsafe { views::text(app, app_len, "app") }?;
        // SAFETY: as above.
        let order = unsafe { views::text(order, order_len, "order") }?;
        let store = store
            .parse::<Store>()
            .map_err(|unknown| Failure::argument("unknown_store", format!("store: {unknown}")))?;
        engine.check_can_ask()?;
        Ok(engine.engine.reconcile_order(&store, Some(app).filter(|app| !app.is_empty()), order)?)
    };
    // SAFETY: the header asks for a live engine and for room for each pointer.
    unsafe { query(engine, result_json, error, work) }
}

/// Does once what is due with the stores, on this thread: asks why they made refunds that they pushed without a reason, looks
/// after their open questions, goes on with actions that are not settled (up to 64 of those that are due), and sweeps every app whose last sweep is longer ago than the
/// configuration's reconcile.every, unless it has reconcile.off. For engines with recoup_options_set_background 0: call it
/// every minute or so, on a thread that may wait. With nothing due it costs a few reads.
///
/// *worked_json is yours to free: {"actions": how many were taken a step on, "inquiries": about how many refunds stores were
/// asked (absent: none), "reviews": how many questions were settled or
/// are being answered, "reconciled": as the result of recoup_engine_reconcile}. What a store refused stands in the action,
/// in the sweep and in the log, and is no failure of this call.
///
/// Blocks on the disk and on the stores, as recoup_engine_reconcile does. Fails with RECOUP_STATUS_REENTRANT inside a
/// progress callback.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_work(
    engine: *const recoup_engine,
    worked_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        check_outside()?;
        engine.check_can_ask()?;
        Ok(engine.engine.work()?)
    };
    // SAFETY: the header asks for a live engine and for room for each pointer.
    unsafe { query(engine, worked_json, error, work) }
}
