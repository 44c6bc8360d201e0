//! What becomes of questions by time: the last call before a deadline, and what was missed.

use super::{Change, Engine};
use crate::engine::act::random_key;
use crate::error::Error;
use crate::ledger::{Case, LedgerError};
use crate::model::{ActionId, EventKind, Happening, ReviewCase, ReviewState, Span, Timestamp};

/// When Google Play is answered without a report, before the deadline: late enough for the host to have had its time,
/// and with room for a store that cannot be reached at once.
pub(super) const LAST_CALL: Span = Span::from_hours(1);

/// How many questions one transaction looks at: other callers wait meanwhile.
const AT_ONCE: i64 = 64;

impl Engine {
    /// Looks after open questions whose deadline is near: answers Google Play with what is known, an hour before it,
    /// where a rule wants more told than reported facts, and records what was missed. Returns how many it settled. Call
    /// it every minute or so. Waits for commits.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn work_on_reviews(&self) -> Result<usize, Error> {
        let (mut settled, mut behind) = (0, (Timestamp::from_millis(i64::MIN), 0));
        loop {
            let send_keys = (0..AT_ONCE).map(|_| random_key()).collect::<Result<Vec<_>, _>>()?;
            let due = self.now().plus(LAST_CALL);
            let round = self.change(move |change| {
                let reviews = change.tx.read().reviews_due(due, behind, AT_ONCE)?;
                let last = reviews.last().and_then(|review| Some((review.deadline?, review.id)));
                let mut settled = 0;
                for (review, send_key) in reviews.into_iter().zip(&send_keys) {
                    settled += usize::from(change.look_at_review(review, send_key)?);
                }
                Ok((settled, last))
            })?;
            settled += round.0;
            match round.1 {
                Some(last) => behind = last,
                None => return Ok(settled),
            }
        }
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
        let Some(case) = self.tx.read().case(review.refund_id)? else { return Ok(()) };
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
        // A game that neither reports nor has rules does not mean to answer, and need not be woken for it.
        if review.consumption.is_some() || self.rules.reviews.has_own_rules() {
            self.tell(EventKind::Alert, case, None)?;
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
