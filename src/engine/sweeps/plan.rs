//! Where a sweep begins: at the end of the last one, where an interrupted one stopped, or at the store's retention
//! limit; and which period is past the store's retention.

use super::{HOLD, before};
use crate::engine::change::{Change, Rules};
use crate::engine::sweeps::Gap;
use crate::ledger::{BeganSweep, HeldSweep, LedgerError, NewEntry, NewSweep, SweepRow, Tx};
use crate::model::{Event, EventKind, Happening, Span, Store, SweepGap, Timestamp};

/// How far past the store's retention an interrupted sweep may begin and still be resumed: one that began at the
/// limit would otherwise always start over. Its remaining pages are not the oldest.
const RESUME_GRACE: Span = Span::from_hours(1);

/// By how much a gap must have grown to be reported to the host again. While a store fails, each attempt finds it a
/// little longer.
const GAP_GROWTH: Span = Span::from_days(1);

/// How a sweep starts.
pub(super) enum SweepStart {
    /// Another engine is sweeping.
    ByAnother {
        /// The id of its process.
        process: u32,
    },
    /// An interrupted sweep is resumed.
    Resumed(BeganSweep, Option<Gap>),
    New(BeganSweep, Option<Gap>),
}

/// What determines where a sweep begins.
pub(super) struct SweepPlan {
    pub(super) store: Store,
    pub(super) app: String,
    pub(super) since: Option<Timestamp>,
    pub(super) now: Timestamp,
    pub(super) window: Span,
    pub(super) overlap: Span,
    /// Whether no other engine that started a sweep of this app is alive.
    pub(super) others_are_dead: bool,
}

impl SweepPlan {
    pub(super) fn begin(
        &self,
        tx: &Tx<'_>,
        rules: &Rules,
        owner: [u8; 16],
    ) -> Result<SweepStart, LedgerError> {
        let row = tx.read().sweep(&self.store, &self.app)?;
        if let Some(process) = row.as_ref().and_then(|row| row.held_by_another(&owner, self.now, HOLD))
            && !self.others_are_dead
        {
            return Ok(SweepStart::ByAnother { process });
        }
        let held = |from, to| HeldSweep { store: self.store.clone(), app: self.app.clone(), owner, from, to };
        if let Some(row) = &row
            && let Some(sweep) = row.under_way.clone().filter(|sweep| self.may_resume(sweep))
        {
            tx.hold_sweep(&held(sweep.from, sweep.to), self.now, self.now.plus(HOLD))?;
            return Ok(SweepStart::Resumed(sweep, row.gap.map(Gap::of)));
        }
        let new = self.range(tx, row.as_ref())?;
        tx.begin_sweep(&self.store, &self.app, &new)?;
        tx.hold_sweep(&held(new.from, new.to), self.now, self.now.plus(HOLD))?;
        if let Some(gap) = new.gap {
            self.queue_gap(tx, rules, gap, row.and_then(|row| row.gap_reported))?;
        }
        let sweep = BeganSweep { from: new.from, to: new.to, page: None, advances: new.advances };
        Ok(SweepStart::New(sweep, new.gap.map(Gap::of)))
    }

    /// Journals a gap and notifies the host of it, unless it has hardly grown since it was `reported`.
    fn queue_gap(
        &self,
        tx: &Tx<'_>,
        rules: &Rules,
        (from, to): (Timestamp, Timestamp),
        reported: Option<(Timestamp, Timestamp)>,
    ) -> Result<(), LedgerError> {
        if reported.is_some_and(|reported| reported.0 <= from && to < reported.1.plus(GAP_GROWTH)) {
            return Ok(());
        }
        let (store, app) = (self.store.clone(), self.app.clone());
        let happening = Happening::SweepGap { store: store.clone(), app: app.clone(), from, to };
        tx.write_journal(NewEntry::default(), self.now, &happening)?;
        tx.gap_was_expected(&store, &app, (from, to))?;
        Change { tx, rules, now: self.now, inbox: None }.queue_event(Event {
            id: 0,
            kind: EventKind::SweepGap,
            user: None,
            refund_id: None,
            at: self.now,
            attempt: 0,
            refund: None,
            block: None,
            gap: Some(SweepGap { store, app, from, to }),
            recovery: None,
            notice: None,
            access: None,
        })
    }

    /// Whether an interrupted sweep covers what is requested now.
    fn may_resume(&self, sweep: &BeganSweep) -> bool {
        let oldest = self.oldest();
        let asks_for_it = match self.since {
            None => sweep.advances,
            // The requested start may have been limited by the store's retention when it began.
            Some(since) => since == sweep.from || since < sweep.from && sweep.from <= oldest,
        };
        asks_for_it && sweep.from.plus(RESUME_GRACE) >= oldest && sweep.to <= self.now
    }

    fn oldest(&self) -> Timestamp {
        before(self.now, self.window)
    }

    /// The time until which everything is ingested. A cursor in the future is ignored: the clock was wrong when the
    /// last sweep ended, and what that one covered is unknown.
    fn swept_until(&self, row: Option<&SweepRow>) -> Option<Timestamp> {
        let until = row.and_then(|row| row.swept_until)?;
        if before(until, self.overlap) <= self.now {
            return Some(until);
        }
        tracing::warn!(
            store = %self.store, app = self.app, %until,
            "the last sweep ended in the future: sweeping everything within the store's retention"
        );
        None
    }

    fn range(&self, tx: &Tx<'_>, row: Option<&SweepRow>) -> Result<NewSweep, LedgerError> {
        let oldest = self.oldest();
        let swept_until = self.swept_until(row);
        let never_swept = row.is_none_or(|row| row.swept_until.is_none());
        // The start of what may have been missed. No refund precedes its purchase.
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
        // A sweep of a later period must not hide that an earlier one was not swept.
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
