//! Checks of an app's sweeps.

use crate::ledger::SweepRow;
use crate::model::{Span, Store, Timestamp};
use crate::stores::SectionFinding;

/// How long ago the last sweep may be if the host runs them: the shortest retention of the stores is days.
const WITHOUT_BACKGROUND: Span = Span::from_days(1);

/// Checks the sweeps of one app.
pub(super) fn sweeps(
    row: Option<&SweepRow>,
    every: Option<Span>,
    store: &Store,
    now: Timestamp,
) -> Vec<SectionFinding> {
    let by_operator = format!("run `recoup reconcile {store}`");
    let Some(row) = row else {
        let advice = match every {
            Some(every) => {
                format!(
                    "The engine sweeps every {every} while the server runs: is it running? Or {by_operator}."
                )
            }
            None => format!("reconcile.off is set, so {by_operator} every few hours."),
        };
        return vec![SectionFinding::warning(
            "never_swept",
            "the store was never swept for refunds that its messages missed",
            advice,
        )];
    };
    let last = row.swept_at.map_or_else(|| "never".to_owned(), |at| format!("{} ago", now.since(at).words()));
    let longest =
        every.map_or(WITHOUT_BACKGROUND, |every| Span::from_millis(every.millis().saturating_mul(2)));
    let mut findings = vec![match (&row.error, row.swept_at) {
        (Some((code, words)), _) => SectionFinding::warning(
            "sweep_failed",
            format!("the last sweep failed (the last complete one: {last}): {code}, {words}"),
            format!("Correct that; then {by_operator}."),
        ),
        (None, Some(at)) if now.since(at) > longest => {
            let facts = format!("the last complete sweep was {last}");
            match every {
                Some(every) => SectionFinding::warning(
                    "sweep_late",
                    format!("{facts}, and one is due every {every}"),
                    format!("Is the server running, with background work on? Or {by_operator}."),
                ),
                None => SectionFinding::warning(
                    "sweep_late",
                    format!("{facts}, and background sweeps are off (reconcile.off)"),
                    format!("Does the job that sweeps instead of the engine still run? Or {by_operator}."),
                ),
            }
        }
        (None, Some(_)) => SectionFinding::ok("swept", format!("the last complete sweep was {last}")),
        (None, None) => SectionFinding::warning(
            "sweep_unfinished",
            "a sweep has begun and is not complete",
            format!("If none is running, {by_operator}."),
        ),
    }];
    if let Some((from, to)) = row.gap {
        findings.push(SectionFinding::warning(
            "gap",
            format!("refunds from {from} to {to} are past the store's retention"),
            "Recoup cannot find refunds of that period that no message reported: look for them in the store's console.",
        ));
    }
    findings
}
