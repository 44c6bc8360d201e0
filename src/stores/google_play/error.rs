//! The errors of Google Play pushes alone.

use super::{PushEnvelopeError, PushTokenError};
use crate::stores::Rejection;

/// Why a Google Play push was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GooglePlayError {
    /// The token does not prove that the right sender sent it.
    #[error("{source}")]
    PushToken {
        /// The problem.
        #[from]
        source: PushTokenError,
    },
    /// The error is in Pub/Sub's wrapper of the notification.
    #[error("{source}")]
    PushEnvelope {
        /// The problem.
        #[from]
        source: PushEnvelopeError,
    },
    /// A push of the configured Pub/Sub subscription, of a package that the configuration does not name. Kept as a dead
    /// letter, since Pub/Sub would push it again for days, and slow down its other pushes.
    #[error(
        "the push is of package {found:?}, which the configuration does not name: add it, or take it off the topic"
    )]
    UnknownPackage {
        /// The package in the message.
        found: String,
    },
}

impl GooglePlayError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PushToken { source } => source.code(),
            Self::PushEnvelope { source } => source.code(),
            Self::UnknownPackage { .. } => "unknown_package",
        }
    }

    /// The HTTP status to answer with.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::PushToken { source } => source.http_status(),
            Self::PushEnvelope { source } => source.http_status(),
            Self::UnknownPackage { .. } => 200,
        }
    }

    /// Whether Google sent it, to us: it is kept as a dead letter.
    pub(crate) const fn is_authentic(&self) -> bool {
        matches!(self, Self::UnknownPackage { .. })
    }
}

impl From<PushTokenError> for Rejection {
    fn from(source: PushTokenError) -> Self {
        GooglePlayError::from(source).into()
    }
}

impl From<PushEnvelopeError> for Rejection {
    fn from(source: PushEnvelopeError) -> Self {
        GooglePlayError::from(source).into()
    }
}
