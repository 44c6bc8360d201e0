//! A transport that notes how long each host took to answer, and what time it was there.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use crate::model::{Span, Timestamp};
use crate::transport::{HttpRequest, HttpResponse, Pacing, Transport, TransportError};

/// One answer of a host.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) host: String,
    pub(super) took: Duration,
    /// The host's clock, in the middle of its second (RFC 9110 §6.6.1), and how long before now that was.
    date: Option<(Timestamp, Duration)>,
}

impl Seen {
    /// By how much a clock that says `now` is ahead of the host's; negative where it is behind. `since` is how long ago
    /// the answer came, by the same counting as its moment was noted by.
    pub(super) fn ahead(&self, now: Timestamp, elapsed: Duration) -> Option<Span> {
        let (date, noted) = self.date?;
        let passed = i64::try_from(elapsed.saturating_sub(noted).as_millis()).unwrap_or(i64::MAX);
        Some(now.since(date.plus(Span::from_millis(passed))))
    }
}

/// Sends through `inner`, each request once.
pub(super) struct Witness {
    inner: Arc<dyn Transport>,
    pacing: Arc<dyn Pacing>,
    /// How long one question may take.
    limit: Duration,
    seen: Mutex<Vec<Seen>>,
}

impl Witness {
    pub(super) fn new(inner: Arc<dyn Transport>, pacing: Arc<dyn Pacing>, limit: Duration) -> Self {
        Self { inner, pacing, limit, seen: Mutex::default() }
    }

    /// What was seen since this was last asked, of each host the quickest answer, which reports its clock best.
    pub(super) fn take(&self) -> Vec<Seen> {
        let mut seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        seen.sort_by(|a, b| (&a.host, a.took).cmp(&(&b.host, b.took)));
        seen.dedup_by(|a, b| a.host == b.host);
        seen
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.pacing.elapsed()
    }
}

impl Transport for Witness {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let begun = self.pacing.elapsed();
        let request = request.clone().timeout(request.time_limit().min(self.limit));
        let response = self.inner.send(&request)?;
        let took = self.pacing.elapsed().saturating_sub(begun);
        let date = response.header("Date").and_then(date).map(|date| (date, begun + took / 2));
        let seen = Seen { host: request.url().host().to_owned(), took, date };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        Ok(response)
    }
}

fn date(text: &str) -> Option<Timestamp> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?.saturating_add(500)))
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Witness").finish_non_exhaustive()
    }
}
