//! Calls the program's callbacks: on its own thread by a tick, or on a dispatcher's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::callbacks::Callbacks;
use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::pump::{Pump, Stop};
use super::status::recoup_status;
use super::submissions::Submissions;
use super::views::size_t;
use crate::engine::Engine;
use crate::error::Error;
use crate::ledger::LedgerError;

/// How long the dispatcher waits for something to do before it checks whether it should stop.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// Everything that pumping needs.
struct Source<'a> {
    engine: &'a Engine,
    callbacks: &'a Callbacks,
    submissions: &'a Submissions,
    pump: &'a Pump,
}

impl Source<'_> {
    /// Delivers what is due, until the budget is spent or it is to stop; at least one thing, unless that is so
    /// already.
    fn deliver(&self, budget: Duration, stop: &dyn Fn() -> bool) -> Result<usize, Error> {
        let begun = Instant::now();
        let events_first = self.pump.events_are_due.swap(false, Ordering::Relaxed);
        let mut handled = 0;
        if events_first {
            handled += self.events(budget, stop)?;
        }
        // No more than there are now: what callbacks cause in turn could keep events away forever.
        for _ in 0..self.submissions.count_done() {
            let spent = handled > 0 && begun.elapsed() >= budget;
            if stop() || spent {
                self.pump.events_are_due.store(!events_first, Ordering::Relaxed);
                return Ok(handled);
            }
            if !self.completion() {
                break;
            }
            handled += 1;
        }
        if !events_first && (handled == 0 || begun.elapsed() < budget) {
            handled += self.events(budget.saturating_sub(begun.elapsed()), stop)?;
        } else if !events_first {
            self.pump.events_are_due.store(true, Ordering::Relaxed);
        }
        Ok(handled)
    }

    fn completion(&self) -> bool {
        self.callbacks.has_one_for_completions()
            && self.submissions.pass_one(|completion, details| {
                self.callbacks.complete(completion, details.view());
            })
    }

    fn events(&self, budget: Duration, stop: &dyn Fn() -> bool) -> Result<usize, Error> {
        if !self.callbacks.has_any_for_events() {
            return Ok(0);
        }
        self.engine.tick_until(budget, stop, |event| self.callbacks.notify(event))
    }

    fn has_completions(&self) -> bool {
        self.callbacks.has_one_for_completions() && self.submissions.any_done()
    }
}

/// Calls the registered callbacks on this thread for everything due, completions first and then events in their
/// order, until nothing is left or budget_us microseconds are spent; *handled, unless handled is NULL, is the number
/// of calls. The budget is checked between calls: there is always at least one if anything is due. 0 is no budget:
/// all of it.
///
/// If completions spend the budget, the next tick begins with the events, so that a flood of requests delays no
/// block. Completions that come meanwhile are for the next tick.
///
/// Call it from your main loop. With nothing to do it costs well under a microsecond, allocates nothing and touches
/// no disk; otherwise it blocks until a commit is on disk, twice for up to 64 events.
///
/// Poll, tick and the dispatcher are three ways to the same events, one at a time: fails with RECOUP_STATUS_REENTRANT
/// inside a callback, and with RECOUP_STATUS_PUMPING while another thread ticks or the dispatcher runs.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_tick(
    engine: *const recoup_engine,
    budget_us: u64,
    handled: *mut size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires NULL or room for a number.
        let place = unsafe { Out::optional(handled, "handled") }?;
        let ticking = engine.pump.begin_tick()?;
        let budget = if budget_us == 0 { Duration::MAX } else { Duration::from_micros(budget_us) };
        let source = Source {
            engine: &engine.engine,
            callbacks: &engine.callbacks,
            submissions: &engine.submissions,
            pump: &engine.pump,
        };
        let count = source.deliver(budget, &|| false)?;
        drop(ticking);
        if let Some(place) = place {
            place.write(count);
        }
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Waits until there may be something to poll or to tick for, at most timeout_ms milliseconds: *ready is 1, or 0 if
/// the time is up or the engine was closed. For a thread that has nothing else to do; many may wait at once.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_wait(
    engine: *const recoup_engine,
    timeout_ms: u64,
    ready: *mut u8,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires room for a byte.
        let place = unsafe { Out::new(ready, "ready") }?;
        let found =
            engine.engine.wait_for(Duration::from_millis(timeout_ms), || engine.submissions.any_done());
        place.write(u8::from(found));
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Starts a thread that calls the registered callbacks as soon as something is due, for programs without a main loop.
/// recoup_engine_stop_dispatcher ends it, and so does closing the engine. Does not block.
///
/// Fails with RECOUP_STATUS_PUMPING if it runs already or a tick is running, and with RECOUP_STATUS_OUT_OF_RESOURCES
/// if the system gives no thread.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_start_dispatcher(
    engine: *const recoup_engine,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // Before the lock, which is held for as long as a dispatcher takes to end.
        engine.pump.check_free()?;
        if engine.engine.is_closed() {
            return Err(Error::from(LedgerError::Closed).into());
        }
        let (pump, poisoned) = (Arc::clone(&engine.pump), Arc::clone(&engine.poisoned));
        let (ledger, callbacks, submissions) =
            (Arc::clone(&engine.engine), Arc::clone(&engine.callbacks), Arc::clone(&engine.submissions));
        engine.pump.start_dispatcher(move |stop| {
            let source =
                Source { engine: &ledger, callbacks: &callbacks, submissions: &submissions, pump: &pump };
            // Work that a panic interrupted leaves an engine that is poisoned.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| dispatch(&source, stop, &poisoned))) {
                // Its destructor could panic again.
                std::mem::forget(payload);
                poisoned.store(true, Ordering::Relaxed);
            }
        })
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Ends the dispatcher's thread, and waits for the callback that is running; the rest is left for the next poll or
/// tick. If none runs, nothing happens.
///
/// Fails with RECOUP_STATUS_REENTRANT inside a callback.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_stop_dispatcher(
    engine: *const recoup_engine,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        if engine.pump.is_inside() {
            return Err(Failure::reentrant());
        }
        engine.pump.end_dispatcher(&engine.engine);
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

fn dispatch(source: &Source<'_>, stop: &Stop, poisoned: &AtomicBool) {
    let is_over = || stop.is_wanted() || poisoned.load(Ordering::Relaxed);
    while !is_over() && !source.engine.is_closed() {
        if !source.callbacks.has_any_for_events() && !source.has_completions() {
            stop.pause();
            continue;
        }
        if !source.engine.wait_for(MAX_WAIT, || stop.is_wanted() || source.has_completions()) || is_over() {
            continue;
        }
        if let Err(error) = source.deliver(Duration::MAX, &is_over)
            && !source.engine.is_closed()
        {
            tracing::warn!(%error, "events could not be delivered; trying again");
            stop.pause();
        }
    }
    // The closed engine fails requests that still wait, and the program waits for these results.
    while !is_over() && source.callbacks.has_one_for_completions() && source.submissions.any_held() {
        if !source.completion() {
            stop.pause();
        }
    }
}
