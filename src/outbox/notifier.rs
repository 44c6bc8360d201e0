//! Whether a poll can find anything, known without asking the ledger: an idle game loop polls every frame.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::model::Timestamp;

/// A clock that is set back by more than this, in milliseconds, was ahead.
const SET_BACK: i64 = 60_000;

/// How long a wait goes by without looking at the clock, which is not the one that condition variables wait by.
const GLANCE: Duration = Duration::from_millis(100);

/// Rings when events may have come.
pub(crate) struct Notifier {
    rung: AtomicBool,
    /// When a lease runs out and its event comes back.
    rings_at: AtomicI64,
    /// When that was set.
    set_at: AtomicI64,
    closed: AtomicBool,
    waiting: AtomicUsize,
    lock: Mutex<()>,
    heard: Condvar,
}

impl Notifier {
    /// A notifier that has rung: what was left from before is to be looked for.
    pub(crate) const fn new() -> Self {
        Self {
            rung: AtomicBool::new(true),
            rings_at: AtomicI64::new(i64::MAX),
            set_at: AtomicI64::new(i64::MIN),
            closed: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            lock: Mutex::new(()),
            heard: Condvar::new(),
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
            // The clock was ahead when it was set, and so may be the leases of that time.
            || self.set_at.load(Ordering::Acquire).saturating_sub(now.millis()) > SET_BACK
    }

    /// Lets nobody wait any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.wake();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Waits until it may have rung, `also` says so, or the time is up; whether there is something to look for.
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
            // Before the notifier: what has rung cannot be polled any more.
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
            held = self.heard.wait_timeout(held, left.min(GLANCE)).unwrap_or_else(PoisonError::into_inner).0;
        };
        drop(held);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        found
    }

    /// Lets who waits look again.
    pub(crate) fn wake(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            // With the lock, so that nobody is between looking and waiting.
            let held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            self.heard.notify_all();
            drop(held);
        }
    }
}
