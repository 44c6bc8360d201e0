//! A write transaction as jobs see it, and how rows become values.

use std::cell::RefCell;

use rusqlite::types::{FromSql, Value};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::LedgerError;
use super::memo::Memo;
use super::writer::MemoryUpdate;
use crate::json;

/// A write transaction. Everything done through it is durable together, or not at all.
pub(crate) struct Tx<'a> {
    connection: &'a Connection,
    notes: RefCell<Vec<MemoryUpdate>>,
    /// Journal entries that are not written yet, in their order.
    pub(super) unwritten: RefCell<Vec<[Value; 7]>>,
    pub(super) memo: Memo,
}

/// How many rows one statement inserts at most: each number of rows is a statement of its own to prepare.
pub(super) const ROWS_AT_ONCE: usize = 16;

impl<'a> Tx<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        Self { connection, notes: RefCell::default(), unwritten: RefCell::default(), memo: Memo::default() }
    }

    /// Has `note` reported to memory once the transaction is durable.
    pub(crate) fn note(&self, note: MemoryUpdate) {
        self.notes.borrow_mut().push(note);
    }

    pub(super) fn into_notes(self) -> Vec<MemoryUpdate> {
        self.notes.into_inner()
    }

    /// The same connection, for reading what was just written.
    pub(crate) const fn read(&self) -> Read<'a> {
        Read { connection: self.connection }
    }

    pub(super) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, LedgerError> {
        #[cfg(test)]
        ran::note(self.connection, sql);
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Inserts one row and returns its id.
    pub(super) fn insert(&self, sql: &str, params: impl Params) -> Result<i64, LedgerError> {
        #[cfg(test)]
        ran::note(self.connection, sql);
        Ok(self.connection.prepare_cached(sql)?.insert(params)?)
    }

    /// Inserts rows in their order. `into` names the table and its columns, `conflict` says what happens to rows that
    /// are there already.
    pub(super) fn insert_all<const N: usize>(
        &self,
        into: &str,
        rows: &[[Value; N]],
        conflict: &str,
    ) -> Result<(), LedgerError> {
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let row = |row: usize| {
                let numbers: Vec<String> = (1..=N).map(|column| format!("?{}", row * N + column)).collect();
                format!("({})", numbers.join(", "))
            };
            let values: Vec<String> = (0..rows.len()).map(row).collect();
            let sql = format!("INSERT INTO {into} VALUES {} {conflict}", values.join(", "));
            self.execute(&sql, rusqlite::params_from_iter(rows.iter().flatten()))?;
        }
        Ok(())
    }
}

/// A connection to read from: a reader's own, or a writer's in the middle of its transaction.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    connection: &'a Connection,
}

impl<'a> Read<'a> {
    pub(crate) const fn new(connection: &'a Connection) -> Self {
        Self { connection }
    }

    pub(super) fn prepare(&self, sql: &str) -> Result<CachedStatement<'a>, LedgerError> {
        #[cfg(test)]
        ran::note(self.connection, sql);
        Ok(self.connection.prepare_cached(sql)?)
    }

    /// The first row, if any.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, LedgerError>,
    ) -> Result<Option<T>, LedgerError> {
        let mut read = Some(read);
        self.prepare(sql)?
            .query_row(params, |row| Ok(read.take().map(|read| read(row))))
            .optional()?
            .flatten()
            .transpose()
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, LedgerError>,
    ) -> Result<Vec<T>, LedgerError> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    /// One number.
    pub(super) fn number(&self, sql: &str, params: impl Params) -> Result<i64, LedgerError> {
        Ok(self.prepare(sql)?.query_row(params, |row| row.get(0))?)
    }
}

/// A column's plain value.
pub(super) fn column<T: FromSql>(row: &Row<'_>, name: &'static str) -> Result<T, LedgerError> {
    row.get(name).map_err(|error| LedgerError::Unreadable { what: name, problem: error.to_string() })
}

/// A column that holds JSON text.
pub(super) fn json_column<T: DeserializeOwned>(row: &Row<'_>, name: &'static str) -> Result<T, LedgerError> {
    let text: String = column(row, name)?;
    from_json(name, &text)
}

/// A nullable column that holds JSON text.
pub(super) fn json_column_or_null<T: DeserializeOwned>(
    row: &Row<'_>,
    name: &'static str,
) -> Result<Option<T>, LedgerError> {
    let text: Option<String> = column(row, name)?;
    text.map(|text| from_json(name, &text)).transpose()
}

/// A column that holds the bare name of an enum's variant.
pub(super) fn name_column<T: DeserializeOwned>(
    row: &Row<'_>,
    name: &'static str,
) -> Result<Option<T>, LedgerError> {
    let text: Option<String> = column(row, name)?;
    text.map(|text| {
        T::deserialize(serde::de::value::StringDeserializer::<serde::de::value::Error>::new(text))
            .map_err(|error| LedgerError::Unreadable { what: name, problem: error.to_string() })
    })
    .transpose()
}

fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, LedgerError> {
    json::value_from_str(text).map_err(|error| LedgerError::Unreadable { what, problem: error.to_string() })
}

/// A value of a query whose conditions are put together.
pub(super) fn parameter(value: impl ToSql + 'static) -> Box<dyn ToSql> {
    Box::new(value)
}

/// JSON text for a column.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, LedgerError> {
    serde_json::to_string(value).map_err(|error| LedgerError::Internal(format!("unwritable: {error}")))
}

/// The bare name of an enum's variant, for a column.
pub(super) fn to_name<T: Serialize>(value: &T) -> Result<String, LedgerError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        other => Err(LedgerError::Internal(format!("no name: {other:?}"))),
    }
}

/// The statements that a thread runs, for tests that count them.
#[cfg(test)]
pub(crate) mod ran {
    use std::cell::RefCell;

    thread_local! {
        static STATEMENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn note(connection: &super::Connection, sql: &str) {
        super::super::plans::check(connection, sql);
        STATEMENTS.with_borrow_mut(|statements| statements.push(sql.to_owned()));
    }

    /// Runs `work` without noting its statements.
    pub(crate) fn unnoted<T>(work: impl FnOnce() -> T) -> T {
        let noted = STATEMENTS.take();
        let done = work();
        STATEMENTS.set(noted);
        done
    }

    /// Those since the last call.
    pub(crate) fn take() -> Vec<String> {
        STATEMENTS.take()
    }
}
