//! Messages to webhook endpoints. The schema's trigger on the outbox makes them.

use super::columns::{column, json_column, name_column};
use super::error::LedgerError;
use super::outbox::LeaseOwner;
use super::session::Row;
use super::tx::{Query, Read, Tx};
use super::values::values;
use crate::model::{Event, RefundId, Timestamp, WebhookMessage, WebhookMessageFilter, WebhookState};

/// A message that is due.
#[derive(Clone, Debug)]
pub(crate) struct DueMessage {
    pub(crate) id: i64,
    pub(crate) attempts: u32,
    pub(crate) refund_id: Option<RefundId>,
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

    /// Drops a message that is never sent.
    pub(crate) fn drop_message(&self, id: i64, problem: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'dropped', next_at = NULL, lease_owner = NULL, problem = ?2, settled_at = ?3
             WHERE id = ?1",
            &values![id, problem, now],
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
    /// The messages of an endpoint that can be sent now, the longest due first. One waits while an earlier one of the
    /// same user is not settled.
    pub(crate) fn messages_due(
        &self,
        endpoint: &str,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DueMessage>, LedgerError> {
        self.all(
            "SELECT id, attempts, refund_id, event_id, event FROM webhook_messages AS m
             WHERE m.endpoint = ?1 AND m.next_at <= ?2 AND NOT EXISTS
               (SELECT 1 FROM webhook_messages AS e WHERE e.endpoint = m.endpoint AND e.player = m.player
                AND e.settled_at IS NULL AND e.id < m.id)
             ORDER BY m.next_at, m.id LIMIT ?3",
            &values![endpoint, now, limit],
            due_row,
        )
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
