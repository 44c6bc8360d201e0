//! Sending the requests that are due, app by app.

use std::collections::BTreeMap;

use crate::engine::Engine;
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::model::{Inquiry, RefundId, Span, Store, Timestamp};
use crate::stores::{Explanation, UnexplainedRefund};

/// How many refunds one round asks about, over all apps.
const AT_ONCE: i64 = 64;

/// After this time a process that asks is presumed dead, and another one asks.
const HOLD: Span = Span::from_millis(5 * 60 * 1000);

impl Engine {
    /// Asks the stores about refunds that they pushed without a reason, as far as that is due, and then decides what has
    /// waited for an answer longer than the configuration's `inquiries.wait`. Returns how many refunds were asked about.
    ///
    /// An engine with credentials does this by itself, as soon as such a refund comes ([`work`](Self::work)), and so does
    /// [`reconcile`](Self::reconcile). Of several processes on one ledger one asks. Waits for the stores.
    ///
    /// # Errors
    /// [`Error::Ledger`]. A store that does not answer is asked again later; what it said stands with the inquiry
    /// ([`order`](Self::order)).
    pub fn work_on_inquiries(&self) -> Result<usize, Error> {
        let due = self.ask(|read| read.inquiries_due(&self.rules.inquiries.askable, self.now(), AT_ONCE))?;
        let more_are_due = i64::try_from(due.len()).is_ok_and(|due| due >= AT_ONCE);
        let mut by_app: BTreeMap<(String, String), Vec<Inquiry>> = BTreeMap::new();
        for inquiry in due {
            by_app.entry((inquiry.store.as_str().to_owned(), inquiry.app.clone())).or_default().push(inquiry);
        }
        let mut asked = 0;
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
            asked += refunds.len();
            let explanation = explains.explain(&app, &refunds, self.now());
            self.take_explanation(&store, &refunds, explanation)?;
        }
        // After a long stop the deadlines are over before anybody could ask, so what the next round asks about waits for it.
        if !more_are_due {
            self.decide_overdue()?;
        }
        self.give_up_unaskable()?;
        Ok(asked)
    }

    fn decide_overdue(&self) -> Result<(), Error> {
        while !self.ask(|read| read.inquiries_over(self.now(), 1))?.is_empty() {
            if self.change(|change| Ok(change.decide_overdue()?))? == 0 {
                break;
            }
        }
        Ok(())
    }

    fn give_up_unaskable(&self) -> Result<(), Error> {
        while !self.ask(|read| self.rules.inquiries.unaskable(read, self.now(), 1))?.is_empty() {
            if self.change(|change| Ok(change.give_up_unaskable()?))? == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Leases inquiries to this process, and gives what the store is to be asked about.
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

    fn take_explanation(
        &self,
        store: &Store,
        refunds: &[UnexplainedRefund],
        explanation: Explanation,
    ) -> Result<(), Error> {
        let Explanation { found, unread, complete, fault } = explanation;
        if let Some(error) = &fault {
            tracing::warn!(%store, %error, "the store did not say why it refunded; it is asked again");
        }
        self.take_rows_and_unread(store, found, unread)?;
        let asked: Vec<(RefundId, bool)> =
            refunds.iter().map(|refund| (refund.refund, complete.contains(&refund.refund))).collect();
        let error = fault.map(|error| error.to_string());
        self.change(move |change| {
            for (refund, is_complete) in &asked {
                change.answered(*refund, *is_complete, error.as_deref())?;
            }
            Ok(())
        })
    }

    /// When the next request is due, for the thread that works.
    pub(in crate::engine) fn next_inquiry_at(&self) -> Option<Timestamp> {
        self.ask(|read| read.next_inquiry_at(&self.rules.inquiries.askable)).ok().flatten()
    }
}
