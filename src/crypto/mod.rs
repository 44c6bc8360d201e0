//! Signatures and the keys behind them, over `ring` and `rustls-webpki`. Time and keys are arguments.

mod cached_keys;
mod jwks;
mod jws;
mod key_source;
mod rs256;
mod rsa_key;

pub use cached_keys::CachedKeys;
pub(crate) use cached_keys::KeyError;
pub use jwks::{Jwks, JwksError};
pub(crate) use jws::CompactJws;
pub use jws::JwsError;
pub use key_source::{FetchedKeys, Freshness, KeyFetchError, KeySource};
pub(crate) use rs256::{UnverifiedToken, verify_rs256};
pub use rsa_key::RsaKeyError;
pub(crate) use rsa_key::RsaPublicKey;
