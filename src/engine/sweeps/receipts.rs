//! A page of a sweep at a store that has no list: some of the ledger's receipts are checked one by one.

use super::SweepTarget;
use crate::engine::Engine;
use crate::ledger::{LedgerError, ReceiptRow, ReceiptsEnd, ReceiptsQuery};
use crate::model::{Store, Timestamp};
use crate::stores::{ApiError, CheckedReceipt, ChecksReceipts, KnownReceipt, ReceiptStanding, SweepPage};

/// How many receipts are a page. Each is a request, and all must be done within the sweep's lease.
const PAGE: usize = 50;

/// A page of a sweep, and its other results.
#[derive(Default)]
pub(in crate::engine) struct Page {
    pub(in crate::engine) listed: SweepPage,
    /// The checked receipts; `true` if nothing more will happen to them.
    pub(in crate::engine) receipts: Vec<(String, bool)>,
    /// How many receipts the store does not know, or not as this customer's.
    pub(in crate::engine) refused: u64,
    /// The receipts with an answer.
    pub(in crate::engine) answered: Vec<String>,
    /// The receipts without an answer, with the reason.
    pub(in crate::engine) failed: Vec<(String, String)>,
    /// Why the rest was not checked: the sweep fails after this page.
    pub(in crate::engine) fault: Option<ApiError>,
}

impl From<SweepPage> for Page {
    fn from(listed: SweepPage) -> Self {
        Self { listed, ..Self::default() }
    }
}

impl Engine {
    /// Checks the next receipts. If the store fails, the answers before that are a page with the fault.
    pub(in crate::engine) fn receipts_page(
        &self,
        target: &SweepTarget<'_>,
        store: &dyn ChecksReceipts,
        (from, to): (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<Result<Page, ApiError>, LedgerError> {
        let after = match page.map(end_of) {
            None => ReceiptsEnd::default(),
            Some(Some(end)) => end,
            Some(None) => {
                let problem = "the page to resume at is not one of the ledger's receipts".to_owned();
                return Ok(Err(ApiError::Unreadable { problem }));
            }
        };
        let schedule = store.schedule();
        let rows = self.ledger.readers.read(|read| {
            let wanted = ReceiptsQuery {
                store: target.store,
                app: target.app,
                // With several apps it is not known which of them such a purchase belongs to.
                and_of_no_app: store.apps().len() == 1,
                from,
                to,
                now,
                young: schedule.each_sweep_for.millis(),
                every: schedule.then_every.millis(),
                until: schedule.until.millis(),
            };
            read.receipts(&wanted, after, PAGE)
        })?;
        let receipts: Vec<_> = rows
            .iter()
            .map(|row| KnownReceipt { user_id: row.user_id.clone(), receipt_id: row.receipt_id.clone() })
            .collect();
        let (answers, fault) = store.check(target.app, &receipts, now);
        let answered = answers.len();
        let fault = match fault {
            Some(fault) if answered == 0 => return Ok(Err(fault)),
            fault => fault,
        };
        let mut page = Page { fault, ..Page::default() };
        for (row, answer) in rows.iter().zip(answers) {
            add_answer(&mut page, target.store, row, answer);
        }
        page.listed.next = match answered.checked_sub(1).and_then(|last| rows.get(last)) {
            Some(last) if rows.len() == PAGE || answered < rows.len() || page.fault.is_some() => {
                Some(name_of(last.end))
            }
            _ => None,
        };
        Ok(Ok(page))
    }
}

fn add_answer(page: &mut Page, store: &Store, row: &ReceiptRow, answer: CheckedReceipt) {
    if !matches!(answer, CheckedReceipt::Failed(_)) {
        page.answered.push(row.receipt_id.clone());
    }
    match answer {
        CheckedReceipt::Reported { found, standing } => {
            page.listed.found.extend(found.map(|found| *found));
            match standing {
                ReceiptStanding::Open => {}
                ReceiptStanding::Renews => page.receipts.push((row.receipt_id.clone(), false)),
                ReceiptStanding::Settled => page.receipts.push((row.receipt_id.clone(), true)),
            }
        }
        CheckedReceipt::Unread { problem, body } => page.listed.unread.push((problem, body)),
        CheckedReceipt::Refused(error) => {
            page.refused += 1;
            tracing::warn!(%store, receipt = row.receipt_id, %error, "the store refuses a recorded receipt");
        }
        CheckedReceipt::Failed(error) => {
            tracing::warn!(%store, receipt = row.receipt_id, %error, "no answer about a receipt; it will be checked later");
            page.failed.push((row.receipt_id.clone(), error.to_string()));
        }
    }
}

fn name_of(end: ReceiptsEnd) -> String {
    format!("{}:{}", end.source, end.id)
}

fn end_of(page: &str) -> Option<ReceiptsEnd> {
    let (source, id) = page.split_once(':')?;
    Some(ReceiptsEnd { source: source.parse().ok()?, id: id.parse().ok()? })
}
