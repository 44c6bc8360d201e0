//! The certificates that SNS signs messages with: where they come from, and what is read of one.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters,
    UnparsedPublicKey,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

use super::AmazonError;
use super::certificate_cache::CertificateCache;
use crate::model::Timestamp;
use crate::transport::{HttpRequest, Transport, Url};
use crate::verify::{CertificateSource, KeyFetchError};

/// The certificates that may have signed messages: one that is pinned, or whichever the message's URL leads to.
///
/// A fetched certificate is kept by its URL, which holds a hash of it, and is used for a day; then the next message has
/// it fetched again, and where that fails the old one stays in use. At most 32 are kept, and the oldest makes room: SNS
/// signs with one certificate in each of some 35 regions, and a topic is in one. A URL whose fetch failed is asked
/// again 15 seconds later at the earliest (SNS's default repetitions come every 20).
///
/// Fetches have budgets, since whoever knows a topic can name new URLs: within a minute and for each topic 60 of the topic's
/// own region, 60 more for URLs that were turned away and are named again 10 seconds to 2 minutes later, as SNS does, 10 of
/// other regions, and 10 for certificates that are known; at most 4, 2, 1 and 2 at once. No lock is held while one is under
/// way; up to 8 callers wait for it, and the others are answered 503.
pub struct SigningCertificates(Kind);

enum Kind {
    Pinned(Pinned),
    Fetched(CertificateCache),
    /// Nothing to look into, and what to do about it.
    Missing(&'static str),
}

/// One certificate from the configuration.
struct Pinned {
    certificate: Arc<SigningCertificate>,
    /// The file it is from.
    file: Option<PathBuf>,
    /// Where the last message that it had signed says that it is.
    fits: ArcSwapOption<String>,
}

impl SigningCertificates {
    /// This certificate and no other, PEM or DER. Whom it is for does not matter: being pinned is what makes it
    /// trusted.
    ///
    /// # Errors
    /// [`SigningCertificateError`] where it is none, or has no RSA key of 2048 to 8192 bits.
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

    /// Why a message is not accepted that the certificate does not vouch for. A pinned one may be out of date: then Amazon
    /// must send the message again. It is not where it has signed a message that named the same URL.
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

/// Whom a certificate must be for.
const SNS: &str = "sns.amazonaws.com";
/// The lengths of a modulus, in bytes, that `ring` verifies by. Shorter ones are within reach of an attacker.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;

/// How a PEM begins (RFC 7468), maybe behind words for people.
const PEM: &[u8] = b"-----BEGIN ";

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignatureVersion {
    /// SHA1withRSA. Sound here all the same: a stranger may have SNS sign what they like on a topic of their own, but a
    /// collision of SHA-1 needs the same ending, and the signed text ends with the topic.
    V1,
    /// SHA256withRSA.
    V2,
}

/// What is wrong with a signing certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SigningCertificateError {
    /// Neither one certificate in PEM nor one in DER.
    #[error("the signing certificate is neither PEM nor DER of a certificate: {problem}")]
    Unreadable {
        /// What is wrong with it.
        problem: String,
    },
    /// Its key is no RSA key of a length that is verified.
    #[error("the signing certificate has no RSA key of 2048 to 8192 bits")]
    Key,
    /// It is for somebody else.
    #[error("the signing certificate is not for {SNS}")]
    Name,
    /// The message was made at a time when it was not valid.
    #[error(
        "the message was made at {at}, and the signing certificate is valid from {not_before} to {not_after} only"
    )]
    NotValid {
        /// When the message was made.
        at: Timestamp,
        /// From when it is valid.
        not_before: Timestamp,
        /// Until when it is valid.
        not_after: Timestamp,
    },
}

impl SigningCertificateError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "certificate_unreadable",
            Self::Key => "certificate_key",
            Self::Name => "certificate_name",
            Self::NotValid { .. } => "certificate_not_valid",
        }
    }
}

/// What matters of a certificate. Nothing proves it but where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SigningCertificate {
    not_before: Timestamp,
    not_after: Timestamp,
    is_for_sns: bool,
    /// RSAPublicKey in DER (RFC 8017 appendix A.1.1).
    key: Vec<u8>,
}

impl SigningCertificate {
    /// Reads PEM or DER. Of several certificates in a PEM the first counts, which by custom is the signer's own.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, SigningCertificateError> {
        if !bytes.windows(PEM.len()).any(|window| window == PEM) {
            return Self::parse_der(bytes);
        }
        let (_, pem) = parse_x509_pem(bytes).map_err(|error| unreadable(&error))?;
        if pem.label != "CERTIFICATE" {
            let label: String = pem.label.chars().take(64).collect();
            return Err(SigningCertificateError::Unreadable { problem: format!("it is a {label}") });
        }
        Self::parse_der(&pem.contents)
    }

    fn parse_der(der: &[u8]) -> Result<Self, SigningCertificateError> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|error| unreadable(&error))?;
        if !rest.is_empty() {
            let problem = format!("{} bytes stand behind it", rest.len());
            return Err(SigningCertificateError::Unreadable { problem });
        }
        let validity = certificate.validity();
        Ok(Self {
            not_before: Timestamp::from_secs(validity.not_before.timestamp()),
            not_after: Timestamp::from_secs(validity.not_after.timestamp()),
            is_for_sns: is_for_sns(&certificate)?,
            key: rsa_key(&certificate)?,
        })
    }

    fn require_name(&self) -> Result<(), SigningCertificateError> {
        if self.is_for_sns { Ok(()) } else { Err(SigningCertificateError::Name) }
    }

    /// That `at` lies within its validity, both ends included, in whole seconds (RFC 5280 §4.1.2.5).
    pub(super) fn require_validity(&self, at: Timestamp) -> Result<(), SigningCertificateError> {
        let (not_before, not_after) = (self.not_before, self.not_after);
        if (not_before..=not_after).contains(&Timestamp::from_secs(at.secs())) {
            return Ok(());
        }
        Err(SigningCertificateError::NotValid { at, not_before, not_after })
    }

    /// Whether its key made this signature.
    pub(super) fn verifies(&self, version: SignatureVersion, message: &[u8], signature: &[u8]) -> bool {
        let algorithm: &RsaParameters = match version {
            SignatureVersion::V1 => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            SignatureVersion::V2 => &RSA_PKCS1_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(algorithm, &self.key).verify(message, signature).is_ok()
    }
}

/// By the subject alternative names; by the common name only where there are none (RFC 6125 §6.4.4).
fn is_for_sns(certificate: &X509Certificate<'_>) -> Result<bool, SigningCertificateError> {
    let names = certificate.subject_alternative_name().map_err(|error| unreadable(&error))?;
    if let Some(names) = names {
        let is_sns = |name: &GeneralName<'_>| matches!(name, GeneralName::DNSName(name) if *name == SNS);
        return Ok(names.value.general_names.iter().any(is_sns));
    }
    let mut common_names = certificate.subject().iter_common_name();
    Ok(common_names.any(|name| name.as_str().is_ok_and(|name| name == SNS)))
}

fn rsa_key(certificate: &X509Certificate<'_>) -> Result<Vec<u8>, SigningCertificateError> {
    let info = certificate.public_key();
    let Ok(PublicKey::RSA(key)) = info.parsed() else { return Err(SigningCertificateError::Key) };
    let leading_zeros = key.modulus.iter().take_while(|byte| **byte == 0).count();
    if !MODULUS.contains(&key.modulus.len().saturating_sub(leading_zeros)) {
        return Err(SigningCertificateError::Key);
    }
    Ok(info.subject_public_key.data.to_vec())
}

fn unreadable(error: &impl ToString) -> SigningCertificateError {
    SigningCertificateError::Unreadable { problem: error.to_string() }
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
