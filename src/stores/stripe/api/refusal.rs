//! Stripe's error objects: <https://docs.stripe.com/api/errors>, <https://docs.stripe.com/error-codes>.

use serde::Deserialize;

use crate::json;
use crate::stores::ApiError;
use crate::stores::http_api::words;
use crate::transport::{HttpResponse, Secret};

#[derive(Default, Deserialize)]
struct Answer {
    error: ErrorObject,
}

#[derive(Default, Deserialize)]
struct ErrorObject {
    #[serde(rename = "type")]
    error_type: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

/// What an answer that is not one of success says.
pub(super) fn refusal(response: &HttpResponse, key: &Secret) -> ApiError {
    let error = json::from_slice::<Answer>(response.body()).unwrap_or_default().error;
    let status = response.status();
    let code = words(error.code.or(error.error_type).as_deref().unwrap_or_default(), Some(key));
    let message = error
        .message
        .map_or_else(|| "it gave no reason".to_owned(), |message| words(&without_keys(&message), Some(key)));
    match status {
        401 | 403 => ApiError::Credentials { problem: format!("Stripe answered {status} {code}: {message}") },
        _ => ApiError::Refused { status, code, message, retryable: is_retryable(response) },
    }
}

/// By Stripe's own word where it gives one, as its libraries do. Otherwise 409 (another request of the same idempotency
/// key is under way), 429 (too many, or the object is locked) and 5xx.
fn is_retryable(response: &HttpResponse) -> bool {
    match response.header("Stripe-Should-Retry") {
        Some("true") => true,
        Some("false") => false,
        _ => matches!(response.status(), 409 | 429 | 500..=599),
    }
}

/// Stripe repeats keys with their middle starred out; what is left of one is still nobody's business.
fn without_keys(message: &str) -> String {
    let shown = |word: &str| match ["sk_", "rk_", "pk_"].iter().any(|prefix| word.contains(prefix)) {
        true => "<hidden>".to_owned(),
        false => word.to_owned(),
    };
    message.split_whitespace().map(shown).collect::<Vec<_>>().join(" ")
}
