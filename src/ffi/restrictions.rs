//! What operators decide above the rules: exclusions in advance, and single refunds.

use std::ffi::c_char;

use serde::Deserialize;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::queries::{page_start, query};
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::model::{Action, NewExclusion};

/// What is done about a refund whatever the rules say, by whom and why.
#[derive(Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct OverruleArguments {
    /// The action, as a rule has it; null or absent: the rules decide again.
    #[serde(default)]
    action: Option<Action>,
    /// A person or a tool, 1 to 1024 bytes, for the journal.
    who: String,
    /// 1 to 1024 bytes, for the journal.
    why: String,
}

/// Makes an exclusion: refunds that it fits are not decided by the rules. exclusion_json is {"kind": "order", "user",
/// "product" or "own_refunds", "value": the order id or token, the user, or a pattern of products (* and ?); none for
/// own_refunds, which fits orders that this engine refunded or revoked itself, "store": of this store only, "action":
/// "spare" (the default: the refund counts, and there is neither alert nor block) or "exclude" (no event, and it never
/// counts), "until": its end in Unix milliseconds, absent for none, "who", "why"}.
///
/// It counts for refunds that are not decided yet. *made_json is the exclusion, as recoup_engine_query_exclusions lists
/// it, with "refunded_already": refunds of its order that are decided and stay so (recoup_engine_overrule changes them).
/// It is yours to free. Blocks until the commit is on disk. Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_json,
/// bad_exclusion, bad_text, too_many), and with RECOUP_STATUS_REFUSED (standing_exclusion) if one of the same kind, value
/// and store is active.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_exclude(
    engine: *const recoup_engine,
    exclusion_json: *const c_char,
    exclusion_json_len: size_t,
    made_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let exclusion: NewExclusion =
            unsafe { documents::read(exclusion_json, exclusion_json_len, "exclusion_json") }?;
        Ok(engine.engine.exclude(&exclusion)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, made_json, error, work) }
}

/// Ends an exclusion; one that has ended stays as it is. Refunds that it decided stay so. who (a person or a tool) and
/// why go to the journal and cannot be empty; each has at most 1024 bytes.
///
/// *exclusion_json is the exclusion after it, yours to free. Blocks until the commit is on disk. Fails with
/// RECOUP_STATUS_NOT_FOUND (unknown_exclusion), and with RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_end_exclusion(
    engine: *const recoup_engine,
    exclusion_id: i64,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    exclusion_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let (who, why) = unsafe { views::by((who, who_len), (why, why_len)) }?;
        Ok(engine.engine.end_exclusion(exclusion_id, who, why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, exclusion_json, error, work) }
}

/// A page of exclusions, newest first: the active ones, or all if with_ended is not 0: {"items": [{"id", "kind",
/// "value", "store", "action", "who", "why", "made_at", "until", "uses": how many refunds it decided, "ended": {"at",
/// "who", "why"}, absent while it is active}, ...], "next"}. after, limit and next as for recoup_engine_query_refunds.
///
/// *page_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_exclusions(
    engine: *const recoup_engine,
    with_ended: u8,
    after: i64,
    limit: size_t,
    page_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work =
        |engine: &recoup_engine| Ok(engine.engine.exclusions(with_ended != 0, page_start(after), limit)?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, page_json, error, work) }
}

/// Decides one refund whatever exclusions and rules say, or lets the rules decide it again. overrule_json is {"action":
/// as a rule's in the configuration, such as "record" or {"block": "7d"}; null or absent for the rules, "who", "why"}.
/// What follows from the decision is done as for every other: blocks are made or end, events are queued, the books
/// change. A refund without a decision, because its user is unknown or nothing is refunded, is decided so as soon as it
/// needs one.
///
/// *refund_json is the refund after it, as recoup_engine_query_refund returns it, yours to free. Blocks until the commit
/// is on disk. Fails with RECOUP_STATUS_NOT_FOUND, and with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_text).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_overrule(
    engine: *const recoup_engine,
    refund_id: i64,
    overrule_json: *const c_char,
    overrule_json_len: size_t,
    refund_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let given: OverruleArguments =
            unsafe { documents::read(overrule_json, overrule_json_len, "overrule_json") }?;
        Ok(engine.engine.overrule(refund_id, given.action, &given.who, &given.why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, refund_json, error, work) }
}
