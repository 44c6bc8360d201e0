//! What pumps an engine: a tick on the program's thread, or the dispatcher.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::failure::Failure;
use crate::engine::Engine;
use crate::threads;

/// How long the dispatcher waits before it tries again after a fault, and between checks while nothing is registered.
const PAUSE: Duration = Duration::from_millis(200);

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
    pub(super) events_are_due: AtomicBool,
}

struct Dispatcher {
    stop: Arc<Stop>,
    thread: JoinHandle<()>,
}

/// Whether the dispatcher is to end.
#[derive(Default)]
pub(super) struct Stop {
    wanted: AtomicBool,
    lock: Mutex<()>,
    reported: Condvar,
}

impl Stop {
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::SeqCst)
    }

    pub(super) fn pause(&self) {
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

    /// Makes this thread the pump, for a tick.
    pub(super) fn begin_tick(&self) -> Result<Active<'_>, Failure> {
        self.begin(Pumping::Tick(Thread::this()))?;
        Ok(Active(self))
    }

    /// Starts the dispatcher's thread, which does the work.
    pub(super) fn start_dispatcher(
        self: &Arc<Self>,
        work: impl FnOnce(&Stop) + Send + 'static,
    ) -> Result<(), Failure> {
        let mut place = self.dispatcher.lock().unwrap_or_else(PoisonError::into_inner);
        self.begin(Pumping::Dispatcher(None))?;
        let stop = Arc::new(Stop::default());
        let (pump, reported) = (Arc::clone(self), Arc::clone(&stop));
        let thread = threads::start("recoup-dispatcher", move || {
            let _active = Active(&pump);
            *pump.pumping() = Pumping::Dispatcher(Some(Thread::this()));
            work(&reported);
        });
        match thread {
            Ok(thread) => *place = Some(Dispatcher { stop, thread }),
            Err(problem) => {
                *self.pumping() = Pumping::Idle;
                return Err(Failure::no_threads(&problem));
            }
        }
        Ok(())
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
pub(super) struct Active<'a>(&'a Pump);

impl Drop for Active<'_> {
    fn drop(&mut self) {
        *self.0.pumping() = Pumping::Idle;
    }
}
