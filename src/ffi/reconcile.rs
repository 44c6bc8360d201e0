//! Sweeps of the stores for missed refunds, queries for one order, and all other work with the stores.

use std::ffi::c_char;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::progress::{check_outside, recoup_progress_callback, reporter};
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::engine::ReconcileOptions;
use crate::model::Store;

/// Sweeps the stores for refunds since the last sweep, and ingests them as their webhooks would be: known refunds
/// change nothing. An engine does this by itself every 6 hours, or as often as the configuration's reconcile.every;
/// call it after an outage, or with recoup_options_set_background 0.
///
/// options_json is {"stores": which ones ("app-store", "google-play", "one-store", "stripe", "amazon"; all if it is
/// empty or absent), "since": the start, in Unix milliseconds, or absent for the end of the last sweep of each app},
/// or empty.
///
/// *result_json is yours to free: {"sweeps": [{"store", "app", "from", "to" in Unix milliseconds, "resumed", "pages",
/// "found", "new", "changed", "unread", "refused", "postponed", "gap", "ended"}, ...]}, one for each app. new counts
/// orders that were not known to be refunded; changed those of which more is known now; unread those that could not
/// be understood and are stored as dead letters. For a store that is queried about each receipt, refused counts
/// receipts that it does not know, and postponed those without an answer, which are queried again later. gap is null
/// or {"from", "to"}, a period past the store's retention. ended is {"what": "complete"}, {"what": "failed", "code",
/// "message", "retryable"} for a sweep that stopped and continues from there the next time, or {"what": "elsewhere",
/// "process"} if another engine on the ledger is sweeping; process is the id of its process, or null if that has
/// ended by now. A store that fails does not stop the others, and is no failure of this call.
///
/// progress receives one object as in "sweeps" with the state so far: at a sweep's beginning, after each page of a
/// store's list, and when it fails. It may be NULL; user_data is passed to it unchanged, and no longer used when the
/// call returns.
///
/// Blocks on the disk and on the stores, page by page and for as long as they take; a second call, and the engine's
/// own sweeps, wait for the first. Fails with RECOUP_STATUS_API (api_not_configured) for a named store without
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
        // SAFETY: the header requires this pointer and length.
        let options: ReconcileOptions =
            unsafe { documents::read_or_default(options_json, options_json_len, "options_json") }?;
        check_outside()?;
        engine.check_client()?;
        // SAFETY: the header describes how and when the function is called.
        let notify = unsafe { reporter(progress, user_data) };
        Ok(engine.engine.reconcile(&options, notify)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, result_json, error, work) }
}

/// Queries a store about one order's refunds, and ingests them as recoup_engine_reconcile does. For support, if a
/// player was refunded without a webhook, and for refunds that are older than a sweep reaches.
///
/// Only the App Store ("app-store") has such a query. It reports all refunds of the customer whose transaction id
/// order is. app is a bundle id; if it is empty, all apps with credentials are queried in turn, each in production
/// and then in the sandbox, until one knows the transaction.
///
/// *result_json is yours to free: {"store", "app", "sandbox", "found", "new", "changed", "unread"}, where app and
/// sandbox are those that knew the transaction, and the numbers are as those of recoup_engine_reconcile.
///
/// Blocks on the disk and on the store, page by page; each page is durable before the next is requested. Fails with
/// RECOUP_STATUS_API if the store does not answer, refuses (api_refused: Apple's 4040010, in the message, means that
/// it knows no such transaction) or has no credentials (api_not_configured), and with RECOUP_STATUS_INVALID_ARGUMENT
/// for an empty order or another store (bad_action), or an unknown one (unknown_store).
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
        // SAFETY: the header requires these pointers and lengths.
        let store = unsafe { views::text(store, store_len, "store") }?;
        // SAFETY: as above.
        let app = unsafe { views::text(app, app_len, "app") }?;
        // SAFETY: as above.
        let order = unsafe { views::text(order, order_len, "order") }?;
        let store = store
            .parse::<Store>()
            .map_err(|unknown| Failure::argument("unknown_store", format!("store: {unknown}")))?;
        engine.check_client()?;
        Ok(engine.engine.reconcile_order(&store, Some(app).filter(|app| !app.is_empty()), order)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, result_json, error, work) }
}

/// Does once all work that is due with the stores, on this thread: queries the reasons of refunds that were pushed
/// without one, handles open refund reviews, continues unsettled actions (up to 64 of those that are due), and sweeps
/// every app whose last sweep is longer ago than the configuration's reconcile.every, unless it has reconcile.off.
/// For engines with recoup_options_set_background 0: call it every minute or so, on a thread that may wait. With
/// nothing due it costs a few reads.
///
/// *worked_json is yours to free: {"actions": how many actions advanced, "inquiries": how many refunds stores were
/// queried about (absent: none), "reviews": how many reviews were settled or are being answered, "reconciled": as the
/// result of recoup_engine_reconcile}. A store's refusal is in the action, in the sweep and in the log, and is no
/// failure of this call.
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
        engine.check_client()?;
        Ok(engine.engine.work()?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, worked_json, error, work) }
}
