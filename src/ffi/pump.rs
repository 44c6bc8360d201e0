//! Calls the program's callbacks: on its own thread by a tick, or on a dispatcher's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::boundary::call_engine;
use super::callbacks::Callbacks;
use super::completions::Submissions;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::out::Out;
use super::status::recoup_status;
use super::views::size_t;
use crate::engine::Engine;
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::threads;

/// How long the dispatcher waits before it tries again after a fault, and between checks while nothing is registered.
const PAUSE: Duration = Duration::from_millis(200);

/// How long the dispatcher waits for something to do before it checks whether it should stop.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// The current pump.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pumping {
    Idle,
    Tick(Thread),
    Dispatcher(Option<Thread>),
}

/// A thread, distinguished from all others that live at the same time by the address of its own variable. An id of
/// the standard library would allocate on threads that Rust did not start.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Thread(usize);

impl Thread {
    fn this() -> Self {
        thread_local!(static HERE: u8 = const { 0 });
        Self(HERE.with(|here| std::ptr::from_ref(here).addr()))
    }
}

/// What pumps an engine, one at a time.
pub(super) struct Pump {
    pumping: Mutex<Pumping>,
    dispatcher: Mutex<Option<Dispatcher>>,
    /// Whether the last tick had no time left for events.
    events_are_due: AtomicBool,
}

struct Dispatcher {
    stop: Arc<Stop>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Stop {
    wanted: AtomicBool,
    lock: Mutex<()>,
    reported: Condvar,
}

impl Stop {
    fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::SeqCst)
    }

    fn pause(&self) {
        let held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_wanted() {
            drop(self.reported.wait_timeout(held, PAUSE));
        }
    }

    fn notify(&self) {
        let held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted.store(true, Ordering::SeqCst);
        self.reported.notify_all();
        drop(held);
    }
}

impl Pump {
    pub(super) const fn new() -> Self {
        Self {
            pumping: Mutex::new(Pumping::Idle),
            dispatcher: Mutex::new(None),
            events_are_due: AtomicBool::new(false),
        }
    }

    /// Whether this thread is inside a callback.
    pub(super) fn is_inside(&self) -> bool {
        match *self.pumping() {
            Pumping::Idle | Pumping::Dispatcher(None) => false,
            Pumping::Tick(thread) | Pumping::Dispatcher(Some(thread)) => thread == Thread::this(),
        }
    }

    /// Refuses while something pumps.
    pub(super) fn check_free(&self) -> Result<(), Failure> {
        match *self.pumping() {
            Pumping::Idle => Ok(()),
            Pumping::Tick(thread) | Pumping::Dispatcher(Some(thread)) if thread == Thread::this() => {
                Err(Failure::reentrant())
            }
            Pumping::Tick(_) => Err(Failure::pumping("a tick is running on another thread")),
            Pumping::Dispatcher(_) => Err(Failure::pumping("the dispatcher is running")),
        }
    }

    fn begin(&self, as_what: Pumping) -> Result<(), Failure> {
        self.check_free()?;
        let mut pumping = self.pumping();
        if *pumping != Pumping::Idle {
            return Err(Failure::pumping("another thread was faster"));
        }
        *pumping = as_what;
        Ok(())
    }

    fn pumping(&self) -> MutexGuard<'_, Pumping> {
        self.pumping.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the dispatcher, if it runs, and waits for its callback to return.
    pub(super) fn end_dispatcher(&self, engine: &Engine) {
        // Held to the end, so that other callers wait as well.
        let mut place = self.dispatcher.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Dispatcher { stop, thread }) = place.take() {
            stop.notify();
            engine.wake();
            let _ = thread.join();
        }
    }

    /// Returns a function: whether the dispatcher that runs now was requested to end.
    #[cfg(test)]
    pub(super) fn stop_requested(&self) -> impl Fn() -> bool + use<> {
        let place = self.dispatcher.lock().unwrap_or_else(PoisonError::into_inner);
        let stop = place.as_ref().map(|dispatcher| Arc::clone(&dispatcher.stop));
        move || stop.as_ref().is_some_and(|stop| stop.is_wanted())
    }
}

/// The active pump, until it is dropped: after a panic, and after the dispatcher ended by itself, too. A thread that
/// has ended must not be remembered, since another one gets its place in memory.
struct Active<'a>(&'a Pump);

impl Drop for Active<'_> {
    fn drop(&mut self) {
        *self.0.pumping() = Pumping::Idle;
    }
}

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
        engine.pump.begin(Pumping::Tick(Thread::this()))?;
        let ticking = Active(&engine.pump);
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
        let mut place = engine.pump.dispatcher.lock().unwrap_or_else(PoisonError::into_inner);
        engine.pump.begin(Pumping::Dispatcher(None))?;
        let stop = Arc::new(Stop::default());
        let (pump, reported, poisoned) =
            (Arc::clone(&engine.pump), Arc::clone(&stop), Arc::clone(&engine.poisoned));
        let (ledger, callbacks, submissions) =
            (Arc::clone(&engine.engine), Arc::clone(&engine.callbacks), Arc::clone(&engine.submissions));
        let thread = threads::start("recoup-dispatcher", move || {
            let _active = Active(&pump);
            *pump.pumping() = Pumping::Dispatcher(Some(Thread::this()));
            let source =
                Source { engine: &ledger, callbacks: &callbacks, submissions: &submissions, pump: &pump };
            // Work that a panic interrupted leaves an engine that is poisoned.
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| dispatch(&source, &reported, &poisoned))) {
                // Its destructor could panic again.
                std::mem::forget(payload);
                poisoned.store(true, Ordering::Relaxed);
            }
        });
        match thread {
            Ok(thread) => *place = Some(Dispatcher { stop, thread }),
            Err(problem) => {
                *engine.pump.pumping() = Pumping::Idle;
                return Err(Failure::no_threads(&problem));
            }
        }
        Ok(())
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
