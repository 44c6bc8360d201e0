//! Receipts that are known, for stores that can only be asked about one at a time.

use rusqlite::{Row, params};

use super::error::LedgerError;
use super::tx::{Read, Tx, column};
use crate::model::{Store, Timestamp};

/// Which receipts a page is of.
#[derive(Clone, Debug)]
pub(crate) struct ReceiptsAsked<'a> {
    pub(crate) store: &'a Store,
    pub(crate) app: &'a str,
    /// Whether purchases that were recorded without an app are this one's.
    pub(crate) and_of_no_app: bool,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    /// All that are no older than this at the end of that time,
    pub(crate) young: i64,
    /// and older ones where so many milliseconds, or a multiple, were over since the purchase within that time,
    pub(crate) every: i64,
    /// up to this age; those that renew without an end.
    pub(crate) until: i64,
}

/// Where a page ended: which of the [`SOURCES`], and the last row of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReceiptsEnd {
    pub(crate) source: usize,
    pub(crate) id: i64,
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceiptRow {
    pub(crate) end: ReceiptsEnd,
    pub(crate) user_id: String,
    pub(crate) receipt_id: String,
}

/// What the host recorded; what the store told of orders; and of refunds whose reason may yet be told. Each receipt
/// stands in the first of them that knows whose it is.
const SOURCES: [&str; 3] = [
    "SELECT p.id, p.order_id AS receipt_id, p.account_tag AS user_id, coalesce(p.purchased_at, p.recorded_at) AS at,
       p.product_type IS 'subscription' AS renews
     FROM purchases AS p
     WHERE p.id > :after AND p.store = :store AND (p.app = :app OR (p.app IS NULL AND :no_app))
       AND p.order_id IS NOT NULL AND p.account_tag IS NOT NULL",
    "SELECT o.id, o.order_id AS receipt_id, o.details ->> '$.account_tag' AS user_id, i.made_at AS at,
       o.details ->> '$.product_type' IS 'subscription' AS renews
     FROM orders AS o JOIN inbox AS i ON i.id = o.inbox_id
     WHERE o.id > :after AND o.store = :store AND o.app = :app
       AND o.order_id IS NOT NULL AND o.details ->> '$.account_tag' IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM purchases AS p WHERE p.order_id = o.order_id AND p.store = :store
         AND (p.app = :app OR (p.app IS NULL AND :no_app)) AND p.account_tag IS NOT NULL)",
    "SELECT r.id, r.order_id AS receipt_id, r.folded ->> '$.about.account_tag' AS user_id, r.at AS at, 0 AS renews
     FROM refunds AS r
     WHERE r.id > :after AND r.store = :store AND r.app = :app
       AND r.order_id IS NOT NULL AND r.folded ->> '$.about.account_tag' IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM purchases AS p WHERE p.order_id = r.order_id AND p.store = :store
         AND (p.app = :app OR (p.app IS NULL AND :no_app)) AND p.account_tag IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.order_id = r.order_id AND +o.store = :store
         AND +o.app = :app AND o.details ->> '$.account_tag' IS NOT NULL)",
];

impl Tx<'_> {
    /// Notes of a receipt that it renews, or that nothing more will come of it.
    pub(crate) fn keep_receipt(
        &self,
        store: &Store,
        app: &str,
        receipt_id: &str,
        settled: bool,
    ) -> Result<(), LedgerError> {
        self.execute(
            "INSERT INTO receipts (store, app, receipt_id, settled) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (store, app, receipt_id) DO UPDATE SET settled = 1 WHERE excluded.settled > settled",
            params![store.as_str(), app, receipt_id, settled],
        )
        .map(drop)
    }
}

impl Read<'_> {
    /// Receipts that are to be asked about, from behind `after` on: at most `limit`, fewer only on the last page.
    pub(crate) fn receipts(
        &self,
        asked: &ReceiptsAsked<'_>,
        after: ReceiptsEnd,
        limit: usize,
    ) -> Result<Vec<ReceiptRow>, LedgerError> {
        let mut found = Vec::new();
        for source in after.source..SOURCES.len() {
            let after = if source == after.source { after.id } else { 0 };
            let left = limit.saturating_sub(found.len());
            if left > 0 {
                found.extend(self.receipts_of(asked, source, after, left)?);
            }
        }
        Ok(found)
    }

    fn receipts_of(
        &self,
        asked: &ReceiptsAsked<'_>,
        source: usize,
        after: i64,
        limit: usize,
    ) -> Result<Vec<ReceiptRow>, LedgerError> {
        let Some(known) = SOURCES.get(source) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT known.id, known.receipt_id, known.user_id FROM ({known}) AS known
             LEFT JOIN receipts AS r ON r.store = :store AND r.app = :app AND r.receipt_id = known.receipt_id
             WHERE r.settled IS NOT 1 AND known.at <= :to AND (
               known.at > :to - :young
               OR ((known.at > :from - :until OR known.renews OR r.settled = 0)
                 AND (:to - known.at) / :every > (:from - known.at) / :every))
             ORDER BY known.id LIMIT :limit"
        );
        let read = |row: &Row<'_>| {
            Ok(ReceiptRow {
                end: ReceiptsEnd { source, id: column(row, "id")? },
                user_id: column(row, "user_id")?,
                receipt_id: column(row, "receipt_id")?,
            })
        };
        self.all(
            &sql,
            rusqlite::named_params! {
                ":store": asked.store.as_str(),
                ":app": asked.app,
                ":no_app": asked.and_of_no_app,
                ":from": asked.from.millis(),
                ":to": asked.to.millis(),
                ":young": asked.young,
                ":every": asked.every,
                ":until": asked.until,
                ":after": after,
                ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
            },
            read,
        )
    }
}
