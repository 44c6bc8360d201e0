//! The errors of Stripe events alone, and of their configuration.

use crate::model::Span;

/// Why a Stripe event was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StripeError {
    /// No `Stripe-Signature` header: Stripe sends no event without.
    #[error("the request has no Stripe-Signature header")]
    NoSignature,
    /// The header occurs more than once, and a proxy must not get to choose which counts.
    #[error("the request has {count} Stripe-Signature headers, and 1 is accepted")]
    SeveralSignatures {
        /// How many.
        count: usize,
    },
    /// The header cannot be read.
    #[error("the Stripe-Signature header: {source}")]
    SignatureHeader {
        /// The problem.
        #[from]
        source: SignatureHeaderError,
    },
    /// No signature is of a configured secret.
    #[error(
        "no configured webhook secret made the signature: the request is forged, was changed on its way (hand over the \
         raw body), or the endpoint's secret is not in stripe[].webhook_secrets"
    )]
    BadSignature,
    /// A genuine signature, too long ago: a recorded request, or a clock that is ahead.
    #[error(
        "the signature is {} old, and at most {tolerance} is accepted (stripe[].tolerance_seconds)",
        .age.words()
    )]
    TooOld {
        /// Its age.
        age: Span,
        /// The configured tolerance.
        tolerance: Span,
    },
    /// A thin event, which names an object without holding it. Kept as a dead letter, since Stripe would send it again.
    #[error(
        "the event is thin (v2.core.event) and does not hold its object: have the event destination send snapshot events"
    )]
    ThinEvent,
    /// An event of an account that no section with its secret names. It is refused and not kept, so that connected
    /// accounts cannot fill the ledger; Stripe sends it again.
    #[error("{}", unknown_account(.found.as_deref()))]
    UnknownAccount {
        /// The event's `account`; `None` for the account that the endpoint itself is of.
        found: Option<String>,
    },
}

/// The errors in the form of a `Stripe-Signature` header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureHeaderError {
    /// An item that is not `name=value`.
    #[error("item {item} of the list is not name=value")]
    NotAPair {
        /// Its place in the header, from 1.
        item: usize,
    },
    /// No `t`.
    #[error("it has no t (the time of the signature)")]
    NoTimestamp,
    /// More than one `t`: it is unclear which of them was signed.
    #[error("it has more than one t")]
    SeveralTimestamps,
    /// A `t` that is no whole number of seconds.
    #[error("its t is not a whole number of seconds since 1970")]
    Timestamp,
    /// No `v1`: only schemes that prove nothing.
    #[error("it has no v1 signature")]
    NoV1,
    /// More `v1` than Stripe sends.
    #[error("it has more than {limit} v1 signatures")]
    TooManySignatures {
        /// The limit.
        limit: usize,
    },
}

impl StripeError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSignature => "no_signature",
            Self::SeveralSignatures { .. } => "several_signatures",
            Self::SignatureHeader { source: SignatureHeaderError::NoV1 } => "no_v1_signature",
            Self::SignatureHeader { .. } => "bad_signature_header",
            Self::BadSignature => "bad_signature",
            Self::TooOld { .. } => "signature_too_old",
            Self::ThinEvent => "thin_event",
            Self::UnknownAccount { .. } => "unknown_account",
        }
    }

    /// The HTTP status of the response. Stripe repeats every delivery that is not answered 2xx, with a new signature
    /// and timestamp.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::SeveralSignatures { .. } => 400,
            Self::SignatureHeader { source } => match source {
                SignatureHeaderError::NoV1 => 401,
                _ => 400,
            },
            Self::NoSignature | Self::BadSignature | Self::TooOld { .. } => 401,
            Self::UnknownAccount { .. } => 403,
            Self::ThinEvent => 200,
        }
    }

    /// Whether Stripe sent it, to us: it is kept as a dead letter.
    pub(crate) const fn is_authentic(&self) -> bool {
        matches!(self, Self::ThinEvent)
    }
}

fn unknown_account(found: Option<&str>) -> String {
    match found {
        Some(account) => format!(
            "the event is of the connected account {account:?}, which no stripe[] section with this webhook secret names: \
             add a section with \"account\": {account:?} and the same secret, or let the endpoint listen to events on your \
             account only"
        ),
        None => "the event is of the account that the endpoint belongs to, and every stripe[] section with this webhook \
                 secret names a connected account: add a section without \"account\", or let the endpoint listen to \
                 events on connected accounts only"
            .to_owned(),
    }
}

/// Why accounts cannot be configured so. Never shows a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StripeConfigError {
    /// No sections at all: every event would be refused.
    #[error("no account is configured")]
    NoSections,
    /// A value that is empty.
    #[error("{member} of section {name:?} is empty")]
    Empty {
        /// The section.
        name: String,
        /// Which member, such as `account`.
        member: &'static str,
    },
    /// No secret: every event would be refused.
    #[error(
        "webhook_secrets of section {name:?} is empty: give the signing secret of its endpoint (whsec_…)"
    )]
    NoSecrets {
        /// The section.
        name: String,
    },
    /// More secrets than an account has endpoints.
    #[error(
        "section {name:?} has {count} webhook_secrets, and at most {limit} are accepted: take out those that were rolled"
    )]
    TooManySecrets {
        /// The section.
        name: String,
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// Refunds on early fraud warnings without a key that could make them.
    #[error(
        "refund_early_fraud_warnings of section {name:?} needs an API key: give api_key or api_key_file, or remove it"
    )]
    WarningRefundsWithoutKey {
        /// The section.
        name: String,
    },
    /// Two sections with the same secret and the same account: nothing would decide which an event is of.
    #[error("sections {first:?} and {second:?} have a webhook secret in common, and the same account")]
    SharedSecret {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
}
