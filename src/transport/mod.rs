//! HTTP to the stores: one trait, a built-in client behind the Cargo feature `http`, and decorators for any client.
//!
//! A host with an HTTP client of its own implements [`Transport`] with it. Whatever the transport, secrets are never
//! displayed: not by `Debug`, not in errors, not in logs.

#[cfg(feature = "http")]
mod client;
mod error;
mod pacing;
mod rate_limited;
mod request;
mod response;
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

/// Sends HTTP requests. Called from any thread, and blocks it until the answer is complete.
///
/// An implementation sends the request unchanged, follows no redirect (it returns [`TransportError::Redirect`]),
/// verifies TLS, fails when the request's [time limit](HttpRequest::time_limit) is over, reads no more of a body than
/// the request's [limit](HttpRequest::body_limit), and never repeats a request.
pub trait Transport: Send + Sync {
    /// Sends a request and reads the complete answer. Any status is an answer, except a redirect.
    ///
    /// # Errors
    /// [`TransportError`] if there is no complete answer.
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError>;
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request)
    }
}
