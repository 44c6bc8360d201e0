//! A certificate that SNS signs messages with, and the parts of it that are read.

use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters,
    UnparsedPublicKey,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

use crate::model::Timestamp;

/// The name that a certificate must be for.
const SNS: &str = "sns.amazonaws.com";
/// The lengths of a modulus, in bytes, that `ring` verifies by. Shorter ones are within reach of an attacker.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;

/// How a PEM begins (RFC 7468), maybe behind words for people.
const PEM: &[u8] = b"-----BEGIN ";

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignatureVersion {
    /// SHA1withRSA. Sound here all the same: a stranger can have SNS sign any text on a topic of their own, but a
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
        /// The problem.
        problem: String,
    },
    /// Its key is no RSA key of a length that is verified.
    #[error("the signing certificate has no RSA key of 2048 to 8192 bits")]
    Key,
    /// It is for another name.
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

/// The relevant parts of a certificate. Only its origin proves it.
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
            let problem = format!("{} bytes follow it", rest.len());
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

    pub(super) fn require_name(&self) -> Result<(), SigningCertificateError> {
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

/// By the subject alternative names; by the common name only if there are none (RFC 6125 §6.4.4).
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
