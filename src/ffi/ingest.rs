//! Ingests stores' requests.

use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::outcomes::recoup_outcome;
use super::requests::{Borrowed, recoup_request};
use super::sized::{self, Slots};
use super::status::recoup_status;
use super::text::recoup_text;
use crate::engine::Outcome;
use crate::stores::Request;

/// Ingests a store's request: authenticates it, understands it, and makes it and all its consequences durable. Call
/// it from the handler of your webhook, and answer the store with outcome->http_status.
///
/// A forged or unreadable request is no failure of this call: the outcome is RECOUP_OUTCOME_REJECTED. If the call
/// fails, the request may be genuine and was not stored: answer with recoup_error_http_status, or 500 without an
/// error object, and the store sends it again.
///
/// *details, unless details is NULL, is a JSON object for your log, yours to free: {"outcome", "name" and "meaning",
/// or "code" and "message" if it was not accepted, "http_status", "new", "refund", "user", and "confirm_url" if there
/// is one}.
///
/// Blocks until the commit is on disk, which concurrent callers share; a rejected request waits for nothing.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_ingest(
    engine: *const recoup_engine,
    request: *const recoup_request,
    outcome: *mut recoup_outcome,
    details: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires a request of the size it states, unchanged until the call returns.
        let request = unsafe { sized::read(request) }?;
        // SAFETY: the header requires an outcome of the size it states.
        let place = unsafe { Slots::new(outcome) }?;
        // SAFETY: the header requires NULL or room for a pointer.
        let details = unsafe { Out::optional(details, "details") }?;
        // SAFETY: as for the request.
        let ingested = unsafe { ingest(engine, &request) }?;
        if let Some(details) = details {
            details.give(recoup_text::json(&ingested)?);
        }
        // SAFETY: the place was checked above.
        unsafe { place.write(0, &recoup_outcome::new(&ingested)) };
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// # Safety
/// As [`Borrowed::of`].
unsafe fn ingest(engine: &recoup_engine, request: &recoup_request) -> Result<Outcome, Failure> {
    // SAFETY: what the caller promises.
    let Borrowed { store, headers, body } = unsafe { Borrowed::of(request) }?;
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    Ok(engine.engine.ingest(&store, &Request { headers: &headers, body })?)
}
