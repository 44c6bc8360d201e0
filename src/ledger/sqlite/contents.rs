//! All that a ledger's file has, for tests that compare it.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

/// Every row of every table, as text.
pub(crate) fn contents(path: &Path) -> BTreeMap<String, Vec<String>> {
    let file = Connection::open(path).unwrap();
    let mut names = file.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let rows = |name: String| {
        let mut table = file.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let count = table.column_count();
        let row = |row: &Row<'_>| {
            let cells: Vec<Value> = (0..count).map(|n| row.get(n).unwrap()).collect();
            Ok(format!("{cells:?}"))
        };
        let mut rows: Vec<String> = table.query_map([], row).unwrap().map(Result::unwrap).collect();
        rows.sort_unstable();
        (name, rows)
    };
    names.into_iter().map(rows).collect()
}
