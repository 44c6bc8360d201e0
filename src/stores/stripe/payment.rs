//! Payments, as payment intents, charges and checkout sessions report them, and the payment that another object is
//! about.
//! Source: <https://docs.stripe.com/api/payment_intents/object>, <https://docs.stripe.com/api/charges/object>,
//! <https://docs.stripe.com/api/checkout/sessions/object>.

use serde::Deserialize;

use super::event::not_understood;
use super::reading::{self, Identified, Metadata, Reading, Reference, money};
use crate::model::{
    Capture, CaptureReport, CaseKey, Extent, Fact, FactKind, Initiator, Meaning, Money, OrderDetails,
    Timestamp, Trust,
};
use crate::stores::Rejection;

/// The payment of an object, by the object's own members.
pub(super) struct Payment<'a> {
    pub(super) charge: Option<&'a Reference<Charge>>,
    pub(super) payment_intent: Option<&'a Reference<PaymentIntent>>,
    pub(super) metadata: &'a Metadata,
}

impl Payment<'_> {
    /// All data of the payment: from the object, then from what is expanded in it.
    pub(super) fn details(&self, reading: Reading<'_>) -> Result<OrderDetails, Rejection> {
        let mut details = OrderDetails {
            order_id: self.charge.map(|charge| charge.id.clone()),
            purchase_token: self.payment_intent.map(|intent| intent.id.clone()),
            account_tag: self.metadata.tag(reading.user_key),
            tag_by_merchant: self.metadata.tag(reading.user_key).is_some(),
            ..OrderDetails::default()
        };
        if let Some(charge) = self.charge.and_then(|charge| charge.object.as_ref()) {
            details.fill_from(&charge.details(reading)?);
        }
        if let Some(intent) = self.payment_intent.and_then(|intent| intent.object.as_ref()) {
            details.fill_from(&intent.details(reading)?);
        }
        Ok(details)
    }
}

/// The case of a payment: its charge's, else its payment intent's, which identifies one payment at most.
pub(super) fn case_key(details: &OrderDetails) -> Result<CaseKey, Rejection> {
    match (&details.order_id, &details.purchase_token) {
        (Some(charge), _) => Ok(CaseKey::Order(charge.clone())),
        (None, Some(intent)) => Ok(CaseKey::Token { token: intent.clone(), same_within_millis: None }),
        (None, None) => Err(not_understood("the object names neither charge nor payment_intent".to_owned())),
    }
}

/// A fact of a payment's case.
pub(super) fn case(about: OrderDetails, what: FactKind, at: Timestamp) -> Result<Meaning, Rejection> {
    let key = case_key(&about)?;
    Ok(Meaning::Case { key, fact: Fact { at, what, trust: Trust::Signed, about } })
}

/// <https://docs.stripe.com/api/payment_intents/object>
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PaymentIntent {
    #[serde(deserialize_with = "reading::id")]
    id: String,
    /// The authorised amount.
    amount: Option<i64>,
    /// The captured amount.
    amount_received: Option<i64>,
    currency: Option<String>,
    latest_charge: Option<Reference<Charge>>,
    /// Before API version 2025-03-31.basil.
    #[serde(default, deserialize_with = "reading::id_only")]
    invoice: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

impl Identified for PaymentIntent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl PaymentIntent {
    /// `payment_intent.succeeded`: nothing of the captured amount is refunded yet.
    pub(super) fn purchase(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let mut details = self.details(reading)?;
        details.purchased_at = details.purchased_at.or(Some(reading.at));
        if let Some(Capture::Reported(report)) = &mut details.capture {
            report.refunded =
                report.refunded.or(report.captured.map(|captured| Money { micros: 0, ..captured }));
        }
        Ok(Meaning::Purchase(details))
    }

    /// `payment_intent.canceled`: the authorised amount is released.
    pub(super) fn canceled(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        self.details(reading).map(Meaning::Order)
    }

    pub(super) fn details(&self, reading: Reading<'_>) -> Result<OrderDetails, Rejection> {
        // Nothing is received yet while it is being authorised.
        let received = self.money(self.amount_received.filter(|received| *received != 0))?;
        let mut details = OrderDetails {
            order_id: self.latest_charge.as_ref().map(|charge| charge.id.clone()),
            purchase_token: Some(self.id.clone()),
            account_tag: self.metadata.tag(reading.user_key),
            tag_by_merchant: self.metadata.tag(reading.user_key).is_some(),
            price: received,
            related_ids: self.invoice.iter().cloned().collect(),
            ..OrderDetails::default()
        };
        if let Some(charge) = self.latest_charge.as_ref().and_then(|charge| charge.object.as_ref()) {
            details.fill_from(&charge.details(reading)?);
        }
        if self.amount_received.is_some() && details.capture.is_none() {
            details.capture = Some(Capture::Reported(CaptureReport {
                at: reading.seen_at,
                authorised: self.money(self.amount)?,
                captured: received,
                refunded: None,
            }));
        }
        Ok(details)
    }

    fn money(&self, amount: Option<i64>) -> Result<Option<Money>, Rejection> {
        match (amount, &self.currency) {
            (Some(amount), Some(currency)) => money(amount, currency).map(Some),
            _ => Ok(None),
        }
    }
}

/// That money was captured, by an object that does not say how much was authorised.
pub(super) fn captured(amount: Money, reading: Reading<'_>) -> Option<Capture> {
    (amount.micros > 0).then_some(Capture::Reported(CaptureReport {
        at: reading.seen_at,
        authorised: None,
        captured: Some(amount),
        refunded: None,
    }))
}

/// A charge, as an event's object or expanded in another.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Charge {
    #[serde(deserialize_with = "reading::id")]
    id: String,
    /// The authorised amount.
    amount: Option<i64>,
    /// The captured amount; absent in old API versions.
    amount_captured: Option<i64>,
    amount_refunded: Option<i64>,
    captured: Option<bool>,
    refunded: Option<bool>,
    currency: Option<String>,
    created: Option<i64>,
    payment_intent: Option<Reference<PaymentIntent>>,
    /// Before API version 2025-03-31.basil.
    #[serde(default, deserialize_with = "reading::id_only")]
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
    /// `charge.refunded`: the total refunded by then of the captured amount.
    pub(super) fn refunded(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let total = self.returned(reading)?.ok_or_else(|| {
            not_understood("data.object: a charge without amount_refunded or currency".to_owned())
        })?;
        let details = self.details(reading)?;
        // A release: the merchant never took that money.
        if self.captured == Some(false) || total.micros == 0 {
            return Ok(Meaning::Order(details));
        }
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::TotalAmount(total),
            reason: None,
            // A bank's chargeback is a dispute, and is not in this total.
            initiator: Some(Initiator::Developer),
            subscription_live: None,
        };
        case(details, what, reading.at)
    }

    /// `charge.succeeded` and `charge.captured`: a purchase, once the money is captured.
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

    /// The price; of an authorisation nothing is paid yet.
    fn price(&self) -> Result<Option<Money>, Rejection> {
        match self.captured {
            Some(false) => Ok(None),
            _ => self.money(self.partly_captured().or(self.amount)),
        }
    }

    /// The amount captured so far; old API versions do not report it.
    fn taken(&self) -> Result<Option<Money>, Rejection> {
        match self.captured {
            Some(false) => Ok(None),
            _ => self.money(self.amount_captured.or(self.amount)),
        }
    }

    /// The captured amount, if it is less than what was authorised, and not nothing (yet).
    fn partly_captured(&self) -> Option<i64> {
        self.amount_captured
            .filter(|captured| *captured > 0 && self.amount.is_some_and(|amount| *captured < amount))
    }

    /// The refunded part of the captured amount. Before API version 2025-03-31.basil Stripe counts an authorised rest
    /// that was not captured as refunded, in the same sum.
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
                // A smaller total is of the newer kind, which an account may request in an older version.
                refunded.checked_sub(released).filter(|rest| *rest >= 0).unwrap_or(refunded)
            }
        };
        self.money(Some(returned))
    }
}

/// A checkout session, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CheckoutSession {
    #[serde(default, deserialize_with = "reading::id_only")]
    id: Option<String>,
    payment_intent: Option<Reference<PaymentIntent>>,
    /// Of a session that begins a subscription, which is paid by its invoices.
    #[serde(default, deserialize_with = "reading::id_only")]
    subscription: Option<String>,
    #[serde(default, deserialize_with = "reading::id_only")]
    invoice: Option<String>,
    payment_status: Option<String>,
    client_reference_id: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

impl CheckoutSession {
    /// `checkout.session.completed`: a purchase, if it is paid already and by a separate payment; or the player of a
    /// subscription.
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

    /// A payment link takes it from its URL, so there the customer writes it, and it counts only if the configuration
    /// allows it.
    fn reference(&self, reading: Reading<'_>) -> Option<String> {
        self.client_reference_id.clone().filter(|id| reading.client_reference_id && !id.is_empty())
    }
}
