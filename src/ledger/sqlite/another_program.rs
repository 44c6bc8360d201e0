//! A ledger's file as another program opens it, for tests that damage it, or look into it past the engine.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

/// Runs statements, and lets the file go again.
pub(crate) fn run(ledger: &Path, sql: &str) {
    Connection::open(ledger).unwrap().execute_batch(sql).unwrap();
}

/// Runs one statement, and returns how many rows it changed.
pub(crate) fn change(ledger: &Path, sql: &str) -> usize {
    Connection::open(ledger).unwrap().execute(sql, []).unwrap()
}

/// The rows that a query gives, each column as text.
pub(crate) fn rows(ledger: &Path, sql: &str) -> Vec<Vec<String>> {
    let connection = Connection::open(ledger).unwrap();
    let mut query = connection.prepare(sql).unwrap();
    let columns = query.column_count();
    let text = |value: Value| match value {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let rows = query.query_map([], |row| (0..columns).map(|n| row.get(n).map(text)).collect()).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The steps by which SQLite runs a statement, whatever its values are.
pub(crate) fn plan(ledger: &Path, sql: &str) -> Vec<String> {
    let connection = Connection::open(ledger).unwrap();
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    plan.raw_query().mapped(|row| row.get("detail")).map(Result::unwrap).collect()
}
