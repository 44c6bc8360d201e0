//! What was paid for, as payment intents and checkout sessions say it, and which payment another object is about.

use serde::Deserialize;

use super::amount::money;
use super::charge::Charge;
use super::event::not_understood;
use super::reference::{self, Metadata, Reference};
use crate::model::{CaseKey, Meaning, OrderDetails, Timestamp};
use crate::stores::Rejection;

/// Which payment an object is about, in its own words.
pub(super) struct Payment<'a> {
    pub(super) charge: Option<&'a Reference<Charge>>,
    pub(super) payment_intent: Option<&'a Reference<PaymentIntent>>,
    pub(super) metadata: &'a Metadata,
}

impl Payment<'_> {
    /// All that is said of the payment: by the object, then by what is expanded in it.
    pub(super) fn details(&self, user_key: Option<&str>) -> Result<OrderDetails, Rejection> {
        let mut details = OrderDetails {
            order_id: self.charge.map(|charge| charge.id.clone()),
            purchase_token: self.payment_intent.map(|intent| intent.id.clone()),
            account_tag: self.metadata.tag(user_key),
            ..OrderDetails::default()
        };
        if let Some(charge) = self.charge.and_then(|charge| charge.object.as_ref()) {
            details.fill_from(&charge.details(user_key)?);
        }
        if let Some(intent) = self.payment_intent.and_then(|intent| intent.object.as_ref()) {
            details.fill_from(&intent.details(user_key)?);
        }
        Ok(details)
    }
}

/// The case of a payment: its charge's, else its payment intent's, which stands for one payment at most.
pub(super) fn case_key(details: &OrderDetails) -> Result<CaseKey, Rejection> {
    match (&details.order_id, &details.purchase_token) {
        (Some(charge), _) => Ok(CaseKey::Order(charge.clone())),
        (None, Some(intent)) => Ok(CaseKey::Token { token: intent.clone(), same_within_millis: None }),
        (None, None) => Err(not_understood("the object names neither charge nor payment_intent".to_owned())),
    }
}

/// <https://docs.stripe.com/api/payment_intents/object>
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PaymentIntent {
    #[serde(deserialize_with = "reference::id")]
    id: String,
    amount_received: Option<i64>,
    currency: Option<String>,
    latest_charge: Option<Reference<Charge>>,
    #[serde(default)]
    metadata: Metadata,
}

impl PaymentIntent {
    /// `payment_intent.succeeded`.
    pub(super) fn purchase(&self, at: Timestamp, user_key: Option<&str>) -> Result<Meaning, Rejection> {
        let mut details = self.details(user_key)?;
        details.purchased_at = details.purchased_at.or(Some(at));
        Ok(Meaning::Purchase(details))
    }

    pub(super) fn details(&self, user_key: Option<&str>) -> Result<OrderDetails, Rejection> {
        let mut details = OrderDetails {
            order_id: self.latest_charge.as_ref().map(|charge| charge.id.clone()),
            purchase_token: Some(self.id.clone()),
            account_tag: self.metadata.tag(user_key),
            price: match (self.amount_received, &self.currency) {
                // Nothing is received yet while it is being authorised.
                (Some(0), _) => None,
                (Some(amount), Some(currency)) => Some(money(amount, currency)?),
                _ => None,
            },
            ..OrderDetails::default()
        };
        if let Some(charge) = self.latest_charge.as_ref().and_then(|charge| charge.object.as_ref()) {
            details.fill_from(&charge.details(user_key)?);
        }
        Ok(details)
    }
}

/// <https://docs.stripe.com/api/checkout/sessions/object>
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CheckoutSession {
    payment_intent: Option<Reference<PaymentIntent>>,
    payment_status: Option<String>,
    client_reference_id: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

impl CheckoutSession {
    /// `checkout.session.completed`: a purchase, where it is paid already and by a payment of its own (a subscription's
    /// is its invoice's).
    pub(super) fn purchase(&self, at: Timestamp, user_key: Option<&str>) -> Result<Meaning, Rejection> {
        let is_paid = self.payment_status.as_deref() != Some("unpaid");
        if !is_paid || self.payment_intent.is_none() {
            return Ok(Meaning::Nothing);
        }
        let payment =
            Payment { charge: None, payment_intent: self.payment_intent.as_ref(), metadata: &self.metadata };
        let mut details = payment.details(user_key)?;
        if let (Some(amount), Some(currency)) = (self.amount_total, &self.currency) {
            details.price = details.price.or(Some(money(amount, currency)?));
        }
        // Of who wants no tags none is taken: a payment link lets the customer write this one.
        let own_reference =
            self.client_reference_id.clone().filter(|id| user_key.is_some() && !id.is_empty());
        details.account_tag = details.account_tag.or(own_reference);
        details.purchased_at = details.purchased_at.or(Some(at));
        Ok(Meaning::Purchase(details))
    }
}
