//! Signatures and the keys behind them, over `ring` and `rustls-webpki`. Time and keys are arguments.

mod authentic;
mod cached_keys;
mod certificate;
mod certificate_source;
mod chain_cache;
mod chain_error;
mod jwks;
mod jws;
mod key_source;
mod license_key;
mod p256_key;
mod rs256;
mod rsa_key;
mod x5c;
mod x5c_jws;

pub use authentic::Authentic;
pub(crate) use authentic::Unverified;
pub use cached_keys::CachedKeys;
pub(crate) use cached_keys::KeyError;
pub use certificate_source::CertificateSource;
pub use chain_error::{ChainError, ChainPart};
pub use jwks::{Jwks, JwksError};
pub(crate) use jws::CompactJws;
pub use jws::JwsError;
pub use key_source::{FetchedKeys, Freshness, KeyFetchError, KeySource};
pub use license_key::{LicenseKey, LicenseKeyError};
pub(crate) use p256_key::P256Key;
pub(crate) use rs256::{UnverifiedToken, verify_rs256};
pub use rsa_key::RsaKeyError;
pub(crate) use rsa_key::RsaPublicKey;
#[cfg(test)]
pub(crate) use x5c::ChainVerifier;
pub(crate) use x5c::Markers;
pub(crate) use x5c_jws::{X5cJwsError, X5cJwsVerifier};
