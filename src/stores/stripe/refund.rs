//! Refunds: <https://docs.stripe.com/api/refunds/object>.

use serde::Deserialize;

use super::amount::money;
use super::charge::Charge;
use super::event::not_understood;
use super::meaning::case;
use super::payment::{Payment, PaymentIntent};
use super::reference::{self, Metadata, Reference};
use crate::model::{Extent, Initiator, Meaning, Reason, Timestamp, What};
use crate::stores::Rejection;

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
    created: i64,
}

impl Refund {
    /// `refund.created`, `refund.updated`, `charge.refund.updated`: what its status says. `told_at` is the event's time.
    pub(super) fn by_status(&self, told_at: Timestamp, user_key: Option<&str>) -> Result<Meaning, Rejection> {
        match self.status.as_deref() {
            Some("pending" | "succeeded") => self.given(user_key),
            Some("failed" | "canceled") => self.failed(told_at, user_key),
            // The customer has to say where to send it; until then the money stays.
            Some("requires_action") => Ok(Meaning::Nothing),
            other => {
                let found: String = other.unwrap_or("null").chars().take(64).collect();
                Err(not_understood(format!("the refund {} has the unknown status {found:?}", self.id)))
            }
        }
    }

    /// `refund.failed`: the money came back, whatever had been said before.
    pub(super) fn failed(&self, told_at: Timestamp, user_key: Option<&str>) -> Result<Meaning, Rejection> {
        let step = Some(self.id.clone());
        let what = What::Reversed { step, extent: Some(self.extent()?) };
        case(self.payment().details(user_key)?, what, told_at)
    }

    fn given(&self, user_key: Option<&str>) -> Result<Meaning, Rejection> {
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
        case(self.payment().details(user_key)?, what, Timestamp::from_secs(self.created))
    }

    fn extent(&self) -> Result<Extent, Rejection> {
        money(self.amount, &self.currency).map(Extent::Amount)
    }

    /// Why, and who started it. The first three are what the merchant said when making the refund.
    fn words(&self) -> (Option<Reason>, Option<Initiator>) {
        match self.reason.as_deref() {
            Some("requested_by_customer") => (Some(Reason::Remorse), Some(Initiator::Player)),
            Some("fraudulent") => (Some(Reason::Fraud), Some(Initiator::Developer)),
            Some("duplicate") => (Some(Reason::Other), Some(Initiator::Developer)),
            // Nobody captured the charge in time, so Stripe let go of the money.
            Some("expired_uncaptured_charge") => (Some(Reason::Unacknowledged), Some(Initiator::Store)),
            Some(_) => (Some(Reason::Other), None),
            None => (None, None),
        }
    }

    fn payment(&self) -> Payment<'_> {
        Payment {
            charge: self.charge.as_ref(),
            payment_intent: self.payment_intent.as_ref(),
            metadata: &self.metadata,
        }
    }
}
