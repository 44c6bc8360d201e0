//! Checks what an engine depends on.

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

/// The optional checks.
#[derive(Default, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DoctorArguments {
    /// Whether to request a test notification from Apple to the URLs in App Store Connect, and wait for its arrival.
    app_store_test_notification: bool,
}

/// Checks the configuration that the engine was opened with, and the files it names; whether each store is reachable,
/// accepts the credentials, and has the same time; when its last message came, and whether it is swept; what waits
/// for a person; and the ledger's file. `recoup doctor` prints the same. Call it from an operator's console, or
/// before the game opens.
///
/// options_json is {"app_store_test_notification": whether to request a test notification from Apple to the URLs in
/// App Store Connect, and wait for its arrival}, or empty.
///
/// *report_json is yours to free: {"at" in Unix milliseconds, "health": the worst of the findings, "findings":
/// [{"health", "area", "code", "store", "app", "facts", "advice"}, ...]}, store by store and app by app, then the
/// ledger. health is
///
/// - "ok": as it should be; advice is null;
/// - "warning": it works, and something is lost or will be;
/// - "broken": it does not work.
///
/// area is "configuration", "reachability", "clock", "credentials", "webhooks", "sweeps", "test_notification",
/// "ledger" or "open_work", and later versions may add to these. code is a stable name such as "credentials_refused";
/// facts and advice (what to do about it) are for people, and without secrets. store and app are null in findings
/// about no particular store. A broken finding is no failure of this call.
///
/// progress receives each finding as it is made, and may be NULL; user_data is passed to it unchanged, and no longer
/// used when the call returns.
///
/// Changes nothing: a test write to the ledger is rolled back, and each store gets a harmless request or two, once.
/// Blocks on the disk and on the stores, at most 15 seconds per request, and a minute for a test notification. Works
/// in every build, also after recoup_engine_close; then the report states that no store could be reached. Fails with
/// RECOUP_STATUS_REENTRANT inside a progress callback.
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
        // SAFETY: the header requires this pointer and length.
        let arguments: DoctorArguments =
            unsafe { documents::read_or_default(options_json, options_json_len, "options_json") }?;
        progress::check_outside()?;
        let options = DoctorOptions::new().app_store_test_notification(arguments.app_store_test_notification);
        // SAFETY: the header describes how and when the function is called.
        let notify = unsafe { progress::reporter(progress, user_data) };
        Ok(engine.engine.doctor(&options, notify))
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, report_json, error, work) }
}
