//! One folder a store, all of the same shape: the wire format in, a [`Signal`](crate::model::Signal) out.

pub mod app_store;
pub mod google_play;
mod rejection;
mod request;
mod verifier;

pub use rejection::Rejection;
pub use request::Request;
pub use verifier::{Verified, Verifier};
