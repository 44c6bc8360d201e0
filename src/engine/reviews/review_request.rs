//! The stores' review requests: opened when a store sends one, and closed when it has decided.

use super::Change;
use crate::engine::store_actions::random_key;
use crate::ledger::{Case, LedgerError};
use crate::model::{
    Fact, FactKind, Happening, Review, ReviewCase, ReviewOutcome, ReviewState, StoreState, Timestamp, Trust,
};
use crate::stores::profile;

impl Change<'_> {
    /// After a case was folded again: opens a new review, and closes one that the store has decided.
    pub(in crate::engine) fn follow_review(&self, case: &Case) -> Result<(), LedgerError> {
        if !profile(&case.place.store).asks_for_reviews {
            return Ok(());
        }
        let latest = self.tx.read().latest_review(case.refund.id)?;
        match &case.refund.case.review {
            Some(request) if case.refund.case.trust >= Trust::Signed => {
                self.follow_request(case, request, latest)
            }
            Some(_) => Ok(()),
            None => self.decided(case, latest),
        }
    }

    fn follow_request(
        &self,
        case: &Case,
        request: &Review,
        latest: Option<ReviewCase>,
    ) -> Result<(), LedgerError> {
        let is_about_another = match &latest {
            Some(review) => self.has_another_token(review, request)?,
            None => false,
        };
        // A review that the store has decided may still be open while its answer is being sent.
        let is_pending = |review: &ReviewCase| review.state.is_open() && review.outcome.is_none();
        let review = match latest {
            Some(mut review) if is_pending(&review) && is_about_another => {
                self.withdraw_answer(&mut review)?;
                if review.state.is_open() && review.action.is_none() {
                    self.save_times(&mut review, request)?;
                    Some(review)
                } else {
                    self.new_review(case, request)?
                }
            }
            Some(mut review) if is_pending(&review) => {
                return self.save_times(&mut review, request);
            }
            // The store repeats it with a later deadline.
            Some(mut review)
                if review.outcome.is_none()
                    && matches!(review.state, ReviewState::Missed | ReviewState::DeclinedToAnswer)
                    && request.deadline > review.deadline
                    && request.deadline.is_some_and(|deadline| self.now < deadline) =>
            {
                (review.requested_at, review.deadline) = (request.at, request.deadline);
                (review.state, review.action) = (ReviewState::Waiting, None);
                self.tx.save_review(&review)?;
                Some(review)
            }
            // A repetition of a settled review is the same review, until its deadline or the store's decision.
            Some(review)
                if request.at <= review.requested_at
                    || (!is_about_another
                        && review.outcome.is_none()
                        && review.deadline.is_none_or(|deadline| request.at <= deadline)) =>
            {
                return Ok(());
            }
            _ => self.new_review(case, request)?,
        };
        match review {
            Some(review) => self.advance_review(review, &random_key()?).map(drop),
            None => Ok(()),
        }
    }

    /// The store repeats an open review with later times: its answer is tried as long.
    fn save_times(&self, review: &mut ReviewCase, request: &Review) -> Result<(), LedgerError> {
        if (review.requested_at, review.deadline) == (request.at, request.deadline) {
            return Ok(());
        }
        (review.requested_at, review.deadline) = (request.at, request.deadline);
        self.tx.save_review(review)?;
        match (review.action, review.deadline) {
            (Some(action), Some(deadline)) => self.tx.extend_action(action, deadline),
            _ => Ok(()),
        }
    }

    /// Whether the written answer has another token than this request.
    fn has_another_token(&self, review: &ReviewCase, request: &Review) -> Result<bool, LedgerError> {
        let (Some(action), Some(token)) = (review.action, &request.token) else { return Ok(false) };
        let Some(row) = self.tx.read().action(action)? else { return Ok(false) };
        Ok(row.action.request.get("token").and_then(|reported| reported.as_str()) != Some(token))
    }

    fn new_review(&self, case: &Case, request: &Review) -> Result<Option<ReviewCase>, LedgerError> {
        self.tx.insert_review(case.refund.id, request.at, request.deadline)?;
        self.tx.read().latest_review(case.refund.id)
    }

    /// The store no longer waits for an answer. A sweep may report its request only now.
    fn decided(&self, case: &Case, latest: Option<ReviewCase>) -> Result<(), LedgerError> {
        let facts = self.tx.facts(case.refund.id)?;
        let review = match last_request(&facts) {
            Some(request) if latest.as_ref().is_none_or(|known| is_new_request(known, &request, &facts)) => {
                self.new_review(case, &request)?
            }
            _ => latest,
        };
        review.map_or(Ok(()), |review| self.store_decided(case, review, facts))
    }

    fn store_decided(
        &self,
        case: &Case,
        mut review: ReviewCase,
        facts: Vec<Fact>,
    ) -> Result<(), LedgerError> {
        let by_state = match case.refund.case.state {
            StoreState::Refunded | StoreState::PartlyRefunded => ReviewOutcome::Refunded,
            StoreState::Declined => ReviewOutcome::Declined,
            StoreState::Reversed => ReviewOutcome::Reversed,
            StoreState::PendingReview | StoreState::Unconfirmed | StoreState::Released => return Ok(()),
        };
        let outcome = outcome_since(facts, review.requested_at).unwrap_or(by_state);
        if review.outcome == Some(outcome) {
            return Ok(());
        }
        review.outcome = Some(outcome);
        self.withdraw_answer(&mut review)?;
        // An answer that is being sent may still arrive: the store's response then determines the state.
        if review.state.is_open() && review.action.is_none() {
            review.state = ReviewState::Closed;
        }
        self.tx.save_review(&review)?;
        self.journal(case, &Happening::ReviewDecided { review: review.id, outcome })
    }
}

/// The store's latest request, decided or not.
fn last_request(facts: &[Fact]) -> Option<Review> {
    let request = facts.iter().filter_map(|fact| match &fact.what {
        FactKind::Requested { deadline, reason, token } if fact.trust >= Trust::Signed => {
            Some(Review { at: fact.at, deadline: *deadline, reason: *reason, token: token.clone() })
        }
        _ => None,
    });
    request.max_by_key(|request| request.at)
}

/// Whether the store repeated its request after its decision, or after the deadline.
fn is_new_request(known: &ReviewCase, request: &Review, facts: &[Fact]) -> bool {
    let before = facts.iter().filter(|fact| fact.at < request.at).cloned().collect();
    known.deadline.is_some_and(|deadline| deadline < request.at)
        || outcome_since(before, known.requested_at).is_some()
}

/// The store's decision on a request, by its reports since. Earlier reports, such as a partial refund, are no
/// decision on it.
fn outcome_since(mut facts: Vec<Fact>, requested_at: Timestamp) -> Option<ReviewOutcome> {
    facts.retain(|fact| fact.at >= requested_at);
    facts.sort_by_key(|fact| (fact.at, matches!(fact.what, FactKind::Reversed { .. })));
    facts.iter().fold(None, |outcome, fact| match &fact.what {
        FactKind::Requested { .. } => outcome,
        FactKind::Declined => Some(ReviewOutcome::Declined),
        FactKind::Refunded { .. } => Some(ReviewOutcome::Refunded),
        FactKind::Reversed { .. } if outcome == Some(ReviewOutcome::Refunded) => {
            Some(ReviewOutcome::Reversed)
        }
        FactKind::Reversed { .. } => outcome,
    })
}
