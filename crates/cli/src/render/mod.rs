//! What people read: tables, sentences, and JSON that a terminal shows safely.

pub(crate) mod actions;
pub(crate) mod journal;
mod output;
pub(crate) mod words;

pub(crate) use output::{Output, Table, without_unseen};
