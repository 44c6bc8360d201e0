//! Google Play's server API, the Google Play Developer API v3: voided purchases, refunds, answers to refund reviews,
//! and the reasons of voids.
//!
//! One file a resource. This file sends requests with the app's access token, reads Google's error answers and states
//! Google's rate limits; `oauth` has the tokens.
//!
//! Format: <https://developers.google.com/android-publisher/api-ref/rest>, and the discovery document
//! <https://androidpublisher.googleapis.com/$discovery/rest?version=v3>. Limits:
//! <https://developers.google.com/android-publisher/quotas> and
//! <https://developers.google.com/android-publisher/voided-purchases>.

mod explain;
mod oauth;
mod orders;
mod reviews;
mod voided_purchases;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use oauth::AccessTokens;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use voided_purchases::voided_purchases_url;

use super::GooglePlaySection;
use crate::config::ConfigError;
use crate::json;
use crate::model::{Store, Timestamp};
use crate::stores::http_api::{address, not_sent};
use crate::stores::{
    AnswersReviews, ApiError, Apis, ExplainsRefunds, Section as _, StoreApi, SweptBy, not_configured,
};
use crate::transport::{HttpRequest, HttpResponse, RateLimit, Transport, Url};
pub use orders::{LineItem, Order, OrderRefund, OrderRefundReason, OrderState, PartialRefund, Revocation};

/// Google Play's server API for the apps whose sections name a service account.
///
/// Every call may be made from any thread and blocks it until Google has answered. It sends at most twice: again with a
/// new access token if Google rejected the first. All other retries are left to the transport: pass one in
/// [`Retrying`](crate::transport::Retrying) around [`RateLimited`](crate::transport::RateLimited) with
/// [`rate_limits`](Self::rate_limits).
///
/// An access token is kept until five minutes before its end; one thread requests the next while the others wait. Apps
/// with the same key file share it.
pub struct GooglePlayApi {
    transport: Arc<dyn Transport>,
    apps: BTreeMap<String, App>,
}

/// The credentials and address of one app.
struct App {
    tokens: Arc<AccessTokens>,
    api_url: Url,
}

impl GooglePlayApi {
    /// For the sections that name a service account; `None` if none does. Reads the key files, and sends nothing.
    ///
    /// # Errors
    /// [`ConfigError`] names the section and the problem with the key file, its key or an address.
    pub fn new(
        sections: &[GooglePlaySection],
        transport: Arc<dyn Transport>,
    ) -> Result<Option<Self>, ConfigError> {
        let mut accounts: BTreeMap<&Path, Arc<AccessTokens>> = BTreeMap::new();
        let mut apps: BTreeMap<String, (&GooglePlaySection, App)> = BTreeMap::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(key_file) = section.service_account.as_deref() else { continue };
            let tokens = match accounts.get(key_file) {
                Some(tokens) => Arc::clone(tokens),
                None => Arc::new(AccessTokens::from_key_file(n, key_file, Arc::clone(&transport))?),
            };
            accounts.insert(key_file, Arc::clone(&tokens));
            let app = App { tokens, api_url: section.api_url(n)? };
            // One app may occur twice with different push settings; its API settings must be unambiguous.
            let twice = apps.get(&section.package_name).is_some_and(|(other, _)| {
                other.service_account != section.service_account || other.api_url != section.api_url
            });
            if twice {
                return Err(ConfigError::Value {
                    key: format!("google_play[{n}].service_account"),
                    problem: format!(
                        "{} occurs in an earlier section with another service_account or api_url: give both the same",
                        section.package_name
                    ),
                });
            }
            apps.insert(section.package_name.clone(), (section, app));
        }
        let apps: BTreeMap<_, _> = apps.into_iter().map(|(name, (_, app))| (name, app)).collect();
        Ok((!apps.is_empty()).then_some(Self { transport, apps }))
    }

    fn app(&self, package_name: &str) -> Result<&App, ApiError> {
        self.apps.get(package_name).ok_or_else(|| not_configured(&Store::GooglePlay, package_name))
    }
}

impl StoreApi for GooglePlayApi {
    fn require_credentials(&self, app: &str, _sandbox: bool) -> Result<(), ApiError> {
        self.app(app).map(drop)
    }

    fn sweeps(&self) -> Option<SweptBy<'_>> {
        Some(SweptBy::List(self))
    }

    fn explains(&self) -> Option<&dyn ExplainsRefunds> {
        Some(self)
    }

    fn answers_reviews(&self) -> Option<&dyn AnswersReviews> {
        Some(self)
    }
}

impl Apis {
    /// Google Play's.
    ///
    /// # Errors
    /// [`ApiError::NotConfigured`] if no section has credentials.
    pub fn google_play(&self) -> Result<&GooglePlayApi, ApiError> {
        self.own(&Store::GooglePlay)
    }
}

impl App {
    /// The base URL of one app's resources.
    fn url(&self, package_name: &str) -> Url {
        app_url(&self.api_url, package_name)
    }
}

fn app_url(api_url: &Url, package_name: &str) -> Url {
    api_url.clone().segments("androidpublisher/v3/applications").segment(package_name)
}

impl GooglePlaySection {
    /// The API's address. `n` is its place in the configuration.
    fn api_url(&self, n: usize) -> Result<Url, ConfigError> {
        match &self.api_url {
            Some(text) => address(text)
                .map_err(|problem| ConfigError::Value { key: format!("google_play[{n}].api_url"), problem }),
            None => Ok(Url::https("androidpublisher.googleapis.com")),
        }
    }
}

impl fmt::Debug for GooglePlayApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GooglePlayApi").field("apps", &self.apps.keys()).finish_non_exhaustive()
    }
}

impl GooglePlayApi {
    /// Sends a request with the app's token. Returns successful responses only.
    fn call(&self, app: &App, request: &HttpRequest, now: Timestamp) -> Result<HttpResponse, ApiError> {
        let unsent = |error| match request.method() {
            &Method::GET => error,
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
fn read<T: DeserializeOwned>(response: &HttpResponse) -> Result<T, ApiError> {
    json::from_slice(response.body()).map_err(|error| ApiError::Unreadable { problem: error.to_string() })
}

/// The longest text of Google's that is kept, in characters. The longest known message has some 300.
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

/// OAuth errors that pass without a change (RFC 6749 §4.1.2.1, and those that Google's own libraries retry).
const PASSING_OAUTH: [&str; 3] = ["temporarily_unavailable", "internal_failure", "server_error"];

/// The error in a response of the API that is not successful:
/// `{"error":{"code":…,"message":…,"status":…,"errors":[{"reason":…}]}}`.
fn refused(response: &HttpResponse) -> ApiError {
    let body: Map<String, Value> = json::from_slice(response.body()).unwrap_or_default();
    let error = body.get("error");
    let text =
        |value: Option<&Value>| value.and_then(Value::as_str).map(line).filter(|text| !text.is_empty());
    let reason = text(error.and_then(|error| error.pointer("/errors/0/reason")));
    let status_name = text(error.and_then(|error| error.get("status")));
    let message = text(error.and_then(|error| error.get("message")))
        .unwrap_or_else(|| "Google gave no reason".to_owned());
    let code = reason.or(status_name).unwrap_or_default();
    let status = response.status().as_u16();
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

/// The error in a response of the token endpoint that is not successful:
/// `{"error":"invalid_grant","error_description":…}` (RFC 6749 §5.2).
fn token_refused(response: &HttpResponse, client_email: &str) -> ApiError {
    let body: Map<String, Value> = json::from_slice(response.body()).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(line).unwrap_or_default();
    let (code, message) = (text("error"), text("error_description"));
    let status = response.status().as_u16();
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

/// Statuses after which the same request may be sent again: too slow, at the same time as another, too often, Google's
/// fault.
const fn passes(status: u16) -> bool {
    matches!(status, 408 | 409 | 429 | 500 | 502 | 503 | 504)
}

/// Google's words as one line of bounded length.
fn line(text: &str) -> String {
    text.trim().chars().map(|char| if char.is_control() { ' ' } else { char }).take(MAX_WORDS).collect()
}

impl GooglePlayApi {
    /// Lists of voided purchases for one app: 30 in 30 seconds.
    pub const VOIDED_PER_HALF_MINUTE: (u32, Duration) = (30, Duration::from_secs(30));
    /// Lists of voided purchases for one app: 6000 a day. Google's day begins at midnight in California; here it is any
    /// 24 hours, which never allows more.
    pub const VOIDED_PER_DAY: (u32, Duration) = (6000, Duration::from_secs(24 * 60 * 60));
    /// Calls of one bucket (orders, subscriptions …): 3000 a minute. Kept for all of them together, since a bucket is
    /// of many apps; a game server is far from it.
    pub const CALLS_PER_MINUTE: (u32, Duration) = (3000, Duration::from_secs(60));

    /// The limits of the apps that have credentials.
    ///
    /// # Errors
    /// [`ConfigError`] for an invalid `api_url`.
    pub fn rate_limits(sections: &[GooglePlaySection]) -> Result<Vec<RateLimit>, ConfigError> {
        let mut limits = Vec::new();
        for (n, section) in sections.iter().enumerate() {
            if !section.has_credentials() {
                continue;
            }
            let api_url = section.api_url(n)?;
            let (calls, minute) = Self::CALLS_PER_MINUTE;
            limits.push(RateLimit::of_host(api_url.host(), calls, minute).under(api_url.path()));
            let voided = voided_purchases_url(&api_url, &section.package_name);
            for (requests, per) in [Self::VOIDED_PER_HALF_MINUTE, Self::VOIDED_PER_DAY] {
                limits.push(RateLimit::of_host(voided.host(), requests, per).under(voided.path()));
            }
        }
        let mut once: Vec<RateLimit> = Vec::new();
        for limit in limits {
            if !once.contains(&limit) {
                once.push(limit);
            }
        }
        Ok(once)
    }
}
