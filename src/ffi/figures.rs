//! Figures of purchases and refunds.

use std::ffi::c_char;

use super::engine::recoup_engine;
use super::error::recoup_error;
use super::queries::{filtered, query};
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::size_t;
use crate::engine::Engine;
use crate::model::Question;

/// Figures of a time: how many purchases and refunds, their sums by currency, rates, and their course by day or month.
///
/// question_json is {"since", "until": in Unix milliseconds, whole days are meant; by default the 30 days up to now,
/// "environment": "production" by default, "by": at most two of "store", "product", "country", "currency", "reason",
/// "rule", "work_status", "lists": what else is wanted, of "items", "rules", "blocks", "lags", "reviews",
/// "repeat_refunders", "waiting", "repeat": how many refunds make a repeat refunder, at least 2}, or empty.
///
/// *figures_json is yours to free: {"period": the days, "definitions": what each figure means, and the figures}; its
/// schema is figures. Sums are by currency and never added across. Reads the disk, and never waits for a writer. Fails
/// with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_question).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_figures(
    engine: *const recoup_engine,
    question_json: *const c_char,
    question_json_len: size_t,
    figures_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let search = |engine: &Engine, question: &Question| engine.figures(question);
    // SAFETY: the header requires a live engine, this pointer and length, and room for each pointer.
    unsafe { filtered(engine, (question_json, question_json_len), figures_json, error, search) }
}

/// How many refunds have each work status: [{"environment", "store", "work_status", "refunds", "unattributed": how
/// many of them, with money refunded, are of unknown players}, ...].
///
/// *counts_json is yours to free. Reads the disk, and never waits for a writer: the counts are kept, whatever the number
/// of refunds.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_query_work_counts(
    engine: *const recoup_engine,
    counts_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| Ok(engine.engine.work_counts()?);
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, counts_json, error, work) }
}
