//! What was paid for, as payment intents say it, and which payment another object is about.

use serde::Deserialize;

use super::amount::money;
use super::charge::Charge;
use super::event::not_understood;
use super::reading::Reading;
use super::reference::{self, Identified, Metadata, Reference};
use crate::model::{Capture, CaptureReport, CaseKey, Meaning, Money, OrderDetails};
use crate::stores::Rejection;

/// Which payment an object is about, in its own words.
pub(super) struct Payment<'a> {
    pub(super) charge: Option<&'a Reference<Charge>>,
    pub(super) payment_intent: Option<&'a Reference<PaymentIntent>>,
    pub(super) metadata: &'a Metadata,
}

impl Payment<'_> {
    /// All that is said of the payment: by the object, then by what is expanded in it.
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
    /// What was authorised.
    amount: Option<i64>,
    /// What was captured of it.
    amount_received: Option<i64>,
    currency: Option<String>,
    latest_charge: Option<Reference<Charge>>,
    /// Before API version 2025-03-31.basil.
    #[serde(default, deserialize_with = "reference::id_only")]
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
    /// `payment_intent.succeeded`: of what was captured nothing is refunded yet.
    pub(super) fn purchase(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let mut details = self.details(reading)?;
        details.purchased_at = details.purchased_at.or(Some(reading.at));
        if let Some(Capture::Reported(report)) = &mut details.capture {
            report.refunded =
                report.refunded.or(report.captured.map(|captured| Money { micros: 0, ..captured }));
        }
        Ok(Meaning::Purchase(details))
    }

    /// `payment_intent.canceled`: what was authorised is released.
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
