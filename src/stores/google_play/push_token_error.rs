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
    /// Another scheme than `Bearer` (RFC 6750 §2.1).
    #[error("the Authorization header is not of the scheme Bearer")]
    NotBearer,
    /// The token's header names no key.
    #[error("the token's header has no key id (`kid`)")]
    NoKeyId,
    /// Google has no such key, as far as is known here.
    #[error("the token names key {kid:?}, which is not among Google's keys")]
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
    #[error("the token's claim {claim:?} is {found}, and {expected} was expected")]
    Claim {
        /// Its name.
        claim: &'static str,
        /// What it is: `absent`, `an array` …
        found: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// Signed by one of Google's keys, but not issued by Google Accounts.
    #[error("the token was issued by {found:?}, not by Google Accounts")]
    Issuer {
        /// Claim `iss`.
        found: String,
    },
    /// Meant for another endpoint.
    #[error("the token is for audience {found:?}, which no configured app expects")]
    Audience {
        /// Claim `aud`.
        found: String,
    },
    /// Of another service account: anyone can have Google sign a token for our audience.
    #[error("the token is of {found:?}, which is not the service account configured for its audience")]
    Email {
        /// Claim `email`.
        found: String,
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

impl PushTokenError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAuthorization => "no_authorization",
            Self::SeveralAuthorizations { .. } => "several_authorizations",
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
