//! Why a request got no response.

use std::time::Duration;

/// Why a request got no response. Names the host, and nothing else of the request, which may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The time limit was over.
    #[error("{host} took too long: {phase} was not done within {limit:?}")]
    Timeout {
        /// The host.
        host: String,
        /// The phase that took too long.
        phase: &'static str,
        /// The limit that ran out.
        limit: Duration,
    },
    /// No connection: the host's name is unknown, or nothing listens there.
    #[error("no connection to {host}: {problem}")]
    Connect {
        /// The host.
        host: String,
        /// Why.
        problem: String,
    },
    /// The proxy did not connect.
    #[error("the proxy did not connect to {host}: {problem}")]
    Proxy {
        /// The host.
        host: String,
        /// Why.
        problem: String,
    },
    /// The host did not prove its identity, or there is no common TLS version. TLS that fails later is
    /// [`Interrupted`](Self::Interrupted).
    #[error("no trusted connection to {host}: {problem}")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        problem: String,
    },
    /// The connection broke before the response was complete.
    #[error("{host} broke the connection before its answer was complete: {problem}")]
    Interrupted {
        /// The host.
        host: String,
        /// How.
        problem: String,
    },
    /// The response exceeds the request's limit.
    #[error("{host} answered with more than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The host redirects. No store's API does, and the target must not get the credentials.
    #[error("{host} answered {status}, a redirect, which is not followed: is the base URL correct?")]
    Redirect {
        /// The host.
        host: String,
        /// The status.
        status: u16,
    },
    /// The answer is not HTTP.
    #[error("{host} did not answer with HTTP: {problem}")]
    Malformed {
        /// The host.
        host: String,
        /// What is wrong.
        problem: String,
    },
    /// The request is invalid. It was not sent.
    #[error("the request to {host} cannot be sent: {problem}")]
    Unsendable {
        /// The host.
        host: String,
        /// Why.
        problem: String,
    },
    /// A request that must precede it, such as for an access token, failed. It was not sent.
    #[error("the request to {host} was not sent, since a preceding request failed: {problem}")]
    NotSent {
        /// The host.
        host: String,
        /// What failed.
        problem: String,
        /// Whether it may succeed later without anyone changing anything.
        retryable: bool,
    },
    /// A rate limit of ours leaves no room soon enough. It was not sent.
    #[error("the request to {host} was not sent: the rate limit has room in {wait:?}")]
    RateLimited {
        /// The host.
        host: String,
        /// When there is room.
        wait: Duration,
    },
    /// The engine is closing. It was not sent.
    #[error("the request to {host} was not sent: the engine is closing")]
    Closed {
        /// The host.
        host: String,
    },
}

impl TransportError {
    /// Whether the same request may be answered later without anyone changing anything.
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

    /// Whether the store certainly never received the request. If false, it may have acted on it.
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
