//! The command line as people and scripts meet it: exit codes, what is printed where, and what stays in the ledger.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails the test")]

mod actions;
mod amazon;
mod app_store;
mod blocks;
mod demo;
mod errors;
mod events;
#[path = "../support/google_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod google_api;
mod google_play;
#[path = "../support/http_server.rs"]
mod http_server;
mod inquiries;
mod ledger;
mod one_store;
mod purchases;
mod readme;
mod reconcile;
mod reviews;
mod serve;
mod shop;
mod signed_purchases;
mod stripe;
#[path = "../support/stripe_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod stripe_api;
mod terminal;
#[path = "../support/wire.rs"]
mod wire;
