//! The present state of orders and their refunds, and subscriptions revoked with a refund.
//!
//! Formats: <https://developers.google.com/android-publisher/api-ref/rest/v3/orders>,
//! <https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2>.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::{App, GooglePlayApi, read};
use crate::model::{
    CaseKey, Currency, Extent, Fact, FactKind, Meaning, Money, OrderDetails, Place, Reason, Signal, Store,
    Timestamp, Trust,
};
use crate::stores::wire::{Integer, id, needed_id, text};
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::{HttpRequest, HttpResponse, Url};

impl GooglePlayApi {
    /// Refunds all that is left of an order (`orders.refund`), and with `revoke` ends at once the player's access to
    /// the purchase, and a subscription's renewals. The game has to take back what was consumed.
    ///
    /// Google accepts the request and reports nothing more: [`order`](Self::order) reports when the money has moved.
    /// Google refuses orders older than three years. A refund without `revoke` is neither pushed nor swept; only the
    /// order reports it.
    ///
    /// # Errors
    /// [`ApiError`]. Where Google refuses since the order is refunded already, that is an answer, and no error.
    pub fn refund(
        &self,
        package_name: &str,
        order_id: &str,
        revoke: bool,
        now: Timestamp,
    ) -> Result<RefundAnswer, ApiError> {
        let app = self.app(package_name)?;
        let url = order_url(app, package_name, order_id).custom_method("refund");
        let request = HttpRequest::post(url.query("revoke", if revoke { "true" } else { "false" }))
            .header("Accept", "application/json")
            // All of an order can go back only once.
            .repeatable();
        match self.call(app, &request, now) {
            Ok(_) => Ok(RefundAnswer::Requested { refund_id: None }),
            Err(error) if may_be_refunded_already(&error) => match self.order(package_name, order_id, now) {
                Ok(order) if order.state.is_refunded() => Ok(RefundAnswer::AlreadyRefunded),
                // An earlier attempt of this request may have refunded it.
                Err(unanswered) if unanswered.is_retryable() => Err(unanswered),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// An order's refund of all, or of all that was left; `None` if there is none. Its fact folds with those of a
    /// voided purchase's notification and of the list: all three report the order's one full refund.
    pub(crate) fn refund_of(
        &self,
        package_name: &str,
        order_id: &str,
        now: Timestamp,
    ) -> Result<Option<(Signal, Vec<u8>)>, ApiError> {
        let response = self.ask_for_order(package_name, order_id, now)?;
        let order: Order = read(&response)?;
        if !order.state.is_refunded() {
            return Ok(None);
        }
        let at = order.refund.as_ref().and_then(|refund| refund.at).or(order.last_event_at).unwrap_or(now);
        let signal = refund_signal(package_name, order_id, &order, at);
        Ok(Some((signal, response.body().to_vec())))
    }

    /// The present state of one order (`orders.get`).
    ///
    /// # Errors
    /// [`ApiError`]; an order that the app does not have is refused with 404.
    pub fn order(&self, package_name: &str, order_id: &str, now: Timestamp) -> Result<Order, ApiError> {
        read(&self.ask_for_order(package_name, order_id, now)?)
    }

    fn ask_for_order(
        &self,
        package_name: &str,
        order_id: &str,
        now: Timestamp,
    ) -> Result<HttpResponse, ApiError> {
        let app = self.app(package_name)?;
        let request =
            HttpRequest::get(order_url(app, package_name, order_id)).header("Accept", "application/json");
        self.call(app, &request, now)
    }
}

fn refund_signal(package_name: &str, order_id: &str, order: &Order, at: Timestamp) -> Signal {
    let reason = order.refund.as_ref().and_then(|refund| refund.reason);
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        // "Other" is less precise than the list of voided purchases will be.
        reason: (reason == Some(OrderRefundReason::Chargeback)).then_some(Reason::Chargeback),
        initiator: None,
        subscription_live: None,
    };
    let item = match &order.line_items[..] {
        [item] => Some(item),
        _ => None,
    };
    let about = OrderDetails {
        order_id: Some(order_id.to_owned()),
        purchase_token: order.purchase_token.clone(),
        product: item.and_then(|item| item.product_id.clone()),
        quantity: item.and_then(|item| item.quantity),
        // Google's own terms have signs; the amount paid has none.
        price: order.total.filter(|total| total.micros >= 0),
        purchased_at: order.created_at,
        ..OrderDetails::default()
    };
    let fact = Fact { at, what, trust: Trust::Confirmed, about };
    Signal {
        place: Place { store: Store::GooglePlay, app: package_name.to_owned(), environment: None },
        notification_id: format!("order:{order_id}:refunded"),
        name: "order refunded".to_owned(),
        at,
        meaning: Meaning::Case { key: CaseKey::Order(order_id.to_owned()), fact },
    }
}

pub(super) fn order_url(app: &App, package_name: &str, order_id: &str) -> Url {
    app.url(package_name).segment("orders").segment(order_id)
}

/// Google does not document how it refuses a second refund; these are the refusals that speak of the order's state.
const fn may_be_refunded_already(error: &ApiError) -> bool {
    matches!(error, ApiError::Refused { status: 400 | 409 | 410 | 412, .. })
}

impl OrderState {
    /// Whether all the money has been refunded, or is about to be.
    #[must_use]
    pub const fn is_refunded(&self) -> bool {
        matches!(self, Self::PendingRefund | Self::Refunded)
    }
}

/// One order. What Google did not report is `None`; so is an amount that has no exact value in millionths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Order {
    /// Its id, `GPA.…`.
    pub order_id: String,
    /// The purchase it belongs to; all renewals of a subscription share it.
    pub purchase_token: Option<String>,
    /// Its state.
    pub state: OrderState,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub last_event_at: Option<Timestamp>,
    /// What was bought.
    pub line_items: Vec<LineItem>,
    /// The price of all of it, with tax.
    pub total: Option<Money>,
    /// The tax in it.
    pub tax: Option<Money>,
    /// When it was cancelled before it was paid.
    pub cancelled_at: Option<Timestamp>,
    /// The refund of all of it, or all that was left.
    pub refund: Option<OrderRefund>,
    /// The refunds of parts of it.
    pub partial_refunds: Vec<PartialRefund>,
}

/// The state of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum OrderState {
    /// Made, and not paid yet.
    Pending,
    /// Paid.
    Processed,
    /// Cancelled before it was paid.
    Canceled,
    /// A refund is on its way.
    PendingRefund,
    /// A part of the money was refunded.
    PartiallyRefunded,
    /// All the money was refunded.
    Refunded,
    /// A state this version does not know, or none.
    #[serde(untagged)]
    Unknown(String),
}

/// One thing that was bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LineItem {
    /// The product.
    pub product_id: Option<String>,
    /// The price of it, with tax.
    pub total: Option<Money>,
    /// How many; `None` for subscriptions and apps.
    pub quantity: Option<u32>,
}

/// A refund of all of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrderRefund {
    /// When.
    pub at: Option<Timestamp>,
    /// The reason, if Google reports one here.
    pub reason: Option<OrderRefundReason>,
    /// How much, with tax.
    pub total: Option<Money>,
}

/// Why an order was refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum OrderRefundReason {
    /// The player's bank took the money back.
    Chargeback,
    /// Any other.
    Other,
}

/// A refund of a part of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PartialRefund {
    /// When it was requested.
    pub created_at: Option<Timestamp>,
    /// When the money moved; `None` while it has not.
    pub processed_at: Option<Timestamp>,
    /// How much, with tax.
    pub total: Option<Money>,
}

impl OrderState {
    fn from_name(name: &str) -> Self {
        match name {
            "PENDING" => Self::Pending,
            "PROCESSED" => Self::Processed,
            "CANCELED" => Self::Canceled,
            "PENDING_REFUND" => Self::PendingRefund,
            "PARTIALLY_REFUNDED" => Self::PartiallyRefunded,
            "REFUNDED" => Self::Refunded,
            other => Self::Unknown(other.chars().take(64).collect()),
        }
    }
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        WireOrder::deserialize(deserializer).map(Self::from)
    }
}

impl From<WireOrder> for Order {
    fn from(wire: WireOrder) -> Self {
        let history = wire.order_history;
        Self {
            order_id: wire.order_id,
            purchase_token: wire.purchase_token,
            state: OrderState::from_name(wire.state.as_deref().unwrap_or_default()),
            created_at: instant(wire.create_time.as_deref()),
            last_event_at: instant(wire.last_event_time.as_deref()),
            line_items: wire.line_items.into_iter().map(LineItem::from).collect(),
            total: wire.total.and_then(WireMoney::money),
            tax: wire.tax.and_then(WireMoney::money),
            cancelled_at: history.cancellation_event.and_then(|event| instant(event.event_time.as_deref())),
            refund: history.refund_event.map(OrderRefund::from),
            partial_refunds: history.partial_refund_events.into_iter().map(PartialRefund::from).collect(),
        }
    }
}

impl From<WireLineItem> for LineItem {
    fn from(wire: WireLineItem) -> Self {
        let quantity = wire.one_time_purchase_details.and_then(|details| details.quantity);
        Self {
            product_id: wire.product_id,
            total: wire.total.and_then(WireMoney::money),
            quantity: quantity.and_then(|quantity| u32::try_from(quantity.0).ok()),
        }
    }
}

impl From<WireRefundEvent> for OrderRefund {
    fn from(wire: WireRefundEvent) -> Self {
        let reason = match wire.refund_reason.as_deref() {
            Some("CHARGEBACK") => Some(OrderRefundReason::Chargeback),
            Some("OTHER") => Some(OrderRefundReason::Other),
            _ => None,
        };
        Self { at: instant(wire.event_time.as_deref()), reason, total: wire.refund_details.total() }
    }
}

impl From<WirePartialRefund> for PartialRefund {
    fn from(wire: WirePartialRefund) -> Self {
        Self {
            created_at: instant(wire.create_time.as_deref()),
            processed_at: instant(wire.process_time.as_deref()),
            total: wire.refund_details.total(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireOrder {
    #[serde(deserialize_with = "needed_id")]
    order_id: String,
    #[serde(default, deserialize_with = "id")]
    purchase_token: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    create_time: Option<String>,
    #[serde(default)]
    last_event_time: Option<String>,
    #[serde(default)]
    line_items: Vec<WireLineItem>,
    #[serde(default)]
    total: Option<WireMoney>,
    #[serde(default)]
    tax: Option<WireMoney>,
    #[serde(default)]
    order_history: WireHistory,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLineItem {
    #[serde(default, deserialize_with = "text")]
    product_id: Option<String>,
    #[serde(default)]
    total: Option<WireMoney>,
    #[serde(default)]
    one_time_purchase_details: Option<WireOneTime>,
}

#[derive(Deserialize)]
struct WireOneTime {
    #[serde(default)]
    quantity: Option<Integer>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireHistory {
    cancellation_event: Option<WireEvent>,
    refund_event: Option<WireRefundEvent>,
    partial_refund_events: Vec<WirePartialRefund>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireEvent {
    #[serde(default)]
    event_time: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRefundEvent {
    #[serde(default)]
    event_time: Option<String>,
    #[serde(default)]
    refund_reason: Option<String>,
    #[serde(default)]
    refund_details: WireRefundDetails,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePartialRefund {
    #[serde(default)]
    create_time: Option<String>,
    #[serde(default)]
    process_time: Option<String>,
    #[serde(default)]
    refund_details: WireRefundDetails,
}

#[derive(Default, Deserialize)]
struct WireRefundDetails {
    #[serde(default)]
    total: Option<WireMoney>,
}

impl WireRefundDetails {
    fn total(self) -> Option<Money> {
        self.total.and_then(WireMoney::money)
    }
}

/// `Money`: whole units, and billionths of one with the same sign. Either is absent if it is zero.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMoney {
    /// Absent from an amount that Google has nothing to say of; it is then none.
    #[serde(default)]
    currency_code: String,
    #[serde(default)]
    units: Option<Integer>,
    #[serde(default)]
    nanos: Option<Integer>,
}

impl WireMoney {
    /// `None` if it is no whole number of millionths, or no money.
    fn money(self) -> Option<Money> {
        let currency = Currency::new(&self.currency_code).ok()?;
        let nanos = self.nanos.map_or(0, |nanos| nanos.0);
        if nanos % 1000 != 0 {
            return None;
        }
        let units = self.units.map_or(0, |units| units.0);
        let micros = units.checked_mul(1_000_000)?.checked_add(nanos / 1000)?;
        Some(Money { micros, currency })
    }
}

/// An instant in RFC 3339.
fn instant(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}

/// The part of a revoked subscription's price that is refunded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Revocation {
    /// The latest charge of each of its items.
    Full,
    /// The share of the latest charge for the time that is left.
    Prorated,
    /// Of one item of a subscription with add-ons; the others continue.
    Item {
        /// The item's product id.
        product_id: String,
    },
}

impl Revocation {
    /// In the form of `revocationContext`.
    fn context(&self) -> Value {
        match self {
            Self::Full => json!({"fullRefund": {}}),
            Self::Prorated => json!({"proratedRefund": {}}),
            Self::Item { product_id } => json!({"itemBasedRefund": {"productId": product_id}}),
        }
    }
}

impl GooglePlayApi {
    /// Ends a subscription at once and refunds its latest charge (`purchases.subscriptionsv2.revoke`).
    ///
    /// # Errors
    /// [`ApiError`]. A transport's error with [`was_never_sent`](crate::transport::TransportError::was_never_sent)
    /// false leaves open whether it was revoked: it is not sent again automatically.
    pub fn revoke_subscription(
        &self,
        package_name: &str,
        purchase_token: &str,
        revocation: &Revocation,
        now: Timestamp,
    ) -> Result<RefundAnswer, ApiError> {
        let app = self.app(package_name)?;
        let url = app
            .url(package_name)
            .segments("purchases/subscriptionsv2/tokens")
            .segment(purchase_token)
            .custom_method("revoke");
        let request = HttpRequest::post(url)
            .header("Accept", "application/json")
            .json(&json!({"revocationContext": revocation.context()}));
        self.call(app, &request, now).map(|_| RefundAnswer::Requested { refund_id: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_total_is_no_price() {
        let price = |units: &str| {
            let order = json!({"orderId": "GPA.1", "state": "REFUNDED",
                               "total": {"currencyCode": "USD", "units": units}});
            let order: Order = serde_json::from_value(order).unwrap();
            let at = Timestamp::from_secs(1);
            match refund_signal("com.example.game", "GPA.1", &order, at).meaning {
                Meaning::Case { fact, .. } => fact.about.price.map(|price| price.micros),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(price("2"), Some(2_000_000));
        assert_eq!(price("-2"), None);
    }
}
