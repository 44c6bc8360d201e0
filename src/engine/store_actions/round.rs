//! One round of due actions: answers to reviews first, since they have deadlines, and rounds are short, so that newly
//! due ones do not wait for hours.
//!
//! # A clock that was set back
//!
//! What is due in a minute would be done in a year, and what must end after a day would continue. So each action stores
//! the latest time at which it was written, and if the clock shows an earlier time, its times restart.
//!
//! How long ago it was sent is then unknown. That matters only for Stripe, which forgets idempotency keys: what it may
//! have received is not sent again, and becomes unknown. A clock set back by less than the time since the action was last
//! written looks correct; for that `TRY_FOR` leaves two hours of Stripe's day, and an open action is written at least once
//! an hour.
//!
//! # Unreadable actions
//!
//! If the file was edited or damaged, this version may be unable to read an action's row. It is settled, with an answer
//! that states this, and delays no other.

use super::super::Engine;
use super::TRY_FOR;
use super::calls::StoreRequest;
use super::step::PRESUMED_DEAD_AFTER;
use crate::error::Error;
use crate::ledger::{ActionRow, Answered, DueAction, LedgerError, NewEntry, Turn};
use crate::model::{
    Happening, ReviewState, Span, Store, StoreAction, StoreActionKind, StoreActionState, StoreAnswer,
    Timestamp,
};

/// The most actions of one round, plus one if all were answers: each may wait for a store.
const AT_ONCE: usize = 64;

/// How long a round starts actions: then answers to reviews come first again.
const ROUND: Span = Span::from_millis(60 * 1000);

/// How many due actions are read at a time.
const PAGE: i64 = 64;

/// By how much a clock may show an earlier time without having been set back: threads read it before they wait for
/// the writer, and time servers correct by less.
const TOLERANCE: Span = Span::from_millis(60 * 1000);

/// The progress of a round.
struct Round {
    began: Timestamp,
    count: usize,
    /// Why an action was skipped; the others continue.
    first_error: Option<Error>,
}

impl Engine {
    /// Continues the due actions: unsent ones, those a store could not accept, those that were being sent when a
    /// process died, and those whose refund is to be confirmed. Answers to refund reviews come first. Returns how
    /// many it advanced. After 64 actions or a minute it starts no more, except one other if all were answers: slow
    /// answers at one store do not delay the refunds of another. Call it every few seconds, on a thread that may wait
    /// for the stores.
    ///
    /// An unreadable one is settled as [failed](crate::StoreActionState::Failed), or as
    /// [unknown](crate::StoreActionState::Unknown) if the store may have it, and delays no other. If the clock was
    /// set back, times restart; a Stripe refund that may have been sent then becomes unknown and is not repeated,
    /// since Stripe may have forgotten its idempotency key.
    ///
    /// # Errors
    /// [`Error::Ledger`]. A store's answer is in its action. If something else that an action needs cannot be read
    /// ([`LedgerError::Unreadable`]), that action waits, and the others continue before the error is returned.
    pub fn work_on_actions(&self) -> Result<usize, Error> {
        self.restart_times()?;
        let mut round = Round { began: self.now(), count: 0, first_error: None };
        self.continue_due(Turn::Answers, &mut round)?;
        self.continue_due(Turn::Others, &mut round)?;
        round.first_error.map_or(Ok(round.count), Err)
    }

    /// Continues due actions until the round is over. Other actions get one turn in any case: slow answers at a store
    /// can fill round after round.
    fn continue_due(&self, turn: Turn, round: &mut Round) -> Result<(), Error> {
        let mut behind = (Timestamp::from_millis(i64::MIN), 0);
        let mut had_a_turn = turn == Turn::Answers;
        loop {
            let due = self.read(|read| read.actions_due(turn, self.now(), behind, PAGE))?;
            let Some(last) = due.last() else { return Ok(()) };
            behind = (last.next_at, last.id);
            for due in due {
                let is_over = round.count >= AT_ONCE || self.now().since(round.began) >= ROUND;
                if self.stores.stopping.is_stopped() || (is_over && had_a_turn) {
                    return Ok(());
                }
                match self.advance(due) {
                    Ok(went_on) => {
                        had_a_turn |= went_on;
                        round.count += usize::from(went_on);
                    }
                    Err(error @ Error::Ledger(LedgerError::Unreadable { .. })) => {
                        round.first_error.get_or_insert(error);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// One step of a due action; `false` if it is left to an engine with credentials for it.
    fn advance(&self, due: DueAction) -> Result<bool, Error> {
        let row = match &due.row {
            Ok(row) => row.clone(),
            Err(problem) => return self.settle_unreadable(&due, problem).map(|()| true),
        };
        let kept = row.action.request.clone();
        let request = match StoreRequest::from_value(&row.action.store, row.action.kind, kept) {
            Ok(request) => request,
            Err(problem) => return self.settle_unreadable_request(&row, &problem).map(|_| true),
        };
        if self.is_for_another(&row, &request) {
            return Ok(false);
        }
        self.step(row, &request).map(|_| true)
    }

    /// Whether this engine has no credentials for it, and there is still time for one that has.
    fn is_for_another(&self, row: &ActionRow, request: &StoreRequest) -> bool {
        self.now() < row.until && self.stores.calls().check(request).is_err()
    }

    /// Restarts the times of open actions that were written in what is now the future.
    pub(super) fn restart_times(&self) -> Result<(), Error> {
        let now = self.now();
        let latest = now.plus(TOLERANCE);
        while !self.read(|read| read.actions_seen_after(latest, 1))?.is_empty() {
            self.change(move |change| {
                for due in change.tx.read().actions_seen_after(latest, PAGE)? {
                    let (next_at, until) = new_times(&due, now);
                    tracing::warn!(action = due.id, "the clock was set back; the action's times restart");
                    change.tx.retime_action(due.id, next_at, until, now)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// If the row itself cannot be read.
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
            // Whatever its kind: only a review's answer has a review.
            Ok(change.review_answered(due.id, ReviewState::Missed)?)
        })
    }

    /// If only its request cannot be read.
    pub(super) fn settle_unreadable_request(
        &self,
        row: &ActionRow,
        problem: &LedgerError,
    ) -> Result<StoreAction, Error> {
        let maybe_sent = row.maybe_done || row.action.state != StoreActionState::Written;
        let (state, answer) = verdict(maybe_sent, problem);
        tracing::error!(action = row.action.id, ?state, ?answer, "an action's request cannot be read");
        self.settle_action(row, Answered { state, answer, next_at: None, maybe_done: false }, None)
    }
}

/// When it is due, and when it expires.
fn new_times(due: &DueAction, now: Timestamp) -> (Timestamp, Timestamp) {
    let Ok(row) = &due.row else { return (now, now) };
    let next_at = match row.action.state {
        // Its sender may be alive.
        StoreActionState::Sending => now.plus(PRESUMED_DEAD_AFTER),
        _ => now,
    };
    let until = match row.action.kind {
        // The store's own deadline.
        StoreActionKind::AnswerReview => row.until,
        _ if row.action.store == Store::Stripe && due.maybe_sent => now.min(row.until),
        _ => now.plus(TRY_FOR).min(row.until),
    };
    (next_at, until)
}

fn verdict(maybe_sent: bool, problem: &LedgerError) -> (StoreActionState, StoreAnswer) {
    let (state, advice) = if maybe_sent {
        (StoreActionState::Unknown, "It may have been sent, and is not sent again: check the store's console")
    } else {
        (StoreActionState::Failed, "It was never sent, and will not be: request it again")
    };
    let answer =
        StoreAnswer::Error { code: "unreadable".to_owned(), message: format!("{problem}. {advice}") };
    (state, answer)
}
