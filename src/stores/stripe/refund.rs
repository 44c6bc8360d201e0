//! Refunds: <https://docs.stripe.com/api/refunds/object>.

use serde::Deserialize;

use super::amount::money;
use super::charge::Charge;
use super::event::not_understood;
use super::meaning::case;
use super::payment::{Payment, PaymentIntent};
use super::reading::Reading;
use super::reference::{self, Metadata, Reference};
use crate::model::{Capture, Extent, Initiator, Meaning, Reason, Timestamp, What};
use crate::stores::Rejection;

/// The `reason` of a refund object that stands for an authorisation which ran out.
const NEVER_CAPTURED: &str = "expired_uncaptured_charge";

/// A refund, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Refund {
    #[serde(deserialize_with = "reference::id")]
    id: String,
    amount: i64,
    currency: String,
    charge: Option<Reference<Charge>>,
    payment_intent: Option<Reference<PaymentIntent>>,
    #[serde(default)]
    metadata: Metadata,
    reason: Option<String>,
    status: Option<String>,
    failure_reason: Option<String>,
    created: i64,
}

impl Refund {
    /// `refund.created`, `refund.updated`, `charge.refund.updated`: what its status says.
    ///
    /// What the merchant never captured is released, which is no refund: nothing was paid.
    pub(super) fn by_status(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        if self.reason.as_deref() == Some(NEVER_CAPTURED) {
            return Ok(Meaning::Nothing);
        }
        match self.status.as_deref() {
            Some("pending" | "succeeded") => self.given(reading),
            Some("failed" | "canceled") => self.failed(reading),
            // The customer has to say where to send it; until then the money stays.
            Some("requires_action") => Ok(Meaning::Nothing),
            other => {
                let found: String = other.unwrap_or("null").chars().take(64).collect();
                Err(not_understood(format!("the refund {} has the unknown status {found:?}", self.id)))
            }
        }
    }

    /// `refund.failed`: the money came back, whatever had been said before.
    pub(super) fn failed(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let what = What::Reversed {
            step: Some(self.id.clone()),
            extent: Some(self.extent()?),
            failure: self.failure_reason.as_deref().map(word).filter(|reason| !reason.is_empty()),
        };
        case(self.payment().details(reading)?, what, reading.at)
    }

    fn given(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let extent = self.extent()?;
        if self.amount == 0 {
            return Ok(Meaning::Nothing);
        }
        let (reason, initiator) = self.words();
        let what = What::Refunded {
            step: Some(self.id.clone()),
            extent,
            reason,
            initiator,
            subscription_live: None,
        };
        let mut details = self.payment().details(reading)?;
        details.capture = details.capture.or(Some(Capture::NotReported));
        case(details, what, Timestamp::from_secs(self.created))
    }

    fn extent(&self) -> Result<Extent, Rejection> {
        money(self.amount, &self.currency).map(Extent::Amount)
    }

    /// Why, and who started it: only the merchant can make a refund, whatever the player asked for. What the bank takes
    /// back is a dispute.
    fn words(&self) -> (Option<Reason>, Option<Initiator>) {
        let reason = self.reason.as_deref().map(|reason| match reason {
            "requested_by_customer" => Reason::Remorse,
            "fraudulent" => Reason::Fraud,
            _ => Reason::Other,
        });
        (reason, Some(Initiator::Developer))
    }

    fn payment(&self) -> Payment<'_> {
        Payment {
            charge: self.charge.as_ref(),
            payment_intent: self.payment_intent.as_ref(),
            metadata: &self.metadata,
        }
    }
}

/// A word of Stripe's own, such as `expired_or_canceled_card`, and never more than a word.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(64).collect()
}
