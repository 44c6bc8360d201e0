//! A transport that records each host's response time and clock.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use crate::model::{Span, Timestamp};
use crate::transport::{HttpRequest, HttpResponse, Pacing, Transport, TransportError};

/// One answer of a host.
#[derive(Clone, Debug)]
pub(super) struct HostAnswer {
    pub(super) host: String,
    pub(super) took: Duration,
    /// The host's clock, in the middle of its second (RFC 9110 §6.6.1), and when it was read.
    date: Option<(Timestamp, Duration)>,
}

impl HostAnswer {
    /// By how much a clock that shows `now` is ahead of the host's; negative if it is behind. `elapsed` is of the
    /// monotonic clock that timed the answer.
    pub(super) fn ahead(&self, now: Timestamp, elapsed: Duration) -> Option<Span> {
        let (date, noted) = self.date?;
        let passed = i64::try_from(elapsed.saturating_sub(noted).as_millis()).unwrap_or(i64::MAX);
        Some(now.since(date.plus(Span::from_millis(passed))))
    }
}

/// Sends through `inner`, each request once.
pub(super) struct RecordingTransport {
    inner: Arc<dyn Transport>,
    pacing: Arc<dyn Pacing>,
    /// The time limit of one request.
    limit: Duration,
    seen: Mutex<Vec<HostAnswer>>,
}

impl RecordingTransport {
    pub(super) fn new(inner: Arc<dyn Transport>, pacing: Arc<dyn Pacing>, limit: Duration) -> Self {
        Self { inner, pacing, limit, seen: Mutex::default() }
    }

    /// The answers since the last call: of each host the quickest, which reports its clock best.
    pub(super) fn take(&self) -> Vec<HostAnswer> {
        let mut seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        seen.sort_by(|a, b| (&a.host, a.took).cmp(&(&b.host, b.took)));
        seen.dedup_by(|a, b| a.host == b.host);
        seen
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.pacing.elapsed()
    }
}

impl Transport for RecordingTransport {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let begun = self.pacing.elapsed();
        let request = request.clone().timeout(request.time_limit().min(self.limit));
        let response = self.inner.send(&request)?;
        let took = self.pacing.elapsed().saturating_sub(begun);
        let date = response.header("Date").and_then(date).map(|date| (date, begun + took / 2));
        let seen = HostAnswer { host: request.url().host().to_owned(), took, date };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        Ok(response)
    }
}

fn date(text: &str) -> Option<Timestamp> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?.saturating_add(500)))
}

impl fmt::Debug for RecordingTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingTransport").finish_non_exhaustive()
    }
}
