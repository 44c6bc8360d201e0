//! A round of what is due: answers to reviews first, since they have deadlines, and no round so long that one that has
//! become due meanwhile waits for hours.

use super::super::Engine;
use super::calls::StoreRequest;
use crate::error::Error;
use crate::ledger::{ActionRow, DueAction, LedgerError, Turn};
use crate::model::{Span, Timestamp};

/// How many due actions one round takes, and one more where all of them were answers: each may wait for a store.
const AT_ONCE: usize = 64;

/// How long a round takes up one action after the other: then answers to reviews come first again.
const ROUND: Span = Span::from_millis(60 * 1000);

/// How many due actions are read at a time.
const PAGE: i64 = 64;

/// What a round has done so far.
struct Round {
    began: Timestamp,
    count: usize,
    /// Why an action could not go on, which must not keep the others waiting.
    hindered: Option<Error>,
}

impl Engine {
    /// Goes on with the actions that are due: those written and not sent, those a store could not take, those that were
    /// being sent when a process died, and those whose money has to be asked about. Answers to refund reviews come first.
    /// Returns how many it took a step on. After 64, and after a minute, none is begun, but for one that is no answer
    /// where none was: a store that lets its answers wait does not hold up the refunds of another. Call it every few
    /// seconds, on a thread that may wait for the stores.
    ///
    /// One whose row cannot be read is settled as [failed](crate::StoreActionState::Failed), or as
    /// [unknown](crate::StoreActionState::Unknown) where the store may have it, and holds up no other. Where the clock was
    /// set back, times restart; a Stripe refund that may have been sent then becomes unknown and is not repeated, since
    /// nobody can say whether Stripe still knows its idempotency key.
    ///
    /// # Errors
    /// [`Error::Ledger`]. What a store says is written to its action. Where something else that an action touches cannot
    /// be read ([`LedgerError::Unreadable`]), that action waits, and the others go on before the error is returned.
    pub fn work_on_actions(&self) -> Result<usize, Error> {
        self.begin_times_anew()?;
        let mut round = Round { began: self.now(), count: 0, hindered: None };
        self.take_up(Turn::Answers, &mut round)?;
        self.take_up(Turn::Others, &mut round)?;
        round.hindered.map_or(Ok(round.count), Err)
    }

    /// Goes on with what is due until the round is over. One of the others has its turn all the same: answers that a
    /// store lets wait can fill round after round.
    fn take_up(&self, turn: Turn, round: &mut Round) -> Result<(), Error> {
        let mut behind = (Timestamp::from_millis(i64::MIN), 0);
        let mut had_a_turn = turn == Turn::Answers;
        loop {
            let due = self.ask(|read| read.actions_due(turn, self.now(), behind, PAGE))?;
            let Some(last) = due.last() else { return Ok(()) };
            behind = (last.next_at, last.id);
            for due in due {
                let is_over = round.count >= AT_ONCE || self.now().since(round.began) >= ROUND;
                if self.stores.stopping.is_stopped() || (is_over && had_a_turn) {
                    return Ok(());
                }
                match self.go_on(due) {
                    Ok(went_on) => {
                        had_a_turn |= went_on;
                        round.count += usize::from(went_on);
                    }
                    Err(error @ Error::Ledger(LedgerError::Unreadable { .. })) => {
                        round.hindered.get_or_insert(error);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// One step of an action that is due; `false` where it is left to an engine that has credentials for it.
    fn go_on(&self, due: DueAction) -> Result<bool, Error> {
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
}
