//! Keeping the stores' rate limits.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{HttpRequest, HttpResponse, Pacing, Transport, TransportError, Url};

/// A limit as stores define it: a number of requests in a time, on a host or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The host in lower case, as [`Url::host`] returns it.
    pub host: String,
    /// Only requests whose path starts with this count; empty for the whole host.
    pub path_prefix: String,
    /// How many requests, at least 1.
    pub requests: u32,
    /// The time.
    pub per: Duration,
}

impl RateLimit {
    /// A limit on a whole host.
    #[must_use]
    pub fn of_host(host: &str, requests: u32, per: Duration) -> Self {
        Self { host: host.to_ascii_lowercase(), path_prefix: String::new(), requests, per }
    }

    /// Only for requests whose path starts with `prefix`.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.path_prefix);
        self
    }

    fn applies_to(&self, url: &Url) -> bool {
        self.host == url.host() && url.path().starts_with(&self.path_prefix)
    }
}

/// A transport that delays requests so that no limit is exceeded: no span of a limit's length contains more requests
/// than it allows. (A token bucket would let up to twice as many through in one span: a full bucket, and what is
/// refilled meanwhile.) If several limits apply, all must have room. Only requests through this transport are
/// counted, not another process's.
///
/// `send` waits for its turn on the caller's thread, up to the configured time: then it fails with
/// [`TransportError::RateLimited`], and does not count. Put [`Retrying`](super::Retrying) around it and not inside,
/// so that each attempt counts.
pub struct RateLimited<T> {
    inner: T,
    longest_wait: Duration,
    pacing: Arc<dyn Pacing>,
    sent: Mutex<Vec<Sent>>,
}

/// When requests of a limit were or will be sent; sorted, and only as far back as they count.
struct Sent {
    limit: RateLimit,
    at: VecDeque<Duration>,
}

impl Sent {
    /// When the next request may be sent: as soon as the window that ends with it has room.
    fn due(&mut self, now: Duration) -> Duration {
        while self.at.front().is_some_and(|sent| sent.saturating_add(self.limit.per) <= now) {
            self.at.pop_front();
        }
        let requests = usize::try_from(self.limit.requests.max(1)).unwrap_or(usize::MAX);
        let counted = self.at.len().checked_sub(requests).and_then(|n| self.at.get(n));
        counted.map_or(now, |sent| sent.saturating_add(self.limit.per).max(now))
    }

    fn take(&mut self, at: Duration) {
        let place = self.at.partition_point(|sent| *sent <= at);
        self.at.insert(place, at);
    }
}

impl<T: Transport> RateLimited<T> {
    /// Sends through `inner`, and delays a request for `longest_wait` at most.
    #[must_use]
    pub fn new(
        inner: T,
        limits: impl IntoIterator<Item = RateLimit>,
        longest_wait: Duration,
        pacing: Arc<dyn Pacing>,
    ) -> Self {
        let sent = limits.into_iter().map(|limit| Sent { limit, at: VecDeque::new() }).collect();
        Self { inner, longest_wait, pacing, sent: Mutex::new(sent) }
    }

    /// Reserves a place in all limits that apply, and returns the wait for it.
    fn reserve(&self, url: &Url) -> Result<Duration, TransportError> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.pacing.elapsed();
        let mut applying: Vec<_> = sent.iter_mut().filter(|sent| sent.limit.applies_to(url)).collect();
        let due = applying.iter_mut().map(|sent| sent.due(now)).max().unwrap_or(now);
        let wait = due.saturating_sub(now);
        if wait > self.longest_wait {
            return Err(TransportError::RateLimited { host: url.host().to_owned(), wait });
        }
        applying.iter_mut().for_each(|sent| sent.take(due));
        Ok(wait)
    }
}

impl<T: Transport> Transport for RateLimited<T> {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let wait = self.reserve(request.url())?;
        if !wait.is_zero() {
            tracing::debug!(host = request.url().host(), ?wait, "delayed by the rate limit");
            self.pacing.sleep(wait);
        }
        self.inner.send(request)
    }
}

impl<T> fmt::Debug for RateLimited<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimited").field("longest_wait", &self.longest_wait).finish_non_exhaustive()
    }
}
