//! The store actions.

use super::columns::{column, json_column, json_column_or_null, name_column, store_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Query, Read, Tx};
use super::values::{to_json, values};
use crate::model::{
    ActionId, RefundId, Store, StoreAction, StoreActionFilter, StoreActionKind, StoreActionState,
    StoreAnswer, Timestamp,
};

/// An action to write down.
pub(crate) struct NewAction<'a> {
    pub(crate) key: Option<&'a str>,
    pub(crate) send_key: &'a str,
    pub(crate) store: &'a Store,
    pub(crate) app: &'a str,
    pub(crate) kind: StoreActionKind,
    pub(crate) refund: Option<RefundId>,
    pub(crate) order: &'a str,
    pub(crate) request: &'a serde_json::Value,
    pub(crate) who: &'a str,
    pub(crate) why: &'a str,
    /// When it is given up.
    pub(crate) until: Timestamp,
}

/// The result of sending or querying an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) state: StoreActionState,
    pub(crate) answer: StoreAnswer,
    /// When to continue; `None` where this settles it.
    pub(crate) next_at: Option<Timestamp>,
    /// Whether the store may have done it nevertheless.
    pub(crate) maybe_done: bool,
}

/// An action's row: what the public [`StoreAction`] shows and what only its sender needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActionRow {
    pub(crate) action: StoreAction,
    pub(crate) send_key: String,
    pub(crate) until: Timestamp,
    /// Whether it was sent and may have been done.
    pub(crate) maybe_done: bool,
    /// The store's own id of the refund that it made.
    pub(crate) store_refund_id: Option<String>,
}

/// An open action as it is found, with what of it can always be read.
#[derive(Clone, Debug)]
pub(crate) struct DueAction {
    pub(crate) id: ActionId,
    pub(crate) next_at: Timestamp,
    /// Whether the store may have it.
    pub(crate) maybe_sent: bool,
    /// [`LedgerError::Unreadable`] where the row is not as this version would have written it.
    pub(crate) row: Result<ActionRow, LedgerError>,
}

/// Which of the due actions come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Answers to reviews.
    Answers,
    /// All that is no answer to a review.
    Others,
}

impl Tx<'_> {
    /// Writes an action that is due at once.
    pub(crate) fn insert_action(&self, new: &NewAction<'_>, now: Timestamp) -> Result<ActionId, LedgerError> {
        self.insert(
            "actions",
            &values! {
                key: new.key,
                send_key: new.send_key,
                store: new.store.as_str(),
                app: new.app,
                kind: new.kind.as_str(),
                refund_id: new.refund,
                order_id: new.order,
                request: &to_json(new.request)?,
                who: new.who,
                why: new.why,
                state: StoreActionState::Written.as_str(),
                at: now,
                next_at: now,
                until: new.until,
                seen_at: now,
            },
        )
    }

    /// Makes an action that is due this sender's until `lease`; `false` where another sender was first.
    pub(crate) fn claim_action(
        &self,
        id: ActionId,
        state: StoreActionState,
        sends: bool,
        now: Timestamp,
        lease: Timestamp,
    ) -> Result<bool, LedgerError> {
        let claimed = self.execute(
            // Its sender died before it recorded an answer.
            "UPDATE actions SET maybe_done = CASE state WHEN 'sending' THEN 1 ELSE maybe_done END, state = ?2,
               attempts = attempts + ?5, next_at = ?4, seen_at = CASE WHEN seen_at < ?3 THEN ?3 ELSE seen_at END
             WHERE id = ?1 AND next_at IS NOT NULL AND next_at <= ?3",
            &values![id, state.as_str(), now, lease, sends],
        )?;
        Ok(claimed == 1)
    }

    /// Writes a store's answer to an action; `next` is `None` where that settles it.
    pub(crate) fn answer_action(
        &self,
        id: ActionId,
        answered: &Answered,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let store_refund_id = match &answered.answer {
            StoreAnswer::Done { id } | StoreAnswer::Accepted { id } => id.as_deref(),
            StoreAnswer::AlreadyRefunded | StoreAnswer::Error { .. } => None,
        };
        self.execute(
            "UPDATE actions SET state = ?2, answer = ?3, next_at = ?4, settled_at = ?5,
               maybe_done = CASE ?6 WHEN 1 THEN 1 ELSE maybe_done END,
               seen_at = CASE WHEN seen_at < ?7 THEN ?7 ELSE seen_at END,
               store_refund_id = coalesce(?8, store_refund_id) WHERE id = ?1",
            &values![
                id,
                answered.state.as_str(),
                &to_json(&answered.answer)?,
                answered.next_at,
                answered.next_at.is_none().then_some(now),
                answered.maybe_done,
                now,
                store_refund_id
            ],
        )
        .map(drop)
    }

    /// Writes that what an action did has failed at the store later.
    pub(crate) fn fail_done_action(
        &self,
        id: ActionId,
        answer: &StoreAnswer,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE actions SET state = 'failed', answer = ?2,
               seen_at = CASE WHEN seen_at < ?3 THEN ?3 ELSE seen_at END
             WHERE id = ?1 AND state = 'done'",
            &values![id, &to_json(answer)?, now],
        )
        .map(drop)
    }

    /// Lets an action that is not settled be tried until `until`, where it would be given up before.
    pub(crate) fn extend_action(&self, id: ActionId, until: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE actions SET until = ?2 WHERE id = ?1 AND until < ?2 AND settled_at IS NULL",
            &values![id, until],
        )
        .map(drop)
    }

    /// Notes which refund an action made, where that was not known.
    pub(crate) fn tie_action(&self, id: ActionId, refund: RefundId) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE actions SET refund_id = coalesce(refund_id, ?2) WHERE id = ?1",
            &values![id, refund],
        )
        .map(drop)
    }

    /// Settles an action whose row cannot be read; `false` where another process has continued it meanwhile.
    pub(crate) fn settle_unreadable(
        &self,
        due: &DueAction,
        state: StoreActionState,
        answer: &StoreAnswer,
        now: Timestamp,
    ) -> Result<bool, LedgerError> {
        let settled = self.execute(
            "UPDATE actions SET state = ?3, answer = ?4, next_at = NULL, settled_at = ?5
             WHERE id = ?1 AND next_at = ?2",
            &values![due.id, due.next_at, state.as_str(), &to_json(answer)?, now],
        )?;
        Ok(settled == 1)
    }

    /// Begins an open action's times again, by a clock that was set back.
    pub(crate) fn retime_action(
        &self,
        id: ActionId,
        next_at: Timestamp,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE actions SET next_at = ?2, until = ?3, seen_at = ?4 WHERE id = ?1 AND next_at IS NOT NULL",
            &values![id, next_at, until, now],
        )
        .map(drop)
    }

    /// For the only process on the ledger: what was being sent when the last one died is looked into at once.
    pub(crate) fn end_all_sending(&self, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE actions SET next_at = ?1
             WHERE next_at IS NOT NULL AND next_at > ?1 AND state IN ('sending', 'confirming')",
            &values![now],
        )
        .map(drop)
    }
}

impl Read<'_> {
    /// An action by its number.
    pub(crate) fn action(&self, id: ActionId) -> Result<Option<ActionRow>, LedgerError> {
        self.one("SELECT * FROM actions WHERE id = ?1", &values![id], action_row)
    }

    /// An action by its caller's key.
    pub(crate) fn action_by_key(&self, key: &str) -> Result<Option<ActionRow>, LedgerError> {
        self.one("SELECT * FROM actions WHERE key = ?1", &values![key], action_row)
    }

    /// The action that made a refund, by the store's own id of it.
    pub(crate) fn action_by_store_refund(
        &self,
        store: &Store,
        app: &str,
        refund: &str,
    ) -> Result<Option<ActionRow>, LedgerError> {
        self.one(
            "SELECT * FROM actions WHERE store_refund_id = ?1 AND store = ?2 AND app = ?3 ORDER BY id LIMIT 1",
            &values![refund, store.as_str(), app],
            action_row,
        )
    }

    /// The actions that are to be sent or queried now, the longest overdue first, after the given one.
    pub(crate) fn actions_due(
        &self,
        turn: Turn,
        now: Timestamp,
        behind: (Timestamp, ActionId),
        limit: i64,
    ) -> Result<Vec<DueAction>, LedgerError> {
        self.all(
            "SELECT * FROM actions WHERE next_at IS NOT NULL AND next_at <= ?1 AND CASE kind WHEN 'answer_review' THEN 1 ELSE 0 END = ?2
               AND (next_at, id) > (?3, ?4) ORDER BY next_at, id LIMIT ?5",
            &values![now, turn == Turn::Answers, behind.0, behind.1, limit],
            due_action,
        )
    }

    /// The open actions of which something was written at a later time than this.
    pub(crate) fn actions_seen_after(
        &self,
        time: Timestamp,
        limit: i64,
    ) -> Result<Vec<DueAction>, LedgerError> {
        self.all(
            "SELECT * FROM actions WHERE next_at IS NOT NULL AND seen_at > ?1 ORDER BY seen_at LIMIT ?2",
            &values![time, limit],
            due_action,
        )
    }

    /// Actions that fit the filter, newest first, from before the given number.
    pub(crate) fn actions(
        &self,
        filter: &StoreActionFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<StoreAction>, LedgerError> {
        let mut query = Query::new("SELECT * FROM actions WHERE id < ?1", &values![before]);
        query.and("store = ?", filter.store.as_ref().map(Store::as_str));
        query.and("kind = ?", filter.kind.map(StoreActionKind::as_str));
        query.and("state = ?", filter.state.map(StoreActionState::as_str));
        query.and("order_id = ?", filter.order_id.as_deref());
        query.and("refund_id = ?", filter.refund_id);
        query.order("id DESC", limit);
        self.all(&query.sql, &query.values, |row| action_row(row).map(|row| row.action))
    }
}

/// One row that cannot be read must not hide the others.
fn due_action(row: &Row<'_>) -> Result<DueAction, LedgerError> {
    let read = match action_row(row) {
        Err(error @ LedgerError::Unreadable { .. }) => Err(error),
        read => Ok(read?),
    };
    let state: String = column(row, "state")?;
    Ok(DueAction {
        id: column(row, "id")?,
        next_at: column(row, "next_at")?,
        maybe_sent: column::<bool>(row, "maybe_done")? || state != StoreActionState::Written.as_str(),
        row: read,
    })
}

fn action_row(row: &Row<'_>) -> Result<ActionRow, LedgerError> {
    let missing = |what| LedgerError::Unreadable { what, problem: "nothing".to_owned() };
    Ok(ActionRow {
        action: StoreAction {
            id: column(row, "id")?,
            key: column(row, "key")?,
            store: store_column(row)?,
            app: column(row, "app")?,
            kind: name_column(row, "kind")?.ok_or_else(|| missing("kind"))?,
            refund_id: column(row, "refund_id")?,
            order_id: column(row, "order_id")?,
            request: json_column(row, "request")?,
            who: column(row, "who")?,
            why: column(row, "why")?,
            state: name_column(row, "state")?.ok_or_else(|| missing("state"))?,
            attempts: column(row, "attempts")?,
            answer: json_column_or_null(row, "answer")?,
            at: column(row, "at")?,
            next_at: column(row, "next_at")?,
            settled_at: column(row, "settled_at")?,
        },
        send_key: column(row, "send_key")?,
        until: column(row, "until")?,
        maybe_done: column(row, "maybe_done")?,
        store_refund_id: column(row, "store_refund_id")?,
    })
}
