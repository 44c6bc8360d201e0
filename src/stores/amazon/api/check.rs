//! Repeated look-ups of known receipts, and the meaning of the answers.

use super::{AmazonApi, Answer, App, CancelReason, Receipt, ReceiptType};
use crate::model::{
    CaseKey, Country, Environment, Extent, Fact, FactKind, Initiator, Meaning, OrderDetails, Place, Reason,
    Signal, Span, Store, Timestamp, Trust,
};
use crate::stores::{
    ApiError, CheckedReceipt, ChecksReceipts, KnownReceipt, ReceiptSchedule, ReceiptStanding,
};

/// Players change their mind within days, so in these days RTN's short period of retries, an hour, matters most.
const EACH_SWEEP_FOR: Span = Span::from_days(7);
/// A later refund is by a bank or by customer service, and weeks late in any case.
const THEN_EVERY: Span = Span::from_days(7);
/// Amazon names no end. Cards can be disputed for 120 days, and the bank then decides for up to 75.
const UNTIL: Span = Span::from_days(196);

impl ChecksReceipts for AmazonApi {
    fn apps(&self) -> Vec<String> {
        Self::apps(self)
    }

    /// A year. RVS forgets no receipt; for older refunds, an operator should look before players are blocked.
    fn window(&self) -> Span {
        Span::from_days(365)
    }

    /// In the first week with each sweep, then once a week for half a year, and subscriptions until they end: some thirty
    /// requests a receipt, however often is swept.
    fn schedule(&self) -> ReceiptSchedule {
        ReceiptSchedule { each_sweep_for: EACH_SWEEP_FOR, then_every: THEN_EVERY, until: UNTIL }
    }

    /// Looks up receipts again, each as [`receipt`](Self::receipt) does, one after the other. Amazon may report the
    /// reason for a cancellation later than the cancellation: the fact then names no initiator, and the next answer has
    /// another notification id. So a receipt is settled once it is refunded and the initiator is known.
    ///
    /// A receipt that RVS fails to answer is [`Failed`](CheckedReceipt::Failed), and the next is looked up. After
    /// faults that are not one receipt's alone (several in a row, too many requests, wrong credentials) the rest are
    /// not looked up: a service that is down does not get a thousand requests.
    ///
    /// May be called from any thread, and waits for Amazon.
    fn check(
        &self,
        app: &str,
        receipts: &[KnownReceipt],
        now: Timestamp,
    ) -> (Vec<CheckedReceipt>, Option<ApiError>) {
        let app = match self.app(app) {
            Ok(app) => app,
            Err(error) => return (Vec::new(), Some(error)),
        };
        let mut checked = Vec::with_capacity(receipts.len());
        let mut in_a_row = 0;
        for KnownReceipt { user_id, receipt_id } in receipts {
            let result = self.ask(app, user_id, receipt_id);
            in_a_row = result.as_ref().err().map_or(0, |error| in_a_row + weight(error));
            checked.push(match result {
                Ok(Answer::Unreadable { problem, body }) => CheckedReceipt::Unread { problem, body },
                Ok(answer) => {
                    let standing = standing(&answer, now);
                    CheckedReceipt::Reported {
                        found: found(app, user_id, receipt_id, answer, now).map(Box::new),
                        standing,
                    }
                }
                Err(error) if concerns_all_receipts(&error) => return (checked, Some(error)),
                Err(error) if weight(&error) > 0 => {
                    checked.push(CheckedReceipt::Failed(error.clone()));
                    if in_a_row >= IS_DOWN {
                        return (checked, Some(error));
                    }
                    continue;
                }
                Err(error) => CheckedReceipt::Refused(error),
            });
        }
        (checked, None)
    }
}

/// By how many faults in a row it is the service that is down, and no longer single receipts.
const IS_DOWN: u32 = 5;

/// Whether the next receipt would surely fail the same way.
const fn concerns_all_receipts(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Credentials { .. } | ApiError::NotConfigured { .. } | ApiError::Refused { status: 429, .. }
    )
}

/// How strongly a fault indicates that the service is down: a response of 5xx may be of the one receipt, and so may
/// silence, which takes longer to wait for. A request that itself could not be sent indicates nothing.
fn weight(error: &ApiError) -> u32 {
    match error {
        ApiError::Transport { source } if source.is_retryable() || !source.was_never_sent() => 3,
        other => u32::from(other.is_retryable()),
    }
}

/// A receipt that is cancelled stays so; only why may yet be reported.
fn standing(answer: &Answer, now: Timestamp) -> ReceiptStanding {
    let Answer::Receipt(receipt, _) = answer else { return ReceiptStanding::Settled };
    let is_canceled = receipt.cancel_date.is_some_and(|at| at <= now);
    let is_reported_why = !matches!(receipt.cancel_reason, CancelReason::Unknown | CancelReason::Other(_));
    match receipt.product_type {
        _ if is_canceled && is_reported_why => ReceiptStanding::Settled,
        ReceiptType::Subscription if !is_canceled => ReceiptStanding::Renews,
        _ => ReceiptStanding::Open,
    }
}

fn found(
    app: &App,
    user_id: &str,
    receipt_id: &str,
    answer: Answer,
    now: Timestamp,
) -> Option<(Signal, Vec<u8>)> {
    let reported = |environment, id, name: &str, fact: Fact, body| {
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
            reported(environment(app, &receipt), id, "verifyReceiptId", fact, body)
        }
        Answer::Gone(body) => {
            let about = OrderDetails {
                order_id: Some(receipt_id.to_owned()),
                account_tag: Some(user_id.to_owned()),
                ..OrderDetails::default()
            };
            let what = FactKind::Refunded {
                step: None,
                extent: Extent::Full,
                reason: None,
                initiator: None,
                subscription_live: None,
            };
            let fact = Fact { at: now, what, trust: Trust::Hint, about };
            let environment = app.sandbox.then_some(Environment::Sandbox);
            reported(environment, format!("{receipt_id}:410"), "verifyReceiptId 410", fact, body)
        }
        Answer::Unreadable { .. } => None,
    }
}

/// When money may have been refunded, and how sure that is; by the table at the head of the module.
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
    let what = FactKind::Refunded {
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
        country: receipt.country_code.as_deref().and_then(|code| Country::new(code).ok()),
        ..OrderDetails::default()
    }
}

/// A beta and a test are the sandbox. Otherwise it is not reported, as in RTN.
fn environment(app: &App, receipt: &Receipt) -> Option<Environment> {
    (app.sandbox || receipt.beta_product || receipt.test_transaction).then_some(Environment::Sandbox)
}
