//! Why a message of the App Store is refused, beyond its signature.

use super::AppStoreEnvironment;
use crate::model::{Span, Timestamp};
use crate::stores::Rejection;

/// Why a message is rejected although it may well be Apple's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppStoreError {
    /// Another kind of JWS than expected, or no JWS at all.
    #[error("this is {found}: expected {expected}")]
    WrongKind {
        /// The kind of text that was passed in.
        found: &'static str,
        /// What was expected.
        expected: &'static str,
    },
    /// Something else than a notification, such as a transaction from a player's device.
    #[error("the message is no notification: it has no notificationType, or is about nothing")]
    NotANotification,
    /// Something else than the body that Apple posts.
    #[error(
        "the body is {found}: expected what the App Store posts, {{\"signedPayload\": \"…\"}}, as it came. {advice}"
    )]
    OtherBody {
        /// The kind of text that was passed in.
        found: &'static str,
        /// The advice.
        advice: &'static str,
    },
    /// The bundle id is missing.
    #[error("the message does not name its app: it has no bundleId")]
    NoBundleId,
    /// No environment.
    #[error("the message does not name its environment: expected Production or Sandbox")]
    NoEnvironment,
    /// An environment that the configuration does not accept, or that does not exist.
    #[error(
        "the message is of the environment \"{}\", which is not configured{}: expected one that `environments` of the \
         app's section names",
        found.escape_debug(),
        .bundle_id.as_ref().map(|id| format!(" for {}", id.escape_debug())).unwrap_or_default()
    )]
    WrongEnvironment {
        /// The app; `None` if the message names none.
        bundle_id: Option<String>,
        /// The environment in the message.
        found: String,
    },
    /// An environment whose messages are unsigned: such a message proves nothing.
    #[error(
        "the message is of the environment {}: Apple does not sign its messages, so they prove nothing. Test with the \
         sandbox, where Apple signs, or with a build that has the Cargo feature local-testing",
        .environment.name()
    )]
    UnsignedEnvironment {
        /// The environment.
        environment: AppStoreEnvironment,
    },
    /// A production message of another app that has the same bundle id.
    #[error("the message is of the app with Apple ID {found}, and {bundle_id} has {expected}")]
    WrongAppAppleId {
        /// The app.
        bundle_id: String,
        /// The Apple ID in the message.
        found: i64,
        /// The configured one.
        expected: i64,
    },
    /// A production message without the app's Apple ID.
    #[error("the message is of production and has no appAppleId")]
    NoAppAppleId,
    /// The notification verifies, and a JWS inside it does not.
    #[error("{member}: {source}")]
    Nested {
        /// Which one, such as `signedTransactionInfo`.
        member: &'static str,
        /// The problem.
        source: Box<Rejection>,
    },
    /// A JWS inside the notification is of another app: two messages were put together.
    #[error("{member} is of app \"{}\", and the notification of {expected}", found.escape_debug())]
    NestedOfAnotherApp {
        /// Which one.
        member: &'static str,
        /// The bundle id inside.
        found: String,
        /// The bundle id of the notification.
        expected: String,
    },
    /// A JWS inside the notification is of another environment: two messages were put together.
    #[error("{member} is of the environment \"{}\", and the notification of {}", found.escape_debug(), .expected.name())]
    NestedOfAnotherEnvironment {
        /// Which one.
        member: &'static str,
        /// The environment inside.
        found: String,
        /// The environment of the notification.
        expected: AppStoreEnvironment,
    },
    /// Signed so long ago that a key which has expired since could have made it.
    #[error(
        "the message was signed {} ago ({signed_at}), and messages older than {} are not accepted: sweeps bring what was \
         missed. To replay an old file, use `recoup ingest --allow-old`, or raise max_age of the app's section",
        .age.words(), .limit.words()
    )]
    TooOld {
        /// The signing time in the message.
        signed_at: Timestamp,
        /// How long ago that is.
        age: Span,
        /// How long ago it may be.
        limit: Span,
    },
}

impl AppStoreError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongKind { .. } => "wrong_kind",
            Self::NotANotification => "not_a_notification",
            Self::OtherBody { .. } => "other_body",
            Self::TooOld { .. } => "too_old",
            Self::NoBundleId => "no_bundle_id",
            Self::NoEnvironment => "no_environment",
            Self::WrongEnvironment { .. } => "wrong_environment",
            Self::UnsignedEnvironment { .. } => "unsigned_environment",
            Self::WrongAppAppleId { .. } => "wrong_app_apple_id",
            Self::NoAppAppleId => "no_app_apple_id",
            Self::Nested { .. } => "nested_rejected",
            Self::NestedOfAnotherApp { .. } => "nested_of_another_app",
            Self::NestedOfAnotherEnvironment { .. } => "nested_of_another_environment",
        }
    }

    /// The HTTP status to answer with: 400 unreadable, 401 not authenticated, 403 not for us.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::WrongKind { .. }
            | Self::NotANotification
            | Self::OtherBody { .. }
            | Self::NoBundleId
            | Self::NoEnvironment => 400,
            Self::UnsignedEnvironment { .. } | Self::Nested { .. } => 401,
            Self::TooOld { .. }
            | Self::WrongEnvironment { .. }
            | Self::WrongAppAppleId { .. }
            | Self::NoAppAppleId
            | Self::NestedOfAnotherApp { .. }
            | Self::NestedOfAnotherEnvironment { .. } => 403,
        }
    }

    /// Whether Apple sent it, to us: then it is kept as a dead letter. Nothing here is known before all is verified.
    pub(crate) const fn is_authentic(&self) -> bool {
        false
    }
}
