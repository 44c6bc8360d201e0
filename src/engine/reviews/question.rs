//! The stores' questions: opened when a store asks, and closed when it has decided.

use super::Change;
use crate::engine::store_actions::random_key;
use crate::ledger::{Case, LedgerError};
use crate::model::{
    Fact, FactKind, Happening, Review, ReviewCase, ReviewOutcome, ReviewState, StoreState, Timestamp, Trust,
};
use crate::stores::profile;

impl Change<'_> {
    /// After a case was folded again: opens a question that is new, and closes one that the store has decided.
    pub(in crate::engine) fn follow_review(&self, case: &Case) -> Result<(), LedgerError> {
        if !profile(&case.place.store).asks_for_reviews {
            return Ok(());
        }
        let latest = self.tx.read().latest_review(case.refund.id)?;
        match &case.refund.case.review {
            Some(asked) if case.refund.case.trust >= Trust::Signed => self.asked(case, asked, latest),
            Some(_) => Ok(()),
            None => self.decided(case, latest),
        }
    }

    fn asked(&self, case: &Case, asked: &Review, latest: Option<ReviewCase>) -> Result<(), LedgerError> {
        let is_about_another = match &latest {
            Some(review) => self.has_another_token(review, asked)?,
            None => false,
        };
        // One that the store decided on may still be open, while its answer is under way.
        let is_pending = |review: &ReviewCase| review.state.is_open() && review.outcome.is_none();
        let review = match latest {
            Some(mut review) if is_pending(&review) && is_about_another => {
                self.recall(&mut review)?;
                if review.state.is_open() && review.action.is_none() {
                    self.save_times(&mut review, asked)?;
                    Some(review)
                } else {
                    self.new_question(case, asked)?
                }
            }
            Some(mut review) if is_pending(&review) => {
                return self.save_times(&mut review, asked);
            }
            // It still wants to know, and waits longer than when it asked before.
            Some(mut review)
                if review.outcome.is_none()
                    && matches!(review.state, ReviewState::Missed | ReviewState::DeclinedToAnswer)
                    && asked.deadline > review.deadline
                    && asked.deadline.is_some_and(|deadline| self.now < deadline) =>
            {
                (review.requested_at, review.deadline) = (asked.at, asked.deadline);
                (review.state, review.action) = (ReviewState::Waiting, None);
                self.tx.save_review(&review)?;
                Some(review)
            }
            // What it repeats of a settled one is the same question, until its time was up or the store had decided.
            Some(review)
                if asked.at <= review.requested_at
                    || (!is_about_another
                        && review.outcome.is_none()
                        && review.deadline.is_none_or(|deadline| asked.at <= deadline)) =>
            {
                return Ok(());
            }
            _ => self.new_question(case, asked)?,
        };
        match review {
            Some(review) => self.look_at_review(review, &random_key()?).map(drop),
            None => Ok(()),
        }
    }

    /// The store repeats an open question with later times: its answer is tried as long.
    fn save_times(&self, review: &mut ReviewCase, asked: &Review) -> Result<(), LedgerError> {
        if (review.requested_at, review.deadline) == (asked.at, asked.deadline) {
            return Ok(());
        }
        (review.requested_at, review.deadline) = (asked.at, asked.deadline);
        self.tx.save_review(review)?;
        match (review.action, review.deadline) {
            (Some(action), Some(deadline)) => self.tx.extend_action(action, deadline),
            _ => Ok(()),
        }
    }

    /// Whether the answer that is written hands another token back than this question wants.
    fn has_another_token(&self, review: &ReviewCase, asked: &Review) -> Result<bool, LedgerError> {
        let (Some(action), Some(token)) = (review.action, &asked.token) else { return Ok(false) };
        let Some(row) = self.tx.read().action(action)? else { return Ok(false) };
        Ok(row.action.request.get("token").and_then(|reported| reported.as_str()) != Some(token))
    }

    fn new_question(&self, case: &Case, asked: &Review) -> Result<Option<ReviewCase>, LedgerError> {
        self.tx.insert_review(case.refund.id, asked.at, asked.deadline)?;
        self.tx.read().latest_review(case.refund.id)
    }

    /// The store waits for no answer any more. What it had asked may become known only now, by a sweep.
    fn decided(&self, case: &Case, latest: Option<ReviewCase>) -> Result<(), LedgerError> {
        let facts = self.tx.facts(case.refund.id)?;
        let review = match last_question(&facts) {
            Some(asked) if latest.as_ref().is_none_or(|known| is_another(known, &asked, &facts)) => {
                self.new_question(case, &asked)?
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
        let outcome = came_of_it(facts, review.requested_at).unwrap_or(by_state);
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

/// What the store asked last, decided or not.
fn last_question(facts: &[Fact]) -> Option<Review> {
    let asked = facts.iter().filter_map(|fact| match &fact.what {
        FactKind::Requested { deadline, reason, token } if fact.trust >= Trust::Signed => {
            Some(Review { at: fact.at, deadline: *deadline, reason: *reason, token: token.clone() })
        }
        _ => None,
    });
    asked.max_by_key(|asked| asked.at)
}

/// Whether the store asked again after it had decided, or after the time to answer was up.
fn is_another(known: &ReviewCase, asked: &Review, facts: &[Fact]) -> bool {
    let before = facts.iter().filter(|fact| fact.at < asked.at).cloned().collect();
    known.deadline.is_some_and(|deadline| deadline < asked.at)
        || came_of_it(before, known.requested_at).is_some()
}

/// What the store made of a request, by what it reported since. What it did before, such as an earlier refund of a part, is
/// no answer to it.
fn came_of_it(mut facts: Vec<Fact>, requested_at: Timestamp) -> Option<ReviewOutcome> {
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
