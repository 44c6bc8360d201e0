//! A ledger's file as another program opens it, to look into it past the engine or to keep its write lock.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

/// A connection of a program that is not Recoup.
pub struct AnotherProgram(Connection);

impl AnotherProgram {
    pub fn opens(ledger: &Path) -> Self {
        Self(Connection::open(ledger).unwrap())
    }

    /// Runs statements.
    pub fn run(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap();
    }

    /// The rows that a query gives, each column as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let mut query = self.0.prepare(sql).unwrap();
        let columns = query.column_count();
        let text = |value: Value| match value {
            Value::Text(text) => text,
            Value::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        let rows = query.query_map([], |row| (0..columns).map(|n| row.get(n).map(text)).collect()).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        self.rows(&format!("SELECT count(*) FROM {table}"))[0][0].parse().unwrap()
    }

    /// Fails where the database is damaged, or a foreign key points nowhere.
    pub fn assert_sound(&self) {
        assert_eq!(self.rows("PRAGMA integrity_check"), [["ok"]]);
        assert_eq!(self.rows("PRAGMA foreign_key_check"), Vec::<Vec<String>>::new());
    }
}
