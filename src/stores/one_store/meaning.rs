//! The meaning of a message to a refund engine.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};

use super::{
    Content, Notification, OneStoreError, PaymentNotification, PurchaseState, SubscriptionNotification,
    SubscriptionNotificationType,
};
use crate::model::{
    CaseKey, Environment, Extent, Fact, FactKind, Meaning, OrderDetails, Place, Signal, Span, Store,
    Timestamp, Trust,
};
use crate::stores::Rejection;

/// A revoked subscription may be reported by its token, and the cancelled payment behind it by its id; ONE Store sends
/// either again for three days. Renewals of one token are farther apart than this.
const SAME_REVOCATION: Span = DELIVERY;
/// ONE Store's delivery attempts last this long; a message that claims to be older is not.
const DELIVERY: Span = Span::from_days(3);

impl Notification {
    /// Its meaning.
    ///
    /// # Errors
    /// [`OneStoreError::NothingUnsigned`] for a subscription's change that is no refund: it is unsigned, so nothing is kept of
    /// it.
    pub fn signal(&self) -> Result<Signal, Rejection> {
        Ok(match self.content() {
            Content::Payment(payment) => self.payment(payment),
            Content::Subscription(subscription) => self.subscription(subscription)?,
        })
    }

    fn payment(&self, payment: &PaymentNotification) -> Signal {
        let about = about(payment);
        let state = payment.purchase_state;
        let (at, meaning) = match state {
            PurchaseState::Completed => {
                (payment.purchase_time.unwrap_or(self.received_at), Meaning::Purchase(about))
            }
            // The message reports when it was paid, not when it was cancelled.
            PurchaseState::Canceled => {
                let key = CaseKey::Order(payment.purchase_id.clone());
                (self.received_at, refunded(key, self.received_at, Trust::Signed, about))
            }
        };
        Signal {
            place: self.place(payment.environment),
            notification_id: format!("{}:{}", payment.purchase_id, state.name()),
            name: state.name().to_owned(),
            at,
            meaning,
        }
    }

    fn subscription(&self, message: &SubscriptionNotification) -> Result<Signal, OneStoreError> {
        let earliest = self.received_at.plus(Span::from_millis(-DELIVERY.millis()));
        let at = message.event_time.max(earliest).min(self.received_at);
        let meaning = match message.notification_type {
            SubscriptionNotificationType::Revoked => {
                let key = CaseKey::Token {
                    token: message.purchase_token.clone(),
                    same_within_millis: Some(SAME_REVOCATION.millis()),
                };
                // Not the product: what anyone may have written must not take precedence over a signed message.
                let about = OrderDetails {
                    purchase_token: Some(message.purchase_token.clone()),
                    ..OrderDetails::default()
                };
                refunded(key, at, Trust::Hint, about)
            }
            // A purchase has no trust level and counts as proven, so an unsigned one is not reported.
            _ => return Err(OneStoreError::NothingUnsigned),
        };
        Ok(Signal {
            place: self.place(message.environment),
            notification_id: unsigned_id(message, at),
            name: name(message.notification_type),
            at,
            meaning,
        })
    }

    fn place(&self, environment: Environment) -> Place {
        Place { store: Store::OneStore, app: self.client_id.clone(), environment: Some(environment) }
    }
}

fn about(payment: &PaymentNotification) -> OrderDetails {
    OrderDetails {
        order_id: Some(payment.purchase_id.clone()),
        purchase_token: payment.purchase_token.clone(),
        account_tag: payment.developer_payload.clone(),
        product: payment.product_id.clone(),
        price: payment.price,
        purchased_at: payment.purchase_time,
        ..OrderDetails::default()
    }
}

fn refunded(key: CaseKey, at: Timestamp, trust: Trust, about: OrderDetails) -> Meaning {
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: None,
    };
    Meaning::Case { key, fact: Fact { at, what, trust, about } }
}

/// A payment is called CANCELED too, so the name of a subscription's change includes the word.
fn name(kind: SubscriptionNotificationType) -> String {
    match kind.name() {
        Some(name) => format!("subscriptionNotification {name}"),
        None => format!("subscriptionNotification {}", kind.number()),
    }
}

/// An id made of the message's content, hashed: the author of an unsigned message chooses its members, and must not be
/// able to choose the id of a signed one, which would then count as a repetition. Revocations of one token on one day
/// are the same, so that a forger can add no more than a few facts to a case, which is folded from all of them.
fn unsigned_id(message: &SubscriptionNotification, at: Timestamp) -> String {
    let when = match message.notification_type {
        SubscriptionNotificationType::Revoked => at.millis().div_euclid(Span::from_days(1).millis()),
        _ => at.millis(),
    };
    let content = serde_json::json!([
        message.notification_type.number(),
        when,
        message.environment,
        message.purchase_token,
    ]);
    let mut id = "subscription:".to_owned();
    for byte in digest(&SHA256, content.to_string().as_bytes()).as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}
