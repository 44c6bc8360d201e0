//! Asking the stores what was refunded unheard of, and what else is due with them.

use std::cell::Cell;
use std::ffi::c_char;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{Terminated, recoup_string, size_t};
use crate::engine::{Progress, ReconcileOptions};

/// Hears how far a sweep has come: at its beginning, after each page of a store's list, and where it fails. progress_json
/// is one object as in the result's "sweeps", as far as it has come, and lives until the function returns. Called on the
/// thread that called recoup_engine_reconcile, and only inside of that call.
///
/// Inside of it you may call every function of every engine but recoup_engine_reconcile, recoup_engine_work and
/// recoup_engine_close, which return RECOUP_STATUS_REENTRANT, and recoup_engine_free, which does nothing. The sweep goes on
/// when it returns. It must not throw, and must not jump out.
pub type recoup_progress_callback =
    Option<unsafe extern "C" fn(user_data: usize, progress_json: recoup_string)>;

thread_local!(static TELLING: Cell<bool> = const { Cell::new(false) });

/// Whether this thread is inside of a progress callback.
pub(super) fn is_telling() -> bool {
    TELLING.get()
}

/// Refuses inside of a progress callback what would wait for the sweep around it for ever.
pub(super) fn check_outside() -> Result<(), Failure> {
    if is_telling() { Err(Failure::reentrant()) } else { Ok(()) }
}

/// From before the callback to behind it.
struct Telling;

impl Telling {
    fn begin() -> Self {
        TELLING.set(true);
        Self
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        TELLING.set(false);
    }
}

/// Asks the stores what was refunded since they were last asked, and takes it in as their webhooks would be: what is known
/// already changes nothing. An engine does this by itself every 6 hours, or as often as the configuration's
/// reconcile.every says; call it after an outage, or where recoup_options_set_background says 0.
///
/// options_json is {"stores": which ones ("app-store", "google-play", "one-store", "stripe"; all where it is empty or left
/// out), "since": from when on, in Unix milliseconds, or left out for where the last sweep of each app ended}, or empty.
///
/// *result_json is yours to free: {"sweeps": [{"store", "app", "from", "to" in Unix milliseconds, "resumed", "pages",
/// "found", "new", "changed", "gap", "ended"}, ...]}, one for each app. new counts orders that were not known to be
/// refunded, changed those of which more is known now. gap is null or {"from", "to"}, a time of which the store no longer
/// tells. ended is {"what": "complete"}, {"what": "failed", "code", "message", "retryable"} for a sweep that was cut short
/// and goes on from there the next time, or {"what": "elsewhere"} where another engine on the ledger is at it. A store that
/// fails does not stop the others, and is no failure of this call.
///
/// progress may be NULL; user_data is handed to it as it is, and no longer used when the call returns.
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
        let tell = |so_far: &Progress| {
            let Some(function) = progress else { return };
            let text = serde_json::to_string(so_far).unwrap_or_else(|_| "{}".to_owned());
            let text = Terminated::new(text);
            let _telling = Telling::begin();
            // SAFETY: the header says what the function is given; the text outlives the call.
            unsafe { function(user_data, text.view()) };
        };
        Ok(engine.engine.reconcile(&options, tell)?)
    };
    // SAFETY: the header asks for a live engine and for room for each pointer.
    unsafe { query(engine, result_json, error, work) }
}

/// Does once what is due with the stores, on this thread: looks after their open questions, goes on with actions that are
/// not settled (up to 64 of those that are due), and sweeps every app whose last sweep is longer ago than the
/// configuration's reconcile.every, unless it has reconcile.off. For engines with recoup_options_set_background 0: call it
/// every minute or so, on a thread that may wait. With nothing due it costs a few reads.
///
/// *worked_json is yours to free: {"actions": how many were taken a step on, "reviews": how many questions were settled or
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
