//! Fetches events, and settles them.

use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::events::recoup_event;
use super::out::Out;
use super::sized::Slots;
use super::status::recoup_status;
use super::text::recoup_text;
use super::views::size_t;

/// Fills events with up to capacity events to act on (at most 1000 at once), the oldest first; *count is how many.
/// Act on each, then acknowledge it with recoup_engine_ack. An event that is not acknowledged within the lease (the
/// configuration's delivery.lease, 30 seconds unless set) is delivered again, here or to another process on the same
/// ledger; so are all of them after a crash.
///
/// Set struct_size of the first event to sizeof(recoup_event): it counts for the whole array.
///
/// *details, unless details is NULL, is a JSON array, yours to free, with one object per event in the same order: all
/// of the above, and the refund and the block as they were when the event was made. If you do not need that, pass
/// NULL and save the work.
///
/// Fails with RECOUP_STATUS_PUMPING while a tick or the dispatcher delivers events.
///
/// Call it from your game loop or from a thread of its own. With nothing new it returns at once, without touching the
/// disk; otherwise it blocks until a commit is on disk.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_poll(
    engine: *const recoup_engine,
    events: *mut recoup_event,
    capacity: size_t,
    count: *mut size_t,
    details: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires `capacity` events of the size that the first one states.
        let places = unsafe { Slots::new(events) }?;
        // SAFETY: the header requires room for a number.
        let count = unsafe { Out::new(count, "count") }?;
        // SAFETY: the header requires NULL or room for a pointer.
        let details = unsafe { Out::optional(details, "details") }?;
        engine.pump.check_free()?;
        let polled = engine.engine.poll(capacity)?;
        if let Some(details) = details {
            details.give(recoup_text::json(&polled)?);
        }
        for (index, event) in polled.iter().enumerate() {
            // SAFETY: the engine gives no more than `capacity`.
            unsafe { places.write(index, &recoup_event::new(event)) };
        }
        count.write(polled.len());
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Acknowledges an event: call it after you acted on it. Acknowledging again is fine.
///
/// Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND if no event was ever made under this id.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_ack(
    engine: *const recoup_engine,
    event_id: i64,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| Ok(engine.engine.ack(event_id).map(drop)?);
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}
