//! The C ABI: C programs that are compiled with the header, linked with the library that was built, and run.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod game_server;
mod header;
mod in_process;
mod sweep;
