//! `orders`: <https://developers.google.com/android-publisher/api-ref/rest/v3/orders>.

use super::call::read;
use super::{App, GooglePlayApi, Order, OrderRefundReason, OrderState};
use crate::model::{
    CaseKey, Extent, Fact, Meaning, OrderDetails, Place, Reason, Signal, Store, Timestamp, Trust, What,
};
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::{HttpRequest, HttpResponse, Url};

impl GooglePlayApi {
    /// Refunds all that is left of an order (`orders.refund`), and with `revoke` ends at once the player's access to
    /// what was bought, and a subscription's renewals. What was consumed is the game's to take back.
    ///
    /// Google takes the request and says nothing more: [`order`](Self::order) tells when the money has moved. Google
    /// refuses orders older than three years. A refund without `revoke` is neither pushed nor swept; only the order
    /// tells of it.
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
                // An earlier try of this request may be what refunded it.
                Err(unanswered) if unanswered.is_retryable() => Err(unanswered),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// What an order says of its refund of all, or all that was left; nothing where there is none. Its fact folds with
    /// those of a voided purchase's notification and of the list: all three tell of the order's one full refund.
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

    /// One order as it stands now (`orders.get`).
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
    let what = What::Refunded {
        step: None,
        extent: Extent::Full,
        // "Other" says less than the list of voided purchases will.
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
        price: order.total,
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
    /// Whether all the money has gone back, or is about to.
    #[must_use]
    pub const fn is_refunded(&self) -> bool {
        matches!(self, Self::PendingRefund | Self::Refunded)
    }
}
