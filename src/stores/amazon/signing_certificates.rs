//! The sources of the certificates that SNS signs messages with.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::AmazonError;
use super::certificate_cache::CertificateCache;
use super::signing_certificate::{SigningCertificate, SigningCertificateError};
use crate::model::Timestamp;
use crate::transport::{HttpRequest, Transport, Url};
use crate::verify::{CertificateSource, KeyFetchError};

/// The certificates that may have signed messages: a pinned one, or whichever the message's URL leads to.
///
/// A fetched certificate is kept by its URL, which holds a hash of it, and is used for a day; then the next message has
/// it fetched again, and if that fails the old one stays in use. At most 32 are kept, and the oldest makes room: SNS
/// signs with one certificate in each of some 35 regions, and a topic is in one. After a failed fetch a URL is fetched
/// again 15 seconds later at the earliest (SNS's default repetitions come every 20).
///
/// Fetches have budgets, since anyone who knows a topic can name new URLs: within a minute and for each topic 60 of the
/// topic's own region, 60 more for URLs that were turned away and are named again 10 seconds to 2 minutes later, as SNS
/// does, 10 of other regions, and 10 for certificates that are known; at most 4, 2, 1 and 2 at once. No lock is held
/// while one is under way; up to 8 callers wait for it, and the others are answered 503.
pub struct SigningCertificates(Kind);

enum Kind {
    Pinned(Pinned),
    Fetched(CertificateCache),
    /// No certificates to look into, and the advice.
    Missing(&'static str),
}

/// One certificate from the configuration.
struct Pinned {
    certificate: Arc<SigningCertificate>,
    /// The file it is from.
    file: Option<PathBuf>,
    /// The certificate's URL in the last message that it had signed.
    fits: ArcSwapOption<String>,
}

impl SigningCertificates {
    /// This certificate and no other, PEM or DER. Its name does not matter: being pinned is what makes it trusted.
    ///
    /// # Errors
    /// [`SigningCertificateError`] if it is no certificate, or has no RSA key of 2048 to 8192 bits.
    pub fn pinned(certificate: &[u8]) -> Result<Self, SigningCertificateError> {
        let certificate = Arc::new(SigningCertificate::parse(certificate)?);
        Ok(Self(Kind::Pinned(Pinned { certificate, file: None, fits: ArcSwapOption::empty() })))
    }

    /// As [`pinned`](Self::pinned), from a file that errors name.
    ///
    /// # Errors
    /// As [`pinned`](Self::pinned).
    pub(super) fn pinned_file(certificate: &[u8], file: &Path) -> Result<Self, SigningCertificateError> {
        let mut pinned = Self::pinned(certificate)?;
        if let Kind::Pinned(pinned) = &mut pinned.0 {
            pinned.file = Some(file.to_owned());
        }
        Ok(pinned)
    }

    /// Certificates that are fetched when first needed, and kept by the rules above.
    #[must_use]
    pub fn fetched_from(source: Arc<dyn CertificateSource>) -> Self {
        Self(Kind::Fetched(CertificateCache::new(source)))
    }

    /// None, so that every message is answered 503.
    pub(super) const fn missing(advice: &'static str) -> Self {
        Self(Kind::Missing(advice))
    }

    /// Notes that the certificate that the message names by this URL has signed it.
    pub(super) fn fits(&self, url: &str) {
        if let Kind::Pinned(pinned) = &self.0
            && pinned.fits.load().as_deref().is_none_or(|fits| fits != url)
        {
            pinned.fits.store(Some(Arc::new(url.to_owned())));
        }
    }

    /// Why a message is rejected that the certificate does not vouch for. A pinned one may be out of date: then Amazon
    /// must send the message again. It is not out of date if it has signed a message that named the same URL.
    pub(super) fn unfit(&self, url: &str, problem: AmazonError) -> AmazonError {
        let Kind::Pinned(pinned) = &self.0 else { return problem };
        let is_its_own = pinned.fits.load().as_deref().is_some_and(|fits| fits == url);
        if is_its_own && matches!(problem, AmazonError::Signature) {
            return problem;
        }
        let file =
            pinned.file.as_ref().map_or_else(|| "the program".to_owned(), |file| file.display().to_string());
        AmazonError::PinnedCertificate { file, url: url.to_owned(), problem: problem.to_string() }
    }

    /// The certificate at this URL, which must have passed SNS's rules, for a message of this topic.
    pub(super) fn at(
        &self,
        url: &str,
        topic: &str,
        now: Timestamp,
    ) -> Result<Arc<SigningCertificate>, AmazonError> {
        match &self.0 {
            Kind::Pinned(pinned) => Ok(Arc::clone(&pinned.certificate)),
            Kind::Fetched(cache) => {
                let certificate = cache
                    .certificate(url, topic, now)
                    .map_err(|problem| AmazonError::CertificateUnavailable { problem })?;
                certificate.require_name()?;
                Ok(certificate)
            }
            Kind::Missing(advice) => {
                Err(AmazonError::CertificateUnavailable { problem: (*advice).to_owned() })
            }
        }
    }
}

impl fmt::Debug for SigningCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::Pinned(_) => "SigningCertificates(pinned)",
            Kind::Fetched(_) => "SigningCertificates(fetched)",
            Kind::Missing(_) => "SigningCertificates(missing)",
        })
    }
}

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
            return Err(KeyFetchError { problem: format!("{url} answers {}", response.status().as_u16()) });
        }
        Ok(response.into_body())
    }
}

impl<T> fmt::Debug for PublishedCertificates<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublishedCertificates").finish_non_exhaustive()
    }
}
