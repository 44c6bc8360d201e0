//! URLs, built so that no part can run into the next, and no secret into a log.

use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use http::Uri;
use http::uri::Authority;
use zeroize::Zeroizing;

use super::Secret;
use super::secret::HIDDEN;

/// The longest base URL, in bytes. RFC 9110 §4.1 asks servers to take at least 8000.
const MAX_URL: usize = 8000;

/// An `http` or `https` URL: a base, path segments and a query.
///
/// Displayed (`Display`, `Debug`) without its secret segments and query values; [`expose`](Self::expose) returns it
/// completely.
///
/// ```
/// # use recoup::transport::{Secret, Url};
/// let url: Url = "https://appstore-sdk.amazon.com/version/1.0".parse()?;
/// let url = url.segment("developer").secret_segment(&Secret::new("s3cret")).segment("a/b").query("limit", "1 000");
/// assert_eq!(url.expose(), "https://appstore-sdk.amazon.com/version/1.0/developer/s3cret/a%2Fb?limit=1%20000");
/// assert_eq!(url.to_string(), "https://appstore-sdk.amazon.com/version/1.0/developer/<hidden>/a%2Fb?limit=…");
/// # Ok::<(), recoup::transport::BadUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    https: bool,
    /// In lower case, without a user name or a password.
    authority: Authority,
    path: Zeroizing<String>,
    shown_path: String,
    query: Zeroizing<String>,
    shown_query: String,
}

/// Text that is not a valid base URL. Does not repeat the text, which may contain a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the URL {problem}: expected https://host[:port]/path")]
pub struct BadUrl {
    problem: &'static str,
}

impl Url {
    /// A built-in host, with `https` on its default port.
    pub(crate) fn https(host: &'static str) -> Self {
        Self {
            https: true,
            authority: Authority::from_static(host),
            path: Zeroizing::default(),
            shown_path: String::new(),
            query: Zeroizing::default(),
            shown_query: String::new(),
        }
    }

    /// Parses the URL of one resource, to which nothing is added: a slash at its end stays.
    ///
    /// # Errors
    /// As parsing a base URL.
    pub(crate) fn of_resource(text: &str) -> Result<Self, BadUrl> {
        let mut url: Self = text.parse()?;
        if let Ok(uri) = Uri::from_str(text)
            && uri.path() != "/"
        {
            url.shown_path = uri.path().to_owned();
            url.path = uri.path().to_owned().into();
        }
        Ok(url)
    }

    /// Adds a path segment, percent-encoded (RFC 3986 §2.1): it stays one segment, whatever it contains.
    #[must_use]
    pub fn segment(self, segment: &str) -> Self {
        let encoded = encoded_segment(segment, b"");
        self.push_segment(&encoded, &encoded)
    }

    /// As [`segment`](Self::segment), but `:` and `=` are not encoded, which RFC 3986 §3.3 allows: for a store that
    /// documents its paths that way.
    pub(crate) fn plain_segment(self, segment: &str) -> Self {
        let encoded = encoded_segment(segment, PLAIN_IN_A_SEGMENT);
        self.push_segment(&encoded, &encoded)
    }

    /// As [`plain_segment`](Self::plain_segment), and never displayed.
    pub(crate) fn secret_plain_segment(self, secret: &Secret) -> Self {
        self.push_segment(&encoded_segment(secret.expose(), PLAIN_IN_A_SEGMENT), HIDDEN)
    }

    /// Adds path segments, `a/b/c`, each as by [`segment`](Self::segment).
    #[must_use]
    pub fn segments(self, path: &str) -> Self {
        path.split('/').filter(|segment| !segment.is_empty()).fold(self, Self::segment)
    }

    /// Appends a colon and a name to the last path segment: a custom method of Google's APIs
    /// (<https://google.aip.dev/136>). The name needs no encoding.
    pub(crate) fn custom_method(mut self, name: &'static str) -> Self {
        append(&mut self.path, &[":", name]);
        self.shown_path.push(':');
        self.shown_path.push_str(name);
        self
    }

    /// Adds a path segment that is never displayed.
    #[must_use]
    pub fn secret_segment(self, secret: &Secret) -> Self {
        self.push_segment(&encoded_segment(secret.expose(), b""), HIDDEN)
    }

    fn push_segment(mut self, segment: &str, shown: &str) -> Self {
        append(&mut self.path, &["/", segment]);
        self.shown_path.push('/');
        self.shown_path.push_str(shown);
        self
    }

    /// Adds a query parameter, percent-encoded. Its value is not displayed.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let begin = if self.query.is_empty() { "?" } else { "&" };
        let name = encoded(name);
        append(&mut self.query, &[begin, &name, "=", &encoded(value)]);
        self.shown_query.push_str(begin);
        self.shown_query.push_str(&name);
        self.shown_query.push_str("=…");
        self
    }

    /// The host in lower case, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// The port; the scheme's default if none is given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.authority.port_u16().unwrap_or(if self.https { 443 } else { 80 })
    }

    /// The path with its secrets: for matching, not for display.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is `https`.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether the host is this machine by name: `localhost`, `127.0.0.0/8`, `[::1]`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let bare = self.host().trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// The complete URL with its secrets. Send to it, and do not print it.
    #[must_use]
    pub fn expose(&self) -> String {
        // RFC 3986 §6.2.3: before a query, an empty path is written as `/`.
        let path = if self.path.is_empty() && !self.query.is_empty() { "/" } else { self.path.as_str() };
        [self.scheme(), "://", self.authority.as_str(), path, &self.query].concat()
    }

    const fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }
}

impl FromStr for Url {
    type Err = BadUrl;

    /// Parses a base URL. One with a user name, a password or a fragment is refused.
    fn from_str(text: &str) -> Result<Self, BadUrl> {
        let bad = |problem| BadUrl { problem };
        if text.len() > MAX_URL {
            return Err(bad("is too long"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(bad("contains a space or a character that is not ASCII"));
        }
        if !text.contains("://") {
            return Err(bad("has no scheme"));
        }
        // `Uri` drops it silently.
        if text.contains('#') {
            return Err(bad("has a fragment"));
        }
        let uri = Uri::from_str(text).map_err(|_| bad("has no valid host, or an invalid character"))?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(bad("is neither http nor https")),
        };
        let authority = uri.authority().ok_or_else(|| bad("has no valid host"))?;
        let path = uri.path().trim_end_matches('/').to_owned();
        let (query, shown_query) = match uri.query() {
            Some(query) => (format!("?{query}"), "?…".to_owned()),
            None => (String::new(), String::new()),
        };
        Ok(Self {
            https,
            authority: plain_authority(authority)?,
            shown_path: path.clone(),
            path: path.into(),
            query: query.into(),
            shown_query,
        })
    }
}

/// In lower case. `Uri` accepts more than a host and a port: a user name, a port that is not a number, any text in brackets.
fn plain_authority(authority: &Authority) -> Result<Authority, BadUrl> {
    let bad = |problem| BadUrl { problem };
    let (text, host) = (authority.as_str(), authority.host());
    if text.contains('@') {
        return Err(bad("has a user name or a password in it"));
    }
    let port = text.get(host.len()..).unwrap_or_default();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !port.is_empty() && !authority.port().is_some_and(|port| digits(port.as_str())) {
        return Err(bad("has a port that is not a number"));
    }
    let name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let fine = match address {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && name(host),
    };
    let lower = fine.then(|| text.to_ascii_lowercase().parse().ok()).flatten();
    lower.ok_or_else(|| bad("has no valid host"))
}

/// Into new memory of the right size: text that grows in place leaves its old content in memory.
fn append(text: &mut Zeroizing<String>, parts: &[&str]) {
    let before = std::mem::take(text);
    **text = [&[before.as_str()], parts].concat().concat();
}

/// What [`Url::plain_segment`] does not encode.
const PLAIN_IN_A_SEGMENT: &[u8] = b":=";

fn encoded_segment(segment: &str, plain: &[u8]) -> Zeroizing<String> {
    match segment {
        // Unencoded, these two would go up the path.
        "." => "%2E".to_owned().into(),
        ".." => "%2E%2E".to_owned().into(),
        _ => encoded_but_for(segment, plain),
    }
}

/// Percent-encoded except for the unreserved characters (RFC 3986 §2.3).
pub(super) fn encoded(text: &str) -> Zeroizing<String> {
    encoded_but_for(text, b"")
}

/// The same, except for some more characters.
fn encoded_but_for(text: &str, plain: &[u8]) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(3 * text.len()));
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || plain.contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}{}", self.scheme(), self.authority, self.shown_path, self.shown_query)
    }
}

impl Hash for Url {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.authority.hash(state);
        self.path.as_str().hash(state);
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_no_plain_url_is_refused_without_repeating_it() {
        for (text, why) in [
            ("", "no scheme"),
            ("example.com/secret", "no scheme"),
            ("ftp://example.com/secret", "neither"),
            ("https:///secret", "no valid host"),
            ("https://user:secret@example.com/", "password"),
            ("https://example.com/#secret", "fragment"),
            ("https://example.com:http/secret", "port"),
            ("https://example.com:/secret", "port"),
            ("https://example.com:+443/secret", "port"),
            ("https://example.com:65536/secret", "port"),
            ("https://example.com:1:2/secret", "no valid host"),
            ("https://exam%70le.com/secret", "no valid host"),
            ("https://example.com/<secret>", "invalid character"),
            ("https://example.com/?a=secret>", "invalid character"),
            ("https:secret", "no scheme"),
            ("/secret", "no scheme"),
            ("https://exa mple.com/secret", "space"),
            ("https://example.com/\r\nsecret: 1", "space"),
            ("https://[::g]/secret", "no valid host"),
        ] {
            let message = text.parse::<Url>().unwrap_err().to_string();
            assert!(message.contains(why) && !message.contains("secret"), "{text}: {message}");
        }
        assert!(format!("https://example.com/{}", "x".repeat(MAX_URL)).parse::<Url>().is_err());
    }

    #[test]
    fn hosts_and_ports_are_read() {
        let read = |text| (url(text).host().to_owned(), url(text).port(), url(text).is_loopback());
        assert_eq!(read("https://API.Example.com"), ("api.example.com".to_owned(), 443, false));
        assert_eq!(read("http://localhost/a"), ("localhost".to_owned(), 80, true));
        assert_eq!(url("HTTPS://H:0443//a/?b?c").expose(), "https://h:0443//a?b?c");
        assert_eq!(read("http://127.0.0.2:8080?a=b"), ("127.0.0.2".to_owned(), 8080, true));
        assert_eq!(read("http://[::1]:1/"), ("[::1]".to_owned(), 1, true));
        assert_eq!(read("https://[2001:DB8::1]"), ("[2001:db8::1]".to_owned(), 443, false));
        assert_eq!(read("http://localhost.example.com"), ("localhost.example.com".to_owned(), 80, false));
    }

    #[test]
    fn a_segment_stays_one_segment_and_a_value_one_value() {
        let url = url("https://h/base/").segment("..").segment("a/b?c#d").segments("e/f").query("q", "1&r=2");
        assert_eq!(url.expose(), "https://h/base/%2E%2E/a%2Fb%3Fc%23d/e/f?q=1%26r%3D2");
        assert_eq!(
            url.query("z", "ü").expose(),
            "https://h/base/%2E%2E/a%2Fb%3Fc%23d/e/f?q=1%26r%3D2&z=%C3%BC"
        );
    }

    #[test]
    fn only_a_custom_method_brings_a_colon_into_the_path() {
        let url = url("https://h").segment("a:b").secret_segment(&Secret::new("c")).custom_method("revoke");
        assert_eq!(url.expose(), "https://h/a%3Ab/c:revoke");
        assert_eq!(url.to_string(), "https://h/a%3Ab/<hidden>:revoke");
    }

    #[test]
    fn a_plain_segment_stays_one_segment() {
        let url = url("https://h").plain_segment("a:b=/?#%").plain_segment("..");
        let url = url.secret_plain_segment(&Secret::new("2:s3cret=/"));
        assert_eq!(url.expose(), "https://h/a:b=%2F%3F%23%25/%2E%2E/2:s3cret=%2F");
        assert_eq!(url.to_string(), "https://h/a:b=%2F%3F%23%25/%2E%2E/<hidden>");
    }

    #[test]
    fn secrets_and_values_are_not_shown() {
        let url =
            url("https://h/a?token=secret").secret_segment(&Secret::new("secret")).query("key", "secret");
        assert!(url.expose().matches("secret").count() == 3);
        for shown in [url.to_string(), format!("{url:?}")] {
            assert!(!shown.contains("secret"), "{shown}");
            assert!(shown.contains("https://h/a/<hidden>?"), "{shown}");
        }
    }
}
