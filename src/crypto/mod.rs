//! Signatures and the keys behind them, over `ring` and `rustls-webpki`. Time and keys are arguments.

mod jws;

pub(crate) use jws::CompactJws;
pub use jws::JwsError;
