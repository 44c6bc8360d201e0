//! Time, waits and randomness, as arguments.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::model::Timestamp;

/// What waiting needs: the time, a monotonic clock, a way to wait, and randomness. Tests replace it.
pub trait Pacing: Send + Sync {
    /// The time of day, to interpret times that a store sends.
    fn now(&self) -> Timestamp;

    /// The time since some fixed moment, by a monotonic clock.
    fn elapsed(&self) -> Duration;

    /// Waits on this thread.
    fn sleep(&self, wait: Duration);

    /// A random time up to `most`, so that clients that wait for the same do not all come at once.
    fn jitter(&self, most: Duration) -> Duration;
}

/// The system's clocks, sleep and random numbers.
#[derive(Clone, Debug)]
pub struct SystemPacing {
    begun: Instant,
    random: SystemRandom,
}

impl SystemPacing {
    /// Starts its monotonic clock.
    #[must_use]
    pub fn new() -> Self {
        Self { begun: Instant::now(), random: SystemRandom::new() }
    }
}

impl Default for SystemPacing {
    fn default() -> Self {
        Self::new()
    }
}

impl Pacing for SystemPacing {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn sleep(&self, wait: Duration) {
        std::thread::sleep(wait);
    }

    fn jitter(&self, most: Duration) -> Duration {
        let mut bytes = [0; 4];
        // Without random numbers everyone waits the longest: late, but never too early.
        let share = match self.random.fill(&mut bytes) {
            Ok(()) => u32::from_le_bytes(bytes),
            Err(_) => u32::MAX,
        };
        most.mul_f64(f64::from(share) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_within_what_was_said_and_is_not_always_the_same() {
        let pacing = SystemPacing::new();
        let most = Duration::from_secs(1000);
        let some: Vec<_> = (0..20).map(|_| pacing.jitter(most)).collect();
        assert!(some.iter().all(|jitter| *jitter <= most), "{some:?}");
        assert!(some.iter().any(|jitter| *jitter != some[0]), "{some:?}");
        assert_eq!(pacing.jitter(Duration::ZERO), Duration::ZERO);
    }
}
