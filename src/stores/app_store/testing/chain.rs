//! The certificates of a throw-away App Store.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384,
};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;

use crate::testing::signer::{SigningError, failed};
use crate::testing::validity::{ChainValidity, instant};

/// The properties of a throw-away App Store's certificates. The default is like Apple's: root and intermediate with
/// P-384 keys, signatures with SHA-384, a leaf with a P-256 key, both marker extensions. Other values are for refused
/// chains.
#[derive(Clone, Debug)]
pub struct AppStoreChain {
    /// The root's name; stores with the same name still have different keys.
    pub root_name: String,
    /// The intermediate's name.
    pub intermediate_name: String,
    /// The leaf's marker extension; `None` for none. Apple's is 1.2.840.113635.100.6.11.1.
    pub leaf_marker: Option<Vec<u64>>,
    /// The intermediate's marker extension; `None` for none. Apple's is 1.2.840.113635.100.6.2.1.
    pub intermediate_marker: Option<Vec<u64>>,
    /// Whether the leaf's marker is critical. Apple's is not.
    pub critical_marker: bool,
    /// Whether the leaf is a certificate authority.
    pub leaf_is_authority: bool,
    /// Whether the intermediate is a certificate authority.
    pub intermediate_is_authority: bool,
    /// Whether the leaf's key usage includes signatures.
    pub leaf_may_sign: bool,
    /// Whether the intermediate's key usage includes certificates.
    pub intermediate_may_issue: bool,
    /// Whether the root issues the leaf directly.
    pub leaf_issued_by_root: bool,
    /// Whether root and intermediate have P-256 keys and sign with SHA-256.
    pub on_p256: bool,
    /// Whether the leaf's certificate is for a P-384 key, which ES256 cannot use.
    pub leaf_on_p384: bool,
    /// The leaf's validity.
    pub leaf_validity: ChainValidity,
    /// The intermediate's validity.
    pub intermediate_validity: ChainValidity,
    /// The root's validity.
    pub root_validity: ChainValidity,
}

impl Default for AppStoreChain {
    fn default() -> Self {
        Self {
            root_name: "Throw-away Root".to_owned(),
            intermediate_name: "Throw-away Intermediate".to_owned(),
            leaf_marker: Some(vec![1, 2, 840, 113_635, 100, 6, 11, 1]),
            intermediate_marker: Some(vec![1, 2, 840, 113_635, 100, 6, 2, 1]),
            critical_marker: false,
            leaf_is_authority: false,
            intermediate_is_authority: true,
            leaf_may_sign: true,
            intermediate_may_issue: true,
            leaf_issued_by_root: false,
            on_p256: false,
            leaf_on_p384: false,
            leaf_validity: ChainValidity::default(),
            intermediate_validity: ChainValidity::default(),
            root_validity: ChainValidity::default(),
        }
    }
}

/// Certificates (DER), and the key that signs messages.
pub(super) struct Issued {
    pub(super) leaf_key: EcdsaKeyPair,
    pub(super) leaf: Vec<u8>,
    pub(super) intermediate: Vec<u8>,
    pub(super) root: Vec<u8>,
}

impl AppStoreChain {
    pub(super) fn issue(&self) -> Result<Issued, SigningError> {
        let root_key = self.authority_key()?;
        let intermediate_key = self.authority_key()?;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .map_err(|_| failed("no leaf key could be made"))?;
        let leaf_key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &SystemRandom::new())
                .map_err(failed)?;
        let certified_key = if self.leaf_on_p384 {
            KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).map_err(failed)?
        } else {
            let key = PrivatePkcs8KeyDer::from(pkcs8.as_ref());
            KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ECDSA_P256_SHA256).map_err(failed)?
        };

        let root_params = self.root();
        let root = root_params.self_signed(&root_key).map_err(failed)?;
        let root_issuer = Issuer::from_params(&root_params, &root_key);
        let intermediate_params = self.intermediate();
        let intermediate = intermediate_params.signed_by(&intermediate_key, &root_issuer).map_err(failed)?;
        let intermediate_issuer = Issuer::from_params(&intermediate_params, &intermediate_key);
        let leaf_issuer = if self.leaf_issued_by_root { &root_issuer } else { &intermediate_issuer };
        let leaf = self.leaf().signed_by(&certified_key, leaf_issuer).map_err(failed)?;

        Ok(Issued {
            leaf_key,
            leaf: leaf.der().to_vec(),
            intermediate: intermediate.der().to_vec(),
            root: root.der().to_vec(),
        })
    }

    fn authority_key(&self) -> Result<KeyPair, SigningError> {
        let algorithm = if self.on_p256 { &PKCS_ECDSA_P256_SHA256 } else { &PKCS_ECDSA_P384_SHA384 };
        KeyPair::generate_for(algorithm).map_err(failed)
    }

    fn root(&self) -> CertificateParams {
        let mut params = named(&self.root_name, self.root_validity);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params
    }

    fn intermediate(&self) -> CertificateParams {
        let mut params = named(&self.intermediate_name, self.intermediate_validity);
        if self.intermediate_is_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        }
        params.key_usages = vec![KeyUsagePurpose::CrlSign];
        if self.intermediate_may_issue {
            params.key_usages.push(KeyUsagePurpose::KeyCertSign);
        }
        params.custom_extensions.extend(self.intermediate_marker.as_deref().map(marker));
        params
    }

    fn leaf(&self) -> CertificateParams {
        let mut params = named("Throw-away Leaf", self.leaf_validity);
        params.is_ca = if self.leaf_is_authority {
            IsCa::Ca(BasicConstraints::Unconstrained)
        } else {
            IsCa::ExplicitNoCa
        };
        params.key_usages = vec![KeyUsagePurpose::KeyAgreement];
        if self.leaf_may_sign {
            params.key_usages.push(KeyUsagePurpose::DigitalSignature);
        }
        let mut marker = self.leaf_marker.as_deref().map(marker);
        if let Some(marker) = &mut marker {
            marker.set_criticality(self.critical_marker);
        }
        params.custom_extensions.extend(marker);
        params
    }
}

fn named(name: &str, validity: ChainValidity) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = instant(validity.not_before);
    params.not_after = instant(validity.not_after);
    params
}

/// The marker contains DER's NULL, as Apple's does.
fn marker(oid: &[u64]) -> CustomExtension {
    CustomExtension::from_oid_content(oid, vec![5, 0])
}
