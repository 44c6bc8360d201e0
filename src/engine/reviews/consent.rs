//! The player's consent to what is sent, checked until the moment of sending.

use super::Change;
use crate::engine::store_actions::{journal, random_key};
use crate::ledger::{ActionRow, Answered, LedgerError};
use crate::model::{
    Happening, Place, ReviewAnswer, ReviewCase, ReviewReply, ReviewState, Store, StoreActionState,
    StoreAnswer,
};

impl Change<'_> {
    /// Withholds the player's unsent answers.
    pub(in crate::engine) fn consent_withdrawn(
        &self,
        place: &Place,
        download: &str,
    ) -> Result<(), LedgerError> {
        self.tx.rescind(place, download, self.inbox)?;
        for mut review in self.tx.read().open_reviews_of_download(place, download)? {
            self.withdraw_answer(&mut review)?;
            self.advance_review(review, &random_key()?)?;
        }
        Ok(())
    }

    /// Withdraws an answer that is not being sent, so that another, or none, can replace it. One that the store may
    /// have already is withdrawn only if consent to it is gone: the first answer counts.
    pub(in crate::engine) fn withdraw_answer(&self, review: &mut ReviewCase) -> Result<(), LedgerError> {
        let Some(id) = review.action.filter(|_| review.state.is_open()) else { return Ok(()) };
        let Some(row) = self.tx.read().action(id)? else { return Ok(()) };
        let lacks_consent = lacks_consent(review, &row);
        let was_sending = row.action.state == StoreActionState::Sending;
        let maybe_done = row.maybe_done || was_sending;
        let is_being_sent = was_sending && row.action.next_at.is_some_and(|dead| self.now < dead);
        if row.action.state.is_settled() || is_being_sent || (maybe_done && !lacks_consent) {
            return Ok(());
        }
        let state = if maybe_done { StoreActionState::Unknown } else { StoreActionState::Failed };
        let message = "it is outdated, and is not sent any more".to_owned();
        let answer = StoreAnswer::Error { code: "withdrawn".to_owned(), message };
        let answered = Answered { state, answer, next_at: None, maybe_done: false };
        self.tx.answer_action(id, &answered, self.now)?;
        let happening = Happening::ActionAnswered { action: id, state, answer: answered.answer };
        journal(self.tx, &row.action, self.now, &happening)?;
        review.action = None;
        review.state = ReviewState::Waiting;
        if maybe_done && review.store != Store::AppStore {
            // Another answer would not count.
            review.state = ReviewState::DeclinedToAnswer;
        }
        self.tx.save_review(review)
    }

    /// Before an answer is sent again: whether the player still consents; if not, withdraws it.
    pub(in crate::engine) fn may_still_be_sent(&self, action: &ActionRow) -> Result<bool, LedgerError> {
        let Some(mut review) = self.tx.read().review_by_action(action.action.id)? else { return Ok(true) };
        if !lacks_consent(&review, action) {
            return Ok(true);
        }
        self.withdraw_answer(&mut review)?;
        if review.action.is_some() {
            return Ok(true);
        }
        self.advance_review(review, &random_key()?)?;
        Ok(false)
    }
}

/// Apple requires the player's consent and refuses answers without it; "data only" is empty without it.
pub(super) fn needs_consent(store: &Store, reply: Option<ReviewReply>) -> bool {
    *store == Store::AppStore || reply == Some(ReviewReply::DataOnly)
}

/// Whether an answer contains what the player has not, or no longer, consented to.
fn lacks_consent(review: &ReviewCase, action: &ActionRow) -> bool {
    let reported: Option<ReviewAnswer> = serde_json::from_value(action.action.request.clone()).ok();
    let reports_use =
        reported.is_none_or(|reported| reported.consumed.is_some() || !reported.usage.is_empty());
    let agreed = review.consumption.as_ref().is_some_and(|report| report.consent);
    !agreed && (reports_use || needs_consent(&review.store, review.answer))
}
