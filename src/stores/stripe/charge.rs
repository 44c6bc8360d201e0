//! Charges: <https://docs.stripe.com/api/charges/object>.

use serde::Deserialize;

use super::amount::money;
use super::event::not_understood;
use super::meaning::case;
use super::payment::{Payment, PaymentIntent};
use super::reference::{self, Metadata, Reference};
use crate::model::{Extent, Meaning, Money, OrderDetails, Reason, Timestamp, What};
use crate::stores::Rejection;

/// A charge, as an event's object or expanded in another.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Charge {
    #[serde(deserialize_with = "reference::id")]
    id: String,
    /// What was authorised.
    amount: Option<i64>,
    /// What was taken of it; absent in old API versions.
    amount_captured: Option<i64>,
    amount_refunded: Option<i64>,
    captured: Option<bool>,
    refunded: Option<bool>,
    currency: Option<String>,
    created: Option<i64>,
    payment_intent: Option<Reference<PaymentIntent>>,
    #[serde(default)]
    metadata: Metadata,
}

impl Charge {
    /// `charge.refunded`: what went back in all by then.
    pub(super) fn refunded(&self, at: Timestamp, user_key: Option<&str>) -> Result<Meaning, Rejection> {
        let total = self.returned()?;
        if total.micros == 0 {
            return Ok(Meaning::Nothing);
        }
        let what = What::Refunded {
            step: None,
            extent: Extent::TotalAmount(total),
            // An authorisation that was let go: the game never took the money.
            reason: (self.captured == Some(false)).then_some(Reason::Unacknowledged),
            initiator: None,
            subscription_live: None,
        };
        case(self.details(user_key)?, what, at)
    }

    /// `charge.succeeded` and `charge.captured`: a purchase, once the money is taken.
    pub(super) fn purchase(&self, user_key: Option<&str>) -> Result<Meaning, Rejection> {
        if self.captured == Some(false) {
            return Ok(Meaning::Nothing);
        }
        Ok(Meaning::Purchase(self.details(user_key)?))
    }

    pub(super) fn details(&self, user_key: Option<&str>) -> Result<OrderDetails, Rejection> {
        let payment =
            Payment { charge: None, payment_intent: self.payment_intent.as_ref(), metadata: &self.metadata };
        let mut details = OrderDetails {
            order_id: Some(self.id.clone()),
            price: self.price()?,
            purchased_at: self.created.map(Timestamp::from_secs),
            ..OrderDetails::default()
        };
        details.fill_from(&payment.details(user_key)?);
        Ok(details)
    }

    fn price(&self) -> Result<Option<Money>, Rejection> {
        match (self.partly_captured().or(self.amount), &self.currency) {
            (Some(amount), Some(currency)) => money(amount, currency).map(Some),
            _ => Ok(None),
        }
    }

    /// What was taken, where that is less than what was authorised, and not nothing (yet).
    fn partly_captured(&self) -> Option<i64> {
        self.amount_captured
            .filter(|captured| *captured > 0 && self.amount.is_some_and(|amount| *captured < amount))
    }

    /// What went back of what was taken. Stripe counts an authorised rest that was not captured as refunded, in the same
    /// sum; that was never paid.
    fn returned(&self) -> Result<Money, Rejection> {
        let (Some(refunded), Some(currency)) = (self.amount_refunded, &self.currency) else {
            return Err(not_understood(
                "data.object: a charge without amount_refunded or currency".to_owned(),
            ));
        };
        let told = money(refunded, currency)?;
        let (Some(captured), Some(amount)) = (self.partly_captured(), self.amount) else { return Ok(told) };
        let returned = match self.refunded {
            Some(true) => captured,
            _ => {
                let released = amount.saturating_sub(captured);
                refunded.checked_sub(released).filter(|rest| *rest >= 0).unwrap_or(refunded)
            }
        };
        money(returned, currency)
    }
}
