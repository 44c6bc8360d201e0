//! What the host is notified of. An event stays here until it is acknowledged; the process that polls it has it on
//! lease, so that of two processes only one gets it, and a dead one's events come to the other.

use super::columns::{column, json_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{MemoryUpdate, Read, Tx};
use super::values::{to_json, to_name, values};

use crate::model::{Event, EventId, Span, Timestamp};

/// The holder of a lease: one engine instance. Its process, so that a person can find it, and then a random part.
pub(crate) type LeaseOwner = [u8; 16];

pub(crate) fn lease_owner_of(process: u32, chance: [u8; 12]) -> LeaseOwner {
    let mut owner = [0; 16];
    let (first, rest) = owner.split_at_mut(4);
    first.copy_from_slice(&process.to_be_bytes());
    rest.copy_from_slice(&chance);
    owner
}

pub(super) fn process_of(owner: &LeaseOwner) -> u32 {
    let [a, b, c, d, ..] = *owner;
    u32::from_be_bytes([a, b, c, d])
}

/// How unlike two engines' leases may be, by their clocks and their configurations' `lease`.
const CLOCKS_DIFFER: Span = Span::from_hours(1);

impl Tx<'_> {
    /// Puts an event out, and gives it its id. `spelled` is what the host gets: the event with its users as the host
    /// writes them.
    pub(crate) fn queue_event(&self, event: &Event, spelled: &Event) -> Result<EventId, LedgerError> {
        self.note(MemoryUpdate::EventMade);
        self.insert(
            "outbox",
            &values! {
                kind: &to_name(&event.kind)?,
                player: &event.user,
                refund_id: event.refund_id,
                at: event.at,
                event: &to_json(spelled)?,
            },
        )
    }

    /// Leases up to `limit` events to `owner` until `until`, in order. An event waits while an earlier one of the same
    /// user is on lease, or any of that user's to another engine.
    ///
    /// A lease that ends later than one made now was made while the clock was ahead, and has ended.
    pub(crate) fn lease_events(
        &self,
        owner: &LeaseOwner,
        now: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<Event>, LedgerError> {
        let events = self.read().all(
            "SELECT * FROM outbox AS o WHERE (leased_until IS NULL OR leased_until <= ?1 OR leased_until > ?4)
               AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.player = o.player AND e.leased_until > ?1
                                AND e.leased_until <= ?4 AND (e.id < o.id OR e.lease_owner <> ?2))
             ORDER BY id LIMIT ?3",
            &values![now, owner, limit, until.plus(CLOCKS_DIFFER)],
            event_row,
        )?;
        for event in &events {
            self.execute(
                "UPDATE outbox SET attempts = attempts + 1, lease_owner = ?2, leased_until = ?3 WHERE id = ?1",
                &values![event.id, owner, until],
            )?;
        }
        Ok(events)
    }

    /// Removes an event for good; its kind, user and refund, or `None` where there is no such event.
    pub(crate) fn settle_event(&self, id: EventId) -> Result<Option<Event>, LedgerError> {
        let event = self.read().one("SELECT * FROM outbox WHERE id = ?1", &values![id], event_row)?;
        if event.is_some() {
            self.execute("DELETE FROM outbox WHERE id = ?1", &values![id])?;
        }
        Ok(event)
    }

    /// Gives back an event of which no consumer was notified: it was not an attempt.
    pub(crate) fn give_back(&self, id: EventId, owner: &LeaseOwner) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE outbox SET attempts = attempts - 1, lease_owner = NULL, leased_until = NULL
             WHERE id = ?1 AND lease_owner = ?2",
            &values![id, owner],
        )
        .map(drop)
    }

    /// Ends every lease: to be called when no other engine can be holding one.
    pub(crate) fn end_all_leases(&self) -> Result<usize, LedgerError> {
        self.execute(
            "UPDATE outbox SET lease_owner = NULL, leased_until = NULL WHERE leased_until IS NOT NULL",
            &[],
        )
    }

    /// Ends the leases of one engine, so that others need not wait for them to run out.
    pub(crate) fn end_leases_of(&self, owner: &LeaseOwner) -> Result<usize, LedgerError> {
        self.execute(
            "UPDATE outbox SET lease_owner = NULL, leased_until = NULL
             WHERE lease_owner = ?1 AND leased_until IS NOT NULL",
            &values![owner],
        )
    }
}

impl Read<'_> {
    /// Whether an event was ever made under this id.
    pub(crate) fn event_was_made(&self, id: EventId) -> Result<bool, LedgerError> {
        Ok((1..=self.highest_id("outbox")?).contains(&id))
    }

    /// An event that was not acknowledged yet: as the holder of its lease got it, or else as the next will get it.
    pub(crate) fn event(&self, id: EventId) -> Result<Option<Event>, LedgerError> {
        self.one("SELECT * FROM outbox WHERE id = ?1", &values![id], |row| {
            let mut event = event_row(row)?;
            if column::<Option<Timestamp>>(row, "leased_until")?.is_some() {
                event.attempt = event.attempt.saturating_sub(1);
            }
            Ok(event)
        })
    }

    /// How many events wait for an acknowledgement.
    pub(crate) fn events_waiting(&self) -> Result<i64, LedgerError> {
        self.number("SELECT count(*) FROM outbox", &[])
    }

    /// When the next lease runs out; `None` where none is held. A lease that has run out does not count: its event
    /// waits for another of the same user, whose own lease is still to end.
    pub(crate) fn next_lease_end(&self, now: Timestamp) -> Result<Option<Timestamp>, LedgerError> {
        let end = self.one(
            "SELECT min(leased_until) AS at FROM outbox WHERE leased_until > ?1",
            &values![now],
            |row| column(row, "at"),
        )?;
        Ok(end.flatten())
    }
}

fn event_row(row: &Row<'_>) -> Result<Event, LedgerError> {
    let mut event: Event = json_column(row, "event")?;
    event.id = column(row, "id")?;
    let attempts: u32 = column(row, "attempts")?;
    event.attempt = attempts.saturating_add(1);
    Ok(event)
}
