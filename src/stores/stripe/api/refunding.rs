//! Refunds: <https://docs.stripe.com/api/refunds/create>.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Account;
use super::StripeApi;
use super::sweep::notified_of_refund;
use crate::model::{Currency, Money, Signal, Timestamp};
use crate::stores::http_api::{answer, not_sent, unreadable, words};
use crate::stores::stripe::reading::minor_units;
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::{HttpRequest, TransportError};

/// A refund to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeRefund {
    /// The payment.
    pub payment: StripePayment,
    /// The amount, more than nothing and in the currency of the payment; `None`: all that is left.
    pub amount: Option<Money>,
    /// Why. It ends in Stripe's reports.
    pub reason: Option<StripeRefundReason>,
    /// The refund's metadata, such as the user's id under the section's `user_metadata_key`: Stripe does not copy the
    /// charge's. At most 50, keys of up to 40 characters, values of up to 500.
    pub metadata: BTreeMap<String, String>,
}

/// The payment of a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StripePayment {
    /// `ch_…` (or `py_…`).
    Charge(String),
    /// `pi_…`.
    PaymentIntent(String),
}

/// Why a merchant refunds, in Stripe's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StripeRefundReason {
    /// `duplicate`: it was paid twice.
    Duplicate,
    /// `fraudulent`. Stripe then puts card and email address on the account's block lists.
    Fraudulent,
    /// `requested_by_customer`.
    RequestedByCustomer,
}

impl StripeRefundReason {
    /// As Stripe writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Fraudulent => "fraudulent",
            Self::RequestedByCustomer => "requested_by_customer",
        }
    }
}

impl StripePayment {
    const fn parameter(&self) -> (&'static str, &String) {
        match self {
            Self::Charge(id) => ("charge", id),
            Self::PaymentIntent(id) => ("payment_intent", id),
        }
    }

    const fn collection(&self) -> &'static str {
        match self {
            Self::Charge(_) => "v1/charges",
            Self::PaymentIntent(_) => "v1/payment_intents",
        }
    }
}

/// Stripe's answer to a request, and the refund that it reports, with that answer.
type RefundAndReported = (RefundAnswer, Option<(Signal, Vec<u8>)>);

/// The longest idempotency key, in characters: <https://docs.stripe.com/api/idempotent_requests>.
const MAX_KEY: usize = 255;

#[derive(Deserialize)]
struct Made {
    id: String,
    status: Option<String>,
    failure_reason: Option<String>,
}

#[derive(Deserialize)]
struct Paid {
    currency: String,
}

impl StripeApi {
    /// Refunds a payment, whole or in part.
    ///
    /// Stripe counts requests with the same `idempotency_key` (1 to 255 visible ASCII characters) once for at least 24
    /// hours, and repeats the first answer, whatever it was. So write the key down before calling, and call again with
    /// the same one until an answer is known: money moves once. Another refund needs another key.
    ///
    /// An amount is in the charge's currency whatever its label, and the same number 500 is 500 JPY but 5.00 USD. So a
    /// request with an amount first looks up the currency of the payment, and is not sent if it is another.
    ///
    /// May be called from any thread, and waits for Stripe.
    ///
    /// # Errors
    /// [`ApiError`]. After a [`Transport`](ApiError::Transport) error that is not
    /// [`was_never_sent`](TransportError::was_never_sent), or a 5xx, Stripe may have refunded all the same; ask again with
    /// the same key, or let a sweep find it.
    pub fn refund(
        &self,
        app: &str,
        refund: &StripeRefund,
        idempotency_key: &str,
    ) -> Result<RefundAnswer, ApiError> {
        self.refund_and_report(app, refund, idempotency_key, Timestamp::from_millis(0))
            .map(|(answer, _)| answer)
    }

    /// As [`refund`](Self::refund), with the signal of the refund that was made, as a sweep will report it.
    pub(crate) fn refund_and_report(
        &self,
        app: &str,
        refund: &StripeRefund,
        idempotency_key: &str,
        now: Timestamp,
    ) -> Result<RefundAndReported, ApiError> {
        let account = self.account(app)?;
        if idempotency_key.is_empty() || idempotency_key.len() > MAX_KEY {
            return Err(unsendable(
                account,
                format!("its idempotency key must have 1 to {MAX_KEY} characters"),
            ));
        }
        let amount = match refund.amount {
            Some(amount) => Some(self.checked_amount(account, &refund.payment, amount)?),
            None => None,
        };
        let fields = fields(refund, amount);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request =
            HttpRequest::post(account.url("v1/refunds")).idempotency_key(idempotency_key).form(&fields);
        match self.send(account, request) {
            Ok(response) => {
                let answer = made(&answer(&response)?)?;
                // An answer that is not understood does not undo the refund: a sweep reports it again.
                let reported = std::str::from_utf8(response.body())
                    .ok()
                    .and_then(|row| notified_of_refund(account, row, now).ok())
                    .map(|signal| (signal, response.body().to_vec()));
                Ok((answer, reported))
            }
            Err(ApiError::Refused { code, .. }) if code == ALREADY_REFUNDED => {
                Ok((RefundAnswer::AlreadyRefunded, None))
            }
            Err(error) => Err(error),
        }
    }

    /// The amount in minor units, if the payment was made in its currency.
    fn checked_amount(
        &self,
        account: &Account,
        payment: &StripePayment,
        amount: Money,
    ) -> Result<i64, ApiError> {
        let units = minor_units(amount).filter(|units| *units > 0).ok_or_else(|| {
            unsendable(
                account,
                format!("{amount} is no amount that can be refunded: nothing, or finer than the currency"),
            )
        })?;
        let (_, id) = payment.parameter();
        let url = account.url(payment.collection()).segment(id);
        let paid: Paid = self
            .send(account, HttpRequest::get(url.clone()))
            .and_then(|response| answer(&response))
            .map_err(|error| not_sent(&url, error))?;
        match Currency::new(&paid.currency) {
            Ok(currency) if currency == amount.currency => Ok(units),
            _ => {
                let paid = words(&paid.currency, None);
                Err(unsendable(account, format!("{amount} cannot be refunded of a payment in {paid}")))
            }
        }
    }
}

/// `error.code` for a payment with nothing left to refund.
const ALREADY_REFUNDED: &str = "charge_already_refunded";

fn fields(refund: &StripeRefund, amount: Option<i64>) -> Vec<(String, String)> {
    let (payment, id) = refund.payment.parameter();
    let mut fields = vec![(payment.to_owned(), id.clone())];
    fields.extend(amount.map(|amount| ("amount".to_owned(), amount.to_string())));
    fields.extend(refund.reason.map(|reason| ("reason".to_owned(), reason.as_str().to_owned())));
    fields.extend(refund.metadata.iter().map(|(key, value)| (format!("metadata[{key}]"), value.clone())));
    fields
}

/// The state of the refund that Stripe made.
fn made(refund: &Made) -> Result<RefundAnswer, ApiError> {
    match refund.status.as_deref() {
        Some("succeeded" | "pending") => Ok(RefundAnswer::Done { refund_id: Some(refund.id.clone()) }),
        // The customer has to choose where to send the money. `null` is how Stripe's OpenAPI description allows a
        // status that is not settled: the refund was made, and a sweep or a webhook reports its progress.
        Some("requires_action") | None => Ok(RefundAnswer::Requested { refund_id: Some(refund.id.clone()) }),
        Some(status @ ("failed" | "canceled")) => Err(ApiError::Refused {
            status: 200,
            code: words(refund.failure_reason.as_deref().unwrap_or(status), None),
            message: format!("the refund {} was made and is {status}", words(&refund.id, None)),
            retryable: false,
        }),
        Some(other) => Err(unreadable(format!("the refund {} has the status {other:?}", refund.id))),
    }
}

fn unsendable(account: &Account, problem: String) -> ApiError {
    TransportError::Unsendable { host: account.url("").host().to_owned(), problem }.into()
}
