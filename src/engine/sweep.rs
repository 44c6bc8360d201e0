//! One app's sweep: from the last one's end, reaching back a little, page by page. The end of each page and the place of
//! the next are one commit. The stores are asked outside the writer.

use std::borrow::Cow;
use std::sync::Arc;

use super::Engine;
use super::change::{Change, Rules};
use super::receipts::Page;
use super::reconcile::{Gap, Progress, SweepEnd, Swept};
use crate::ledger::{BeganSweep, HeldSweep, LedgerError, NewEntry, NewSweep, SweepRow, Tx};
use crate::model::{
    CaseState, DeadLetter, Event, EventKind, Happening, Meaning, Refund, Signal, Span, Store, StoreState,
    SweepGap, Timestamp,
};
use crate::stores::{ApiError, Rejection, SweepPage, SweptBy};

/// How long other engines on the ledger leave an app to the one that sweeps it. Each page begins it anew, and with all
/// retries and waits a page may take some minutes.
const HOLD: Span = Span::from_millis(10 * 60 * 1000);

/// The most pages of one sweep. The App Store gives 20 a page, so this is a million refunds: a store that has more to
/// say goes round in circles.
const MAX_PAGES: u64 = 50_000;

/// How far behind the store's window a sweep that was cut short may begin and still go on: one that began at the window's
/// end would else always begin again. Its pages to come are not the oldest.
const STILL_TOLD: Span = Span::from_hours(1);

/// How many rows of a page share a commit. Google's pages have 1000, and meanwhile no webhook is answered. Where only
/// some of a page are taken in, it is asked for again: what is known changes nothing.
const ROWS_A_COMMIT: usize = 100;

/// By how much a gap must have grown for the host to be told again. While a store fails, each try finds it a little
/// longer.
const GAP_GROWTH: Span = Span::from_days(1);

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
            window: asked.sweeps.window(asked.app),
            overlap: asked.sweeps.overlap(),
        };
        let rules = Arc::clone(&self.rules);
        let owner = self.delivery.owner();
        let begun = self.ledger.writer.run(move |tx| beginning.begin(tx, &rules, owner))?;
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
                None => sweep.from.max(before(now, asked.sweeps.window(asked.app))).min(sweep.to),
            };
            let answer = self.page_of(asked, (from, sweep.to), page.as_deref(), now)?;
            let answer = match answer {
                Ok(answer) if swept.pages >= MAX_PAGES && answer.listed.next.is_some() => Err(endless()),
                other => other,
            };
            match answer {
                Ok(answer) => {
                    page.clone_from(&answer.listed.next);
                    let (counts, is_ours) = self.take_page(asked, &held, answer)?;
                    swept.count(counts);
                    if !is_ours {
                        swept.ended = taken_over(&held);
                    } else if page.is_none() {
                        swept.ended = SweepEnd::Complete;
                    }
                    progress(&swept.progress());
                    if swept.ended != SweepEnd::UnderWay {
                        return Ok(());
                    }
                }
                // Stores forget their page tokens after a while. What was taken in is known then, and changes nothing.
                Err(error) if page.is_some() && may_begin_again && is_refused(&error) => {
                    tracing::info!(store = %asked.store, app = asked.app, %error, "asking from the first page again");
                    may_begin_again = false;
                    page = None;
                    if !self.turn_back(&held)? {
                        swept.ended = taken_over(&held);
                        progress(&swept.progress());
                        return Ok(());
                    }
                }
                Err(error) => {
                    if self.stores.stopping.is_stopped() {
                        tracing::info!(store = %asked.store, app = asked.app, "the sweep goes on after the next start");
                    } else {
                        tracing::error!(store = %asked.store, app = asked.app, %error, "the sweep was cut short");
                    }
                    self.fail_sweep(&held, &error)?;
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

    /// Takes a page in and notes where the next one begins. Whether the sweep is still this engine's comes with the
    /// counts: another takes it over where this one was silent for longer than its hold.
    fn take_page(
        &self,
        asked: &Asked<'_>,
        held: &HeldSweep,
        page: Page,
    ) -> Result<(Counts, bool), LedgerError> {
        let Page { listed: SweepPage { found, unread, next }, receipts, refused } = page;
        let mut rows = found.into_iter();
        let mut counts = Counts { refused, ..Counts::default() };
        let tells_environment = asked.sweeps.tells_environment();
        while rows.len() > ROWS_A_COMMIT {
            let some = rows.by_ref().take(ROWS_A_COMMIT).collect();
            counts.add(self.take_rows(some, tells_environment, |_| Ok(()))?.0);
        }
        let (store, app) = (asked.store.clone(), asked.app.to_owned());
        let (held, now) = (held.clone(), self.now());
        let (last, (unread, is_ours)) = self.take_rows(rows.collect(), tells_environment, move |tx| {
            for (receipt_id, settled) in &receipts {
                tx.keep_receipt(&store, &app, receipt_id, *settled)?;
            }
            let mut kept = 0;
            for (problem, body) in &unread {
                kept += u64::from(keep_unread(tx, &store, now, problem, body)?);
            }
            let is_ours = match next {
                Some(next) => tx.turn_page(&held, Some(&next), now, now.plus(HOLD))?,
                None => tx.end_sweep(&held, now)?,
            };
            Ok((kept, is_ours))
        })?;
        counts.add(last);
        counts.unread += unread;
        Ok((counts, is_ours))
    }

    /// Takes some rows in, and does `then` in the same commit.
    pub(super) fn take_rows<T: Send + 'static>(
        &self,
        rows: Vec<(Signal, Vec<u8>)>,
        tells_environment: bool,
        then: impl FnOnce(&Tx<'_>) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<(Counts, T), LedgerError> {
        let (rules, now) = (Arc::clone(&self.rules), self.now());
        self.ledger.writer.run(move |tx| {
            let mut counts = Counts::default();
            for (signal, body) in &rows {
                let signal = as_known(tx, signal, tells_environment)?;
                counts.tell(take(tx, &rules, now, signal.as_ref(), body)?);
            }
            Ok::<_, LedgerError>((counts, then(tx)?))
        })
    }

    fn turn_back(&self, held: &HeldSweep) -> Result<bool, LedgerError> {
        let (held, now) = (held.clone(), self.now());
        self.ledger.writer.run(move |tx| tx.turn_page(&held, None, now, now.plus(HOLD)))
    }

    fn fail_sweep(&self, held: &HeldSweep, error: &ApiError) -> Result<bool, LedgerError> {
        let held = held.clone();
        let (code, words) = (error.code(), error.to_string());
        self.ledger.writer.run(move |tx| tx.fail_sweep(&held, code, &words))
    }
}

fn taken_over(held: &HeldSweep) -> SweepEnd {
    tracing::warn!(store = %held.store, app = held.app, "another engine has taken the sweep over");
    SweepEnd::Elsewhere
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
    fn begin(&self, tx: &Tx<'_>, rules: &Rules, owner: [u8; 16]) -> Result<Begun, LedgerError> {
        let row = tx.read().sweep(&self.store, &self.app)?;
        if row.as_ref().is_some_and(|row| row.is_held_by_another(&owner, self.now, HOLD)) {
            return Ok(Begun::ByAnother);
        }
        let held = |from, to| HeldSweep { store: self.store.clone(), app: self.app.clone(), owner, from, to };
        if let Some(row) = &row
            && let Some(sweep) = row.under_way.clone().filter(|sweep| self.may_resume(sweep))
        {
            tx.hold_sweep(&held(sweep.from, sweep.to), self.now, self.now.plus(HOLD))?;
            return Ok(Begun::Resumed(sweep, row.gap.map(Gap::of)));
        }
        let new = self.range(tx, row.as_ref())?;
        tx.begin_sweep(&self.store, &self.app, &new)?;
        tx.hold_sweep(&held(new.from, new.to), self.now, self.now.plus(HOLD))?;
        if let Some(gap) = new.gap {
            self.tell_gap(tx, rules, gap, row.and_then(|row| row.gap_told))?;
        }
        let sweep = BeganSweep { from: new.from, to: new.to, page: None, advances: new.advances };
        Ok(Begun::New(sweep, new.gap.map(Gap::of)))
    }

    /// Journals a gap and tells the host of it, unless it is hardly more than what was `told`.
    fn tell_gap(
        &self,
        tx: &Tx<'_>,
        rules: &Rules,
        (from, to): (Timestamp, Timestamp),
        told: Option<(Timestamp, Timestamp)>,
    ) -> Result<(), LedgerError> {
        if told.is_some_and(|told| told.0 <= from && to < told.1.plus(GAP_GROWTH)) {
            return Ok(());
        }
        let (store, app) = (self.store.clone(), self.app.clone());
        let happening = Happening::SweepGap { store: store.clone(), app: app.clone(), from, to };
        tx.write_journal(NewEntry::default(), self.now, &happening)?;
        tx.gap_was_told(&store, &app, (from, to))?;
        Change { tx, rules, now: self.now, inbox: None }.put_out(Event {
            id: 0,
            kind: EventKind::SweepGap,
            user: None,
            refund_id: None,
            at: self.now,
            attempt: 0,
            refund: None,
            block: None,
            gap: Some(SweepGap { store, app, from, to }),
        })
    }

    /// Whether a sweep that was cut short does for what is asked now.
    fn may_resume(&self, sweep: &BeganSweep) -> bool {
        let oldest = self.oldest();
        let asks_for_it = match self.since {
            None => sweep.advances,
            // What is asked for may have been cut to what the store remembered when it began.
            Some(since) => since == sweep.from || since < sweep.from && sweep.from <= oldest,
        };
        asks_for_it && sweep.from.plus(STILL_TOLD) >= oldest && sweep.to <= self.now
    }

    fn oldest(&self) -> Timestamp {
        before(self.now, self.window)
    }

    /// Up to when all is taken in. A cursor that is ahead of the clock says nothing: the clock was wrong when the last
    /// sweep ended, and what that one has asked for nobody knows.
    fn swept_until(&self, row: Option<&SweepRow>) -> Option<Timestamp> {
        let until = row.and_then(|row| row.swept_until)?;
        if before(until, self.overlap) <= self.now {
            return Some(until);
        }
        tracing::warn!(
            store = %self.store, app = self.app, %until,
            "the last sweep ended at a time that has not come yet: asking for all that the store remembers"
        );
        None
    }

    fn range(&self, tx: &Tx<'_>, row: Option<&SweepRow>) -> Result<NewSweep, LedgerError> {
        let oldest = self.oldest();
        let swept_until = self.swept_until(row);
        let never_swept = row.is_none_or(|row| row.swept_until.is_none());
        // From when on something may have been missed. No refund comes before its purchase.
        let missing_from = match (self.since, swept_until) {
            (Some(since), _) => Some(since),
            (None, Some(until)) => Some(until),
            (None, None) if never_swept => tx.read().first_purchase(&self.store, &self.app)?,
            (None, None) => None,
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
    const fn tell(&mut self, news: News) {
        self.found += 1;
        match news {
            News::NewRefund => self.new += 1,
            News::Changed => self.changed += 1,
            News::Known => {}
        }
    }

    pub(super) const fn add(&mut self, others: Self) {
        self.found += others.found;
        self.new += others.new;
        self.changed += others.changed;
        self.unread += others.unread;
        self.refused += others.refused;
    }
}

/// What one row told.
enum News {
    NewRefund,
    Changed,
    Known,
}

/// Of a sweep that does not tell environments: an order is in that in which it is known already, or one refund would
/// stand in two.
fn as_known<'s>(
    tx: &Tx<'_>,
    signal: &'s Signal,
    tells_environment: bool,
) -> Result<Cow<'s, Signal>, LedgerError> {
    let Meaning::Case { key, .. } = &signal.meaning else { return Ok(Cow::Borrowed(signal)) };
    if tells_environment || tx.read().case_id(&signal.place, key)?.is_some() {
        return Ok(Cow::Borrowed(signal));
    }
    Ok(match tx.read().place_of_case(&signal.place, key)? {
        Some(place) => Cow::Owned(Signal { place, ..signal.clone() }),
        None => Cow::Borrowed(signal),
    })
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
        tracing::error!(store = %store, code = rejection.code(), "a swept row is kept as a dead letter: {rejection}");
    }
    Ok(is_new)
}

/// Whether what was told by a token only has turned out to be this refund.
fn stands_for_another(tx: &Tx<'_>, refund: &Refund) -> Result<bool, LedgerError> {
    let Some(token) = &refund.case.about.purchase_token else { return Ok(false) };
    let Some(case) = tx.read().case(refund.id)? else { return Ok(false) };
    let others = tx.read().cases_of_token(&case, token)?;
    Ok(others.iter().any(|other| other.refund.merged_into == Some(refund.id)))
}

/// Whether money has gone back, also where it came again.
const fn went(refund: &Refund) -> bool {
    match refund.case.state {
        StoreState::Refunded | StoreState::PartlyRefunded | StoreState::Reversed => true,
        StoreState::PendingReview | StoreState::Declined => false,
    }
}

/// Whether the store said more than before, and not only the same again by a surer way.
fn is_news(before: &Refund, after: &Refund) -> bool {
    let as_sure = CaseState { trust: before.case.trust, ..after.case.clone() };
    before.case != as_sure
}
