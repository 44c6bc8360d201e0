//! The options of a webhook server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::GatewayError;
use super::path_secret::PathSecret;
use super::server::ServerLimits;
use crate::model::Store;
use crate::transport::Secret;

/// Concurrent connections. Each may hold a body of 1 MiB and 64 KiB read ahead, so all of them hold at most 280 MB;
/// stores use a handful.
const CONNECTIONS: usize = 256;

/// Requests being ingested at once, each on its own thread. They share the disk's syncs, so more at once is faster,
/// up to here.
const INGESTS: usize = 64;

/// For the head of a request, from its first byte, or from the start of a new connection. Heads are a packet or two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);

/// For an idle connection between requests: longer than nginx's and AWS's load balancers keep theirs (60 seconds), so
/// that they close it, and never while a request is being sent.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// From a request's head to its answer. Stores wait between 5 (App Store) and 10 seconds (Pub/Sub's default) or
/// longer, and retry afterwards.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// How long requests in progress may take after shutdown was called. Less than the 30 seconds that orchestrators
/// usually wait before they kill.
const GRACE: Duration = Duration::from_secs(10);

/// Options of a [`Gateway`](super::Gateway).
#[derive(Clone, Debug)]
pub struct GatewayOptions {
    pub(super) path_secret: Option<PathSecret>,
    pub(super) public: bool,
    pub(super) connections: usize,
    pub(super) ingests: usize,
    pub(super) head_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) request_timeout: Duration,
    pub(super) grace: Duration,
    /// Whether the engine is poisoned, if a flag outside reports that.
    poisoned: Option<Arc<AtomicBool>>,
}

impl Default for GatewayOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl GatewayOptions {
    /// Loopback only, no path secret, the limits below.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            path_secret: None,
            public: false,
            connections: CONNECTIONS,
            ingests: INGESTS,
            head_timeout: HEAD_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
            request_timeout: REQUEST_TIMEOUT,
            grace: GRACE,
            poisoned: None,
        }
    }

    /// A secret in the stores' routes, `/v1/<secret>/app-store`; a request without it is answered 404. It saves the
    /// verification of strangers' requests; it does not replace it.
    ///
    /// # Errors
    /// [`GatewayError::PathSecret`] if it has less than 16 or more than 128 characters, or other characters than
    /// letters, digits, `-`, `.`, `_` and `~`.
    pub fn path_secret(mut self, secret: &Secret) -> Result<Self, GatewayError> {
        self.path_secret = Some(PathSecret::new(secret)?);
        Ok(self)
    }

    /// Allows an address that other machines can reach.
    #[must_use]
    pub const fn public(mut self, public: bool) -> Self {
        self.public = public;
        self
    }

    /// The most concurrent connections, at least 1; 256 by default. Further ones wait.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most.max(1);
        self
    }

    /// The most requests being ingested at once, at least 1; 64 by default. Further ones wait.
    #[must_use]
    pub fn ingests(mut self, most: usize) -> Self {
        self.ingests = most.max(1);
        self
    }

    /// How long the head of a request may take, from its first byte, or from the start of a new connection; 20
    /// seconds by default.
    #[must_use]
    pub const fn head_timeout(mut self, timeout: Duration) -> Self {
        self.head_timeout = timeout;
        self
    }

    /// How long a connection may be idle between requests; 75 seconds by default. It must be longer than the proxy in
    /// front keeps idle connections: the side that closes one first may do so while the other is sending a request,
    /// which is then lost. nginx keeps them for 60 seconds, Caddy for 2 minutes, AWS's load balancers for 60 seconds,
    /// Google's for 600: set 620 there.
    #[must_use]
    pub const fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// How long a request may take from its head to its answer; 20 seconds by default. A request that is incomplete
    /// or not ingested by then is answered 503, and the store retries. A client that does not read its answer within
    /// the same time is disconnected.
    #[must_use]
    pub const fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long [`shutdown`](super::Gateway::shutdown) waits for requests in progress; 10 seconds by default.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// The flag that a panic sets, and that is set here after one.
    #[cfg(feature = "capi")]
    pub(crate) fn poisoned(mut self, poisoned: Arc<AtomicBool>) -> Self {
        self.poisoned = Some(poisoned);
        self
    }

    pub(super) const fn limits(&self) -> ServerLimits {
        ServerLimits {
            connections: self.connections,
            head: self.head_timeout,
            idle: self.idle_timeout,
            written: self.request_timeout,
            grace: self.grace,
        }
    }

    pub(super) fn is_poisoned(&self) -> bool {
        self.poisoned.as_ref().is_some_and(|poisoned| poisoned.load(Ordering::Relaxed))
    }

    pub(super) fn poison(&self) {
        if let Some(poisoned) = &self.poisoned {
            poisoned.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn route(&self, store: &Store) -> String {
        match self.path_secret {
            Some(_) => format!("/v1/<secret>/{store}"),
            None => format!("/v1/{store}"),
        }
    }
}
