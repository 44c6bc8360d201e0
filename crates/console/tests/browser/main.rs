//! The console as people use it, in a real browser. Needs Chromium with its driver; `tests/run` installs both.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    reason = "a test that cannot be set up has failed"
)]

mod browser;
mod game;

mod by_hand;
mod every_page;
mod hostile;
