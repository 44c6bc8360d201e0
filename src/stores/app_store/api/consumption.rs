//! Answers to refund requests (CONSUMPTION_REQUEST): Send Consumption Information, and its data about a purchase.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/send-consumption-information>,
//! <https://developer.apple.com/documentation/appstoreserverapi/consumptionrequest> and `/consumptionrequestv1`.

use http::Method;
use serde::Serialize;

use super::{AppStoreApi, Place};
use crate::model::Timestamp;
use crate::stores::app_store::{Transaction, TransactionProductType};
use crate::stores::http_api::not_sent;
use crate::stores::{AnswersReviews, ApiError, Delivery, RefundPreference, ReviewAnswer};
use crate::transport::HttpRequest;

impl AnswersReviews for AppStoreApi {
    /// Sends the game's answer, **as given with the player's consent**: Apple accepts nothing else. Without consent, do
    /// not call this.
    ///
    /// The request is Send Consumption Information V2. If Apple refuses that (400), the transaction is requested, and
    /// if its type needs another form, that is sent: V1 for Advanced Commerce, which V2 does not accept; no percentage
    /// for an auto-renewable subscription. A refused request counts for nothing, so one answer counts.
    ///
    /// [`RefundPreference::Prorated`] is only for what was consumed in part, and for subscriptions. Else, and with V1,
    /// the answer is sent without a preference, with a log message.
    fn answer(&self, answer: &ReviewAnswer, now: Timestamp) -> Result<(), ApiError> {
        let place = self.place(&answer.app, answer.sandbox)?;
        let first = Consumption::of(answer, None);
        let refused = match self.send_consumption(&place, answer, &first, now) {
            Err(refused @ ApiError::Refused { status: 400, .. }) => refused,
            answered => return answered,
        };
        let transaction = match self.transaction_at(&place, &answer.order_id, now) {
            Ok(transaction) => transaction,
            // A later attempt may show what to send instead.
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
                "no preference is sent to the App Store: it accepts a prorated one only for what was \
                 delivered and consumed in part"
            );
        }
        let body = serde_json::to_value(consumption)
            .map_err(|error| ApiError::Unreadable { problem: error.to_string() })?;
        let url = place.url(consumption.path()).segment(&answer.order_id);
        self.call(place, HttpRequest::new(Method::PUT, url).json(&body), now)?;
        Ok(())
    }
}

/// The body of Send Consumption Information.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Consumption {
    V2(ConsumptionV2),
    V1(ConsumptionV1),
}

/// `ConsumptionRequest`.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsumptionV2 {
    customer_consented: bool,
    /// Thousandths of a percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    consumption_percentage: Option<u32>,
    delivery_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_preference: Option<&'static str>,
    sample_content_provided: bool,
}

/// `ConsumptionRequestV1`, which Advanced Commerce still accepts. An unknown value is 0 (undeclared) there, or empty.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsumptionV1 {
    account_tenure: u8,
    app_account_token: String,
    consumption_status: u8,
    customer_consented: bool,
    delivery_status: u8,
    lifetime_dollars_purchased: u8,
    lifetime_dollars_refunded: u8,
    platform: u8,
    play_time: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_preference: Option<u8>,
    sample_content_provided: bool,
    user_status: u8,
}

const UNDECLARED: u8 = 0;

impl Consumption {
    /// The request, from the answer alone or with the known data of the transaction.
    fn of(answer: &ReviewAnswer, transaction: Option<&Transaction>) -> Self {
        match transaction {
            Some(transaction) if transaction.advanced_commerce_info.is_some() => {
                Self::V1(ConsumptionV1::of(answer, transaction))
            }
            _ => Self::V2(ConsumptionV2::of(answer, transaction)),
        }
    }

    const fn path(&self) -> &'static str {
        match self {
            Self::V2(_) => "inApps/v2/transactions/consumption",
            Self::V1(_) => "inApps/v1/transactions/consumption",
        }
    }

    /// Whether it has the game's preference.
    const fn has_preference(&self) -> bool {
        match self {
            Self::V2(body) => body.refund_preference.is_some(),
            Self::V1(body) => body.refund_preference.is_some(),
        }
    }
}

impl ConsumptionV2 {
    fn of(answer: &ReviewAnswer, transaction: Option<&Transaction>) -> Self {
        let renews = transaction.map(is_auto_renewable);
        let percentage = percentage(answer, renews);
        Self {
            customer_consented: true,
            consumption_percentage: percentage,
            delivery_status: match answer.delivery {
                Delivery::Delivered => "DELIVERED",
                Delivery::QualityIssue => "UNDELIVERED_QUALITY_ISSUE",
                Delivery::WrongItem => "UNDELIVERED_WRONG_ITEM",
                Delivery::ServerOutage => "UNDELIVERED_SERVER_OUTAGE",
                Delivery::NotDelivered => "UNDELIVERED_OTHER",
            },
            refund_preference: match answer.preference {
                RefundPreference::Decline => Some("DECLINE"),
                RefundPreference::Grant => Some("GRANT_FULL"),
                RefundPreference::Prorated if may_be_prorated(percentage, renews) => Some("GRANT_PRORATED"),
                RefundPreference::Prorated | RefundPreference::Neutral => None,
            },
            sample_content_provided: answer.sample_given,
        }
    }
}

/// What was not delivered was not consumed: Apple accepts only 0 then. For an auto-renewable subscription Apple
/// calculates the percentage, and accepts none.
fn percentage(answer: &ReviewAnswer, renews: Option<bool>) -> Option<u32> {
    if renews == Some(true) {
        return None;
    }
    match answer.delivery {
        Delivery::Delivered => answer.consumed.map(|consumed| consumed.get()),
        _ => Some(0),
    }
}

/// What was consumed in part can be refunded in part; and so can any subscription, by its time.
fn may_be_prorated(percentage: Option<u32>, renews: Option<bool>) -> bool {
    match percentage {
        Some(percentage) => (1..100_000).contains(&percentage),
        None => renews != Some(false),
    }
}

fn is_auto_renewable(transaction: &Transaction) -> bool {
    transaction.product_type == Some(TransactionProductType::AutoRenewableSubscription)
}

impl ConsumptionV1 {
    fn of(answer: &ReviewAnswer, transaction: &Transaction) -> Self {
        Self {
            account_tenure: UNDECLARED,
            app_account_token: transaction.app_account_token.clone().unwrap_or_default(),
            consumption_status: match percentage(answer, Some(is_auto_renewable(transaction))) {
                None => UNDECLARED,
                Some(0) => 1,
                Some(1..100_000) => 2,
                Some(_) => 3,
            },
            customer_consented: true,
            delivery_status: match answer.delivery {
                Delivery::Delivered => 0,
                Delivery::QualityIssue => 1,
                Delivery::WrongItem => 2,
                Delivery::ServerOutage => 3,
                // 4 is a change of the game's currency.
                Delivery::NotDelivered => 5,
            },
            lifetime_dollars_purchased: UNDECLARED,
            lifetime_dollars_refunded: UNDECLARED,
            platform: UNDECLARED,
            play_time: UNDECLARED,
            refund_preference: match answer.preference {
                RefundPreference::Grant => Some(1),
                RefundPreference::Decline => Some(2),
                // V1 has no value for a part.
                RefundPreference::Prorated | RefundPreference::Neutral => None,
            },
            sample_content_provided: answer.sample_given,
            user_status: UNDECLARED,
        }
    }
}
