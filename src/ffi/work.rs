//! Operators' work on refunds: the status that a person sets, and who works on it.

use std::ffi::c_char;

use super::documents;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::queries::query;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::{self, size_t};
use crate::model::{ClosedAs, RefundRef, RefundStatus};

/// Closes a refund of which the books do not know how much was due: its grants, its size or its user is unknown.
/// closed_as is "recovered", "partly_recovered" or "written_off". It holds for what is refunded now: if more is
/// refunded later, the refund is open again. who (a person or a tool) and why go to the journal and cannot be empty;
/// each has at most 1024 bytes.
///
/// *refund_json is the refund after it, as recoup_engine_query_refund returns it, yours to free. Blocks until the commit
/// is on disk. Fails with RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT (unknown_status, bad_text); and
/// with RECOUP_STATUS_REFUSED: still_owed if something is owed (report what was taken, or forgive it), nothing_owed if
/// the books know that nothing is.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_close_refund(
    engine: *const recoup_engine,
    refund_id: i64,
    closed_as: *const c_char,
    closed_as_len: size_t,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    refund_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let closed_as: ClosedAs =
            unsafe { documents::named(closed_as, closed_as_len, "closed_as", "unknown_status") }?;
        // SAFETY: as above.
        let (who, why) = unsafe { views::by((who, who_len), (why, why_len)) }?;
        Ok(engine.engine.close_refund(refund_id, closed_as, who, why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, refund_json, error, work) }
}

/// Opens a refund that recoup_engine_close_refund closed. who, why and *refund_json, which is yours to free, as there.
/// Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND, and with RECOUP_STATUS_REFUSED (not_closed).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_reopen_refund(
    engine: *const recoup_engine,
    refund_id: i64,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    refund_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let (who, why) = unsafe { views::by((who, who_len), (why, why_len)) }?;
        Ok(engine.engine.reopen_refund(refund_id, who, why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, refund_json, error, work) }
}

/// Assigns a refund to an operator, by any name of your own of 1 to 64 bytes, or to none if to is empty. who, why and
/// *refund_json, which is yours to free, as for recoup_engine_close_refund. Blocks until the commit is on disk. Fails
/// with RECOUP_STATUS_NOT_FOUND, and with RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_assign_refund(
    engine: *const recoup_engine,
    refund_id: i64,
    to: *const c_char,
    to_len: size_t,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    refund_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let to = unsafe { views::text(to, to_len, "to") }?;
        // SAFETY: as above.
        let (who, why) = unsafe { views::by((who, who_len), (why, why_len)) }?;
        Ok(engine.engine.assign_refund(refund_id, Some(to).filter(|to| !to.is_empty()), who, why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, refund_json, error, work) }
}

/// Sets the status of a refund, and does all that it means:
///
/// - "recovered": all that is owed is booked as taken;
/// - "written_off": all that is owed is forgiven, since the studio cannot get it;
/// - "excluded": the decision is overruled, and the refund does not count;
/// - "open": closing, overruling, forgiving and an earlier status are undone.
///
/// Where the books do not know what is due, "recovered" and "written_off" close the refund. Setting a status again
/// changes nothing. It needs no recorded purchase and no user. who, why and *refund_json, which is yours to free, as for
/// recoup_engine_close_refund.
///
/// Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT
/// (unknown_status, bad_text); and with RECOUP_STATUS_REFUSED: not_refunded if nothing is refunded, nothing_owed if the
/// books know that nothing is due, came_back if it cannot be opened, since the program reported that all came back.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_set_refund_status(
    engine: *const recoup_engine,
    refund_id: i64,
    status: *const c_char,
    status_len: size_t,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    refund_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let status: RefundStatus =
            unsafe { documents::named(status, status_len, "status", "unknown_status") }?;
        // SAFETY: as above.
        let (who, why) = unsafe { views::by((who, who_len), (why, why_len)) }?;
        Ok(engine.engine.set_refund_status(RefundRef::Refund(refund_id), status, who, why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, refund_json, error, work) }
}

/// As recoup_engine_set_refund_status, by the store's order id or purchase token: for programs that keep no refund ids.
/// *refund_json is yours to free.
///
/// Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND (unknown_order) if neither a purchase nor a
/// refund has this id; with RECOUP_STATUS_REFUSED: not_refunded if it is recorded and nothing of it is refunded,
/// several_refunds if several refunds have it, which the message lists; and as recoup_engine_set_refund_status does.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_set_order_status(
    engine: *const recoup_engine,
    order: *const c_char,
    order_len: size_t,
    status: *const c_char,
    status_len: size_t,
    who: *const c_char,
    who_len: size_t,
    why: *const c_char,
    why_len: size_t,
    refund_json: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires these pointers and lengths.
        let order = unsafe { views::text(order, order_len, "order") }?;
        // SAFETY: as above.
        let status: RefundStatus =
            unsafe { documents::named(status, status_len, "status", "unknown_status") }?;
        // SAFETY: as above.
        let (who, why) = unsafe { views::by((who, who_len), (why, why_len)) }?;
        Ok(engine.engine.set_refund_status(RefundRef::Order(order.to_owned()), status, who, why)?)
    };
    // SAFETY: the header requires a live engine and room for each pointer.
    unsafe { query(engine, refund_json, error, work) }
}
