//! The errors of Amazon messages alone.

use super::SigningCertificateError;
use crate::model::{Span, Timestamp};

/// Why an Amazon message was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmazonError {
    /// The body is not the SNS message.
    #[error("the body is {found}: expected the SNS message as it came, with its Signature. {advice}")]
    OtherBody {
        /// The kind of text that was passed in.
        found: &'static str,
        /// The advice.
        advice: String,
    },
    /// `Type` is none of the three that SNS sends.
    #[error("the message is of type {found:?}, and SNS sends no such messages")]
    MessageType {
        /// The message's value.
        found: String,
    },
    /// A signed member has a line break. The signed text is made of lines, so a member with one could be read as
    /// several.
    #[error("the message's {member} has a line break")]
    LineBreak {
        /// The member.
        member: &'static str,
    },
    /// An id that has to be there is empty or `0`.
    #[error("the message's {member} is empty or \"0\"")]
    Empty {
        /// The member.
        member: &'static str,
    },
    /// `Timestamp` is no time.
    #[error("the message's Timestamp is {found:?}: expected a time such as 2026-01-31T12:00:00.000Z")]
    Timestamp {
        /// The message's value.
        found: String,
    },
    /// `Signature` is not base64.
    #[error("the message's Signature is not standard base64")]
    SignatureEncoding,
    /// No URL, or two that differ: `SigningCertURL`, as AWS Lambda spells it `SigningCertUrl`.
    #[error("the message must name its signing certificate once, in SigningCertURL or SigningCertUrl")]
    SigningCertUrlMember,
    /// The message is of another topic.
    #[error(
        "the message is of topic {found:?}, which no amazon section of the configuration names in its topic_arn"
    )]
    Topic {
        /// The message's topic.
        found: String,
    },
    /// A way of signing that SNS does not use.
    #[error("the message's SignatureVersion is {found:?}: only \"1\" and \"2\" are known")]
    SignatureVersion {
        /// The message's value.
        found: String,
    },
    /// The certificate's URL is one where SNS publishes none.
    #[error(
        "the message names a signing certificate at {found:?}: expected \
         https://sns.REGION.amazonaws.com/SimpleNotificationService-<32 hex digits>.pem"
    )]
    SigningCertUrl {
        /// The message's value.
        found: String,
    },
    /// The URL that would confirm the subscription leads elsewhere.
    #[error("the message's SubscribeURL cannot be followed: {problem}")]
    SubscribeUrl {
        /// The problem.
        problem: &'static str,
    },
    /// The message was made too long ago.
    #[error(
        "the message was made at {at}, {} ago, and at most {limit} are accepted: see max_age of its section",
        .age.words()
    )]
    TooOld {
        /// When it was made.
        at: Timestamp,
        /// How long ago that is.
        age: Span,
        /// The limit.
        limit: Span,
    },
    /// The message was made later than now.
    #[error("the message was made at {at}, and it is only {now}: check this machine's clock")]
    FromTheFuture {
        /// When it was made.
        at: Timestamp,
        /// This machine's time.
        now: Timestamp,
    },
    /// The certificate is unavailable.
    #[error("the signing certificate is unavailable: {problem}")]
    CertificateUnavailable {
        /// The reason, and the advice.
        problem: String,
    },
    /// The pinned certificate does not vouch for the message, which may be signed by its successor.
    #[error(
        "the certificate pinned in {file} did not sign the message, which names the one at {url}: {problem}. If Amazon has gone \
         over to that one, fetch it from there and pin it; until then Amazon is answered 503, and sends the message again"
    )]
    PinnedCertificate {
        /// The file, or the words for its absence.
        file: String,
        /// The certificate's URL in the message; on SNS's own host.
        url: String,
        /// What does not fit.
        problem: String,
    },
    /// The certificate does not vouch for the message.
    #[error("{source}")]
    SigningCertificate {
        /// The problem.
        #[from]
        source: SigningCertificateError,
    },
    /// The signature is not by the certificate's key over these members.
    #[error("the signature does not verify by the signing certificate")]
    Signature,
    /// A notification of the configured topic, of a package that the configuration does not name. Kept as a dead
    /// letter, since it is Amazon's to this developer, and would be lost otherwise.
    #[error("the notification is of package {found:?}, which no amazon section with its topic names: add it")]
    UnknownPackage {
        /// The package in the notification.
        found: String,
    },
}

impl AmazonError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherBody { .. } => "other_body",
            Self::MessageType { .. } => "unknown_message_type",
            Self::LineBreak { .. } => "line_break",
            Self::Empty { .. } => "empty_member",
            Self::Timestamp { .. } => "bad_timestamp",
            Self::SignatureEncoding => "signature_base64",
            Self::SigningCertUrlMember => "signing_cert_url_member",
            Self::Topic { .. } => "wrong_topic",
            Self::SignatureVersion { .. } => "unknown_signature_version",
            Self::SigningCertUrl { .. } => "bad_signing_cert_url",
            Self::SubscribeUrl { .. } => "bad_subscribe_url",
            Self::TooOld { .. } => "too_old",
            Self::FromTheFuture { .. } => "from_the_future",
            Self::CertificateUnavailable { .. } => "certificate_unavailable",
            Self::PinnedCertificate { .. } => "pinned_certificate",
            Self::SigningCertificate { source } => source.code(),
            Self::Signature => "bad_signature",
            Self::UnknownPackage { .. } => "unknown_package",
        }
    }

    /// The HTTP status of the response. Amazon sends again after a 503, and after nothing else of these: 400 malformed,
    /// 401 not signed by SNS, 403 not for us or too late, 200 for a dead letter.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::OtherBody { .. }
            | Self::MessageType { .. }
            | Self::LineBreak { .. }
            | Self::Empty { .. }
            | Self::Timestamp { .. }
            | Self::SignatureEncoding
            | Self::SigningCertUrlMember => 400,
            Self::SignatureVersion { .. }
            | Self::SigningCertUrl { .. }
            | Self::SigningCertificate { .. }
            | Self::Signature => 401,
            Self::Topic { .. } | Self::SubscribeUrl { .. } | Self::TooOld { .. } => 403,
            Self::FromTheFuture { .. }
            | Self::CertificateUnavailable { .. }
            | Self::PinnedCertificate { .. } => 503,
            Self::UnknownPackage { .. } => 200,
        }
    }

    /// Whether Amazon sent it, to us: it is kept as a dead letter.
    pub(crate) const fn is_authentic(&self) -> bool {
        matches!(self, Self::UnknownPackage { .. })
    }
}
