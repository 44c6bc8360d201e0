//! The meaning of an event to a refund engine.

use super::Notification;
use super::event::not_understood;
use super::invoice::{Invoice, InvoicePayment, Subscription};
use super::payment::Charge;
use super::payment::CheckoutSession;
use super::payment::PaymentIntent;
use super::reading::{Reading, counts_releases};
use super::refund::Dispute;
use super::refund::EarlyFraudWarning;
use super::refund::Refund;
use crate::model::{Environment, Meaning, Place, Signal, Store, Timestamp};
use crate::stores::Rejection;

impl Notification {
    /// Its meaning.
    ///
    /// # Errors
    /// [`Rejection::NotUnderstood`] for an event about money that lacks what its type requires, or has it in a form
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
        let event = self.event();
        match event.event_type() {
            "refund.created" | "refund.updated" | "charge.refund.updated" => {
                event.read_object::<Refund>()?.by_status(self.reading(self.made_at()?))
            }
            "refund.failed" => event.read_object::<Refund>()?.failed(self.reading(self.made_at()?)),
            "charge.refunded" => event.read_object::<Charge>()?.refunded(self.reading(self.made_at()?)),
            "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed" => {
                event.read_object::<Dispute>()?.by_status(self.reading(self.made_at()?))
            }
            "charge.dispute.funds_withdrawn" => {
                let dispute = event.read_object::<Dispute>()?;
                dispute.withdrawn(dispute.created(), self.reading(self.made_at()?))
            }
            "charge.dispute.funds_reinstated" => {
                event.read_object::<Dispute>()?.reinstated(self.reading(self.made_at()?))
            }
            "radar.early_fraud_warning.created" | "radar.early_fraud_warning.updated" => {
                event.read_object::<EarlyFraudWarning>()?.meaning(self.reading(self.made_at()?))
            }
            _ => self.order(),
        }
    }

    /// The meaning of an event that refunds no money.
    fn order(&self) -> Result<Meaning, Rejection> {
        let event = self.event();
        let reading = || self.made_at().map(|at| self.reading(at));
        match event.event_type() {
            "charge.succeeded" | "charge.captured" => event.read_object::<Charge>()?.purchase(reading()?),
            "charge.expired" => event.read_object::<Charge>()?.expired(reading()?),
            "payment_intent.succeeded" => event.read_object::<PaymentIntent>()?.purchase(reading()?),
            "payment_intent.canceled" => event.read_object::<PaymentIntent>()?.canceled(reading()?),
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
                event.read_object::<CheckoutSession>()?.purchase(reading()?)
            }
            "invoice.paid" | "invoice.payment_succeeded" => event.read_object::<Invoice>()?.paid(reading()?),
            "invoice_payment.paid" => Ok(event.read_object::<InvoicePayment>()?.paid()),
            "customer.subscription.created" | "customer.subscription.updated" => {
                Ok(event.read_object::<Subscription>()?.about(reading()?))
            }
            _ => Ok(Meaning::Nothing),
        }
    }

    /// How to read the event's object, which is as of that time.
    fn reading(&self, at: Timestamp) -> Reading<'_> {
        Reading {
            user_key: self.user_metadata_key(),
            client_reference_id: self.takes_client_reference_id(),
            at,
            seen_at: at,
            counts_releases: counts_releases(self.event().api_version()),
        }
    }

    /// When the event was made, which gives its report a place among the others.
    fn made_at(&self) -> Result<Timestamp, Rejection> {
        let event = self.event();
        event
            .created()
            .ok_or_else(|| not_understood(format!("the event {} has no created", event.event_type())))
    }
}
