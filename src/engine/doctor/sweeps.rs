//! Whether a store is asked for what its messages missed.

use crate::ledger::SweepRow;
use crate::model::{Span, Store, Timestamp};
use crate::stores::Noted;

/// How long ago the last sweep may be where the host makes them by itself: what the stores keep shortest is lost after
/// days.
const BY_HAND: Span = Span::from_days(1);

/// What is known of the sweeps of one app.
pub(super) fn sweeps(
    row: Option<&SweepRow>,
    every: Option<Span>,
    store: &Store,
    now: Timestamp,
) -> Vec<Noted> {
    let by_operator = format!("run `recoup reconcile {store}`");
    let Some(row) = row else {
        let advice = match every {
            Some(every) => {
                format!("The engine does it every {every} while the server runs: does it? Or {by_operator}.")
            }
            None => format!("reconcile.off is set, so {by_operator} every few hours."),
        };
        return vec![Noted::warning(
            "never_swept",
            "the store was never asked for what its messages missed",
            advice,
        )];
    };
    let last = row.swept_at.map_or_else(|| "never".to_owned(), |at| format!("{} ago", now.since(at).words()));
    let longest = every.map_or(BY_HAND, |every| Span::from_millis(every.millis().saturating_mul(2)));
    let mut found = vec![match (&row.error, row.swept_at) {
        (Some((code, words)), _) => Noted::warning(
            "sweep_failed",
            format!("the last sweep failed (the last that came to its end: {last}): {code}, {words}"),
            format!("Mend what it says; then {by_operator}."),
        ),
        (None, Some(at)) if now.since(at) > longest => {
            let facts = format!("the last sweep came to its end {last}");
            match every {
                Some(every) => Noted::warning(
                    "sweep_late",
                    format!("{facts}, and one is due every {every}"),
                    format!(
                        "Does the server run, with an engine that works with the stores? Or {by_operator}."
                    ),
                ),
                None => Noted::warning(
                    "sweep_late",
                    format!("{facts}, and none is made by itself (reconcile.off)"),
                    format!("Does what should sweep in the engine's place still run? Or {by_operator}."),
                ),
            }
        }
        (None, Some(_)) => Noted::ok("swept", format!("the last sweep came to its end {last}")),
        (None, None) => Noted::warning(
            "sweep_unfinished",
            "a sweep was begun and has not come to its end",
            format!("If none is running, {by_operator}."),
        ),
    }];
    if let Some((from, to)) = row.gap {
        found.push(Noted::warning(
            "gap",
            format!("refunds from {from} to {to} are past the store's retention"),
            "Refunds of that time that no message reported are lost to Recoup: look for them in the store's console.",
        ));
    }
    found
}
