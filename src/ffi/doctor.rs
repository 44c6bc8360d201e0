//! Checks what an engine needs before it is needed.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::progress::{self, recoup_progress_callback};
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::size_t;
use crate::engine::DoctorOptions;

/// What doctor checks beside the rest.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DoctorArguments {
    /// Whether Apple is requested to send a test notification to the URLs in App Store Connect, and its arrival is waited
    /// for.
    app_store_test_notification: bool,
}

/// Checks the configuration that the engine was opened with, and the files it names; whether each store can be reached,
/// takes the credentials, and has the same time; when it last spoke, and whether it is swept; what waits for somebody; and
/// the ledger's file. It is what `recoup doctor` prints. Call it from an operator's console, or before the doors open.
///
/// options_json is {"app_store_test_notification": whether Apple is asked to send a test notification to the URLs in App
/// Store Connect, and what becomes of it is waited for}, or empty.
///
/// *report_json is yours to free: {"at" in Unix milliseconds, "health": the worst of what was found, "findings":
/// [{"health", "area", "code", "store", "app", "facts", "advice"}, ...]}, store by store and app by app, then the
/// ledger. health is
///
///   "ok": as it should be; advice is null;
///   "warning": it works, and something is lost or will be;
///   "broken": it does not work.
///
/// area is "configuration", "reachability", "clock", "credentials", "webhooks", "sweeps", "test_notification",
/// "ledger" or "open_work", and later versions may add to these. code is a stable name such as "credentials_refused"; facts
/// and advice (what to do about it) are for people, and without secrets. store and app are null in what is of no one store.
/// What is broken is no failure of this call.
///
/// progress hears each finding as it is made, and may be NULL; user_data is handed to it as it is, and no longer used when
/// the call returns.
///
/// Changes nothing: what is written to the ledger, to see that it can be, is taken back, and each store is asked a
/// harmless question or two, once. Blocks on the disk and on the stores, at most 15 seconds for a question, and a
/// minute for a test notification. Works in every build, also after recoup_engine_close, and says there that no store
/// could be asked. Fails with RECOUP_STATUS_REENTRANT inside a progress callback.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_doctor(
    engine: *const recoup_engine,
    options_json: *const c_char,
    options_json_len: size_t,
    progress: recoup_progress_callback,
    user_data: usize,
    report_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header asks for this pointer and length.
        let asked: DoctorArguments =
            unsafe { documents::read_or_default(options_json, options_json_len, "options_json") }?;
        progress::check_outside()?;
        let options = DoctorOptions::new().app_store_test_notification(asked.app_store_test_notification);
        // SAFETY: the header says what the function is given, and when.
        let notify = unsafe { progress::teller(progress, user_data) };
        Ok(engine.engine.doctor(&options, notify))
    };
    // SAFETY: the header asks for a live engine and for room for each pointer.
    unsafe { query(engine, report_json, error, work) }
}
