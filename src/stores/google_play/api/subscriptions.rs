//! `purchases.subscriptionsv2`:
//! <https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2>.

use serde_json::{Value, json};

use super::GooglePlayApi;
use crate::model::Timestamp;
use crate::stores::{ApiError, RefundAnswer};
use crate::transport::HttpRequest;

/// What of a revoked subscription's price goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Revocation {
    /// The latest charge of each of its items.
    Full,
    /// The share of the latest charge for the time that is left.
    Prorated,
    /// Of one item of a subscription with add-ons; the others go on.
    Item {
        /// The item's product id.
        product_id: String,
    },
}

impl Revocation {
    /// As `revocationContext` says it.
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
    /// [`ApiError`]. A transport's error with [`was_never_sent`](crate::transport::TransportError::was_never_sent) false leaves
    /// open whether it was revoked: it is not sent again by itself.
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
