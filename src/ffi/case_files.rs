//! What operators read of refunds and note on them: case files, notes, and what an id belongs to.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::queries::{filtered, query};
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::engine::Engine;
use crate::model::{NoteOn, RefundFilter, RefundId};

/// A note to write: on a refund or on a user.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schemas", schemars(extend("oneOf" = [{ "required": ["refund"] }, { "required": ["user"] }])))]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteArguments {
    /// The refund that it is on.
    refund: Option<RefundId>,
    /// The user that it is on.
    user: Option<String>,
    /// The text, 1 to 4096 bytes.
    text: String,
    /// Who writes it: a person or a tool, 1 to 1024 bytes.
    who: String,
}

/// All that is known of one refund: {"refund", "recovery": its books, "entries": as recoup_engine_query_recovery_entries
/// returns them, "blocks": those that it caused, "notes": as recoup_engine_query_notes returns them, "journal": up to
/// the newest 10000 entries}, each list with the oldest first.
///
/// *case_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_case(
    engine: *const recoup_engine,
    refund_id: i64,
    case_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        let file = engine.engine.case_file(refund_id)?;
        file.ok_or_else(|| Failure::unknown_refund(refund_id))
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, case_json, error, work) }
}

/// The refund of an order id or purchase token, as recoup_engine_query_refund returns it.
///
/// *refund_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND if
/// nothing of it is refunded, and with RECOUP_STATUS_REFUSED (several_refunds) if several refunds have this id, which
/// the message lists.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_refund_of_order(
    engine: *const recoup_engine,
    order: *const c_char,
    order_len: size_t,
    refund_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let order = unsafe { views::text(order, order_len, "order") }?;
        let refund = engine.engine.refund_of_order(order)?;
        refund.ok_or_else(|| Failure::not_found(format!("no refund of order {order:?} is known")))
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, refund_json, error, work) }
}

/// What an id belongs to: an order id, purchase token, original id, account tag or user id, or "refund:12", "block:12",
/// "action:12" or "event:12"; 1 to 4096 bytes. The whole id is needed.
///
/// *found_json is yours to free: {"refunds", "purchases", "users", "blocks", "actions", "events"}, lists of up to 50,
/// all of them empty if nothing is found. Reads the disk, and never waits for a writer. Fails with
/// RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_find(
    engine: *const recoup_engine,
    text: *const c_char,
    text_len: size_t,
    found_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let text = unsafe { views::text(text, text_len, "text") }?;
        Ok(engine.engine.find(text)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, found_json, error, work) }
}

/// How many refunds match a filter: {"count": at most 10000, "more": whether there are more}. The filter as for
/// recoup_engine_query_refunds.
///
/// *count_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_count_refunds(
    engine: *const recoup_engine,
    filter_json: *const c_char,
    filter_json_len: size_t,
    count_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let count = |engine: &Engine, filter: &RefundFilter| engine.count_refunds(filter);
    // SAFETY: the header requires a live engine, this pointer and length, and room for each pointer.
    unsafe { filtered(engine, (filter_json, filter_json_len), count_json, error, count) }
}

/// Writes a note on a refund or on a user. new_note_json is {"refund" or "user", "text": 1 to 4096 bytes of plain text,
/// which may have several lines, "who": a person or a tool, 1 to 1024 bytes}. Notes are never changed.
///
/// *note_json is yours to free: {"id", "on": {"refund"} or {"user"}, "at", "who", "text"}. Blocks until the commit is on
/// disk. Fails with RECOUP_STATUS_NOT_FOUND for an unknown refund; with RECOUP_STATUS_INVALID_ARGUMENT (bad_json,
/// bad_text); and with RECOUP_STATUS_REFUSED (too_many) if there are 1000 notes already.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_add_note(
    engine: *const recoup_engine,
    new_note_json: *const c_char,
    new_note_json_len: size_t,
    note_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let given: NoteArguments =
            unsafe { documents::read(new_note_json, new_note_json_len, "new_note_json") }?;
        let on = match (given.refund, given.user) {
            (Some(refund), None) => NoteOn::Refund(refund),
            (None, Some(user)) => NoteOn::User(user),
            _ => {
                let message = "new_note_json: a note is on a refund or on a user: give one of them";
                return Err(Failure::argument("bad_json", message.to_owned()));
            }
        };
        Ok(engine.engine.add_note(&on, &given.text, &given.who)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, note_json, error, work) }
}

/// The notes on a refund or on a user, oldest first, as recoup_engine_add_note returns them. on_json is {"refund": its
/// id} or {"user": the user}. A user without notes has an empty list.
///
/// *notes_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND for an
/// unknown refund.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_notes(
    engine: *const recoup_engine,
    on_json: *const c_char,
    on_json_len: size_t,
    notes_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let on: NoteOn = unsafe { documents::read(on_json, on_json_len, "on_json") }?;
        let notes = engine.engine.notes(&on)?;
        match on {
            NoteOn::Refund(refund) if notes.is_empty() && engine.engine.refund(refund)?.is_none() => {
                Err(Failure::unknown_refund(refund))
            }
            _ => Ok(notes),
        }
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, notes_json, error, work) }
}
