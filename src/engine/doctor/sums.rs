//! Checks that sums are what the rows add up to: the figures, and the balances of the books.

use super::{DoctorContext, Findings};
use crate::model::{DoctorArea, Finding};
use crate::stores::SectionFinding;

/// The most purchases and refunds that are counted again: that takes about a second.
const MAX_RECOUNTED: i64 = 200_000;

/// How many of the newest balances are compared with their entries.
const MAX_BALANCES: i64 = 10_000;

/// How many refunds a finding names.
const MAX_NAMED: usize = 10;

/// Adds findings only where something is wrong: it is the program's own arithmetic.
pub(super) fn check<P: FnMut(&Finding)>(context: &DoctorContext<'_>, findings: &mut Findings<P>) {
    for noted in [figures(context), books(context)].into_iter().flatten() {
        findings.add(None, DoctorArea::Ledger, noted);
    }
}

fn figures(context: &DoctorContext<'_>) -> Option<SectionFinding> {
    let checked = context.read(|read| {
        let is_large = read.rows_to_count()? > MAX_RECOUNTED;
        if is_large { Ok(None) } else { read.check_sums().map(Some) }
    })?;
    let check = match checked {
        Err(noted) => return Some(noted),
        Ok(check) => check.filter(|check| check.wrong > 0 || check.wrong_rows > 0)?,
    };
    Some(SectionFinding::warning(
        "figures_do_not_add_up",
        format!(
            "{} sums of figures are not what {} purchases and refunds add up to ({} refunds with wrong marks)",
            check.wrong, check.rows, check.wrong_rows
        ),
        "Count them again: `recoup stats --recount`. Refunds, books and blocks are not affected. Please report it.",
    ))
}

fn books(context: &DoctorContext<'_>) -> Option<SectionFinding> {
    let check = match context.read(|read| read.check_books(MAX_BALANCES))? {
        Err(noted) => return Some(noted),
        Ok(check) => check,
    };
    if check.wrong.is_empty() {
        return None;
    }
    let named: Vec<String> = check.wrong.iter().take(MAX_NAMED).map(ToString::to_string).collect();
    Some(SectionFinding::broken(
        "books_do_not_add_up",
        format!(
            "the balances of {} of {} refunds are not the sums of their entries: {}",
            check.wrong.len(),
            check.refunds,
            named.join(", ")
        ),
        "Keep a copy of the ledger, and report it with `recoup order ORDER --json` of one of these refunds. What is owed for \
         them may be wrong; the entries show what was taken.",
    ))
}
