//! One certificate, and what a chain check requires of it before any signature is verified.

use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::Oid;
use x509_parser::der_parser::oid;
use x509_parser::prelude::FromDer;

use super::{ChainError, ChainPart};
use crate::model::Timestamp;

const EC_PUBLIC_KEY: Oid<'static> = oid!(1.2.840.10045.2.1);
const CURVE_P256: Oid<'static> = oid!(1.2.840.10045.3.1.7);

/// A parsed certificate. Nothing in it has been verified.
pub(crate) struct Certificate<'a> {
    part: ChainPart,
    parsed: X509Certificate<'a>,
}

/// From when until when, both included, a certificate is valid (RFC 5280 §4.1.2.5), in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Validity {
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Validity {
    /// Whether `at` is within.
    pub(crate) fn contains(&self, at: Timestamp) -> bool {
        let at = Timestamp::from_secs(at.secs());
        self.not_before <= at && at <= self.not_after
    }

    /// The time that is in both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self {
            not_before: self.not_before.max(other.not_before),
            not_after: self.not_after.min(other.not_after),
        }
    }

    /// Checks that `at` is within; the error has which end it is beyond.
    pub(crate) fn require(&self, at: Timestamp, part: ChainPart) -> Result<(), ChainError> {
        let (not_before, not_after) = (self.not_before, self.not_after);
        if self.contains(at) {
            Ok(())
        } else if at < not_before {
            Err(ChainError::NotYetValid { part, at, not_before })
        } else {
            Err(ChainError::Expired { part, at, not_after })
        }
    }
}

impl<'a> Certificate<'a> {
    /// Reads DER that is one certificate and nothing else.
    pub(crate) fn parse(part: ChainPart, der: &'a [u8]) -> Result<Self, ChainError> {
        let bad = |problem: String| ChainError::Der { part, problem };
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|error| bad(error.to_string()))?;
        if !rest.is_empty() {
            return Err(bad(format!("{} bytes stand behind it", rest.len())));
        }
        Ok(Self { part, parsed })
    }

    /// The subject's name as encoded.
    pub(crate) fn subject(&self) -> &'a [u8] {
        self.parsed.tbs_certificate.subject.as_raw()
    }

    /// The issuer's name as encoded.
    pub(crate) fn issuer(&self) -> &'a [u8] {
        self.parsed.tbs_certificate.issuer.as_raw()
    }

    /// The subject's name for people.
    pub(crate) fn subject_text(&self) -> String {
        shortened(self.parsed.subject().to_string())
    }

    /// The issuer's name for people.
    pub(crate) fn issuer_text(&self) -> String {
        shortened(self.parsed.issuer().to_string())
    }

    /// From when until when it is valid.
    pub(crate) fn validity(&self) -> Validity {
        let validity = self.parsed.validity();
        Validity {
            not_before: Timestamp::from_secs(validity.not_before.timestamp()),
            not_after: Timestamp::from_secs(validity.not_after.timestamp()),
        }
    }

    /// That the extension is there; what it holds does not matter.
    pub(crate) fn require_marker(&self, oid: &Oid<'_>) -> Result<(), ChainError> {
        if self.parsed.iter_extensions().any(|extension| extension.oid == *oid) {
            return Ok(());
        }
        Err(ChainError::MarkerMissing { part: self.part, oid: oid.to_id_string() })
    }

    /// That it is a certificate authority that may sign certificates.
    pub(crate) fn require_authority(&self) -> Result<(), ChainError> {
        if !self.is_authority()? {
            return Err(ChainError::Authority { part: self.part, is_ca: false });
        }
        match self.key_usage()? {
            Some(usage) if !usage.key_cert_sign() => {
                Err(ChainError::KeyUsage { part: self.part, needed: "keyCertSign" })
            }
            _ => Ok(()),
        }
    }

    /// That it is no certificate authority and may sign messages.
    pub(crate) fn require_end_entity(&self) -> Result<(), ChainError> {
        if self.is_authority()? {
            return Err(ChainError::Authority { part: self.part, is_ca: true });
        }
        match self.key_usage()? {
            Some(usage) if !usage.digital_signature() => {
                Err(ChainError::KeyUsage { part: self.part, needed: "digitalSignature" })
            }
            _ => Ok(()),
        }
    }

    /// Its key, where that is one for ES256.
    pub(crate) fn p256_key(&self) -> Result<P256Key, ChainError> {
        let info = self.parsed.public_key();
        let curve = info.algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok());
        if info.algorithm.algorithm != EC_PUBLIC_KEY || curve != Some(CURVE_P256) {
            return Err(ChainError::LeafKey);
        }
        P256Key::from_point(&info.subject_public_key.data).ok_or(ChainError::LeafKey)
    }

    fn is_authority(&self) -> Result<bool, ChainError> {
        let constraints = self.parsed.basic_constraints().map_err(|error| self.unreadable(&error))?;
        Ok(constraints.is_some_and(|constraints| constraints.value.ca))
    }

    fn key_usage(&self) -> Result<Option<&x509_parser::extensions::KeyUsage>, ChainError> {
        let usage = self.parsed.key_usage().map_err(|error| self.unreadable(&error))?;
        Ok(usage.map(|usage| usage.value))
    }

    fn unreadable(&self, error: &x509_parser::error::X509Error) -> ChainError {
        ChainError::Der { part: self.part, problem: error.to_string() }
    }
}

/// A forger writes the names, and they end in logs.
fn shortened(name: String) -> String {
    if name.chars().count() <= 160 { name } else { name.chars().take(160).collect() }
}

/// An uncompressed point: 0x04, x, y (SEC 1 §2.3.3).
const POINT_LENGTH: usize = 65;

/// A public key for ES256: ECDSA on P-256 with SHA-256 and a signature of r and s, 32 bytes each (RFC 7518 §3.4).
#[derive(Clone, Copy, Debug)]
pub(crate) struct P256Key(UnparsedPublicKey<[u8; POINT_LENGTH]>);

impl P256Key {
    /// From an uncompressed point; `None` for anything else. Whether it is on the curve shows when it is used.
    pub(crate) fn from_point(point: &[u8]) -> Option<Self> {
        let point: [u8; POINT_LENGTH] = point.try_into().ok()?;
        (point.first() == Some(&4)).then(|| Self(UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)))
    }

    /// Whether `signature` is this key's over `message`.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(message, signature).is_ok()
    }

    /// The point, to compare with.
    #[cfg(test)]
    pub(crate) fn point(&self) -> &[u8] {
        self.0.as_ref()
    }
}
