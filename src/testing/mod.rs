//! Throw-away stores for tests: they make their own keys and sign requests of real shape.
//!
//! With these a host can test its own handling of refunds end to end, without an account at any store and without
//! recorded secrets. Behind the Cargo feature `testing`; nothing in here belongs into a game server.

mod google_play;
mod store_request;

pub use google_play::{GooglePlay, SigningError};
pub use store_request::StoreRequest;
