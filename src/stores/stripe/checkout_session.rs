//! Checkout sessions: <https://docs.stripe.com/api/checkout/sessions/object>.

use serde::Deserialize;

use super::amount::money;
use super::payment::{Payment, PaymentIntent, captured};
use super::reading::Reading;
use super::reference::{self, Metadata, Reference};
use crate::model::{Meaning, OrderDetails};
use crate::stores::Rejection;

/// A checkout session, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CheckoutSession {
    #[serde(default, deserialize_with = "reference::id_only")]
    id: Option<String>,
    payment_intent: Option<Reference<PaymentIntent>>,
    /// Of a session that begins a subscription, whose payments are its invoices'.
    #[serde(default, deserialize_with = "reference::id_only")]
    subscription: Option<String>,
    #[serde(default, deserialize_with = "reference::id_only")]
    invoice: Option<String>,
    payment_status: Option<String>,
    client_reference_id: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

impl CheckoutSession {
    /// `checkout.session.completed`: a purchase, where it is paid already and by a payment of its own; or which player a
    /// subscription is of.
    pub(super) fn purchase(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let payment =
            Payment { charge: None, payment_intent: self.payment_intent.as_ref(), metadata: &self.metadata };
        let mut details = OrderDetails {
            original_id: self.subscription.clone(),
            related_ids: self.id.iter().chain(&self.invoice).cloned().collect(),
            ..payment.details(reading)?
        };
        details.account_tag = details.account_tag.or_else(|| self.reference(reading));
        if self.payment_intent.is_none() {
            return Ok(match self.subscription {
                Some(_) => Meaning::Order(details),
                None => Meaning::Nothing,
            });
        }
        if self.payment_status.as_deref() == Some("unpaid") {
            return Ok(Meaning::Nothing);
        }
        if let (Some(amount), Some(currency)) = (self.amount_total, &self.currency) {
            let total = money(amount, currency)?;
            details.price = details.price.or(Some(total));
            details.capture = details.capture.or_else(|| captured(total, reading));
        }
        details.purchased_at = details.purchased_at.or(Some(reading.at));
        Ok(Meaning::Purchase(details))
    }

    /// A payment link takes it from its URL, so there it is the customer's word, and counts only where that is asked for.
    fn reference(&self, reading: Reading<'_>) -> Option<String> {
        self.client_reference_id.clone().filter(|id| reading.client_reference_id && !id.is_empty())
    }
}
