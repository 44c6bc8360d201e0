//! The command `recoup`, as people and programs run it: a module a command, and what holds across processes that are
//! killed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

use recoup_tests as support;

mod access;
mod actions;
mod amazon;
mod app_store;
mod blocks;
mod books;
mod config_check;
mod crash;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod errors;
mod events;
mod every_store;
mod exports;
mod features;
mod google_play;
mod help;
mod inquiries;
mod killed;
mod ledger;
mod lost_webhooks;
mod notices;
mod one_store;
mod operator;
mod policy;
mod purchases;
mod readme;
mod reconcile;
mod restrictions;
mod reviews;
mod serve;
mod session;
mod shop;
mod signed_purchases;
mod stats;
mod stripe;
mod terminal;
mod webhooks;
