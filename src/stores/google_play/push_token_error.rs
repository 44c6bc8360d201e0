//! Why a push's OIDC token was refused.

use crate::model::{Span, Timestamp};

/// Why a push's OIDC token was refused, in the order the checks are made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushTokenError {
    /// No `Authorization` field: the subscription was set up without authentication, or the request is nobody's.
    #[error("the request has no Authorization header; the push subscription needs authentication enabled")]
    NoAuthorization,
    /// More than one: a proxy that adds one must not choose which counts.
    #[error("the request has {count} Authorization headers, and exactly 1 is accepted")]
    SeveralAuthorizations {
        /// How many.
        count: usize,
    },
    /// Google's own infrastructure checked the token and took its signature away.
    #[error(
        "the token's signature is SIGNATURE_REMOVED_BY_GOOGLE: Cloud Run, Identity-Aware Proxy or API Gateway in front of \
         this server checked the token itself and removed its signature, so nobody behind it can verify it. Let requests \
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
    /// Google has no such key, as far as is known here.
    #[error(
        "the token names the key \"{}\", which is not among Google's keys: expected a token that Google signed for the push \
         subscription",
        kid.escape_debug()
    )]
    UnknownKey {
        /// What the token names.
        kid: String,
    },
    /// Google's keys are not at hand. Not the sender's fault: worth sending again.
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
    /// Meant for another endpoint.
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

    /// 403 where Google vouches for the sender and it is another one, 503 where the keys are missing, 401 otherwise.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Audience { .. } | Self::Email { .. } => 403,
            Self::KeysUnavailable { .. } => 503,
            _ => 401,
        }
    }
}
