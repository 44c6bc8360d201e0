//! Statements and rows, by SQLite.

use std::cell::Cell;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql, params_from_iter};

use crate::ledger::error::LedgerError;
#[cfg(test)]
use crate::ledger::portable;
use crate::ledger::session::{self, EachRow, Insert, Inserted};
use crate::ledger::values::Value;

/// A connection with a transaction on it, or one to read from.
#[derive(Clone, Copy)]
pub(in crate::ledger) struct Session<'a> {
    connection: &'a Connection,
}

impl<'a> Session<'a> {
    pub(super) const fn on(connection: &'a Connection) -> session::Session<'a> {
        session::Session::Sqlite(Self { connection })
    }

    fn prepare(self, sql: &str) -> Result<CachedStatement<'a>, LedgerError> {
        #[cfg(test)]
        {
            super::plans::check(self.connection, sql);
            crate::ledger::ran::note(sql)?;
        }
        Ok(self.connection.prepare_cached(sql)?)
    }

    pub(in crate::ledger) fn execute(self, sql: &str, values: &[Value<'_>]) -> Result<usize, LedgerError> {
        #[cfg(test)]
        portable::check(sql);
        Ok(self.prepare(sql)?.execute(params_from_iter(values))?)
    }

    pub(in crate::ledger) fn insert(self, insert: &Insert<'_>) -> Result<Inserted, LedgerError> {
        let sql = text_of(insert);
        #[cfg(test)]
        portable::check(&sql.replace('?', "?1"));
        let values = insert.rows.iter().map(|(_, value)| value);
        let count = self.prepare(&sql)?.execute(params_from_iter(values))?;
        Ok(Inserted { count, last_id: self.connection.last_insert_rowid() })
    }

    pub(in crate::ledger) fn each(
        self,
        sql: &str,
        values: &[Value<'_>],
        each: EachRow<'_>,
    ) -> Result<(), LedgerError> {
        #[cfg(test)]
        portable::check(sql);
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            if each(&session::Row::Sqlite(Row { row, next: Cell::new(0) }))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    pub(in crate::ledger) fn highest_id(self, table: &str) -> Result<i64, LedgerError> {
        let sql = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?1), 0)";
        Ok(self.connection.prepare_cached(sql)?.query_row([table], |row| row.get(0))?)
    }
}

/// `INSERT INTO table (one, two) VALUES (?, ?), (?, ?) ON CONFLICT …`
fn text_of(insert: &Insert<'_>) -> String {
    let mut sql = String::with_capacity(512);
    sql.extend(["INSERT INTO ", insert.table]);
    let columns = insert.rows.iter().take(insert.width);
    for ((name, _), before) in columns.zip(std::iter::once(" (").chain(std::iter::repeat(", "))) {
        sql.extend([before, *name]);
    }
    sql.push_str(") VALUES ");
    for place in 0..insert.rows.len() {
        sql.push_str(match (place % insert.width, place) {
            (0, 0) => "(?",
            (0, _) => "), (?",
            _ => ", ?",
        });
    }
    sql.extend([") ", insert.conflict]);
    sql
}

/// One row of a statement that is being run.
pub(in crate::ledger) struct Row<'r> {
    row: &'r rusqlite::Row<'r>,
    /// The column after the one that was read last.
    next: Cell<usize>,
}

impl Row<'_> {
    pub(in crate::ledger) fn value(&self, name: &str) -> Result<Option<Value<'_>>, String> {
        let found = match self.place(name) {
            Some(place) => self.row.get_ref(place),
            // Gives the error.
            None => self.row.get_ref(name),
        };
        found.map_err(|error| error.to_string()).and_then(value)
    }

    /// The place of a column. The search begins after the one that was read last: of a row with many columns that are
    /// read in their order, each is found at once.
    fn place(&self, name: &str) -> Option<usize> {
        let statement = self.row.as_ref();
        let next = self.next.get();
        let is_named = |place: &usize| statement.column_name(*place) == Ok(name);
        let found = (next..statement.column_count()).chain(0..next).find(is_named)?;
        self.next.set(found.saturating_add(1));
        Some(found)
    }

    pub(in crate::ledger) fn first(&self) -> Result<Option<Value<'_>>, String> {
        self.row.get_ref(0).map_err(|error| error.to_string()).and_then(value)
    }
}

fn value(value: ValueRef<'_>) -> Result<Option<Value<'_>>, String> {
    Ok(Some(match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Integer(number) => Value::Number(number),
        ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).map_err(|error| error.to_string())?),
        ValueRef::Blob(bytes) => Value::Bytes(bytes),
        ValueRef::Real(_) => return Err("a number with a fraction".to_owned()),
    }))
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null(_) => ValueRef::Null,
            Self::Number(number) => ValueRef::Integer(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
