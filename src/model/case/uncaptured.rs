//! Releases of authorisations that were never captured, which some stores report as refunds.

use std::collections::BTreeSet;

use super::super::{CaptureReport, Span};
use super::reported_twice::{ReversedPart, amount_of, is_in_totals};
use super::{Capture, Fact, Money, Steps, Timestamp};

/// How far apart the refund object of a release and the message about the payment may be, by the store's clock.
/// Stripe's times are whole seconds.
const SAME_MOMENT: Span = Span::from_millis(5_000);

/// What was dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Uncaptured {
    /// Something that may be a refund or a release.
    pub(super) is_unconfirmed: bool,
    /// Something that is a release.
    pub(super) is_released: bool,
    /// The captured total, if less than was authorised.
    pub(super) captured: Option<Money>,
}

/// Drops the steps that are releases, and those not yet known to be refunds.
pub(super) fn drop_uncaptured(
    steps: &mut Steps<'_>,
    reversed: &[ReversedPart<'_>],
    captures: &BTreeSet<Capture>,
) -> Uncaptured {
    let reports: Vec<&CaptureReport> = captures
        .iter()
        .filter_map(|capture| match capture {
            Capture::Reported(report) => Some(report),
            Capture::NotReported | Capture::Presumed => None,
        })
        .collect();
    // The bank charges back only what was paid.
    let is_disputed = steps.keys().flatten().any(|step| !is_in_totals(step))
        || reversed.iter().any(|part| !is_in_totals(part.step));
    let is_captured = is_disputed
        || reports.iter().any(|report| report.captured.is_some_and(|captured| captured.micros > 0));
    if is_captured {
        return drop_released_rest(steps, reversed, &reports);
    }
    let is_presumed = captures.contains(&Capture::Presumed);
    let mut left_out = Uncaptured::default();
    steps.retain(|step, reported| {
        let Some(from) = began(reported).filter(|_| step.is_some() && waits_for_capture(reported)) else {
            return true;
        };
        // An authorisation is released as a whole, and not captured after that.
        let is_released = reports.iter().any(|report| report.at >= from);
        left_out.is_released |= is_released;
        left_out.is_unconfirmed |= !is_released && !is_presumed;
        !is_released && is_presumed
    });
    left_out
}

/// Drops the refund object of the rest that a partial capture released: the earliest of exactly that amount, if the
/// payment itself reports that less was refunded.
fn drop_released_rest(
    steps: &mut Steps<'_>,
    reversed: &[ReversedPart<'_>],
    reports: &[&CaptureReport],
) -> Uncaptured {
    let dropped = released_rest(reports).and_then(|rest| {
        let candidates = steps.iter().filter_map(|(step, reported)| {
            let is_rest = waits_for_capture(reported) && amount_of(reported) == Some(rest);
            Some((began(reported)?, (*step).filter(|step| is_in_totals(step) && is_rest)?))
        });
        let (from, step) = candidates.min()?;
        let reported_by = reports
            .iter()
            .filter_map(|report| Some((report.at, report.refunded?)))
            .filter(|(at, refunded)| at.plus(SAME_MOMENT) >= from && refunded.currency == rest.currency)
            .max_by_key(|(at, refunded)| (*at, refunded.micros));
        let (at, refunded) = reported_by?;
        let known = refunds_by(steps, reversed, at, rest);
        (known.saturating_sub(refunded.micros) >= rest.micros).then_some(step)
    });
    if let Some(step) = dropped {
        steps.remove(&Some(step));
    }
    let captured = released_rest(reports).and_then(|_| captured(reports));
    Uncaptured { is_unconfirmed: false, is_released: dropped.is_some(), captured }
}

/// What was authorised and not captured, if something was captured.
fn released_rest(reports: &[&CaptureReport]) -> Option<Money> {
    let rests = reports.iter().filter_map(|report| {
        let (authorised, captured) = (report.authorised?, report.captured?);
        let rest = authorised.micros.checked_sub(captured.micros)?;
        (authorised.currency == captured.currency && captured.micros > 0)
            .then_some(Money { micros: rest, ..authorised })
    });
    rests.min_by_key(|rest| rest.micros).filter(|rest| rest.micros > 0)
}

fn captured(reports: &[&CaptureReport]) -> Option<Money> {
    let with_both = reports.iter().filter(|report| report.authorised.is_some());
    with_both.filter_map(|report| report.captured).max_by_key(|captured| captured.micros)
}

/// The sum of the individually reported refunds at a time.
fn refunds_by(steps: &Steps<'_>, reversed: &[ReversedPart<'_>], at: Timestamp, like: Money) -> i64 {
    let active = steps.iter().filter_map(|(step, reported)| {
        let counts = step.is_some_and(is_in_totals) && began(reported)? <= at.plus(SAME_MOMENT);
        amount_of(reported).filter(|_| counts)
    });
    let ended =
        reversed.iter().filter(|part| is_in_totals(part.step) && part.was_active(at)).map(|part| part.amount);
    active
        .chain(ended)
        .filter(|amount| amount.currency == like.currency)
        .fold(0_i64, |sum, amount| sum.saturating_add(amount.micros))
}

/// Whether a step may be a release: all its messages are of a store that authorises first and do not exclude it.
fn waits_for_capture(reported: &[&Fact]) -> bool {
    reported.iter().all(|fact| fact.about.capture.is_some())
}

fn began(reported: &[&Fact]) -> Option<Timestamp> {
    reported.iter().map(|fact| fact.at).min()
}
