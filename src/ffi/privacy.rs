//! What leaves the ledger: exports, forgetting a user, and what is kept for a time only.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::progress::{recoup_write_callback, written};
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::model::{Export, Forget};

/// How a user is forgotten, by whom and why.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgetArguments {
    /// Whether to forget a user of whom something is still needed: their blocks end, what they owe and what they should
    /// get back is written off, and open refund reviews stay unanswered.
    #[serde(default)]
    even_so: bool,
    /// A person or a tool, 1 to 1024 bytes, for the journal.
    who: String,
    /// 1 to 1024 bytes, for the journal.
    why: String,
}

/// Writes rows of the ledger out, for a spreadsheet or a data warehouse. export_json is {"what": "refunds", "purchases",
/// "blocks", "debts", "recovery" (the entries of the books), "journal", "exclusions", "notices" or "webhook_messages",
/// "format": "ndjson" (the default), "csv" or "excel", "user", "store", "since", "until", "changed_since": only rows of
/// these, times in Unix milliseconds}.
///
/// *exported_json is {"rows": how many}, yours to free. Only a complete export gives it; the last line of a complete NDJSON
/// export is {"end":{"rows":N}}. Calls write on this thread, in pieces of up to 64 KiB; user_data is passed to it
/// unchanged, and no longer used when the call returns. Needs little memory whatever the number of rows. Reads the disk,
/// and never waits for a writer.
///
/// Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_json; bad_filter for a condition that these rows have nothing for); with
/// RECOUP_STATUS_IO (output) if write stops it; and with RECOUP_STATUS_REENTRANT inside a progress callback.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_export(
    engine: *const recoup_engine,
    export_json: *const c_char,
    export_json_len: size_t,
    write: recoup_write_callback,
    user_data: usize,
    exported_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let export: Export = unsafe { documents::read(export_json, export_json_len, "export_json") }?;
        // SAFETY: the header describes how and when the function is called.
        unsafe { written(write, user_data, |out| engine.engine.export(&export, out)) }
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, exported_json, error, work) }
}

/// Writes all that the ledger has under a user id, as one JSON document; its schema is user-export. write, user_data,
/// *exported_json and failures as for recoup_engine_export; a document that was cut short is no JSON. Also fails with
/// RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
///
/// Entries of the journal may name other users, who had or claimed the same order: look before you hand it out.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_export_user(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    write: recoup_write_callback,
    user_data: usize,
    exported_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: the header describes how and when the function is called.
        unsafe { written(write, user_data, |out| engine.engine.export_user(user, out)) }
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, exported_json, error, work) }
}

/// Forgets a user: a random pseudonym replaces the user id everywhere, and what only describes the user is removed. Orders,
/// amounts, states and books stay. There is no way back. Backups keep what they have. forget_json is {"even_so": whether
/// to forget a user of whom something is still needed, which ends that, "who", "why"}.
///
/// *forgotten_json is yours to free: {"pseudonym", how many rows of each kind were changed or removed, "log_emptied":
/// whether the write-ahead log, which has the old contents, was emptied}. Blocks until the commit is on disk, and at most 5
/// seconds more for programs that read the ledger. Fails with RECOUP_STATUS_REFUSED (still_needed) while the user is
/// blocked, owes something, should get something back, or a store waits for an answer; and with
/// RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_text).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_forget_user(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    forget_json: *const c_char,
    forget_json_len: size_t,
    forgotten_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let given: ForgetArguments = unsafe { documents::read(forget_json, forget_json_len, "forget_json") }?;
        let options = Forget { even_so: given.even_so };
        Ok(engine.engine.forget_user(user, &options, &given.who, &given.why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, forgotten_json, error, work) }
}

/// Removes what is older than the configuration's "retention" and "privacy" allow. An engine does this by itself every
/// hour; call it with recoup_options_set_background 0.
///
/// *pruned_json is yours to free: {"bodies", "dead_letters", "requests", "webhooks", "notices", "audit", "sessions",
/// "forgotten"}, how many rows of each. Blocks until the commits are on disk, each of which is short.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_prune(
    engine: *const recoup_engine,
    pruned_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| Ok(engine.engine.prune()?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, pruned_json, error, work) }
}
