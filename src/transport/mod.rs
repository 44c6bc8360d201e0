//! HTTP to the stores: one trait, a ready client behind the Cargo feature `http`, and what goes around either.
//!
//! A host that has an HTTP client of its own implements [`Transport`] with it. Whatever the transport, secrets are
//! never shown: not by `Debug`, not in errors, not in logs.

#[cfg(feature = "http")]
mod client;
mod error;
mod pacing;
mod rate_limited;
mod request;
mod response;
mod retry_after;
mod retrying;
mod secret;
mod url;

#[cfg(feature = "http")]
pub use client::{HttpClient, HttpClientError, HttpClientOptions, Proxy};
pub use error::TransportError;
pub use http;
pub use pacing::{Pacing, SystemPacing};
pub use rate_limited::{RateLimit, RateLimited};
pub use request::HttpRequest;
pub use response::HttpResponse;
pub use retrying::{RetryPolicy, Retrying};
pub use secret::Secret;
pub use url::{BadUrl, Url};

/// Sends HTTP requests. May be called from any thread, and blocks it until the answer is whole.
///
/// An implementation sends the request as it is, follows no redirect (it gives [`TransportError::Redirect`]), verifies
/// TLS, fails when the request's [time](HttpRequest::time_limit) is over, reads no more of a body than the
/// request's [limit](HttpRequest::body_limit), and does not send again by itself.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the answer to its end. Any status is an answer, but one that sends us elsewhere.
    ///
    /// # Errors
    /// [`TransportError`] where there is no answer, or not a whole one.
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError>;
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request)
    }
}
