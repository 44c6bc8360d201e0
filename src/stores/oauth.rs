//! Access tokens of a store's API (OAuth 2.0, RFC 6749): requested when needed, kept until shortly before they expire.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use zeroize::Zeroizing;

use super::ApiError;
use crate::json;
use crate::model::{Span, Timestamp};
use crate::transport::{HttpResponse, Secret};

/// The longest lifetime of a token that is accepted, in seconds. Google's and ONE Store's live an hour; an error in
/// `expires_in` must not keep one for years.
const LONGEST: i64 = 86_400;

/// The token of one account with credentials `C`. The thread that finds none requests it; the others wait, and share the
/// result, be it a failure.
pub(super) struct TokenCache<C> {
    /// How long before its end a token is no longer used.
    spare: Span,
    state: Mutex<State<C>>,
    /// How often a token was requested; changed only under the lock.
    requests: AtomicU64,
}

struct State<C> {
    credentials: C,
    held: Option<HeldToken>,
    failed: Option<ApiError>,
}

struct HeldToken {
    token: Secret,
    from: Timestamp,
    until: Timestamp,
}

impl<C> TokenCache<C> {
    pub(super) const fn new(credentials: C, spare: Span) -> Self {
        let state = State { credentials, held: None, failed: None };
        Self { spare, state: Mutex::new(state), requests: AtomicU64::new(0) }
    }

    /// A token to use at `now`, other than the one that the store `refused`. `request` gets a new one and its lifetime.
    pub(super) fn token(
        &self,
        refused: Option<&Secret>,
        now: Timestamp,
        request: impl FnOnce(&mut C) -> Result<(Secret, Span), ApiError>,
    ) -> Result<Secret, ApiError> {
        let requests_before = self.requests.load(Ordering::SeqCst);
        // A panic in between leaves the token from before, or none.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // If the clock was set back, a token's age is unknown.
        let usable = |held: &&HeldToken| held.from <= now && now < held.until && Some(&held.token) != refused;
        if let Some(held) = state.held.as_ref().filter(usable) {
            return Ok(held.token.clone());
        }
        if self.requests.load(Ordering::SeqCst) != requests_before
            && let Some(error) = &state.failed
        {
            return Err(error.clone());
        }
        let issued = request(&mut state.credentials);
        self.requests.fetch_add(1, Ordering::SeqCst);
        match issued {
            Ok((token, lives)) => {
                let until = now.plus(Span::from_millis(lives.millis().saturating_sub(self.spare.millis())));
                state.held = Some(HeldToken { token: token.clone(), from: now, until });
                state.failed = None;
                Ok(token)
            }
            Err(error) => {
                state.held = None;
                state.failed = Some(error.clone());
                Err(error)
            }
        }
    }
}

#[derive(Deserialize)]
struct Issued {
    access_token: Zeroizing<String>,
    /// In seconds.
    expires_in: i64,
}

/// The token in an answer of success, and how long it lives.
pub(super) fn issued(response: HttpResponse) -> Result<(Secret, Span), ApiError> {
    let body = Zeroizing::new(response.into_body());
    // Errors do not repeat the answer, since it may be the token.
    let unreadable = |problem: &str| ApiError::Unreadable { problem: format!("the access token: {problem}") };
    let issued: Issued =
        json::from_slice(&body).map_err(|_| unreadable("expected JSON with access_token and expires_in"))?;
    // Google's have up to 2048 bytes, and those of service accounts are padded to a thousand and more: the length
    // decides nothing. Source: <https://developers.google.com/identity/protocols/oauth2#size>.
    if issued.access_token.is_empty() || !issued.access_token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(unreadable("access_token is empty, or no text that a header field can carry"));
    }
    let lives = Span::from_millis(issued.expires_in.clamp(0, LONGEST) * 1000);
    Ok((issued.access_token.into(), lives))
}
