//! What tests stand on: the stores' APIs as HTTP servers on this machine, clients for them, time, and a C compiler.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]
#![allow(
    missing_docs,
    clippy::new_without_default,
    reason = "read by those who write tests here, and never published"
)]

pub mod amazon_rvs;
pub mod app_store_api;
pub mod certificates;
pub mod emulator;
pub mod google_api;
pub mod http_server;
pub mod ledger_file;
pub mod one_store_api;
pub mod pacing;
pub mod raw_http;
pub mod server;
pub mod stripe_api;
pub mod wire;
#[cfg(target_os = "linux")]
pub mod workshop;
