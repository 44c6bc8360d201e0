//! Notices: what a player is shown about refunds.

use std::ffi::c_char;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::model::NoticeMark;

/// The notices that a user is to be shown, oldest first: those that wait, and those that were shown and not
/// acknowledged: [{"id", "user", "name", "state", "refund", "made_at", "expires_at", "shown_at", "ended_at", "details",
/// "locale": the language of the texts, "title", "text"}, ...], at most limit, and at most 1000. title and text are plain
/// text, not HTML; details are for texts of your own. name is "items_taken", "items_owed", "blocked", "unblocked",
/// "items_returned", "access_lost" or "access_restored", and later versions may add to these.
///
/// locale is the player's language, such as "ko-KR"; without texts in it, or in it without its last parts, they are in the
/// configured default language, else in English.
///
/// Call it at every login, and report what the player saw by recoup_engine_mark_notice. *notices_json is yours to free.
/// Reads the disk, and never waits for a writer. An unknown user has none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_notices(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    locale: *const c_char,
    locale_len: size_t,
    limit: size_t,
    notices_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let locale = unsafe { views::text(locale, locale_len, "locale") }?;
        Ok(engine.engine.pending_notices(user, locale, limit)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, notices_json, error, work) }
}

/// Reports that a user has seen a notice (mark "shown") or has confirmed it ("acknowledged"; it is then no longer
/// pending). A notice only moves forward, and repeating a report changes nothing.
///
/// *notice_json is the notice after it, in the configured default language, yours to free. Blocks until the commit is on
/// disk. Fails with RECOUP_STATUS_NOT_FOUND (unknown_notice) if this user has no such notice, and with
/// RECOUP_STATUS_INVALID_ARGUMENT (unknown_mark).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_mark_notice(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    notice_id: i64,
    mark: *const c_char,
    mark_len: size_t,
    notice_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let mark: NoticeMark = unsafe { documents::named(mark, mark_len, "mark", "unknown_mark") }?;
        Ok(engine.engine.mark_notice(user, notice_id, mark)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, notice_json, error, work) }
}
