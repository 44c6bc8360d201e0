//! The meaning of a message to a refund engine.

use super::{Content, Notification, NotificationType, RealTimeNotification};
use crate::model::{
    CaseKey, Environment, Extent, Fact, FactKind, Meaning, OrderDetails, Place, Signal, Store, Trust,
};
use crate::stores::Rejection;

impl Notification {
    /// Its meaning.
    ///
    /// # Errors
    /// [`Rejection::NotUnderstood`] for a cancelled purchase without a receipt.
    pub fn signal(&self) -> Result<Signal, Rejection> {
        let (name, at, environment, meaning) = match self.content() {
            Content::RealTimeNotification(rtn) => {
                (rtn.notification_type.name(), rtn.timestamp, environment(rtn), meaning(rtn)?)
            }
            Content::SubscribeUrl(url) => {
                let meaning = Meaning::Confirmation { url: url.clone() };
                (self.message_type(), self.published_at(), None, meaning)
            }
            Content::Unsubscribed(_) => (self.message_type(), self.published_at(), None, Meaning::Nothing),
        };
        Ok(Signal {
            place: Place { store: Store::Amazon, app: self.package_name().to_owned(), environment },
            notification_id: self.message_id().to_owned(),
            name: name.to_owned(),
            at,
            meaning,
        })
    }
}

/// A purchase that is no beta may still be one of Amazon's own test transactions, which only RVS distinguishes from
/// sales: the environment stays unset, so that the host's record decides. A message that leaves the member out has the
/// same place.
fn environment(rtn: &RealTimeNotification) -> Option<Environment> {
    (rtn.beta_product_transaction == Some(true)).then_some(Environment::Sandbox)
}

fn meaning(rtn: &RealTimeNotification) -> Result<Meaning, Rejection> {
    use NotificationType as Type;
    match rtn.notification_type {
        Type::ConsumableCancelled | Type::EntitlementCancelled => cancelled(rtn, Trust::Signed),
        // Cancelled by the customer with a refund, by customer service, by an unpaid renewal, or by another plan: RTN
        // does not report which, so alone it is no proof of a refund.
        Type::SubscriptionCancelled => cancelled(rtn, Trust::Hint),
        Type::ConsumablePurchased
        | Type::EntitlementPurchased
        | Type::SubscriptionPurchased
        | Type::SubscriptionRenewed
        | Type::SubscriptionOutOfGracePeriod
        | Type::SubscriptionConvertedFreeTrialToPaid
        | Type::SubscriptionModifiedImmediate => Ok(Meaning::Purchase(about(rtn))),
        _ => Ok(Meaning::Nothing),
    }
}

fn cancelled(rtn: &RealTimeNotification, trust: Trust) -> Result<Meaning, Rejection> {
    let Some(receipt_id) = &rtn.receipt_id else {
        let problem = format!("a {} without receiptId", rtn.notification_type.name());
        return Err(Rejection::NotUnderstood { problem });
    };
    let is_subscription = rtn.notification_type == NotificationType::SubscriptionCancelled;
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: is_subscription.then_some(false),
    };
    let fact = Fact { at: rtn.timestamp, what, trust, about: about(rtn) };
    Ok(Meaning::Case { key: CaseKey::Order(receipt_id.clone()), fact })
}

fn about(rtn: &RealTimeNotification) -> OrderDetails {
    OrderDetails {
        order_id: rtn.receipt_id.clone(),
        account_tag: rtn.app_user_id.clone(),
        product_type: rtn.notification_type.product_type(),
        ..OrderDetails::default()
    }
}
