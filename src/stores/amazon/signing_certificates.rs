//! Where the certificate comes from that a message names.

use std::fmt;
use std::sync::Arc;

use super::certificate_cache::CertificateCache;
use super::signing_certificate::SigningCertificate;
use super::{AmazonError, SigningCertificateError};
use crate::crypto::CertificateSource;
use crate::model::Timestamp;

/// The certificates that may have signed messages: one that is pinned, or whichever the message's URL leads to.
///
/// A fetched certificate is kept by its URL, which holds a hash of it, and is used for a day; then the next message has
/// it fetched again, and where that fails the old one stays in use. At most 32 are kept, and the oldest makes room: SNS
/// signs with one certificate in each of some 35 regions, and a topic is in one. A URL whose fetch failed is asked
/// again 15 seconds later at the earliest (SNS's default repetitions come every 20), and at most 10 fetches start
/// within a minute, whatever URLs the messages name. One caller fetches; those whose certificate is there do not
/// wait.
pub struct SigningCertificates(Kind);

enum Kind {
    Pinned(Arc<SigningCertificate>),
    Fetched(CertificateCache),
    /// Nothing to look into, and what to do about it.
    Missing(&'static str),
}

impl SigningCertificates {
    /// This certificate and no other, PEM or DER. Whom it is for does not matter: being pinned is what makes it
    /// trusted.
    ///
    /// # Errors
    /// [`SigningCertificateError`] where it is none, or has no RSA key of 2048 to 8192 bits.
    pub fn pinned(certificate: &[u8]) -> Result<Self, SigningCertificateError> {
        Ok(Self(Kind::Pinned(Arc::new(SigningCertificate::parse(certificate)?))))
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

    /// The certificate at this URL, which must have passed SNS's rules.
    pub(super) fn at(&self, url: &str, now: Timestamp) -> Result<Arc<SigningCertificate>, AmazonError> {
        match &self.0 {
            Kind::Pinned(certificate) => Ok(Arc::clone(certificate)),
            Kind::Fetched(cache) => {
                let certificate = cache
                    .certificate(url, now)
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
