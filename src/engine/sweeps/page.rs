//! Ingesting a page row by row, and counting what was new.

use std::sync::Arc;

use super::{HOLD, SweepTarget};
use crate::engine::Engine;
use crate::engine::change::{Change, Rules};
use crate::engine::sweeps::Page;
use crate::ledger::{HeldSweep, LedgerError, Tx};
use crate::model::{CaseState, DeadLetter, Meaning, Refund, Signal, Store, StoreState, Timestamp};
use crate::stores::{Rejection, SweepPage};

/// How many rows of a page share a commit. Google's pages have 1000, and no webhook is answered meanwhile. If only a
/// part of a page was ingested, the page is requested again: known rows change nothing.
const ROWS_A_COMMIT: usize = 100;

impl Engine {
    /// Ingests a page and writes where the next one begins. Returns the counts and whether the sweep is still this
    /// engine's: another takes it over if this one made no progress within its lease.
    pub(super) fn ingest_page(
        &self,
        target: &SweepTarget<'_>,
        held: &HeldSweep,
        page: Page,
    ) -> Result<(Counts, bool), LedgerError> {
        let Page { listed: SweepPage { found, unread, next }, receipts, refused, answered, failed, .. } =
            page;
        let (found, unread) = split_broken_ids(found, unread);
        let postponed = u64::try_from(failed.len()).unwrap_or(u64::MAX);
        let (store, app) = (target.store.clone(), target.app.to_owned());
        let (held, now) = (held.clone(), self.now());
        let (counts, (unread, is_ours)) = self.ingest_rows_in_parts(found, move |tx| {
            for receipt_id in &answered {
                tx.answered_receipt(&store, &app, receipt_id)?;
            }
            for (receipt_id, problem) in &failed {
                tx.postpone_receipt(&store, &app, receipt_id, problem, now)?;
            }
            for (receipt_id, settled) in &receipts {
                tx.keep_receipt(&store, &app, receipt_id, *settled)?;
            }
            let mut kept = 0;
            for (problem, body) in &unread {
                kept += u64::from(store_unread(tx, &store, now, problem, body)?);
            }
            let is_ours = match &next {
                Some(next) => tx.turn_page(&held, Some(next), now, now.plus(HOLD))?,
                None => tx.end_sweep(&held, now)?,
            };
            Ok((kept, is_ours))
        })?;
        Ok((Counts { refused, postponed, unread, ..counts }, is_ours))
    }

    /// Ingests a store's rows, [some in each commit](ROWS_A_COMMIT), and stores the unreadable ones as dead letters.
    /// For rows outside a sweep; a sweep uses [`ingest_page`](Self::ingest_page).
    pub(in crate::engine) fn ingest_rows_and_unread(
        &self,
        store: &Store,
        rows: Vec<(Signal, Vec<u8>)>,
        unread: Vec<(String, Vec<u8>)>,
    ) -> Result<Counts, LedgerError> {
        let (store, now) = (store.clone(), self.now());
        let (rows, unread) = split_broken_ids(rows, unread);
        let (mut counts, unread) = self.ingest_rows_in_parts(rows, move |tx| {
            let mut kept = 0;
            for (problem, body) in &unread {
                kept += u64::from(store_unread(tx, &store, now, problem, body)?);
            }
            Ok(kept)
        })?;
        counts.unread = unread;
        Ok(counts)
    }

    /// Ingests rows, [some in each commit](ROWS_A_COMMIT), and runs `then` in the last commit.
    fn ingest_rows_in_parts<T: Send + 'static>(
        &self,
        rows: Vec<(Signal, Vec<u8>)>,
        then: impl Fn(&Tx<'_>) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<(Counts, T), LedgerError> {
        let (mut rows, mut counts) = (rows.into_iter(), Counts::default());
        while rows.len() > ROWS_A_COMMIT {
            let part = rows.by_ref().take(ROWS_A_COMMIT).collect();
            counts.add(self.ingest_rows(part, |_| Ok(()))?.0);
        }
        let (last, done) = self.ingest_rows(rows.collect(), then)?;
        counts.add(last);
        Ok((counts, done))
    }

    /// Ingests rows, and runs `then` in the same commit.
    pub(in crate::engine) fn ingest_rows<T: Send + 'static>(
        &self,
        rows: Vec<(Signal, Vec<u8>)>,
        then: impl Fn(&Tx<'_>) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<(Counts, T), LedgerError> {
        let (rules, now) = (Arc::clone(&self.rules), self.now());
        self.ledger.writer.run(move |tx| {
            let mut counts = Counts::default();
            for (signal, body) in &rows {
                counts.queue(take(tx, &rules, now, signal, body)?);
            }
            Ok::<_, LedgerError>((counts, then(tx)?))
        })
    }
}

/// Rows with their meaning, and rows with the reason why they are unreadable.
type Rows = (Vec<(Signal, Vec<u8>)>, Vec<(String, Vec<u8>)>);

/// Moves rows with a broken order id to the unreadable ones.
fn split_broken_ids(found: Vec<(Signal, Vec<u8>)>, mut unread: Vec<(String, Vec<u8>)>) -> Rows {
    let mut whole = Vec::with_capacity(found.len());
    for (signal, body) in found {
        match signal.whole_ids() {
            Ok(signal) => whole.push((signal, body)),
            Err(bad) => unread.push((bad.to_string(), body)),
        }
    }
    (whole, unread)
}

/// What a page contained.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Counts {
    pub(in crate::engine) found: u64,
    pub(in crate::engine) new: u64,
    pub(in crate::engine) changed: u64,
    pub(in crate::engine) unread: u64,
    pub(in crate::engine) refused: u64,
    pub(in crate::engine) postponed: u64,
}

impl Counts {
    const fn queue(&mut self, news: RowEffect) {
        self.found += 1;
        match news {
            RowEffect::NewRefund => self.new += 1,
            RowEffect::Changed => self.changed += 1,
            RowEffect::Known => {}
        }
    }

    pub(in crate::engine) const fn add(&mut self, others: Self) {
        self.found += others.found;
        self.new += others.new;
        self.changed += others.changed;
        self.unread += others.unread;
        self.refused += others.refused;
        self.postponed += others.postponed;
    }
}

/// What was new in a row.
enum RowEffect {
    NewRefund,
    Changed,
    Known,
}

fn take(
    tx: &Tx<'_>,
    rules: &Rules,
    now: Timestamp,
    signal: &Signal,
    body: &[u8],
) -> Result<RowEffect, LedgerError> {
    let before = match &signal.meaning {
        Meaning::Case { key, .. } => tx.case_of_key(&signal.place, key)?.map(|case| case.refund),
        _ => None,
    };
    let ingested = Change::ingest_swept(tx, rules, now, signal, body)?;
    let Some(after) = ingested.refund else { return Ok(RowEffect::Known) };
    Ok(match before {
        _ if !ingested.new => RowEffect::Known,
        // A refund that was already reversed is new as well.
        None if was_refunded(&after)
            && after.merged_into.is_none()
            && !has_merged_case_by_token(tx, &after)? =>
        {
            RowEffect::NewRefund
        }
        None => RowEffect::Changed,
        Some(before) if was_refunded(&after) && !was_refunded(&before) => RowEffect::NewRefund,
        Some(before) if is_news(&before, &after) => RowEffect::Changed,
        Some(_) => RowEffect::Known,
    })
}

/// Stores an unreadable row as a dead letter; `false` if it was stored before.
fn store_unread(
    tx: &Tx<'_>,
    store: &Store,
    now: Timestamp,
    problem: &str,
    body: &[u8],
) -> Result<bool, LedgerError> {
    let rejection = Rejection::NotUnderstood { problem: problem.to_owned() };
    let letter = DeadLetter {
        id: 0,
        store: store.clone(),
        received_at: now,
        code: rejection.code().to_owned(),
        message: rejection.to_string(),
        body: body.to_vec(),
    };
    let is_new = tx.keep_dead_letter(&letter, ring::digest::digest(&ring::digest::SHA256, body).as_ref())?;
    if is_new {
        tracing::error!(store = %store, code = rejection.code(), "a row of the store's answer was stored as a dead letter: {rejection}");
    }
    Ok(is_new)
}

/// Whether a case by token has turned out to be this refund.
fn has_merged_case_by_token(tx: &Tx<'_>, refund: &Refund) -> Result<bool, LedgerError> {
    let Some(token) = &refund.case.about.purchase_token else { return Ok(false) };
    let Some(case) = tx.case(refund.id)? else { return Ok(false) };
    let others = tx.read().cases_of_token(&case, token)?;
    Ok(others.iter().any(|other| other.refund.merged_into == Some(refund.id)))
}

/// Whether it was refunded, even if it was reversed since.
const fn was_refunded(refund: &Refund) -> bool {
    match refund.case.state {
        StoreState::Refunded | StoreState::PartlyRefunded | StoreState::Reversed => true,
        StoreState::PendingReview | StoreState::Declined | StoreState::Unconfirmed | StoreState::Released => {
            false
        }
    }
}

/// Whether the store reported more than before, and not only the same from a more reliable source.
fn is_news(before: &Refund, after: &Refund) -> bool {
    let as_sure = CaseState { trust: before.case.trust, ..after.case.clone() };
    before.case != as_sure || before.environment != after.environment
}
