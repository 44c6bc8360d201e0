//! One app's sweep: from the last one's end, reaching back a little, page by page, each page and the place of the next
//! in one commit. The stores are asked outside the writer.

use std::sync::Arc;

use super::Engine;
use super::change::{Change, Rules};
use super::receipts::Page;
use super::reconcile::{Gap, Progress, SweepEnd, Swept};
use crate::ledger::{BeganSweep, LeaseOwner, LedgerError, NewSweep, SweepRow, Tx};
use crate::model::{CaseState, DeadLetter, Happening, Meaning, Refund, Signal, Span, Store, Timestamp};
use crate::stores::{ApiError, Rejection, SweptBy};

/// How long other engines on the ledger leave an app to the one that sweeps it. Each page begins it anew, and with all
/// retries and waits a page may take some minutes.
const HOLD: Span = Span::from_millis(10 * 60 * 1000);

/// The most pages of one sweep. The App Store gives 20 a page, so this is a million refunds: a store that has more to
/// say goes round in circles.
const MAX_PAGES: u64 = 50_000;

/// How far behind the store's window a sweep that was cut short may begin and still go on: one that began at the window's
/// end would else always begin again. Its pages to come are not the oldest.
const STILL_TOLD: Span = Span::from_hours(1);

/// What is to be swept.
pub(super) struct Asked<'a> {
    pub(super) store: &'a Store,
    pub(super) app: &'a str,
    pub(super) sweeps: SweptBy<'a>,
    pub(super) since: Option<Timestamp>,
}

/// What the ledger says at the beginning.
enum Begun {
    /// Another engine is at it.
    ByAnother,
    /// A sweep that was cut short goes on.
    Resumed(BeganSweep, Option<Gap>),
    New(BeganSweep, Option<Gap>),
}

impl Engine {
    /// Sweeps one app up to now. What fails stands in the result, but for faults of the ledger.
    pub(super) fn sweep(
        &self,
        asked: &Asked<'_>,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Swept, LedgerError> {
        let mut swept = Swept::new(asked.store, asked.app, self.now());
        let mut since = asked.since;
        loop {
            match self.begin_sweep(asked, since)? {
                Begun::ByAnother => {
                    swept.ended = SweepEnd::Elsewhere;
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

    fn begin_sweep(&self, asked: &Asked<'_>, since: Option<Timestamp>) -> Result<Begun, LedgerError> {
        let beginning = Beginning {
            store: asked.store.clone(),
            app: asked.app.to_owned(),
            since,
            now: self.now(),
            window: asked.sweeps.window(),
            overlap: asked.sweeps.overlap(),
        };
        let owner = self.delivery.owner();
        let begun = self.ledger.writer.run(move |tx| beginning.begin(tx, &owner))?;
        if let Begun::New(_, Some(gap)) = &begun {
            tracing::error!(
                store = %asked.store, app = asked.app, from = %gap.from, to = %gap.to,
                "a gap: what was refunded in this time and not told can no longer be asked of the store"
            );
        }
        Ok(begun)
    }

    /// Asks for page after page, from where the sweep stands.
    fn go_through(
        &self,
        asked: &Asked<'_>,
        sweep: &BeganSweep,
        swept: &mut Swept,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<(), LedgerError> {
        progress(&swept.progress());
        let mut page = sweep.page.clone();
        let mut may_begin_again = true;
        loop {
            let now = self.now();
            let from = match page {
                Some(_) => sweep.from,
                None => sweep.from.max(before(now, asked.sweeps.window())).min(sweep.to),
            };
            let answer = self.page_of(asked, (from, sweep.to), page.as_deref(), now)?;
            let answer = match answer {
                Ok(answer) if swept.pages >= MAX_PAGES && answer.listed.next.is_some() => Err(endless()),
                other => other,
            };
            match answer {
                Ok(answer) => {
                    page.clone_from(&answer.listed.next);
                    let counts = self.take_page(asked, answer)?;
                    swept.count(counts);
                    if page.is_none() {
                        swept.ended = SweepEnd::Complete;
                    }
                    progress(&swept.progress());
                    if page.is_none() {
                        return Ok(());
                    }
                }
                // Stores forget their page tokens after a while. What was taken in is known then, and changes nothing.
                Err(error) if page.is_some() && may_begin_again && is_refused(&error) => {
                    tracing::info!(store = %asked.store, app = asked.app, %error, "asking from the first page again");
                    may_begin_again = false;
                    page = None;
                    self.turn_back(asked)?;
                }
                Err(error) => {
                    tracing::error!(store = %asked.store, app = asked.app, %error, "the sweep was cut short");
                    self.fail_sweep(asked, &error)?;
                    swept.ended = SweepEnd::of(&error);
                    progress(&swept.progress());
                    return Ok(());
                }
            }
        }
    }

    fn page_of(
        &self,
        asked: &Asked<'_>,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<Result<Page, ApiError>, LedgerError> {
        match asked.sweeps {
            SweptBy::List(list) => Ok(list.page(asked.app, between, page, now).map(Page::from)),
            SweptBy::Receipts(store) => self.receipts_page(asked, store, between, page, now),
        }
    }

    /// Takes a page in and notes where the next one begins, in one commit.
    fn take_page(&self, asked: &Asked<'_>, page: Page) -> Result<Counts, LedgerError> {
        let (store, app) = (asked.store.clone(), asked.app.to_owned());
        let (rules, owner, now) = (Arc::clone(&self.rules), self.delivery.owner(), self.now());
        self.ledger.writer.run(move |tx| {
            let Page { listed: page, receipts, refused } = &page;
            let mut counts = Counts { refused: *refused, ..Counts::default() };
            for (receipt_id, settled) in receipts {
                tx.keep_receipt(&store, &app, receipt_id, *settled)?;
            }
            for (signal, body) in &page.found {
                counts.add(take(tx, &rules, now, signal, body)?);
            }
            for (problem, body) in &page.unread {
                counts.unread += u64::from(keep_unread(tx, &store, now, problem, body)?);
            }
            match &page.next {
                Some(next) => {
                    tx.hold_sweep(&store, &app, &owner, now, now.plus(HOLD))?;
                    tx.turn_page(&store, &app, Some(next))?;
                }
                None => tx.end_sweep(&store, &app, now)?,
            }
            Ok::<_, LedgerError>(counts)
        })
    }

    fn turn_back(&self, asked: &Asked<'_>) -> Result<(), LedgerError> {
        let (store, app) = (asked.store.clone(), asked.app.to_owned());
        self.ledger.writer.run(move |tx| tx.turn_page(&store, &app, None))
    }

    fn fail_sweep(&self, asked: &Asked<'_>, error: &ApiError) -> Result<(), LedgerError> {
        let (store, app) = (asked.store.clone(), asked.app.to_owned());
        let (code, words) = (error.code(), error.to_string());
        self.ledger.writer.run(move |tx| tx.fail_sweep(&store, &app, code, &words))
    }
}

/// What decides where a sweep begins.
struct Beginning {
    store: Store,
    app: String,
    since: Option<Timestamp>,
    now: Timestamp,
    window: Span,
    overlap: Span,
}

impl Beginning {
    fn begin(&self, tx: &Tx<'_>, owner: &LeaseOwner) -> Result<Begun, LedgerError> {
        let row = tx.read().sweep(&self.store, &self.app)?;
        if row.as_ref().is_some_and(|row| row.is_held_by_another(owner, self.now)) {
            return Ok(Begun::ByAnother);
        }
        if let Some(row) = &row
            && let Some(sweep) = row.under_way.clone().filter(|sweep| self.may_resume(sweep))
        {
            tx.hold_sweep(&self.store, &self.app, owner, self.now, self.now.plus(HOLD))?;
            return Ok(Begun::Resumed(sweep, row.gap.map(Gap::of)));
        }
        let new = self.range(tx, row.as_ref())?;
        tx.begin_sweep(&self.store, &self.app, &new)?;
        tx.hold_sweep(&self.store, &self.app, owner, self.now, self.now.plus(HOLD))?;
        if let Some((from, to)) = new.gap {
            let gap = Happening::SweepGap { store: self.store.clone(), app: self.app.clone(), from, to };
            tx.write_journal(crate::ledger::NewEntry::default(), self.now, &gap)?;
        }
        let sweep = BeganSweep { from: new.from, to: new.to, page: None, advances: new.advances };
        Ok(Begun::New(sweep, new.gap.map(Gap::of)))
    }

    /// Whether a sweep that was cut short does for what is asked now.
    fn may_resume(&self, sweep: &BeganSweep) -> bool {
        let asks_for_it = match self.since {
            None => sweep.advances,
            Some(since) => since == sweep.from,
        };
        let from = sweep.from.plus(STILL_TOLD);
        asks_for_it && from >= self.oldest() && sweep.to <= self.now
    }

    fn oldest(&self) -> Timestamp {
        before(self.now, self.window)
    }

    fn range(&self, tx: &Tx<'_>, row: Option<&SweepRow>) -> Result<NewSweep, LedgerError> {
        let oldest = self.oldest();
        let swept_until = row.and_then(|row| row.swept_until);
        // From when on something may have been missed. No refund comes before its purchase.
        let missing_from = match (self.since, swept_until) {
            (Some(since), _) => Some(since),
            (None, Some(until)) => Some(until),
            (None, None) => tx.read().first_purchase(&self.store, &self.app)?,
        };
        let from = match (self.since, swept_until) {
            (Some(since), _) => since,
            (None, Some(until)) => before(until, self.overlap),
            (None, None) => oldest,
        };
        // A sweep of later times only must not hide that those before were not swept.
        let advances = match (self.since, swept_until) {
            (None, _) => true,
            (Some(since), until) => since <= oldest || until.is_some_and(|until| since <= until),
        };
        Ok(NewSweep {
            from: from.max(oldest).min(self.now),
            to: self.now,
            advances,
            gap: missing_from.filter(|missing| *missing < oldest).map(|missing| (missing, oldest)),
        })
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

/// What a page brought.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) found: u64,
    pub(super) new: u64,
    pub(super) changed: u64,
    pub(super) unread: u64,
    pub(super) refused: u64,
}

impl Counts {
    fn add(&mut self, news: News) {
        self.found += 1;
        match news {
            News::NewRefund => self.new += 1,
            News::Changed => self.changed += 1,
            News::Known => {}
        }
    }
}

/// What one row told.
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
        Meaning::Case { key, .. } => match tx.read().case_id(&signal.place, key)? {
            Some(id) => tx.read().refund(id)?,
            None => None,
        },
        _ => None,
    };
    let taken = Change::take_swept(tx, rules, now, signal, body)?;
    Ok(match (taken.refund, before) {
        (Some(after), None) if after.merged_into.is_none() => News::NewRefund,
        (Some(after), Some(before)) if is_news(&before, &after) => News::Changed,
        _ => News::Known,
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
        tracing::error!(store = %store, code = rejection.code(), "a swept row is kept as a dead letter: {rejection}");
    }
    Ok(is_new)
}

/// Whether the store said more than before, and not only the same again by a surer way.
fn is_news(before: &Refund, after: &Refund) -> bool {
    let as_sure = CaseState { trust: before.case.trust, ..after.case.clone() };
    before.case != as_sure
}
