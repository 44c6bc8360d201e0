//! Apple's error answers: `{"errorCode":4040010,"errorMessage":"Transaction id not found."}`.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/error-codes>

use serde_json::{Map, Value};

use crate::json;
use crate::stores::ApiError;
use crate::transport::HttpResponse;

/// The longest of Apple's words that are kept, in characters. The longest known message has some 200.
const MAX_WORDS: usize = 500;

/// Account, app and original transaction not found, and an internal error, each in the form that Apple says to try
/// again after (`…RetryableError`).
const RETRYABLE_CODES: [i64; 4] = [4_040_002, 4_040_004, 4_040_006, 5_000_001];

/// What an answer that is no success says.
pub(super) fn refused(response: &HttpResponse) -> ApiError {
    let status = response.status();
    if status == 401 {
        let problem =
            "the App Store answers 401: expected issuer_id, key_id and private_key of an In-App Purchase \
                       key that App Store Connect lists as active, and a clock that is right"
                .to_owned();
        return ApiError::Credentials { problem };
    }
    let body: Map<String, Value> = json::from_slice(response.body()).unwrap_or_default();
    let code = body.get("errorCode").and_then(Value::as_i64);
    let message = body.get("errorMessage").and_then(Value::as_str).map(line).unwrap_or_default();
    ApiError::Refused {
        status,
        code: code.map(|code| code.to_string()).unwrap_or_default(),
        message: if message.is_empty() { "it gave no reason".to_owned() } else { message },
        retryable: passes(status) || code.is_some_and(|code| RETRYABLE_CODES.contains(&code)),
    }
}

/// Too slow, too often, and Apple's faults ("Server error. Try again later.").
const fn passes(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

/// Apple's words as one line of bounded length.
fn line(text: &str) -> String {
    text.trim().chars().map(|char| if char.is_control() { ' ' } else { char }).take(MAX_WORDS).collect()
}
