//! What stores told of orders when they were made.

use rusqlite::params;

use super::error::LedgerError;
use super::refunds::Case;
use super::refunds::environment_column;
use super::tx::{Read, Tx, column, json_column, to_json};
use crate::model::{Environment, OrderDetails, Place, RefundId};

/// How many tellings of one order are looked at. Stores tell an order once or a few times; all renewals of one
/// subscription share a token, and the oldest say what the later ones do.
const MAX_TELLINGS: i64 = 32;

/// What a store told of one order.
pub(crate) struct OrdersTold {
    pub(crate) details: Vec<OrderDetails>,
    /// In which environment it was placed, where that was told.
    pub(crate) environment: Option<Environment>,
}

impl Tx<'_> {
    /// Keeps what a store told of an order; `false` where nothing in it names the order, or it was told before.
    pub(crate) fn keep_order(
        &self,
        place: &Place,
        about: &OrderDetails,
        inbox: i64,
    ) -> Result<bool, LedgerError> {
        if about.order_id.is_none() && about.purchase_token.is_none() {
            return Ok(false);
        }
        let kept = self.execute(
            "INSERT INTO orders (store, app, environment, order_id, purchase_token, inbox_id, details)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (
               SELECT 1 FROM orders WHERE details = ?7 AND +store = ?1 AND +app = ?2 AND +environment = ?3
                 AND (order_id = ?4 OR (?4 IS NULL AND purchase_token = ?5)))",
            params![
                place.store.as_str(),
                place.app,
                place.environment.map_or("", Environment::as_str),
                about.order_id,
                about.purchase_token,
                inbox,
                to_json(about)?
            ],
        )?;
        Ok(kept == 1)
    }
}

impl Read<'_> {
    /// What the store told of a case's order, by its id or by a token that stands for a single purchase, and in which
    /// environment; not what is of another one.
    pub(crate) fn orders_told(&self, case: &Case, about: &OrderDetails) -> Result<OrdersTold, LedgerError> {
        let mut told: Vec<(OrderDetails, Option<Environment>)> = self.all(
            "SELECT details, environment FROM orders WHERE (order_id = ?1 OR purchase_token = ?2)
               AND +store = ?3 AND +app = ?4 AND (environment = ?5 OR environment = '' OR ?5 = '')
             ORDER BY details, environment LIMIT ?6",
            params![
                about.order_id,
                about.purchase_token,
                case.place.store.as_str(),
                case.place.app,
                case.place.environment.map_or("", Environment::as_str),
                MAX_TELLINGS
            ],
            |row| Ok((json_column(row, "details")?, environment_column(row)?)),
        )?;
        // All renewals of a subscription share its token: what was told of another one is not this one's.
        told.retain(|(order, _)| match (&order.order_id, &about.order_id) {
            (Some(other), Some(own)) => other == own,
            (Some(_), None) => case.same_within.is_none(),
            (None, _) => true,
        });
        // One id in two environments is two orders; what tells none is production's, as in `case_id`.
        if told.iter().any(|(_, environment)| *environment == Some(Environment::Production)) {
            told.retain(|(_, environment)| *environment != Some(Environment::Sandbox));
        }
        let environment = told.iter().find_map(|(_, environment)| *environment);
        Ok(OrdersTold { details: told.into_iter().map(|(details, _)| details).collect(), environment })
    }

    /// The cases that a telling of an order may fill in.
    pub(crate) fn cases_of_order(
        &self,
        place: &Place,
        about: &OrderDetails,
    ) -> Result<Vec<RefundId>, LedgerError> {
        self.all(
            "SELECT id FROM refunds WHERE (order_id = ?1 OR purchase_token = ?2)
               AND +store = ?3 AND +app = ?4 AND (environment = ?5 OR environment = '' OR ?5 = '') ORDER BY id",
            params![
                about.order_id,
                about.purchase_token,
                place.store.as_str(),
                place.app,
                place.environment.map_or("", Environment::as_str)
            ],
            |row| column(row, "id"),
        )
    }
}
