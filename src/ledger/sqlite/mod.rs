//! SQLite: all that the ledger knows of it.

mod session;

pub(super) use session::{Row, Session};
