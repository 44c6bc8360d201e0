//! From the outbox to the host: at least once, in order per user, until acknowledged.

mod dispatch;
mod notifier;

pub use dispatch::Handled;
pub(crate) use notifier::Notifier;

use crate::ledger::{LeaseOwner, Ledger, LedgerError, NewEntry, Tx};
use crate::model::{Event, EventId, Happening, Span, Timestamp};
use std::sync::Arc;

/// How long a polled event stays with its host before it is delivered again. Long enough for a game server's slowest
/// frame and a retry of its own database; short enough that another process takes over a dead one's events soon.
pub(crate) const DEFAULT_LEASE: Span = Span::from_millis(30_000);

/// The most events one poll gives: they are held in memory, and leased together.
pub(crate) const MAX_POLL: usize = 1000;

/// One engine's way to the outbox.
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

    /// Up to `limit` events, leased to this engine. Asks the ledger only where something may have come.
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
            // Set here, where polls come one after another, so that the last one's word holds.
            notifier.ring_at(tx.read().next_lease_end(now)?, now);
            Ok::<_, LedgerError>(events)
        });
        // There may be more than fitted, and after a fault everything is left.
        if polled.as_ref().map_or(true, |events| !events.is_empty()) {
            self.notifier.ring();
        }
        polled
    }

    /// Settles an event for good. `false`: it was settled before. `None`: there never was such an event.
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

    /// Settles what was handled of a batch and gives the rest of it back, in one commit.
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

    /// How long an engine may go on handing out a batch: the rest of the lease is for settling it.
    pub(crate) fn half_lease(&self) -> Span {
        Span::from_millis(self.lease.millis() / 2)
    }

    pub(crate) fn notifier(&self) -> &Notifier {
        &self.notifier
    }

    /// Gives back what this engine has on lease, so that another need not wait.
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
