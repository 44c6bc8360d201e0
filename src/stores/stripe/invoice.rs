//! Invoices and subscriptions, which identify a subscription's payments.
//! Sources: <https://docs.stripe.com/api/invoices/object>, <https://docs.stripe.com/api/invoice-payment/object>,
//! <https://docs.stripe.com/api/subscriptions/object>,
//! <https://docs.stripe.com/changelog/basil/2025-03-31/adds-new-parent-field-to-invoicing-objects>.

use serde::Deserialize;

use super::payment::captured;
use super::reading::Reading;
use super::reading::money;
use super::reading::{self, Metadata};
use crate::model::{Meaning, OrderDetails, Timestamp};
use crate::stores::Rejection;

/// An invoice, as an event's object, in both forms: API version 2025-03-31.basil moved the subscription to `parent` and
/// the payment to `payments`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Invoice {
    #[serde(deserialize_with = "reading::id")]
    id: String,
    #[serde(default, deserialize_with = "reading::id_only")]
    charge: Option<String>,
    #[serde(default, deserialize_with = "reading::id_only")]
    payment_intent: Option<String>,
    #[serde(default, deserialize_with = "reading::or_default")]
    payments: Payments,
    #[serde(default, deserialize_with = "reading::id_only")]
    subscription: Option<String>,
    #[serde(default, deserialize_with = "reading::or_default")]
    subscription_details: SubscriptionDetails,
    #[serde(default, deserialize_with = "reading::or_default")]
    parent: Parent,
    amount_paid: Option<i64>,
    currency: Option<String>,
    #[serde(default, deserialize_with = "reading::or_default")]
    status_transitions: StatusTransitions,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Parent {
    #[serde(default, deserialize_with = "reading::or_default")]
    subscription_details: SubscriptionDetails,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct SubscriptionDetails {
    #[serde(default, deserialize_with = "reading::id_only")]
    subscription: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Payments {
    #[serde(default, deserialize_with = "reading::or_default")]
    data: Vec<InvoicePayment>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct StatusTransitions {
    paid_at: Option<i64>,
}

/// The payment of an invoice: in the invoice's list, or as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct InvoicePayment {
    #[serde(default, deserialize_with = "reading::id_only")]
    invoice: Option<String>,
    #[serde(default, deserialize_with = "reading::or_default")]
    payment: PaidBy,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct PaidBy {
    #[serde(default, deserialize_with = "reading::id_only")]
    charge: Option<String>,
    #[serde(default, deserialize_with = "reading::id_only")]
    payment_intent: Option<String>,
}

/// A subscription, as an event's object.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Subscription {
    #[serde(deserialize_with = "reading::id")]
    id: String,
    #[serde(default, deserialize_with = "reading::id_only")]
    latest_invoice: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

impl Invoice {
    /// `invoice.paid`, `invoice.payment_succeeded`: a purchase, if its payment is known.
    pub(super) fn paid(&self, reading: Reading<'_>) -> Result<Meaning, Rejection> {
        let paid_by = self.payments.data.iter().map(|paid| &paid.payment);
        let paid_by = paid_by.clone().find(|by| by.charge.is_some() || by.payment_intent.is_some());
        let of_parent = &self.parent.subscription_details;
        let tags = [&self.metadata, &self.subscription_details.metadata, &of_parent.metadata];
        let price = match (self.amount_paid.filter(|paid| *paid != 0), &self.currency) {
            (Some(amount), Some(currency)) => Some(money(amount, currency)?),
            _ => None,
        };
        let tag = tags.iter().find_map(|metadata| metadata.tag(reading.user_key));
        let details = OrderDetails {
            order_id: self.charge.clone().or_else(|| paid_by?.charge.clone()),
            purchase_token: self.payment_intent.clone().or_else(|| paid_by?.payment_intent.clone()),
            original_id: self.subscription.clone().or_else(|| of_parent.subscription.clone()),
            tag_by_merchant: tag.is_some(),
            account_tag: tag,
            related_ids: [self.id.clone()].into(),
            price,
            purchased_at: self.status_transitions.paid_at.map(Timestamp::from_secs).or(Some(reading.at)),
            capture: price.and_then(|price| captured(price, reading)),
            ..OrderDetails::default()
        };
        Ok(match price {
            Some(_) if details.order_id.is_some() || details.purchase_token.is_some() => {
                Meaning::Purchase(details)
            }
            _ => Meaning::Order(details),
        })
    }
}

impl InvoicePayment {
    /// `invoice_payment.paid`: the payment of an invoice.
    pub(super) fn paid(&self) -> Meaning {
        Meaning::Order(OrderDetails {
            order_id: self.payment.charge.clone(),
            purchase_token: self.payment.payment_intent.clone(),
            related_ids: self.invoice.iter().cloned().collect(),
            ..OrderDetails::default()
        })
    }
}

impl Subscription {
    /// `customer.subscription.created`, `.updated`: the player of a subscription.
    pub(super) fn about(&self, reading: Reading<'_>) -> Meaning {
        Meaning::Order(OrderDetails {
            original_id: Some(self.id.clone()),
            account_tag: self.metadata.tag(reading.user_key),
            tag_by_merchant: self.metadata.tag(reading.user_key).is_some(),
            related_ids: self.latest_invoice.iter().cloned().collect(),
            ..OrderDetails::default()
        })
    }
}
