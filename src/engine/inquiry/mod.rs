//! Inquiries: querying a store for the reason of a refund that it pushed without one, if its API reports it.
//!
//! Such a refund opens an inquiry in the same transaction. The game is notified at once, so that it takes the items
//! back. A decision to alert or to block waits for the answer, up to a deadline in the ledger, which survives
//! restarts. `queries` sends those that are due, `answer` ingests the answers as a sweep would, and the refund is decided again.
//! If the deadline passes first, the refund is decided without an answer, and a later answer still changes the
//! decision.

mod answer;
mod queries;

use super::change::{Change, Refolded};
use crate::ledger::{Case, LedgerError, Read};
use crate::model::attribution::Family;
use crate::model::{Fact, FactKind, Happening, Inquiry, InquiryState, Place, RefundId, Trust};
use crate::stores::profile;

/// How many overdue decisions one transaction makes.
pub(super) const OVERDUE_AT_ONCE: i64 = 200;

impl Change<'_> {
    /// Opens an inquiry for a pushed refund with neither a reason nor an initiator. A hint may be forged, so it opens
    /// one only if its player is known.
    pub(super) fn open_inquiry(&self, id: RefundId, place: &Place, fact: &Fact) -> Result<bool, LedgerError> {
        let has_no_cause = matches!(fact.what, FactKind::Refunded { reason: None, initiator: None, .. });
        if !has_no_cause || fact.trust >= Trust::Confirmed || !self.rules.inquiries.covers(place) {
            return Ok(false);
        }
        if fact.trust < Trust::Signed {
            let family = Family::of(&place.store, &fact.about, [], false, fact.at);
            let tag = fact.about.carried_tag(profile(&place.store).tags);
            let tags = self.rules.account_tags;
            let read = self.tx.read();
            let records = read.records_of(place, &family)?;
            if read.attribute(place, &family, &records, tag, tags, None)?.is_none() {
                return Ok(false);
            }
        }
        let deadline = self.now.plus(self.rules.inquiries.wait);
        let opened = self.tx.open_inquiry(id, self.now, deadline)?;
        if opened && let Some(case) = self.tx.read().case(id)? {
            self.journal(&case, &Happening::InquiryOpened { deadline })?;
        }
        Ok(opened)
    }

    /// Settles the inquiries of a refund whose cause is known by now, from any source.
    pub(super) fn settle_inquiries(&self, case: &Case) -> Result<(), LedgerError> {
        if !has_cause(case) {
            return Ok(());
        }
        for inquiry in self.tx.read().open_inquiries_of(case.refund.id)? {
            self.settle_inquiry(case, &inquiry, InquiryState::Answered, None)?;
        }
        Ok(())
    }

    fn settle_inquiry(
        &self,
        case: &Case,
        inquiry: &Inquiry,
        state: InquiryState,
        error: Option<&str>,
    ) -> Result<(), LedgerError> {
        if self.tx.settle_inquiry(inquiry.refund_id, state, self.now, error)? {
            self.journal(case, &Happening::InquirySettled { state, error: error.map(str::to_owned) })?;
        }
        Ok(())
    }

    /// Decides refunds whose inquiry is past its deadline.
    pub(super) fn decide_overdue(&self) -> Result<usize, LedgerError> {
        let over = self.tx.read().inquiries_over(self.now, OVERDUE_AT_ONCE)?;
        let mut decided = 0;
        for id in over {
            if self.tx.inquiry_is_overdue(id)? {
                decided += 1;
                if let Some(case) = self.tx.read().case(id)? {
                    self.journal(&case, &Happening::InquiryOverdue)?;
                }
                self.decide_again(id)?;
            }
        }
        Ok(decided)
    }

    /// The case of a queried refund: its own, or the one it is merged into.
    fn queried_case(&self, id: RefundId) -> Result<Option<Case>, LedgerError> {
        let read = self.tx.read();
        let Some(case) = read.case(id)? else { return Ok(None) };
        Ok(Some(match case.refund.merged_into {
            Some(into) => read.case(into)?.unwrap_or(case),
            None => case,
        }))
    }

    /// Decides again on a refund without new facts.
    fn decide_again(&self, id: RefundId) -> Result<(), LedgerError> {
        let Some(case) = self.queried_case(id)? else { return Ok(()) };
        self.decide(vec![Refolded { old: case.clone(), case, first: false }])
    }
}

/// Whether the decision on a refund waits for an inquiry. The deadline is not compared here: after a long stop it has
/// passed before the store could be queried. `decide_overdue` ends the wait.
pub(super) fn waits_for_answer(read: Read<'_>, case: &Case) -> Result<bool, LedgerError> {
    if has_cause(case) {
        return Ok(false);
    }
    let open = read.open_inquiries_of(case.refund.id)?;
    Ok(open.iter().any(|inquiry| inquiry.state == InquiryState::Waiting))
}

/// Whether the reason or the initiator of a refund is known.
const fn has_cause(case: &Case) -> bool {
    case.refund.case.reason.is_some() || case.refund.case.initiator.is_some()
}
