//! Retrying requests.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::{HttpRequest, HttpResponse, Pacing, Transport, TransportError};

/// How often and how long a [`Retrying`] transport tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The most attempts, the first one included. 4: an error that outlives three waits is not temporary, and the
    /// next sweep comes anyway.
    pub tries: u32,
    /// The first wait's maximum; each further one is up to twice as long. Half a second: a restarted server is back
    /// by the second or third attempt.
    pub first_wait: Duration,
    /// The longest wait, even if the store requests a longer one: then the caller gets the answer at once. 30
    /// seconds.
    pub longest_wait: Duration,
    /// The total time of all attempts and waits. 2 minutes: the caller may be a person. The last attempt's wait in an
    /// inner [`RateLimited`](super::RateLimited) is added to it.
    pub total: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            total: Duration::from_secs(120),
        }
    }
}

/// A transport that repeats a request if that may help (no answer, 408, 429, 500, 502, 503, 504) and is safe: only
/// [repeatable](HttpRequest::is_repeatable) requests.
///
/// Waits with exponential backoff and jitter, or as long as the store requests with `Retry-After`. When it fails, it
/// returns the last answer as received. But if an earlier attempt of a request other than `GET` left open whether the
/// store acted, and the last one does not settle that (not sent, 401, 403, 408, 409, 429), it returns the earlier
/// result: a caller that gets "never sent" may send again with another key. `send` waits on the caller's thread.
pub struct Retrying<T> {
    inner: T,
    policy: RetryPolicy,
    pacing: Arc<dyn Pacing>,
}

impl<T: Transport> Retrying<T> {
    /// Sends through `inner`.
    #[must_use]
    pub fn new(inner: T, policy: RetryPolicy, pacing: Arc<dyn Pacing>) -> Self {
        Self { inner, policy, pacing }
    }

    /// How long to wait before the next attempt; `None` if there is none.
    fn wait(&self, answer: &Result<HttpResponse, TransportError>, tried: u32) -> Option<Duration> {
        let asked = match answer {
            Ok(response) if may_pass(response.status().as_u16()) => response.retry_after(self.pacing.now()),
            Err(TransportError::RateLimited { wait, .. }) => Some(*wait),
            Err(error) if error.is_retryable() => None,
            _ => return None,
        };
        let doubled = 2_u32.saturating_pow(tried.saturating_sub(1));
        let backoff = self.policy.first_wait.saturating_mul(doubled).min(self.policy.longest_wait);
        match asked {
            // Never before the store's time, and not all clients at the same moment.
            Some(asked) => {
                let wait = asked.saturating_add(self.jitter(self.policy.first_wait));
                (asked <= self.policy.longest_wait).then_some(wait)
            }
            None => Some(backoff / 2 + self.jitter(backoff / 2)),
        }
    }

    fn jitter(&self, most: Duration) -> Duration {
        self.pacing.jitter(most).min(most)
    }
}

impl<T: Transport> Transport for Retrying<T> {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let begun = self.pacing.elapsed();
        let mut tried = 0;
        let mut left = self.policy.total;
        let mut left_open = None;
        loop {
            let answer = self.inner.send(&within(request, left));
            tried += 1;
            if !request.is_repeatable() || tried >= self.policy.tries {
                return reported(request, answer, left_open);
            }
            let Some(wait) = self.wait(&answer, tried) else { return reported(request, answer, left_open) };
            let spent = self.pacing.elapsed().saturating_sub(begun);
            if spent.saturating_add(wait) >= self.policy.total {
                return reported(request, answer, left_open);
            }
            tracing::debug!(host = request.url().host(), tried, ?wait, why = %why(&answer), "retrying");
            self.pacing.sleep(wait);
            left = self.policy.total.saturating_sub(self.pacing.elapsed().saturating_sub(begun));
            if left.is_zero() {
                return reported(request, answer, left_open);
            }
            if leaves_open(&answer) {
                left_open = Some(answer);
            }
        }
    }
}

type Answer = Result<HttpResponse, TransportError>;

/// The result of all attempts: the last, unless it hides that the store may have acted on an earlier one.
fn reported(request: &HttpRequest, last: Answer, left_open: Option<Answer>) -> Answer {
    match left_open {
        Some(earlier) if request.method() != Method::GET && says_nothing_of_others(&last) => earlier,
        _ => last,
    }
}

/// Whether the store may have acted on this attempt, although no answer reports it.
const fn leaves_open(answer: &Answer) -> bool {
    match answer {
        Ok(response) => response.status().as_u16() >= 500,
        Err(error) => !error.was_never_sent(),
    }
}

/// Whether this attempt failed before the store looked at its content. 409 is an attempt that found another one in
/// progress.
const fn says_nothing_of_others(answer: &Answer) -> bool {
    match answer {
        Ok(response) => matches!(response.status().as_u16(), 401 | 403 | 408 | 409 | 429),
        Err(error) => error.was_never_sent(),
    }
}

/// RFC 9110 §15 and RFC 6585 §4: what may differ the next time.
const fn may_pass(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// The request, with its time limit reduced to what is left.
fn within(request: &HttpRequest, left: Duration) -> Cow<'_, HttpRequest> {
    if request.time_limit() <= left {
        Cow::Borrowed(request)
    } else {
        Cow::Owned(request.clone().timeout(left))
    }
}

fn why(answer: &Result<HttpResponse, TransportError>) -> String {
    match answer {
        Ok(response) => format!("status {}", response.status().as_u16()),
        Err(error) => error.to_string(),
    }
}

impl<T> fmt::Debug for Retrying<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retrying").field("policy", &self.policy).finish_non_exhaustive()
    }
}
