//! Whether a sudden advance of the clock can be trusted.
//!
//! Blocks end by the clock. A clock that is set ahead for a moment, by a wrong time server or an operator, would end
//! blocks early that have a year left. So the clock is compared with a monotonic one: if it leaps ahead by more than
//! [`TOLERANCE`], blocks that end within the leap wait until the clock has kept its lead for [`TRUSTED_AFTER`]. A
//! clock that is set back is trusted at once, since that ends nothing.

use std::time::Duration;

use crate::model::{Span, Timestamp};

/// Clocks drift, and are corrected by seconds now and then.
const TOLERANCE: Span = Span::from_millis(60_000);

/// After a genuine leap, such as of a machine that was paused, blocks end this much late.
const TRUSTED_AFTER: Duration = Duration::from_secs(60 * 60);

/// The clock, compared with a monotonic one.
#[derive(Debug)]
pub(super) struct Steady {
    /// A trusted time, and when it was by the monotonic clock.
    trusted: (Timestamp, Duration),
    /// Since when the clock has been ahead of that.
    ahead_since: Option<Duration>,
}

impl Steady {
    /// Trusts the clock now. `elapsed` is the monotonic clock's time.
    pub(super) const fn new(now: Timestamp, elapsed: Duration) -> Self {
        Self { trusted: (now, elapsed), ahead_since: None }
    }

    /// The time until which blocks may end: `now`, or earlier after a leap.
    pub(super) fn end_of_blocks(&mut self, now: Timestamp, elapsed: Duration) -> Timestamp {
        let (time, at) = self.trusted;
        let passed = i64::try_from(elapsed.saturating_sub(at).as_millis()).unwrap_or(i64::MAX);
        let expected = time.plus(Span::from_millis(passed));
        if now.since(expected) > TOLERANCE {
            let since = *self.ahead_since.get_or_insert_with(|| {
                tracing::warn!(
                    %now, %expected,
                    "the clock leapt ahead: blocks that end within the leap wait until it has kept its lead for an hour"
                );
                elapsed
            });
            if elapsed.saturating_sub(since) < TRUSTED_AFTER {
                return expected;
            }
        }
        self.ahead_since = None;
        self.trusted = (now, elapsed);
        now
    }
}

/// A monotonic clock. On Linux it includes the time the machine sleeps, so that waking up is no leap.
pub(super) fn elapsed() -> Duration {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Ok(time) = nix::time::clock_gettime(nix::time::ClockId::CLOCK_BOOTTIME) {
        return Duration::from(time);
    }
    static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGUN.get_or_init(std::time::Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

    fn at(seconds: i64) -> Timestamp {
        NOON.plus(Span::from_millis(seconds * 1000))
    }

    fn after(seconds: u64) -> Duration {
        Duration::from_secs(7 + seconds)
    }

    #[test]
    fn a_moment_ahead_ends_nothing() {
        let mut steady = Steady::new(at(0), after(0));
        assert_eq!(steady.end_of_blocks(at(0), after(0)), at(0));
        assert_eq!(
            steady.end_of_blocks(at(30), after(1)),
            at(30),
            "a clock that is corrected by half a minute"
        );
        assert_eq!(steady.end_of_blocks(at(365 * 86_400), after(2)), at(31));
        assert_eq!(steady.end_of_blocks(at(365 * 86_400 + 60), after(62)), at(91));
        assert_eq!(steady.end_of_blocks(at(100), after(71)), at(100), "back again");
        assert_eq!(steady.end_of_blocks(at(101), after(72)), at(101));
    }

    #[test]
    fn a_clock_that_stays_ahead_is_believed_after_an_hour() {
        let mut steady = Steady::new(at(0), after(0));
        assert_eq!(steady.end_of_blocks(at(86_400), after(1)), at(1));
        assert_eq!(steady.end_of_blocks(at(86_400 + 3599), after(3600)), at(3600));
        assert_eq!(steady.end_of_blocks(at(86_400 + 3600), after(3601)), at(86_400 + 3600));
        assert_eq!(steady.end_of_blocks(at(86_400 + 3601), after(3602)), at(86_400 + 3601));
    }

    #[test]
    fn each_leap_has_its_own_hour() {
        let mut steady = Steady::new(at(0), after(0));
        assert_eq!(steady.end_of_blocks(at(86_400), after(1)), at(1));
        assert_eq!(steady.end_of_blocks(at(2000), after(2000)), at(2000));
        assert_eq!(steady.end_of_blocks(at(86_400), after(3700)), at(3700), "the second leap");
    }

    #[test]
    fn a_clock_that_is_set_back_is_believed_at_once() {
        let mut steady = Steady::new(at(0), after(0));
        assert_eq!(steady.end_of_blocks(at(-7200), after(1)), at(-7200));
        assert_eq!(steady.end_of_blocks(at(0), after(2)), at(-7199), "and the way back is a leap");
    }
}
