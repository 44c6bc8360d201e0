//! `orders`: <https://developers.google.com/android-publisher/api-ref/rest/v3/orders>.

use super::call::read;
use super::{App, GooglePlayApi, Order, OrderState};
use crate::model::Timestamp;
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::{HttpRequest, Url};

impl GooglePlayApi {
    /// Refunds all that is left of an order (`orders.refund`), and with `revoke` ends at once the player's access to
    /// what was bought, and a subscription's renewals. What was consumed is the game's to take back.
    ///
    /// Google takes the request and says nothing more: [`order`](Self::order) tells when the money has moved. Google
    /// refuses orders older than three years. A refund without `revoke` is neither pushed nor swept.
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
            Ok(_) => Ok(RefundAnswer::Requested),
            Err(error) if may_be_refunded_already(&error) => match self.order(package_name, order_id, now) {
                Ok(order) if order.state.is_refunded() => Ok(RefundAnswer::AlreadyRefunded),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// One order as it stands now (`orders.get`).
    ///
    /// # Errors
    /// [`ApiError`]; an order that the app does not have is refused with 404.
    pub fn order(&self, package_name: &str, order_id: &str, now: Timestamp) -> Result<Order, ApiError> {
        let app = self.app(package_name)?;
        let request =
            HttpRequest::get(order_url(app, package_name, order_id)).header("Accept", "application/json");
        read(&self.call(app, &request, now)?)
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
