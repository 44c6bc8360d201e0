//! Messages to webhook endpoints. The schema's trigger on the outbox makes them.

use super::columns::{column, json_column, name_column};
use super::error::LedgerError;
use super::outbox::LeaseOwner;
use super::session::Row;
use super::tx::{Query, Read, Tx};
use super::values::values;
use crate::model::{Event, RefundId, Span, Timestamp, WebhookMessage, WebhookMessageFilter, WebhookState};

/// How long what waits behind a held message is put off. When that message is settled, it is due at once; this is for
/// what no rule foresees.
const BEHIND_HELD: Span = Span::from_hours(1);

/// How long a message that waits behind another is put off at least, so that the other is claimed first.
const SHORTEST_BEHIND: Span = Span::from_millis(1000);

/// How many messages one statement puts off: a few milliseconds of the writer.
const PUT_OFF_AT_ONCE: i64 = 1000;

/// A message that is due.
#[derive(Clone, Debug)]
pub(crate) struct DueMessage {
    pub(crate) id: i64,
    pub(crate) attempts: u32,
    pub(crate) refund_id: Option<RefundId>,
    /// The first earlier message of the same player that is not settled: this one waits for it.
    pub(crate) behind: Option<i64>,
    /// [`LedgerError::Unreadable`] where the row is not as this version would have written it.
    pub(crate) event: Result<Event, LedgerError>,
}

/// Who sends a message, and for which time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender {
    pub(crate) owner: LeaseOwner,
    /// The number of the try.
    pub(crate) attempt: u32,
}

/// What became of a message.
#[derive(Clone, Debug)]
pub(crate) struct MessageResult<'a> {
    pub(crate) state: WebhookState,
    pub(crate) attempts: u32,
    /// Only of one that waits.
    pub(crate) next_at: Option<Timestamp>,
    pub(crate) status: Option<u16>,
    pub(crate) problem: Option<&'a str>,
}

impl Tx<'_> {
    /// Leases a message that is due to a sender.
    pub(crate) fn claim_message(&self, id: i64, sender: Sender, lease: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'sending', attempts = ?2, next_at = ?3, lease_owner = ?4 WHERE id = ?1",
            &values![id, sender.attempt, lease, &sender.owner],
        )
        .map(drop)
    }

    /// Writes what became of a message that a sender has; `false` if another process has it by now. A success counts
    /// in any case.
    pub(crate) fn finish_message(
        &self,
        id: i64,
        sender: Sender,
        result: &MessageResult<'_>,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        let finished = self.execute(
            "UPDATE webhook_messages SET state = ?4, attempts = CASE WHEN attempts > ?3 THEN attempts ELSE ?5 END, next_at = ?6,
               status = ?7, problem = ?8, settled_at = ?9, lease_owner = NULL
             WHERE id = ?1 AND ((state = 'sending' AND lease_owner = ?2 AND attempts = ?3)
                                OR (?4 = 'delivered' AND state <> 'delivered'))",
            &values![
                id,
                &sender.owner,
                sender.attempt,
                result.state.as_str(),
                result.attempts,
                result.next_at,
                result.status.map(u32::from),
                result.problem,
                result.state.is_settled().then_some(now)
            ],
        )?;
        if finished == 1 && result.state.is_settled() {
            self.make_next_due(id, now)?;
        }
        Ok(finished == 1)
    }

    /// Holds a message until more is known of a refund.
    pub(crate) fn hold_message(
        &self,
        id: i64,
        refund: Option<RefundId>,
        problem: &str,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'held', next_at = NULL, lease_owner = NULL, problem = ?2, refund_id = ?3
             WHERE id = ?1",
            &values![id, problem, refund],
        )
        .map(drop)
    }

    /// Drops a message that is never sent, and makes the one due that waited for it.
    pub(crate) fn drop_message(&self, id: i64, problem: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'dropped', next_at = NULL, lease_owner = NULL, problem = ?2, settled_at = ?3
             WHERE id = ?1",
            &values![id, problem, now],
        )?;
        self.make_next_due(id, now)
    }

    /// Leaves a message for later, or to another process. That is no try.
    pub(crate) fn postpone_message(
        &self,
        id: i64,
        problem: &str,
        until: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'waiting', next_at = ?3, lease_owner = NULL, problem = ?2 WHERE id = ?1",
            &values![id, problem, until],
        )
        .map(drop)
    }

    /// Puts off what waits behind a message until that is due, so that no claim looks at it before. Some rows a call:
    /// the next claims do the others. Settling the message makes its successor [due](Self::make_next_due).
    pub(crate) fn postpone_behind(&self, first: i64, now: Timestamp) -> Result<(), LedgerError> {
        let until: Option<Option<Timestamp>> = self.read().one(
            "SELECT next_at FROM webhook_messages WHERE id = ?1 AND settled_at IS NULL",
            &values![first],
            |row| column(row, "next_at"),
        )?;
        // The same claim may have settled it.
        let Some(until) = until else { return Ok(()) };
        let until = until.unwrap_or_else(|| now.plus(BEHIND_HELD)).max(now.plus(SHORTEST_BEHIND));
        self.execute(
            "UPDATE webhook_messages SET next_at = ?2 WHERE id IN
               (SELECT n.id FROM webhook_messages AS m JOIN webhook_messages AS n
                  ON n.endpoint = m.endpoint AND n.player = m.player AND n.id > m.id
                WHERE m.id = ?1 AND n.settled_at IS NULL AND n.state = 'waiting' AND n.next_at < ?2 LIMIT ?3)",
            &values![first, until, PUT_OFF_AT_ONCE],
        )
        .map(drop)
    }

    /// A message is settled: the next one of its player need not wait any longer.
    fn make_next_due(&self, settled: i64, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET next_at = ?2 WHERE state = 'waiting' AND next_at > ?2 AND id =
               (SELECT min(n.id) FROM webhook_messages AS m JOIN webhook_messages AS n
                  ON n.endpoint = m.endpoint AND n.player = m.player AND n.id > m.id
                WHERE m.id = ?1 AND n.settled_at IS NULL)",
            &values![settled, now],
        )
        .map(drop)
    }

    /// Drops all messages of an endpoint that are not settled.
    pub(crate) fn drop_messages_of(
        &self,
        endpoint: &str,
        problem: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'dropped', next_at = NULL, lease_owner = NULL, problem = ?2, settled_at = ?3
             WHERE endpoint = ?1 AND state IN ('waiting', 'sending', 'held')",
            &values![endpoint, problem, now],
        )
        .map(drop)
    }

    /// Has all held messages of an endpoint tried again.
    pub(crate) fn release_held(&self, endpoint: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'waiting', next_at = ?2 WHERE endpoint = ?1 AND state = 'held'",
            &values![endpoint, now],
        )
        .map(drop)
    }

    /// For the only process on the ledger: what was being sent when the last one died is due at once.
    pub(crate) fn end_all_sending_to(&self, endpoint: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET next_at = ?2 WHERE endpoint = ?1 AND state = 'sending' AND next_at > ?2",
            &values![endpoint, now],
        )
        .map(drop)
    }

    /// Makes due what is due later than `beyond`: it was written while the clock was ahead.
    pub(crate) fn retime_messages(
        &self,
        endpoint: &str,
        beyond: Timestamp,
        now: Timestamp,
    ) -> Result<usize, LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET next_at = ?3 WHERE endpoint = ?1 AND next_at > ?2",
            &values![endpoint, beyond, now],
        )
    }

    /// Has a settled message sent again, from the first try; `false` if it is not settled.
    pub(crate) fn replay_message(&self, id: i64, now: Timestamp) -> Result<bool, LedgerError> {
        let replayed = self.execute(
            "UPDATE webhook_messages SET state = 'waiting', attempts = 0, next_at = ?2, settled_at = NULL
             WHERE id = ?1 AND settled_at IS NOT NULL",
            &values![id, now],
        )?;
        Ok(replayed == 1)
    }

    /// Has the dead messages of an endpoint sent again.
    pub(crate) fn replay_dead(&self, endpoint: &str, now: Timestamp) -> Result<usize, LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'waiting', attempts = 0, next_at = ?2, settled_at = NULL
             WHERE endpoint = ?1 AND state = 'dead'",
            &values![endpoint, now],
        )
    }

    /// Has the settled messages of an endpoint sent again that were made in a period.
    pub(crate) fn replay_period(
        &self,
        endpoint: &str,
        (since, until): (Timestamp, Timestamp),
        now: Timestamp,
    ) -> Result<usize, LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'waiting', attempts = 0, next_at = ?4, settled_at = NULL
             WHERE endpoint = ?1 AND made_at >= ?2 AND made_at < ?3 AND settled_at IS NOT NULL",
            &values![endpoint, since, until, now],
        )
    }
}

impl Read<'_> {
    /// The messages of an endpoint that are due, the longest due first. One can be sent only if no earlier one of the same
    /// user is not settled.
    pub(crate) fn messages_due(
        &self,
        endpoint: &str,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DueMessage>, LedgerError> {
        self.all(
            "SELECT id, attempts, refund_id, event_id, event,
               (SELECT min(e.id) FROM webhook_messages AS e WHERE e.endpoint = m.endpoint AND e.player = m.player
                AND e.settled_at IS NULL AND e.id < m.id) AS behind
             FROM webhook_messages AS m WHERE m.endpoint = ?1 AND m.next_at <= ?2
             ORDER BY m.next_at, m.id LIMIT ?3",
            &values![endpoint, now, limit],
            due_row,
        )
    }

    /// Whether a message of an endpoint is due, though it may have to wait for an earlier one.
    pub(crate) fn any_message_due(&self, endpoint: &str, now: Timestamp) -> Result<bool, LedgerError> {
        let found = self.one(
            "SELECT id FROM webhook_messages WHERE endpoint = ?1 AND next_at <= ?2 LIMIT 1",
            &values![endpoint, now],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// When the next message of an endpoint is due that is not due yet.
    pub(crate) fn next_message_at(
        &self,
        endpoint: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, LedgerError> {
        let next = self.one(
            "SELECT min(next_at) AS at FROM webhook_messages WHERE endpoint = ?1 AND next_at > ?2",
            &values![endpoint, now],
            |row| column(row, "at"),
        )?;
        Ok(next.flatten())
    }

    /// Whether a message is due later than `beyond`.
    pub(crate) fn any_message_beyond(&self, endpoint: &str, beyond: Timestamp) -> Result<bool, LedgerError> {
        let found = self.one(
            "SELECT id FROM webhook_messages WHERE endpoint = ?1 AND next_at > ?2 LIMIT 1",
            &values![endpoint, beyond],
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// A message; its `webhook_id` is not set.
    pub(crate) fn message(&self, id: i64) -> Result<Option<WebhookMessage>, LedgerError> {
        self.one("SELECT * FROM webhook_messages WHERE id = ?1", &values![id], message_row)
    }

    /// Messages that match a filter, newest first, before an id; their `webhook_id`s are not set.
    pub(crate) fn messages(
        &self,
        filter: &WebhookMessageFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<WebhookMessage>, LedgerError> {
        let mut query = Query::new("SELECT * FROM webhook_messages WHERE id < ?1", &values![before]);
        query.and("endpoint = ?", filter.endpoint.as_deref());
        query.and("state = ?", filter.state.map(WebhookState::as_str));
        query.and("player = ?", filter.user.as_deref());
        query.and("refund_id = ?", filter.refund_id);
        query.order("id DESC", limit);
        self.all(&query.sql, &query.values, message_row)
    }
}

fn due_row(row: &Row<'_>) -> Result<DueMessage, LedgerError> {
    let event = json_column::<Event>(row, "event").and_then(|mut event| {
        event.id = column(row, "event_id")?;
        Ok(event)
    });
    Ok(DueMessage {
        id: column(row, "id")?,
        attempts: column(row, "attempts")?,
        refund_id: column(row, "refund_id")?,
        behind: column(row, "behind")?,
        event,
    })
}

pub(super) fn message_row(row: &Row<'_>) -> Result<WebhookMessage, LedgerError> {
    let no_name = |what| LedgerError::Unreadable { what, problem: "NULL instead of a name".to_owned() };
    let status: Option<u32> = column(row, "status")?;
    Ok(WebhookMessage {
        id: column(row, "id")?,
        endpoint: column(row, "endpoint")?,
        webhook_id: String::new(),
        event: column(row, "event_id")?,
        kind: name_column(row, "kind")?.ok_or_else(|| no_name("kind"))?,
        user: column(row, "player")?,
        refund_id: column(row, "refund_id")?,
        made_at: column(row, "made_at")?,
        state: name_column(row, "state")?.ok_or_else(|| no_name("state"))?,
        attempts: column(row, "attempts")?,
        next_at: column(row, "next_at")?,
        status: status.and_then(|status| u16::try_from(status).ok()),
        problem: column(row, "problem")?,
        settled_at: column(row, "settled_at")?,
    })
}
