//! Whether a poll can find anything, known without asking the ledger: an idle game loop polls every frame.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crate::model::Timestamp;

/// Rings when events may have come.
pub(crate) struct Bell {
    rung: AtomicBool,
    /// When a lease runs out and its event comes back.
    rings_at: AtomicI64,
}

impl Bell {
    /// A bell that has rung: what was left from before is to be looked for.
    pub(crate) const fn new() -> Self {
        Self { rung: AtomicBool::new(true), rings_at: AtomicI64::new(i64::MAX) }
    }

    pub(crate) fn ring(&self) {
        self.rung.store(true, Ordering::Release);
    }

    pub(crate) fn quiet(&self) {
        self.rung.store(false, Ordering::Release);
    }

    pub(crate) fn ring_at(&self, at: Option<Timestamp>) {
        self.rings_at.store(at.map_or(i64::MAX, Timestamp::millis), Ordering::Release);
    }

    pub(crate) fn may_have_rung(&self, now: Timestamp) -> bool {
        self.rung.load(Ordering::Acquire) || self.rings_at.load(Ordering::Acquire) <= now.millis()
    }
}
