//! Recoup, the refund engine that game servers embed.
#![allow(dead_code)]

mod crypto;
mod json;
mod model;
mod stores;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use crypto::{
    CachedKeys, FetchedKeys, Freshness, Jwks, JwksError, JwsError, KeyFetchError, KeySource, RsaKeyError,
};
pub use json::JsonError;
pub use model::*;
pub use stores::*;
