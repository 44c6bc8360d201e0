//! Time that passes only when code sleeps, or a test advances it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use recoup::transport::Pacing;
use recoup::{Span, Timestamp};

pub struct ManualPacing {
    begun: Timestamp,
    most_jitter: bool,
    passed: Mutex<Duration>,
    slept: Mutex<Vec<Duration>>,
}

impl ManualPacing {
    /// Without any jitter.
    pub fn at(now: Timestamp) -> Arc<Self> {
        Self::new(now, false)
    }

    /// With as much as there may be, and more.
    pub fn with_most_jitter(now: Timestamp) -> Arc<Self> {
        Self::new(now, true)
    }

    fn new(begun: Timestamp, most_jitter: bool) -> Arc<Self> {
        let (passed, slept) = (Mutex::default(), Mutex::default());
        Arc::new(Self { begun, most_jitter, passed, slept })
    }

    pub fn pass(&self, span: Duration) {
        *self.passed.lock().unwrap() += span;
    }

    pub fn passed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }

    pub fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

impl Pacing for ManualPacing {
    fn now(&self) -> Timestamp {
        self.begun.plus(Span::from_millis(i64::try_from(self.passed().as_millis()).unwrap()))
    }

    fn elapsed(&self) -> Duration {
        self.passed()
    }

    fn sleep(&self, wait: Duration) {
        self.slept.lock().unwrap().push(wait);
        self.pass(wait);
    }

    fn jitter(&self, most: Duration) -> Duration {
        if self.most_jitter { most * 10 } else { Duration::ZERO }
    }
}
