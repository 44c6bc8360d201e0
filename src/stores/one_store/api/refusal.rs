//! ONE Store's standard errors: `{"error": {"code": …, "message": …}}`.

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
    code: Option<String>,
    message: Option<String>,
}

/// What an answer that is not one of success says. What does not reach ONE Store's application is answered in HTML.
pub(super) fn refusal(response: &HttpResponse, secrets: &[&Secret]) -> ApiError {
    let (status, code, message) = read(response, secrets);
    match status {
        401 => ApiError::Credentials { problem: format!("ONE Store answered {status} {code}: {message}") },
        _ => ApiError::Refused { status, code, message, retryable: is_retryable(status) },
    }
}

/// The same of the request for a token, where there is nothing but credentials to refuse.
pub(super) fn refusal_of_credentials(response: &HttpResponse, secrets: &[&Secret]) -> ApiError {
    match response.status() {
        400 | 401 | 403 | 404 => {
            let (status, code, message) = read(response, secrets);
            let problem = format!("ONE Store gives no access token: {status} {code}: {message}");
            ApiError::Credentials { problem }
        }
        _ => refusal(response, secrets),
    }
}

/// `AccessTokenExpired`, `InvalidAccessToken`: another token may do.
pub(super) fn is_of_token(response: &HttpResponse) -> bool {
    response.status() == 401
}

/// `ServiceMaintenance` is 503.
const fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

fn read(response: &HttpResponse, secrets: &[&Secret]) -> (u16, String, String) {
    let error = json::from_slice::<Answer>(response.body()).unwrap_or_default().error;
    let shown = |text: &str| {
        let hidden = secrets.iter().fold(text.to_owned(), |text, secret| words(&text, Some(secret)));
        words(&hidden, None)
    };
    let code = shown(error.code.as_deref().unwrap_or_default());
    let mut message = error.message.map_or_else(|| "it gave no reason".to_owned(), |text| shown(&text));
    if code == "NoSuchData" {
        message.push_str(" (ONE Store says so of everything where market_code is wrong)");
    }
    (response.status(), code, message)
}
