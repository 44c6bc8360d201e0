//! Sends what is due: claims a message, sends it, and writes what became of it.

use std::sync::Arc;
use std::time::Duration;

use super::claim::{Claim, Claimed};
use super::helpers::{Helpers, panicked};
use crate::engine::Engine;
use crate::engine::change::Change;
use crate::engine::clock::random_bytes;
use crate::engine::stopping::Stopping;
use crate::error::Error;
use crate::ledger::{LedgerError, MessageResult, NewEntry};
use crate::model::{Happening, Span, Timestamp, WebhookState};
use crate::threads;
use crate::transport::{Transport, TransportError};
use crate::webhooks::{Answer, Endpoint, LONGEST_WAIT, Signed, Verdict, hold, next_try, request};

/// How often a process notes that it looks for an endpoint's messages. Doctor warns after an hour without.
const NOTED_EVERY: Span = Span::from_millis(10 * 60_000);

/// How often an endpoint's thread looks for messages while requests are under way, without being woken: those that
/// another process released or made due.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

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
                let (engine, endpoint) = (self.view(), Arc::clone(endpoint));
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

    /// Sends the due messages of one endpoint, up to its `in_flight` at once, and what comes due meanwhile. Each request
    /// has its own thread, so that a slow one keeps none waiting that there is room for.
    pub(super) fn send_to(&self, endpoint: &Arc<Endpoint>, stopping: &Arc<Stopping>) -> Result<usize, Error> {
        let Some(transport) = self.transport.clone() else { return Ok(0) };
        let mut helpers = Helpers::new(stopping);
        let sent = self.send_in_turn(endpoint, &transport, stopping, &mut helpers);
        let helped = helpers.join();
        Ok(sent? + helped?)
    }

    /// Sends one message after another until none is due and no request is under way. Returns how many this thread
    /// sent itself.
    fn send_in_turn(
        &self,
        endpoint: &Arc<Endpoint>,
        transport: &Arc<dyn Transport>,
        stopping: &Arc<Stopping>,
        helpers: &mut Helpers,
    ) -> Result<usize, Error> {
        let (mut sent, mut noted) = (0, None);
        self.note_serving_at_times(endpoint, &mut noted)?;
        while !stopping.is_stopped() {
            self.note_serving_at_times(endpoint, &mut noted)?;
            helpers.collect()?;
            if helpers.active() >= endpoint.in_flight {
                stopping.wait_for_work(LOOK_AGAIN);
                continue;
            }
            match self.claim_if_due(endpoint)? {
                Claim::Send(claimed) if endpoint.in_flight == 1 => {
                    self.send_claimed(endpoint, transport.as_ref(), stopping, claimed)?;
                    sent += 1;
                }
                Claim::Send(claimed) => {
                    let (engine, its) = (self.view(), Arc::clone(stopping));
                    let (to, by, message) = (Arc::clone(endpoint), Arc::clone(transport), claimed.clone());
                    if !helpers.start(move || engine.send_claimed(&to, by.as_ref(), &its, message)) {
                        // The system has no thread left.
                        self.send_claimed(endpoint, transport.as_ref(), stopping, claimed)?;
                        sent += 1;
                    }
                }
                Claim::Nothing if helpers.active() == 0 => break,
                Claim::Nothing => drop(stopping.wait_for_work(LOOK_AGAIN)),
                Claim::Again => {}
            }
        }
        Ok(sent)
    }

    /// Sends a message, and writes what became of it.
    fn send_claimed(
        &self,
        endpoint: &Arc<Endpoint>,
        transport: &dyn Transport,
        stopping: &Stopping,
        claimed: Claimed,
    ) -> Result<(), Error> {
        let message = Signed { id: &claimed.webhook_id, at: self.now(), body: &claimed.body };
        let request = request(endpoint, &message);
        let answer = match stopping.is_stopped() {
            true => Err(TransportError::Closed { host: endpoint.url.host().to_owned() }),
            false => request.check().and_then(|()| transport.send(&request)),
        };
        let answer = Answer::of(&answer, self.now(), endpoint.authorization.as_ref());
        self.finish_message(endpoint, claimed, answer)
    }

    /// Claims a message, unless a read shows that none is due.
    fn claim_if_due(&self, endpoint: &Arc<Endpoint>) -> Result<Claim, Error> {
        let now = self.now();
        match self.read(|read| read.any_message_due(&endpoint.name, now))? {
            true => self.claim_message(endpoint),
            false => Ok(Claim::Nothing),
        }
    }

    fn claim_message(&self, endpoint: &Arc<Endpoint>) -> Result<Claim, Error> {
        let (endpoint, ledger) = (Arc::clone(endpoint), self.webhooks.ledger.clone());
        let (owner, config) = (self.delivery.owner(), Arc::clone(&self.config));
        self.change(move |change| Ok(change.claim_webhook(&endpoint, &config, &ledger, owner)?))
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

    /// As [`note_serving`](Self::note_serving), again and again while there is always something to send.
    fn note_serving_at_times(&self, endpoint: &Endpoint, noted: &mut Option<Timestamp>) -> Result<(), Error> {
        let now = self.now();
        let is_recent = |at: Timestamp| (0..NOTED_EVERY.millis()).contains(&now.since(at).millis());
        if noted.is_some_and(is_recent) {
            return Ok(());
        }
        *noted = Some(now);
        self.note_serving(endpoint)
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
        let name = &endpoint.name;
        // By now another process may have another URL for it, and what the old one answered is not the new one's answer.
        let is_current = match answer.verdict {
            Verdict::Gone | Verdict::Failed { overloaded: true, .. } => {
                let row = self.tx.read().endpoint(name)?;
                row.is_some_and(|row| row.target == endpoint.target())
            }
            _ => true,
        };
        let verdict = match answer.verdict {
            Verdict::Gone if !is_current => Verdict::Failed { requested: None, overloaded: false },
            Verdict::Failed { requested, .. } if !is_current => {
                Verdict::Failed { requested, overloaded: false }
            }
            verdict => verdict,
        };
        let next = match verdict {
            Verdict::Failed { requested, .. } => next_try(attempt, requested, chance),
            Verdict::NotSent => Some(Span::from_millis(0)),
            Verdict::Delivered | Verdict::Gone => None,
        };
        let state = match (verdict, next) {
            (Verdict::Delivered, _) => WebhookState::Delivered,
            (Verdict::Gone, _) => WebhookState::Dropped,
            (_, Some(_)) => WebhookState::Waiting,
            (_, None) => WebhookState::Dead,
        };
        let result = MessageResult {
            state,
            // What was not sent is no try.
            attempts: attempt.saturating_sub(u32::from(verdict == Verdict::NotSent)),
            next_at: next.map(|wait| self.now.plus(wait)),
            status: answer.status,
            problem: answer.problem.as_deref(),
        };
        if !self.tx.finish_message(claimed.id, claimed.sender, &result, self.now)? {
            return Ok(());
        }
        let Some(problem) = &answer.problem else { return Ok(()) };
        self.tx.note_endpoint_problem(name, problem, self.now)?;
        match (verdict, next) {
            (Verdict::Gone, _) => self.end_endpoint(name, None, "it answered 410: it wants no more messages"),
            (Verdict::Failed { overloaded: true, requested }, Some(wait)) => {
                let until = self.now.plus(hold(wait, requested));
                self.tx.hold_endpoint_back(name, until, self.now.plus(LONGEST_WAIT))
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
