//! What stores reported about orders when they were made.

use std::collections::BTreeSet;

use super::columns::{column, environment_column, json_column};
use super::error::LedgerError;
use super::tx::{Read, Tx};
use super::values::{to_json, to_name, values};
use crate::model::{Environment, OrderDetails, Place, RefundId, Timestamp};

/// How many reports of one order are read. Stores report an order once or a few times; all renewals of one subscription
/// share a token, and the oldest reports state the same as the later ones.
const MAX_REPORTS: i64 = 32;

/// How many other ids of one payment are followed: it has an invoice and a checkout session.
const MAX_IDS: usize = 16;

/// What a store reported about one order.
pub(crate) struct OrdersReported {
    pub(crate) details: Vec<OrderDetails>,
    /// In which environment it was placed, where that was reported.
    pub(crate) environment: Option<Environment>,
}

impl Tx<'_> {
    /// Keeps what a store reported about an order; `false` where it names no order, or it was notified before.
    pub(crate) fn keep_order(
        &self,
        place: &Place,
        about: &OrderDetails,
        inbox: i64,
    ) -> Result<bool, LedgerError> {
        let has_own_id = about.order_id.is_some() || about.purchase_token.is_some();
        // The ids that the columns do not have; all renewals of one subscription would fill the index with its id alone.
        let of_its_own = about.related_ids.iter().map(|id| (id.as_str(), false));
        let shared = about.original_id.as_deref().map(|id| (id, true));
        let shared = shared.filter(|_| !has_own_id || !about.related_ids.is_empty());
        let ids: Vec<(&str, bool)> = of_its_own.chain(shared).collect();
        if !has_own_id && ids.is_empty() {
            return Ok(false);
        }
        let details = to_json(about)?;
        let environment = place.environment.map_or("", Environment::as_str);
        let is_kept = match (has_own_id, ids.first()) {
            (true, _) | (_, None) => self.read().number(
                "SELECT EXISTS (SELECT 1 FROM orders WHERE details = ?1 AND +store = ?2 AND +app = ?3
                   AND +environment = ?4 AND (order_id = ?5 OR (?5 IS NULL AND purchase_token = ?6)))",
                &values![
                    &details,
                    place.store.as_str(),
                    &place.app,
                    environment,
                    &about.order_id,
                    &about.purchase_token
                ],
            )?,
            (false, Some((id, _))) => self.read().number(
                "SELECT EXISTS (SELECT 1 FROM order_ids JOIN orders ON orders.id = orders_id
                   WHERE order_ids.id = ?5 AND details = ?1 AND store = ?2 AND app = ?3 AND environment = ?4)",
                &values![&details, place.store.as_str(), &place.app, environment, *id],
            )?,
        };
        if is_kept == 1 {
            return Ok(false);
        }
        let row = self.insert(
            "orders",
            &values! {
                store: place.store.as_str(),
                app: &place.app,
                environment: environment,
                order_id: &about.order_id,
                purchase_token: &about.purchase_token,
                inbox_id: inbox,
                details: &details,
                original_id: &about.original_id,
                account_tag: &about.account_tag,
                product_type: &about.product_type.map(|kind| to_name(&kind)).transpose()?,
            },
        )?;
        let rows: Vec<_> =
            ids.into_iter().map(|(id, shared)| values! { id: id, orders_id: row, shared: shared }).collect();
        self.insert_all("order_ids", &rows, "ON CONFLICT (id, orders_id) DO NOTHING")?;
        Ok(true)
    }
}

impl Read<'_> {
    /// What the store reported about an order, by its id or by a token of a single purchase, and in which environment;
    /// nothing of another environment. `same_within`: as a case by token has it.
    pub(crate) fn orders_reported(
        &self,
        place: &Place,
        same_within: Option<i64>,
        about: &OrderDetails,
    ) -> Result<OrdersReported, LedgerError> {
        let mut reported: Vec<(OrderDetails, Option<Environment>)> = self.all(
            "SELECT details, environment FROM orders WHERE (order_id = ?1 OR purchase_token = ?2)
               AND +store = ?3 AND +app = ?4 AND (environment = ?5 OR environment = '' OR ?5 = '')
             ORDER BY details, environment LIMIT ?6",
            &values![
                &about.order_id,
                &about.purchase_token,
                place.store.as_str(),
                &place.app,
                place.environment.map_or("", Environment::as_str),
                MAX_REPORTS
            ],
            |row| Ok((json_column(row, "details")?, environment_column(row)?)),
        )?;
        // All renewals of a subscription share its token: what was reported about another one is not this one's.
        reported.retain(|(order, _)| match (&order.order_id, &about.order_id) {
            (Some(other), Some(own)) => other == own,
            (Some(_), None) => same_within.is_none(),
            (None, _) => true,
        });
        self.add_related(place, about, &mut reported)?;
        // One id in two environments is two orders; what reports none is production's, as in `case_id`.
        if reported.iter().any(|(_, environment)| *environment == Some(Environment::Production)) {
            reported.retain(|(_, environment)| *environment != Some(Environment::Sandbox));
        }
        let environment = reported.iter().find_map(|(_, environment)| *environment);
        Ok(OrdersReported {
            details: reported.into_iter().map(|(details, _)| details).collect(),
            environment,
        })
    }

    /// The latest paid order of a subscription, as the store gave it in a query at a time or later.
    pub(crate) fn latest_order_after(
        &self,
        place: &Place,
        token: &str,
        at: Timestamp,
    ) -> Result<Option<String>, LedgerError> {
        let reported: Vec<OrderDetails> = self.all(
            "SELECT orders.details FROM orders JOIN inbox ON inbox.id = orders.inbox_id
             WHERE orders.purchase_token = ?1 AND +orders.store = ?2 AND +orders.app = ?3 AND inbox.made_at >= ?4
             ORDER BY orders.id DESC",
            &values![token, place.store.as_str(), &place.app, at],
            |row| json_column(row, "details"),
        )?;
        Ok(reported.into_iter().find_map(|order| order.latest_order_id))
    }

    /// Whether a payment for a subscription is known between two times, the first not included: by the store's messages,
    /// or by the host's record of another order than the given one.
    pub(crate) fn was_paid_between(
        &self,
        place: &Place,
        token: &str,
        order: Option<&str>,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<bool, LedgerError> {
        let reported: Vec<OrderDetails> = self.all(
            "SELECT details FROM orders WHERE purchase_token = ?1 AND +store = ?2 AND +app = ?3",
            &values![token, place.store.as_str(), &place.app],
            |row| json_column(row, "details"),
        )?;
        if reported.iter().filter_map(|order| order.paid_at).any(|paid_at| from < paid_at && paid_at <= to) {
            return Ok(true);
        }
        let recorded = self.number(
            "SELECT count(*) FROM purchases WHERE purchase_token = ?1 AND +store = ?2 AND (app IS NULL OR app = ?3)
               AND order_id IS DISTINCT FROM ?4 AND purchased_at > ?5 AND purchased_at <= ?6",
            &values![token, place.store.as_str(), &place.app, order, from, to],
        )?;
        Ok(recorded > 0)
    }

    /// Adds what the store reported of the same payment under its other ids, and after it the player of its subscription.
    fn add_related(
        &self,
        place: &Place,
        about: &OrderDetails,
        reported: &mut Vec<(OrderDetails, Option<Environment>)>,
    ) -> Result<(), LedgerError> {
        let mut ids: BTreeSet<String> = about.related_ids.clone();
        ids.extend(reported.iter().flat_map(|(order, _)| order.related_ids.iter().cloned()));
        let mut looked_at = BTreeSet::new();
        while let Some(id) = ids.pop_first() {
            if !looked_at.insert(id.clone()) || looked_at.len() > MAX_IDS {
                continue;
            }
            for (order, environment) in self.orders_by_id(place, &id, false)? {
                let is_anothers =
                    matches!((&order.order_id, &about.order_id), (Some(other), Some(own)) if other != own);
                if !is_anothers && !reported.iter().any(|(known, _)| *known == order) {
                    ids.extend(order.related_ids.iter().cloned());
                    reported.push((order, environment));
                }
            }
        }
        let mut subscriptions: BTreeSet<String> = about.original_id.iter().cloned().collect();
        subscriptions.extend(reported.iter().filter_map(|(order, _)| order.original_id.clone()));
        for id in subscriptions.into_iter().take(MAX_IDS) {
            for (order, environment) in self.orders_by_id(place, &id, true)? {
                let is_of_all = order.order_id.is_none() && order.purchase_token.is_none();
                let of_subscription = OrderDetails {
                    original_id: order.original_id,
                    account_tag: order.account_tag,
                    tag_by_merchant: order.tag_by_merchant,
                    related_ids: if is_of_all { order.related_ids } else { BTreeSet::new() },
                    ..OrderDetails::default()
                };
                reported.push((of_subscription, environment));
            }
        }
        Ok(())
    }

    /// What the store reported of a payment under one of its other ids; `shared`: of a subscription.
    fn orders_by_id(
        &self,
        place: &Place,
        id: &str,
        shared: bool,
    ) -> Result<Vec<(OrderDetails, Option<Environment>)>, LedgerError> {
        self.all(
            "SELECT details, environment FROM order_ids JOIN orders ON orders.id = orders_id
             WHERE order_ids.id = ?1 AND shared = ?2 AND store = ?3 AND app = ?4
               AND (environment = ?5 OR environment = '' OR ?5 = '')
             ORDER BY details, environment LIMIT ?6",
            &values![
                id,
                shared,
                place.store.as_str(),
                &place.app,
                place.environment.map_or("", Environment::as_str),
                MAX_REPORTS
            ],
            |row| Ok((json_column(row, "details")?, environment_column(row)?)),
        )
    }

    /// The cases that a report of an order may fill in: of its own ids, of a payment that another report names by one
    /// of its other ids, and of its subscription.
    pub(crate) fn cases_of_order(
        &self,
        place: &Place,
        about: &OrderDetails,
    ) -> Result<Vec<RefundId>, LedgerError> {
        let mut named: BTreeSet<(Option<String>, Option<String>)> =
            BTreeSet::from([(about.order_id.clone(), about.purchase_token.clone())]);
        for id in about.related_ids.iter().take(MAX_IDS) {
            let others = self.orders_by_id(place, id, false)?;
            named.extend(others.into_iter().map(|(order, _)| (order.order_id, order.purchase_token)));
        }
        // Of a store whose messages name each payment of a subscription, nothing is filled in by another payment.
        let is_of_all = about.order_id.is_none() && about.purchase_token.is_none();
        let subscription = about.original_id.as_ref().filter(|_| is_of_all || !about.related_ids.is_empty());
        let mut cases = BTreeSet::new();
        for (order, token) in &named {
            cases.extend(self.cases_named(place, order.as_deref(), token.as_deref(), None)?);
        }
        if let Some(id) = subscription {
            cases.extend(self.cases_named(place, None, None, Some(id))?);
        }
        if let Some(id) = &about.original_id {
            // A record of this order may give the player of the others of its family.
            let family = self.relatives(place, [Some(id), None, None])?;
            cases.extend(family.into_iter().map(|relative| relative.case.refund.id));
        }
        Ok(cases.into_iter().collect())
    }

    fn cases_named(
        &self,
        place: &Place,
        order: Option<&str>,
        token: Option<&str>,
        original: Option<&str>,
    ) -> Result<Vec<RefundId>, LedgerError> {
        self.all(
            "SELECT id FROM refunds WHERE (order_id = ?1 OR purchase_token = ?2 OR original_id = ?6)
               AND +store = ?3 AND +app = ?4 AND (environment = ?5 OR environment = '' OR ?5 = '') ORDER BY id",
            &values![
                order,
                token,
                place.store.as_str(),
                &place.app,
                place.environment.map_or("", Environment::as_str),
                original
            ],
            |row| column(row, "id"),
        )
    }
}
