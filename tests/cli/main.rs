//! The command line as people and scripts meet it: exit codes, what is printed where, and what stays in the ledger.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails the test")]

mod amazon;
mod app_store;
mod blocks;
mod demo;
mod errors;
mod events;
mod google_play;
mod one_store;
mod purchases;
mod reviews;
mod shop;
mod stripe;
