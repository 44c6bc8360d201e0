//! A store's response.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue, StatusCode};

use crate::model::Timestamp;

/// From here on, digits are an instant in Unix milliseconds (2001-09-09) and not a number of seconds, which would be
/// more than thirty thousand years.
const UNIX_MILLIS_FROM: i64 = 1_000_000_000_000;

/// A complete HTTP response.
///
/// Displayed (`Debug`) without its body and its header values: an answer may be a token.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl HttpResponse {
    /// Builds a response: for transports.
    #[must_use]
    pub const fn new(status: StatusCode, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { status, headers, body }
    }

    /// The status code.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether the status is a success (2xx).
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// The first value of a header field, by its name in any case; U+FFFD for one that is not UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(text)
    }

    /// All values of a header field that is a list, joined by commas (RFC 9110 §5.3).
    #[must_use]
    pub fn header_list(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.headers.get_all(name).iter().map(text).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// How long the store requests to wait from `now` before the next request: seconds or a date (RFC 9110 §10.2.3),
    /// or the App Store Server API's instant in Unix milliseconds. `None` if there is no valid value; zero if the
    /// time has passed.
    #[must_use]
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.header("Retry-After")?.trim();
        if text.is_empty() {
            return None;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            // More digits than fit are still a very long wait.
            let number: i64 = text.parse().unwrap_or(i64::MAX);
            return if number >= UNIX_MILLIS_FROM {
                Some(until(Timestamp::from_millis(number), now))
            } else {
                u64::try_from(number).ok().map(Duration::from_secs)
            };
        }
        let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(until(Timestamp::from_millis(i64::try_from(since.as_millis()).ok()?), now))
    }

    /// The body's bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body's bytes, without a copy.
    #[must_use]
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }
}

/// A value that is not text matches nothing, but exists.
fn text(value: &HeaderValue) -> &str {
    std::str::from_utf8(value.as_bytes()).unwrap_or("\u{fffd}")
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.keys().map(|name| name.as_str()).collect();
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &names)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

fn until(instant: Timestamp, now: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(instant.since(now).millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::RETRY_AFTER;

    fn response(retry_after: &str) -> HttpResponse {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(retry_after).unwrap())]);
        HttpResponse::new(StatusCode::TOO_MANY_REQUESTS, headers, Vec::new())
    }

    fn wait(value: &str) -> Option<Duration> {
        // 1994-11-06 08:49:37
        let now = Timestamp::from_secs(784_111_777);
        response(value).retry_after(now)
    }

    #[test]
    fn every_form_is_read() {
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(wait("0"), seconds(0));
        assert_eq!(wait(" 120 "), seconds(120));
        assert_eq!(wait("Sun, 06 Nov 1994 08:51:37 GMT"), seconds(120));
        assert_eq!(wait("Sunday, 06-Nov-94 08:51:37 GMT"), seconds(120));
        assert_eq!(wait("Sun Nov  6 08:51:37 1994"), seconds(120));
        assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), seconds(0));
        assert_eq!(wait("999999999999"), seconds(999_999_999_999));
        for nonsense in ["", "soon", "-5", "1.5", "12s"] {
            assert_eq!(wait(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn apples_unix_milliseconds_are_an_instant() {
        let now = Timestamp::from_millis(1_790_000_000_000);
        let wait = |value: &str| response(value).retry_after(now);
        assert_eq!(wait("1790000001500"), Some(Duration::from_millis(1500)));
        assert_eq!(wait("1789999999999"), Some(Duration::ZERO));
        assert!(wait("99999999999999999999999").unwrap() > Duration::from_secs(1 << 30));
    }
}
