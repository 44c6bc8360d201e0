//! Sends what is due: claims a message, sends it, and writes what became of it.

use std::sync::Arc;

use super::claim::{Claim, Claimed};
use crate::engine::Engine;
use crate::engine::change::Change;
use crate::engine::clock::random_bytes;
use crate::engine::stopping::Stopping;
use crate::error::Error;
use crate::ledger::{LedgerError, MessageResult, NewEntry};
use crate::model::{Happening, Span, Timestamp, WebhookState};
use crate::threads;
use crate::transport::{Transport, TransportError};
use crate::webhooks::{Answer, Endpoint, LONGEST_WAIT, Signed, Verdict, next_try, request};

/// How often a process notes that it looks for an endpoint's messages. Doctor warns after an hour without.
const NOTED_EVERY: Span = Span::from_millis(10 * 60_000);

impl Engine {
    /// Sends the webhook messages that are due, on threads of its own, and waits for the answers. Returns how many it
    /// sent.
    ///
    /// An engine whose configuration has `webhooks` does this in the background, unless it was opened
    /// [without](crate::EngineOptions::background).
    ///
    /// # Errors
    /// [`Error::Ledger`]. What an endpoint answers is no error: the message has it.
    pub fn send_webhooks(&self) -> Result<usize, Error> {
        let endpoints = &self.webhooks.endpoints;
        if let [only] = endpoints.as_slice() {
            return self.send_to(only, &self.webhooks.wakers.stopping(&only.name));
        }
        // A slow endpoint delays no other.
        let started: Vec<_> = endpoints
            .iter()
            .map(|endpoint| {
                let (engine, endpoint) = (self.for_background(), Arc::clone(endpoint));
                let stopping = self.webhooks.wakers.stopping(&endpoint.name);
                threads::start("recoup-webhook", move || engine.send_to(&endpoint, &stopping))
                    .map_err(|error| LedgerError::no_thread(&error))
            })
            .collect();
        let mut sent = 0;
        let mut first_error = None;
        for thread in started {
            let done = thread
                .map_err(Error::from)
                .and_then(|thread| thread.join().unwrap_or_else(|_| Err(panicked())));
            match done {
                Ok(count) => sent += count,
                Err(error) => drop(first_error.get_or_insert(error)),
            }
        }
        first_error.map_or(Ok(sent), Err)
    }

    /// Sends the due messages of one endpoint, up to its `in_flight` at once.
    pub(super) fn send_to(&self, endpoint: &Arc<Endpoint>, stopping: &Arc<Stopping>) -> Result<usize, Error> {
        let Some(transport) = self.transport.clone() else { return Ok(0) };
        self.note_serving(endpoint)?;
        let limit = i64::try_from(endpoint.in_flight).unwrap_or(1);
        let (name, now) = (endpoint.name.clone(), self.now());
        let due = self.read(|read| Ok(read.messages_due(&name, now, limit)?.len()))?;
        let helpers: Vec<_> = (1..due)
            .map_while(|_| {
                let (engine, endpoint) = (self.for_background(), Arc::clone(endpoint));
                let (transport, stopping) = (Arc::clone(&transport), Arc::clone(stopping));
                // Without a thread the others do its work.
                threads::start("recoup-webhook", move || {
                    engine.send_in_turn(&endpoint, &*transport, &stopping)
                })
                .ok()
            })
            .collect();
        let mut sent = match due {
            0 => Ok(0),
            _ => self.send_in_turn(endpoint, &*transport, stopping),
        };
        for helper in helpers {
            let helped = helper.join().unwrap_or_else(|_| Err(panicked()));
            sent = match (sent, helped) {
                (Ok(own), Ok(count)) => Ok(own + count),
                (Err(error), _) | (_, Err(error)) => Err(error),
            };
        }
        sent
    }

    /// Sends one message after another until none is due.
    fn send_in_turn(
        &self,
        endpoint: &Arc<Endpoint>,
        transport: &dyn Transport,
        stopping: &Stopping,
    ) -> Result<usize, Error> {
        let mut sent = 0;
        while !stopping.is_stopped() {
            match self.claim_message(endpoint)? {
                Claim::Send(claimed) => {
                    let message = Signed { id: &claimed.webhook_id, at: self.now(), body: &claimed.body };
                    let request = request(endpoint, &message);
                    let answer = match stopping.is_stopped() {
                        true => Err(TransportError::Closed { host: endpoint.url.host().to_owned() }),
                        false => request.check().and_then(|()| transport.send(&request)),
                    };
                    self.finish_message(endpoint, claimed, Answer::of(&answer, self.now()))?;
                    sent += 1;
                }
                Claim::Nothing => break,
                Claim::Again => {}
            }
        }
        Ok(sent)
    }

    fn claim_message(&self, endpoint: &Arc<Endpoint>) -> Result<Claim, Error> {
        let (endpoint, ledger) = (Arc::clone(endpoint), self.webhooks.ledger.clone());
        let owner = self.delivery.owner();
        self.change(move |change| Ok(change.claim_webhook(&endpoint, &ledger, owner)?))
    }

    fn finish_message(
        &self,
        endpoint: &Arc<Endpoint>,
        claimed: Claimed,
        answer: Answer,
    ) -> Result<(), Error> {
        // Without random numbers the wait is at its shortest, and no shorter than that.
        let chance = random_bytes::<4>(self.randomness.as_ref()).map_or(0, u32::from_le_bytes);
        let endpoint = Arc::clone(endpoint);
        self.change(move |change| Ok(change.finish_webhook(&endpoint, &claimed, &answer, chance)?))
    }

    /// Notes that this process sends the endpoint's messages, and makes due what a clock that was ahead put off.
    fn note_serving(&self, endpoint: &Endpoint) -> Result<(), Error> {
        let (name, now) = (endpoint.name.clone(), self.now());
        let beyond = now.plus(LONGEST_WAIT);
        let (is_noted, is_put_off) = self.read(|read| {
            let row = read.endpoint(&name)?;
            let noted = row.and_then(|row| row.served_at);
            let is_noted =
                noted.is_some_and(|at| (0..NOTED_EVERY.millis()).contains(&now.since(at).millis()));
            Ok((is_noted, read.any_message_beyond(&name, beyond)?))
        })?;
        if is_noted && !is_put_off {
            return Ok(());
        }
        self.change(move |change| {
            change.tx.serve_endpoint(&name, change.now)?;
            if is_put_off {
                change.tx.retime_messages(&name, beyond, change.now)?;
            }
            Ok(())
        })
    }

    /// When an endpoint's next message is due; `None`: none waits.
    pub(super) fn next_webhook_at(&self, endpoint: &str) -> Result<Option<Timestamp>, Error> {
        let now = self.now();
        self.read(|read| {
            let held_until =
                read.endpoint(endpoint)?.and_then(|row| row.held_until).filter(|until| *until > now);
            Ok(read.next_message_at(endpoint, now)?.max(held_until))
        })
    }
}

impl Change<'_> {
    /// Writes what became of a message that was sent.
    fn finish_webhook(
        &self,
        endpoint: &Endpoint,
        claimed: &Claimed,
        answer: &Answer,
        chance: u32,
    ) -> Result<(), LedgerError> {
        let attempt = claimed.sender.attempt;
        let next = match answer.verdict {
            Verdict::Failed { requested, .. } => next_try(attempt, requested, chance),
            Verdict::NotSent => Some(Span::from_millis(0)),
            Verdict::Delivered | Verdict::Gone => None,
        };
        let next_at = next.map(|wait| self.now.plus(wait));
        let state = match (answer.verdict, next) {
            (Verdict::Delivered, _) => WebhookState::Delivered,
            (Verdict::Gone, _) => WebhookState::Dropped,
            (_, Some(_)) => WebhookState::Waiting,
            (_, None) => WebhookState::Dead,
        };
        let result = MessageResult {
            state,
            // What was not sent is no try.
            attempts: attempt.saturating_sub(u32::from(answer.verdict == Verdict::NotSent)),
            next_at,
            status: answer.status,
            problem: answer.problem.as_deref(),
        };
        if !self.tx.finish_message(claimed.id, claimed.sender, &result, self.now)? {
            return Ok(());
        }
        let name = &endpoint.name;
        let Some(problem) = &answer.problem else { return Ok(()) };
        self.tx.note_endpoint_problem(name, problem, self.now)?;
        match (answer.verdict, next_at) {
            (Verdict::Gone, _) => self.end_endpoint(name, None, "it answered 410: it wants no more messages"),
            (Verdict::Failed { overloaded: true, .. }, Some(until)) => {
                self.tx.hold_endpoint_back(name, until)
            }
            (Verdict::Failed { .. }, None) => self.journal_dead(name, claimed.id, problem),
            _ => Ok(()),
        }
    }

    /// Ends an endpoint, and drops what waits for it.
    pub(super) fn end_endpoint(&self, name: &str, who: Option<&str>, why: &str) -> Result<(), LedgerError> {
        if !self.tx.end_endpoint(name, why, self.now)? {
            return Ok(());
        }
        self.tx.drop_messages_of(name, "the endpoint ended", self.now)?;
        let (endpoint, who, why) = (name.to_owned(), who.map(str::to_owned), why.to_owned());
        tracing::warn!(endpoint, why, "a webhook endpoint ended");
        let entry = NewEntry { inbox: None, refund: None, order: None, user: None };
        self.tx.write_journal(entry, self.now, &Happening::EndpointEnded { endpoint, who, why })
    }

    fn journal_dead(&self, endpoint: &str, message: i64, problem: &str) -> Result<(), LedgerError> {
        let Some(row) = self.tx.read().message(message)? else { return Ok(()) };
        tracing::warn!(endpoint, message, problem, "a webhook message is dead: its last try failed");
        let entry = NewEntry { inbox: None, refund: row.refund_id, order: None, user: row.user.as_deref() };
        let happening = Happening::MessageDead {
            endpoint: endpoint.to_owned(),
            message,
            event: row.event,
            problem: problem.to_owned(),
        };
        self.tx.write_journal(entry, self.now, &happening)
    }
}

fn panicked() -> Error {
    LedgerError::Internal("a panic interrupted the sending of webhooks".to_owned()).into()
}
