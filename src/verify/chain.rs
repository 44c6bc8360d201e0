//! Certificate chains of the kind Apple signs with: leaf, intermediate, root, and marker extensions that state what the
//! leaf and the intermediate were issued for.
//!
//! A chain is checked in two steps, because anyone can send one. [`ChainVerifier::inspect`] is all that can be checked
//! without arithmetic on curves; [`ClaimedChain::prove`] is the two P-384 verifications, a millisecond of work.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, anchor_from_trusted_cert};
use x509_parser::der_parser::Oid;

use super::certificate::P256Key;
use super::certificate::{Certificate, Validity};
use super::{ChainError, ChainPart};
use crate::model::Timestamp;

/// Bytes of base64 in one certificate. Apple's have at most 1500; the room is for larger keys and names.
pub(crate) const MAX_CERTIFICATE: usize = 8 * 1024;

/// What certificates may be signed with. Apple signs with ECDSA and SHA-384; its test chains use P-256 and SHA-256 too.
static SIGNATURE_ALGORITHMS: [&dyn SignatureVerificationAlgorithm; 4] = [
    webpki::ring::ECDSA_P384_SHA384,
    webpki::ring::ECDSA_P256_SHA384,
    webpki::ring::ECDSA_P384_SHA256,
    webpki::ring::ECDSA_P256_SHA256,
];

/// Which extensions the leaf and the intermediate must have.
#[derive(Clone, Debug)]
pub(crate) struct Markers {
    pub(crate) leaf: Oid<'static>,
    pub(crate) intermediate: Oid<'static>,
}

/// Checks chains against a set of trusted roots.
pub(crate) struct ChainVerifier {
    roots: Vec<TrustedRoot>,
    markers: Markers,
}

struct TrustedRoot {
    subject: Vec<u8>,
    validity: Validity,
    anchor: TrustAnchor<'static>,
}

/// A chain that looks right. That is not yet a reason to believe it.
pub(crate) struct ClaimedChain<'v> {
    leaf: CertificateDer<'static>,
    intermediate: CertificateDer<'static>,
    leaf_key: P256Key,
    validity: Validity,
    /// The roots of the right name that are valid at the effective date. Nearly always one; a root that was issued
    /// again for the same key makes two.
    roots: Vec<&'v TrustedRoot>,
}

/// What a chain that was proven vouches for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProvenChain {
    /// The leaf's key.
    pub(crate) leaf_key: P256Key,
    /// The time during which leaf, intermediate and root are all valid.
    pub(crate) validity: Validity,
}

impl ChainVerifier {
    /// Trusts these roots (DER), and none else.
    ///
    /// # Errors
    /// [`ChainError::Der`] for a root that is no certificate.
    pub(crate) fn new(roots: &[Vec<u8>], markers: Markers) -> Result<Self, ChainError> {
        let roots = roots.iter().map(|der| TrustedRoot::new(der)).collect::<Result<_, _>>()?;
        Ok(Self { roots, markers })
    }

    /// All checks that need no signature: number, sizes, encoding, markers, roles, key type, names, and validity at
    /// the effective date `at`.
    ///
    /// `x5c[2]` is the root's place and is ignored: what is trusted comes from the configuration. Apple's own samples
    /// carry another certificate of the same root key there, and Apple's libraries accept anything.
    pub(crate) fn inspect(&self, x5c: &[String], at: Timestamp) -> Result<ClaimedChain<'_>, ChainError> {
        let [leaf, intermediate, root] = x5c else {
            return Err(ChainError::Length { found: x5c.len() });
        };
        let entries =
            [(ChainPart::Leaf, leaf), (ChainPart::Intermediate, intermediate), (ChainPart::Root, root)];
        for (part, text) in entries {
            if text.len() > MAX_CERTIFICATE {
                return Err(ChainError::CertificateTooLarge {
                    part,
                    size: text.len(),
                    limit: MAX_CERTIFICATE,
                });
            }
        }
        let leaf_der = decode(ChainPart::Leaf, leaf)?;
        let intermediate_der = decode(ChainPart::Intermediate, intermediate)?;

        let leaf = Certificate::parse(ChainPart::Leaf, &leaf_der)?;
        let intermediate = Certificate::parse(ChainPart::Intermediate, &intermediate_der)?;
        leaf.require_marker(&self.markers.leaf)?;
        intermediate.require_marker(&self.markers.intermediate)?;
        leaf.require_end_entity()?;
        intermediate.require_authority()?;
        let leaf_key = leaf.p256_key()?;
        leaf.validity().require(at, ChainPart::Leaf)?;
        intermediate.validity().require(at, ChainPart::Intermediate)?;
        if leaf.issuer() != intermediate.subject() {
            return Err(ChainError::Names {
                issuer: leaf.issuer_text(),
                subject: intermediate.subject_text(),
            });
        }
        let roots = self.roots_of(&intermediate, at)?;
        let validity = leaf.validity().and(&intermediate.validity());

        Ok(ClaimedChain {
            leaf: CertificateDer::from(leaf_der),
            intermediate: CertificateDer::from(intermediate_der),
            leaf_key,
            validity,
            roots,
        })
    }

    /// The trusted roots that bear the intermediate's issuer's name and are valid at `at`.
    fn roots_of(
        &self,
        intermediate: &Certificate<'_>,
        at: Timestamp,
    ) -> Result<Vec<&TrustedRoot>, ChainError> {
        let named = || self.roots.iter().filter(|root| root.subject == intermediate.issuer());
        let valid: Vec<_> = named().filter(|root| root.validity.contains(at)).collect();
        if !valid.is_empty() {
            return Ok(valid);
        }
        match named().next() {
            Some(root) => root.validity.require(at, ChainPart::Root).map(|()| Vec::new()),
            None => Err(ChainError::UnknownRoot { issuer: intermediate.issuer_text() }),
        }
    }
}

impl TrustedRoot {
    fn new(der: &[u8]) -> Result<Self, ChainError> {
        let certificate = Certificate::parse(ChainPart::Root, der)?;
        let encoded = CertificateDer::from(der);
        let anchor = anchor_from_trusted_cert(&encoded)
            .map_err(|error| ChainError::Der { part: ChainPart::Root, problem: error.to_string() })?;
        Ok(Self {
            subject: certificate.subject().to_vec(),
            validity: certificate.validity(),
            anchor: anchor.to_owned(),
        })
    }
}

impl ClaimedChain<'_> {
    /// The key the leaf claims. Worth trying first: it shows a message that was altered at a tenth of the cost.
    pub(crate) const fn leaf_key(&self) -> &P256Key {
        &self.leaf_key
    }

    /// Proves the path from the leaf through the intermediate to a trusted root at the effective date `at`.
    pub(crate) fn prove(&self, at: Timestamp) -> Result<ProvenChain, ChainError> {
        let mut refusal = ChainError::Signature;
        for root in &self.roots {
            match self.prove_to(root, at) {
                Ok(()) => {
                    let validity = self.validity.and(&root.validity);
                    return Ok(ProvenChain { leaf_key: self.leaf_key, validity });
                }
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    fn prove_to(&self, root: &TrustedRoot, at: Timestamp) -> Result<(), ChainError> {
        let leaf = EndEntityCert::try_from(&self.leaf).map_err(refused)?;
        let seconds = u64::try_from(at.secs()).map_err(|_| ChainError::Refused {
            problem: format!("the effective date {at} lies before 1970"),
        })?;
        let path = leaf
            .verify_for_usage(
                &SIGNATURE_ALGORITHMS,
                std::slice::from_ref(&root.anchor),
                std::slice::from_ref(&self.intermediate),
                UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
                AnyPurpose,
                None,
                None,
            )
            .map_err(refused)?;
        // A path builder may leave out what it does not need, and with it the intermediate's marker.
        match path.intermediate_certificates().count() {
            1 => Ok(()),
            found => Err(ChainError::Refused { problem: format!("the path has {found} intermediates") }),
        }
    }
}

/// Extended key usage is for protocols such as TLS; what these certificates are for, their markers say.
struct AnyPurpose;

impl ExtendedKeyUsageValidator for AnyPurpose {
    fn validate(&self, _: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}

fn decode(part: ChainPart, text: &str) -> Result<Vec<u8>, ChainError> {
    STANDARD.decode(text).map_err(|_| ChainError::Base64 { part })
}

fn refused(error: webpki::Error) -> ChainError {
    match error {
        webpki::Error::InvalidSignatureForPublicKey => ChainError::Signature,
        other => ChainError::Refused { problem: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::alg_id::{ECDSA_P256, ECDSA_P384, ECDSA_SHA256, ECDSA_SHA384};

    use super::*;

    #[test]
    fn certificates_are_signed_with_ecdsa_on_either_curve_and_with_either_hash() {
        for (key, signature) in [
            (ECDSA_P256, ECDSA_SHA256),
            (ECDSA_P256, ECDSA_SHA384),
            (ECDSA_P384, ECDSA_SHA256),
            (ECDSA_P384, ECDSA_SHA384),
        ] {
            assert!(SIGNATURE_ALGORITHMS.iter().any(|algorithm| {
                algorithm.public_key_alg_id() == key && algorithm.signature_alg_id() == signature
            }));
        }
    }
}
