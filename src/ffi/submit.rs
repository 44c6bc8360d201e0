//! Submits stores' requests to the library's own threads, and fetches the results.

use super::completions::{Done, recoup_completion};
use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::out::Out;
use super::requests::{OwnedRequest, recoup_request};
use super::sized::{self, Slots};
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::size_t;

/// As many as recoup_engine_poll returns at once.
const MAX_POLLED: usize = 1000;

/// Ingests a store's request on the library's own threads: copies it, and returns at once. The result comes with its
/// tag by recoup_engine_poll_completions, or by recoup_engine_tick if recoup_engine_on_completion was called; answer
/// the store only then. Nothing is promised before that: after a crash the store sends it again.
///
/// For programs whose web server cannot wait for a disk; if it can, recoup_engine_ingest is simpler. Does not block.
/// Fails with RECOUP_STATUS_QUEUE_FULL if 4096 requests or 64 MiB of them are held already: answer 503. The first
/// call starts the threads, and fails with RECOUP_STATUS_OUT_OF_RESOURCES if the system gives none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_submit(
    engine: *const recoup_engine,
    request: *const recoup_request,
    tag: u64,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires a request of the size it states, unchanged until the call returns.
        let request = unsafe { sized::read(request) }?;
        // SAFETY: as above.
        let request = unsafe { OwnedRequest::copy(&request) }?;
        engine.submissions.submit(tag, request)
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Fills completions with the results of up to capacity submitted requests (at most 1000 at once), in the order they
/// were done; *count is how many. Each is reported once.
///
/// Set struct_size of the first one to sizeof(recoup_completion): it counts for the whole array.
///
/// *details, unless details is NULL, is a JSON array, yours to free, with one object per completion in the same
/// order: as the details of recoup_engine_ingest, or {"code", "message", "retryable"} for one that failed. Does not
/// block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_poll_completions(
    engine: *const recoup_engine,
    completions: *mut recoup_completion,
    capacity: size_t,
    count: *mut size_t,
    details: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires `capacity` completions of the size that the first one states.
        let places = unsafe { Slots::new(completions) }?;
        // SAFETY: the header requires room for a number.
        let count = unsafe { Out::new(count, "count") }?;
        // SAFETY: the header requires NULL or room for a pointer.
        let details = unsafe { Out::optional(details, "details") }?;
        let done = engine.submissions.take_done(capacity.min(MAX_POLLED));
        if let Some(details) = details {
            let objects: Vec<_> = done.iter().map(Done::details).collect();
            details.give(recoup_text::json(&objects)?);
        }
        for (index, done) in done.iter().enumerate() {
            // SAFETY: no more than `capacity` are taken.
            unsafe { places.write(index, &done.completion()) };
        }
        count.write(done.len());
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}
