//! `Retry-After`, in all forms that stores send.

use std::time::{Duration, UNIX_EPOCH};

use super::HttpResponse;
use crate::model::Timestamp;

/// From here on, digits are an instant in Unix milliseconds (2001-09-09) and not a number of seconds, which would be
/// more than thirty thousand years.
const UNIX_MILLIS_FROM: i64 = 1_000_000_000_000;

impl HttpResponse {
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
}

fn until(instant: Timestamp, now: Timestamp) -> Duration {
    Duration::from_millis(u64::try_from(instant.since(now).millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use http::header::RETRY_AFTER;
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;

    fn response(retry_after: &str) -> HttpResponse {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(retry_after).unwrap())]);
        HttpResponse::new(StatusCode::TOO_MANY_REQUESTS, headers, Vec::new())
    }

    fn asked(value: &str) -> Option<Duration> {
        // 1994-11-06 08:49:37
        let now = Timestamp::from_secs(784_111_777);
        response(value).retry_after(now)
    }

    #[test]
    fn every_form_is_read() {
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(asked("0"), seconds(0));
        assert_eq!(asked(" 120 "), seconds(120));
        assert_eq!(asked("Sun, 06 Nov 1994 08:51:37 GMT"), seconds(120));
        assert_eq!(asked("Sunday, 06-Nov-94 08:51:37 GMT"), seconds(120));
        assert_eq!(asked("Sun Nov  6 08:51:37 1994"), seconds(120));
        assert_eq!(asked("Sun, 06 Nov 1994 08:00:00 GMT"), seconds(0));
        assert_eq!(asked("999999999999"), seconds(999_999_999_999));
        for nonsense in ["", "soon", "-5", "1.5", "12s"] {
            assert_eq!(asked(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn apples_unix_milliseconds_are_an_instant() {
        let now = Timestamp::from_millis(1_790_000_000_000);
        let asked = |value: &str| response(value).retry_after(now);
        assert_eq!(asked("1790000001500"), Some(Duration::from_millis(1500)));
        assert_eq!(asked("1789999999999"), Some(Duration::ZERO));
        assert!(asked("99999999999999999999999").unwrap() > Duration::from_secs(1 << 30));
    }
}
