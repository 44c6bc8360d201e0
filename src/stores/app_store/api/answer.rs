//! Answers to refund requests (CONSUMPTION_REQUEST): Send Consumption Information.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/send-consumption-information>

use super::consumption::Consumption;
use super::{AppStoreApi, Place};
use crate::model::Timestamp;
use crate::stores::http_api::not_sent;
use crate::stores::{AnswersReviews, ApiError, RefundPreference, ReviewAnswer};
use crate::transport::{HttpRequest, Method};

impl AnswersReviews for AppStoreApi {
    /// Sends what the game says, **as said with the player's consent**: Apple takes nothing else. Without consent, do
    /// not call this.
    ///
    /// Sent is Send Consumption Information V2. Where Apple refuses that (400), the transaction is asked for, and if
    /// what is to be sent is another by what it is, that is sent: V1 for Advanced Commerce, which V2 does not take; no
    /// percentage for an auto-renewable subscription. A refused request counts for nothing, so one answer counts.
    ///
    /// [`RefundPreference::Prorated`] is only for what was consumed in part, and for subscriptions. Else, and with V1,
    /// the answer goes without a preference, and the log says so.
    fn answer(&self, answer: &ReviewAnswer, now: Timestamp) -> Result<(), ApiError> {
        let place = self.place(&answer.app, answer.sandbox)?;
        let first = Consumption::of(answer, None);
        let refused = match self.send_consumption(&place, answer, &first, now) {
            Err(refused @ ApiError::Refused { status: 400, .. }) => refused,
            answered => return answered,
        };
        let transaction = match self.transaction_at(&place, &answer.order_id, now) {
            Ok(transaction) => transaction,
            // Later it may be known what to send instead.
            Err(unknown) if unknown.is_retryable() => {
                return Err(not_sent(&place.url(first.path()), unknown));
            }
            Err(_) => return Err(refused),
        };
        let second = Consumption::of(answer, Some(&transaction));
        if second == first {
            return Err(refused);
        }
        self.send_consumption(&place, answer, &second, now)
    }
}

impl AppStoreApi {
    fn send_consumption(
        &self,
        place: &Place<'_>,
        answer: &ReviewAnswer,
        consumption: &Consumption,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if answer.preference != RefundPreference::Neutral && !consumption.has_preference() {
            tracing::warn!(
                transaction = answer.order_id,
                consumed = answer.consumed.map(|consumed| consumed.get()),
                "the App Store is told no preference: it takes a prorated one only for what was delivered and consumed in part"
            );
        }
        let body = serde_json::to_value(consumption)
            .map_err(|error| ApiError::Unreadable { problem: error.to_string() })?;
        let url = place.url(consumption.path()).segment(&answer.order_id);
        self.call(place, HttpRequest::new(Method::Put, url).json(&body), now)?;
        Ok(())
    }
}
