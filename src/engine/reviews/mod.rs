//! Refund reviews: answered once, in time, by the operator's rules, with what the host reports.

mod answer;
mod consent;
mod due;
mod report;
mod review_request;

pub use report::{ConsumptionOf, MAX_USAGE};

use super::Engine;
use super::change::Change;
use crate::error::Error;
use crate::ledger::{LedgerError, Read};
use crate::model::{Page, ReviewCase, ReviewFigures, ReviewFilter, ReviewOutcome, ReviewState, Timestamp};

impl Engine {
    /// Refund reviews, newest first; `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn reviews(
        &self,
        filter: &ReviewFilter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Page<ReviewCase>, Error> {
        let query = |read: Read<'_>, before, limit| {
            let mut reviews = read.reviews(filter, before, limit)?;
            reviews
                .iter_mut()
                .filter_map(|review| review.user.as_mut())
                .try_for_each(|user| read.spell(user))?;
            Ok(reviews)
        };
        self.page(after, limit, query, |review| review.id)
    }

    /// Figures about the refund reviews since then. Reads all of them.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn review_figures(&self, since: Timestamp) -> Result<ReviewFigures, Error> {
        self.read(|read| figures(read, since, None))
    }
}

/// Figures of the reviews that stores requested in a time.
pub(super) fn figures(
    read: Read<'_>,
    since: Timestamp,
    until: Option<Timestamp>,
) -> Result<ReviewFigures, LedgerError> {
    let mut figures = ReviewFigures::default();
    read.for_each_review(since, |counted| {
        let review = &counted.review;
        if until.is_some_and(|until| review.requested_at >= until) {
            return;
        }
        figures.cases += 1;
        figures.answered += u64::from(review.state == ReviewState::Answered);
        figures.missed += u64::from(review.state == ReviewState::Missed);
        figures.declined_by_store += u64::from(review.outcome == Some(ReviewOutcome::Declined));
        figures.refunded += u64::from(review.outcome == Some(ReviewOutcome::Refunded));
        if let Some(kept) = counted.kept() {
            let sum = figures.money_kept.entry(kept.currency.as_str().to_owned()).or_default();
            *sum = sum.saturating_add(kept.micros);
        }
    })?;
    Ok(figures)
}
