//! One call of the API: with the app's token, and once more with a new one where Google does not take it.

use serde::de::DeserializeOwned;

use super::failure::refused;
use super::{App, GooglePlayApi};
use crate::json;
use crate::model::Timestamp;
use crate::stores::ApiError;
use crate::stores::http_api::not_sent;
use crate::transport::{HttpRequest, HttpResponse, Method};

impl GooglePlayApi {
    /// Sends a request with the app's token. Gives answers of success only.
    pub(super) fn call(
        &self,
        app: &App,
        request: &HttpRequest,
        now: Timestamp,
    ) -> Result<HttpResponse, ApiError> {
        let unsent = |error| match request.method() {
            Method::Get => error,
            _ => not_sent(request.url(), error),
        };
        let token = app.tokens.token(now).map_err(unsent)?;
        let mut response = self.transport.send(&request.clone().bearer(&token))?;
        if response.status() == 401 {
            // Withdrawn before its time. Google has done nothing, so any request may be sent again.
            let token = app.tokens.token_instead_of(&token, now).map_err(unsent)?;
            response = self.transport.send(&request.clone().bearer(&token))?;
        }
        if response.is_success() { Ok(response) } else { Err(refused(&response)) }
    }
}

/// Reads a `T` from an answer.
pub(super) fn read<T: DeserializeOwned>(response: &HttpResponse) -> Result<T, ApiError> {
    json::from_slice(response.body()).map_err(|error| ApiError::Unreadable { problem: error.to_string() })
}
