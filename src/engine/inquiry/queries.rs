//! Sending due queries, app by app.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::model::{Inquiry, RefundId, Span, Store, Timestamp};
use crate::stores::{Explanation, UnexplainedRefund};

/// The most refunds of one round, over all apps.
const AT_ONCE: i64 = 64;

/// After this time the querying process is presumed dead, and another one takes over.
const HOLD: Span = Span::from_millis(5 * 60 * 1000);

impl Engine {
    /// Queries the stores about refunds that they pushed without a reason, as far as due, and then decides those that
    /// have waited longer than the configuration's `inquiries.wait`. Returns how many refunds were queried.
    ///
    /// An engine with credentials does this in the background as soon as such a refund is pushed
    /// ([`work`](Self::work)), and so does [`reconcile`](Self::reconcile). Only one of several processes on a ledger
    /// sends a query. Waits for the stores.
    ///
    /// # Errors
    /// [`Error::Ledger`]. A store that does not answer is queried again later; its error is in the inquiry
    /// ([`order`](Self::order)).
    pub fn work_on_inquiries(&self) -> Result<usize, Error> {
        let due = self.read(|read| read.inquiries_due(&self.rules.inquiries.apps, self.now(), AT_ONCE))?;
        let more_are_due = i64::try_from(due.len()).is_ok_and(|due| due >= AT_ONCE);
        let mut by_app: BTreeMap<(String, String), Vec<Inquiry>> = BTreeMap::new();
        for inquiry in due {
            by_app.entry((inquiry.store.as_str().to_owned(), inquiry.app.clone())).or_default().push(inquiry);
        }
        let mut queried = 0;
        for ((_, app), inquiries) in by_app {
            let Some(store) = inquiries.first().map(|inquiry| inquiry.store.clone()) else { continue };
            let Some(explains) = self.stores.apis.explains(&store, &app) else { continue };
            if self.stores.stopping.is_stopped() {
                break;
            }
            let refunds = self.claim_inquiries(inquiries)?;
            if refunds.is_empty() {
                continue;
            }
            queried += refunds.len();
            let explanation = explains.explain(&app, &refunds, self.now());
            self.ingest_explanation(&store, &refunds, explanation)?;
        }
        // After a long stop the deadlines have passed before any query, so decisions wait for the next round too.
        if !more_are_due {
            self.decide_overdue()?;
        }
        self.expire_without_credentials()?;
        Ok(queried)
    }

    fn decide_overdue(&self) -> Result<(), Error> {
        while !self.read(|read| read.inquiries_over(self.now(), 1))?.is_empty() {
            if self.change(|change| Ok(change.decide_overdue()?))? == 0 {
                break;
            }
        }
        Ok(())
    }

    fn expire_without_credentials(&self) -> Result<(), Error> {
        while !self
            .read(|read| self.rules.inquiries.expired_without_credentials(read, self.now(), 1))?
            .is_empty()
        {
            if self.change(|change| Ok(change.expire_without_credentials()?))? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Leases inquiries to this process, and returns the refunds to query.
    fn claim_inquiries(&self, inquiries: Vec<Inquiry>) -> Result<Vec<UnexplainedRefund>, Error> {
        let now = self.now();
        Ok(self.ledger.writer.run(move |tx| {
            let mut refunds = Vec::new();
            for inquiry in &inquiries {
                if !tx.claim_inquiry(inquiry.refund_id, now, now.plus(HOLD))? {
                    continue;
                }
                let Some(mut case) = tx.read().case(inquiry.refund_id)? else { continue };
                if let Some(into) = case.refund.merged_into {
                    case = tx.read().case(into)?.unwrap_or(case);
                }
                refunds.push(UnexplainedRefund {
                    refund: inquiry.refund_id,
                    at: case.refund.case.at,
                    environment: case.effective_environment,
                    about: case.refund.case.about,
                });
            }
            Ok::<_, LedgerError>(refunds)
        })?)
    }

    fn ingest_explanation(
        &self,
        store: &Store,
        refunds: &[UnexplainedRefund],
        explanation: Explanation,
    ) -> Result<(), Error> {
        let Explanation { found, unread, complete, fault } = explanation;
        if let Some(error) = &fault {
            tracing::warn!(%store, %error, "the store did not report why it refunded; it will be queried again");
        }
        self.ingest_rows_and_unread(store, found, unread)?;
        let queried: Vec<(RefundId, bool)> =
            refunds.iter().map(|refund| (refund.refund, complete.contains(&refund.refund))).collect();
        let error = fault.map(|error| error.to_string());
        self.change(move |change| {
            for (refund, is_complete) in &queried {
                change.answered(*refund, *is_complete, error.as_deref())?;
            }
            Ok(())
        })
    }

    /// When the next query is due, for the background's thread.
    pub(in crate::engine) fn next_inquiry_at(&self) -> Option<Timestamp> {
        self.read(|read| read.next_inquiry_at(&self.rules.inquiries.apps)).ok().flatten()
    }
}
