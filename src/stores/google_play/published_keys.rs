//! Google's keys at the address where Google publishes them.

use std::fmt;
use std::time::Duration;

use crate::transport::{HttpRequest, HttpResponse, Transport, Url};
use crate::verify::{FetchedKeys, Freshness, KeyFetchError, KeySource};

/// The largest key set that is read, in bytes: the limit of [`Jwks`](crate::Jwks). Google's has some two thousand.
const MAX_BODY: usize = 64 * 1024;

/// How long a fetch may take: a push waits for it, and Pub/Sub waits ten seconds for an answer by default.
const TIMEOUT: Duration = Duration::from_secs(8);

/// Google's keys, fetched over a [`Transport`].
pub struct PublishedKeys<T> {
    transport: T,
    url: Url,
}

impl<T: Transport> PublishedKeys<T> {
    /// From <https://www.googleapis.com/oauth2/v3/certs>, the address in Google's OpenID Connect discovery document
    /// (<https://accounts.google.com/.well-known/openid-configuration>).
    #[must_use]
    pub fn of_google(transport: T) -> Self {
        Self::at(transport, Url::https("www.googleapis.com").segments("oauth2/v3/certs"))
    }

    /// From another place: an emulator, or a mirror.
    #[must_use]
    pub const fn at(transport: T, url: Url) -> Self {
        Self { transport, url }
    }
}

impl<T: Transport> KeySource for PublishedKeys<T> {
    fn fetch(&self) -> Result<FetchedKeys, KeyFetchError> {
        let request = HttpRequest::get(self.url.clone())
            .header("Accept", "application/json")
            .timeout(TIMEOUT)
            .max_body(MAX_BODY);
        let response =
            self.transport.send(&request).map_err(|error| KeyFetchError { problem: error.to_string() })?;
        if response.status() != 200 {
            return Err(KeyFetchError {
                problem: format!("{} answers {}", self.url, response.status().as_u16()),
            });
        }
        let mut freshness =
            Freshness::from_headers(response.header_list("Cache-Control").as_deref(), response.header("Age"));
        freshness.max_age = freshness.max_age.or_else(|| until_it_expires(&response));
        Ok(FetchedKeys { freshness, jwks: response.into_body() })
    }
}

/// `Expires` less `Date`, in seconds: it counts if there is no `max-age` (RFC 9111 §4.2.1). An invalid time, such as
/// `0`, has passed (§5.3).
fn until_it_expires(response: &HttpResponse) -> Option<u32> {
    let expires = response.header("Expires")?.trim();
    let Ok(expires) = httpdate::parse_http_date(expires) else { return Some(0) };
    let date = httpdate::parse_http_date(response.header("Date")?.trim()).ok()?;
    let kept = expires.duration_since(date).unwrap_or_default();
    Some(u32::try_from(kept.as_secs()).unwrap_or(u32::MAX))
}

impl<T> fmt::Debug for PublishedKeys<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishedKeys").field("url", &self.url).finish_non_exhaustive()
    }
}
