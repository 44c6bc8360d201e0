//! The stores' questions: opened when a store asks, and closed when it has decided.

use super::Change;
use crate::engine::act::random_key;
use crate::ledger::{Case, LedgerError};
use crate::model::{
    Fact, Happening, Review, ReviewCase, ReviewOutcome, ReviewState, Store, StoreState, Timestamp, Trust,
    What,
};

impl Change<'_> {
    /// After a case was folded again: opens a question that is new, and closes one that the store has decided.
    pub(in crate::engine) fn follow_review(&self, case: &Case) -> Result<(), LedgerError> {
        if !asks_the_game(&case.place.store) {
            return Ok(());
        }
        let latest = self.tx.read().latest_review(case.refund.id)?;
        match (&case.refund.case.review, latest) {
            (Some(asked), latest) if case.refund.case.trust >= Trust::Signed => {
                self.asked(case, asked, latest)
            }
            (None, Some(latest)) => self.store_decided(case, latest),
            _ => Ok(()),
        }
    }

    fn asked(&self, case: &Case, asked: &Review, latest: Option<ReviewCase>) -> Result<(), LedgerError> {
        let review = match latest {
            // The store repeats an open question with later times.
            Some(mut review) if review.state.is_open() => {
                if (review.asked_at, review.deadline) == (asked.at, asked.deadline) {
                    return Ok(());
                }
                (review.asked_at, review.deadline) = (asked.at, asked.deadline);
                self.tx.save_review(&review)?;
                return Ok(());
            }
            // It still wants to know, and waits longer than when it asked before.
            Some(mut review)
                if review.outcome.is_none()
                    && matches!(review.state, ReviewState::Missed | ReviewState::DeclinedToAnswer)
                    && asked.deadline > review.deadline
                    && asked.deadline.is_some_and(|deadline| self.now < deadline) =>
            {
                (review.asked_at, review.deadline) = (asked.at, asked.deadline);
                (review.state, review.action) = (ReviewState::Waiting, None);
                self.tx.save_review(&review)?;
                Some(review)
            }
            // What it repeats of a settled one is the same question, until its time was up or the store had decided.
            Some(review)
                if asked.at <= review.asked_at
                    || (review.outcome.is_none()
                        && review.deadline.is_none_or(|deadline| asked.at <= deadline)) =>
            {
                return Ok(());
            }
            _ => {
                self.tx.insert_review(case.refund.id, asked.at, asked.deadline)?;
                self.tx.read().latest_review(case.refund.id)?
            }
        };
        match review {
            Some(review) => self.look_at_review(review, &random_key()?).map(drop),
            None => Ok(()),
        }
    }

    fn store_decided(&self, case: &Case, mut review: ReviewCase) -> Result<(), LedgerError> {
        let by_state = match case.refund.case.state {
            StoreState::Refunded | StoreState::PartlyRefunded => ReviewOutcome::Refunded,
            StoreState::Declined => ReviewOutcome::Declined,
            StoreState::Reversed => ReviewOutcome::Reversed,
            StoreState::PendingReview => return Ok(()),
        };
        let outcome = came_of_it(self.tx.read().facts(case.refund.id)?, review.asked_at).unwrap_or(by_state);
        if review.outcome == Some(outcome) {
            return Ok(());
        }
        review.outcome = Some(outcome);
        self.recall(&mut review)?;
        // An answer that is being sent may still arrive: the state is then what the store says to it.
        if review.state.is_open() && review.action.is_none() {
            review.state = ReviewState::Closed;
        }
        self.tx.save_review(&review)?;
        self.journal(case, &Happening::ReviewDecided { review: review.id, outcome })
    }
}

/// What the store made of a request, by what it told since. What it did before, such as an earlier refund of a part, is
/// no answer to it.
fn came_of_it(mut facts: Vec<Fact>, asked_at: Timestamp) -> Option<ReviewOutcome> {
    facts.retain(|fact| fact.at >= asked_at);
    facts.sort_by_key(|fact| (fact.at, matches!(fact.what, What::Reversed { .. })));
    facts.iter().fold(None, |outcome, fact| match &fact.what {
        What::Requested { .. } => outcome,
        What::Declined => Some(ReviewOutcome::Declined),
        What::Refunded { .. } => Some(ReviewOutcome::Refunded),
        What::Reversed { .. } if outcome == Some(ReviewOutcome::Refunded) => Some(ReviewOutcome::Reversed),
        What::Reversed { .. } => outcome,
    })
}

/// Whether the store asks what the game knows, and has a place for the answer.
const fn asks_the_game(store: &Store) -> bool {
    matches!(store, Store::AppStore | Store::GooglePlay)
}
