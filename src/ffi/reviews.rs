//! Stores' refund reviews: the game's report, and the outcome.

use std::ffi::c_char;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::queries::{filtered, page_start, query};
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::engine::{ConsumptionOf, Engine};
use crate::model::{Consumption, ReviewFilter, Timestamp};

/// Reports how far an order was used, before a store requests it or on RECOUP_EVENT_REVIEW; a later report replaces
/// an earlier one. order is the store's id: App Store transaction id, Google Play order id.
///
/// report_json is {"consent": whether the player has consented to share this with the store, and any of "delivery"
/// ("delivered", the default, "quality_issue", "wrong_item", "server_outage", "not_delivered"), "consumed" in
/// thousandths of a percent from 0 to 100000, "sample_given" (whether the player could try it before), "usage":
/// [{"at" in Unix milliseconds, "what", "ip_address"}, ...], oldest first, at most 1000}. Without consent the App
/// Store receives nothing, and Google Play neither how much was used nor when.
///
/// *review_json is the store's latest review of the order, yours to free, or null if there is none: {"id",
/// "refund_id", "store", "app", "order_id", "user", "requested_at", "deadline", "state", "consumption", "rule",
/// "answer", "action", "outcome"}. The state is "waiting" (for your report), "reported" (the answer is on its way),
/// "answered", "declined_to_answer", "missed" or "closed" (the store decided before).
///
/// An open review is answered by the configuration's rules, soon after this call and not in it: by the engine itself,
/// or by recoup_engine_work. Blocks until the commit is on disk. Fails with RECOUP_STATUS_INVALID_ARGUMENT for a
/// share of more than 100000 (bad_action) and for too many uses (too_many).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_report_consumption(
    engine: *const recoup_engine,
    order: *const c_char,
    order_len: size_t,
    report_json: *const c_char,
    report_json_len: size_t,
    review_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let order = unsafe { views::text(order, order_len, "order") }?;
        // SAFETY: as above.
        let report: Consumption = unsafe { documents::read(report_json, report_json_len, "report_json") }?;
        Ok(engine.engine.report_consumption(ConsumptionOf::Order(order), report)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, review_json, error, work) }
}

/// A page of stores' refund reviews, newest first, as recoup_engine_report_consumption returns them. The filter is a
/// JSON object with any of "store", "state", "order_id" and "refund_id", or empty for all. after, limit and the page
/// as for recoup_engine_query_refunds.
///
/// *page_json is yours to free. Reads the disk, and never waits for a writer or for a store.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_reviews(
    engine: *const recoup_engine,
    filter_json: *const c_char,
    filter_json_len: size_t,
    after: i64,
    limit: size_t,
    page_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let search = |engine: &Engine, filter: &ReviewFilter| engine.reviews(filter, page_start(after), limit);
    // SAFETY: the header requires a live engine, this pointer and length, and room for each pointer.
    unsafe { filtered(engine, (filter_json, filter_json_len), page_json, error, search) }
}

/// Figures of the refund reviews since a time, in Unix milliseconds: {"cases", "answered", "declined_by_store",
/// "refunded", "missed", "money_kept"}, where money_kept has millionths of the unit by currency.
///
/// *figures_json is yours to free. Reads all of these reviews from the disk, and never waits for a writer.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_review_figures(
    engine: *const recoup_engine,
    since_ms: i64,
    figures_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| Ok(engine.engine.review_figures(Timestamp::from_millis(since_ms))?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, figures_json, error, work) }
}
