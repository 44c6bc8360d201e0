//! The ledger's data on the player behind an order: records of its family, and account tags. Which of it counts is the
//! model's decision ([`attribution`](crate::model::attribution)).

use super::case::Case;
use super::columns::column;
use super::error::LedgerError;
use super::purchases::{normal_tag, record_row};
use super::refunds::case_row;
use super::tx::{Read, Tx};
use super::values::{Value, values};
use crate::model::attribution::{Family, Record, base_order};
use crate::model::{
    AccountTags, AttributedBy, CarriedTag, Environment, Place, Purchase, RefundId, Store, TagWriter,
    check_user,
};
use crate::uuid;

/// The player of a refund, and by what evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribution {
    pub(crate) user: String,
    pub(crate) by: AttributedBy,
    /// The recorded purchase that was found, where it is of this order or names its token.
    pub(crate) purchase: Option<i64>,
}

/// The records that have one of eight ids (?1 to ?8) in whichever field, and those of orders that the store reported with
/// one of eight original ids (?9 to ?16), which the records need not say: of 260 orders, five years of weekly renewals.
const RECORDS: &str = "SELECT * FROM (
    SELECT * FROM purchases WHERE order_id IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) AND store = ?17
    UNION ALL SELECT * FROM purchases WHERE purchase_token IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) AND store = ?17
    UNION ALL SELECT * FROM purchases WHERE original_id IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) AND store = ?17
    UNION ALL SELECT * FROM purchases WHERE web_order_line_item_id IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) AND store = ?17
    UNION ALL SELECT * FROM purchases WHERE linked_token IN (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) AND store = ?17
    UNION ALL SELECT * FROM purchases WHERE store = ?17 AND order_id IN (
      SELECT order_id FROM orders WHERE original_id IN (?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        AND +store = ?17 AND +app = ?18 AND order_id IS NOT NULL ORDER BY id LIMIT 260)) AS records
  WHERE (app IS NULL OR app = ?18) AND (environment IS NULL OR ?19 IS NULL OR environment = ?19)";

impl Tx<'_> {
    /// Keeps the ids by which a purchase of the refund's family may be recorded.
    pub(crate) fn name_refund(&self, case: &Case, family: &Family) -> Result<(), LedgerError> {
        let store = case.place.store.as_str();
        let row = |(id, exact)| values! { id: id, store: store, refund_id: case.refund.id, exact: exact };
        let rows: Vec<_> = family.ids().map(row).collect();
        self.insert_all(
            "refund_ids",
            &rows,
            "ON CONFLICT (id, store, refund_id) DO UPDATE SET exact = excluded.exact
             WHERE refund_ids.exact <> excluded.exact",
        )
        .map(drop)
    }
}

/// A refund with one of the ids of its family.
pub(crate) struct Relative {
    pub(crate) id: String,
    /// Whether it is one of exactly the refunded order.
    pub(crate) exact: bool,
    pub(crate) case: Case,
}

/// How many ids one statement looks for; the rest of its parameters is NULL, which equals nothing.
const IDS_AT_ONCE: usize = 8;

impl Read<'_> {
    /// The refunds whose user, price or anything else this purchase may change; with those of the same account tag, or
    /// without.
    pub(crate) fn refunds_touched_by(
        &self,
        purchase: &Purchase,
        by_tag: bool,
    ) -> Result<Vec<RefundId>, LedgerError> {
        let store = purchase.store.as_str();
        let order = purchase.order_id.as_deref();
        let google = purchase.store == Store::GooglePlay;
        let base = [order, purchase.original_id.as_deref(), purchase.purchase_token.as_deref()]
            .into_iter()
            .flatten()
            .find_map(|id| base_order(id).filter(|_| google));
        // One statement, since it runs for every purchase and mostly finds nothing. A missing name is NULL and equals
        // no row's.
        let mut touched: Vec<RefundId> = self.all(
            "SELECT refund_id AS id FROM refund_ids WHERE id IN (?2, ?3, ?4, ?5, ?6, ?7) AND store = ?1
             UNION ALL SELECT id FROM refunds WHERE account_tag = ?8 AND store = ?1
             UNION ALL SELECT r.refund_id FROM orders AS o JOIN refund_ids AS r ON r.id = o.original_id AND r.store = ?1
               WHERE o.order_id = ?2 AND o.store = ?1 AND o.original_id IS NOT NULL",
            &values![
                store,
                order,
                &purchase.purchase_token,
                &purchase.original_id,
                &purchase.web_order_line_item_id,
                &purchase.linked_token,
                base,
                &purchase.account_tag.as_deref().filter(|_| by_tag).map(|tag| normal_tag(&purchase.store, tag))
            ],
            |row| column(row, "id"),
        )?;
        touched.sort_unstable();
        touched.dedup();
        Ok(touched)
    }

    /// The refund of exactly this order, by any of its ids.
    pub(crate) fn case_of_order(&self, place: &Place, order: &str) -> Result<Option<RefundId>, LedgerError> {
        self.one(
            "SELECT refunds.id FROM refund_ids JOIN refunds ON refunds.id = refund_ids.refund_id
             WHERE refund_ids.id = ?1 AND refund_ids.store = ?2 AND exact = 1 AND app = ?3
               AND (environment = ?4 OR environment = '' OR ?4 = '') AND merged_into IS NULL
             ORDER BY refunds.id LIMIT 1",
            &values![
                order,
                place.store.as_str(),
                &place.app,
                place.environment.map_or("", Environment::as_str)
            ],
            |row| column(row, "id"),
        )
    }

    /// The refunds of the same app whose families have one of up to three ids, a row an id, by their numbers; in the same
    /// environment, as far as it is reported.
    pub(crate) fn relatives(
        &self,
        place: &Place,
        ids: [Option<&str>; 3],
    ) -> Result<Vec<Relative>, LedgerError> {
        let [first, second, third] = ids;
        self.all(
            "SELECT refund_ids.id AS family_id, refund_ids.exact, refunds.*
             FROM refund_ids JOIN refunds ON refunds.id = refund_ids.refund_id
             WHERE refund_ids.id IN (?1, ?2, ?3) AND refund_ids.store = ?4 AND app = ?5
               AND (environment = ?6 OR environment = '' OR ?6 = '') ORDER BY refunds.id",
            &values![
                first,
                second,
                third,
                place.store.as_str(),
                &place.app,
                place.environment.map_or("", Environment::as_str)
            ],
            |row| {
                Ok(Relative {
                    id: column(row, "family_id")?,
                    exact: column(row, "exact")?,
                    case: case_row(row)?,
                })
            },
        )
    }

    /// The player of an order by all that is known: the records of its family, or else its tag. `keeper` is the player
    /// who has it already.
    pub(crate) fn attribute(
        &self,
        place: &Place,
        family: &Family,
        records: &[Record],
        tag: Option<CarriedTag<'_>>,
        tags: AccountTags,
        keeper: Option<&str>,
    ) -> Result<Option<Attribution>, LedgerError> {
        if let Some((by, record)) = family.holder(records, keeper) {
            let purchase = &record.recorded.purchase;
            let names_it = by == AttributedBy::Order
                || purchase
                    .purchase_token
                    .as_deref()
                    .is_some_and(|token| family.ids().any(|(id, _)| id == token));
            return Ok(Some(Attribution {
                user: purchase.user.clone(),
                by,
                purchase: names_it.then_some(record.id),
            }));
        }
        match tag {
            Some(tag) => self.attribute_by_tag(place, tag, tags),
            None => Ok(None),
        }
    }

    fn attribute_by_tag(
        &self,
        place: &Place,
        carried: CarriedTag<'_>,
        tags: AccountTags,
    ) -> Result<Option<Attribution>, LedgerError> {
        let found = |user, by| Some(Attribution { user, by, purchase: None });
        let tag = carried.text;
        let is_the_games = carried.writer == TagWriter::Game;
        if is_the_games && tags == AccountTags::Ignore {
            return Ok(None);
        }
        if is_the_games && let Some(user) = self.user_of_tag(tag)? {
            return Ok(found(user, AttributedBy::IssuedTag));
        }
        if let Some(user) = self.first_with_tag(place, tag)? {
            // Anyone who has the user's id has a tag that equals it.
            if !is_the_games || !uuid::is_same(&user, tag) {
                return Ok(found(user, AttributedBy::RecordedTag));
            }
        }
        if !is_the_games || check_user(tag).is_err() {
            return Ok(None);
        }
        Ok(match (carried.by_merchant, tags) {
            (true, _) => found(uuid::canonical(tag), AttributedBy::RecordedTag),
            (false, AccountTags::UserIds) => found(uuid::canonical(tag), AttributedBy::BareTag),
            (false, _) => None,
        })
    }

    fn first_with_tag(&self, place: &Place, tag: &str) -> Result<Option<String>, LedgerError> {
        self.one(
            "SELECT player FROM purchases WHERE account_tag = ?1 AND store = ?2 AND (app IS NULL OR app = ?3)
               AND (environment IS NULL OR ?4 IS NULL OR environment = ?4) ORDER BY id LIMIT 1",
            &values![
                &normal_tag(&place.store, tag),
                place.store.as_str(),
                &place.app,
                place.environment.map(Environment::as_str)
            ],
            |row| column(row, "player"),
        )
    }

    /// The records of a family, each once.
    pub(crate) fn records_of(&self, place: &Place, family: &Family) -> Result<Vec<Record>, LedgerError> {
        let environment = place.environment.map(Environment::as_str);
        let ids: Vec<&str> = family.ids().map(|(id, _)| id).collect();
        let originals: Vec<&str> = family.originals().collect();
        let mut records = Vec::new();
        // Every original is one of the ids.
        for start in (0..ids.len()).step_by(IDS_AT_ONCE) {
            let ids = (start..start + IDS_AT_ONCE).map(|n| ids.get(n).copied());
            let originals = (start..start + IDS_AT_ONCE).map(|n| originals.get(n).copied());
            let place = [Some(place.store.as_str()), Some(place.app.as_str()), environment];
            let values: Vec<Value<'_>> = ids.chain(originals).chain(place).map(Value::from).collect();
            records.extend(self.all(RECORDS, &values, record_row)?);
        }
        for base in family.bases() {
            let is_renewal = |record: &Record| {
                record.recorded.purchase.order_id.as_deref().and_then(base_order) == Some(base)
            };
            // From "GPA.1-2.." up to, and without, "GPA.1-2./": the ids that begin with the first.
            let beginning = self.all(
                "SELECT * FROM purchases WHERE order_id >= ?1 AND order_id < ?2 AND store = ?3
                   AND (app IS NULL OR app = ?4) AND (environment IS NULL OR ?5 IS NULL OR environment = ?5)",
                &values![
                    &format!("{base}.."),
                    &format!("{base}./"),
                    place.store.as_str(),
                    &place.app,
                    environment
                ],
                record_row,
            )?;
            records.extend(beginning.into_iter().filter(is_renewal));
        }
        records.sort_unstable_by_key(|record: &Record| record.id);
        records.dedup_by_key(|record| record.id);
        Ok(records)
    }
}
