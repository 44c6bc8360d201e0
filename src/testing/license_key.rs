//! Throw-away licence keys, as a store's console shows them, and signatures by them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Algorithm, digest};
use rsa::pkcs8::EncodePublicKey;
use rsa::rand_core::OsRng;
use rsa::{Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};

use super::signer::SigningError;

pub(crate) fn new(bits: usize) -> Result<RsaPrivateKey, SigningError> {
    RsaPrivateKey::new(&mut OsRng, bits)
        .map_err(|error| SigningError { problem: format!("no RSA key could be made: {error}") })
}

/// The public key as a console shows it: base64 of a SubjectPublicKeyInfo.
pub(crate) fn shown(key: &RsaPrivateKey) -> Result<String, SigningError> {
    let der = RsaPublicKey::from(key)
        .to_public_key_der()
        .map_err(|error| SigningError { problem: format!("no licence key could be written: {error}") })?;
    Ok(STANDARD.encode(der.as_bytes()))
}

/// The base64 signature of a text: PKCS #1 v1.5; `prefix` precedes a digest of the algorithm (RFC 8017 §9.2, note 1).
pub(crate) fn sign(
    key: &RsaPrivateKey,
    (algorithm, prefix): (&'static Algorithm, &[u8]),
    text: &[u8],
) -> Result<String, SigningError> {
    let digest = digest(algorithm, text);
    let padding = Pkcs1v15Sign { hash_len: Some(digest.as_ref().len()), prefix: prefix.into() };
    key.sign(padding, digest.as_ref())
        .map(|signature| STANDARD.encode(signature))
        .map_err(|error| SigningError { problem: format!("RSA signing failed: {error}") })
}
