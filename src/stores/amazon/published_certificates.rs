//! Amazon's signing certificates from where a message says they are.

use std::fmt;
use std::time::Duration;

use crate::transport::{HttpRequest, Transport, Url};
use crate::verify::{CertificateSource, KeyFetchError};

/// The most bytes that are read; a certificate with its chain has some five thousand.
const MAX_BODY: usize = 64 * 1024;

/// How long a fetch may take: a message waits for it, and Amazon waits fifteen seconds for an answer.
const TIMEOUT: Duration = Duration::from_secs(8);

/// Signing certificates, fetched over a [`Transport`].
pub struct PublishedCertificates<T> {
    transport: T,
}

impl<T: Transport> PublishedCertificates<T> {
    /// Fetched over `transport`.
    #[must_use]
    pub const fn over(transport: T) -> Self {
        Self { transport }
    }
}

impl<T: Transport> CertificateSource for PublishedCertificates<T> {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, KeyFetchError> {
        let url: Url =
            url.parse().map_err(|error| KeyFetchError { problem: format!("SigningCertURL: {error}") })?;
        let request = HttpRequest::get(url.clone()).timeout(TIMEOUT).max_body(MAX_BODY);
        let response =
            self.transport.send(&request).map_err(|error| KeyFetchError { problem: error.to_string() })?;
        if response.status() != 200 {
            return Err(KeyFetchError { problem: format!("{url} answers {}", response.status()) });
        }
        Ok(response.into_body())
    }
}

impl<T> fmt::Debug for PublishedCertificates<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishedCertificates").finish_non_exhaustive()
    }
}
