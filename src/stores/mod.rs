//! One folder a store, all of the same shape: the wire format in, a [`Signal`](crate::model::Signal) out.

pub mod google_play;

mod rejection;
mod request;

pub use rejection::Rejection;
pub use request::Request;
