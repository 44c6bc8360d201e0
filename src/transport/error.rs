//! Why there is no response.

use std::time::Duration;

/// Why a request got no response. Names the host, and nothing of a request that could be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The time was up.
    #[error("{host} took too long: {phase} was not done within {limit:?}")]
    Timeout {
        /// Whom it was asked of.
        host: String,
        /// What was being waited for.
        phase: &'static str,
        /// The limit that ran out.
        limit: Duration,
    },
    /// No connection came about: the host's name is unknown, or nobody listens.
    #[error("no connection to {host}: {problem}")]
    Connect {
        /// Whom it was asked of.
        host: String,
        /// Why.
        problem: String,
    },
    /// The proxy did not connect.
    #[error("the proxy gives no connection to {host}: {problem}")]
    Proxy {
        /// Whom it was asked of.
        host: String,
        /// Why.
        problem: String,
    },
    /// The host could not show that it is who it should be, or the two have no TLS in common. TLS that fails later is
    /// [`Interrupted`](Self::Interrupted).
    #[error("no trusted connection to {host}: {problem}")]
    Tls {
        /// Whom it was asked of.
        host: String,
        /// Why.
        problem: String,
    },
    /// The connection broke off before the response was whole.
    #[error("{host} broke off before its answer was whole: {problem}")]
    Interrupted {
        /// Whom it was asked of.
        host: String,
        /// How.
        problem: String,
    },
    /// The response is larger than the request allowed.
    #[error("{host} answers with more than the {limit} bytes that are read")]
    TooLarge {
        /// Whom it was asked of.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The host sends us elsewhere. No store's API does; whoever does must not get the credentials.
    #[error("{host} answers {status} and sends us elsewhere, where we do not go: is the base URL right?")]
    Redirect {
        /// Whom it was asked of.
        host: String,
        /// The status.
        status: u16,
    },
    /// What came back is not HTTP.
    #[error("{host} does not answer in HTTP: {problem}")]
    Malformed {
        /// Whom it was asked of.
        host: String,
        /// What is wrong.
        problem: String,
    },
    /// The request cannot be sent as it is. It was not.
    #[error("the request to {host} cannot be sent: {problem}")]
    Unsendable {
        /// Whom it was for.
        host: String,
        /// Why.
        problem: String,
    },
    /// What has to be asked before it, such as for an access token, got no answer that helps. It was not sent itself.
    #[error("the request to {host} was not sent, since what is asked before it failed: {problem}")]
    NotSent {
        /// Whom it was for.
        host: String,
        /// What failed.
        problem: String,
        /// Whether it may do without anybody changing anything.
        retryable: bool,
    },
    /// A limit set by ourselves leaves no room soon enough. It was not sent.
    #[error("the request to {host} was held back by the rate limit: there is room in {wait:?}")]
    RateLimited {
        /// Whom it was for.
        host: String,
        /// When there is room.
        wait: Duration,
    },
    /// The engine is being closed. It was not sent.
    #[error("the request to {host} was not sent: the engine is being closed")]
    Closed {
        /// Whom it was for.
        host: String,
    },
}

impl TransportError {
    /// Whether the same request may get an answer later without anybody changing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Timeout { .. }
            | Self::Connect { .. }
            | Self::Proxy { .. }
            | Self::Interrupted { .. }
            | Self::RateLimited { .. }
            | Self::Closed { .. } => true,
            Self::NotSent { retryable, .. } => *retryable,
            Self::Tls { .. }
            | Self::TooLarge { .. }
            | Self::Redirect { .. }
            | Self::Malformed { .. }
            | Self::Unsendable { .. } => false,
        }
    }

    /// Whether the store certainly never saw the request. Where this is false, it may have acted on it.
    #[must_use]
    pub const fn was_never_sent(&self) -> bool {
        matches!(
            self,
            Self::Connect { .. }
                | Self::Proxy { .. }
                | Self::Tls { .. }
                | Self::Unsendable { .. }
                | Self::NotSent { .. }
                | Self::RateLimited { .. }
                | Self::Closed { .. }
        )
    }
}
