//! When a message is sent again.

use crate::model::Span;

/// The waits after each failed try, as Standard Webhooks recommend: ten tries within three days.
const WAITS: [Span; 9] = [
    Span::from_millis(5_000),
    Span::from_millis(5 * 60_000),
    Span::from_millis(30 * 60_000),
    Span::from_hours(2),
    Span::from_hours(5),
    Span::from_hours(10),
    Span::from_hours(14),
    Span::from_hours(20),
    Span::from_hours(24),
];

/// The longest wait that an endpoint's `Retry-After` may request.
const LONGEST_REQUESTED: Span = Span::from_hours(24);

/// How long an overloaded endpoint is left alone that requests no time itself: its other messages are not to wait for as
/// long as one that it may never accept.
const HOLD: Span = Span::from_millis(5 * 60_000);

/// No wait is longer: the last one with its spread, and a minute. What is due later was written while the clock was
/// ahead.
pub(crate) const LONGEST_WAIT: Span = Span::from_millis(24 * 3_600_000 * 6 / 5 + 60_000);

/// How many thousandths of a wait it may be shorter or longer, so that what failed together is not sent together.
const SPREAD: i64 = 200;

/// The wait after the try of this number, from 1; `None`: it was the last. `requested` is the endpoint's `Retry-After`,
/// which counts where it is longer. `chance` is any number.
pub(crate) fn next_try(attempt: u32, requested: Option<Span>, chance: u32) -> Option<Span> {
    let place = usize::try_from(attempt.saturating_sub(1)).ok()?;
    let wait = WAITS.get(place)?.millis();
    let thousandths = 1000 - SPREAD + i64::from(chance) % (2 * SPREAD + 1);
    let spread = wait.saturating_mul(thousandths).div_euclid(1000);
    let requested = requested.map_or(0, |span| span.millis().min(LONGEST_REQUESTED.millis()));
    Some(Span::from_millis(spread.max(requested)))
}

/// How long all of an overloaded endpoint's messages wait, where the one that it refused waits for `next`.
pub(crate) fn hold(next: Span, requested: Option<Span>) -> Span {
    let requested = requested.map(Span::millis).filter(|millis| *millis > 0).unwrap_or(HOLD.millis());
    Span::from_millis(requested.min(next.millis()))
}
