//! The meaning of a notification to a refund engine.

use super::notification::{
    Content, DeveloperNotification, OneTimeProductNotification, PendingRefundReviewNotification,
    SubscriptionNotification, VoidedPurchaseNotification,
};
use super::notification::{OneTimeProductNotificationType, SubscriptionNotificationType};
use super::{Notification, RefundType, VoidedProductType, VoidedReason};
use crate::model::{
    CaseKey, Extent, Fact, FactKind, Meaning, OrderDetails, Place, ProductType, Signal, Span, Store,
    Timestamp, Trust,
};
use crate::stores::Rejection;

/// How long Google waits for the answer to a refund review.
const REVIEW_TIME: Span = Span::from_hours(24);
/// SUBSCRIPTION_REVOKED names only the token; the void of the renewal behind it comes under its order id. Within this
/// period they are one refund whatever else is known: renewals of one token are farther apart.
const SAME_REVOCATION: Span = Span::from_days(1);

impl Notification {
    /// Its meaning.
    ///
    /// # Errors
    /// [`Rejection::NotUnderstood`] for a voided purchase that names neither order nor token.
    pub fn signal(&self) -> Result<Signal, Rejection> {
        let message = self.developer_notification();
        Ok(Signal {
            place: Place {
                store: Store::GooglePlay,
                app: message.package_name.clone(),
                // The notification does not distinguish licence testers' purchases from others.
                environment: None,
            },
            notification_id: self.message_id().to_owned(),
            name: name(message),
            at: message.event_time,
            meaning: meaning(message)?,
        })
    }
}

/// Google's name of the event, or of the kind if it has none.
fn name(message: &DeveloperNotification) -> String {
    let Some(content) = &message.content else {
        return message.rest.keys().next().cloned().unwrap_or_else(|| "unknown".to_owned());
    };
    let (kind_name, number) = match content {
        Content::Subscription(inner) => (inner.notification_type.name(), inner.notification_type.number()),
        Content::OneTimeProduct(inner) => (inner.notification_type.name(), inner.notification_type.number()),
        _ => return content.name().to_owned(),
    };
    kind_name.map_or_else(|| format!("{} {number}", content.name()), str::to_owned)
}

fn meaning(message: &DeveloperNotification) -> Result<Meaning, Rejection> {
    let at = message.event_time;
    match &message.content {
        Some(Content::VoidedPurchase(inner)) => voided(inner, at),
        Some(Content::Subscription(inner)) => Ok(subscription(inner, at)),
        Some(Content::OneTimeProduct(inner)) => Ok(one_time_product(inner, at)),
        Some(Content::PendingRefundReview(inner)) => Ok(pending_refund_review(inner, at)),
        Some(Content::Test(_)) => Ok(Meaning::Test),
        None => Ok(Meaning::Nothing),
    }
}

fn voided(inner: &VoidedPurchaseNotification, at: Timestamp) -> Result<Meaning, Rejection> {
    let key = match (&inner.order_id, &inner.purchase_token) {
        (Some(order), _) => CaseKey::Order(order.clone()),
        (None, Some(token)) => CaseKey::Token { token: token.clone(), same_within_millis: None },
        (None, None) => {
            let problem = "a voided purchase with neither orderId nor purchaseToken".to_owned();
            return Err(Rejection::NotUnderstood { problem });
        }
    };
    let (step, extent) = match inner.refund_type {
        Some(RefundType::Full) => (None, Extent::Full),
        // A partial void does not report how many items it takes back, nor which of several it is; but all reports of
        // one share its time. A type that is missing or unknown to this version is no reason to claim more than a part.
        _ => (Some(at.millis().to_string()), Extent::Part),
    };
    let about = OrderDetails {
        order_id: inner.order_id.clone(),
        purchase_token: inner.purchase_token.clone(),
        product_type: inner.product_type.and_then(VoidedProductType::product_type),
        ..OrderDetails::default()
    };
    // A voided renewal does not end the subscription: the token's other renewals remain paid.
    Ok(case(key, refunded(step, extent, None), at, Trust::Signed, about))
}

fn subscription(inner: &SubscriptionNotification, at: Timestamp) -> Meaning {
    use SubscriptionNotificationType as Type;
    let about = OrderDetails {
        purchase_token: Some(inner.purchase_token.clone()),
        product: inner.subscription_id.clone(),
        product_type: Some(ProductType::Subscription),
        ..OrderDetails::default()
    };
    match inner.notification_type {
        Type::Purchased | Type::Renewed | Type::Recovered => {
            Meaning::Purchase(OrderDetails { paid_at: Some(at), ..about })
        }
        Type::Restarted => Meaning::Purchase(about),
        Type::Revoked => {
            let key = CaseKey::Token {
                token: inner.purchase_token.clone(),
                same_within_millis: Some(SAME_REVOCATION.millis()),
            };
            case(key, refunded(None, Extent::Full, Some(false)), at, Trust::Signed, about)
        }
        _ => Meaning::Nothing,
    }
}

fn one_time_product(inner: &OneTimeProductNotification, at: Timestamp) -> Meaning {
    let about = OrderDetails {
        purchase_token: Some(inner.purchase_token.clone()),
        product: inner.sku.clone(),
        product_type: Some(ProductType::OneTime),
        ..OrderDetails::default()
    };
    match inner.notification_type {
        OneTimeProductNotificationType::Purchased => {
            Meaning::Purchase(OrderDetails { purchased_at: Some(at), ..about })
        }
        // Documented for pending purchases, seen for refunds of completed ones: alone neither a refund nor nothing.
        OneTimeProductNotificationType::Canceled => {
            let key = CaseKey::Token { token: inner.purchase_token.clone(), same_within_millis: None };
            case(key, refunded(None, Extent::Full, None), at, Trust::Hint, about)
        }
        OneTimeProductNotificationType::Unknown(_) => Meaning::Nothing,
    }
}

fn pending_refund_review(inner: &PendingRefundReviewNotification, at: Timestamp) -> Meaning {
    let requested = FactKind::Requested {
        deadline: Some(at.plus(REVIEW_TIME)),
        reason: inner.refund_reason.and_then(VoidedReason::reason),
        token: inner.pending_refund_token.clone(),
    };
    let about = OrderDetails {
        order_id: Some(inner.order_id.clone()),
        account_tag: inner.obfuscated_account_id.clone(),
        ..OrderDetails::default()
    };
    case(CaseKey::Order(inner.order_id.clone()), requested, at, Trust::Signed, about)
}

fn refunded(step: Option<String>, extent: Extent, subscription_live: Option<bool>) -> FactKind {
    FactKind::Refunded { step, extent, reason: None, initiator: None, subscription_live }
}

fn case(key: CaseKey, what: FactKind, at: Timestamp, trust: Trust, about: OrderDetails) -> Meaning {
    Meaning::Case { key, fact: Fact { at, what, trust, about } }
}

/// Whether an order is a renewal by its id: `GPA.1234-5678-9012-34567..0` is a subscription's first, `..1` its second.
pub(super) fn is_renewal(order_id: &str) -> bool {
    order_id
        .rsplit_once("..")
        .is_some_and(|(_, n)| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}
