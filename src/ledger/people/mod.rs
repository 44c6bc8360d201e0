//! People: what the ledger has of one user, and forgetting it.

#[cfg(test)]
mod columns;
mod forget;
mod forget_audit;
mod forget_work;
mod listed;
mod remembered;

use std::collections::BTreeSet;

pub(crate) use remembered::NewCode;

use super::blocks::block_row;
use super::columns::{column, json_column, store_column};
use super::error::LedgerError;
use super::journal::entry_row as journal_row;
use super::tx::Read;
use super::values::{Value, values};
use crate::model::{Block, Consumption, JournalEntry, OrderDetails, RefundId, StoreAction, UserMessage};

/// An account tag of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonTag {
    pub(crate) tag: String,
    /// Whether another user has it too: a store account that players share.
    pub(crate) is_shared: bool,
}

/// Where the ledger has something of a user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    /// The id, as the ledger keeps it.
    pub(crate) user: String,
    pub(crate) tags: Vec<PersonTag>,
    /// The ids of the user's orders: order ids, and tokens.
    pub(crate) orders: BTreeSet<String>,
    /// The user's refunds, and those that only the user's tag leads to.
    pub(crate) refunds: BTreeSet<RefundId>,
    /// Refunds of other users that may name this one: they were this user's before, or this user claims them.
    pub(crate) related: BTreeSet<RefundId>,
    /// What stores reported about the user's orders, by number.
    pub(crate) reports: BTreeSet<i64>,
    /// The stores' messages about the user's orders and refunds, by number.
    pub(crate) messages: BTreeSet<i64>,
    /// Ids of downloads of the user's, with their store and app.
    pub(crate) downloads: BTreeSet<Download>,
}

/// The App Store's id of one app's download by one account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Download {
    pub(crate) store: String,
    pub(crate) app: String,
    /// `appTransactionId`.
    pub(crate) id: String,
}

/// What a store reported about an order, as far as it leads further.
struct Report {
    id: i64,
    message: i64,
    order: Option<String>,
    details: OrderDetails,
}

/// The reports on an order by each of its ids.
const REPORTS_BY: [&str; 4] = [
    "SELECT * FROM orders WHERE order_id = ?1",
    "SELECT * FROM orders WHERE purchase_token = ?1",
    "SELECT * FROM orders WHERE original_id = ?1",
    "SELECT * FROM orders WHERE id IN (SELECT orders_id FROM order_ids WHERE order_ids.id = ?1)",
];

impl Person {
    /// The user's refunds, and those that may name the user.
    pub(crate) fn all_refunds(&self) -> impl Iterator<Item = RefundId> {
        self.refunds.iter().chain(&self.related).copied()
    }
}

/// A message and its raw body, if that is still kept.
pub(crate) type MessageRow = (UserMessage, Option<Vec<u8>>);

impl Read<'_> {
    /// Where the ledger has something of a user.
    pub(crate) fn person(&self, user: &str) -> Result<Person, LedgerError> {
        let mut person = Person { user: user.to_owned(), ..Person::default() };
        let mut tags: BTreeSet<String> = self.issued_tag(user)?.into_iter().collect();
        // Every id that leads to an order or its family.
        let mut ids = BTreeSet::new();
        self.each(
            "SELECT order_id, purchase_token, original_id, linked_token, account_tag FROM purchases WHERE player = ?1",
            &values![user],
            |row| {
                for name in ["order_id", "purchase_token"] {
                    person.orders.extend(column::<Option<String>>(row, name)?);
                }
                for name in ["original_id", "linked_token"] {
                    ids.extend(column::<Option<String>>(row, name)?);
                }
                tags.extend(column::<Option<String>>(row, "account_tag")?);
                Ok(())
            },
        )?;
        self.each(
            "SELECT id, order_id, purchase_token, original_id, account_tag FROM refunds WHERE player = ?1",
            &values![user],
            |row| {
                person.refunds.insert(column(row, "id")?);
                for name in ["order_id", "purchase_token"] {
                    person.orders.extend(column::<Option<String>>(row, name)?);
                }
                ids.extend(column::<Option<String>>(row, "original_id")?);
                tags.extend(column::<Option<String>>(row, "account_tag")?);
                Ok(())
            },
        )?;
        for refund in &person.refunds {
            tags.extend(self.facts(*refund)?.into_iter().filter_map(|fact| fact.about.account_tag));
        }
        for id in person.orders.iter().chain(&ids) {
            for report in self.reports_by(&REPORTS_BY, id)? {
                // One that a family shares may have another member's tag.
                tags.extend(report.details.account_tag.filter(|_| !report.details.family_shared));
            }
        }
        for tag in tags {
            let is_shared = self.is_of_another(&tag, user)?;
            person.tags.push(PersonTag { tag, is_shared });
        }
        self.find_refunds(&mut person, &ids)?;
        self.find_reports(&mut person, &ids)?;
        self.find_downloads(&mut person)?;
        self.find_messages(&mut person)?;
        Ok(person)
    }

    /// Whether another user than this one has a tag.
    pub(crate) fn is_of_another(&self, tag: &str, user: &str) -> Result<bool, LedgerError> {
        let found = self.number(
            "SELECT EXISTS (SELECT 1 FROM purchases WHERE account_tag = ?1 AND player <> ?2)
                 OR EXISTS (SELECT 1 FROM account_tags WHERE tag = ?1 AND player <> ?2)
                 OR EXISTS (SELECT 1 FROM refunds WHERE account_tag = ?1 AND player <> ?2)",
            &values![tag, user],
        )?;
        Ok(found == 1)
    }

    fn find_refunds(&self, person: &mut Person, ids: &BTreeSet<String>) -> Result<(), LedgerError> {
        for tag in person.tags.iter().filter(|tag| !tag.is_shared) {
            person.refunds.extend(
                self.numbers("SELECT id AS number FROM refunds WHERE account_tag = ?1", &values![&tag.tag])?,
            );
        }
        let mut merged = Vec::new();
        for refund in &person.refunds {
            merged.extend(self.numbers(
                "SELECT id AS number FROM refunds WHERE merged_into = ?1 AND player IS NULL",
                &values![*refund],
            )?);
        }
        person.refunds.extend(merged);
        let mut related: BTreeSet<RefundId> = self
            .numbers(
                "SELECT DISTINCT refund_id AS number FROM journal WHERE player = ?1 AND refund_id IS NOT NULL",
                &values![&person.user],
            )?
            .into_iter()
            .collect();
        for id in person.orders.iter().chain(ids) {
            related.extend(
                self.numbers("SELECT refund_id AS number FROM refund_ids WHERE id = ?1", &values![id])?,
            );
        }
        for tag in &person.tags {
            related.extend(
                self.numbers("SELECT id AS number FROM refunds WHERE account_tag = ?1", &values![&tag.tag])?,
            );
        }
        person.related = related.difference(&person.refunds).copied().collect();
        Ok(())
    }

    fn find_reports(&self, person: &mut Person, ids: &BTreeSet<String>) -> Result<(), LedgerError> {
        let mut found = Vec::new();
        for id in person.orders.iter().chain(ids) {
            found.extend(self.reports_by(&REPORTS_BY, id)?);
        }
        for tag in person.tags.iter().filter(|tag| !tag.is_shared) {
            found.extend(self.reports_by(&["SELECT * FROM orders WHERE account_tag = ?1"], &tag.tag)?);
        }
        for report in found {
            person.reports.insert(report.id);
            person.messages.insert(report.message);
            person.orders.extend(report.order);
        }
        Ok(())
    }

    fn reports_by(&self, statements: &[&str], id: &str) -> Result<Vec<Report>, LedgerError> {
        let mut found = Vec::new();
        for sql in statements {
            found.extend(self.all(sql, &values![id], |row| {
                Ok(Report {
                    id: column(row, "id")?,
                    message: column(row, "inbox_id")?,
                    order: column(row, "order_id")?,
                    details: json_column(row, "details")?,
                })
            })?);
        }
        Ok(found)
    }

    /// Of the user's refunds, their facts, and the reports on the user's orders.
    fn find_downloads(&self, person: &mut Person) -> Result<(), LedgerError> {
        for refund in &person.refunds {
            let Some(case) = self.case(*refund)? else { continue };
            let of_facts = self.facts(*refund)?.into_iter().map(|fact| fact.about.app_transaction_id);
            let of_case = case.refund.case.about.app_transaction_id;
            person.downloads.extend(of_facts.chain([of_case]).flatten().map(|id| Download {
                store: case.place.store.as_str().to_owned(),
                app: case.place.app.clone(),
                id,
            }));
        }
        for report in &person.reports {
            let found = self.one("SELECT * FROM orders WHERE id = ?1", &values![*report], |row| {
                let details: OrderDetails = json_column(row, "details")?;
                let (store, app) = (column(row, "store")?, column(row, "app")?);
                Ok(details.app_transaction_id.map(|id| Download { store, app, id }))
            })?;
            person.downloads.extend(found.flatten());
        }
        Ok(())
    }

    fn find_messages(&self, person: &mut Person) -> Result<(), LedgerError> {
        for refund in &person.refunds {
            person.messages.extend(self.numbers(
                "SELECT inbox_id AS number FROM journal WHERE refund_id = ?1 AND inbox_id IS NOT NULL
                 UNION SELECT inbox_id FROM facts WHERE refund_id = ?1",
                &values![*refund],
            )?);
        }
        for order in &person.orders {
            person.messages.extend(self.numbers(
                "SELECT inbox_id AS number FROM journal WHERE order_id = ?1 AND inbox_id IS NOT NULL",
                &values![order],
            )?);
        }
        for Download { store, app, id } in &person.downloads {
            person.messages.extend(self.numbers(
                "SELECT inbox_id AS number FROM rescissions
                 WHERE store = ?1 AND app = ?2 AND app_transaction_id = ?3 AND inbox_id IS NOT NULL",
                &values![store, app, id],
            )?);
        }
        Ok(())
    }

    pub(super) fn numbers(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<i64>, LedgerError> {
        self.all(sql, values, |row| column(row, "number"))
    }

    pub(super) fn texts(&self, sql: &str, value: &str) -> Result<Vec<String>, LedgerError> {
        self.all(sql, &values![value], |row| column(row, "text"))
    }
}

/// What an export of a user has beside purchases, refunds and blocks.
impl Read<'_> {
    /// A store's message, with its body if that is kept.
    pub(crate) fn user_message(&self, id: i64) -> Result<Option<MessageRow>, LedgerError> {
        self.one("SELECT * FROM inbox WHERE id = ?1", &values![id], |row| {
            let message = UserMessage {
                id: column(row, "id")?,
                store: store_column(row)?,
                name: column(row, "name")?,
                received_at: column(row, "received_at")?,
                refund: column(row, "refund_id")?,
                body_base64: None,
            };
            Ok((message, column(row, "body")?))
        })
    }

    /// What a store reported about an order, by its number.
    pub(crate) fn report(&self, id: i64) -> Result<Option<OrderDetails>, LedgerError> {
        self.one("SELECT details FROM orders WHERE id = ?1", &values![id], |row| json_column(row, "details"))
    }

    /// What the host reported on how an order was used.
    pub(crate) fn consumption(&self, order: &str) -> Result<Option<Consumption>, LedgerError> {
        self.one("SELECT report FROM consumption WHERE order_id = ?1", &values![order], |row| {
            json_column(row, "report")
        })
    }

    /// The store actions about an order, oldest first.
    pub(crate) fn actions_of_order(&self, order: &str) -> Result<Vec<StoreAction>, LedgerError> {
        let ids = self
            .numbers("SELECT id AS number FROM actions WHERE order_id = ?1 ORDER BY id", &values![order])?;
        let mut actions = Vec::new();
        for id in ids {
            actions.extend(self.action(id)?.map(|row| row.action));
        }
        Ok(actions)
    }

    /// The events that wait for a user.
    pub(crate) fn events_of_user(&self, user: &str) -> Result<Vec<i64>, LedgerError> {
        self.numbers("SELECT id AS number FROM outbox WHERE player = ?1 ORDER BY id", &values![user])
    }

    /// A user's blocks, oldest first, after a number.
    pub(crate) fn blocks_after(&self, user: &str, after: i64, limit: i64) -> Result<Vec<Block>, LedgerError> {
        self.all(
            "SELECT * FROM blocks WHERE player = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
            &values![user, after, limit],
            block_row,
        )
    }

    /// The journal entries about a user, oldest first, after a number.
    pub(crate) fn journal_after(
        &self,
        user: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<JournalEntry>, LedgerError> {
        self.all(
            "SELECT * FROM (
               SELECT * FROM journal WHERE player = ?1 AND id > ?2
               UNION SELECT * FROM journal WHERE id > ?2 AND refund_id IN (SELECT id FROM refunds WHERE player = ?1)
             ) AS entries ORDER BY id LIMIT ?3",
            &values![user, after, limit],
            journal_row,
        )
    }
}
