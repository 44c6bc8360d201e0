//! Ingesting what a page says, row by row, and counting what of it was news.

use std::sync::Arc;

use super::{HOLD, SweepTarget};
use crate::engine::Engine;
use crate::engine::change::{Change, Rules};
use crate::engine::sweeps::Page;
use crate::ledger::{HeldSweep, LedgerError, Tx};
use crate::model::{CaseState, DeadLetter, Meaning, Refund, Signal, Store, StoreState, Timestamp};
use crate::stores::{Rejection, SweepPage};

/// How many rows of a page share a commit. Google's pages have 1000, and meanwhile no webhook is answered. Where only
/// some of a page are ingested, it is asked for again: what is known changes nothing.
const ROWS_A_COMMIT: usize = 100;

impl Engine {
    /// Takes a page in and notes where the next one begins. Whether the sweep is still this engine's comes with the
    /// counts: another takes it over where this one was silent for longer than its hold.
    pub(super) fn take_page(
        &self,
        asked: &SweepTarget<'_>,
        held: &HeldSweep,
        page: Page,
    ) -> Result<(Counts, bool), LedgerError> {
        let Page { listed: SweepPage { found, unread, next }, receipts, refused, answered, failed, .. } =
            page;
        let (found, unread) = of_whole_ids(found, unread);
        let postponed = u64::try_from(failed.len()).unwrap_or(u64::MAX);
        let (store, app) = (asked.store.clone(), asked.app.to_owned());
        let (held, now) = (held.clone(), self.now());
        let (counts, (unread, is_ours)) = self.take_rows_in_parts(found, move |tx| {
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
                kept += u64::from(keep_unread(tx, &store, now, problem, body)?);
            }
            let is_ours = match &next {
                Some(next) => tx.turn_page(&held, Some(next), now, now.plus(HOLD))?,
                None => tx.end_sweep(&held, now)?,
            };
            Ok((kept, is_ours))
        })?;
        Ok((Counts { refused, postponed, unread, ..counts }, is_ours))
    }

    /// Ingests a store's rows, [some in each commit](ROWS_A_COMMIT), and keeps those that cannot be understood as dead
    /// letters. For what is not a sweep's page; a sweep has [`take_page`](Self::take_page).
    pub(in crate::engine) fn take_rows_and_unread(
        &self,
        store: &Store,
        rows: Vec<(Signal, Vec<u8>)>,
        unread: Vec<(String, Vec<u8>)>,
    ) -> Result<Counts, LedgerError> {
        let (store, now) = (store.clone(), self.now());
        let (rows, unread) = of_whole_ids(rows, unread);
        let (mut counts, unread) = self.take_rows_in_parts(rows, move |tx| {
            let mut kept = 0;
            for (problem, body) in &unread {
                kept += u64::from(keep_unread(tx, &store, now, problem, body)?);
            }
            Ok(kept)
        })?;
        counts.unread = unread;
        Ok(counts)
    }

    /// Ingests rows, [some in each commit](ROWS_A_COMMIT), and does `then` in the last commit.
    fn take_rows_in_parts<T: Send + 'static>(
        &self,
        rows: Vec<(Signal, Vec<u8>)>,
        then: impl Fn(&Tx<'_>) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<(Counts, T), LedgerError> {
        let (mut rows, mut counts) = (rows.into_iter(), Counts::default());
        while rows.len() > ROWS_A_COMMIT {
            let part = rows.by_ref().take(ROWS_A_COMMIT).collect();
            counts.add(self.take_rows(part, |_| Ok(()))?.0);
        }
        let (last, done) = self.take_rows(rows.collect(), then)?;
        counts.add(last);
        Ok((counts, done))
    }

    /// Takes some rows in, and does `then` in the same commit.
    pub(in crate::engine) fn take_rows<T: Send + 'static>(
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

/// Rows with what each means, and rows with why they are not understood.
type Rows = (Vec<(Signal, Vec<u8>)>, Vec<(String, Vec<u8>)>);

/// Moves what names its order by a broken id to what is not understood.
fn of_whole_ids(found: Vec<(Signal, Vec<u8>)>, mut unread: Vec<(String, Vec<u8>)>) -> Rows {
    let mut whole = Vec::with_capacity(found.len());
    for (signal, body) in found {
        match signal.whole_ids() {
            Ok(signal) => whole.push((signal, body)),
            Err(bad) => unread.push((bad.to_string(), body)),
        }
    }
    (whole, unread)
}

/// What a page brought.
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
    const fn queue(&mut self, news: News) {
        self.found += 1;
        match news {
            News::NewRefund => self.new += 1,
            News::Changed => self.changed += 1,
            News::Known => {}
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

/// What one row reported.
enum News {
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
) -> Result<News, LedgerError> {
    let before = match &signal.meaning {
        Meaning::Case { key, .. } => tx.case_of_key(&signal.place, key)?.map(|case| case.refund),
        _ => None,
    };
    let taken = Change::take_swept(tx, rules, now, signal, body)?;
    let Some(after) = taken.refund else { return Ok(News::Known) };
    Ok(match before {
        _ if !taken.new => News::Known,
        // Money that went and came again was not known either.
        None if went(&after) && after.merged_into.is_none() && !stands_for_another(tx, &after)? => {
            News::NewRefund
        }
        None => News::Changed,
        Some(before) if went(&after) && !went(&before) => News::NewRefund,
        Some(before) if is_news(&before, &after) => News::Changed,
        Some(_) => News::Known,
    })
}

/// Keeps a row that cannot be understood; `false` where it was kept before.
fn keep_unread(
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
        tracing::error!(store = %store, code = rejection.code(), "a row of the store's answer is kept as a dead letter: {rejection}");
    }
    Ok(is_new)
}

/// Whether what was reported by a token only has turned out to be this refund.
fn stands_for_another(tx: &Tx<'_>, refund: &Refund) -> Result<bool, LedgerError> {
    let Some(token) = &refund.case.about.purchase_token else { return Ok(false) };
    let Some(case) = tx.case(refund.id)? else { return Ok(false) };
    let others = tx.read().cases_of_token(&case, token)?;
    Ok(others.iter().any(|other| other.refund.merged_into == Some(refund.id)))
}

/// Whether money has gone back, also where it came again.
const fn went(refund: &Refund) -> bool {
    match refund.case.state {
        StoreState::Refunded | StoreState::PartlyRefunded | StoreState::Reversed => true,
        StoreState::PendingReview | StoreState::Declined | StoreState::Unconfirmed | StoreState::Released => {
            false
        }
    }
}

/// Whether the store said more than before, and not only the same again by a surer way.
fn is_news(before: &Refund, after: &Refund) -> bool {
    let as_sure = CaseState { trust: before.case.trust, ..after.case.clone() };
    before.case != as_sure || before.environment != after.environment
}
