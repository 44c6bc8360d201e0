//! Recoup's console: one HTTP API for people and programs, and the pages that use it.
//!
//! [`Console::bind`] serves it on an address of its own, beside the webhook server and never at the webhooks' address:
//! a proxy that forwards the stores' requests exposes nothing of it. The API is under `/console/api/v1`; its contract is
//! the OpenAPI document there (`openapi.json`), and its documents are the library's own (`schemas/`).
//!
//! # Who may do what
//!
//! There is no first account and no default password: `recoup operator add` prints an invitation that is good once. A
//! session is a random token in a cookie of which the ledger has the hash alone. Changes need the session's CSRF token
//! and come from the console's own pages only. Each [role](recoup::Role) has the rights of the roles below it; what
//! moves money or removes a person's data asks for the password again. Every change is written into the ledger's audit
//! in the same transaction.
//!
//! # What it is built on
//!
//! Calls on the engine run on eight threads of the console's own, and passwords are checked on two others, so that
//! neither a report nor a guesser holds up a store's webhook.

mod api;
mod call;
mod csrf;
mod dispatch;
mod headers;
mod host_check;
mod jobs;
mod lists;
mod options;
mod pages;
mod password;
mod problem;
mod query;
mod reply;
mod rights;
mod routes;
mod server;
mod session;
mod sign_in;
mod state;
mod stream;

pub use http::HeaderName;
pub use options::{ConsoleError, ConsoleOptions, JwtSignIn, ProxySignIn, PublicUrl};
pub use server::Console;
