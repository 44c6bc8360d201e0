//! Lets a thread that waits for stores end soon: once stopped, it sends no further request and ends its waits.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::model::Timestamp;
use crate::transport::{HttpRequest, HttpResponse, Pacing, SystemPacing, Transport, TransportError};

/// Whether to stop.
#[derive(Debug, Default)]
pub(super) struct Stopping {
    stopped: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    stopped: bool,
    /// There is work before the wait is over.
    woken: bool,
}

impl Stopping {
    pub(super) fn stop(&self) {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
        self.changed.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).stopped
    }

    /// Ends the wait for work.
    pub(super) fn wake(&self) {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).woken = true;
        self.changed.notify_all();
    }

    /// Waits for work, at most until stopped; returns whether it was stopped.
    pub(super) fn wait_for_work(&self, wait: Duration) -> bool {
        let state = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(state, wait, |state| !state.stopped && !state.woken);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.woken = false;
        state.stopped
    }

    /// Waits, at most until stopped; returns whether it was stopped.
    pub(super) fn wait(&self, wait: Duration) -> bool {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(stopped, wait, |state| !state.stopped);
        waited.unwrap_or_else(PoisonError::into_inner).0.stopped
    }
}

/// A transport that sends nothing once stopped.
pub(super) struct UntilStopped<T> {
    pub(super) inner: T,
    pub(super) stopping: Arc<Stopping>,
}

impl<T: Transport> Transport for UntilStopped<T> {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        if self.stopping.is_stopped() {
            return Err(TransportError::Closed { host: request.url().host().to_owned() });
        }
        self.inner.send(request)
    }
}

impl<T> fmt::Debug for UntilStopped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UntilStopped").field("stopping", &self.stopping).finish_non_exhaustive()
    }
}

/// The system's clocks, with waits that end when stopped.
pub(super) struct PacingUntilStopped {
    pub(super) system: SystemPacing,
    pub(super) stopping: Arc<Stopping>,
}

impl Pacing for PacingUntilStopped {
    fn now(&self) -> Timestamp {
        self.system.now()
    }

    fn elapsed(&self) -> Duration {
        self.system.elapsed()
    }

    fn sleep(&self, wait: Duration) {
        self.stopping.wait(wait);
    }

    fn jitter(&self, most: Duration) -> Duration {
        self.system.jitter(most)
    }
}
