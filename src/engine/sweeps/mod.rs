//! One app's sweep: from the last one's end, reaching back a little, page by page. The end of each page and the place of
//! the next are one commit. The stores are asked outside the writer.

mod lookup;
mod page;
mod plan;
mod receipts;
mod reconcile;

use std::sync::Arc;

pub use lookup::LookedUp;
pub(super) use page::Counts;
use receipts::Page;
pub use reconcile::{Gap, Progress, ReconcileOptions, Reconciled, SweepEnd, Swept};

use super::Engine;
use crate::ledger::{BeganSweep, HeldSweep, LedgerError};
use crate::model::{Span, Store, Timestamp};
use crate::stores::{ApiError, SweptBy};
use plan::{Beginning, Begun};

/// How long other engines on the ledger leave an app to the one that sweeps it. Each page restarts it, and with all
/// retries and waits a page may take some minutes.
const HOLD: Span = Span::from_millis(10 * 60 * 1000);

/// The most pages of one sweep. The App Store gives 20 a page, so this is a million refunds: a store that has more to
/// say goes round in circles.
const MAX_PAGES: u64 = 50_000;

/// What is to be swept.
pub(super) struct SweepTarget<'a> {
    pub(super) store: &'a Store,
    pub(super) app: &'a str,
    pub(super) sweeps: SweptBy<'a>,
    pub(super) since: Option<Timestamp>,
}

impl Engine {
    /// Sweeps one app up to now. What fails stands in the result, but for faults of the ledger.
    pub(super) fn sweep(
        &self,
        asked: &SweepTarget<'_>,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Swept, LedgerError> {
        let mut swept = Swept::new(asked.store, asked.app, self.now());
        let mut since = asked.since;
        let alive = self.ledger.lock_sweep(asked.store, asked.app);
        loop {
            match self.begin_sweep(asked, since, alive.is_some())? {
                Begun::ByAnother { process } => {
                    tracing::warn!(store = %asked.store, app = asked.app, process, "another engine is sweeping this");
                    swept.ended = SweepEnd::Elsewhere { process: Some(process) };
                    return Ok(swept);
                }
                Begun::Resumed(sweep, gap) => {
                    swept.begin(&sweep, gap, true);
                    self.go_through(asked, &sweep, &mut swept, progress)?;
                    if !swept.ended.is_complete() {
                        return Ok(swept);
                    }
                    // What came since it was cut short.
                    since = Some(before(sweep.to, asked.sweeps.overlap()));
                }
                Begun::New(sweep, gap) => {
                    swept.begin(&sweep, gap, false);
                    self.go_through(asked, &sweep, &mut swept, progress)?;
                    return Ok(swept);
                }
            }
        }
    }

    fn begin_sweep(
        &self,
        asked: &SweepTarget<'_>,
        since: Option<Timestamp>,
        is_alone: bool,
    ) -> Result<Begun, LedgerError> {
        let now = self.now();
        let beginning = Beginning {
            store: asked.store.clone(),
            app: asked.app.to_owned(),
            since,
            now,
            window: asked.sweeps.window(asked.app, now),
            overlap: asked.sweeps.overlap(),
            others_are_dead: is_alone,
        };
        let rules = Arc::clone(&self.rules);
        let owner = self.delivery.owner();
        let begun = self.ledger.writer.run(move |tx| beginning.begin(tx, &rules, owner))?;
        if let Begun::New(_, Some(gap)) = &begun {
            tracing::error!(
                store = %asked.store, app = asked.app, from = %gap.from, to = %gap.to,
                "a gap: what was refunded in this time and not reported can no longer be asked of the store"
            );
        }
        Ok(begun)
    }

    /// Asks for page after page, from where the sweep stands.
    fn go_through(
        &self,
        asked: &SweepTarget<'_>,
        sweep: &BeganSweep,
        swept: &mut Swept,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<(), LedgerError> {
        progress(&swept.progress());
        let held = HeldSweep {
            store: asked.store.clone(),
            app: asked.app.to_owned(),
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
                None => sweep.from.max(before(now, asked.sweeps.window(asked.app, now))).min(sweep.to),
            };
            let answer = self.page_of(asked, (from, sweep.to), page.as_deref(), now)?;
            let answer = match answer {
                Ok(answer) if swept.pages >= MAX_PAGES && answer.listed.next.is_some() => Err(endless()),
                other => other,
            };
            match answer {
                Ok(mut answer) => {
                    let fault = answer.fault.take();
                    page.clone_from(&answer.listed.next);
                    let (counts, is_ours) = self.take_page(asked, &held, answer)?;
                    swept.count(counts);
                    if !is_ours {
                        swept.ended = self.taken_over(&held)?;
                    } else if let Some(fault) = fault {
                        return self.cut_short(asked, &held, &fault, swept, progress);
                    } else if page.is_none() {
                        swept.ended = SweepEnd::Complete;
                    }
                    progress(&swept.progress());
                    if swept.ended != SweepEnd::UnderWay {
                        return Ok(());
                    }
                }
                // Stores forget their page tokens after a while. What was ingested is known then, and changes nothing.
                Err(error) if page.is_some() && may_begin_again && is_refused(&error) => {
                    tracing::info!(store = %asked.store, app = asked.app, %error, "asking from the first page again");
                    may_begin_again = false;
                    page = None;
                    if !self.turn_back(&held)? {
                        swept.ended = self.taken_over(&held)?;
                        progress(&swept.progress());
                        return Ok(());
                    }
                }
                Err(error) => return self.cut_short(asked, &held, &error, swept, progress),
            }
        }
    }

    fn cut_short(
        &self,
        asked: &SweepTarget<'_>,
        held: &HeldSweep,
        error: &ApiError,
        swept: &mut Swept,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<(), LedgerError> {
        // That the engine is closed is no fault of the store's, and closing gives the hold back.
        if self.stores.stopping.is_stopped() {
            tracing::info!(store = %asked.store, app = asked.app, "the sweep goes on after the next start");
        } else {
            tracing::error!(store = %asked.store, app = asked.app, %error, "the sweep was cut short");
            self.fail_sweep(held, error)?;
        }
        swept.ended = SweepEnd::of(error);
        progress(&swept.progress());
        Ok(())
    }

    fn page_of(
        &self,
        asked: &SweepTarget<'_>,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<Result<Page, ApiError>, LedgerError> {
        match asked.sweeps {
            SweptBy::List(list) => Ok(list.page(asked.app, between, page, now).map(Page::from)),
            SweptBy::Receipts(store) => self.receipts_page(asked, store, between, page, now),
        }
    }

    fn turn_back(&self, held: &HeldSweep) -> Result<bool, LedgerError> {
        let (held, now) = (held.clone(), self.now());
        self.ledger.writer.run(move |tx| tx.turn_page(&held, None, now, now.plus(HOLD)))
    }

    fn taken_over(&self, held: &HeldSweep) -> Result<SweepEnd, LedgerError> {
        let row = self.ledger.readers.read(|read| read.sweep(&held.store, &held.app))?;
        let process = row.and_then(|row| row.holder());
        tracing::warn!(store = %held.store, app = held.app, process, "another engine has taken the sweep over");
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
