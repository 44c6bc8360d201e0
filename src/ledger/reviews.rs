//! Stores' questions about refund requests, and what hosts reported of the orders.

use super::columns::{column, json_column, json_column_or_null, name_column, store_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Query, Read, Tx};
use super::values::{to_json, to_name, values};
use crate::model::{
    ActionId, CaseState, Consumption, Money, Place, RefundId, ReviewCase, ReviewFilter, ReviewOutcome,
    ReviewState, Store, StoreState, Timestamp,
};

/// A review with what is known of its order, as every query gives it.
const REVIEWS: &str =
    "SELECT reviews.*, refunds.store, refunds.app, refunds.order_id, refunds.player, consumption.report,
     CASE WHEN rescissions.number > consumption.number THEN 1 ELSE 0 END AS rescinded
   FROM reviews JOIN refunds ON refunds.id = reviews.refund_id
   LEFT JOIN consumption ON consumption.order_id = refunds.order_id
   LEFT JOIN rescissions ON rescissions.store = refunds.store AND rescissions.app = refunds.app
     AND rescissions.app_transaction_id = refunds.app_transaction_id";

impl Tx<'_> {
    /// Writes a new question, which waits for its answer.
    pub(crate) fn insert_review(
        &self,
        refund: RefundId,
        requested_at: Timestamp,
        deadline: Option<Timestamp>,
    ) -> Result<i64, LedgerError> {
        let state = ReviewState::Waiting.as_str();
        let row = values! { refund_id: refund, requested_at: requested_at, deadline: deadline, state: state };
        self.insert("reviews", &row)
    }

    /// Writes a refund review in its present state.
    pub(crate) fn save_review(&self, review: &ReviewCase) -> Result<(), LedgerError> {
        self.update(
            "reviews",
            review.id,
            &values! {
                requested_at: review.requested_at,
                deadline: review.deadline,
                state: review.state.as_str(),
                rule: &review.rule,
                answer: &review.answer.as_ref().map(to_name).transpose()?,
                action_id: review.action,
                outcome: &review.outcome.as_ref().map(to_name).transpose()?,
            },
        )
    }

    /// Keeps what a host reported of an order, over what it reported before.
    pub(crate) fn keep_consumption(&self, order: &str, report: &Consumption) -> Result<(), LedgerError> {
        let json = to_json(report)?;
        let row = values! { order_id: order, report: &json, number: self.next_of_consent()? };
        let conflict =
            "ON CONFLICT (order_id) DO UPDATE SET report = excluded.report, number = excluded.number";
        self.insert_all("consumption", &[row], conflict).map(drop)
    }

    /// Keeps that a player withdrew the consent.
    pub(crate) fn rescind(
        &self,
        place: &Place,
        app_transaction: &str,
        inbox: Option<i64>,
    ) -> Result<(), LedgerError> {
        // The row leads to one message alone, so the body of the one before goes: it says the same.
        let before: Option<Option<i64>> = self.read().one(
            "SELECT inbox_id FROM rescissions WHERE store = ?1 AND app = ?2 AND app_transaction_id = ?3",
            &values![place.store.as_str(), &place.app, app_transaction],
            |row| column(row, "inbox_id"),
        )?;
        if let Some(before) = before.flatten() {
            self.drop_body(before)?;
        }
        let row = values! {
            store: place.store.as_str(),
            app: &place.app,
            app_transaction_id: app_transaction,
            number: self.next_of_consent()?,
            inbox_id: inbox,
        };
        let conflict = "ON CONFLICT (store, app, app_transaction_id) DO UPDATE SET number = excluded.number,
                        inbox_id = excluded.inbox_id";
        self.insert_all("rescissions", &[row], conflict).map(drop)
    }

    /// Which of a report and a withdrawal came later is the order of their numbers, whatever clocks say.
    fn next_of_consent(&self) -> Result<i64, LedgerError> {
        let sql = "UPDATE counters SET value = value + 1 WHERE name = 'consent' RETURNING value";
        self.read().number(sql, &[])
    }
}

/// One review as the figures count it.
pub(crate) struct CountedReview {
    pub(crate) review: ReviewCase,
    case: CaseState,
    /// Whether it is the last one about its order.
    is_latest: bool,
}

impl CountedReview {
    /// What the order brought in that was not refunded; nothing where that is not known. An order with several reviews
    /// is one order: its last review counts.
    pub(crate) fn kept(&self) -> Option<Money> {
        let outcome = self.review.outcome.filter(|_| self.is_latest)?;
        let price = self.case.about.price?;
        match (self.case.state, outcome) {
            (StoreState::Refunded, _) => None,
            (StoreState::PartlyRefunded, _) => {
                let back = self.case.amount.filter(|back| back.currency == price.currency)?;
                Some(Money { micros: price.micros.saturating_sub(back.micros).max(0), ..price })
            }
            (_, ReviewOutcome::Refunded) => None,
            (_, ReviewOutcome::Declined | ReviewOutcome::Reversed) => Some(price),
        }
    }
}

impl Read<'_> {
    /// The latest question about a refund.
    pub(crate) fn latest_review(&self, refund: RefundId) -> Result<Option<ReviewCase>, LedgerError> {
        self.one(
            &format!("{REVIEWS} WHERE reviews.refund_id = ?1 ORDER BY reviews.id DESC LIMIT 1"),
            &values![refund],
            review_row,
        )
    }

    /// The open questions about what was bought in an app's download.
    pub(crate) fn open_reviews_of_download(
        &self,
        place: &Place,
        app_transaction: &str,
    ) -> Result<Vec<ReviewCase>, LedgerError> {
        self.all(
            &format!(
                "{REVIEWS} WHERE reviews.state IN ('waiting', 'reported') AND refunds.store = ?1 AND refunds.app = ?2
                   AND refunds.app_transaction_id = ?3
                 ORDER BY reviews.id"
            ),
            &values![place.store.as_str(), &place.app, app_transaction],
            review_row,
        )
    }

    /// The question that an action answers.
    pub(crate) fn review_by_action(&self, action: ActionId) -> Result<Option<ReviewCase>, LedgerError> {
        self.one(&format!("{REVIEWS} WHERE reviews.action_id = ?1"), &values![action], review_row)
    }

    /// The latest questions about an order's refund, at every store.
    pub(crate) fn reviews_of_order(&self, order: &str) -> Result<Vec<ReviewCase>, LedgerError> {
        self.all(
            &format!("{REVIEWS} WHERE refunds.order_id = ?1 ORDER BY reviews.id"),
            &values![order],
            review_row,
        )
    }

    /// One question.
    pub(crate) fn review(&self, id: i64) -> Result<Option<ReviewCase>, LedgerError> {
        self.one(&format!("{REVIEWS} WHERE reviews.id = ?1"), &values![id], review_row)
    }

    /// Open reviews for which nothing was sent and whose deadline is before the given time, the earliest first, after
    /// the given one: deadlines and numbers, which are readable even if the rest of a row is not.
    pub(crate) fn reviews_due(
        &self,
        before: Timestamp,
        behind: (Timestamp, i64),
        limit: i64,
    ) -> Result<Vec<(Timestamp, i64)>, LedgerError> {
        self.all(
            "SELECT id, deadline FROM reviews WHERE state IN ('waiting', 'reported') AND action_id IS NULL
               AND deadline < ?1 AND (deadline, id) > (?2, ?3) ORDER BY deadline, id LIMIT ?4",
            &values![before, behind.0, behind.1, limit],
            |row| Ok((column(row, "deadline")?, column(row, "id")?)),
        )
    }

    /// Questions that fit the filter, newest first, from before the given number.
    pub(crate) fn reviews(
        &self,
        filter: &ReviewFilter,
        before: i64,
        limit: i64,
    ) -> Result<Vec<ReviewCase>, LedgerError> {
        let mut query = Query::new(format!("{REVIEWS} WHERE reviews.id < ?1"), &values![before]);
        query.and("refunds.store = ?", filter.store.as_ref().map(Store::as_str));
        query.and("reviews.state = ?", filter.state.map(ReviewState::as_str));
        query.and("refunds.order_id = ?", filter.order_id.as_deref());
        query.and("reviews.refund_id = ?", filter.refund_id);
        query.order("reviews.id DESC", limit);
        self.all(&query.sql, &query.values, review_row)
    }

    /// Calls `each` with every review that the store requested at or after a time.
    pub(crate) fn for_each_review(
        &self,
        since: Timestamp,
        mut each: impl FnMut(CountedReview),
    ) -> Result<(), LedgerError> {
        let more = "consumption.report, refunds.folded, NOT EXISTS (SELECT 1 FROM reviews AS later
            WHERE later.refund_id = reviews.refund_id AND later.id > reviews.id) AS is_latest";
        let sql = REVIEWS.replacen("consumption.report", more, 1);
        let sql = format!(
            "{sql} WHERE reviews.requested_at >= ?1 AND coalesce(refunds.effective_environment, '') <> 'sandbox'"
        );
        self.each(&sql, &values![since], |row| {
            let case = json_column(row, "folded")?;
            each(CountedReview { review: review_row(row)?, case, is_latest: column(row, "is_latest")? });
            Ok(())
        })
    }
}

fn review_row(row: &Row<'_>) -> Result<ReviewCase, LedgerError> {
    let outcome: Option<ReviewOutcome> = name_column(row, "outcome")?;
    let rescinded: bool = column(row, "rescinded")?;
    let reported: Option<Consumption> = json_column_or_null(row, "report")?;
    Ok(ReviewCase {
        id: column(row, "id")?,
        refund_id: column(row, "refund_id")?,
        store: store_column(row)?,
        app: column(row, "app")?,
        order_id: column::<Option<String>>(row, "order_id")?.unwrap_or_default(),
        user: column(row, "player")?,
        requested_at: column(row, "requested_at")?,
        deadline: column(row, "deadline")?,
        state: name_column(row, "state")?
            .ok_or_else(|| LedgerError::Unreadable { what: "state", problem: "nothing".to_owned() })?,
        consumption: reported.map(|report| Consumption { consent: report.consent && !rescinded, ..report }),
        rule: column(row, "rule")?,
        answer: name_column(row, "answer")?,
        action: column(row, "action_id")?,
        outcome,
    })
}
