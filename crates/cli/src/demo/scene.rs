//! One step of the demo, and what the game server sees of it.

use std::time::Instant;

use recoup::testing::StoreRequest;
use recoup::{
    Currency, Engine, Event, EventKind, Money, Purchase, Recovery, Refund, RefundId, Store, StoreState,
};
use serde::Serialize;

use super::action::{DemoAction, Done};
use super::trial::TrialSeen;
use super::webhooks::WebhookSeen;
use crate::exit::Failure;

/// One step, and its expected result.
pub(super) struct Scene {
    pub(super) title: &'static str,
    /// The player.
    pub(super) player: &'static str,
    pub(super) action: DemoAction,
    pub(super) expected: Observed,
}

/// What the game server, its operator and its webhooks' receiver see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Observed {
    pub(super) answer: Answer,
    pub(super) state: Option<StoreState>,
    pub(super) events: Vec<EventKind>,
    pub(super) blocked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trial: Option<TrialSeen>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) webhooks: Vec<WebhookSeen>,
}

/// The engine's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// Accepted, with something new.
    New,
    /// Accepted, and already known.
    Known,
    /// Accepted, and the store waits for its endpoint to be confirmed.
    ToConfirm,
    /// Rejected, and the sender is answered with an error.
    Rejected,
    /// Stored, but not understood.
    DeadLetter,
    /// The purchases were recorded.
    Recorded,
    /// The books have it.
    Booked,
    /// The exclusion is made.
    Excluded,
    /// The rules were tried.
    Tried,
    /// All messages were delivered.
    Delivered,
    /// Some message was not delivered.
    Undelivered,
}

pub(super) const REFUNDED_AND_BLOCKED: &[EventKind] =
    &[EventKind::Refund, EventKind::Alert, EventKind::Block];
pub(super) const REVERSED: &[EventKind] = &[EventKind::Unblock, EventKind::Reversal];

pub(super) fn observed(
    answer: Answer,
    state: Option<StoreState>,
    events: &[EventKind],
    blocked: bool,
) -> Observed {
    Observed { answer, state, events: events.to_vec(), blocked, trial: None, webhooks: Vec::new() }
}

pub(super) fn request(
    store: Store,
    title: &'static str,
    player: &'static str,
    request: StoreRequest,
    expected: Observed,
) -> Scene {
    Scene { title, player, action: DemoAction::Request(store, request), expected }
}

pub(super) fn record(
    title: &'static str,
    player: &'static str,
    purchases: Vec<Purchase>,
    expected: Observed,
) -> Scene {
    Scene { title, player, action: DemoAction::Record(purchases), expected }
}

pub(super) fn usd(micros: i64) -> Result<Money, Failure> {
    let currency = Currency::new("USD").map_err(|error| Failure::Demo(error.to_string()))?;
    Ok(Money { micros, currency })
}

/// The result of a scene.
#[derive(Serialize)]
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) player: &'static str,
    #[serde(flatten)]
    pub(super) done: Done,
    pub(super) refund: Option<Refund>,
    /// The refund's books, where items moved or are to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) books: Option<Recovery>,
    pub(super) events: Vec<Event>,
    pub(super) blocked_before: bool,
    pub(super) took_us: u128,
    pub(super) observed: Observed,
    pub(super) expected: Observed,
    pub(super) as_expected: bool,
}

impl Scene {
    pub(super) fn play(self, engine: &Engine) -> Result<Step, Failure> {
        let blocked_before = engine.is_blocked(self.player);
        let began = Instant::now();
        let done = self.action.perform(engine, self.player)?;
        let took_us = began.elapsed().as_micros();

        let events = engine.poll(100)?;
        for event in &events {
            engine.ack(event.id)?;
        }
        let about = done.moved.or_else(|| done.outcome.as_ref().and_then(|outcome| outcome.refund));
        let refund = refund(engine, about.or_else(|| events.iter().find_map(|event| event.refund_id)))?;
        let of_books = refund.as_ref().filter(|refund| refund.user.as_deref() == Some(self.player));
        let books = of_books.map(|refund| engine.recovery(refund.id)).transpose()?.flatten();
        let observed = Observed {
            answer: done.answer,
            state: refund.as_ref().map(|refund| refund.case.state),
            events: events.iter().map(|event| event.kind).collect(),
            blocked: engine.is_blocked(self.player),
            trial: done.trial.as_ref().map(TrialSeen::of),
            webhooks: done.webhooks.iter().map(|message| message.seen.clone()).collect(),
        };
        Ok(Step {
            title: self.title,
            player: self.player,
            done,
            refund,
            books: books.filter(|books| !books.items.is_empty()),
            events,
            blocked_before,
            took_us,
            as_expected: observed == self.expected,
            observed,
            expected: self.expected,
        })
    }
}

fn refund(engine: &Engine, id: Option<RefundId>) -> Result<Option<Refund>, Failure> {
    match id {
        Some(id) => Ok(engine.refund(id)?),
        None => Ok(None),
    }
}
