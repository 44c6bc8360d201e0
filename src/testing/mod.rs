//! Throw-away stores for tests: they make their own keys and sign requests of real shape.
//!
//! With these a host can test its own handling of refunds end to end, without an account at any store and without
//! recorded secrets. Behind the Cargo feature `testing`; nothing in here belongs into a game server.

mod amazon;
mod app_store;
mod app_store_chain;
mod app_store_notification;
mod google_play;
mod license_key;
mod one_store;
mod signing_error;
mod store_request;
mod stripe;

pub use amazon::{Amazon, AmazonCertificates};
pub use app_store::AppStore;
pub use app_store_chain::{AppStoreChain, ChainValidity};
pub use app_store_notification::AppStoreNotification;
pub use google_play::GooglePlay;
pub use one_store::{OneStore, OneStorePayment};
pub use signing_error::SigningError;
pub use store_request::StoreRequest;
pub use stripe::Stripe;
