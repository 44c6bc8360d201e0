//! What the tests stand on: the stores' APIs as HTTP servers on this machine, clients for them, and time.
#![allow(unreachable_pub, reason = "the command line's tests have these modules as well")]

pub mod amazon_rvs;
pub mod app_store_api;
pub mod google_api;
pub mod http_server;
pub mod one_store_api;
pub mod pacing;
pub mod raw_http;
pub mod server;
pub mod stripe_api;
pub mod wire;
