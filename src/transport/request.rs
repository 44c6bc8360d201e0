//! A request to a store.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderName, Method};
use zeroize::Zeroizing;

use super::secret::header_value;
use super::url::encoded;
use super::{Secret, TransportError, Url};

/// The default time limit of a request, from name resolution to the body's last byte. The stores answer within a
/// second or two; a longer request is better repeated.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// The default limit of a response's body, in bytes. The longest pages of the stores (1000 voided purchases) have
/// some hundred kilobytes.
const DEFAULT_MAX_BODY: usize = 4 << 20;

/// One HTTP request, for a [`Transport`](super::Transport).
///
/// Displayed (`Debug`) without its secrets: the body's size only, and of the URL and the header fields only what is
/// not secret.
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

    /// A `POST`, without a body until [`body`](Self::body), [`json`](Self::json) or [`form`](Self::form) sets one.
    #[must_use]
    pub fn post(url: Url) -> Self {
        Self::new(Method::POST, url)
    }

    /// Adds a header field. The values of fields that carry credentials (`Authorization`, `Cookie` …) are never
    /// displayed.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let sensitive = CREDENTIAL_FIELDS.iter().any(|known| known.eq_ignore_ascii_case(name));
        self.field(name, value, sensitive)
    }

    /// Adds a header field with a value that is never displayed.
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

    /// Sets the total time limit, from name resolution to the body's last byte; 30 seconds by default.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the limit of the response's body, in bytes; 4 MiB by default.
    #[must_use]
    pub const fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Marks the request as repeatable: the store counts it once, however often it is sent. `GET`, `PUT` and `DELETE`
    /// are repeatable anyway.
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

    /// The URL.
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

    /// The body; empty if there is none.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        &self.body
    }

    /// The total time limit.
    #[must_use]
    pub const fn time_limit(&self) -> Duration {
        self.timeout
    }

    /// The limit of the response's body, in bytes.
    #[must_use]
    pub const fn body_limit(&self) -> usize {
        self.max_body
    }

    /// Whether it may be sent again if its outcome is unknown.
    #[must_use]
    pub const fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// Checks that all given header fields were valid (RFC 9110 §5.1, §5.5); a value with a line break is not. Every
    /// transport calls this first, since [`headers`](Self::headers) lacks those that are not.
    ///
    /// # Errors
    /// [`TransportError::Unsendable`] with the field's name, without its value.
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
