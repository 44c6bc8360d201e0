//! A request to a store.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, Method};
use zeroize::Zeroizing;

use super::secret::header_value;
use super::url::encoded;
use super::{Secret, TransportError, Url};

/// How long a request may take from name resolution to the body's last byte, where nothing else is said. The stores
/// answer within a second or two; what takes longer than this is better asked again.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest body that is read of a response, in bytes, where nothing else is said. The longest pages the stores
/// give (1000 voided purchases) have some hundred kilobytes.
const DEFAULT_MAX_BODY: usize = 4 << 20;

/// One HTTP request, for a [`Transport`](super::Transport).
///
/// Shown (`Debug`) without its secrets: of the body its size only, of the URL and the header fields what is not secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    method: Method,
    url: Url,
    headers: HeaderMap,
    /// The name of a header field that HTTP does not allow.
    unfit: Option<String>,
    body: Zeroizing<Vec<u8>>,
    timeout: Duration,
    max_body: usize,
    repeatable: bool,
}

impl HttpRequest {
    /// A request of any method, without a body.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            repeatable: method.is_idempotent(),
            method,
            url,
            headers: HeaderMap::new(),
            unfit: None,
            body: Zeroizing::default(),
            timeout: DEFAULT_TIMEOUT,
            max_body: DEFAULT_MAX_BODY,
        }
    }

    /// A `GET`.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A `POST` without a body, until [`body`](Self::body), [`json`](Self::json) or [`form`](Self::form) gives one.
    #[must_use]
    pub fn post(url: Url) -> Self {
        Self::new(Method::POST, url)
    }

    /// Adds a header field. The value of one that is known to carry credentials (`Authorization`, `Cookie` …) is
    /// never shown.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let sensitive = CREDENTIAL_FIELDS.iter().any(|known| known.eq_ignore_ascii_case(name));
        self.field(name, value, sensitive)
    }

    /// Adds a header field whose value is never shown.
    #[must_use]
    pub fn secret_header(self, name: &str, value: &Secret) -> Self {
        self.field(name, value.expose(), true)
    }

    fn field(mut self, name: &str, value: &str, sensitive: bool) -> Self {
        let fit = HeaderName::from_bytes(name.as_bytes()).ok().zip(header_value(value));
        let added = fit.is_some_and(|(name, mut value)| {
            value.set_sensitive(sensitive);
            self.headers.try_append(name, value).is_ok()
        });
        if !added {
            self.unfit.get_or_insert_with(|| name.to_owned());
        }
        self
    }

    /// Adds `Authorization: Bearer` (RFC 6750 §2.1).
    #[must_use]
    pub fn bearer(self, token: &Secret) -> Self {
        let value = Secret::new(["Bearer ", token.expose()].concat());
        self.secret_header("Authorization", &value)
    }

    /// Sets the body, and its `Content-Type`.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Zeroizing::new(body.into());
        self.header("Content-Type", content_type)
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, value: &serde_json::Value) -> Self {
        self.body("application/json", value.to_string())
    }

    /// Sets a body of form fields (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<_> = fields
            .iter()
            .map(|(name, value)| Zeroizing::new([encoded(name).as_str(), "=", &encoded(value)].concat()))
            .collect();
        let pairs: Vec<_> = pairs.iter().map(|pair| pair.as_str()).collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    /// How long all of it may take, from name resolution to the body's last byte; 30 seconds where it is not set.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The most bytes that are read of the response's body; 4 MiB where it is not set.
    #[must_use]
    pub const fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Says that the store counts the request once however often it is sent, by its meaning alone.
    /// `GET`, `PUT` and `DELETE` are so by themselves.
    #[must_use]
    pub const fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    /// Adds `Idempotency-Key`: the store counts requests with the same key once, so it may be sent again.
    #[must_use]
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key).repeatable()
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Where it goes.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The header fields. Values that are secret are marked [sensitive](http::HeaderValue::is_sensitive), and all are
    /// ASCII.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body; empty where there is none.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        &self.body
    }

    /// How long all of it may take.
    #[must_use]
    pub const fn time_limit(&self) -> Duration {
        self.timeout
    }

    /// The most bytes that are read of the response's body.
    #[must_use]
    pub const fn body_limit(&self) -> usize {
        self.max_body
    }

    /// Whether it may be sent again when it is not known what became of it.
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// Whether it can be sent at all: all that were given for header fields must be ones (RFC 9110 §5.1, §5.5), as a value
    /// with a line break is not. Every transport asks this first, since what is none is left out of
    /// [`headers`](Self::headers).
    ///
    /// # Errors
    /// [`TransportError::Unsendable`] names the field, and not its value.
    pub fn check(&self) -> Result<(), TransportError> {
        self.unfit.as_ref().map_or(Ok(()), |name| {
            Err(TransportError::Unsendable {
                host: self.url.host().to_owned(),
                problem: format!("the header field {name:?} has a name or a value that HTTP does not allow"),
            })
        })
    }
}

/// Credentials by RFC 9110 §11.6 and RFC 6265, and the stores' own.
const CREDENTIAL_FIELDS: [&str; 5] =
    ["Authorization", "Proxy-Authorization", "Cookie", "x-api-key", "x-goog-api-key"];

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("timeout", &self.timeout)
            .field("max_body", &self.max_body)
            .field("repeatable", &self.repeatable)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url() -> Url {
        "https://h/a".parse().unwrap()
    }

    #[test]
    fn what_is_shown_holds_no_secret() {
        let secret = Secret::new("s3cret");
        let request = HttpRequest::post(url().secret_segment(&secret))
            .bearer(&secret)
            .header("authorization", "Basic s3cret")
            .secret_header("x-key", &secret)
            .header("x-open", "shown")
            .form(&[("assertion", "s3cret")]);
        let shown = format!("{request:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("\"x-open\": \"shown\""), "{shown}");
        let sent: Vec<_> = request.headers().get_all("Authorization").iter().collect();
        assert_eq!(sent, ["Bearer s3cret", "Basic s3cret"]);
        assert_eq!(request.headers()["x-key"], "s3cret");
        assert_eq!(request.body_bytes(), b"assertion=s3cret");
    }

    #[test]
    fn a_line_break_is_no_part_of_a_header_field() {
        assert_eq!(HttpRequest::get(url()).header("a", "b c\td").check(), Ok(()));
        for (name, value) in
            [("a", "b\r\nc: d"), ("a\n", "b"), ("", "b"), ("a b", "c"), ("a", "\0"), ("a", "ü")]
        {
            let error = HttpRequest::get(url()).secret_header(name, &Secret::new(value)).check().unwrap_err();
            assert!(matches!(&error, TransportError::Unsendable { .. }), "{error}");
            assert!(value.len() < 3 || !error.to_string().contains(value), "{error}");
        }
    }

    #[test]
    fn a_post_is_repeatable_only_where_it_says_so() {
        assert!(HttpRequest::get(url()).is_repeatable());
        assert!(HttpRequest::new(Method::PUT, url()).is_repeatable());
        assert!(HttpRequest::new(Method::DELETE, url()).is_repeatable());
        assert!(!HttpRequest::post(url()).is_repeatable());
        assert!(!HttpRequest::new(Method::PATCH, url()).is_repeatable());
        assert!(HttpRequest::post(url()).repeatable().is_repeatable());
        let keyed = HttpRequest::post(url()).idempotency_key("k");
        assert!(keyed.is_repeatable());
        assert_eq!(keyed.headers()["Idempotency-Key"], "k");
    }
}
