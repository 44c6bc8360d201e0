//! Recoup, the refund engine that game servers embed.
#![allow(dead_code)]

mod crypto;
mod json;
mod model;
mod stores;

pub use crypto::{
    CachedKeys, FetchedKeys, Freshness, Jwks, JwksError, JwsError, KeyFetchError, KeySource, RsaKeyError,
};
pub use json::JsonError;
pub use model::*;
pub use stores::*;
