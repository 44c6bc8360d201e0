//! Actions that the ledger does not tell as this version writes them: somebody edited the file, or it is damaged. They
//! are settled, with an answer that says so, and hold up no other.

use super::super::Engine;
use crate::error::Error;
use crate::ledger::{ActionRow, Answered, DueAction, LedgerError, NewEntry};
use crate::model::{Happening, ReviewState, StoreAction, StoreActionState, StoreAnswer};

impl Engine {
    /// Where the row itself cannot be read.
    pub(super) fn settle_unreadable(&self, due: &DueAction, problem: &LedgerError) -> Result<(), Error> {
        let (state, answer) = verdict(due.maybe_sent, problem);
        let (due, now) = (due.clone(), self.now());
        self.change(move |change| {
            if !change.tx.settle_unreadable(&due, state, &answer, now)? {
                return Ok(());
            }
            tracing::error!(action = due.id, ?state, ?answer, "an action cannot be read");
            let nothing_known = NewEntry { inbox: None, refund: None, order: None, user: None };
            let happening = Happening::ActionAnswered { action: due.id, state, answer: answer.clone() };
            change.tx.write_journal(nothing_known, now, &happening)?;
            // Whichever kind it is of: only a review's answer has a review.
            Ok(change.review_answered(due.id, ReviewState::Missed)?)
        })
    }

    /// Where only what it asks cannot be read.
    pub(super) fn settle_unreadable_request(
        &self,
        row: &ActionRow,
        problem: &LedgerError,
    ) -> Result<StoreAction, Error> {
        let maybe_sent = row.maybe_done || row.action.state != StoreActionState::Written;
        let (state, answer) = verdict(maybe_sent, problem);
        tracing::error!(action = row.action.id, ?state, ?answer, "what an action asks cannot be read");
        self.settle(row, Answered { state, answer, next_at: None, maybe_done: false }, None)
    }
}

fn verdict(maybe_sent: bool, problem: &LedgerError) -> (StoreActionState, StoreAnswer) {
    let (state, advice) = if maybe_sent {
        (
            StoreActionState::Unknown,
            "It may have been sent, and is not sent again: look into the store's console",
        )
    } else {
        (StoreActionState::Failed, "It was never sent, and is not sent any more: ask for it again")
    };
    let answer =
        StoreAnswer::Error { code: "unreadable".to_owned(), message: format!("{problem}. {advice}") };
    (state, answer)
}
