//! The books of refunds: what the program took back, what a player still owes, and what an operator forgives.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::model::{Grant, RecoveryReport, Repayment};

/// What is forgiven of a refund, by whom and why.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgiveArguments {
    /// Identifies the request, so that repeating it changes nothing: 1 to 200 printable ASCII characters.
    key: String,
    /// How many of which items; empty or absent: all that is owed.
    #[serde(default)]
    items: Vec<Grant>,
    /// Whether the studio cannot get the items (true) or does not want them (false).
    #[serde(default)]
    written_off: bool,
    /// A person or a tool, 1 to 1024 bytes, for the journal.
    who: String,
    /// 1 to 1024 bytes, for the journal.
    why: String,
}

/// What a purchase granted, by whom and why that is set.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantedArguments {
    /// All items that the purchase granted; empty: none.
    grants: Vec<Grant>,
    /// A person or a tool, 1 to 1024 bytes, for the journal.
    who: String,
    /// 1 to 1024 bytes, for the journal.
    why: String,
}

/// The books of a refund as they are now: {"known": whether it is known what the purchase granted, "sized": whether it
/// is known how much of the order is refunded, "granted_by": "operator", "purchase", "catalogue" or null, "settled":
/// whether nothing is owed and it is known how much was due, "items": [{"item", "granted", "due", "taken", "forgiven",
/// "owed", "to_return"}, ...]}. If what was granted is not known, items is empty; if the size is not known, due is the
/// least that it can be.
///
/// *recovery_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_recovery(
    engine: *const recoup_engine,
    refund_id: i64,
    recovery_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        let books = engine.engine.recovery(refund_id)?;
        books.ok_or_else(|| Failure::unknown_refund(refund_id))
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, recovery_json, error, work) }
}

/// The entries of a refund's books, oldest first: [{"id", "refund", "user", "item", "kind": "due", "taken" or
/// "forgiven", "quantity", "how", "corrects", "purchase", "at", "who"}, ...]. Entries are never changed; a mistake is
/// cancelled by another entry (recoup_engine_correct).
///
/// *entries_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_recovery_entries(
    engine: *const recoup_engine,
    refund_id: i64,
    entries_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        let entries = engine.engine.recovery_entries(refund_id)?;
        if entries.is_empty() && engine.engine.refund(refund_id)?.is_none() {
            return Err(Failure::unknown_refund(refund_id));
        }
        Ok(entries)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, entries_json, error, work) }
}

/// What to take from an event's user, or to give to them, by the books as they are now: {"refund", "key", "take":
/// [{"item", "quantity"}, ...], "give": [...]}. Call it just before you act on a RECOUP_EVENT_REFUND,
/// RECOUP_EVENT_REVERSAL or RECOUP_EVENT_RECOVERY: the books in the event's details are those of an earlier time. For
/// an event of another kind refund is 0 and both lists are empty.
///
/// Then, in one transaction of your own, take or give the items and store the key with what you did, unless you have
/// that key already; and report it with recoup_engine_settle. After a crash at any point the same steps change nothing
/// twice.
///
/// *to_do_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND if
/// the event does not wait to be acknowledged.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_to_do(
    engine: *const recoup_engine,
    event_id: i64,
    to_do_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| Ok(engine.engine.to_do(event_id)?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, to_do_json, error, work) }
}

/// Reports what the program took back for a refund, or gave again after a reversal. report_json is {"key": 1 to 200
/// printable ASCII characters that identify the report, "taken": [{"item", "quantity"}, ...], "returned": [...],
/// "rest": what happens to what is still owed, "owed" (the default: it stays owed), "forgiven" or "written_off",
/// "who"}. An empty report states that the program looked and took nothing.
///
/// Repeating a report under its key changes nothing and returns the first outcome. What was taken is booked even if a
/// reversal or an operator was quicker; then something is to be returned.
///
/// *outcome_json is yours to free: {"recovery": as recoup_engine_query_recovery returns it, "too_much": what was taken
/// beyond all that the purchase granted. It is not booked: give it back at once}. Blocks until the commit is on disk.
/// Fails with RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_key, bad_item, too_many);
/// and with RECOUP_STATUS_REFUSED: key_reused for a key that was used for another request, unattributed if the user is
/// not known, not_granted for an item that the purchase did not grant, more_than_taken.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_report_recovery(
    engine: *const recoup_engine,
    refund_id: i64,
    report_json: *const c_char,
    report_json_len: size_t,
    outcome_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let report: RecoveryReport = unsafe { documents::read(report_json, report_json_len, "report_json") }?;
        Ok(engine.engine.report_recovery(refund_id, &report)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, outcome_json, error, work) }
}

/// Reports what the program did about an event of kind refund, reversal or recovery, and acknowledges the event, in
/// one commit: use it instead of recoup_engine_ack. report_json and *outcome_json as for recoup_engine_report_recovery;
/// an absent or empty key is that of recoup_engine_query_to_do. Repeating it changes nothing and returns the first
/// outcome.
///
/// *outcome_json is yours to free. Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND for an
/// unknown event; with RECOUP_STATUS_REFUSED (no_books) for an event of another kind, which recoup_engine_ack is for;
/// and as recoup_engine_report_recovery does.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_settle(
    engine: *const recoup_engine,
    event_id: i64,
    report_json: *const c_char,
    report_json_len: size_t,
    outcome_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let report: RecoveryReport = unsafe { documents::read(report_json, report_json_len, "report_json") }?;
        Ok(engine.engine.settle(event_id, &report)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, outcome_json, error, work) }
}

/// Books items that a player gives back of their own accord, such as what they earned since. repayment_json is {"key":
/// as for recoup_engine_report_recovery, "items": [{"item", "quantity"}, ...], "who", "why"}; who and why are optional.
/// The user's oldest debts of each item are paid first. Repeating it under its key changes nothing and returns the
/// first outcome.
///
/// *outcome_json is yours to free: {"applied": [{"refund", "item", "quantity"}, ...], "too_much": what exceeds all debts
/// and was not booked: give it back at once, "debts": as recoup_engine_query_debts returns them}. Blocks until the
/// commit is on disk. Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_key, bad_item, bad_text, too_many) and
/// with RECOUP_STATUS_REFUSED (key_reused).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_repay(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    repayment_json: *const c_char,
    repayment_json_len: size_t,
    outcome_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let user = unsafe { views::text(user, user_len, "user") }?;
        // SAFETY: as above.
        let repayment: Repayment =
            unsafe { documents::read(repayment_json, repayment_json_len, "repayment_json") }?;
        Ok(engine.engine.repay(user, &repayment)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, outcome_json, error, work) }
}

/// Forgives what is owed for a refund, by an operator. forgive_json is {"key": as for recoup_engine_report_recovery,
/// "items": [{"item", "quantity"}, ...], or absent or empty for all that is owed, "written_off": true if the studio
/// cannot get the items, false (the default) if it does not want them, "who", "why"}. who (a person or a tool) and why
/// go to the journal and cannot be empty; each has at most 1024 bytes. At most what is owed is forgiven. Repeating it
/// under its key changes nothing and returns the first answer.
///
/// *recovery_json is the books after it, yours to free. Blocks until the commit is on disk. Fails with
/// RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_key, bad_item, bad_text, too_many); and
/// with RECOUP_STATUS_REFUSED (nothing_owed, key_reused).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_forgive(
    engine: *const recoup_engine,
    refund_id: i64,
    forgive_json: *const c_char,
    forgive_json_len: size_t,
    recovery_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let given: ForgiveArguments =
            unsafe { documents::read(forgive_json, forgive_json_len, "forgive_json") }?;
        let ForgiveArguments { key, items, written_off, who, why } = given;
        Ok(engine.engine.forgive(refund_id, &items, written_off, &key, &who, &why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, recovery_json, error, work) }
}

/// Cancels an entry of the books that was a mistake, by another entry. who and why as for recoup_engine_forgive.
///
/// *recovery_json is the books of the entry's refund after it, yours to free. Blocks until the commit is on disk. Fails
/// with RECOUP_STATUS_NOT_FOUND (unknown_entry), and with RECOUP_STATUS_REFUSED: not_correctable for an entry of what
/// is due, which follows the refund, and for one that Recoup made itself; already_corrected; more_than_taken if later
/// entries build on it.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_correct(
    engine: *const recoup_engine,
    entry_id: i64,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    recovery_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let (who, why) = unsafe { views::by((who, who_len), (why, why_len)) }?;
        Ok(engine.engine.correct(entry_id, who, why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, recovery_json, error, work) }
}

/// Sets what a refunded purchase granted, where your record of the purchase does not have it. granted_json is
/// {"grants": [{"item", "quantity"}, ...], "who", "why"}; who and why as for recoup_engine_forgive. What is due follows.
///
/// *recovery_json is the books after it, yours to free. Blocks until the commit is on disk. Fails with
/// RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_item, bad_text, too_many); and with
/// RECOUP_STATUS_REFUSED (granted_by_purchase) if the recorded purchase has its grants, which count.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_set_granted(
    engine: *const recoup_engine,
    refund_id: i64,
    granted_json: *const c_char,
    granted_json_len: size_t,
    recovery_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let given: GrantedArguments =
            unsafe { documents::read(granted_json, granted_json_len, "granted_json") }?;
        Ok(engine.engine.set_granted(refund_id, &given.grants, &given.who, &given.why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, recovery_json, error, work) }
}

/// What a user owes: {"user", "items": [{"item", "quantity"}, ...], "debts": [{"refund", "item", "owed"}, ...]}. A user
/// who owes nothing, or is not known, has empty lists.
///
/// *debts_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_debts(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    debts_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let user = unsafe { views::text(user, user_len, "user") }?;
        Ok(engine.engine.debts(user)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, debts_json, error, work) }
}

/// A page of the users who owe something, by user id: {"items": [{"user", "items": [{"item", "quantity"}, ...], "refunds",
/// "since", ...}, ...], "next": the after of the next page, or null}. after is empty for the first page. A page has up to
/// limit items, at most 1000; 0 counts as 1.
///
/// *page_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_debtors(
    engine: *const recoup_engine,
    after: *const c_char,
    after_len: size_t,
    limit: size_t,
    page_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let after = unsafe { views::text(after, after_len, "after") }?;
        Ok(engine.engine.debtors(Some(after).filter(|after| !after.is_empty()), limit)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, page_json, error, work) }
}
