//! The seam between the ledger and its database. Every statement goes through a session, which handles values and no
//! table; a database joins with a variant here and a folder beside `sqlite/`.

use std::ops::ControlFlow;

use super::error::LedgerError;
use super::sqlite;
use super::values::{Column, Value};

/// A connection to a database, within a transaction or for reading.
#[derive(Clone, Copy)]
pub(super) enum Session<'a> {
    Sqlite(sqlite::Session<'a>),
}

/// One row that was found, as long as the statement stays there.
pub(super) enum Row<'r> {
    Sqlite(sqlite::Row<'r>),
}

/// Rows to insert into one table.
pub(super) struct Insert<'a> {
    pub(super) table: &'static str,
    /// How many columns each of the rows has.
    pub(super) width: usize,
    /// One row after another, with the same columns.
    pub(super) rows: &'a [Column<'a>],
    /// What happens to rows that are there already, from `ON CONFLICT` on; empty: that is an error.
    pub(super) conflict: &'static str,
}

/// What an insert did.
pub(super) struct Inserted {
    pub(super) count: usize,
    /// The last row's id, in a table that numbers its rows.
    pub(super) last_id: i64,
}

/// What is done with each row; it returns whether it wants the next one.
pub(super) type EachRow<'f> = &'f mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, LedgerError>;

impl Session<'_> {
    /// Runs a statement that gives no rows, and returns how many it changed.
    pub(super) fn execute(self, sql: &str, values: &[Value<'_>]) -> Result<usize, LedgerError> {
        match self {
            Self::Sqlite(session) => session.execute(sql, values),
        }
    }

    pub(super) fn insert(self, insert: &Insert<'_>) -> Result<Inserted, LedgerError> {
        match self {
            Self::Sqlite(session) => session.insert(insert),
        }
    }

    /// Runs a statement that gives rows.
    pub(super) fn each(self, sql: &str, values: &[Value<'_>], row: EachRow<'_>) -> Result<(), LedgerError> {
        match self {
            Self::Sqlite(session) => session.each(sql, values, row),
        }
    }

    /// The highest id that a row of this table ever had; 0 where it never had any.
    pub(super) fn highest_id(self, table: &'static str) -> Result<i64, LedgerError> {
        match self {
            Self::Sqlite(session) => session.highest_id(table),
        }
    }
}

impl Row<'_> {
    /// A column's value, `None` for NULL; or why there is none that the ledger would have written.
    pub(super) fn value(&self, name: &str) -> Result<Option<Value<'_>>, String> {
        match self {
            Self::Sqlite(row) => row.value(name),
        }
    }

    /// The first column's value.
    pub(super) fn first(&self) -> Result<Option<Value<'_>>, String> {
        match self {
            Self::Sqlite(row) => row.first(),
        }
    }
}
