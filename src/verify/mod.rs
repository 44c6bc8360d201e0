//! Signatures and the keys behind them, over `ring` and `rustls-webpki`. Time and keys are arguments.

mod authentic;
mod cached_keys;
mod certificate;
mod chain;
mod chain_error;
#[cfg(feature = "operators")]
mod id_token;
mod jwks;
mod jws;
mod key_source;
mod rsa;
mod x5c;

pub use authentic::Authentic;
pub(crate) use authentic::Unverified;
pub use cached_keys::CachedKeys;
pub(crate) use cached_keys::KeyError;
#[cfg(test)]
pub(crate) use chain::ChainVerifier;
pub(crate) use chain::Markers;
pub use chain_error::{ChainError, ChainPart};
#[cfg(feature = "operators")]
pub use id_token::{IdToken, IdTokenError, IdTokens};
pub use jwks::{Jwks, JwksError};
pub use jws::JwsError;
pub(crate) use jws::{CompactJws, UnverifiedToken, verify_rs256};
pub use key_source::{CertificateSource, FetchedKeys, Freshness, KeyFetchError, KeySource};
pub use rsa::{RsaKeyError, RsaPublicKey};
pub(crate) use x5c::{X5cJwsError, X5cJwsVerifier};
