//! Disputes: chargebacks, and the inquiries that may come before one.
//! Source: <https://docs.stripe.com/api/disputes/object>, <https://docs.stripe.com/disputes/how-disputes-work>.

use serde::Deserialize;

use super::amount::money;
use super::charge::Charge;
use super::event::not_understood;
use super::meaning::case;
use super::payment::{Payment, PaymentIntent};
use super::reading::Reading;
use super::reference::{self, Metadata, Reference};
use crate::model::{Extent, Initiator, Meaning, Reason, Timestamp, What};
use crate::stores::Rejection;

/// A dispute, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Dispute {
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
    evidence_details: Option<EvidenceDetails>,
    created: i64,
}

#[derive(Clone, Debug, Deserialize)]
struct EvidenceDetails {
    /// Absent for disputes that take no evidence.
    due_by: Option<i64>,
}

impl Dispute {
    /// `charge.dispute.created`, `.updated`, `.closed`: what its status says.
    pub(super) fn by_status(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        match self.status.as_deref() {
            Some("needs_response" | "under_review") => self.withdrawn(self.created(), reading),
            // Final, also where it was won before: it counts from now, and not from before that.
            Some("lost") => self.withdrawn(reading.at, reading),
            Some("won") => self.reinstated(reading),
            Some("warning_needs_response" | "warning_under_review") => self.inquiry(reading),
            Some("warning_closed") => case(self.payment().details(reading)?, What::Declined, reading.at),
            // The bank was given a refund instead, which has events of its own.
            Some("prevented") => Ok(Meaning::Nothing),
            other => {
                let found: String = other.unwrap_or("null").chars().take(64).collect();
                Err(not_understood(format!("the dispute {} has the unknown status {found:?}", self.id)))
            }
        }
    }

    /// The bank took the money back. Also `charge.dispute.funds_withdrawn`, whatever the status says.
    pub(super) fn withdrawn(&self, at: Timestamp, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let extent = self.extent()?;
        if self.amount == 0 {
            return Ok(Meaning::Nothing);
        }
        let what = What::Refunded {
            step: Some(self.step()),
            extent,
            reason: Some(self.why()),
            initiator: Some(Initiator::Bank),
            subscription_live: None,
        };
        case(self.payment().details(reading)?, what, at)
    }

    /// The money is the game's again. Also `charge.dispute.funds_reinstated`, whatever the status says.
    pub(super) fn reinstated(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let what = What::Reversed { step: Some(self.step()), extent: Some(self.extent()?), failure: None };
        case(self.payment().details(reading)?, what, reading.at)
    }

    /// The bank only asks. No money moves before it becomes a chargeback.
    fn inquiry(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let due_by = self.evidence_details.as_ref().and_then(|details| details.due_by);
        let what = What::Requested {
            deadline: due_by.filter(|due_by| *due_by > 0).map(Timestamp::from_secs),
            reason: Some(self.why()),
            // The answer goes to `/v1/disputes/<id>`.
            token: Some(self.id.clone()),
        };
        case(self.payment().details(reading)?, what, self.created())
    }

    /// No refund's id has a colon, so none can be taken for this.
    fn step(&self) -> String {
        format!("dispute:{}", self.id)
    }

    fn extent(&self) -> Result<Extent, Rejection> {
        money(self.amount, &self.currency).map(Extent::Amount)
    }

    pub(super) const fn created(&self) -> Timestamp {
        Timestamp::from_secs(self.created)
    }

    /// What the bank says the player says.
    fn why(&self) -> Reason {
        match self.reason.as_deref() {
            Some("fraudulent" | "debit_not_authorized") => Reason::Fraud,
            Some("product_not_received") => Reason::NotReceived,
            Some("product_unacceptable") => Reason::Defective,
            _ => Reason::Chargeback,
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
