//! The console over real connections: who may do what, what is refused, what is answered.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot be set up has failed"
)]

mod client;
mod contract;
mod fixture;

mod changes;
mod doors;
mod lists;
mod operators;
mod pages;
mod rights;
mod rules;
mod signing_in;
mod streams;
