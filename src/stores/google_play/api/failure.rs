//! Google's error answers.

use serde_json::{Map, Value};

use crate::json;
use crate::stores::ApiError;
use crate::transport::HttpResponse;

/// The longest of Google's words that are kept, in characters. The longest known message has some 300.
const MAX_WORDS: usize = 500;

/// Reasons that pass by themselves, whatever status they come with: Google sends quotas as 403 and as 429.
const PASSING: [&str; 9] = [
    "concurrentUpdate",
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "backendError",
    "internalError",
    "RESOURCE_EXHAUSTED",
    "ABORTED",
];

/// OAuth errors that pass by themselves (RFC 6749 §4.1.2.1, and what Google's own libraries ask again after).
const PASSING_OAUTH: [&str; 3] = ["temporarily_unavailable", "internal_failure", "server_error"];

/// What an answer of the API that is no success says:
/// `{"error":{"code":…,"message":…,"status":…,"errors":[{"reason":…}]}}`.
pub(super) fn refused(response: &HttpResponse) -> ApiError {
    let body: Map<String, Value> = json::from_slice(response.body()).unwrap_or_default();
    let error = body.get("error");
    let text =
        |value: Option<&Value>| value.and_then(Value::as_str).map(line).filter(|text| !text.is_empty());
    let reason = text(error.and_then(|error| error.pointer("/errors/0/reason")));
    let status_name = text(error.and_then(|error| error.get("status")));
    let message = text(error.and_then(|error| error.get("message")))
        .unwrap_or_else(|| "Google gave no reason".to_owned());
    let code = reason.or(status_name).unwrap_or_default();
    let status = response.status();
    if status == 401 {
        return ApiError::Credentials {
            problem: format!(
                "Google Play answers 401 {code}: {message}. Is the service account invited in Play Console?"
            ),
        };
    }
    let retryable = passes(status) || PASSING.contains(&code.as_str());
    ApiError::Refused { status, code, message, retryable }
}

/// What an answer of the token endpoint that is no success says: `{"error":"invalid_grant","error_description":…}`
/// (RFC 6749 §5.2).
pub(super) fn token_refused(response: &HttpResponse, client_email: &str) -> ApiError {
    let body: Map<String, Value> = json::from_slice(response.body()).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(line).unwrap_or_default();
    let (code, message) = (text("error"), text("error_description"));
    let status = response.status();
    if passes(status) || PASSING_OAUTH.contains(&code.as_str()) {
        return ApiError::Refused { status, code, message, retryable: true };
    }
    let advice = match code.as_str() {
        "invalid_grant" => {
            ": is the key deleted or the account disabled in Google Cloud, or this clock wrong?"
        }
        _ => "",
    };
    ApiError::Credentials {
        problem: format!("{client_email} gets no access token: {status} {code} {message}{advice}"),
    }
}

/// Statuses after which the same may be asked again: too slow, at the same time as another, too often, Google's fault.
const fn passes(status: u16) -> bool {
    matches!(status, 408 | 409 | 429 | 500 | 502 | 503 | 504)
}

/// Google's words as one line of bounded length.
fn line(text: &str) -> String {
    text.trim().chars().map(|char| if char.is_control() { ' ' } else { char }).take(MAX_WORDS).collect()
}
