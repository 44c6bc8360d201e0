//! What takes money back: refunds; disputes, which are chargebacks and the inquiries that may come before one; and
//! early fraud warnings, which mean that the card's issuer suspects fraud and has taken nothing back yet.
//! Source: <https://docs.stripe.com/api/refunds/object>, <https://docs.stripe.com/api/disputes/object>,
//! <https://docs.stripe.com/disputes/how-disputes-work>, <https://docs.stripe.com/api/radar/early_fraud_warnings/object>.

use serde::Deserialize;

use super::event::not_understood;
use super::payment::{Charge, Payment, PaymentIntent, case};
use super::reading::{self, Metadata, Reading, Reference, money};
use crate::model::{Capture, Extent, FactKind, Initiator, Meaning, Reason, Timestamp};
use crate::stores::Rejection;

/// The `reason` of a refund object for an authorisation that expired.
const NEVER_CAPTURED: &str = "expired_uncaptured_charge";

/// A refund, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Refund {
    #[serde(deserialize_with = "reading::id")]
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
    /// `refund.created`, `refund.updated`, `charge.refund.updated`: the meaning of its status.
    ///
    /// What the merchant never captured is released. That is no refund: nothing was paid.
    pub(super) fn by_status(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        if self.reason.as_deref() == Some(NEVER_CAPTURED) {
            return Ok(Meaning::Nothing);
        }
        match self.status.as_deref() {
            Some("pending" | "succeeded") => self.given(reading),
            Some("failed" | "canceled") => self.failed(reading),
            // The customer has to choose where to send it; until then the money stays.
            Some("requires_action") => Ok(Meaning::Nothing),
            other => {
                let found: String = other.unwrap_or("null").chars().take(64).collect();
                Err(not_understood(format!("the refund {} has the unknown status {found:?}", self.id)))
            }
        }
    }

    /// `refund.failed`: the money came back, whatever was reported before.
    pub(super) fn failed(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let what = FactKind::Reversed {
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
        let what = FactKind::Refunded {
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

    /// The reason and the initiator: only the merchant can make a refund, even if the player requested it. What the
    /// bank takes back is a dispute.
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

/// A dispute, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Dispute {
    #[serde(deserialize_with = "reading::id")]
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
    /// `charge.dispute.created`, `.updated`, `.closed`: the meaning of its status.
    pub(super) fn by_status(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        match self.status.as_deref() {
            Some("needs_response" | "under_review") => self.withdrawn(self.created(), reading),
            // Final, even if it was won before: it counts from now, and not from before that.
            Some("lost") => self.withdrawn(reading.at, reading),
            Some("won") => self.reinstated(reading),
            Some("warning_needs_response" | "warning_under_review") => self.inquiry(reading),
            Some("warning_closed") => case(self.payment().details(reading)?, FactKind::Declined, reading.at),
            // The merchant refunded the payment instead, which has separate events.
            Some("prevented") => Ok(Meaning::Nothing),
            other => {
                let found: String = other.unwrap_or("null").chars().take(64).collect();
                Err(not_understood(format!("the dispute {} has the unknown status {found:?}", self.id)))
            }
        }
    }

    /// The bank took the money back. Also `charge.dispute.funds_withdrawn`, whatever the status.
    pub(super) fn withdrawn(&self, at: Timestamp, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let extent = self.extent()?;
        if self.amount == 0 {
            return Ok(Meaning::Nothing);
        }
        let what = FactKind::Refunded {
            step: Some(self.step()),
            extent,
            reason: Some(self.why()),
            initiator: Some(Initiator::Bank),
            subscription_live: None,
        };
        case(self.payment().details(reading)?, what, at)
    }

    /// The money is the game's again. Also `charge.dispute.funds_reinstated`, whatever the status.
    pub(super) fn reinstated(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let what =
            FactKind::Reversed { step: Some(self.step()), extent: Some(self.extent()?), failure: None };
        case(self.payment().details(reading)?, what, reading.at)
    }

    /// The bank only inquires. No money moves before it becomes a chargeback.
    fn inquiry(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let due_by = self.evidence_details.as_ref().and_then(|details| details.due_by);
        let what = FactKind::Requested {
            deadline: due_by.filter(|due_by| *due_by > 0).map(Timestamp::from_secs),
            reason: Some(self.why()),
            // The answer goes to `/v1/disputes/<id>`.
            token: Some(self.id.clone()),
        };
        case(self.payment().details(reading)?, what, self.created())
    }

    /// No refund's id has a colon, so none is confused with this.
    fn step(&self) -> String {
        format!("dispute:{}", self.id)
    }

    fn extent(&self) -> Result<Extent, Rejection> {
        money(self.amount, &self.currency).map(Extent::Amount)
    }

    pub(super) const fn created(&self) -> Timestamp {
        Timestamp::from_secs(self.created)
    }

    /// The player's reason, as the bank reports it.
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

/// A warning, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct EarlyFraudWarning {
    charge: Option<Reference<Charge>>,
    payment_intent: Option<Reference<PaymentIntent>>,
    #[serde(default, deserialize_with = "reading::or_default")]
    actionable: bool,
    created: i64,
}

impl EarlyFraudWarning {
    /// `radar.early_fraud_warning.created` and `.updated`. A warning that is not actionable is about a charge that is
    /// fully refunded or disputed already, which other events report.
    pub(super) fn meaning(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        if !self.actionable {
            return Ok(Meaning::Nothing);
        }
        let metadata = Metadata::default();
        let payment = Payment {
            charge: self.charge.as_ref(),
            payment_intent: self.payment_intent.as_ref(),
            metadata: &metadata,
        };
        let what = FactKind::Requested { deadline: None, reason: Some(Reason::Fraud), token: None };
        case(payment.details(reading)?, what, Timestamp::from_secs(self.created))
    }
}
