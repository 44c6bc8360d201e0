//! What the host recorded, and whose a refund is by that record.

use rusqlite::{Row, ToSql, params};

use super::error::LedgerError;
use super::refunds::store_column;
use super::tx::{Read, Tx, column, json_column_or_null, name_column, to_json, to_name};
use crate::model::{
    AttributedBy, Currency, Environment, Money, OrderDetails, Place, Purchase, RecordedPurchase, RefundId,
    Timestamp,
};

/// What became of a purchase that the host recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// It is new.
    New,
    /// It was recorded before, and said nothing more.
    Known,
    /// It was recorded before, and now says more: this in all.
    Completed(Box<Purchase>),
    /// The order is recorded as another user's.
    OfAnotherUser(String),
}

/// Whose an order is by what the host recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribution {
    pub(crate) user: String,
    pub(crate) by: AttributedBy,
    /// The recorded purchase of this very order, if that is what was found.
    pub(crate) purchase: Option<i64>,
}

impl Tx<'_> {
    /// Records a purchase. What was recorded before is completed, never overwritten.
    pub(crate) fn record_purchase(&self, new: &Purchase, now: Timestamp) -> Result<Recorded, LedgerError> {
        let Some((id, known)) = self.read().same_purchase(new)? else {
            return self.insert_purchase(new, now).map(|_| Recorded::New);
        };
        if known.user != new.user {
            return Ok(Recorded::OfAnotherUser(known.user));
        }
        let mut completed = known.clone();
        complete(&mut completed, new);
        if let Some((orphan, half)) = self.read().same_without_order(&completed, id)? {
            if half.user != new.user {
                return Ok(Recorded::OfAnotherUser(half.user));
            }
            complete(&mut completed, &half);
            self.join_purchases(orphan, id)?;
        }
        if completed == known {
            return Ok(Recorded::Known);
        }
        self.update_purchase(id, &completed)?;
        Ok(Recorded::Completed(Box::new(completed)))
    }

    /// Lets one record stand for two that turned out to be of one purchase.
    fn join_purchases(&self, orphan: i64, into: i64) -> Result<(), LedgerError> {
        self.execute("UPDATE refunds SET purchase_id = ?2 WHERE purchase_id = ?1", params![orphan, into])?;
        self.execute("DELETE FROM purchases WHERE id = ?1", params![orphan]).map(drop)
    }

    fn insert_purchase(&self, purchase: &Purchase, now: Timestamp) -> Result<i64, LedgerError> {
        with_columns(purchase, now.millis(), |columns| {
            self.insert(
                "INSERT INTO purchases (store, user, app, environment, order_id, purchase_token, original_id,
                   account_tag, linked_token, product, product_type, quantity, price_micros, currency, purchased_at,
                   grants, recorded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
                columns,
            )
        })
    }

    fn update_purchase(&self, id: i64, purchase: &Purchase) -> Result<(), LedgerError> {
        with_columns(purchase, id, |columns| {
            self.execute(
                "UPDATE purchases SET store = ?1, user = ?2, app = ?3, environment = ?4, order_id = ?5,
                   purchase_token = ?6, original_id = ?7, account_tag = ?8, linked_token = ?9, product = ?10,
                   product_type = ?11, quantity = ?12, price_micros = ?13, currency = ?14, purchased_at = ?15,
                   grants = ?16 WHERE id = ?17",
                columns,
            )
        })
        .map(drop)
    }

    /// The refunds whose user, price or anything else this purchase may change.
    pub(crate) fn refunds_touched_by(&self, purchase: &Purchase) -> Result<Vec<RefundId>, LedgerError> {
        // One statement, since this is asked for every purchase and mostly finds nothing. A missing name is NULL and
        // equals no row's.
        let mut touched: Vec<RefundId> = self.read().all(
            "SELECT id FROM refunds WHERE order_id = ?2 AND store = ?1
             UNION ALL SELECT id FROM refunds WHERE purchase_token = ?3 AND store = ?1
             UNION ALL SELECT id FROM refunds WHERE original_id = ?4 AND store = ?1
             UNION ALL SELECT id FROM refunds WHERE account_tag = ?5 AND store = ?1
             UNION ALL SELECT id FROM refunds WHERE purchase_token = ?6 AND store = ?1
             UNION ALL SELECT id FROM refunds WHERE account_tag = ?7",
            params![
                purchase.store.as_str(),
                purchase.order_id,
                purchase.purchase_token,
                purchase.original_id,
                purchase.account_tag.as_deref().map(normal_tag),
                purchase.linked_token,
                normal_tag(&purchase.user)
            ],
            |row| column(row, "id"),
        )?;
        touched.sort_unstable();
        touched.dedup();
        Ok(touched)
    }
}

impl Read<'_> {
    /// The recorded purchase that is the same as this one: of the same order, or, where one of the two has no order
    /// id, of the same token, or else the same original id.
    fn same_purchase(&self, purchase: &Purchase) -> Result<Option<(i64, Purchase)>, LedgerError> {
        self.one(
            "SELECT * FROM purchases WHERE order_id = ?2 AND store = ?1
             UNION ALL
             SELECT * FROM (SELECT * FROM purchases WHERE purchase_token = ?3 AND store = ?1
               AND (order_id IS NULL OR ?2 IS NULL) ORDER BY id LIMIT 1)
             UNION ALL
             SELECT * FROM (SELECT * FROM purchases WHERE original_id = ?4 AND store = ?1 AND purchase_token IS NULL
               AND ?3 IS NULL AND (order_id IS NULL OR ?2 IS NULL) ORDER BY id LIMIT 1)
             LIMIT 1",
            params![
                purchase.store.as_str(),
                purchase.order_id,
                purchase.purchase_token,
                purchase.original_id
            ],
            |row| Ok((column(row, "id")?, purchase_row(row)?.purchase)),
        )
    }

    /// Another record, made when only the token was known, of what this one has an order id and the same token for.
    fn same_without_order(
        &self,
        purchase: &Purchase,
        id: i64,
    ) -> Result<Option<(i64, Purchase)>, LedgerError> {
        self.one(
            "SELECT * FROM purchases WHERE purchase_token = ?1 AND store = ?2 AND order_id IS NULL AND id <> ?3
             ORDER BY id LIMIT 1",
            params![purchase.purchase_token, purchase.store.as_str(), id],
            |row| Ok((column(row, "id")?, purchase_row(row)?.purchase)),
        )
    }

    /// Whose the order is: by the host's record of the order itself, its token, its subscription or the tag on it;
    /// by the tag alone, where tags are user ids; or by the record of what replaced it.
    pub(crate) fn attribute(
        &self,
        place: &Place,
        order: &OrderDetails,
        tags_are_user_ids: bool,
    ) -> Result<Option<Attribution>, LedgerError> {
        let by_order = [
            (AttributedBy::Order, "order_id", order.order_id.clone()),
            (AttributedBy::PurchaseToken, "purchase_token", order.purchase_token.clone()),
            // A family member's purchase may share ids with the buyer's, who did nothing.
            (
                AttributedBy::OriginalId,
                "original_id",
                order.original_id.clone().filter(|_| !order.family_shared),
            ),
            (AttributedBy::RecordedTag, "account_tag", order.account_tag.as_deref().map(normal_tag)),
        ];
        for (by, column, value) in by_order {
            if let Some(found) = self.owner(place, by, column, value.as_deref())? {
                return Ok(Some(found));
            }
        }
        let is_user_id = |tag: &&String| tags_are_user_ids && crate::model::check_user(tag).is_ok();
        if let Some(tag) = order.account_tag.as_ref().filter(is_user_id) {
            let user = self.spelling_of_user(tag)?.unwrap_or_else(|| tag.clone());
            return Ok(Some(Attribution { user, by: AttributedBy::AccountTag, purchase: None }));
        }
        let later =
            self.owner(place, AttributedBy::LinkedToken, "linked_token", order.purchase_token.as_deref())?;
        match later {
            Some(found) => Ok(Some(found)),
            // The token was recorded only of the subscription that this one took the place of.
            None => {
                let earlier = self.owner(
                    place,
                    AttributedBy::LinkedToken,
                    "purchase_token",
                    order.linked_token.as_deref(),
                )?;
                Ok(earlier)
            }
        }
    }

    /// How the host writes a user id, where it has recorded anything of that user's.
    fn spelling_of_user(&self, tag: &str) -> Result<Option<String>, LedgerError> {
        self.one(
            "SELECT user FROM purchases WHERE user = ?1 COLLATE NOCASE ORDER BY user = ?1 DESC, user LIMIT 1",
            params![tag],
            |row| column(row, "user"),
        )
    }

    fn owner(
        &self,
        place: &Place,
        by: AttributedBy,
        column_name: &'static str,
        value: Option<&str>,
    ) -> Result<Option<Attribution>, LedgerError> {
        let Some(value) = value else { return Ok(None) };
        // Several purchases may share a token, an original id or a tag: the latest says whose they are now.
        let sql = format!(
            "SELECT id, user FROM purchases WHERE {column_name} = ?1 AND store = ?2
               AND (app IS NULL OR app = ?3) AND (environment IS NULL OR ?4 IS NULL OR environment = ?4)
             ORDER BY purchased_at DESC NULLS LAST, user, id LIMIT 1"
        );
        let environment = place.environment.map(Environment::as_str);
        self.one(&sql, params![value, place.store.as_str(), place.app, environment], |row| {
            let this_very = matches!(by, AttributedBy::Order | AttributedBy::PurchaseToken);
            let id: i64 = column(row, "id")?;
            Ok(Attribution { user: column(row, "user")?, by, purchase: this_very.then_some(id) })
        })
    }

    /// A recorded purchase by its number.
    pub(crate) fn purchase(&self, id: i64) -> Result<Option<Purchase>, LedgerError> {
        self.one("SELECT * FROM purchases WHERE id = ?1", params![id], |row| {
            purchase_row(row).map(|recorded| recorded.purchase)
        })
    }

    /// A user's purchases, newest first.
    pub(crate) fn purchases_of_user(
        &self,
        user: &str,
        limit: i64,
    ) -> Result<Vec<RecordedPurchase>, LedgerError> {
        self.all(
            "SELECT * FROM purchases WHERE user = ?1 COLLATE NOCASE AND user = ?1 ORDER BY id DESC LIMIT ?2",
            params![user, limit],
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
            params![order, limit],
            purchase_row,
        )
    }
}

/// Account tags are compared without regard to ASCII case: they are mostly UUIDs, which the App Store gives back in
/// lower case whatever the game wrote.
pub(super) fn normal_tag(tag: &str) -> String {
    tag.to_ascii_lowercase()
}

fn complete(known: &mut Purchase, new: &Purchase) {
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
    fill(&mut known.account_tag, &new.account_tag);
    fill(&mut known.linked_token, &new.linked_token);
    fill(&mut known.product, &new.product);
    fill(&mut known.product_type, &new.product_type);
    fill(&mut known.quantity, &new.quantity);
    fill(&mut known.price, &new.price);
    fill(&mut known.purchased_at, &new.purchased_at);
    if known.grants.is_empty() {
        known.grants.clone_from(&new.grants);
    }
}

/// Gives `write` the columns of a purchase in one order, and one more value behind them.
fn with_columns<T>(
    purchase: &Purchase,
    last: i64,
    write: impl FnOnce(&[&dyn ToSql]) -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    write(params![
        purchase.store.as_str(),
        purchase.user,
        purchase.app,
        purchase.environment.map(Environment::as_str),
        purchase.order_id,
        purchase.purchase_token,
        purchase.original_id,
        purchase.account_tag,
        purchase.linked_token,
        purchase.product,
        purchase.product_type.map(|kind| to_name(&kind)).transpose()?,
        purchase.quantity,
        purchase.price.map(|price| price.micros),
        purchase.price.map(|price| String::from(price.currency)),
        purchase.purchased_at.map(Timestamp::millis),
        grants_text(purchase)?,
        last
    ])
}

fn grants_text(purchase: &Purchase) -> Result<Option<String>, LedgerError> {
    if purchase.grants.is_empty() { Ok(None) } else { to_json(&purchase.grants).map(Some) }
}

fn purchase_row(row: &Row<'_>) -> Result<RecordedPurchase, LedgerError> {
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
    let purchased_at: Option<i64> = column(row, "purchased_at")?;
    let purchase = Purchase {
        store: store_column(row)?,
        user: column(row, "user")?,
        app: column(row, "app")?,
        environment: name_column(row, "environment")?,
        order_id: column(row, "order_id")?,
        purchase_token: column(row, "purchase_token")?,
        original_id: column(row, "original_id")?,
        account_tag: column(row, "account_tag")?,
        linked_token: column(row, "linked_token")?,
        product: column(row, "product")?,
        product_type: name_column(row, "product_type")?,
        quantity: column(row, "quantity")?,
        price,
        purchased_at: purchased_at.map(Timestamp::from_millis),
        grants: json_column_or_null(row, "grants")?.unwrap_or_default(),
    };
    Ok(RecordedPurchase { purchase, recorded_at: Timestamp::from_millis(column(row, "recorded_at")?) })
}
