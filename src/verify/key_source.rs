//! Where an issuer's keys and a signer's certificates come from.

use crate::model::Span;

/// Fetches an issuer's key set over the network, for [`CachedKeys`](crate::CachedKeys), which decides when.
///
/// For Google Play the set is at `https://www.googleapis.com/oauth2/v3/certs`.
pub trait KeySource: Send + Sync {
    /// Fetches the set once, without a cache and without a retry. Called at most once a minute and by one thread at a
    /// time; may block that thread, so it must fail after a time limit (some seconds).
    ///
    /// # Errors
    /// [`KeyFetchError`] where no set was had; the keys of the last success stay in use.
    fn fetch(&self) -> Result<FetchedKeys, KeyFetchError>;
}

/// A key set as the network gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedKeys {
    /// The response's body: a JWKS (RFC 7517 §5).
    pub jwks: Vec<u8>,
    /// How long the response may be kept, by its headers.
    pub freshness: Freshness,
}

/// A response's freshness by RFC 9111.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// `Cache-Control: max-age`, in seconds (RFC 9111 §5.2.2.1), or its replacement; `None` where the response has
    /// none.
    pub max_age: Option<u32>,
    /// `Age`, in seconds: how long a cache on the way has held the response (RFC 9111 §5.1).
    pub age: u32,
}

/// Why a key set could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct KeyFetchError {
    /// The error, for an operator; without secrets.
    pub problem: String,
}

impl Freshness {
    /// From the values of the two header fields. A response that forbids keeping it (`no-store`, `no-cache`) counts
    /// as one with `max-age=0`, as does a `max-age` that is no number (RFC 9111 §4.2.1).
    #[must_use]
    pub fn from_headers(cache_control: Option<&str>, age: Option<&str>) -> Self {
        let directives = cache_control.unwrap_or_default().split(',').map(str::trim);
        let max_age = directives.filter_map(seconds_allowed).min();
        let age = age.map_or(0, |text| delta_seconds(text.trim()).unwrap_or(0));
        Self { max_age, age }
    }

    /// How long the response may still be kept; `None` where it does not say.
    pub(crate) fn remaining(self) -> Option<Span> {
        let seconds = i64::from(self.max_age?.saturating_sub(self.age));
        Some(Span::from_millis(seconds.saturating_mul(1000)))
    }
}

/// How long one Cache-Control directive allows a response to be kept; `None` where it sets no time.
fn seconds_allowed(directive: &str) -> Option<u32> {
    let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
    match name.trim().to_ascii_lowercase().as_str() {
        "max-age" => Some(delta_seconds(value.trim().trim_matches('"')).unwrap_or(0)),
        "no-store" | "no-cache" => Some(0),
        _ => None,
    }
}

/// RFC 9111 §1.2.2: digits only; a number too large for us counts as the largest.
fn delta_seconds(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().unwrap_or(u32::MAX))
}

/// Fetches a certificate over the network. The URL was checked against the issuer's rules before; the source must
/// follow no redirect.
pub trait CertificateSource: Send + Sync {
    /// Fetches the certificate at `url` once: PEM or DER, as the response's body was. May block, so it must stop after
    /// a time limit (some seconds).
    ///
    /// # Errors
    /// [`KeyFetchError`] where it was not had.
    fn fetch(&self, url: &str) -> Result<Vec<u8>, KeyFetchError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remaining(cache_control: Option<&str>, age: Option<&str>) -> Option<i64> {
        Freshness::from_headers(cache_control, age).remaining().map(|span| span.millis() / 1000)
    }

    #[test]
    fn the_time_in_caches_on_the_way_counts() {
        let google = Some("public, max-age=21155, must-revalidate, no-transform");
        assert_eq!(remaining(google, Some("12")), Some(21143));
        assert_eq!(remaining(google, None), Some(21155));
        assert_eq!(remaining(google, Some("99999")), Some(0));
        assert_eq!(remaining(google, Some("soon")), Some(21155));
    }

    #[test]
    fn directives_are_read_without_regard_to_case_and_the_shortest_counts() {
        assert_eq!(remaining(Some("Max-Age=\"60\""), None), Some(60));
        assert_eq!(remaining(Some("max-age=60, max-age=30"), None), Some(30));
        assert_eq!(remaining(Some("max-age=60, no-cache"), None), Some(0));
        assert_eq!(remaining(Some("max-age=-1"), None), Some(0));
        assert_eq!(remaining(Some("max-age=99999999999"), None), Some(i64::from(u32::MAX)));
        assert_eq!(remaining(Some("public, s-maxage=5"), None), None);
        assert_eq!(remaining(None, Some("5")), None);
    }
}
