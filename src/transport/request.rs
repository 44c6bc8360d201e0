//! A request to a store.

use std::fmt;
use std::time::Duration;

use super::url::encoded;
use super::{Secret, TransportError, Url};

/// How long a request may take from name resolution to the body's last byte, where nothing else is said. The stores
/// answer within a second or two; what takes longer than this is better asked again.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest body that is read of a response, in bytes, where nothing else is said. The longest pages the stores
/// give (1000 voided purchases) have some hundred kilobytes.
const DEFAULT_MAX_BODY: usize = 4 << 20;

/// A method, as far as the stores' APIs use any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// As it stands on the request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// RFC 9110 §9.2.2.
    const fn is_idempotent(self) -> bool {
        matches!(self, Self::Get | Self::Put | Self::Delete)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One HTTP request, for a [`Transport`](super::Transport).
///
/// Shown (`Debug`) without its secrets: of the body its size only, of the URL and the header fields what is not secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    method: Method,
    url: Url,
    headers: Vec<Field>,
    body: Vec<u8>,
    timeout: Duration,
    max_body: usize,
    repeatable: bool,
}

#[derive(Clone, PartialEq, Eq)]
struct Field {
    name: String,
    value: Secret,
    secret: bool,
}

impl HttpRequest {
    /// A request of any method, without a body.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            body: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
            max_body: DEFAULT_MAX_BODY,
            repeatable: method.is_idempotent(),
        }
    }

    /// A `GET`.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new(Method::Get, url)
    }

    /// A `POST` without a body, until [`body`](Self::body), [`json`](Self::json) or [`form`](Self::form) gives one.
    #[must_use]
    pub fn post(url: Url) -> Self {
        Self::new(Method::Post, url)
    }

    /// Adds a header field. The value of one that is known to carry credentials (`Authorization`, `Cookie` …) is
    /// never shown.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let secret = CREDENTIAL_FIELDS.iter().any(|known| known.eq_ignore_ascii_case(name));
        self.headers.push(Field { name: name.to_owned(), value: Secret::new(value), secret });
        self
    }

    /// Adds a header field whose value is never shown.
    #[must_use]
    pub fn secret_header(mut self, name: &str, value: &Secret) -> Self {
        self.headers.push(Field { name: name.to_owned(), value: value.clone(), secret: true });
        self
    }

    /// Adds `Authorization: Bearer` (RFC 6750 §2.1).
    #[must_use]
    pub fn bearer(self, token: &Secret) -> Self {
        let value = Secret::new(format!("Bearer {}", token.expose()));
        self.secret_header("Authorization", &value)
    }

    /// Sets the body, and its `Content-Type`.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
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
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
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
    pub const fn method(&self) -> Method {
        self.method
    }

    /// Where it goes.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The header fields with their secrets, in order. Send them, and do not print them.
    pub fn exposed_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|field| (field.name.as_str(), field.value.expose()))
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

    /// Whether it can be sent at all: its header fields must be ones (RFC 9110 §5.1, §5.5). Every transport asks this
    /// first, so that a value with a line break cannot become a header field of its own.
    ///
    /// # Errors
    /// [`TransportError::Unsendable`] names the field, and not its value.
    pub fn check(&self) -> Result<(), TransportError> {
        let unfit = self.headers.iter().find(|field| !fits(field));
        unfit.map_or(Ok(()), |field| {
            Err(TransportError::Unsendable {
                host: self.url.host().to_owned(),
                problem: format!(
                    "the header field {:?} has a name or a value that HTTP does not allow",
                    field.name
                ),
            })
        })
    }
}

/// Credentials by RFC 9110 §11.6 and RFC 6265, and the stores' own.
const CREDENTIAL_FIELDS: [&str; 5] =
    ["Authorization", "Proxy-Authorization", "Cookie", "x-api-key", "x-goog-api-key"];

fn fits(field: &Field) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let visible = |byte: u8| byte == b'\t' || byte == b' ' || byte.is_ascii_graphic();
    !field.name.is_empty() && field.name.bytes().all(token) && field.value.expose().bytes().all(visible)
}

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

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.secret {
            write!(f, "{}: {:?}", self.name, self.value)
        } else {
            write!(f, "{}: {:?}", self.name, self.value.expose())
        }
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
        assert!(shown.contains("x-open: \"shown\""), "{shown}");
        let sent: Vec<_> = request.exposed_headers().map(|(_, value)| value.to_owned()).collect();
        assert_eq!(sent[..3], ["Bearer s3cret", "Basic s3cret", "s3cret"]);
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
        assert!(HttpRequest::new(Method::Put, url()).is_repeatable());
        assert!(HttpRequest::new(Method::Delete, url()).is_repeatable());
        assert!(!HttpRequest::post(url()).is_repeatable());
        assert!(!HttpRequest::new(Method::Patch, url()).is_repeatable());
        assert!(HttpRequest::post(url()).repeatable().is_repeatable());
        let keyed = HttpRequest::post(url()).idempotency_key("k");
        assert!(keyed.is_repeatable());
        assert_eq!(keyed.exposed_headers().collect::<Vec<_>>(), [("Idempotency-Key", "k")]);
    }
}
