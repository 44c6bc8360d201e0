//! Requests to stores about refunds that they pushed without a reason.

use super::columns::{column, name_column, store_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Query, Read, Tx};
use super::values::values;
use crate::model::{Inquiry, InquiryState, RefundId, Span, Store, Timestamp};

/// By how much a clock may be set back without effect. A clock that was set back further reads deadlines that it would
/// not have given: these count as over.
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
        let row = values! {
            refund_id: refund, state: state.as_str(), opened_at: now, deadline: deadline, next_at: now,
        };
        let opened = self.insert_all(
            "inquiries",
            &[row],
            "ON CONFLICT (refund_id) DO UPDATE SET state = excluded.state, opened_at = excluded.opened_at,
               deadline = excluded.deadline, next_at = excluded.next_at, attempts = 0, asking = 0, error = NULL,
               settled_at = NULL
             WHERE inquiries.settled_at IS NOT NULL",
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
            &values![refund, now, until, now.plus(SET_BACK)],
        )?;
        Ok(claimed == 1)
    }

    /// Ends the leases of processes that no longer live: their inquiries are due at once.
    pub(crate) fn end_all_asking(&self, now: Timestamp) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE inquiries SET asking = 0, next_at = ?1 WHERE asking = 1 AND next_at IS NOT NULL",
            &values![now],
        )
        .map(drop)
    }

    /// The store has not answered: the query is repeated then.
    pub(crate) fn put_inquiry_off(
        &self,
        refund: RefundId,
        next_at: Timestamp,
        error: Option<&str>,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE inquiries SET asking = 0, next_at = ?2, error = ?3 WHERE refund_id = ?1 AND settled_at IS NULL",
            &values![refund, next_at, error],
        )
        .map(drop)
    }

    /// The deadline has passed; `false` where it is not waiting any more.
    pub(crate) fn inquiry_is_overdue(&self, refund: RefundId) -> Result<bool, LedgerError> {
        let changed = self.execute(
            "UPDATE inquiries SET state = 'overdue' WHERE refund_id = ?1 AND state = 'waiting'",
            &values![refund],
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
            &values![refund, state.as_str(), now, error],
        )?;
        Ok(settled == 1)
    }
}

impl Read<'_> {
    /// The inquiry about a refund.
    pub(crate) fn inquiry(&self, refund: RefundId) -> Result<Option<Inquiry>, LedgerError> {
        self.one(&format!("{INQUIRIES} WHERE inquiries.refund_id = ?1"), &values![refund], inquiry_row)
    }

    /// The open inquiries about a refund, and about those that are the same refund.
    pub(crate) fn open_inquiries_of(&self, refund: RefundId) -> Result<Vec<Inquiry>, LedgerError> {
        self.all(
            &format!(
                "{INQUIRIES} WHERE inquiries.settled_at IS NULL
                   AND inquiries.refund_id IN (SELECT ?1 UNION SELECT id FROM refunds WHERE merged_into = ?1)
                 ORDER BY inquiries.refund_id"
            ),
            &values![refund],
            inquiry_row,
        )
    }

    /// How many decisions wait for an answer.
    pub(crate) fn decisions_waiting(&self) -> Result<i64, LedgerError> {
        self.number("SELECT count(*) FROM inquiries WHERE state = 'waiting'", &[])
    }

    /// The inquiries about an order's refunds, by its id or its purchase token.
    pub(crate) fn inquiries_of_order(&self, order: &str, limit: i64) -> Result<Vec<Inquiry>, LedgerError> {
        self.all(
            &format!(
                "{INQUIRIES} WHERE refunds.order_id = ?1 OR refunds.purchase_token = ?1
                 ORDER BY inquiries.refund_id LIMIT ?2"
            ),
            &values![order, limit],
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
        let mut query = Query::new(
            format!(
                "{INQUIRIES} WHERE inquiries.next_at IS NOT NULL
                   AND (inquiries.next_at <= ?1 OR inquiries.opened_at > ?2)"
            ),
            &values![now, now.plus(SET_BACK)],
        );
        add_apps(&mut query, "AND", apps);
        query.order("inquiries.next_at, inquiries.refund_id", limit);
        self.all(&query.sql, &query.values, inquiry_row)
    }

    /// Open inquiries of other apps than these that were opened before a time and that no process is sending now.
    pub(crate) fn inquiries_of_other_apps(
        &self,
        apps: &[(Store, String)],
        now: Timestamp,
        opened_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<Inquiry>, LedgerError> {
        let mut query = Query::new(
            format!("{INQUIRIES} WHERE inquiries.next_at <= ?1 AND inquiries.opened_at <= ?2"),
            &values![now, opened_before],
        );
        add_apps(&mut query, "AND NOT", apps);
        query.order("inquiries.next_at, inquiries.refund_id", limit);
        self.all(&query.sql, &query.values, inquiry_row)
    }

    /// When the next inquiry of these apps is due.
    pub(crate) fn next_inquiry_at(&self, apps: &[(Store, String)]) -> Result<Option<Timestamp>, LedgerError> {
        let mut query = Query::new(
            "SELECT min(inquiries.next_at) AS next_at
             FROM inquiries JOIN refunds ON refunds.id = inquiries.refund_id
             WHERE inquiries.next_at IS NOT NULL",
            &[],
        );
        add_apps(&mut query, "AND", apps);
        Ok(self.one(&query.sql, &query.values, |row| column(row, "next_at"))?.flatten())
    }

    /// The refunds whose decision waits although the deadline has passed.
    pub(crate) fn inquiries_over(&self, now: Timestamp, limit: i64) -> Result<Vec<RefundId>, LedgerError> {
        self.all(
            "SELECT refund_id FROM inquiries WHERE state = 'waiting' AND (deadline <= ?1 OR opened_at > ?2)
             ORDER BY deadline, refund_id LIMIT ?3",
            &values![now, now.plus(SET_BACK), limit],
            |row| column(row, "refund_id"),
        )
    }
}

/// Adds the condition that an inquiry's refund is of one of these apps, or of none.
fn add_apps<'v>(query: &mut Query<'v>, and: &str, apps: &'v [(Store, String)]) {
    let pair = |(store, app): &'v (Store, String)| {
        format!("({}, {})", query.place(store.as_str()), query.place(app))
    };
    let pairs: Vec<String> = apps.iter().map(pair).collect();
    let is_of_one = match pairs.is_empty() {
        true => "1 = 0".to_owned(),
        false => format!("(refunds.store, refunds.app) IN (VALUES {})", pairs.join(", ")),
    };
    query.sql.extend([" ", and, " (", &is_of_one, ")"]);
}

fn inquiry_row(row: &Row<'_>) -> Result<Inquiry, LedgerError> {
    Ok(Inquiry {
        refund_id: column(row, "refund_id")?,
        store: store_column(row)?,
        app: column(row, "app")?,
        state: name_column(row, "state")?
            .ok_or_else(|| LedgerError::Unreadable { what: "state", problem: "nothing".to_owned() })?,
        opened_at: column(row, "opened_at")?,
        deadline: column(row, "deadline")?,
        attempts: column(row, "attempts")?,
        next_at: column(row, "next_at")?,
        error: column(row, "error")?,
        settled_at: column(row, "settled_at")?,
    })
}
