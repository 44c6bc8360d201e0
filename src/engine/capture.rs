//! Refunds that may be releases of an authorisation: they wait up to a minute for the message that reports the
//! capture. And payments that were paid back twice.

use super::change::Change;
use crate::ledger::{Case, LedgerError};
use crate::model::{EventKind, Happening, RefundId, Span, StoreState};

/// How long a refund waits for a message about its payment's capture. Stripe sends the two within seconds of each
/// other; if it sends nothing for a minute, it is probably not configured to.
pub(super) const WAIT: Span = Span::from_millis(60 * 1000);

/// How many cases one transaction presumes: other callers wait meanwhile.
pub(super) const PRESUME_AT_ONCE: i64 = 64;

impl Change<'_> {
    /// Sets how long an unconfirmed refund waits.
    pub(super) fn wait_for_confirmation(&self, case: &mut Case) {
        if case.refund.case.state == StoreState::Unconfirmed && case.confirm_by.is_none() {
            case.confirm_by = Some(self.now.plus(WAIT));
        }
    }

    /// Presumes payments captured if no message reported it in time. Returns how many.
    pub(super) fn presume_captured(&self) -> Result<usize, LedgerError> {
        let due = self.tx.read().cases_to_presume(self.now, self.now.plus(WAIT), PRESUME_AT_ONCE)?;
        for id in &due {
            self.presume(*id)?;
        }
        Ok(due.len())
    }

    fn presume(&self, id: RefundId) -> Result<(), LedgerError> {
        let Some(mut case) = self.tx.case(id)? else { return Ok(()) };
        case.presumed = true;
        self.tx.save_case(&mut case)?;
        self.journal(&case, &Happening::CapturePresumed)?;
        self.refold_all(match case.refund.merged_into {
            Some(into) => vec![id, into],
            None => vec![id],
        })
    }

    /// Alerts the operator, once, about a payment that was both refunded and charged back.
    pub(super) fn alert_if_paid_back_twice(&self, old: &Case, case: &Case) -> Result<(), LedgerError> {
        let is_news = case.refund.case.paid_back_twice && !old.refund.case.paid_back_twice;
        if !is_news || case.refund.merged_into.is_some() {
            return Ok(());
        }
        self.journal(case, &Happening::PaidBackTwice)?;
        self.queue(EventKind::Alert, case, None)
    }
}
