//! Whether a poll can find events, without reading the ledger: an idle game loop polls every frame.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::model::Timestamp;

/// A clock that is set back by more than this, in milliseconds, had been ahead.
const SET_BACK: i64 = 60_000;

/// How long a wait lasts without reading the clock, which condition variables do not use.
const GLANCE: Duration = Duration::from_millis(100);

/// Signals that there may be events.
pub(crate) struct Notifier {
    rung: AtomicBool,
    /// When a lease expires and its event is available again.
    rings_at: AtomicI64,
    /// When that time was set.
    set_at: AtomicI64,
    closed: AtomicBool,
    waiting: AtomicUsize,
    lock: Mutex<()>,
    waiters: Condvar,
}

impl Notifier {
    /// Starts signalled, since events may be left from before.
    pub(crate) const fn new() -> Self {
        Self {
            rung: AtomicBool::new(true),
            rings_at: AtomicI64::new(i64::MAX),
            set_at: AtomicI64::new(i64::MIN),
            closed: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            lock: Mutex::new(()),
            waiters: Condvar::new(),
        }
    }

    pub(crate) fn ring(&self) {
        self.rung.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub(crate) fn quiet(&self) {
        self.rung.store(false, Ordering::Release);
    }

    pub(crate) fn ring_at(&self, at: Option<Timestamp>, now: Timestamp) {
        self.set_at.store(now.millis(), Ordering::Release);
        self.rings_at.store(at.map_or(i64::MAX, Timestamp::millis), Ordering::Release);
    }

    pub(crate) fn may_have_rung(&self, now: Timestamp) -> bool {
        self.rung.load(Ordering::SeqCst)
            || self.rings_at.load(Ordering::Acquire) <= now.millis()
            // The clock was ahead when it was set, and so may be that time's leases.
            || self.set_at.load(Ordering::Acquire).saturating_sub(now.millis()) > SET_BACK
    }

    /// Ends all waits.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Waits until there may be events, `also` returns true, or the timeout; returns whether there may be anything.
    pub(crate) fn wait(
        &self,
        timeout: Duration,
        now: impl Fn() -> Timestamp,
        also: impl Fn() -> bool,
    ) -> bool {
        let begun = Instant::now();
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let found = loop {
            if also() {
                break true;
            }
            // Checked first: what was signalled can no longer be polled.
            if self.closed.load(Ordering::SeqCst) {
                break false;
            }
            if self.may_have_rung(now()) {
                break true;
            }
            let left = timeout.saturating_sub(begun.elapsed());
            if left.is_zero() {
                break false;
            }
            held =
                self.waiters.wait_timeout(held, left.min(GLANCE)).unwrap_or_else(PoisonError::into_inner).0;
        };
        drop(held);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        found
    }

    /// Makes waiters check again.
    pub(crate) fn wake(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            // With the lock, so that no waiter is between checking and waiting.
            let held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            self.waiters.notify_all();
            drop(held);
        }
    }
}
