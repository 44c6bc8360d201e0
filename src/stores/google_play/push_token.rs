//! The OIDC token that Pub/Sub sends with a push, and why one is refused.
//!
//! The RSA work is done once a token: Pub/Sub sends the same token with all pushes of an hour, so tokens with a
//! verified signature are kept ([`KnownTokens`]).

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use ring::digest;
use serde_json::{Map, Value};

use crate::json;
use crate::model::{Span, Timestamp};
use crate::stores::{Rejection, Request};
use crate::verify::{JwsError, RsaPublicKey, UnverifiedToken};

/// Google's tokens have 0.8 to 1.2 KB; a much longer one is not worth parsing.
const MAX_AUTHORIZATION: usize = 8 * 1024;
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
/// The placeholder for a signature that Google's infrastructure removed
/// (<https://cloud.google.com/run/docs/troubleshooting#signature-removed>).
const REMOVED: &str = ".SIGNATURE_REMOVED_BY_GOOGLE";
/// Google's tokens live for an hour. One that lives for longer than a day could be replayed for as long.
const MAX_LIFE: Span = Span::from_hours(24);

/// The token of a request: the one `Authorization: Bearer` field (RFC 6750 §2.1; the scheme's case does not matter,
/// RFC 9110 §11.1).
pub(super) fn bearer_token<'a>(request: &Request<'a>) -> Result<&'a str, Rejection> {
    let field = request
        .header("authorization")
        .map_err(|count| PushTokenError::SeveralAuthorizations { count })?
        .ok_or(PushTokenError::NoAuthorization)?;
    if field.len() > MAX_AUTHORIZATION {
        return Err(Rejection::TooLarge {
            what: "Authorization header",
            size: field.len(),
            limit: MAX_AUTHORIZATION,
        });
    }
    match field.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim_matches(' ')),
        _ => Err(PushTokenError::NotBearer.into()),
    }
}

/// A parsed token. Its claims are worth nothing until its signature is verified.
#[derive(Debug)]
pub(super) struct PushToken {
    /// The key it names.
    pub(super) kid: String,
    claims: Result<Claims, JwsError>,
}

impl PushToken {
    pub(super) fn parse(text: &str) -> Result<Self, Rejection> {
        if text.ends_with(REMOVED) {
            return Err(PushTokenError::SignatureRemoved.into());
        }
        let token = UnverifiedToken::parse(text)?;
        let kid = token.kid.ok_or(PushTokenError::NoKeyId)?;
        let claims = json::from_slice(&token.payload)
            .map(Claims)
            .map_err(|source| JwsError::Json { segment: "payload", source });
        Ok(Self { kid, claims })
    }

    /// Audience and e-mail as the token claims them, to choose the apps whose keys are tried; not to be trusted.
    pub(super) fn addressed(&self) -> Option<(&str, &str)> {
        let claims = self.claims.as_ref().ok()?;
        Some((claims.0.get("aud")?.as_str()?, claims.0.get("email")?.as_str()?))
    }

    /// The claims. Call it after the signature was verified.
    pub(super) fn claims(&self) -> Result<&Claims, Rejection> {
        self.claims.as_ref().map_err(|error| error.clone().into())
    }
}

/// The payload of a push token.
#[derive(Debug)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn check_issuer(&self) -> Result<(), PushTokenError> {
        match self.text("iss")? {
            issuer if ISSUERS.contains(&issuer) => Ok(()),
            other => Err(PushTokenError::Issuer { found: excerpt(other) }),
        }
    }

    /// `expected` are the audiences of the apps. An array is refused, though RFC 7519 §4.1.3 allows it: Google sends
    /// one string, and a token for several would be good elsewhere too.
    pub(super) fn check_audience(&self, expected: &[&str]) -> Result<(), PushTokenError> {
        match self.text("aud")? {
            audience if expected.contains(&audience) => Ok(()),
            other => Err(PushTokenError::Audience { found: excerpt(other), expected: listed(expected) }),
        }
    }

    /// `expected` are the service accounts of the apps of the token's audience.
    pub(super) fn check_email(&self, expected: &[&str]) -> Result<(), PushTokenError> {
        match self.text("email")? {
            email if expected.contains(&email) => {}
            other => {
                return Err(PushTokenError::Email { found: excerpt(other), expected: listed(expected) });
            }
        }
        match self.0.get("email_verified") {
            Some(Value::Bool(true)) => Ok(()),
            Some(Value::Bool(false)) => Err(PushTokenError::EmailNotVerified),
            other => Err(wrong("email_verified", other, "true")),
        }
    }

    pub(super) fn check_time(&self, skew: Span, now: Timestamp) -> Result<(), PushTokenError> {
        let iat = self.instant("iat")?;
        let exp = self.expiry()?;
        if exp <= iat {
            return Err(PushTokenError::ExpiresBeforeIssue { iat, exp });
        }
        if now.plus(skew) < iat {
            return Err(PushTokenError::IssuedInTheFuture { iat, now, skew });
        }
        // Google sends none; if there is one, it counts (RFC 7519 §4.1.5).
        if self.0.contains_key("nbf") {
            let nbf = self.instant("nbf")?;
            if now.plus(skew) < nbf {
                return Err(PushTokenError::IssuedInTheFuture { iat: nbf, now, skew });
            }
        }
        if exp.plus(skew) < now {
            return Err(PushTokenError::Expired { exp, now, skew });
        }
        if now.plus(MAX_LIFE) < exp {
            return Err(PushTokenError::ExpiresTooLate { exp, now });
        }
        Ok(())
    }

    /// When the token ends.
    pub(super) fn expiry(&self) -> Result<Timestamp, PushTokenError> {
        self.instant("exp")
    }

    fn text(&self, claim: &'static str) -> Result<&str, PushTokenError> {
        let value = self.0.get(claim);
        value.and_then(Value::as_str).ok_or_else(|| wrong(claim, value, "a string"))
    }

    fn instant(&self, claim: &'static str) -> Result<Timestamp, PushTokenError> {
        let value = self.0.get(claim);
        let seconds = value.and_then(Value::as_i64);
        seconds.map(Timestamp::from_secs).ok_or_else(|| wrong(claim, value, "a whole number of seconds"))
    }
}

fn wrong(claim: &'static str, value: Option<&Value>, expected: &'static str) -> PushTokenError {
    let found = match value {
        None => "absent",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    };
    PushTokenError::Claim { claim, found, expected }
}

/// The configured values, each once.
fn listed(expected: &[&str]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in expected {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names.join(" or ")
}

/// Enough of a claim to recognise it by.
fn excerpt(text: &str) -> String {
    text.chars().take(256).collect()
}

/// Why a push's OIDC token was refused, in the order the checks are made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushTokenError {
    /// No `Authorization` field: the subscription was set up without authentication, or the request is a stranger's.
    #[error("the request has no Authorization header; the push subscription needs authentication enabled")]
    NoAuthorization,
    /// More than one: a proxy that adds one must not choose which counts.
    #[error("the request has {count} Authorization headers, and exactly 1 is accepted")]
    SeveralAuthorizations {
        /// How many.
        count: usize,
    },
    /// Google's own infrastructure checked the token and removed its signature.
    #[error(
        "the token's signature is SIGNATURE_REMOVED_BY_GOOGLE: Cloud Run, Identity-Aware Proxy or API Gateway in front of \
         this server checked the token itself and removed its signature, so no server behind it can verify it. Let requests \
         through to this endpoint without authentication there (Cloud Run: allow unauthenticated invocations); Recoup \
         verifies Pub/Sub's token itself"
    )]
    SignatureRemoved,
    /// Another scheme than `Bearer` (RFC 6750 §2.1).
    #[error("the Authorization header is not of the scheme Bearer")]
    NotBearer,
    /// The token's header names no key.
    #[error("the token's header has no key id (`kid`)")]
    NoKeyId,
    /// Google has no such key, as far as this process knows.
    #[error(
        "the token names the key \"{}\", which is not among Google's keys: expected a token that Google signed for the push \
         subscription",
        kid.escape_debug()
    )]
    UnknownKey {
        /// What the token names.
        kid: String,
    },
    /// Google's keys are unavailable. Not the sender's fault: worth sending again.
    #[error("Google's keys are not available: {problem}")]
    KeysUnavailable {
        /// Why.
        problem: String,
    },
    /// A claim is absent or of another type than Google sends.
    #[error("the token's claim {claim} is {found}: expected {expected}")]
    Claim {
        /// Its name.
        claim: &'static str,
        /// What it is: `absent`, `an array` …
        found: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// Signed by one of Google's keys, but not issued by Google Accounts.
    #[error(
        "the token was issued by \"{}\": expected https://accounts.google.com, which issues Pub/Sub's. {GATEWAY}",
        found.escape_debug()
    )]
    Issuer {
        /// Claim `iss`.
        found: String,
    },
    /// The token is for another endpoint.
    #[error(
        "the token is for the audience \"{}\": expected {expected} (google_play[].push.audience), letter for letter. {}",
        found.escape_debug(), if is_slash_apart(found, expected) { SLASH } else { GATEWAY }
    )]
    Audience {
        /// Claim `aud`.
        found: String,
        /// The configured audiences.
        expected: String,
    },
    /// Of another service account: anyone can have Google sign a token for our audience.
    #[error(
        "the token is of \"{}\": expected {expected} (google_play[].push.service_account_email), the service account that \
         the push subscription authenticates with. {GATEWAY}",
        found.escape_debug()
    )]
    Email {
        /// Claim `email`.
        found: String,
        /// The service accounts that are configured for its audience.
        expected: String,
    },
    /// Google does not vouch for the e-mail.
    #[error("the token's e-mail is not verified")]
    EmailNotVerified,
    /// It ends before it begins.
    #[error("the token was issued at {iat} and expired at {exp}, not later")]
    ExpiresBeforeIssue {
        /// Claim `iat`.
        iat: Timestamp,
        /// Claim `exp`.
        exp: Timestamp,
    },
    /// It begins in the future.
    #[error("the token was issued at {iat}, and it is {now}, give or take {skew}")]
    IssuedInTheFuture {
        /// Claim `iat`.
        iat: Timestamp,
        /// The clock.
        now: Timestamp,
        /// How far the clocks may differ.
        skew: Span,
    },
    /// It has ended.
    #[error("the token expired at {exp}, and it is {now}, give or take {skew}")]
    Expired {
        /// Claim `exp`.
        exp: Timestamp,
        /// The clock.
        now: Timestamp,
        /// How far the clocks may differ.
        skew: Span,
    },
    /// It lives longer than any token of Google's (an hour; a day is accepted).
    #[error("the token expires at {exp}, more than a day after {now}")]
    ExpiresTooLate {
        /// Claim `exp`.
        exp: Timestamp,
        /// The clock.
        now: Timestamp,
    },
}

/// Why a token may be another than Pub/Sub's.
const GATEWAY: &str = "If a gateway in front sends a token of its own, let it pass on the Authorization header that Pub/Sub \
                       sent";

const SLASH: &str = "The two differ by a slash at the end: make them the same";

fn is_slash_apart(found: &str, expected: &str) -> bool {
    found.trim_end_matches('/') == expected.trim_end_matches('/')
}

impl PushTokenError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAuthorization => "no_authorization",
            Self::SeveralAuthorizations { .. } => "several_authorizations",
            Self::SignatureRemoved => "signature_removed",
            Self::NotBearer => "not_bearer",
            Self::NoKeyId => "no_key_id",
            Self::UnknownKey { .. } => "unknown_key",
            Self::KeysUnavailable { .. } => "keys_unavailable",
            Self::Claim { .. } => "wrong_claim",
            Self::Issuer { .. } => "wrong_issuer",
            Self::Audience { .. } => "wrong_audience",
            Self::Email { .. } => "wrong_email",
            Self::EmailNotVerified => "email_not_verified",
            Self::ExpiresBeforeIssue { .. } => "expires_before_issue",
            Self::IssuedInTheFuture { .. } => "issued_in_the_future",
            Self::Expired { .. } => "token_expired",
            Self::ExpiresTooLate { .. } => "expires_too_late",
        }
    }

    /// 403 if Google vouches for the sender and it is another one, 503 if the keys are missing, 401 otherwise.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Audience { .. } | Self::Email { .. } => 403,
            Self::KeysUnavailable { .. } => 503,
            _ => 401,
        }
    }
}

/// One for each pair of subscription and hour, and some for Pub/Sub's servers that do not share theirs. Only tokens
/// that an app accepted get in, so a stranger's tokens cannot push ours out.
const CAPACITY: usize = 64;

/// The SHA-256 of a token's whole text, signature included, identifies it.
pub(super) type TokenDigest = [u8; 32];

/// A token and the key that was found to have signed it. The claims are checked again with every use.
#[derive(Debug)]
pub(super) struct KnownToken {
    pub(super) token: Arc<PushToken>,
    pub(super) signed_by: Arc<RsaPublicKey>,
    pub(super) expires: Timestamp,
}

/// A bounded set of them. A look-up takes no lock; an addition copies the set, which happens once a token.
#[derive(Debug, Default)]
pub(super) struct KnownTokens {
    tokens: ArcSwap<HashMap<TokenDigest, Arc<KnownToken>>>,
}

impl KnownTokens {
    pub(super) fn find(&self, digest: &TokenDigest) -> Option<Arc<KnownToken>> {
        self.tokens.load().get(digest).map(Arc::clone)
    }

    pub(super) fn remember(&self, digest: TokenDigest, token: KnownToken) {
        let token = Arc::new(token);
        self.tokens.rcu(|tokens| {
            let mut tokens = HashMap::clone(tokens);
            if tokens.len() >= CAPACITY && !tokens.contains_key(&digest) {
                forget_the_one_that_ends_first(&mut tokens);
            }
            tokens.insert(digest, Arc::clone(&token));
            tokens
        });
    }
}

pub(super) fn digest_of(text: &str) -> TokenDigest {
    let mut digest = TokenDigest::default();
    digest.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    digest
}

fn forget_the_one_that_ends_first(tokens: &mut HashMap<TokenDigest, Arc<KnownToken>>) {
    let first = tokens.iter().min_by_key(|(_, token)| token.expires).map(|(digest, _)| *digest);
    if let Some(digest) = first {
        tokens.remove(&digest);
    }
}

#[cfg(test)]
impl KnownTokens {
    pub(super) fn len(&self) -> usize {
        self.tokens.load().len()
    }
}
