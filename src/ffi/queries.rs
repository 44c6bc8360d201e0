//! Queries, answered in JSON.

use std::ffi::c_char;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::documents;
use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::engine::Engine;
use crate::error::Error;
use crate::model::RefundFilter;

/// One refund: the store's report, its user, the policy's decision. *refund_json is yours to free. Reads the disk,
/// and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_refund(
    engine: *const recoup_engine,
    refund_id: i64,
    refund_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        let refund = engine.engine.refund(refund_id)?;
        refund.ok_or_else(|| Failure::not_found(format!("there is no refund {refund_id}")))
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, refund_json, error, work) }
}

/// A page of refunds, newest first: {"items": [...], "next": n}. The filter is a JSON object with any of "store",
/// "user", "order_id", "state", "product", "unattributed", "since" and "until" (Unix milliseconds), and the others of its
/// schema, refund-filter, or empty for all refunds. "sort" can be "first_seen" only, and "order" may be "oldest". after is 0 for the first page, and the previous page's "next" for each further one, until that is null. A
/// page has up to limit items, at least 1 and at most 1000.
///
/// *page_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_refunds(
    engine: *const recoup_engine,
    filter_json: *const c_char,
    filter_json_len: size_t,
    after: i64,
    limit: size_t,
    page_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let search = |engine: &Engine, filter: &RefundFilter| engine.refunds(filter, page_start(after), limit);
    // SAFETY: the header requires a live engine, this pointer and length, and room for each pointer.
    unsafe { filtered(engine, (filter_json, filter_json_len), page_json, error, search) }
}

/// All that is known of a user: {"user", "blocked", "blocks", "refunds", "purchases", "journal"}, up to the newest
/// 10000 of each. It answers "why is this player blocked?". An unknown user has empty lists.
///
/// *user_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_user(
    engine: *const recoup_engine,
    user: *const c_char,
    user_len: size_t,
    user_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let user = unsafe { views::text(user, user_len, "user") }?;
        Ok(engine.engine.user(user)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, user_json, error, work) }
}

/// All that is known of an order, by its order id or its purchase token: {"order", "purchases", "refunds",
/// "journal"}, up to the newest 10000 of each. An unknown order has empty lists.
///
/// *order_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_order(
    engine: *const recoup_engine,
    order: *const c_char,
    order_len: size_t,
    order_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let order = unsafe { views::text(order, order_len, "order") }?;
        Ok(engine.engine.order(order)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, order_json, error, work) }
}

/// An event that was not acknowledged yet: the members of recoup_event, and the refund and the block as they were
/// when it was made. *event_json is yours to free. Reads the disk, and never waits for a writer. Fails with
/// RECOUP_STATUS_NOT_FOUND.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_event(
    engine: *const recoup_engine,
    event_id: i64,
    event_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        let event = engine.engine.event(event_id)?;
        event.ok_or_else(|| Failure::not_found(format!("no event {event_id} waits to be acknowledged")))
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, event_json, error, work) }
}

/// A page of blocks, newest first: the active ones, or all if with_ended is not 0. after, limit and the page as for
/// recoup_engine_query_refunds.
///
/// *page_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_blocks(
    engine: *const recoup_engine,
    with_ended: u8,
    after: i64,
    limit: size_t,
    page_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work =
        |engine: &recoup_engine| Ok(engine.engine.blocks(with_ended != 0, page_start(after), limit)?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, page_json, error, work) }
}

/// A page of authentic messages that were not understood, newest first, for a person to look at: {"id", "store",
/// "received_at", "code", "message"}. after, limit and the page as for recoup_engine_query_refunds.
///
/// *page_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_dead_letters(
    engine: *const recoup_engine,
    after: i64,
    limit: size_t,
    page_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| Ok(engine.engine.dead_letters(page_start(after), limit)?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, page_json, error, work) }
}

/// Figures for a dashboard: {"blocked_users", "events_waiting"}.
///
/// *stats_json is yours to free. Reads the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_stats(
    engine: *const recoup_engine,
    stats_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| Ok(engine.engine.stats()?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, stats_json, error, work) }
}

/// # Safety
/// As [`call_engine`]; `place` is NULL or has room for a pointer.
pub(super) unsafe fn query<T: Serialize>(
    engine: *const recoup_engine,
    place: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
    work: impl FnOnce(&recoup_engine) -> Result<T, Failure>,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: what the caller promises.
        let place = unsafe { Out::new(place, "the place for the answer") }?;
        place.give(recoup_text::json(&work(engine)?)?);
        Ok(())
    };
    // SAFETY: what the caller promises.
    unsafe { call_engine(engine, error, work) }
}

/// As [`query`], with a filter in JSON.
///
/// # Safety
/// As [`query`]; and `filter_json` as [`views::text`].
pub(super) unsafe fn filtered<F: DeserializeOwned + Default, T: Serialize>(
    engine: *const recoup_engine,
    filter_json: (*const c_char, size_t),
    place: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
    search: impl FnOnce(&Engine, &F) -> Result<T, Error>,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        let (data, len) = filter_json;
        // SAFETY: what the caller promises.
        let filter: F = unsafe { documents::read_or_default(data, len, "filter_json") }?;
        Ok(search(&engine.engine, &filter)?)
    };
    // SAFETY: what the caller promises.
    unsafe { query(engine, place, error, work) }
}

/// C passes 0 for the first page.
pub(super) fn page_start(after: i64) -> Option<i64> {
    Some(after).filter(|after| *after != 0)
}
