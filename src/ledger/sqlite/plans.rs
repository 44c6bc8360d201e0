//! How SQLite runs each statement: no table that grows is looked through for a few of its rows.
//!
//! Every statement that a unit test runs is checked when it first runs, however it is built; those that are written
//! whole in the sources are checked here as well, whether a test runs them or not.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::ledger::portable::statements;

/// Tables that stay small, whatever stores and players do: a row a store, an app, a version, a kind or an operator.
const SMALL: [&str; 9] = [
    "counters",
    "cursors",
    "kept",
    "meta",
    "operators",
    "policies",
    "refusals",
    "sqlite_sequence",
    "webhook_endpoints",
];

/// Statements that look through a whole table, by a part of their text, and why they may.
const MAY_SCAN: [(&str, &str); 13] = [
    ("FROM outbox AS o WHERE", "by number from the first, up to as many events as are leased"),
    ("SELECT count(*) FROM outbox", "counts what waits, for a person or a monitor"),
    ("min(at) AS at FROM outbox", "doctor looks at what waits"),
    (
        "FROM inbox WHERE +store = ?1 AND +app = ?2 AND swept = 0",
        "by number from the last: doctor finds the newest soon",
    ),
    ("SELECT key FROM requests", "all of the last month, when a user is forgotten"),
    ("SELECT id, target, details FROM audit", "all of its retention, when a user is forgotten"),
    ("SELECT id, name, query FROM views", "some hundred an operator, when a user is forgotten"),
    ("FROM dead_letters", "as many as the configuration's limits let in"),
    ("FROM actions WHERE state = 'unknown'", "doctor looks once"),
    ("FROM reviews WHERE state = 'missed'", "doctor looks once"),
    ("coalesce(max(id), 0) FROM journal", "the last row alone"),
    ("is_latest", "figures of all reviews"),
    ("min(coalesce(purchased_at, recorded_at)) AS at FROM purchases", "once an app, before its first sweep"),
];

/// Checks the plan of a statement, once per program.
pub(super) fn check(connection: &Connection, sql: &str) {
    static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let is_new = SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned());
    if is_new && let Some(scan) = scan_of(connection, sql) {
        panic!("{scan}: {sql}");
    }
}

/// The first step of a statement's plan that looks through a table, where nothing allows it.
fn scan_of(connection: &Connection, sql: &str) -> Option<String> {
    let is_query = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "].iter().any(|verb| sql.starts_with(verb));
    if !is_query || MAY_SCAN.iter().any(|(part, _)| sql.contains(part)) {
        return None;
    }
    let partial =
        names(connection, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'");
    let tables = names(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    // A statement that SQLite refuses fails by itself.
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).ok()?;
    let steps: Vec<String> = plan.raw_query().mapped(|row| row.get("detail")).map(Result::unwrap).collect();
    steps.into_iter().find(|step| {
        // A search without an index is for the least of a whole table.
        let scanned = step.strip_prefix("SCAN ");
        let searched = step.strip_prefix("SEARCH ").filter(|search| !search.contains(" USING "));
        let Some(scanned) = scanned.or(searched) else { return false };
        let words: Vec<&str> = scanned.split(' ').collect();
        let table = tables.iter().find(|table| {
            words.first() == Some(&table.as_str()) || sql.contains(&format!("{table} AS {} ", words[0]))
        });
        let is_small = table.is_none_or(|table| SMALL.contains(&table.as_str()));
        let by_partial = words.last().is_some_and(|index| partial.contains(*index));
        !is_small && !by_partial
    })
}

fn names(connection: &Connection, sql: &str) -> BTreeSet<String> {
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_statement_finds_its_rows_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let connection = super::open::writer(&folder.path().join("ledger.db")).unwrap();
    let of_tables = statements("src/ledger");
    assert!(of_tables.len() > 80, "{}", of_tables.len());
    for (path, sql) in &of_tables {
        let prepared = connection.prepare(sql);
        assert!(prepared.is_ok(), "{}: {sql}: {prepared:?}", path.display());
    }
    for (path, sql) in [of_tables, statements("src/ledger/sqlite")].concat() {
        assert_eq!(scan_of(&connection, &sql), None, "{}: {sql}", path.display());
    }
}

#[test]
fn a_statement_that_looks_through_a_table_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let connection = super::open::writer(&folder.path().join("ledger.db")).unwrap();
    for sql in [
        "SELECT * FROM journal WHERE happening = ?1",
        "SELECT * FROM journal AS j WHERE j.happening = ?1",
        "SELECT count(*) FROM inbox",
        "UPDATE refunds SET product = ?1 WHERE product = ?2",
        "SELECT min(recorded_at) FROM purchases WHERE store = ?1",
        "SELECT * FROM blocks JOIN refunds ON refunds.product = blocks.cause WHERE blocks.id = ?1",
    ] {
        assert!(scan_of(&connection, sql).is_some(), "{sql}");
    }
    assert_eq!(scan_of(&connection, "SELECT * FROM refunds WHERE id = ?1"), None);
}
