//! Charges: <https://docs.stripe.com/api/charges/object>.

use serde::Deserialize;

use super::amount::money;
use super::event::not_understood;
use super::meaning::case;
use super::payment::{Payment, PaymentIntent};
use super::reading::Reading;
use super::reference::{self, Identified, Metadata, Reference};
use crate::model::{
    Capture, CaptureReport, Extent, Initiator, Meaning, Money, OrderDetails, Timestamp, What,
};
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
    /// Before API version 2025-03-31.basil.
    #[serde(default, deserialize_with = "reference::id_only")]
    invoice: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

impl Identified for Charge {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Charge {
    /// `charge.refunded`: what went back in all by then of what was captured.
    pub(super) fn refunded(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let total = self.returned(reading)?.ok_or_else(|| {
            not_understood("data.object: a charge without amount_refunded or currency".to_owned())
        })?;
        let details = self.details(reading)?;
        // A release: the merchant never took that money.
        if self.captured == Some(false) || total.micros == 0 {
            return Ok(Meaning::Order(details));
        }
        let what = What::Refunded {
            step: None,
            extent: Extent::TotalAmount(total),
            reason: None,
            // A bank's chargeback is a dispute, and is not in this total.
            initiator: Some(Initiator::Developer),
            subscription_live: None,
        };
        case(details, what, reading.at)
    }

    /// `charge.succeeded` and `charge.captured`: a purchase, once the money is taken.
    pub(super) fn purchase(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let details = self.details(reading)?;
        Ok(match self.captured {
            Some(false) => Meaning::Order(details),
            _ => Meaning::Purchase(details),
        })
    }

    /// `charge.expired`: the authorisation ran out.
    pub(super) fn expired(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        self.details(reading).map(Meaning::Order)
    }

    pub(super) fn details(&self, reading: Reading<'_>) -> Result<OrderDetails, Rejection> {
        let payment =
            Payment { charge: None, payment_intent: self.payment_intent.as_ref(), metadata: &self.metadata };
        let mut details = OrderDetails {
            order_id: Some(self.id.clone()),
            price: self.price()?,
            purchased_at: self.created.map(Timestamp::from_secs),
            related_ids: self.invoice.iter().cloned().collect(),
            capture: Some(Capture::Reported(CaptureReport {
                at: reading.seen_at,
                authorised: self.money(self.amount)?,
                captured: self.taken()?,
                refunded: self.returned(reading)?,
            })),
            ..OrderDetails::default()
        };
        details.fill_from(&payment.details(reading)?);
        Ok(details)
    }

    fn money(&self, amount: Option<i64>) -> Result<Option<Money>, Rejection> {
        match (amount, &self.currency) {
            (Some(amount), Some(currency)) => money(amount, currency).map(Some),
            _ => Ok(None),
        }
    }

    /// What was paid; of an authorisation nothing is yet.
    fn price(&self) -> Result<Option<Money>, Rejection> {
        match self.captured {
            Some(false) => Ok(None),
            _ => self.money(self.partly_captured().or(self.amount)),
        }
    }

    /// What was captured so far; old API versions do not say how much.
    fn taken(&self) -> Result<Option<Money>, Rejection> {
        match self.captured {
            Some(false) => Ok(None),
            _ => self.money(self.amount_captured.or(self.amount)),
        }
    }

    /// What was taken, where that is less than what was authorised, and not nothing (yet).
    fn partly_captured(&self) -> Option<i64> {
        self.amount_captured
            .filter(|captured| *captured > 0 && self.amount.is_some_and(|amount| *captured < amount))
    }

    /// What went back of what was captured. Before API version 2025-03-31.basil Stripe counts an authorised rest that was
    /// not captured as refunded, in the same sum.
    fn returned(&self, reading: Reading<'_>) -> Result<Option<Money>, Rejection> {
        let (Some(refunded), Some(captured), Some(amount), true) =
            (self.amount_refunded, self.partly_captured(), self.amount, reading.counts_releases)
        else {
            return self.money(self.amount_refunded);
        };
        let returned = match self.refunded {
            Some(true) => captured,
            _ => {
                let released = amount.saturating_sub(captured);
                // Less than that is the newer way, which an account may ask for in an older version.
                refunded.checked_sub(released).filter(|rest| *rest >= 0).unwrap_or(refunded)
            }
        };
        self.money(Some(returned))
    }
}
