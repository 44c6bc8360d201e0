//! Whether the clock's word that much time has passed is to be believed.
//!
//! A block's end is a time of the clock. A clock that is put ahead for a moment, by a mistaken time server or a hand, would
//! end blocks that have a year to go, for good. So the clock is compared with one that cannot be set: where it leaps ahead
//! of that by more than [`TOLERANCE`], blocks that end in the time leapt over wait until the clock has kept its lead for
//! [`BELIEVED_AFTER`]. A clock that is set back is believed at once, since that ends nothing.

use std::time::Duration;

use crate::model::{Span, Timestamp};

/// Clocks run unlike each other, and are set by seconds now and then.
const TOLERANCE: Span = Span::from_millis(60_000);

/// After a right leap, such as of a machine that was paused, blocks end this much later than they should.
const BELIEVED_AFTER: Duration = Duration::from_secs(60 * 60);

/// The clock, compared with one that cannot be set.
#[derive(Debug)]
pub(super) struct Steady {
    /// A time that is believed, and when that was by the other clock.
    believed: (Timestamp, Duration),
    /// Since when the clock is ahead of that.
    ahead_since: Option<Duration>,
}

impl Steady {
    /// Believes the clock now. `elapsed` is of a clock that cannot be set.
    pub(super) const fn new(now: Timestamp, elapsed: Duration) -> Self {
        Self { believed: (now, elapsed), ahead_since: None }
    }

    /// The time up to which blocks may end: `now`, or less where the clock has leapt.
    pub(super) fn end_of_blocks(&mut self, now: Timestamp, elapsed: Duration) -> Timestamp {
        let (time, at) = self.believed;
        let passed = i64::try_from(elapsed.saturating_sub(at).as_millis()).unwrap_or(i64::MAX);
        let expected = time.plus(Span::from_millis(passed));
        if now.since(expected) > TOLERANCE {
            let since = *self.ahead_since.get_or_insert_with(|| {
                tracing::warn!(
                    %now, %expected,
                    "the clock leapt ahead: blocks that end in between wait until it has kept this for an hour"
                );
                elapsed
            });
            if elapsed.saturating_sub(since) < BELIEVED_AFTER {
                return expected;
            }
        }
        self.ahead_since = None;
        self.believed = (now, elapsed);
        now
    }
}

/// A clock that cannot be set. On Linux it counts while the machine sleeps, so that waking is no leap.
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
        assert_eq!(steady.end_of_blocks(at(30), after(1)), at(30), "a clock that is set by half a minute");
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
    fn each_leap_has_an_hour_of_its_own() {
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
