//! Why a certificate chain is not believed.

use std::fmt;

use crate::model::Timestamp;

/// Which certificate of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainPart {
    /// The certificate whose key signed the message: `x5c[0]`.
    Leaf,
    /// The authority that issued the leaf: `x5c[1]`.
    Intermediate,
    /// The trusted certificate the chain ends at; from the configuration, never from the message.
    Root,
}

impl fmt::Display for ChainPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Leaf => "leaf",
            Self::Intermediate => "intermediate",
            Self::Root => "root",
        })
    }
}

/// Why the certificates in a JWS header (`x5c`, RFC 7515 §4.1.6) do not vouch for its signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The JWS header is larger than three certificates can make it.
    #[error("the JWS header has {size} bytes, and at most {limit} are accepted")]
    HeaderTooLarge {
        /// Its size in bytes, as base64url.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// The JWS header has no `x5c`.
    #[error("the JWS header has no certificate chain (x5c)")]
    Missing,
    /// Not three certificates.
    #[error("the chain has {found} certificates, expected 3: leaf, intermediate, root")]
    Length {
        /// How many there are.
        found: usize,
    },
    /// A certificate is larger than any real one.
    #[error("the {part} certificate has {size} bytes of base64, and at most {limit} are accepted")]
    CertificateTooLarge {
        /// Which one.
        part: ChainPart,
        /// Its size in bytes, as base64.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// An entry is no padded standard base64.
    #[error("the {part} certificate is not padded standard base64")]
    Base64 {
        /// Which one.
        part: ChainPart,
    },
    /// An entry is no X.509 certificate.
    #[error("the {part} is not an X.509 certificate: {problem}")]
    Der {
        /// Which one.
        part: ChainPart,
        /// The parser's error.
        problem: String,
    },
    /// The extension that states the certificate's purpose is missing.
    #[error("the {part} certificate has no extension {oid}, so it was not issued for this use")]
    MarkerMissing {
        /// Which one.
        part: ChainPart,
        /// The extension's object identifier, dotted.
        oid: String,
    },
    /// The leaf is a certificate authority, or the intermediate is none (RFC 5280 §4.2.1.9).
    #[error("the {part} certificate {}", if *is_ca { "is a certificate authority" } else { "is no certificate authority" })]
    Authority {
        /// Which one.
        part: ChainPart,
        /// What its basic constraints say.
        is_ca: bool,
    },
    /// The certificate's key usage does not allow what it is used for here (RFC 5280 §4.2.1.3).
    #[error("the {part} certificate's key usage does not include {needed}")]
    KeyUsage {
        /// Which one.
        part: ChainPart,
        /// `digitalSignature` or `keyCertSign`.
        needed: &'static str,
    },
    /// The leaf's key cannot verify ES256.
    #[error("the leaf's key is not an uncompressed point on P-256, which ES256 needs")]
    LeafKey,
    /// The effective date is before the certificate's validity.
    #[error("the {part} certificate is valid from {not_before}, and the effective date is {at}")]
    NotYetValid {
        /// Which one.
        part: ChainPart,
        /// The effective date.
        at: Timestamp,
        /// When the validity begins.
        not_before: Timestamp,
    },
    /// The effective date is after the certificate's validity.
    #[error("the {part} certificate was valid until {not_after}, and the effective date is {at}")]
    Expired {
        /// Which one.
        part: ChainPart,
        /// The effective date.
        at: Timestamp,
        /// When the validity ended.
        not_after: Timestamp,
    },
    /// The leaf names another issuer than the intermediate.
    #[error("the leaf was issued by {issuer:?}, and the intermediate is {subject:?}")]
    Names {
        /// The leaf's issuer.
        issuer: String,
        /// The intermediate's subject.
        subject: String,
    },
    /// No trusted root has the name that the intermediate gives as its issuer.
    #[error("the chain ends at {issuer:?}, which is no trusted root")]
    UnknownRoot {
        /// The intermediate's issuer.
        issuer: String,
    },
    /// The names fit, and the signatures do not.
    #[error("a certificate of the chain was not signed by the key it names as its issuer's")]
    Signature,
    /// Path validation (RFC 5280 §6) refused it for another reason.
    #[error("the chain is not valid: {problem}")]
    Refused {
        /// The validator's error.
        problem: String,
    },
}

impl ChainError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HeaderTooLarge { .. } => "header_too_large",
            Self::Missing => "chain_missing",
            Self::Length { .. } => "chain_length",
            Self::CertificateTooLarge { .. } => "certificate_too_large",
            Self::Base64 { .. } => "certificate_base64",
            Self::Der { .. } => "certificate_der",
            Self::MarkerMissing { .. } => "certificate_marker_missing",
            Self::Authority { .. } => "certificate_authority",
            Self::KeyUsage { .. } => "certificate_key_usage",
            Self::LeafKey => "certificate_key_type",
            Self::NotYetValid { .. } => "certificate_not_yet_valid",
            Self::Expired { .. } => "certificate_expired",
            Self::Names { .. } => "chain_names",
            Self::UnknownRoot { .. } => "unknown_root",
            Self::Signature => "chain_signature",
            Self::Refused { .. } => "chain_refused",
        }
    }

    /// The HTTP status to answer with: 413 too large, 400 unreadable, 401 not authenticated.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::HeaderTooLarge { .. } | Self::CertificateTooLarge { .. } => 413,
            Self::Missing | Self::Length { .. } | Self::Base64 { .. } | Self::Der { .. } => 400,
            _ => 401,
        }
    }
}
