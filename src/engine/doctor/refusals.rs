//! Requests that came and were refused, by whichever process counted them in the ledger.

use super::{Bench, Found};
use crate::ledger::RefusalRow;
use crate::model::{DoctorArea, Finding, Span, Store, Timestamp};
use crate::stores::Noted;

/// What is older was seen before.
const NEWS: Span = Span::from_days(7);

/// Of Amazon's messages, where the configuration pins a certificate.
const PINNED: &str = "pinned_certificate";

/// All that is news.
pub(super) fn check<P: FnMut(&Finding)>(bench: &Bench<'_>, found: &mut Found<P>) {
    let now = bench.now();
    let rows = match bench.ask(|read| read.refusals(now.plus(Span::from_millis(-NEWS.millis())))) {
        None => return,
        Some(Err(noted)) => return found.add(None, DoctorArea::Ledger, noted),
        Some(Ok(rows)) => rows,
    };
    let (door, of_stores): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.store.is_empty());
    if let Some(noted) = at_the_door(&door, now) {
        found.add(None, DoctorArea::Webhooks, noted);
    }
    for store in Store::ALL {
        let rows: Vec<_> = of_stores.iter().filter(|row| row.store == store.as_str()).collect();
        if let Some(noted) = rejected(&rows, now) {
            found.add_of_store(store, DoctorArea::Webhooks, noted);
        }
    }
}

fn at_the_door(rows: &[RefusalRow], now: Timestamp) -> Option<Noted> {
    let facts = format!("requests came and were refused at the door: {}", counted(rows.iter(), now)?);
    Some(Noted::warning(
        "http_refusals",
        facts,
        "If these are a store's, nothing of it arrives: compare the URL in the store's console, and what stands before this \
         server (a prefix that it adds or leaves out), with the routes that `recoup serve` prints. If they are strangers', \
         have what stands before this server pass on /v1/ alone.",
    ))
}

fn rejected(rows: &[&RefusalRow], now: Timestamp) -> Option<Noted> {
    let counts = counted(rows.iter().copied(), now)?;
    let pinned = rows.iter().find(|row| row.code == PINNED);
    Some(match pinned {
        Some(row) => Noted::warning(
            PINNED,
            format!("messages are not signed by the pinned certificate: {}", row.message),
            "If Amazon has gone over to another certificate, no message is accepted until it is pinned: fetch it from the URL \
             above, which is Amazon's, put it in the file, and start the server again. Amazon repeats a message for a while \
             only; what is lost is found by `recoup reconcile`. If the URL is the one that the pinned file came from, the \
             messages are forged.",
        ),
        None => Noted::warning(
            "rejected",
            format!("messages were rejected: {counts}"),
            "Verification keeps strangers out, so some of these may be theirs. If all of the store's are rejected, its keys in the \
             configuration are wrong, or something alters the requests on their way: look at the reason.",
        ),
    })
}

/// How many of which reasons, and the last one's words.
fn counted<'a>(rows: impl Iterator<Item = &'a RefusalRow> + Clone, now: Timestamp) -> Option<String> {
    let last = rows.clone().max_by_key(|row| row.last_at)?;
    let counts: Vec<_> = rows.map(|row| format!("{} {}", row.count, row.code)).collect();
    Some(format!("{}; the last {} ago: {}", counts.join(", "), now.since(last.last_at).words(), last.message))
}
