//! Reviews near their deadline: the last answer before it, and missed ones.

use super::{Change, Engine};
use crate::engine::store_actions::random_key;
use crate::error::Error;
use crate::ledger::{Case, LedgerError};
use crate::model::{ActionId, EventKind, Happening, ReviewCase, ReviewState, Span, Timestamp};

/// How long before the deadline Google Play is answered without a report: late enough to leave the host its time, and
/// early enough for a store that is briefly unreachable.
pub(super) const LAST_CALL: Span = Span::from_hours(1);

/// How many reviews one transaction handles: other callers wait meanwhile.
const AT_ONCE: i64 = 64;

impl Engine {
    /// Handles open reviews near their deadline: answers Google Play with what is known, an hour before it, if a rule
    /// wants to send more than reported facts, and records missed ones. Returns how many it settled. Call it every
    /// minute or so. Waits for commits.
    ///
    /// # Errors
    /// [`Error::Ledger`]. If something of a review cannot be read ([`LedgerError::Unreadable`]), that one waits, and
    /// the others are handled before the error is returned.
    pub fn work_on_reviews(&self) -> Result<usize, Error> {
        let (mut settled, mut behind) = (0, (Timestamp::from_millis(i64::MIN), 0));
        let mut first_error = None;
        loop {
            let before = self.now().plus(LAST_CALL);
            let due = self.read(|read| read.reviews_due(before, behind, AT_ONCE))?;
            let Some(last) = due.last() else { return first_error.map_or(Ok(settled), Err) };
            behind = *last;
            let ids: Vec<i64> = due.into_iter().map(|(_, id)| id).collect();
            match self.advance_reviews(&ids) {
                Err(Error::Ledger(LedgerError::Unreadable { .. })) => {
                    for id in ids {
                        match self.advance_reviews(&[id]) {
                            Err(error @ Error::Ledger(LedgerError::Unreadable { .. })) => {
                                first_error.get_or_insert(error);
                            }
                            looked => settled += looked?,
                        }
                    }
                }
                looked => settled += looked?,
            }
        }
    }

    /// In one transaction. Returns how many it settled.
    fn advance_reviews(&self, ids: &[i64]) -> Result<usize, Error> {
        let looks = ids.iter().map(|id| Ok((*id, random_key()?))).collect::<Result<Vec<_>, LedgerError>>()?;
        self.change(move |change| {
            let mut settled = 0;
            for (id, send_key) in &looks {
                if let Some(review) = change.tx.read().review(*id)? {
                    settled += usize::from(change.advance_review(review, send_key)?);
                }
            }
            Ok(settled)
        })
    }
}

impl Change<'_> {
    /// The store has the answer, or never will.
    pub(in crate::engine) fn review_answered(
        &self,
        action: ActionId,
        state: ReviewState,
    ) -> Result<(), LedgerError> {
        let Some(mut review) = self.tx.read().review_by_action(action)? else { return Ok(()) };
        let Some(case) = self.tx.case(review.refund_id)? else { return Ok(()) };
        match state {
            // There was nothing left to answer.
            ReviewState::Missed if review.outcome.is_some() => {
                review.state = ReviewState::Closed;
                self.save_settled(&case, &review)
            }
            ReviewState::Missed => self.miss(&case, review),
            _ => {
                review.state = state;
                self.save_settled(&case, &review)
            }
        }
    }

    pub(super) fn miss(&self, case: &Case, mut review: ReviewCase) -> Result<(), LedgerError> {
        review.state = ReviewState::Missed;
        self.save_settled(case, &review)?;
        // A game that neither reports nor has rules does not intend to answer, so a missed deadline is no alert.
        if review.consumption.is_some() || self.rules.reviews.has_own_rules() {
            self.queue(EventKind::Alert, case, None)?;
        }
        Ok(())
    }

    pub(super) fn save_settled(&self, case: &Case, review: &ReviewCase) -> Result<(), LedgerError> {
        self.tx.save_review(review)?;
        let happening = Happening::ReviewSettled {
            review: review.id,
            state: review.state,
            rule: review.rule.clone(),
            reply: review.answer,
        };
        self.journal(case, &happening)
    }
}
