//! How a gateway is set up.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::GatewayError;
use super::path_secret::PathSecret;
use crate::model::Store;
use crate::transport::Secret;

/// Connections at once. Each may hold a body of 1 MiB and 64 KiB read ahead, so together they hold 280 MB at the very
/// most; stores use a handful.
const CONNECTIONS: usize = 256;

/// Requests that are ingested at once, each on a thread of its own. They wait for the disk together and share its
/// syncs, so more at once is faster, up to here.
const INGESTS: usize = 64;

/// For the whole head of a request, from its first byte, or on a new connection from its beginning. Heads are a packet or
/// two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);

/// For a connection between two requests: longer than nginx's and AWS's load balancers keep theirs (60 seconds), so that it
/// is they who close one, and never with a request on its way.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// From a request's head to its answer. Stores wait between 5 (App Store) and 10 seconds (Pub/Sub's default) or longer;
/// what takes longer is sent again anyway.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// How long what was begun may go on after the end was called for. Less than the 30 seconds that orchestrators
/// usually wait before they kill.
const GRACE: Duration = Duration::from_secs(10);

/// How a [`Gateway`](super::Gateway) is set up.
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
    /// Whether the engine takes no further calls, where somebody besides the gateway knows.
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

    /// A secret that stands in the stores' routes, `/v1/<secret>/app-store`; without it a request is answered 404.
    /// It keeps strangers from making the server verify signatures; it does not replace them.
    ///
    /// # Errors
    /// [`GatewayError::PathSecret`] where it has less than 16 or more than 128 characters, or others than letters,
    /// digits, `-`, `.`, `_` and `~`.
    pub fn path_secret(mut self, secret: &Secret) -> Result<Self, GatewayError> {
        self.path_secret = Some(PathSecret::new(secret)?);
        Ok(self)
    }

    /// Whether an address may be listened on that other machines can reach.
    #[must_use]
    pub const fn public(mut self, public: bool) -> Self {
        self.public = public;
        self
    }

    /// How many connections there are at once, at least 1; 256 where it is not set. Further ones wait.
    #[must_use]
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most.max(1);
        self
    }

    /// How many requests are ingested at once, at least 1; 64 where it is not set. Further ones wait.
    #[must_use]
    pub fn ingests(mut self, most: usize) -> Self {
        self.ingests = most.max(1);
        self
    }

    /// How long the head of a request may take, from its first byte, or on a new connection from its beginning; 20 seconds
    /// where it is not set.
    #[must_use]
    pub const fn head_timeout(mut self, timeout: Duration) -> Self {
        self.head_timeout = timeout;
        self
    }

    /// How long a connection may be idle between two requests; 75 seconds where it is not set. It must be longer than what is
    /// in front keeps connections: what closes one first does so while the other may be sending on it, and that request is
    /// lost. nginx keeps them for 60 seconds, Caddy for 2 minutes, AWS's load balancers for 60 seconds, Google's for 600: give
    /// 620 there.
    #[must_use]
    pub const fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// How long a request may take from its head to its answer; 20 seconds where it is not set. What is
    /// not whole or not ingested by then is answered 503, and the store sends it again. Who does not read an answer
    /// within as long again is thrown out.
    #[must_use]
    pub const fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// How long [`shutdown`](super::Gateway::shutdown) waits for what was begun; 10 seconds where it is not set.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// What says, and is reported here, that a fault stopped a call on the engine half-way.
    #[cfg(feature = "capi")]
    pub(crate) fn poisoned(mut self, poisoned: Arc<AtomicBool>) -> Self {
        self.poisoned = Some(poisoned);
        self
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
