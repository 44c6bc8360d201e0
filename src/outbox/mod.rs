//! Delivering events to the host: at least once, in order per user, until acknowledged.

mod notifier;

pub(crate) use notifier::Notifier;

use crate::ledger::{LeaseOwner, Ledger, LedgerError, NewEntry, Tx};
use crate::model::{Event, EventId, Happening, Span, Timestamp};
use std::sync::Arc;

/// What a handler did with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// Done: never deliver it again.
    Done,
    /// Not now: deliver it again after the lease.
    Later,
}

/// How long a polled event is leased to its host before it is delivered again. Long enough for a game server's slowest
/// frame and a retry of its database; short enough that another process soon takes over a dead one's events.
pub(crate) const DEFAULT_LEASE: Span = Span::from_millis(30_000);

/// The most events of one poll: they are held in memory, and leased together.
pub(crate) const MAX_POLL: usize = 1000;

/// One engine's access to the outbox.
pub(crate) struct Delivery {
    owner: LeaseOwner,
    lease: Span,
    notifier: Arc<Notifier>,
}

impl Delivery {
    pub(crate) const fn owner(&self) -> LeaseOwner {
        self.owner
    }

    pub(crate) const fn new(owner: LeaseOwner, lease: Span, notifier: Arc<Notifier>) -> Self {
        Self { owner, lease, notifier }
    }

    /// Up to `limit` events, leased to this engine. Reads the ledger only if there may be new ones.
    pub(crate) fn poll(
        &self,
        ledger: &Ledger,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Event>, LedgerError> {
        if self.notifier.is_closed() {
            return Err(LedgerError::Closed);
        }
        if limit == 0 || !self.notifier.may_have_rung(now) {
            return Ok(Vec::new());
        }
        self.notifier.quiet();
        let limit = i64::try_from(limit.min(MAX_POLL)).unwrap_or(1);
        let (owner, until, notifier) = (self.owner, now.plus(self.lease), Arc::clone(&self.notifier));
        let polled = ledger.writer.run(move |tx| {
            let events = tx.lease_events(&owner, now, until, limit)?;
            // Set here, where polls are serialised, so that the last value remains.
            notifier.ring_at(tx.read().next_lease_end(now)?, now);
            Ok::<_, LedgerError>(events)
        });
        // There may be more than fitted, and after an error everything is left.
        if polled.as_ref().map_or(true, |events| !events.is_empty()) {
            self.notifier.ring();
        }
        polled
    }

    /// Acknowledges an event. `false`: it was acknowledged before. `None`: there never was such an event.
    pub(crate) fn ack(
        &self,
        ledger: &Ledger,
        now: Timestamp,
        id: EventId,
    ) -> Result<Option<bool>, LedgerError> {
        let settled = ledger.writer.run(move |tx| settle_one(tx, now, id));
        // The same user's later events may have waited for this one.
        self.notifier.ring();
        settled
    }

    /// Acknowledges the handled events of a batch and releases the rest, in one commit.
    pub(crate) fn settle(
        &self,
        ledger: &Ledger,
        now: Timestamp,
        done: Vec<EventId>,
        untouched: Vec<EventId>,
    ) -> Result<(), LedgerError> {
        if done.is_empty() && untouched.is_empty() {
            return Ok(());
        }
        let owner = self.owner;
        let settled = ledger.writer.run(move |tx| {
            for id in &done {
                settle_one(tx, now, *id)?;
            }
            untouched.iter().try_for_each(|id| tx.give_back(*id, &owner))
        });
        self.notifier.ring();
        settled
    }

    /// How long an engine may hand out a batch: the rest of the lease is for acknowledging it.
    pub(crate) fn half_lease(&self) -> Span {
        Span::from_millis(self.lease.millis() / 2)
    }

    pub(crate) fn notifier(&self) -> &Notifier {
        &self.notifier
    }

    /// Releases this engine's leases, so that others need not wait.
    pub(crate) fn release(&self, ledger: &Ledger) -> Result<(), LedgerError> {
        let owner = self.owner;
        ledger.writer.run(move |tx| tx.end_leases_of(&owner).map(drop))
    }
}

fn settle_one(tx: &Tx<'_>, now: Timestamp, id: EventId) -> Result<Option<bool>, LedgerError> {
    let Some(event) = tx.settle_event(id)? else {
        return Ok(tx.read().event_was_made(id)?.then_some(false));
    };
    let entry = NewEntry {
        refund: event.refund_id,
        order: event.refund.as_ref().and_then(|refund| refund.case.about.order_id.as_deref()),
        user: event.user.as_deref(),
        ..NewEntry::default()
    };
    tx.write_journal(entry, now, &Happening::EventAcknowledged { event: id, kind: event.kind })?;
    Ok(Some(true))
}
