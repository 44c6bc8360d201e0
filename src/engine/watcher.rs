//! What the engine hangs into the writer's thread: memory kept in step with the ledger, other processes' commits
//! noticed, blocks ended and decisions made when their time is up.

use std::sync::Arc;

use rusqlite::Connection;

use super::capture::{PRESUME_AT_ONCE, WAIT};
use super::change::{Change, Rules};
use super::clock::Clock;
use super::inquiry::OVERDUE_AT_ONCE;
use super::record::EXPIRE_AT_ONCE;
use super::refusals::{HeldBack, Refusals};
use super::steady::{self, Steady};
use crate::blocklist::Blocklist;
use crate::ledger::{LedgerError, MemoryUpdate, WriterHooks, between_jobs, data_version, read};
use crate::model::{Span, Timestamp};
use crate::outbox::Notifier;

/// The writer's side of the engine.
pub(super) struct ChangeWatcher {
    pub(super) blocklist: Arc<Blocklist>,
    pub(super) notifier: Arc<Notifier>,
    pub(super) rules: Arc<Rules>,
    pub(super) refusals: Arc<Refusals>,
    pub(super) clock: Arc<dyn Clock>,
    /// The journal up to here is in the blocklist.
    pub(super) journal_seen: i64,
    /// What SQLite said when last asked whether others had committed; `None` before the first time.
    pub(super) data_version: Option<i64>,
    /// Whether the clock has leapt.
    pub(super) steady: Steady,
    /// When the engine was opened.
    pub(super) opened_at: Timestamp,
}

impl WriterHooks for ChangeWatcher {
    fn committed(&mut self, notes: Vec<MemoryUpdate>) {
        for note in notes {
            match note {
                MemoryUpdate::Blocked(user) => drop(self.blocklist.insert(&user)),
                MemoryUpdate::Unblocked(user) => drop(self.blocklist.remove(&user)),
                MemoryUpdate::EventMade => self.notifier.ring(),
            }
        }
    }

    fn idle(&mut self, connection: &mut Connection) -> Result<(), LedgerError> {
        self.look_after_others(connection)?;
        self.presume_captured(connection)?;
        self.expire_blocks(connection)?;
        self.decide_overdue(connection)?;
        self.write_refusals(connection)
    }
}

impl ChangeWatcher {
    fn look_after_others(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let read = read(connection);
        // The end of the journal first: what others add after it is then surely seen as a new data version next time.
        let end = read.journal_end()?;
        let version = data_version(connection)?;
        if self.data_version != Some(version) {
            for user in read.users_reblocked_since(self.journal_seen)? {
                if read.is_blocked(&user)? {
                    self.blocklist.insert(&user);
                } else {
                    self.blocklist.remove(&user);
                }
            }
            self.notifier.ring();
        }
        // Only now: after a fault above they are looked for again.
        self.data_version = Some(version);
        self.journal_seen = end;
        Ok(())
    }

    fn presume_captured(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let now = self.clock.now();
        if read(connection).cases_to_presume(now, now.plus(WAIT), 1)?.is_empty() {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let (presumed, notes) =
            between_jobs(connection, |tx| Change { tx, rules: &rules, now, inbox: None }.presume_captured())?;
        tracing::debug!(presumed, at_most = PRESUME_AT_ONCE, "payments presumed to be captured");
        self.committed(notes);
        Ok(())
    }

    fn write_refusals(&self, connection: &Connection) -> Result<(), LedgerError> {
        let now = self.clock.now();
        self.refusals.held_back(now).iter().for_each(HeldBack::log);
        let rows = self.refusals.take_unwritten(now, false);
        if rows.is_empty() {
            return Ok(());
        }
        let written = between_jobs(connection, |tx| tx.add_refusals(&rows));
        if written.is_err() {
            self.refusals.give_back(&rows);
        }
        written.map(drop)
    }

    /// Decides what has waited for a store's answer longer than it may. Where nobody could ask, since no engine was open,
    /// this one has as long as any other to do so first.
    fn decide_overdue(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let now = self.clock.now();
        let open_for = now.since(self.opened_at);
        let inquiries = &self.rules.inquiries;
        if !inquiries.askable.is_empty() && (Span::from_millis(0)..inquiries.wait).contains(&open_for) {
            return Ok(());
        }
        if read(connection).inquiries_over(now, 1)?.is_empty() {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let (decided, notes) =
            between_jobs(connection, |tx| Change { tx, rules: &rules, now, inbox: None }.decide_overdue())?;
        tracing::debug!(decided, at_most = OVERDUE_AT_ONCE, "refunds decided without a store's answer");
        self.committed(notes);
        Ok(())
    }

    fn expire_blocks(&mut self, connection: &Connection) -> Result<(), LedgerError> {
        let now = self.steady.end_of_blocks(self.clock.now(), steady::elapsed());
        if !read(connection).any_block_due(now)? {
            return Ok(());
        }
        let rules = Arc::clone(&self.rules);
        let (ended, notes) =
            between_jobs(connection, |tx| Change { tx, rules: &rules, now, inbox: None }.expire_blocks())?;
        tracing::debug!(ended, at_most = EXPIRE_AT_ONCE, "blocks ended by their time");
        self.committed(notes);
        Ok(())
    }
}
