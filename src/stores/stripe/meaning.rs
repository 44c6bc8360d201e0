//! What an event means to a refund engine.

use super::Notification;
use super::charge::Charge;
use super::dispute::Dispute;
use super::early_fraud_warning::EarlyFraudWarning;
use super::event::not_understood;
use super::payment::{CheckoutSession, PaymentIntent, case_key};
use super::refund::Refund;
use crate::model::{Environment, Fact, Meaning, OrderDetails, Place, Signal, Store, Timestamp, Trust, What};
use crate::stores::Rejection;

impl Notification {
    /// What it means.
    ///
    /// # Errors
    /// [`Rejection::NotUnderstood`] for an event about money that lacks what its type must say, or says it in a way
    /// that cannot be kept, such as a negative amount.
    pub fn signal(&self) -> Result<Signal, Rejection> {
        let event = self.event();
        let meaning = self.meaning()?;
        let environment = event.livemode().map(|live| match live {
            true => Environment::Production,
            false => Environment::Sandbox,
        });
        if environment.is_none() && matches!(meaning, Meaning::Case { .. }) {
            // Unknown counts as production, and a test must not block a player.
            return Err(not_understood(format!("the event {} has no livemode", event.event_type())));
        }
        let name = match event.event_type() {
            "" => "unknown",
            named => named,
        };
        Ok(Signal {
            place: Place { store: Store::Stripe, app: self.section().to_owned(), environment },
            notification_id: event.id().to_owned(),
            name: name.to_owned(),
            at: event.created().unwrap_or(self.signed_at()),
            meaning,
        })
    }

    fn meaning(&self) -> Result<Meaning, Rejection> {
        let (event, user_key) = (self.event(), self.user_metadata_key());
        match event.event_type() {
            "refund.created" | "refund.updated" | "charge.refund.updated" => {
                event.read_object::<Refund>()?.by_status(self.made_at()?, user_key)
            }
            "refund.failed" => event.read_object::<Refund>()?.failed(self.made_at()?, user_key),
            "charge.refunded" => event.read_object::<Charge>()?.refunded(self.made_at()?, user_key),
            "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed" => {
                event.read_object::<Dispute>()?.by_status(self.made_at()?, user_key)
            }
            "charge.dispute.funds_withdrawn" => {
                let dispute = event.read_object::<Dispute>()?;
                dispute.withdrawn(dispute.created(), user_key)
            }
            "charge.dispute.funds_reinstated" => {
                event.read_object::<Dispute>()?.reinstated(self.made_at()?, user_key)
            }
            "radar.early_fraud_warning.created" | "radar.early_fraud_warning.updated" => {
                event.read_object::<EarlyFraudWarning>()?.meaning(user_key)
            }
            "charge.succeeded" | "charge.captured" => event.read_object::<Charge>()?.purchase(user_key),
            "payment_intent.succeeded" => {
                event.read_object::<PaymentIntent>()?.purchase(self.made_at()?, user_key)
            }
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
                event.read_object::<CheckoutSession>()?.purchase(self.made_at()?, user_key)
            }
            _ => Ok(Meaning::Nothing),
        }
    }

    /// When the event was made, which orders what it tells among the rest.
    fn made_at(&self) -> Result<Timestamp, Rejection> {
        let event = self.event();
        event
            .created()
            .ok_or_else(|| not_understood(format!("the event {} has no created", event.event_type())))
    }
}

/// Something that is told of a payment's case.
pub(super) fn case(about: OrderDetails, what: What, at: Timestamp) -> Result<Meaning, Rejection> {
    let key = case_key(&about)?;
    Ok(Meaning::Case { key, fact: Fact { at, what, trust: Trust::Signed, about } })
}
