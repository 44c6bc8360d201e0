//! Requests to stores about refunds that they pushed without a reason.

use rusqlite::{Row, ToSql, params, params_from_iter};

use super::error::LedgerError;
use super::refunds::store_column;
use super::tx::{Read, Tx, column, name_column, parameter};
use crate::model::{Inquiry, InquiryState, RefundId, Span, Store, Timestamp};

/// By how much a clock may be set back without a word. One that was set back further than this reads deadlines that it
/// would not have given: these count as over.
const SET_BACK: Span = Span::from_millis(60_000);

const INQUIRIES: &str = "SELECT inquiries.*, refunds.store, refunds.app
   FROM inquiries JOIN refunds ON refunds.id = inquiries.refund_id";

impl Tx<'_> {
    /// Opens an inquiry about a refund, or opens a settled one again; `false` where one is open.
    pub(crate) fn open_inquiry(
        &self,
        refund: RefundId,
        now: Timestamp,
        deadline: Timestamp,
    ) -> Result<bool, LedgerError> {
        let state = if now < deadline { InquiryState::Waiting } else { InquiryState::Overdue };
        let opened = self.execute(
            "INSERT INTO inquiries (refund_id, state, opened_at, deadline, next_at) VALUES (?1, ?2, ?3, ?4, ?3)
             ON CONFLICT (refund_id) DO UPDATE SET state = excluded.state, opened_at = excluded.opened_at,
               deadline = excluded.deadline, next_at = excluded.next_at, attempts = 0, asking = 0, error = NULL,
               settled_at = NULL
             WHERE inquiries.settled_at IS NOT NULL",
            params![refund, state.as_str(), now.millis(), deadline.millis()],
        )?;
        Ok(opened == 1)
    }

    /// Leases an inquiry that is due to the caller, until when its process is presumed dead; `false` where another
    /// process was faster.
    pub(crate) fn claim_inquiry(
        &self,
        refund: RefundId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, LedgerError> {
        let claimed = self.execute(
            "UPDATE inquiries SET next_at = ?3, asking = 1, attempts = attempts + 1
             WHERE refund_id = ?1 AND settled_at IS NULL AND (next_at <= ?2 OR opened_at > ?4)",
            params![refund, now.millis(), until.millis(), now.plus(SET_BACK).millis()],
        )?;
        Ok(claimed == 1)
    }

    /// Ends the leases of processes that no longer live: their inquiries are due at once.
    pub(crate) fn end_all_asking(&self, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE inquiries SET asking = 0, next_at = ?1 WHERE asking = 1 AND next_at IS NOT NULL",
            params![now.millis()],
        )
        .map(drop)
    }

    /// The store has not answered: it is asked again then.
    pub(crate) fn put_inquiry_off(
        &self,
        refund: RefundId,
        next_at: Timestamp,
        error: Option<&str>,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE inquiries SET asking = 0, next_at = ?2, error = ?3 WHERE refund_id = ?1 AND settled_at IS NULL",
            params![refund, next_at.millis(), error],
        )
        .map(drop)
    }

    /// The deadline has passed; `false` where it is not waiting any more.
    pub(crate) fn inquiry_is_overdue(&self, refund: RefundId) -> Result<bool, LedgerError> {
        let changed = self.execute(
            "UPDATE inquiries SET state = 'overdue' WHERE refund_id = ?1 AND state = 'waiting'",
            params![refund],
        )?;
        Ok(changed == 1)
    }

    /// Ends an open inquiry; `false` where it was settled before.
    pub(crate) fn settle_inquiry(
        &self,
        refund: RefundId,
        state: InquiryState,
        now: Timestamp,
        error: Option<&str>,
    ) -> Result<bool, LedgerError> {
        let settled = self.execute(
            "UPDATE inquiries SET state = ?2, settled_at = ?3, error = ?4, next_at = NULL, asking = 0
             WHERE refund_id = ?1 AND settled_at IS NULL",
            params![refund, state.as_str(), now.millis(), error],
        )?;
        Ok(settled == 1)
    }
}

impl Read<'_> {
    /// The inquiry about a refund.
    pub(crate) fn inquiry(&self, refund: RefundId) -> Result<Option<Inquiry>, LedgerError> {
        self.one(&format!("{INQUIRIES} WHERE inquiries.refund_id = ?1"), params![refund], inquiry_row)
    }

    /// The open inquiries about a refund, and about those that are the same refund.
    pub(crate) fn open_inquiries_of(&self, refund: RefundId) -> Result<Vec<Inquiry>, LedgerError> {
        self.all(
            &format!(
                "{INQUIRIES} WHERE inquiries.settled_at IS NULL
                   AND inquiries.refund_id IN (SELECT ?1 UNION SELECT id FROM refunds WHERE merged_into = ?1)
                 ORDER BY inquiries.refund_id"
            ),
            params![refund],
            inquiry_row,
        )
    }

    /// How many decisions wait for an answer.
    pub(crate) fn decisions_waiting(&self) -> Result<i64, LedgerError> {
        self.number("SELECT count(*) FROM inquiries WHERE state = 'waiting'", [])
    }

    /// The inquiries about an order's refunds, by its id or its purchase token.
    pub(crate) fn inquiries_of_order(&self, order: &str, limit: i64) -> Result<Vec<Inquiry>, LedgerError> {
        self.all(
            &format!(
                "{INQUIRIES} WHERE refunds.order_id = ?1 OR refunds.purchase_token = ?1
                 ORDER BY inquiries.refund_id LIMIT ?2"
            ),
            params![order, limit],
            inquiry_row,
        )
    }

    /// Inquiries of these apps that are due, the earliest first.
    pub(crate) fn inquiries_due(
        &self,
        apps: &[(Store, String)],
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Inquiry>, LedgerError> {
        let mut values =
            vec![parameter(now.millis()), parameter(now.plus(SET_BACK).millis()), parameter(limit)];
        let is_of_apps = is_of_apps(apps, &mut values);
        self.all(
            &format!(
                "{INQUIRIES} WHERE inquiries.next_at IS NOT NULL
                   AND (inquiries.next_at <= ?1 OR inquiries.opened_at > ?2) AND {is_of_apps}
                 ORDER BY inquiries.next_at, inquiries.refund_id LIMIT ?3"
            ),
            params_from_iter(values),
            inquiry_row,
        )
    }

    /// Open inquiries of other apps than these that were opened before a time and that no process is sending now.
    pub(crate) fn inquiries_of_other_apps(
        &self,
        apps: &[(Store, String)],
        now: Timestamp,
        opened_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<Inquiry>, LedgerError> {
        let mut values = vec![parameter(now.millis()), parameter(opened_before.millis()), parameter(limit)];
        let is_of_apps = is_of_apps(apps, &mut values);
        self.all(
            &format!(
                "{INQUIRIES} WHERE inquiries.next_at <= ?1 AND inquiries.opened_at <= ?2 AND NOT ({is_of_apps})
                 ORDER BY inquiries.next_at, inquiries.refund_id LIMIT ?3"
            ),
            params_from_iter(values),
            inquiry_row,
        )
    }

    /// When the next inquiry of these apps is due.
    pub(crate) fn next_inquiry_at(&self, apps: &[(Store, String)]) -> Result<Option<Timestamp>, LedgerError> {
        let mut values = Vec::new();
        let is_of_apps = is_of_apps(apps, &mut values);
        let at: Option<Option<i64>> = self.one(
            &format!(
                "SELECT min(inquiries.next_at) AS next_at
                 FROM inquiries JOIN refunds ON refunds.id = inquiries.refund_id
                 WHERE inquiries.next_at IS NOT NULL AND {is_of_apps}"
            ),
            params_from_iter(values),
            |row| column(row, "next_at"),
        )?;
        Ok(at.flatten().map(Timestamp::from_millis))
    }

    /// The refunds whose decision waits although the deadline has passed.
    pub(crate) fn inquiries_over(&self, now: Timestamp, limit: i64) -> Result<Vec<RefundId>, LedgerError> {
        self.all(
            "SELECT refund_id FROM inquiries WHERE state = 'waiting' AND (deadline <= ?1 OR opened_at > ?2)
             ORDER BY deadline, refund_id LIMIT ?3",
            params![now.millis(), now.plus(SET_BACK).millis(), limit],
            |row| column(row, "refund_id"),
        )
    }
}

/// The condition that an inquiry's refund is of one of these apps. Adds their names to the query's values.
fn is_of_apps(apps: &[(Store, String)], values: &mut Vec<Box<dyn ToSql>>) -> String {
    if apps.is_empty() {
        return "1 = 0".to_owned();
    }
    let mut pairs = Vec::with_capacity(apps.len());
    for (store, app) in apps {
        values.push(parameter(store.as_str().to_owned()));
        values.push(parameter(app.clone()));
        pairs.push(format!("(?{}, ?{})", values.len() - 1, values.len()));
    }
    format!("(refunds.store, refunds.app) IN (VALUES {})", pairs.join(", "))
}

fn inquiry_row(row: &Row<'_>) -> Result<Inquiry, LedgerError> {
    let time = |name| Ok::<_, LedgerError>(Timestamp::from_millis(column(row, name)?));
    let time_or_none =
        |name| Ok::<_, LedgerError>(column::<Option<i64>>(row, name)?.map(Timestamp::from_millis));
    Ok(Inquiry {
        refund_id: column(row, "refund_id")?,
        store: store_column(row)?,
        app: column(row, "app")?,
        state: name_column(row, "state")?
            .ok_or_else(|| LedgerError::Unreadable { what: "state", problem: "nothing".to_owned() })?,
        opened_at: time("opened_at")?,
        deadline: time("deadline")?,
        attempts: column(row, "attempts")?,
        next_at: time_or_none("next_at")?,
        error: column(row, "error")?,
        settled_at: time_or_none("settled_at")?,
    })
}
