//! What happens in one step of the demo, and what it brought.

use std::rc::Rc;

use recoup::testing::StoreRequest;
use recoup::{
    Engine, Exclusion, Grant, NewExclusion, Outcome, OutcomeKind, Policy, PolicyTrial, Purchase,
    PurchaseOutcome, RecoveryReport, RefundId, Repayment, Store,
};
use serde::Serialize;

use super::receiver::Receiver;
use super::scene::Answer;
use super::trial;
use super::webhooks::{self, Message};
use crate::exit::Failure;

/// The actor.
pub(super) enum DemoAction {
    /// A store sends a request.
    Request(Store, StoreRequest),
    /// The game records what it delivered.
    Record(Vec<Purchase>),
    /// Items go from the player to the game or back, for the refund of an order.
    Move { order: &'static str, item_move: ItemMove },
    /// An operator makes an exclusion.
    Exclude(NewExclusion),
    /// The studio tries other rules.
    TryRules(Policy),
    /// The engine sends the webhook messages that wait, to this receiver.
    SendWebhooks(Rc<Receiver>),
    /// A stranger sends a message again, with one byte of its body changed.
    ChangeByte(Rc<Receiver>),
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

/// What an action brought.
#[derive(Serialize)]
pub(super) struct Done {
    #[serde(skip)]
    pub(super) answer: Answer,
    pub(super) store: Option<Store>,
    pub(super) request_bytes: Option<usize>,
    pub(super) outcome: Option<Outcome>,
    pub(super) purchases: Option<Vec<PurchaseOutcome>>,
    /// The refund whose items moved.
    #[serde(skip)]
    pub(super) moved: Option<RefundId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exclusion: Option<Exclusion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trial: Option<PolicyTrial>,
    /// What the receiver got.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) webhooks: Vec<Message>,
}

impl Done {
    const fn with(answer: Answer) -> Self {
        Self {
            answer,
            store: None,
            request_bytes: None,
            outcome: None,
            purchases: None,
            moved: None,
            exclusion: None,
            trial: None,
            webhooks: Vec::new(),
        }
    }
}

impl DemoAction {
    pub(super) fn perform(self, engine: &Engine, player: &str) -> Result<Done, Failure> {
        Ok(match self {
            Self::Request(store, request) => {
                let outcome = request.send(|request| engine.ingest(&store, request))?;
                Done {
                    store: Some(store),
                    request_bytes: Some(request.body.len()),
                    outcome: Some(outcome.clone()),
                    ..Done::with(answer(&outcome))
                }
            }
            Self::Record(bought) => {
                Done { purchases: Some(engine.record_purchases(bought)?), ..Done::with(Answer::Recorded) }
            }
            Self::Move { order, item_move } => {
                Done { moved: Some(item_move.report(engine, player, order)?), ..Done::with(Answer::Booked) }
            }
            Self::Exclude(exclusion) => Done {
                exclusion: Some(engine.exclude(&exclusion)?.exclusion),
                ..Done::with(Answer::Excluded)
            },
            Self::TryRules(policy) => {
                Done { trial: Some(trial::of(engine, &policy)?), ..Done::with(Answer::Tried) }
            }
            Self::SendWebhooks(receiver) => {
                let (answer, messages) = webhooks::send(engine, &receiver)?;
                Done { webhooks: messages, ..Done::with(answer) }
            }
            Self::ChangeByte(receiver) => {
                let (answer, messages) = webhooks::send_changed(&receiver)?;
                Done { webhooks: messages, ..Done::with(answer) }
            }
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
