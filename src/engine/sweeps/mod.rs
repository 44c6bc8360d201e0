//! One app's sweep: from the end of the last one, with some overlap, page by page. The contents of a page and the
//! position of the next are one commit. Requests to the stores are made outside the writer.

mod lookup;
mod page;
mod plan;
mod receipts;
mod reconcile;

use std::sync::Arc;

pub use lookup::ReconcileOrderResult;
pub(super) use page::Counts;
use receipts::Page;
pub use reconcile::{Gap, Progress, ReconcileOptions, ReconcileResult, Sweep, SweepEnd};

use super::Engine;
use crate::ledger::{BeganSweep, HeldSweep, LedgerError};
use crate::model::{Span, Store, Timestamp};
use crate::stores::{ApiError, SweptBy};
use plan::{SweepPlan, SweepStart};

/// How long other engines on the ledger leave an app to the one that sweeps it. Each page extends it; with all
/// retries and waits a page may take some minutes.
const HOLD: Span = Span::from_millis(10 * 60 * 1000);

/// The most pages of one sweep. The App Store has 20 refunds on a page, so this is a million refunds: a store with
/// more is assumed to loop.
const MAX_PAGES: u64 = 50_000;

/// What to sweep.
pub(super) struct SweepTarget<'a> {
    pub(super) store: &'a Store,
    pub(super) app: &'a str,
    pub(super) sweeps: SweptBy<'a>,
    pub(super) since: Option<Timestamp>,
}

impl Engine {
    /// Sweeps one app up to now. The result contains a failure, unless it is the ledger's.
    pub(super) fn sweep(
        &self,
        target: &SweepTarget<'_>,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Sweep, LedgerError> {
        let mut swept = Sweep::new(target.store, target.app, self.now());
        let mut since = target.since;
        let alive = self.ledger.lock_sweep(target.store, target.app);
        loop {
            match self.begin_sweep(target, since, alive.is_some())? {
                SweepStart::ByAnother { process } => {
                    tracing::warn!(store = %target.store, app = target.app, process, "another process is sweeping this app");
                    swept.ended = SweepEnd::Elsewhere { process: Some(process) };
                    return Ok(swept);
                }
                SweepStart::Resumed(sweep, gap) => {
                    swept.begin(&sweep, gap, true);
                    self.sweep_pages(target, &sweep, &mut swept, progress)?;
                    if !swept.ended.is_complete() {
                        return Ok(swept);
                    }
                    // From when it was interrupted.
                    since = Some(before(sweep.to, target.sweeps.overlap()));
                }
                SweepStart::New(sweep, gap) => {
                    swept.begin(&sweep, gap, false);
                    self.sweep_pages(target, &sweep, &mut swept, progress)?;
                    return Ok(swept);
                }
            }
        }
    }

    fn begin_sweep(
        &self,
        target: &SweepTarget<'_>,
        since: Option<Timestamp>,
        is_alone: bool,
    ) -> Result<SweepStart, LedgerError> {
        let now = self.now();
        let beginning = SweepPlan {
            store: target.store.clone(),
            app: target.app.to_owned(),
            since,
            now,
            window: target.sweeps.window(target.app, now),
            overlap: target.sweeps.overlap(),
            others_are_dead: is_alone,
        };
        let rules = Arc::clone(&self.rules);
        let owner = self.delivery.owner();
        let begun = self.ledger.writer.run(move |tx| beginning.begin(tx, &rules, owner))?;
        if let SweepStart::New(_, Some(gap)) = &begun {
            tracing::error!(
                store = %target.store, app = target.app, from = %gap.from, to = %gap.to,
                "a gap: refunds of this period that were not reported are past the store's retention"
            );
        }
        Ok(begun)
    }

    /// Requests page after page, from the sweep's position.
    fn sweep_pages(
        &self,
        target: &SweepTarget<'_>,
        sweep: &BeganSweep,
        swept: &mut Sweep,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<(), LedgerError> {
        progress(&swept.progress());
        let held = HeldSweep {
            store: target.store.clone(),
            app: target.app.to_owned(),
            owner: self.delivery.owner(),
            from: sweep.from,
            to: sweep.to,
        };
        let mut page = sweep.page.clone();
        let mut may_begin_again = true;
        loop {
            let now = self.now();
            let from = match page {
                Some(_) => sweep.from,
                None => sweep.from.max(before(now, target.sweeps.window(target.app, now))).min(sweep.to),
            };
            let answer = self.page_of(target, (from, sweep.to), page.as_deref(), now)?;
            let answer = match answer {
                Ok(answer) if swept.pages >= MAX_PAGES && answer.listed.next.is_some() => Err(endless()),
                other => other,
            };
            match answer {
                Ok(mut answer) => {
                    let fault = answer.fault.take();
                    page.clone_from(&answer.listed.next);
                    let (counts, is_ours) = self.ingest_page(target, &held, answer)?;
                    swept.count(counts);
                    if !is_ours {
                        swept.ended = self.taken_over(&held)?;
                    } else if let Some(fault) = fault {
                        return self.interrupted(target, &held, &fault, swept, progress);
                    } else if page.is_none() {
                        swept.ended = SweepEnd::Complete;
                    }
                    progress(&swept.progress());
                    if swept.ended != SweepEnd::UnderWay {
                        return Ok(());
                    }
                }
                // Stores forget their page tokens after a while. Refunds already ingested change nothing.
                Err(error) if page.is_some() && may_begin_again && is_refused(&error) => {
                    tracing::info!(store = %target.store, app = target.app, %error, "starting over from the first page");
                    may_begin_again = false;
                    page = None;
                    if !self.restart_pages(&held)? {
                        swept.ended = self.taken_over(&held)?;
                        progress(&swept.progress());
                        return Ok(());
                    }
                }
                Err(error) => return self.interrupted(target, &held, &error, swept, progress),
            }
        }
    }

    fn interrupted(
        &self,
        target: &SweepTarget<'_>,
        held: &HeldSweep,
        error: &ApiError,
        swept: &mut Sweep,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<(), LedgerError> {
        // A closed engine is not the store's fault, and closing releases the lease.
        if self.stores.stopping.is_stopped() {
            tracing::info!(store = %target.store, app = target.app, "the sweep resumes after the next start");
        } else {
            tracing::error!(store = %target.store, app = target.app, %error, "the sweep failed");
            self.fail_sweep(held, error)?;
        }
        swept.ended = SweepEnd::of(error);
        progress(&swept.progress());
        Ok(())
    }

    fn page_of(
        &self,
        target: &SweepTarget<'_>,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<Result<Page, ApiError>, LedgerError> {
        match target.sweeps {
            SweptBy::List(list) => Ok(list.page(target.app, between, page, now).map(Page::from)),
            SweptBy::Receipts(store) => self.receipts_page(target, store, between, page, now),
        }
    }

    fn restart_pages(&self, held: &HeldSweep) -> Result<bool, LedgerError> {
        let (held, now) = (held.clone(), self.now());
        self.ledger.writer.run(move |tx| tx.turn_page(&held, None, now, now.plus(HOLD)))
    }

    fn taken_over(&self, held: &HeldSweep) -> Result<SweepEnd, LedgerError> {
        let row = self.ledger.readers.read(|read| read.sweep(&held.store, &held.app))?;
        let process = row.and_then(|row| row.holder());
        tracing::warn!(store = %held.store, app = held.app, process, "another process has taken over the sweep");
        Ok(SweepEnd::Elsewhere { process })
    }

    fn fail_sweep(&self, held: &HeldSweep, error: &ApiError) -> Result<bool, LedgerError> {
        let held = held.clone();
        let (code, words) = (error.code(), error.to_string());
        self.ledger.writer.run(move |tx| tx.fail_sweep(&held, code, &words))
    }
}

fn before(at: Timestamp, span: Span) -> Timestamp {
    at.plus(Span::from_millis(span.millis().saturating_neg()))
}

fn is_refused(error: &ApiError) -> bool {
    matches!(error, ApiError::Refused { retryable: false, .. })
}

fn endless() -> ApiError {
    ApiError::Unreadable { problem: format!("there are more than {MAX_PAGES} pages") }
}
