//! What the library does, through its public interface: one module per capability. What needs its own process, or a C
//! compiler, is in test programs beside this one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod acting;
mod addresses;
mod amazon;
mod amazon_rvs;
mod amazon_sweep;
mod app_store;
mod app_store_api;
mod doctor;
mod gateway;
mod google_api;
mod google_play;
mod one_store;
mod one_store_api;
mod signed_purchases;
mod stripe;
mod stripe_api;
mod transport;
