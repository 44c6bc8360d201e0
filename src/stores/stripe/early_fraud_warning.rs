//! Early fraud warnings: the card's issuer suspects fraud and has taken nothing back yet.
//! Source: <https://docs.stripe.com/api/radar/early_fraud_warnings/object>.

use serde::Deserialize;

use super::charge::Charge;
use super::meaning::case;
use super::payment::{Payment, PaymentIntent};
use super::reading::Reading;
use super::reference::{self, Metadata, Reference};
use crate::model::{Meaning, Reason, Timestamp, What};
use crate::stores::Rejection;

/// A warning, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct EarlyFraudWarning {
    charge: Option<Reference<Charge>>,
    payment_intent: Option<Reference<PaymentIntent>>,
    #[serde(default, deserialize_with = "reference::or_default")]
    actionable: bool,
    created: i64,
}

impl EarlyFraudWarning {
    /// `radar.early_fraud_warning.created` and `.updated`. One that is not actionable is about a charge that is fully
    /// refunded or disputed already, which other events tell.
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
        let what = What::Requested { deadline: None, reason: Some(Reason::Fraud), token: None };
        case(payment.details(reading)?, what, Timestamp::from_secs(self.created))
    }
}
