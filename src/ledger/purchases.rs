//! What the host recorded: one record an order.

use std::borrow::Cow;

use super::columns::{column, json_column_or_null, name_column, store_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::{Column, to_json, to_name, values};
use crate::model::attribution::Record;
use crate::model::{Currency, Environment, Money, Purchase, RecordedPurchase, Sale, Store, Timestamp};

/// The result of recording a purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// It is new.
    New,
    /// It was recorded before, and the new record adds nothing.
    Known,
    /// It was recorded before, and the new record adds to it: the two together.
    Completed(Box<Purchase>),
    /// The order is recorded as another user's.
    OfAnotherUser(String),
}

impl Tx<'_> {
    /// Records a purchase. What was recorded before is completed, never overwritten.
    pub(crate) fn record_purchase(&self, new: &Purchase, now: Timestamp) -> Result<Recorded, LedgerError> {
        let Some(record) = self.read().same_purchase(new)? else {
            return self.insert_purchase(new, now).map(|_| Recorded::New);
        };
        let known = &record.recorded.purchase;
        if known.user != new.user {
            return Ok(Recorded::OfAnotherUser(known.user.clone()));
        }
        if is_named_otherwise(known, new) {
            return self.insert_purchase(new, now).map(|_| Recorded::New);
        }
        let mut completed = known.clone();
        complete(&mut completed, new);
        if let Some(orphan) = self.read().same_without_order(&completed, record.id)? {
            let half = &orphan.recorded.purchase;
            if half.user != new.user {
                return Ok(Recorded::OfAnotherUser(half.user.clone()));
            }
            complete(&mut completed, half);
            self.join_purchases(&orphan, record.id)?;
        }
        if completed == *known {
            return Ok(Recorded::Known);
        }
        self.update_purchase(&record, &completed)?;
        Ok(Recorded::Completed(Box::new(completed)))
    }

    /// Lets one record stand for two that turned out to be of one purchase.
    fn join_purchases(&self, orphan: &Record, into: i64) -> Result<(), LedgerError> {
        let values = values![orphan.id, into];
        self.execute("UPDATE refunds SET purchase_id = ?2 WHERE purchase_id = ?1", &values)?;
        self.memo.forget_cases();
        self.execute("DELETE FROM purchases WHERE id = ?1", &values![orphan.id])?;
        self.count_sale(sale_of(&orphan.recorded).as_ref(), None)
    }

    pub(crate) fn insert_purchase(&self, purchase: &Purchase, now: Timestamp) -> Result<i64, LedgerError> {
        self.count_sale(None, Sale::of(purchase, now).as_ref())?;
        with_columns(purchase, |columns| {
            self.insert("purchases", &[columns, &values! { recorded_at: now }].concat())
        })
    }

    /// Writes a recorded purchase as it is now.
    pub(crate) fn update_purchase(&self, before: &Record, purchase: &Purchase) -> Result<(), LedgerError> {
        let now = Sale::of(purchase, before.recorded.recorded_at);
        self.count_sale(sale_of(&before.recorded).as_ref(), now.as_ref())?;
        with_columns(purchase, |columns| self.update("purchases", before.id, columns))
    }
}

impl Read<'_> {
    /// The recorded purchase that is the same as this one: of the same order or `webOrderLineItemId`; where one of the
    /// two names no order, of the same token, or else the same original id; and where an id is in the other's wrong
    /// field, of that id. If a record has only an original id, that is its order id.
    pub(crate) fn same_purchase(&self, purchase: &Purchase) -> Result<Option<Record>, LedgerError> {
        self.one(
            "SELECT * FROM purchases WHERE order_id = ?2 AND store = ?1
             UNION ALL
             SELECT * FROM (SELECT * FROM purchases WHERE web_order_line_item_id = ?5 AND store = ?1 ORDER BY id LIMIT 1) AS of_line_item
             UNION ALL
             SELECT * FROM (SELECT * FROM purchases WHERE purchase_token = ?3 AND store = ?1
               AND (order_id IS NULL OR ?2 IS NULL) ORDER BY id LIMIT 1) AS of_token
             UNION ALL
             SELECT * FROM purchases WHERE order_id = ?3 AND store = ?1
             UNION ALL
             SELECT * FROM (SELECT * FROM purchases WHERE purchase_token = ?2 AND store = ?1 ORDER BY id LIMIT 1) AS of_wrong_field
             UNION ALL
             SELECT * FROM (SELECT * FROM purchases WHERE original_id = ?4 AND store = ?1 AND purchase_token IS NULL
               AND ?3 IS NULL AND (order_id IS NULL OR ?2 IS NULL) ORDER BY id LIMIT 1) AS of_original
             UNION ALL
             SELECT * FROM (SELECT * FROM purchases WHERE original_id = ?2 AND store = ?1 AND order_id IS NULL
               AND purchase_token IS NULL ORDER BY id LIMIT 1) AS of_first
             UNION ALL
             SELECT * FROM purchases WHERE order_id = ?4 AND store = ?1 AND ?2 IS NULL AND ?3 IS NULL
             LIMIT 1",
            &values![
                purchase.store.as_str(),
                &purchase.order_id,
                &purchase.purchase_token,
                &purchase.original_id,
                &purchase.web_order_line_item_id
            ],
            record_row,
        )
    }

    /// Another record, made when only the token was known, of what this one has an order id and the same token for.
    fn same_without_order(&self, purchase: &Purchase, id: i64) -> Result<Option<Record>, LedgerError> {
        let Some(token) = &purchase.purchase_token else { return Ok(None) };
        self.one(
            "SELECT * FROM purchases WHERE purchase_token = ?1 AND store = ?2 AND order_id IS NULL AND id <> ?3
             ORDER BY id LIMIT 1",
            &values![token, purchase.store.as_str(), id],
            record_row,
        )
    }

    /// A recorded purchase by its number.
    pub(crate) fn purchase(&self, id: i64) -> Result<Option<RecordedPurchase>, LedgerError> {
        self.one("SELECT * FROM purchases WHERE id = ?1", &values![id], purchase_row)
    }

    /// A user's purchases, newest first.
    pub(crate) fn purchases_of_user(
        &self,
        user: &str,
        limit: i64,
    ) -> Result<Vec<RecordedPurchase>, LedgerError> {
        self.all(
            "SELECT * FROM purchases WHERE player = ?1 ORDER BY id DESC LIMIT ?2",
            &values![user, limit],
            purchase_row,
        )
    }

    /// The purchases recorded under an order id or a token.
    pub(crate) fn purchases_of_order(
        &self,
        order: &str,
        limit: i64,
    ) -> Result<Vec<RecordedPurchase>, LedgerError> {
        self.all(
            "SELECT * FROM purchases WHERE order_id = ?1 OR purchase_token = ?1 ORDER BY id LIMIT ?2",
            &values![order, limit],
            purchase_row,
        )
    }

    /// The purchases recorded under an order id, token, original id or account tag.
    pub(crate) fn purchases_of_id(&self, id: &str, limit: i64) -> Result<Vec<RecordedPurchase>, LedgerError> {
        self.all(
            "SELECT * FROM purchases WHERE order_id = ?1 OR purchase_token = ?1 OR original_id = ?1
               OR account_tag = ?1 OR web_order_line_item_id = ?1 ORDER BY id LIMIT ?2",
            &values![id, limit],
            purchase_row,
        )
    }

    /// The records under an order id or a token, of one store or of any.
    pub(crate) fn records_of_order(
        &self,
        store: Option<&Store>,
        order: &str,
        limit: i64,
    ) -> Result<Vec<Record>, LedgerError> {
        self.all(
            "SELECT * FROM purchases WHERE (order_id = ?1 OR purchase_token = ?1
                 OR (original_id = ?1 AND order_id IS NULL AND purchase_token IS NULL))
               AND (?2 IS NULL OR store = ?2) ORDER BY id LIMIT ?3",
            &values![order, store.map(Store::as_str), limit],
            record_row,
        )
    }
}

/// A tag as it is compared: StoreKit gives the App Store's, which are UUIDs, back in lower case whatever the game wrote.
pub(super) fn normal_tag<'t>(store: &Store, tag: &'t str) -> Cow<'t, str> {
    match store {
        Store::AppStore => Cow::Owned(tag.to_ascii_lowercase()),
        _ => Cow::Borrowed(tag),
    }
}

/// A recorded purchase with its number.
pub(super) fn record_row(row: &Row<'_>) -> Result<Record, LedgerError> {
    Ok(Record { id: column(row, "id")?, recorded: purchase_row(row)? })
}

/// As the figures count it.
pub(super) fn sale_of(recorded: &RecordedPurchase) -> Option<Sale> {
    Sale::of(&recorded.purchase, recorded.recorded_at)
}

/// Whether the store names one purchase by two order ids: each has its own record.
fn is_named_otherwise(known: &Purchase, new: &Purchase) -> bool {
    known.web_order_line_item_id.is_some()
        && known.web_order_line_item_id == new.web_order_line_item_id
        && known.order_id.is_some()
        && new.order_id.is_some()
        && known.order_id != new.order_id
}

fn complete(known: &mut Purchase, new: &Purchase) {
    // A token that was recorded as the order id makes room for the order id.
    if known.order_id.is_some() && known.order_id == new.purchase_token && new.order_id.is_some() {
        known.order_id.clone_from(&new.order_id);
    }
    fn fill<T: Clone>(known: &mut Option<T>, new: &Option<T>) {
        if known.is_none() {
            known.clone_from(new);
        }
    }
    fill(&mut known.app, &new.app);
    fill(&mut known.environment, &new.environment);
    fill(&mut known.order_id, &new.order_id);
    fill(&mut known.purchase_token, &new.purchase_token);
    fill(&mut known.original_id, &new.original_id);
    fill(&mut known.web_order_line_item_id, &new.web_order_line_item_id);
    fill(&mut known.account_tag, &new.account_tag);
    fill(&mut known.linked_token, &new.linked_token);
    fill(&mut known.product, &new.product);
    fill(&mut known.product_type, &new.product_type);
    fill(&mut known.quantity, &new.quantity);
    fill(&mut known.price, &new.price);
    fill(&mut known.purchased_at, &new.purchased_at);
    fill(&mut known.expires_at, &new.expires_at);
    fill(&mut known.country, &new.country);
    if known.grants.is_empty() {
        known.grants.clone_from(&new.grants);
    }
}

/// Gives `write` the columns of a purchase, but for when it was recorded.
fn with_columns<T>(
    purchase: &Purchase,
    write: impl FnOnce(&[Column<'_>]) -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    write(&values! {
        store: purchase.store.as_str(),
        player: &purchase.user,
        app: &purchase.app,
        environment: purchase.environment.map(Environment::as_str),
        order_id: &purchase.order_id,
        purchase_token: &purchase.purchase_token,
        original_id: &purchase.original_id,
        account_tag: &purchase.account_tag.as_deref().map(|tag| normal_tag(&purchase.store, tag)),
        linked_token: &purchase.linked_token,
        product: &purchase.product,
        product_type: &purchase.product_type.map(|kind| to_name(&kind)).transpose()?,
        quantity: purchase.quantity,
        price_micros: purchase.price.map(|price| price.micros),
        currency: purchase.price.as_ref().map(|price| price.currency.as_str()),
        purchased_at: purchase.purchased_at,
        grants: &grants_text(purchase)?,
        web_order_line_item_id: &purchase.web_order_line_item_id,
        expires_at: purchase.expires_at,
        country: &purchase.country,
        repays: purchase.repays,
    })
}

fn grants_text(purchase: &Purchase) -> Result<Option<String>, LedgerError> {
    if purchase.grants.is_empty() { Ok(None) } else { to_json(&purchase.grants).map(Some) }
}

pub(super) fn purchase_row(row: &Row<'_>) -> Result<RecordedPurchase, LedgerError> {
    let currency: Option<String> = column(row, "currency")?;
    let micros: Option<i64> = column(row, "price_micros")?;
    let price = match (micros, currency) {
        (Some(micros), Some(currency)) => Some(Money {
            micros,
            currency: Currency::new(&currency).map_err(|error| LedgerError::Unreadable {
                what: "purchases.currency",
                problem: error.to_string(),
            })?,
        }),
        _ => None,
    };
    let purchase = Purchase {
        store: store_column(row)?,
        user: column(row, "player")?,
        app: column(row, "app")?,
        environment: name_column(row, "environment")?,
        order_id: column(row, "order_id")?,
        purchase_token: column(row, "purchase_token")?,
        original_id: column(row, "original_id")?,
        web_order_line_item_id: column(row, "web_order_line_item_id")?,
        account_tag: column(row, "account_tag")?,
        linked_token: column(row, "linked_token")?,
        product: column(row, "product")?,
        product_type: name_column(row, "product_type")?,
        quantity: column(row, "quantity")?,
        price,
        purchased_at: column(row, "purchased_at")?,
        expires_at: column(row, "expires_at")?,
        country: column(row, "country")?,
        grants: json_column_or_null(row, "grants")?.unwrap_or_default(),
        repays: column(row, "repays")?,
    };
    Ok(RecordedPurchase { purchase, recorded_at: column(row, "recorded_at")? })
}
