//! Asking again for what is known, and what the answers mean.

use super::{AmazonApi, Answer, App, CancelReason, Receipt, ReceiptType};
use crate::model::{
    CaseKey, Environment, Extent, Fact, Initiator, Meaning, OrderDetails, Place, Reason, Signal, Store,
    Timestamp, Trust, What,
};
use crate::stores::ApiError;

/// What one receipt came to: a refund with the answer for the journal, nothing that a refund engine has to know, or why
/// it is not known.
pub type CheckedReceipt = Result<Option<(Signal, Vec<u8>)>, ApiError>;

impl AmazonApi {
    /// Asks for receipts again, each `(user_id, receipt_id)` as for [`receipt`](Self::receipt), one after the other, and
    /// tells of each in the same place what it means. Why a purchase was cancelled may be told later than that it was: the fact then names no
    /// initiator, and the next answer has a notification id of its own. So a receipt is final once it is refunded by
    /// somebody who is named.
    ///
    /// After a fault that is not the one receipt's alone (no answer, too many requests, wrong credentials) the rest are
    /// not asked for and have the same error: a service that is down is not asked a thousand times.
    ///
    /// May be called from any thread, and waits for Amazon.
    pub fn check(&self, app: &str, receipts: &[(&str, &str)], now: Timestamp) -> Vec<CheckedReceipt> {
        let app = match self.app(app) {
            Ok(app) => app,
            Err(error) => return receipts.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut fault = None;
        let one = |(user_id, receipt_id): &(&str, &str)| {
            if let Some(fault) = &fault {
                return Err(ApiError::clone(fault));
            }
            let answer = self.ask(app, user_id, receipt_id);
            if let Err(error) = &answer
                && is_everybodys(error)
            {
                fault = Some(error.clone());
            }
            answer.map(|answer| found(app, user_id, receipt_id, answer, now))
        };
        receipts.iter().map(one).collect()
    }
}

/// Whether the next receipt would meet the same. What could not be sent for its own sake is not.
fn is_everybodys(error: &ApiError) -> bool {
    match error {
        ApiError::Transport { source } => source.is_retryable() || !source.was_never_sent(),
        ApiError::Credentials { .. } | ApiError::NotConfigured { .. } => true,
        other => other.is_retryable(),
    }
}

fn found(
    app: &App,
    user_id: &str,
    receipt_id: &str,
    answer: Answer,
    now: Timestamp,
) -> Option<(Signal, Vec<u8>)> {
    let told = |environment, id, name: &str, fact: Fact, body| {
        let place = Place { store: Store::Amazon, app: app.package_name.clone(), environment };
        let at = fact.at;
        let meaning = Meaning::Case { key: CaseKey::Order(receipt_id.to_owned()), fact };
        Some((Signal { place, notification_id: id, name: name.to_owned(), at, meaning }, body))
    };
    match answer {
        Answer::Receipt(receipt, body) => {
            let (canceled_at, trust) = cancellation(&receipt, now)?;
            let id = format!("{receipt_id}:{}:{}", canceled_at.millis(), receipt.cancel_reason.number());
            let fact = refunded(canceled_at, trust, &receipt, about(user_id, &receipt));
            told(environment(app, &receipt), id, "verifyReceiptId", fact, body)
        }
        Answer::Gone(body) => {
            let about = OrderDetails {
                order_id: Some(receipt_id.to_owned()),
                account_tag: Some(user_id.to_owned()),
                ..OrderDetails::default()
            };
            let what = What::Refunded {
                step: None,
                extent: Extent::Full,
                reason: None,
                initiator: None,
                subscription_live: None,
            };
            let fact = Fact { at: now, what, trust: Trust::Hint, about };
            let environment = app.sandbox.then_some(Environment::Sandbox);
            told(environment, format!("{receipt_id}:410"), "verifyReceiptId 410", fact, body)
        }
    }
}

/// When money may have gone back, and how sure that is; by the table at the head of the module.
fn cancellation(receipt: &Receipt, now: Timestamp) -> Option<(Timestamp, Trust)> {
    let canceled_at = receipt.cancel_date.filter(|at| *at <= now)?;
    if receipt.cancel_reason == CancelReason::Replaced {
        return None;
    }
    match receipt.product_type {
        ReceiptType::Consumable | ReceiptType::Entitled => Some((canceled_at, Trust::Confirmed)),
        ReceiptType::Subscription | ReceiptType::Other(_) => {
            let ran_out = receipt.renewal_date.is_some_and(|renewal| renewal <= canceled_at);
            let is_known = receipt.cancel_reason != CancelReason::Unknown;
            (is_known && !ran_out).then_some((canceled_at, Trust::Hint))
        }
    }
}

fn refunded(at: Timestamp, trust: Trust, receipt: &Receipt, about: OrderDetails) -> Fact {
    let (reason, initiator) = match receipt.cancel_reason {
        CancelReason::Customer => (Some(Reason::Remorse), Some(Initiator::Player)),
        CancelReason::Amazon => (Some(Reason::Other), Some(Initiator::Store)),
        CancelReason::Unknown | CancelReason::Replaced | CancelReason::Other(_) => (None, None),
    };
    let is_subscription = receipt.product_type == ReceiptType::Subscription;
    let what = What::Refunded {
        step: None,
        extent: Extent::Full,
        reason,
        initiator,
        subscription_live: is_subscription.then_some(false),
    };
    Fact { at, what, trust, about }
}

fn about(user_id: &str, receipt: &Receipt) -> OrderDetails {
    OrderDetails {
        order_id: Some(receipt.receipt_id.clone()),
        account_tag: Some(user_id.to_owned()),
        product: receipt.product_id.clone(),
        product_type: receipt.product_type.product_type(),
        quantity: receipt.quantity,
        purchased_at: receipt.purchase_date,
        ..OrderDetails::default()
    }
}

/// A beta and a test are the sandbox. Otherwise it is not told, as RTN does not tell it: said here, one refund would
/// stand in two places.
fn environment(app: &App, receipt: &Receipt) -> Option<Environment> {
    (app.sandbox || receipt.beta_product || receipt.test_transaction).then_some(Environment::Sandbox)
}
