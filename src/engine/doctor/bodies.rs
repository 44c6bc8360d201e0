//! Checks the raw bodies that are kept without a limit.

use super::{DoctorContext, Findings};
use crate::model::{DoctorArea, Finding, Span};
use crate::stores::SectionFinding;

/// How many of the newest bodies stand for a year of them.
const SAMPLE: i64 = 1000;

/// A year.
const YEAR: Span = Span::from_days(365);

/// Warns of bodies older than a year, where nothing removes them.
pub(super) fn check<P: FnMut(&Finding)>(context: &DoctorContext<'_>, findings: &mut Findings<P>) {
    if context.retention.bodies.is_some() {
        return;
    }
    let bodies = match context.read(|read| read.kept_bodies(SAMPLE)) {
        None | Some(Ok(None)) => return,
        Some(Err(noted)) => return findings.add(None, DoctorArea::Ledger, noted),
        Some(Ok(Some(bodies))) => bodies,
    };
    let now = context.now();
    if now.since(bodies.oldest) < YEAR {
        return;
    }
    // A day at least: a burst of messages is no rate.
    let span = i128::from(now.since(bodies.sampled_from).millis().max(Span::from_days(1).millis()));
    let a_year = i128::from(bodies.sampled_bytes).saturating_mul(i128::from(YEAR.millis())) / span;
    let facts = format!(
        "raw bodies of the stores' messages are kept since {}, and a year of them comes to about {}",
        bodies.oldest,
        size(a_year)
    );
    findings.add(
        None,
        DoctorArea::Ledger,
        SectionFinding::warning(
            "old_bodies",
            facts,
            "They contain personal data, and nothing needs them once the stores' disputes are over: set \"retention\": \
             {\"bodies\": \"365d\"}. What was read from them stays.",
        ),
    );
}

fn size(bytes: i128) -> String {
    match bytes {
        ..=0xF_FFFF => "1 MiB or less".to_owned(),
        more => format!("{} MiB", more >> 20),
    }
}
