//! For doctor: what waits for the host or an operator, and what the store should have reported.

use super::columns::{column, json_column};
use super::error::LedgerError;
use super::tx::Read;
use super::values::values;
use crate::model::{Environment, Store, StoreAnswer, Timestamp};

/// How many of an app's newest refunds are checked.
const LOOKED_AT: i64 = 1000;

/// Answers to reviews that were sent, not taken, and are not given up.
const UNTAKEN: &str =
    "FROM actions WHERE next_at IS NOT NULL AND kind = 'answer_review' AND answer IS NOT NULL";

/// What was refunded, and no message of the store reported.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unreported {
    pub(crate) count: i64,
    pub(crate) latest: Option<Timestamp>,
}

/// What waits for the host or an operator.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backlog {
    pub(crate) dead_letters: i64,
    /// Those of the last days.
    pub(crate) new_dead_letters: i64,
    pub(crate) events: i64,
    pub(crate) oldest_event: Option<Timestamp>,
    pub(crate) unknown_actions: i64,
    /// Those that should have continued by now.
    pub(crate) overdue_actions: i64,
    /// Answers to reviews that are sent again since they were not taken.
    pub(crate) untaken_answers: i64,
    /// Why the most pressing of them was not.
    pub(crate) not_taken_since: Option<String>,
    pub(crate) missed_reviews: i64,
    /// Open, and to be answered soon.
    pub(crate) pressing_reviews: i64,
    pub(crate) first_deadline: Option<Timestamp>,
    /// Decisions that wait for a store's answer, and until when the last of them does.
    pub(crate) waiting_decisions: i64,
    pub(crate) decisions_wait_until: Option<Timestamp>,
    /// Refunds that were decided without an answer, about which the store is still queried; and the error of the one
    /// queried last.
    pub(crate) overdue_inquiries: i64,
    pub(crate) inquiry_error: Option<String>,
}

/// The times a backlog is counted by.
pub(crate) struct Since {
    /// What is new since then is reported.
    pub(crate) news: Timestamp,
    /// What was to be done before then is overdue.
    pub(crate) due: Timestamp,
    /// What is to be done before then is pressing.
    pub(crate) pressing: Timestamp,
}

impl Read<'_> {
    /// When a store last sent a message of an app on its own initiative.
    pub(crate) fn latest_webhook(&self, store: &Store, app: &str) -> Result<Option<Timestamp>, LedgerError> {
        // By number from the end: the newest message is found at once, and the index would sort all of the app's.
        self.one(
            "SELECT received_at FROM inbox WHERE +store = ?1 AND +app = ?2 AND swept = 0 ORDER BY id DESC LIMIT 1",
            &values![store.as_str(), app],
            |row| column(row, "received_at"),
        )
    }

    /// Of an app's newest refunds since a time, those that are known by sweeps alone.
    pub(crate) fn unreported_refunds(
        &self,
        store: &Store,
        app: &str,
        since: Timestamp,
    ) -> Result<Unreported, LedgerError> {
        let unreported = self.one(
            "SELECT count(*) AS count, max(first_seen_at) AS latest
             FROM (SELECT * FROM refunds WHERE store = ?1 AND app = ?2 ORDER BY id DESC LIMIT ?4) AS r
             WHERE r.first_seen_at >= ?3 AND r.merged_into IS NULL AND NOT EXISTS
               (SELECT 1 FROM facts JOIN inbox ON inbox.id = facts.inbox_id WHERE facts.refund_id = r.id AND inbox.swept = 0)",
            &values![store.as_str(), app, since, LOOKED_AT],
            |row| Ok(Unreported { count: column(row, "count")?, latest: column(row, "latest")? }),
        )?;
        Ok(unreported.unwrap_or_default())
    }

    /// Whether messages of the store reported refunds since a time, and none of them in this environment.
    pub(crate) fn all_reported_of_another(
        &self,
        store: &Store,
        app: &str,
        environment: Environment,
        since: Timestamp,
    ) -> Result<bool, LedgerError> {
        let reported = self.one(
            "SELECT count(*) AS count, count(*) FILTER (WHERE r.environment = ?4) AS same
             FROM (SELECT * FROM refunds WHERE store = ?1 AND app = ?2 ORDER BY id DESC LIMIT ?5) AS r
             WHERE r.first_seen_at >= ?3 AND r.environment <> '' AND EXISTS
               (SELECT 1 FROM facts JOIN inbox ON inbox.id = facts.inbox_id WHERE facts.refund_id = r.id AND inbox.swept = 0)",
            &values![store.as_str(), app, since, environment.as_str(), LOOKED_AT],
            |row| Ok((column::<i64>(row, "count")?, column::<i64>(row, "same")?)),
        )?;
        Ok(reported.is_some_and(|(count, same)| count > 0 && same == 0))
    }

    /// What waits for the host or an operator.
    pub(crate) fn backlog(&self, since: &Since) -> Result<Backlog, LedgerError> {
        let at = |sql: &str, time: Timestamp| {
            let found = self.one(sql, &values![time], |row| column(row, "at"))?;
            Ok::<_, LedgerError>(found.flatten())
        };
        let Since { news, due, pressing } = *since;
        Ok(Backlog {
            dead_letters: self.number("SELECT count(*) FROM dead_letters", &[])?,
            new_dead_letters: self
                .number("SELECT count(*) FROM dead_letters WHERE received_at >= ?1", &values![news])?,
            events: self.events_waiting()?,
            oldest_event: at(
                "SELECT min(at) AS at FROM outbox WHERE at <> ?1",
                Timestamp::from_millis(i64::MIN),
            )?,
            unknown_actions: self.number(
                "SELECT count(*) FROM actions WHERE state = 'unknown' AND settled_at >= ?1",
                &values![news],
            )?,
            overdue_actions: self.number("SELECT count(*) FROM actions WHERE next_at < ?1", &values![due])?,
            untaken_answers: self.number(&format!("SELECT count(*) {UNTAKEN}"), &[])?,
            not_taken_since: self
                .one(&format!("SELECT answer {UNTAKEN} ORDER BY until, id LIMIT 1"), &[], |row| {
                    json_column(row, "answer")
                })?
                .and_then(|answer| match answer {
                    StoreAnswer::Error { message, .. } => Some(message),
                    StoreAnswer::Done { .. }
                    | StoreAnswer::Accepted { .. }
                    | StoreAnswer::AlreadyRefunded => None,
                }),
            missed_reviews: self.number(
                "SELECT count(*) FROM reviews WHERE state = 'missed' AND requested_at >= ?1",
                &values![news],
            )?,
            pressing_reviews: self.number(
                "SELECT count(*) FROM reviews WHERE state IN ('waiting', 'reported') AND deadline < ?1",
                &values![pressing],
            )?,
            first_deadline: at(
                "SELECT min(deadline) AS at FROM reviews WHERE state IN ('waiting', 'reported') AND deadline < ?1",
                pressing,
            )?,
            waiting_decisions: self.decisions_waiting()?,
            decisions_wait_until: at(
                "SELECT max(deadline) AS at FROM inquiries WHERE state = 'waiting' AND deadline <> ?1",
                Timestamp::from_millis(i64::MIN),
            )?,
            overdue_inquiries: self.number(
                "SELECT count(*) FROM inquiries WHERE next_at IS NOT NULL AND state = 'overdue'",
                &[],
            )?,
            inquiry_error: self
                .one(
                    "SELECT error FROM inquiries WHERE next_at IS NOT NULL AND error IS NOT NULL
                     ORDER BY next_at DESC LIMIT 1",
                    &[],
                    |row| column::<Option<String>>(row, "error"),
                )?
                .flatten(),
        })
    }
}
