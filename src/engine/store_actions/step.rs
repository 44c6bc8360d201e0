//! The steps of one action: written, sent, answered, each its own commit, so that its progress is known after a crash.
//! How it continues depends on the store's treatment of repetitions:
//! - Stripe counts requests with the same idempotency key once, so the request is repeated, as long as Stripe keeps
//!   keys.
//! - A Google Play order is queried first, and the request repeated only if it is not refunded.
//! - A review's answer counts once, however often it is sent, so it is repeated until its deadline: even if the
//!   credentials are refused, since an operator may correct them meanwhile.
//! - Google Play does not document repeated revocations, so they are not repeated: an operator has to check.

use super::super::Engine;
use super::TRY_FOR;
use super::calls::{Reported, StoreRequest, kept, mark_as_made_by_game, stored_error};
use crate::error::Error;
use crate::ledger::{ActionRow, Answered};
use crate::model::{
    RefundOrder, Span, Store, StoreAction, StoreActionKind, StoreActionState, StoreAnswer, Timestamp,
};
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::TransportError;

/// When the sender of an action is presumed dead: longer than any call with its retries takes.
pub(super) const PRESUMED_DEAD_AFTER: Span = Span::from_millis(20 * 60 * 1000);

/// The wait before the first retry; each further wait is twice as long,
const FIRST_RETRY: Span = Span::from_millis(30 * 1000);
/// up to this one: a store that is down for hours is not tried more often.
const LAST_RETRY: Span = Span::from_hours(1);

/// How long before its end an action is tried for the last time. That leaves time for a request in progress and for
/// this one, each up to two minutes with its retries, and for a clock that is a minute off.
const LAST_TRY: Span = Span::from_millis(5 * 60 * 1000);

/// How long a Google Play refund is queried. Google does not document how long it takes.
const CONFIRM_FOR: Span = Span::from_days(3);

/// The next step of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Step {
    Send,
    /// Query first whether it was done, and send only if not.
    QueryThenSend,
    /// Query whether money moved.
    Confirm,
    /// Stop.
    Stop,
}

impl Engine {
    /// Advances an action by one step, and returns it. If another process is working on it, does nothing.
    pub(super) fn step(&self, row: ActionRow, request: &StoreRequest) -> Result<StoreAction, Error> {
        let id = row.action.id;
        let Some((row, step)) = self.claim(row)? else { return self.existing_action(id) };
        let (answered, reported) = self.call_store(&row, request, step);
        self.settle_action(&row, answered, reported)
    }

    /// Claims an action for this call, durably; `None` if it is not due, or claimed by another.
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
                Step::Send | Step::QueryThenSend => StoreActionState::Sending,
                Step::Confirm => StoreActionState::Confirming,
                Step::Stop => row.action.state,
            };
            let sends = matches!(step, Step::Send | Step::QueryThenSend);
            if !tx.claim_action(id, state, sends, now, now.plus(PRESUMED_DEAD_AFTER))? {
                return Ok(None);
            }
            let Some(row) = tx.read().action(id)? else { return Ok(None) };
            if sends {
                Engine::journal_sending(tx, &row.action, now)?;
            }
            Ok(Some((row, step)))
        })
    }

    /// The only place that sends a request to a store. No lock is held meanwhile.
    pub(in crate::engine) fn call_store(
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
            (Step::Stop, _) => (expired(row), None),
            (Step::Confirm, Some((app, order))) => match self.stores.calls().refund_of(app, order, now) {
                Ok(Some(reported)) => {
                    (done(StoreAnswer::Done { id: None }), Some(mark_as_made_by_game(reported)))
                }
                Ok(None) => {
                    let answer = row.action.answer.clone().unwrap_or(StoreAnswer::Accepted { id: None });
                    (self.later(row, StoreActionState::Confirming, answer, false), None)
                }
                Err(error) => {
                    (self.later(row, StoreActionState::Confirming, stored_error(&error), false), None)
                }
            },
            (Step::QueryThenSend, Some((app, order))) => match self.stores.calls().refund_of(app, order, now)
            {
                Ok(Some(reported)) => {
                    (done(StoreAnswer::AlreadyRefunded), Some(mark_as_made_by_game(reported)))
                }
                Ok(None) => self.send(row, request),
                // A failed query is no evidence about what was sent before it.
                Err(error) => (self.later(row, StoreActionState::Written, stored_error(&error), true), None),
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
            // Google accepts the request, and successful answers without a refund have been observed.
            (Ok((RefundAnswer::Requested { .. }, _)), Some(_)) => (
                self.later(row, StoreActionState::Confirming, StoreAnswer::Accepted { id: None }, false),
                None,
            ),
            // Who refunded it before is unknown. If it cannot be queried now, a sweep may report it.
            (Ok((RefundAnswer::AlreadyRefunded, _)), Some((app, order))) => {
                let reported = self.stores.calls().refund_of(app, order, self.now()).ok().flatten();
                (done(StoreAnswer::AlreadyRefunded), reported)
            }
            (Ok((answer, reported)), _) => (done(kept(answer)), reported.map(mark_as_made_by_game)),
            (Err(error), _) => (self.refused(row, &error), None),
        }
    }

    fn refused(&self, row: &ActionRow, error: &ApiError) -> Answered {
        let (answer, maybe_done) = (stored_error(error), error.may_be_done());
        if row.action.kind == StoreActionKind::AnswerReview && !is_about_the_answer(error) {
            tracing::warn!(
                action = row.action.id, store = %row.action.store, app = row.action.app,
                "the store did not accept the answer to a refund review; it is sent again until its deadline: {error}"
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
        // Google does not document how it refuses a refund that is already in progress.
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

/// Whether a store refuses the answer's content, or it cannot be sent at all. Everything else may change before the
/// deadline: the store's state, credentials and permissions, a proxy, a root certificate.
const fn is_about_the_answer(error: &ApiError) -> bool {
    match error {
        ApiError::Refused { status, retryable, .. } => {
            !*retryable && matches!(*status, 400..=499) && !matches!(*status, 401 | 403 | 407 | 408 | 429)
        }
        ApiError::Transport { source } => matches!(source, TransportError::Unsendable { .. }),
        ApiError::NotConfigured { .. } | ApiError::Credentials { .. } | ApiError::Unreadable { .. } => false,
    }
}

/// Whether a refusal also means that the same request, sent before, was not done. Stripe would repeat its first answer,
/// and what cannot be sent now could not be sent before; but a key that is no longer accepted, or a failed connection,
/// is no evidence.
const fn settles_what_was_sent(store: &Store, error: &ApiError) -> bool {
    match error {
        // An account that does not know the payment is not the one used before.
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
        // Google can still be queried for the result.
        let may_query = is_google_refund && maybe_done && now < begun(row).plus(CONFIRM_FOR);
        return if may_query { Step::Confirm } else { Step::Stop };
    }
    match (row.action.kind, maybe_done) {
        (StoreActionKind::RevokeSubscription, true) => Step::Stop,
        (_, true) if is_google_refund => Step::QueryThenSend,
        _ => Step::Send,
    }
}

/// When a refund's time started: when it was written, or when the clock was set back later.
fn begun(row: &ActionRow) -> Timestamp {
    row.until.plus(Span::from_millis(TRY_FOR.millis().saturating_neg()))
}

/// The result of an expired action.
fn expired(row: &ActionRow) -> Answered {
    let open = row.maybe_done || row.action.state != StoreActionState::Written;
    let (state, problem) = if open {
        (
            StoreActionState::Unknown,
            "it was sent, and whether the store did it could not be found out: check the store's console",
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

/// Twice as long after each attempt; while a refund is being confirmed, half of the time it has taken so far.
fn wait_after(row: &ActionRow, state: StoreActionState, now: Timestamp) -> Span {
    let wait = if state == StoreActionState::Confirming {
        now.since(begun(row)).millis() / 2
    } else {
        let doublings = row.action.attempts.saturating_sub(1).min(16);
        FIRST_RETRY.millis().saturating_mul(1_i64 << doublings)
    };
    Span::from_millis(wait.clamp(FIRST_RETRY.millis(), LAST_RETRY.millis()))
}

/// When to send again: more often towards the end, so that a store that recovers in time gets it; for the last time
/// with [some time](LAST_TRY) to spare. At its end the action expires, no later.
fn before_the_end(until: Timestamp, now: Timestamp, wait: Span) -> Timestamp {
    let left = until.since(now).millis().saturating_sub(LAST_TRY.millis());
    let wait = if left > 0 {
        wait.millis().min((left / 2).max(FIRST_RETRY.millis())).min(left)
    } else {
        wait.millis()
    };
    now.plus(Span::from_millis(wait)).min(until)
}
