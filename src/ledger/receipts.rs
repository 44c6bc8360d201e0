//! Known receipts, for stores that can only be queried about one at a time.

use super::columns::column;
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{Span, Store, Timestamp};

/// Which receipts a page is of.
#[derive(Clone, Debug)]
pub(crate) struct ReceiptsQuery<'a> {
    pub(crate) store: &'a Store,
    pub(crate) app: &'a str,
    /// Whether purchases that were recorded without an app are this one's.
    pub(crate) and_of_no_app: bool,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    /// The clock's time: a receipt that is put off until later is not queried.
    pub(crate) now: Timestamp,
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

/// What the host recorded; what the store reported about orders; and of refunds whose reason may yet be reported. Each
/// receipt is in the first of them that has its player. Each is gone through by its row ids (a unary plus keeps SQLite
/// from other indexes), from where the page before ended. Their places: ?1 the store, ?2 the app, ?3 whether purchases
/// that were recorded without an app are this one's, ?4 the last row's id.
const SOURCES: [&str; 3] = [
    "SELECT p.id, p.order_id AS receipt_id, p.account_tag AS user_id, coalesce(p.purchased_at, p.recorded_at) AS at,
       p.product_type IS NOT DISTINCT FROM 'subscription' AS renews
     FROM purchases AS p
     WHERE p.id > ?4 AND p.store = ?1 AND (p.app = ?2 OR (p.app IS NULL AND ?3 = 1))
       AND p.order_id IS NOT NULL AND p.account_tag IS NOT NULL",
    "SELECT o.id, o.order_id AS receipt_id, o.account_tag AS user_id, i.made_at AS at,
       o.product_type IS NOT DISTINCT FROM 'subscription' AS renews
     FROM orders AS o JOIN inbox AS i ON i.id = o.inbox_id
     WHERE o.id > ?4 AND o.store = ?1 AND o.app = ?2
       AND o.order_id IS NOT NULL AND o.account_tag IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM purchases AS p WHERE p.order_id = o.order_id AND p.store = ?1
         AND (p.app = ?2 OR (p.app IS NULL AND ?3 = 1)) AND p.account_tag IS NOT NULL)",
    "SELECT r.id, r.order_id AS receipt_id, r.account_tag AS user_id, r.at AS at, FALSE AS renews
     FROM refunds AS r
     WHERE r.id > ?4 AND +r.store = ?1 AND +r.app = ?2
       AND r.order_id IS NOT NULL AND r.account_tag IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM purchases AS p WHERE p.order_id = r.order_id AND p.store = ?1
         AND (p.app = ?2 OR (p.app IS NULL AND ?3 = 1)) AND p.account_tag IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.order_id = r.order_id AND +o.store = ?1
         AND +o.app = ?2 AND o.account_tag IS NOT NULL)",
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
        self.insert_all(
            "receipts",
            &[values! { store: store.as_str(), app: app, receipt_id: receipt_id, settled: settled }],
            "ON CONFLICT (store, app, receipt_id) DO UPDATE SET settled = excluded.settled
             WHERE receipts.settled IS NULL OR excluded.settled > receipts.settled",
        )
        .map(drop)
    }

    /// Notes that there was no answer of a receipt: it is left alone for an hour, then for twice as long each time, up to
    /// a day.
    pub(crate) fn postpone_receipt(
        &self,
        store: &Store,
        app: &str,
        receipt_id: &str,
        problem: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let before: Option<i64> = self.read().one(
            "SELECT failures FROM receipts WHERE store = ?1 AND app = ?2 AND receipt_id = ?3",
            &values![store.as_str(), app, receipt_id],
            |row| column(row, "failures"),
        )?;
        let failures = before.unwrap_or(0).saturating_add(1);
        let wait = (1..failures.min(32))
            .fold(FIRST_WAIT, |wait, _| Span::from_millis(wait.millis() * 2).min(LONGEST_WAIT));
        let row = values! {
            store: store.as_str(),
            app: app,
            receipt_id: receipt_id,
            failures: failures,
            problem: problem,
            retry_at: now.plus(wait),
        };
        self.insert_all(
            "receipts",
            &[row],
            "ON CONFLICT (store, app, receipt_id) DO UPDATE SET
               failures = excluded.failures, problem = excluded.problem, retry_at = excluded.retry_at",
        )
        .map(drop)
    }

    /// Notes that a receipt was answered.
    pub(crate) fn answered_receipt(
        &self,
        store: &Store,
        app: &str,
        receipt_id: &str,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE receipts SET failures = 0, problem = NULL, retry_at = NULL
             WHERE store = ?1 AND app = ?2 AND receipt_id = ?3 AND failures > 0",
            &values![store.as_str(), app, receipt_id],
        )
        .map(drop)
    }
}

/// How long a receipt is left alone after the first time that there was no answer.
const FIRST_WAIT: Span = Span::from_hours(1);
/// The longest that it is left alone.
const LONGEST_WAIT: Span = Span::from_days(1);

/// A receipt of which there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FailingReceipt {
    pub(crate) receipt_id: String,
    pub(crate) failures: i64,
    pub(crate) problem: String,
    pub(crate) retry_at: Timestamp,
}

impl Read<'_> {
    /// How many receipts of an app have no answer, and the one that failed most often.
    pub(crate) fn failing_receipts(
        &self,
        store: &Store,
        app: &str,
    ) -> Result<Option<(i64, FailingReceipt)>, LedgerError> {
        self.one(
            "SELECT receipt_id, failures, problem, retry_at, count(*) OVER () AS count FROM receipts
             WHERE store = ?1 AND app = ?2 AND failures > 0 ORDER BY failures DESC, receipt_id LIMIT 1",
            &values![store.as_str(), app],
            |row| {
                let receipt = FailingReceipt {
                    receipt_id: column(row, "receipt_id")?,
                    failures: column(row, "failures")?,
                    problem: column(row, "problem")?,
                    retry_at: column(row, "retry_at")?,
                };
                Ok((column(row, "count")?, receipt))
            },
        )
    }

    /// Receipts that are to be queried, from behind `after` on: at most `limit`, fewer only on the last page.
    pub(crate) fn receipts(
        &self,
        query: &ReceiptsQuery<'_>,
        after: ReceiptsEnd,
        limit: usize,
    ) -> Result<Vec<ReceiptRow>, LedgerError> {
        let mut found = Vec::new();
        for source in after.source..SOURCES.len() {
            let after = if source == after.source { after.id } else { 0 };
            let left = limit.saturating_sub(found.len());
            if left > 0 {
                found.extend(self.receipts_of(query, source, after, left)?);
            }
        }
        Ok(found)
    }

    fn receipts_of(
        &self,
        query: &ReceiptsQuery<'_>,
        source: usize,
        after: i64,
        limit: usize,
    ) -> Result<Vec<ReceiptRow>, LedgerError> {
        let Some(known) = SOURCES.get(source) else { return Ok(Vec::new()) };
        let sql = format!(
            "SELECT known.id, known.receipt_id, known.user_id FROM ({known}) AS known
             LEFT JOIN receipts AS r ON r.store = ?1 AND r.app = ?2 AND r.receipt_id = known.receipt_id
             WHERE r.settled IS DISTINCT FROM 1 AND known.at <= ?6 AND (r.retry_at IS NULL OR r.retry_at <= ?7) AND (
               known.at > ?6 - ?8
               OR r.retry_at IS NOT NULL
               OR ((known.at > ?5 - ?10 OR known.renews OR r.settled = 0)
                 AND (?6 - known.at) / ?9 > (?5 - known.at) / ?9))
             ORDER BY known.id LIMIT ?11"
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
            &values![
                query.store.as_str(),
                query.app,
                query.and_of_no_app,
                after,
                query.from,
                query.to,
                query.now,
                query.young,
                query.every,
                query.until,
                i64::try_from(limit).unwrap_or(i64::MAX),
            ],
            read,
        )
    }
}
