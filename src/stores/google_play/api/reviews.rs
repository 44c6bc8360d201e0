//! Answers to refund reviews: `orders.reviewrefund`,
//! <https://developers.google.com/android-publisher/api-ref/rest/v3/orders/reviewrefund>.

use serde_json::{Map, Value, json};

use super::GooglePlayApi;
use super::orders::order_url;
use crate::model::Timestamp;
use crate::stores::{AnswersReviews, ApiError, RefundPreference, ReviewAnswer, Usage};
use crate::transport::{HttpRequest, TransportError};

/// Lists with more are refused.
const MAX_EVENTS: usize = 1000;
/// The longest description, in characters. Counted in UTF-16 code units, which are never fewer than characters.
const MAX_DESCRIPTION: usize = 5000;

impl AnswersReviews for GooglePlayApi {
    /// Google counts the first answer, and returns success for every further one too. It has no place for
    /// [`delivery`](ReviewAnswer::delivery). Of more than 1000 uses the latest are sent.
    fn answer(&self, answer: &ReviewAnswer, now: Timestamp) -> Result<(), ApiError> {
        let app = self.app(&answer.app)?;
        let url = order_url(app, &answer.app, &answer.order_id).custom_method("reviewrefund");
        let Some(token) = &answer.token else {
            return Err(ApiError::Transport {
                source: TransportError::Unsendable {
                    host: url.host().to_owned(),
                    problem: "the answer lacks the pendingRefundToken of the review".to_owned(),
                },
            });
        };
        let request = HttpRequest::post(url)
            .header("Accept", "application/json")
            .json(&body(answer, token))
            // The first counts, however often it is sent.
            .repeatable();
        self.call(app, &request, now).map(|_| ())
    }
}

fn body(answer: &ReviewAnswer, pending_refund_token: &str) -> Value {
    let mut body = json!({
        "pendingRefundToken": pending_refund_token,
        "sampleContentProvided": answer.sample_given,
        "refundPreference": preference(answer.preference),
    });
    if let Some(consumed) = answer.consumed {
        body["consumptionPercentageMilliunits"] = json!(consumed.get());
    }
    if !answer.usage.is_empty() {
        let latest = answer.usage.len().saturating_sub(MAX_EVENTS);
        body["consumptionUsageEvents"] = answer.usage.iter().skip(latest).map(event).collect();
    }
    body
}

const fn preference(preference: RefundPreference) -> &'static str {
    match preference {
        RefundPreference::Decline => "DECLINE",
        RefundPreference::Grant => "APPROVE",
        RefundPreference::Prorated | RefundPreference::Neutral => "NEUTRAL",
    }
}

fn event(usage: &Usage) -> Value {
    let mut event = Map::new();
    event.insert("consumptionTime".to_owned(), json!(usage.at.to_string()));
    if let Some(address) = &usage.ip_address {
        event.insert("ipAddress".to_owned(), json!(address));
    }
    if let Some(what) = &usage.what {
        event.insert("consumptionItemDescription".to_owned(), json!(cut(what)));
    }
    Value::Object(event)
}

/// The beginning of the text that fits into a description.
fn cut(text: &str) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, char)| {
        units += char.len_utf16();
        units > MAX_DESCRIPTION
    });
    end.map_or(text, |(end, _)| &text[..end])
}
