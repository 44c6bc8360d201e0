//! One call of the API: the key and the tokens it signs, Apple's error answers, and the rate limits that Apple states for
//! [`RateLimited`](crate::transport::RateLimited).
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/generating-json-web-tokens-for-api-requests>,
//! <https://developer.apple.com/documentation/appstoreserverapi/error-codes>,
//! <https://developer.apple.com/documentation/appstoreserverapi/identifying-rate-limits>.

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::{AppStoreApi, AppStoreEnvironment, AppStoreSection, Place};
use crate::config::{self, ConfigError};
use crate::json;
use crate::model::{Meaning, Signal, Span, Timestamp, Trust};
use crate::stores::app_store::{Notification, Transaction};
use crate::stores::{ApiError, Rejection};
use crate::transport::{HttpRequest, HttpResponse, RateLimit, Secret};
use crate::verify::Authentic;

impl AppStoreApi {
    /// Sends a request with a separate token. Returns successful responses only.
    pub(super) fn call(
        &self,
        place: &Place<'_>,
        request: HttpRequest,
        now: Timestamp,
    ) -> Result<HttpResponse, ApiError> {
        let token = place.access.key.token(place.bundle_id, now, &self.random)?;
        let response = self.transport.send(&request.header("Accept", "application/json").bearer(&token))?;
        if response.is_success() { Ok(response) } else { Err(refused(&response)) }
    }

    /// Verifies a notification in the API's answer: `{"signedPayload":…}`, as Apple posts it.
    pub(super) fn notification(
        &self,
        place: &Place<'_>,
        item: &[u8],
        now: Timestamp,
    ) -> Result<Notification, Refusal> {
        let notification = self.verifier.listed_notification(item, &place.around(), now)?;
        require_place(place, notification.bundle_id(), notification.environment().name())?;
        Ok(notification)
    }

    /// Verifies a transaction in the API's answer.
    pub(super) fn verified_transaction(
        &self,
        place: &Place<'_>,
        jws: &str,
        now: Timestamp,
    ) -> Result<Authentic<Transaction>, Refusal> {
        let (transaction, bundle_id, environment) =
            self.verifier.listed_transaction(jws, &place.around(), now)?;
        require_place(place, &bundle_id, environment.name())?;
        Ok(transaction)
    }
}

/// The items of one page that are rejected, until it is known whether they or the configuration are at fault.
#[derive(Default)]
pub(super) struct NotTaken {
    unread: Vec<(String, Vec<u8>)>,
    of_unknown_root: usize,
}

impl NotTaken {
    /// `what` names the item.
    pub(super) fn add(&mut self, refusal: Refusal, what: &str, item: &str) {
        self.of_unknown_root += usize::from(refusal.is_of_unknown_root());
        self.unread.push((refusal.words(what), item.as_bytes().to_vec()));
    }

    /// The items to keep as dead letters. If no item was accepted (`taken`) and several are signed under untrusted
    /// roots, the configuration's roots are wrong, and all items can be requested again once they are right.
    pub(super) fn unread(self, taken: usize) -> Result<Vec<(String, Vec<u8>)>, ApiError> {
        match self.unread.first() {
            Some((problem, _))
                if taken == 0 && self.of_unknown_root == self.unread.len() && self.unread.len() > 1 =>
            {
                Err(ApiError::Unreadable { problem: problem.clone() })
            }
            _ => Ok(self.unread),
        }
    }
}

/// Why something signed in a response is rejected.
pub(super) enum Refusal {
    /// It does not verify, or is not understood.
    Rejected(Rejection),
    /// It is of another app or environment than the request.
    Elsewhere { found: String },
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Refusal {
    /// Whether no trusted root vouches for its certificates. If that is true of several items and no other is fine,
    /// rather the configuration's roots are wrong than the items.
    const fn is_of_unknown_root(&self) -> bool {
        matches!(self, Self::Rejected(Rejection::Chain { .. }))
    }

    /// The result of the call. `what` names the part of the answer.
    pub(super) fn in_answer(self, what: &str) -> ApiError {
        ApiError::Unreadable { problem: self.words(what) }
    }

    /// In words. `what` names the part of the answer.
    fn words(self, what: &str) -> String {
        match self {
            Self::Rejected(rejection) => format!("{what} is rejected: {rejection}"),
            Self::Elsewhere { found } => format!("{what} is of {found}, which was not requested"),
        }
    }
}

fn require_place(place: &Place<'_>, bundle_id: &str, environment: &str) -> Result<(), Refusal> {
    if bundle_id == place.bundle_id && environment == place.environment.name() {
        return Ok(());
    }
    Err(Refusal::Elsewhere { found: format!("{bundle_id} ({environment})") })
}

/// What Apple signs and returns on request is surer than a message from anyone that Apple signed.
pub(super) fn confirmed(mut signal: Signal) -> Signal {
    if let Meaning::Case { fact, .. } = &mut signal.meaning {
        fact.trust = Trust::Confirmed;
    }
    signal
}

/// Reads a `T` from an answer.
pub(super) fn read<'de, T: Deserialize<'de>>(response: &'de HttpResponse) -> Result<T, ApiError> {
    json::from_slice(response.body()).map_err(|error| ApiError::Unreadable { problem: error.to_string() })
}

/// The lifetime of a token. Apple accepts up to an hour; its own libraries use five minutes, since each request has a
/// separate token.
const TOKEN_LIFE: Span = Span::from_millis(5 * 60 * 1000);

/// The audience of tokens.
const AUDIENCE: &str = "appstoreconnect-v1";

/// An In-App Purchase key. Never shown.
pub(super) struct ApiKey {
    issuer_id: String,
    key_id: String,
    pair: EcdsaKeyPair,
}

impl ApiKey {
    /// Reads the file that App Store Connect issues: PEM with one PKCS #8 P-256 key.
    pub(super) fn from_file(
        issuer_id: &str,
        key_id: &str,
        path: &Path,
        random: &dyn SecureRandom,
    ) -> Result<Self, ConfigError> {
        // A parser's message about a key might hold some of it, so nothing of that is repeated.
        let unreadable = |problem: &str| ConfigError::Unreadable {
            path: path.to_owned(),
            problem: format!("{problem}: expected the .p8 file from App Store Connect, unchanged"),
        };
        let bytes = Zeroizing::new(config::read(path)?);
        let key = PrivatePkcs8KeyDer::from_pem_slice(&bytes)
            .map(Zeroizing::new)
            .map_err(|_| unreadable("it has no PEM block PRIVATE KEY"))?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.secret_pkcs8_der(), random)
            .map_err(|_| unreadable("its key is no P-256 key in PKCS #8"))?;
        Ok(Self { issuer_id: issuer_id.to_owned(), key_id: key_id.to_owned(), pair })
    }

    /// A token for one request about an app.
    fn token(&self, bundle_id: &str, now: Timestamp, random: &dyn SecureRandom) -> Result<Secret, ApiError> {
        let header = json!({"alg": "ES256", "kid": self.key_id, "typ": "JWT"});
        let claims = json!({
            "iss": self.issuer_id,
            "iat": now.secs(),
            "exp": now.plus(TOKEN_LIFE).secs(),
            "aud": AUDIENCE,
            "bid": bundle_id,
        });
        let signing_input = format!("{}.{}", encoded(&header), encoded(&claims));
        let signature = self.pair.sign(random, signing_input.as_bytes()).map_err(|_| {
            let problem = "the system returned no random numbers to sign a token with".to_owned();
            ApiError::Credentials { problem }
        })?;
        Ok(Secret::new([&signing_input, ".", &URL_SAFE_NO_PAD.encode(signature)].concat()))
    }
}

fn encoded(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// The longest text of Apple's that is kept, in characters. The longest known message has some 200.
const MAX_WORDS: usize = 500;

/// Account, app and original transaction not found, and an internal error, each in the form for which Apple's documents
/// say to try again (`…RetryableError`).
const RETRYABLE_CODES: [i64; 4] = [4_040_002, 4_040_004, 4_040_006, 5_000_001];

/// The error in a response that is not successful.
fn refused(response: &HttpResponse) -> ApiError {
    let status = response.status().as_u16();
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

/// How many times as long the sandbox takes for the same number of requests: it allows a tenth.
const SANDBOX_SHARE: u32 = 10;

impl AppStoreApi {
    /// How many requests a second production accepts of an app, by how their paths begin. Apple counts them by the
    /// hour; a limit by the second never allows more.
    pub const PER_SECOND: &'static [(&'static str, u32)] = &[
        ("inApps/v1/transactions", 50),
        ("inApps/v2/transactions/consumption", 50),
        ("inApps/v2/refund/lookup", 10),
        ("inApps/v1/notifications/history", 50),
        ("inApps/v1/notifications/test", 1),
    ];

    /// The limits of the apps that have credentials. Apple has them for each app; here all apps at one address share
    /// them, which never allows more.
    ///
    /// # Errors
    /// [`ConfigError`] for an invalid address.
    pub fn rate_limits(sections: &[AppStoreSection]) -> Result<Vec<RateLimit>, ConfigError> {
        let mut limits: Vec<RateLimit> = Vec::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(api) = &section.api else { continue };
            for environment in section.require_api_environments(n)? {
                let base = api.base(n, environment)?;
                let per = match environment {
                    AppStoreEnvironment::Production => Duration::from_secs(1),
                    _ => Duration::from_secs(1) * SANDBOX_SHARE,
                };
                for (path, requests) in Self::PER_SECOND {
                    let url = base.clone().segments(path);
                    let limit = RateLimit::of_host(url.host(), *requests, per).under(url.path());
                    if !limits.contains(&limit) {
                        limits.push(limit);
                    }
                }
            }
        }
        Ok(limits)
    }
}
