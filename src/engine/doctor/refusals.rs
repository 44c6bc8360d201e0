//! Checks of refused requests, counted in the ledger by any process.

use super::{DoctorContext, Findings};
use crate::ledger::RefusalRow;
use crate::model::{DoctorArea, Finding, Span, Store, Timestamp};
use crate::stores::SectionFinding;

/// Older refusals are not reported.
const RECENT: Span = Span::from_days(7);

/// The code for Amazon's messages if the configuration pins a certificate.
const PINNED: &str = "pinned_certificate";

/// Checks all recent refusals.
pub(super) fn check<P: FnMut(&Finding)>(context: &DoctorContext<'_>, findings: &mut Findings<P>) {
    let now = context.now();
    let rows = match context.read(|read| read.refusals(now.plus(Span::from_millis(-RECENT.millis())))) {
        None => return,
        Some(Err(noted)) => return findings.add(None, DoctorArea::Ledger, noted),
        Some(Ok(rows)) => rows,
    };
    let (http, of_stores): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.store.is_empty());
    if let Some(noted) = http_refusals(&http, now) {
        findings.add(None, DoctorArea::Webhooks, noted);
    }
    for store in Store::ALL {
        let rows: Vec<_> = of_stores.iter().filter(|row| row.store == store.as_str()).collect();
        if let Some(noted) = rejected(&rows, now) {
            findings.add_of_store(store, DoctorArea::Webhooks, noted);
        }
    }
}

fn http_refusals(rows: &[RefusalRow], now: Timestamp) -> Option<SectionFinding> {
    let facts = format!("the web server refused requests: {}", counted(rows.iter(), now)?);
    Some(SectionFinding::warning(
        "http_refusals",
        facts,
        "If these are a store's, its messages do not arrive: compare the URL in the store's console, and the proxy before this \
         server (a prefix that it adds or leaves out), with the routes that `recoup serve` prints. If they are strangers', \
         have the proxy pass on only /v1/.",
    ))
}

fn rejected(rows: &[&RefusalRow], now: Timestamp) -> Option<SectionFinding> {
    let counts = counted(rows.iter().copied(), now)?;
    let pinned = rows.iter().find(|row| row.code == PINNED);
    Some(match pinned {
        Some(row) => SectionFinding::warning(
            PINNED,
            format!("messages are not signed by the pinned certificate: {}", row.message),
            "If Amazon has changed its certificate, no message is accepted until the new one is pinned: fetch it from the URL \
             above, which is Amazon's, put it in the file, and restart the server. Amazon repeats a message for a while \
             only; `recoup reconcile` finds what is lost. If the pinned file came from this URL, the \
             messages are forged.",
        ),
        None => SectionFinding::warning(
            "rejected",
            format!("messages were rejected: {counts}"),
            "Some of these may be forged. If all of the store's are rejected, its keys in the \
             configuration are wrong, or a proxy alters the requests: see the reason.",
        ),
    })
}

/// The counts by reason, and the latest message.
fn counted<'a>(rows: impl Iterator<Item = &'a RefusalRow> + Clone, now: Timestamp) -> Option<String> {
    let last = rows.clone().max_by_key(|row| row.last_at)?;
    let counts: Vec<_> = rows.map(|row| format!("{} {}", row.count, row.code)).collect();
    Some(format!("{}; the last {} ago: {}", counts.join(", "), now.since(last.last_at).words(), last.message))
}
