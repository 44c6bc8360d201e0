//! Access tokens: OAuth 2.0 client credentials (RFC 6749 §4.4).

use std::sync::PoisonError;

use serde::Deserialize;

use super::Account;
use super::refusal_of_credentials;
use crate::json;
use crate::model::{Span, Timestamp};
use crate::stores::ApiError;
use crate::stores::http_api::unreadable;
use crate::transport::{HttpRequest, Secret, Transport};

/// From when on ONE Store issues another token: when the last has less than this left.
const RENEWED_BEFORE: Span = Span::from_millis(600_000);

/// The longest a token is believed to live. ONE Store's live an hour; a slip in `expires_in` must not keep one for years.
const LONGEST: i64 = 86_400;

/// A token, and until when it is used.
pub(super) struct Token {
    secret: Secret,
    from: Timestamp,
    until: Timestamp,
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
    /// In seconds.
    expires_in: i64,
}

impl Account {
    /// The token to use now; asks for one where there is none.
    pub(super) fn token(&self, transport: &dyn Transport, now: Timestamp) -> Result<Secret, ApiError> {
        let mut kept = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        // Of a clock that went back nothing is known.
        if let Some(token) = kept.as_ref().filter(|token| token.from <= now && now < token.until) {
            return Ok(token.secret.clone());
        }
        let token = self.issue(transport, now)?;
        let secret = token.secret.clone();
        *kept = Some(token);
        Ok(secret)
    }

    /// Does not use this token again. One that another thread has fetched since stays.
    pub(super) fn forget(&self, token: &Secret) {
        let mut kept = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_some_and(|kept| kept.secret == *token) {
            *kept = None;
        }
    }

    fn issue(&self, transport: &dyn Transport, now: Timestamp) -> Result<Token, ApiError> {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.secret.expose()),
        ];
        // Each token is as good as the next, so asking twice does no harm.
        let request = self.of_market(HttpRequest::post(self.url("oauth/token"))).form(&fields).repeatable();
        let response = transport.send(&request)?;
        if !response.is_success() {
            return Err(refusal_of_credentials(&response, &[&self.secret]));
        }
        // Without the answer's own words: they may be the token.
        let issued: Issued = json::from_slice(response.body())
            .map_err(|_| unreadable("expected JSON with access_token and expires_in"))?;
        if issued.access_token.is_empty() || !issued.access_token.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(unreadable("access_token is empty, or no text that a header field can carry"));
        }
        let lives = Span::from_millis(issued.expires_in.clamp(0, LONGEST) * 1000);
        let until = now.plus(lives).plus(Span::from_millis(-RENEWED_BEFORE.millis()));
        Ok(Token { secret: Secret::new(issued.access_token), from: now, until })
    }
}
