//! The engine's part of the writer's thread: it keeps memory in step with the ledger, detects other processes'
//! commits, ends expired blocks and decides overdue refunds.

use std::sync::Arc;

use super::capture::{PRESUME_AT_ONCE, WAIT};
use super::change::{Change, Rules};
use super::clock::Clock;
use super::inquiry::OVERDUE_AT_ONCE;
use super::record::EXPIRE_AT_ONCE;
use super::refusals::{Refusals, Suppressed};
use super::retention::PruneSchedule;
use super::steady::{self, Steady};
use super::webhooks::Wakers;
use crate::blocklist::Blocklist;
use crate::ledger::{Idle, LedgerError, MemoryUpdate, WriterHooks};
use crate::model::{Span, Timestamp};
use crate::outbox::Notifier;

/// The engine's hooks in the writer.
pub(super) struct ChangeWatcher {
    pub(super) blocklist: Arc<Blocklist>,
    pub(super) notifier: Arc<Notifier>,
    pub(super) webhooks: Arc<Wakers>,
    pub(super) rules: Arc<Rules>,
    pub(super) refusals: Arc<Refusals>,
    pub(super) clock: Arc<dyn Clock>,
    /// The check for leaps of the clock.
    pub(super) steady: Steady,
    /// When the engine opened.
    pub(super) opened_at: Timestamp,
    /// When it next looks for what is too old.
    pub(super) pruning: PruneSchedule,
}

impl WriterHooks for ChangeWatcher {
    fn committed(&mut self, notes: Vec<MemoryUpdate>) {
        for note in notes {
            match note {
                MemoryUpdate::Blocked(user) => drop(self.blocklist.insert(&user)),
                MemoryUpdate::Unblocked(user) => drop(self.blocklist.remove(&user)),
                MemoryUpdate::EventMade => {
                    self.notifier.ring();
                    self.webhooks.wake();
                }
                // `idle` reads who is blocked.
                MemoryUpdate::Forgotten => {}
            }
        }
    }

    fn idle(&mut self, ledger: &mut Idle<'_>) -> Result<(), LedgerError> {
        let news = ledger.news()?;
        if news.contains(&MemoryUpdate::Forgotten) {
            self.reload(ledger)?;
        }
        self.committed(news);
        self.presume_captured(ledger)?;
        self.expire_blocks(ledger)?;
        self.decide_overdue(ledger)?;
        self.prune(ledger)?;
        self.write_refusals(ledger)
    }
}

impl ChangeWatcher {
    /// Drops everyone from the blocklist whom the ledger does not block.
    fn reload(&self, ledger: &Idle<'_>) -> Result<(), LedgerError> {
        let mut blocked = Vec::new();
        ledger.read().for_each_blocked_user(|user| blocked.push(user.to_owned()))?;
        self.blocklist.keep_only(&blocked);
        Ok(())
    }

    fn presume_captured(&mut self, ledger: &mut Idle<'_>) -> Result<(), LedgerError> {
        let now = self.clock.now();
        if ledger.read().cases_to_presume(now, now.plus(WAIT), 1)?.is_empty() {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let (presumed, notes) =
            ledger.change(|tx| Change { tx, rules: &rules, now, inbox: None }.presume_captured())?;
        tracing::debug!(presumed, at_most = PRESUME_AT_ONCE, "payments presumed to be captured");
        self.committed(notes);
        Ok(())
    }

    fn write_refusals(&self, ledger: &mut Idle<'_>) -> Result<(), LedgerError> {
        let now = self.clock.now();
        self.refusals.suppressed(now).iter().for_each(Suppressed::log);
        let rows = self.refusals.take_unwritten(now, false);
        if rows.is_empty() {
            return Ok(());
        }
        let written = ledger.change(|tx| tx.add_refusals(&rows));
        if written.is_err() {
            self.refusals.give_back(&rows);
        }
        written.map(drop)
    }

    /// Decides refunds whose inquiry is past its deadline. If no engine was open to query the store, this one first
    /// has as long as usual to do so.
    fn decide_overdue(&mut self, ledger: &mut Idle<'_>) -> Result<(), LedgerError> {
        let now = self.clock.now();
        let open_for = now.since(self.opened_at);
        let inquiries = &self.rules.inquiries;
        if !inquiries.apps.is_empty() && (Span::from_millis(0)..inquiries.wait).contains(&open_for) {
            return Ok(());
        }
        if ledger.read().inquiries_over(now, 1)?.is_empty() {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let (decided, notes) =
            ledger.change(|tx| Change { tx, rules: &rules, now, inbox: None }.decide_overdue())?;
        tracing::debug!(decided, at_most = OVERDUE_AT_ONCE, "refunds decided without a store's answer");
        self.committed(notes);
        Ok(())
    }

    /// One step, if it is time: what is left comes at the next look.
    fn prune(&mut self, ledger: &mut Idle<'_>) -> Result<(), LedgerError> {
        // A clock that leaps ahead must not empty the ledger.
        let now = self.steady.end_of_blocks(self.clock.now(), steady::elapsed());
        if !self.pruning.is_due(now) {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let (pruned, notes) = ledger.change(|tx| Change { tx, rules: &rules, now, inbox: None }.prune())?;
        if pruned.total() == 0 {
            self.pruning.done(now);
        } else {
            tracing::debug!(rows = pruned.total(), "removed what was older than its retention");
        }
        self.committed(notes);
        Ok(())
    }

    fn expire_blocks(&mut self, ledger: &mut Idle<'_>) -> Result<(), LedgerError> {
        let now = self.steady.end_of_blocks(self.clock.now(), steady::elapsed());
        self.look_after_notices(ledger, now)?;
        if !ledger.read().any_block_due(now)? {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let (ended, notes) =
            ledger.change(|tx| Change { tx, rules: &rules, now, inbox: None }.expire_blocks())?;
        tracing::debug!(
            ended,
            at_most = EXPIRE_AT_ONCE,
            "blocks ended by their time; those whose grace is over have begun"
        );
        self.committed(notes);
        Ok(())
    }

    fn look_after_notices(&mut self, ledger: &mut Idle<'_>, now: Timestamp) -> Result<(), LedgerError> {
        if !ledger.read().any_notice_due(now)? {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let (changed, notes) =
            ledger.change(|tx| Change { tx, rules: &rules, now, inbox: None }.look_after_notices())?;
        tracing::debug!(changed, at_most = EXPIRE_AT_ONCE, "notices made or expired by their time");
        self.committed(notes);
        Ok(())
    }
}
