//! One step of the demo, and what the game server sees of it.

use std::time::Instant;

use recoup::testing::StoreRequest;
use recoup::{
    Currency, Engine, Event, EventKind, Grant, Money, Outcome, OutcomeKind, Purchase, PurchaseOutcome,
    Recovery, RecoveryReport, Refund, RefundId, Repayment, Store, StoreState,
};
use serde::Serialize;

use crate::exit::Failure;

/// One step, and its expected result.
pub(super) struct Scene {
    pub(super) title: &'static str,
    /// The player.
    pub(super) player: &'static str,
    pub(super) action: DemoAction,
    pub(super) expected: Observed,
}

/// The actor.
pub(super) enum DemoAction {
    /// A store sends a request.
    Request(Store, StoreRequest),
    /// The game records what it delivered.
    Record(Vec<Purchase>),
    /// Items go from the player to the game or back, for the refund of an order.
    Move { order: &'static str, item_move: ItemMove },
}

/// Which way items go.
pub(super) enum ItemMove {
    /// The game takes them.
    Take(Vec<Grant>),
    /// The player gives them, of what they earned since.
    Repay(Vec<Grant>),
    /// The game gives them again, after a reversal.
    Give(Vec<Grant>),
}

/// What the game server sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Observed {
    pub(super) answer: Answer,
    pub(super) state: Option<StoreState>,
    pub(super) events: Vec<EventKind>,
    pub(super) blocked: bool,
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
    /// Rejected, and the store is answered with an error.
    Rejected,
    /// Stored, but not understood.
    DeadLetter,
    /// The purchases were recorded.
    Recorded,
    /// The books have it.
    Booked,
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
    Observed { answer, state, events: events.to_vec(), blocked }
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

pub(super) fn usd(micros: i64) -> Result<Money, Failure> {
    let currency = Currency::new("USD").map_err(|error| Failure::Demo(error.to_string()))?;
    Ok(Money { micros, currency })
}

/// The result of a scene.
#[derive(Serialize)]
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) player: &'static str,
    pub(super) store: Option<Store>,
    pub(super) request_bytes: Option<usize>,
    pub(super) outcome: Option<Outcome>,
    pub(super) purchases: Option<Vec<PurchaseOutcome>>,
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
        let (mut store, mut request_bytes, mut outcome, mut purchases) = (None, None, None, None);
        let mut moved = None;
        match self.action {
            DemoAction::Request(from, request) => {
                outcome = Some(request.send(|request| engine.ingest(&from, request))?);
                request_bytes = Some(request.body.len());
                store = Some(from);
            }
            DemoAction::Record(bought) => purchases = Some(engine.record_purchases(bought)?),
            DemoAction::Move { order, item_move } => {
                moved = Some(item_move.report(engine, self.player, order)?);
            }
        }
        let took_us = began.elapsed().as_micros();

        let events = engine.poll(100)?;
        for event in &events {
            engine.ack(event.id)?;
        }
        let about = moved.or_else(|| outcome.as_ref().and_then(|outcome| outcome.refund));
        let refund = refund(engine, about.or_else(|| events.iter().find_map(|event| event.refund_id)))?;
        let of_books = refund.as_ref().filter(|refund| refund.user.as_deref() == Some(self.player));
        let books = of_books.map(|refund| engine.recovery(refund.id)).transpose()?.flatten();
        let observed = Observed {
            answer: match (&outcome, moved) {
                (Some(outcome), _) => answer(outcome),
                (None, Some(_)) => Answer::Booked,
                (None, None) => Answer::Recorded,
            },
            state: refund.as_ref().map(|refund| refund.case.state),
            events: events.iter().map(|event| event.kind).collect(),
            blocked: engine.is_blocked(self.player),
        };
        Ok(Step {
            title: self.title,
            player: self.player,
            store,
            request_bytes,
            outcome,
            purchases,
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

impl ItemMove {
    /// Reports it to the engine, as the game does; the refund.
    fn report(self, engine: &Engine, player: &str, order: &str) -> Result<RefundId, Failure> {
        let unknown = || Failure::Demo(format!("order {order} has no refund"));
        let refund = engine.refund_of_order(order)?.ok_or_else(unknown)?.id;
        let (name, report) = match self {
            Self::Take(taken) => ("take", RecoveryReport { taken, ..RecoveryReport::default() }),
            Self::Give(returned) => ("give", RecoveryReport { returned, ..RecoveryReport::default() }),
            Self::Repay(items) => {
                let key = format!("repay:{order}");
                engine.repay(player, &Repayment { key, items, ..Repayment::default() })?;
                return Ok(refund);
            }
        };
        engine.report_recovery(refund, &RecoveryReport { key: format!("{name}:{order}"), ..report })?;
        Ok(refund)
    }
}

fn refund(engine: &Engine, id: Option<RefundId>) -> Result<Option<Refund>, Failure> {
    match id {
        Some(id) => Ok(engine.refund(id)?),
        None => Ok(None),
    }
}

fn answer(outcome: &Outcome) -> Answer {
    match &outcome.what {
        OutcomeKind::Accepted { .. } if outcome.http_status == 200 => {
            if outcome.confirm_url.is_some() {
                Answer::ToConfirm
            } else if outcome.new {
                Answer::New
            } else {
                Answer::Known
            }
        }
        OutcomeKind::DeadLetter(_) => Answer::DeadLetter,
        _ => Answer::Rejected,
    }
}
