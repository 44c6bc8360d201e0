//! The steps of one action: written, sent, answered, each a commit of its own, so that after a crash it is known how
//! far it was. What is then done depends on what the store makes of a repetition:
//!
//! - Stripe counts requests with the same idempotency key once, so the same is sent again, as long as it keeps keys.
//! - A Google Play order is asked about first, and sent again only where it is not refunded.
//! - A review's answer counts once, however often it is sent, so the same is sent again, until its deadline: also where
//!   the credentials are refused, since a person may mend them meanwhile.
//! - A Google Play revocation says nothing of repetitions, so it is not repeated: a person has to look.

use super::super::Engine;
use super::TRY_FOR;
use super::calls::{Reported, StoreRequest, kept, kept_error, made_by_the_game};
use crate::error::Error;
use crate::ledger::{ActionRow, Answered};
use crate::model::{
    RefundOrder, Span, Store, StoreAction, StoreActionKind, StoreActionState, StoreAnswer, Timestamp,
};
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::TransportError;

/// When somebody who is sending an action is presumed dead: longer than any call with its retries takes.
pub(super) const SENDER_IS_DEAD: Span = Span::from_millis(20 * 60 * 1000);

/// How long the first retry waits; each further one waits twice as long...
const FIRST_RETRY: Span = Span::from_millis(30 * 1000);
/// ...up to this: a store that is down for hours is not asked more often.
const LAST_RETRY: Span = Span::from_hours(1);

/// How long before its end an action is tried for the last time. Then there is room for what is just under way and for
/// this call, each up to two minutes with its retries, and for a clock that is a minute off.
const LAST_TRY: Span = Span::from_millis(5 * 60 * 1000);

/// How long a Google Play refund is asked about. Google says nothing of how long it takes.
const CONFIRM_FOR: Span = Span::from_days(3);

/// What is to be done with an action now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Step {
    Send,
    /// Ask first whether it was done, and send only where not.
    AskThenSend,
    /// Ask whether money moved.
    Confirm,
    /// Stop.
    Stop,
}

impl Engine {
    /// Takes an action one step on, and returns it as it then is. Where somebody else is at it, nothing is done.
    pub(super) fn step(&self, row: ActionRow, request: &StoreRequest) -> Result<StoreAction, Error> {
        let id = row.action.id;
        let Some((row, step)) = self.claim(row)? else { return self.existing_action(id) };
        let (answered, reported) = self.ask_store(&row, request, step);
        self.settle(&row, answered, reported)
    }

    /// Makes an action this call's own, durably; `None` where it is not due, or somebody else's.
    pub(in crate::engine) fn claim(&self, row: ActionRow) -> Result<Option<(ActionRow, Step)>, Error> {
        let now = self.now();
        let id = row.action.id;
        self.change(move |change| {
            let tx = change.tx;
            let Some(row) = tx.read().action(id)?.filter(|row| row.action.next_at.is_some()) else {
                return Ok(None);
            };
            let step = next_step(&row, now);
            if row.action.kind == StoreActionKind::AnswerReview
                && step == Step::Send
                && row.action.next_at.is_some_and(|next| next <= now)
                && !change.may_still_be_sent(&row)?
            {
                return Ok(None);
            }
            let state = match step {
                Step::Send | Step::AskThenSend => StoreActionState::Sending,
                Step::Confirm => StoreActionState::Confirming,
                Step::Stop => row.action.state,
            };
            let sends = matches!(step, Step::Send | Step::AskThenSend);
            if !tx.claim_action(id, state, sends, now, now.plus(SENDER_IS_DEAD))? {
                return Ok(None);
            }
            let Some(row) = tx.read().action(id)? else { return Ok(None) };
            if sends {
                Engine::journal_sending(tx, &row.action, now)?;
            }
            Ok(Some((row, step)))
        })
    }

    /// The one place where a store is asked. Nothing is held meanwhile.
    pub(in crate::engine) fn ask_store(
        &self,
        row: &ActionRow,
        request: &StoreRequest,
        step: Step,
    ) -> (Answered, Option<Reported>) {
        let now = self.now();
        let google_order = match request {
            StoreRequest::Refund(RefundOrder::GooglePlay { app, order_id, .. }) => Some((app, order_id)),
            _ => None,
        };
        match (step, google_order) {
            (Step::Stop, _) => (given_up(row), None),
            (Step::Confirm, Some((app, order))) => match self.stores.calls().refund_of(app, order, now) {
                Ok(Some(reported)) => {
                    (done(StoreAnswer::Done { id: None }), Some(made_by_the_game(reported)))
                }
                Ok(None) => {
                    let answer = row.action.answer.clone().unwrap_or(StoreAnswer::Accepted { id: None });
                    (self.later(row, StoreActionState::Confirming, answer, false), None)
                }
                Err(error) => {
                    (self.later(row, StoreActionState::Confirming, kept_error(&error), false), None)
                }
            },
            (Step::AskThenSend, Some((app, order))) => match self.stores.calls().refund_of(app, order, now) {
                Ok(Some(reported)) => (done(StoreAnswer::AlreadyRefunded), Some(made_by_the_game(reported))),
                Ok(None) => self.send(row, request),
                // That the question failed says nothing of what was sent before it.
                Err(error) => (self.later(row, StoreActionState::Written, kept_error(&error), true), None),
            },
            _ => self.send(row, request),
        }
    }

    fn send(&self, row: &ActionRow, request: &StoreRequest) -> (Answered, Option<Reported>) {
        let google_order = match request {
            StoreRequest::Refund(RefundOrder::GooglePlay { app, order_id, .. }) => Some((app, order_id)),
            _ => None,
        };
        match (self.stores.calls().send(request, &row.send_key, self.now()), google_order) {
            // Google takes the request of an order's refund, and an answer of success with nothing refunded was seen.
            (Ok((RefundAnswer::Requested { .. }, _)), Some(_)) => (
                self.later(row, StoreActionState::Confirming, StoreAnswer::Accepted { id: None }, false),
                None,
            ),
            // Who refunded it before is not known. Where this cannot be asked now, a sweep may tell.
            (Ok((RefundAnswer::AlreadyRefunded, _)), Some((app, order))) => {
                let reported = self.stores.calls().refund_of(app, order, self.now()).ok().flatten();
                (done(StoreAnswer::AlreadyRefunded), reported)
            }
            (Ok((answer, reported)), _) => (done(kept(answer)), reported.map(made_by_the_game)),
            (Err(error), _) => (self.refused(row, &error), None),
        }
    }

    fn refused(&self, row: &ActionRow, error: &ApiError) -> Answered {
        let (answer, maybe_done) = (kept_error(error), error.may_be_done());
        if row.action.kind == StoreActionKind::AnswerReview && !is_about_the_answer(error) {
            tracing::warn!(
                action = row.action.id, store = %row.action.store, app = row.action.app,
                "the answer to a refund review was not taken, and is sent again until its deadline: {error}"
            );
            return self.later(row, StoreActionState::Written, answer, maybe_done);
        }
        let repeats = !matches!(row.action.kind, StoreActionKind::RevokeSubscription);
        if error.is_retryable() && (repeats || !maybe_done) {
            return self.later(row, StoreActionState::Written, answer, maybe_done);
        }
        if row.maybe_done && repeats && !maybe_done && !settles_what_was_sent(&row.action.store, error) {
            return self.later(row, StoreActionState::Written, answer, true);
        }
        // Google does not say how it refuses what it is already about to do.
        if row.maybe_done
            && row.action.store == Store::GooglePlay
            && row.action.kind == StoreActionKind::Refund
        {
            return self.later(row, StoreActionState::Confirming, answer, true);
        }
        let open = maybe_done || (row.maybe_done && !repeats);
        let state = if open { StoreActionState::Unknown } else { StoreActionState::Failed };
        Answered { state, answer, next_at: None, maybe_done }
    }

    fn later(
        &self,
        row: &ActionRow,
        state: StoreActionState,
        answer: StoreAnswer,
        maybe_done: bool,
    ) -> Answered {
        let (now, wait) = (self.now(), wait_after(row, state, self.now()));
        let next_at = match state {
            StoreActionState::Confirming => now.plus(wait),
            _ => before_the_end(row.until, now, wait),
        };
        Answered { state, answer, next_at: Some(next_at), maybe_done }
    }
}

/// Whether a store's no is about the answer itself, or there is nothing that could be sent. All else may be another by the
/// deadline: the store's own state, and by a person's hand credentials and permissions, a proxy, a root certificate.
const fn is_about_the_answer(error: &ApiError) -> bool {
    match error {
        ApiError::Refused { status, retryable, .. } => {
            !*retryable && matches!(*status, 400..=499) && !matches!(*status, 401 | 403 | 407 | 408 | 429)
        }
        ApiError::Transport { source } => matches!(source, TransportError::Unsendable { .. }),
        ApiError::NotConfigured { .. } | ApiError::Credentials { .. } | ApiError::Unreadable { .. } => false,
    }
}

/// Whether a refusal also says that the same, sent before, was not done. Stripe would give the first answer again, and
/// what cannot be sent now could not be sent before; but a key that is no longer taken, or a connection that does not
/// come about, says nothing.
const fn settles_what_was_sent(store: &Store, error: &ApiError) -> bool {
    match error {
        // An account that does not know the payment is not the one that was asked before.
        ApiError::Refused { status: 404, .. } => !matches!(store, Store::Stripe),
        ApiError::Refused { .. } | ApiError::Unreadable { .. } => true,
        ApiError::Transport { source } => matches!(source, TransportError::Unsendable { .. }),
        ApiError::NotConfigured { .. } | ApiError::Credentials { .. } => false,
    }
}

fn done(answer: StoreAnswer) -> Answered {
    Answered { state: StoreActionState::Done, answer, next_at: None, maybe_done: false }
}

fn next_step(row: &ActionRow, now: Timestamp) -> Step {
    let state = row.action.state;
    if state == StoreActionState::Confirming {
        let over = now >= begun(row).plus(CONFIRM_FOR);
        return if over { Step::Stop } else { Step::Confirm };
    }
    let maybe_done = row.maybe_done || state == StoreActionState::Sending;
    let is_google_refund =
        row.action.kind == StoreActionKind::Refund && row.action.store == Store::GooglePlay;
    if now >= row.until {
        // Google can still be asked what became of it.
        let may_ask = is_google_refund && maybe_done && now < begun(row).plus(CONFIRM_FOR);
        return if may_ask { Step::Confirm } else { Step::Stop };
    }
    match (row.action.kind, maybe_done) {
        (StoreActionKind::RevokeSubscription, true) => Step::Stop,
        (_, true) if is_google_refund => Step::AskThenSend,
        _ => Step::Send,
    }
}

/// When a refund's time began: when it was written, or when the clock was set back later.
fn begun(row: &ActionRow) -> Timestamp {
    row.until.plus(Span::from_millis(TRY_FOR.millis().saturating_neg()))
}

/// What is left to say of an action whose time is up.
fn given_up(row: &ActionRow) -> Answered {
    let open = row.maybe_done || row.action.state != StoreActionState::Written;
    let (state, problem) = if open {
        (
            StoreActionState::Unknown,
            "it was sent, and whether the store did it could not be found out: look into the store's console",
        )
    } else {
        (StoreActionState::Failed, "it could not be sent in time, and is not sent any more")
    };
    let message = match &row.action.answer {
        Some(StoreAnswer::Error { message, .. }) => format!("{problem}; last: {message}"),
        _ => problem.to_owned(),
    };
    let answer = StoreAnswer::Error { code: "expired".to_owned(), message };
    Answered { state, answer, next_at: None, maybe_done: false }
}

/// Twice as long after each attempt; while a refund is only asked about, half as long again as it has been.
fn wait_after(row: &ActionRow, state: StoreActionState, now: Timestamp) -> Span {
    let wait = if state == StoreActionState::Confirming {
        now.since(begun(row)).millis() / 2
    } else {
        let doublings = row.action.attempts.saturating_sub(1).min(16);
        FIRST_RETRY.millis().saturating_mul(1_i64 << doublings)
    };
    Span::from_millis(wait.clamp(FIRST_RETRY.millis(), LAST_RETRY.millis()))
}

/// When to send again: the nearer the end, the sooner, so that a store that comes back in time gets it; for the last time
/// with [some time](LAST_TRY) to spare. At the end the action is given up, and no later.
fn before_the_end(until: Timestamp, now: Timestamp, wait: Span) -> Timestamp {
    let left = until.since(now).millis().saturating_sub(LAST_TRY.millis());
    let wait = if left > 0 {
        wait.millis().min((left / 2).max(FIRST_RETRY.millis())).min(left)
    } else {
        wait.millis()
    };
    now.plus(Span::from_millis(wait)).min(until)
}
