//! Statements that PostgreSQL takes as SQLite does: what only one of the two supports is found here, in every statement
//! that a unit test runs and in all that are written whole in the sources. What is left to a session: `?1` is `$1`
//! there, and a plus before a column, which keeps SQLite off an index, is dropped.

use std::collections::BTreeSet;
use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Fails where PostgreSQL would not accept the statement, or would understand it differently. A statement runs
/// thousands of times in the tests, and is checked once.
pub(super) fn check(sql: &str) {
    static CHECKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if CHECKED.lock().unwrap().contains(sql) {
        return;
    }
    if let Some(problem) = problem(sql) {
        panic!("{problem}: {sql}");
    }
    CHECKED.lock().unwrap().insert(sql.to_owned());
}

/// The statements that stand whole in the sources of a folder, with their files.
pub(super) fn statements(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
        let path = file.unwrap().path();
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        // Theirs are examples.
        if !is_rust || ["portable.rs", "plans.rs"].iter().any(|name| path.ends_with(name)) {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let source = source.split("\nmod tests {").next().unwrap();
        for verb in ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM "] {
            for (start, _) in source.match_indices(verb) {
                let (before, text) = (&source[..start], &source[start + 1..]);
                let text = &text[..text.find('"').unwrap_or(text.len())];
                // Parts of which other statements are built are checked where these run.
                let is_part = before.trim_end().ends_with("str =") || text.contains('{');
                if !is_part {
                    found.push((path.clone(), text.to_owned()));
                }
            }
        }
    }
    found
}

/// Functions, operators and words of SQLite alone, or that mean something else in PostgreSQL.
const SQLITES: &str = "abs autoincrement avg changes char collate date datetime glob group_concat hex if ifnull iif \
    ignore indexed instr isnull julianday last_insert_rowid like likelihood likely match notnull oid pragma printf \
    random randomblob regexp replace rowid _rowid_ soundex strftime sum time total typeof unicode unixepoch unlikely \
    zeroblob";

/// Words that PostgreSQL keeps for itself and SQLite does not. `user` would even be taken, as the name of the role.
const RESERVED: &str = "analyse any array asymmetric authorization binary both concurrently current_catalog \
    current_role current_schema current_user fetch for freeze grant ilike initially lateral leading localtime \
    localtimestamp only overlaps placing session_user similar some symmetric system_user tablesample trailing user \
    variadic verbose window";

/// Words of statements, which are no names.
const KEYWORDS: &str = "and as asc between by case conflict cross delete desc distinct do else end except exists false \
    filter from full group having in inner insert intersect into is join left limit not nothing null offset on or \
    order over partition returning right select set then true union update using values when where";

fn is_one_of(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|known| known.eq_ignore_ascii_case(word))
}

/// The words, numbers, places, texts (as `''`) and signs of a statement.
fn tokens(sql: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let end_of = |is_part: fn(char) -> bool| {
            rest.char_indices().skip(1).find(|(_, c)| !is_part(*c)).map_or(rest.len(), |(end, _)| end)
        };
        let (token, length) = match first {
            '\'' => ("''", rest[1..].find('\'').map_or(rest.len(), |end| end + 2)),
            '?' => {
                let end = end_of(|c| c.is_ascii_digit());
                (&rest[..end], end)
            }
            _ if first.is_alphanumeric() || first == '_' => {
                let end = end_of(|c| c.is_alphanumeric() || c == '_');
                (&rest[..end], end)
            }
            '<' | '>' | '=' | '!' | '-' | '|' => {
                let end = end_of(|c| matches!(c, '<' | '>' | '=' | '|'));
                (&rest[..end], end)
            }
            _ => (&rest[..first.len_utf8()], first.len_utf8()),
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// The tokens within the parenthesis that opens at a place, and the place behind it.
fn within<'t>(tokens: &'t [&'t str], open: usize) -> (&'t [&'t str], usize) {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match *token {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&tokens[open + 1..place], place + 1);
        }
    }
    (&tokens[tokens.len()..], tokens.len())
}

/// The tokens that are in no parenthesis.
fn outermost<'t>(tokens: &'t [&'t str]) -> impl Iterator<Item = &'t str> {
    let mut depth = 0;
    tokens.iter().copied().filter(move |token| {
        depth += i32::from(*token == "(");
        let is_outside = depth == 0;
        depth -= i32::from(*token == ")");
        is_outside
    })
}

fn is_comparison(token: &str) -> bool {
    matches!(token, "=" | "<" | ">" | "<=" | ">=" | "<>") || token.eq_ignore_ascii_case("is")
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// What of a statement PostgreSQL does not take.
fn problem(sql: &str) -> Option<String> {
    let tokens = tokens(sql);
    let at = |place: usize| tokens.get(place).copied().unwrap_or_default();
    let before = |place: usize| place.checked_sub(1).map(at).unwrap_or_default();
    let is = |place: usize, word: &str| at(place).eq_ignore_ascii_case(word);
    let mut is_between = false;
    // Of each CASE around: whether its WHENs are conditions, and no values to compare with.
    let mut has_conditions = Vec::new();
    for (place, token) in tokens.iter().copied().enumerate() {
        let is_call = is_word(token) && !is_one_of(KEYWORDS, token) && at(place + 1) == "(";
        if is_word(token)
            && (is_one_of(SQLITES, token) || token.starts_with("json") || token.starts_with("sqlite_"))
        {
            return Some(format!("{token} is SQLite's alone"));
        }
        if is_one_of(RESERVED, token) {
            return Some(format!("{token} is a word of PostgreSQL's"));
        }
        if matches!(token, ":" | "@" | "$" | "\"" | "`" | "[" | "?" | "->" | "->>" | "==") {
            return Some(format!("{token} is not known to both"));
        }
        if is_one_of("x", token) && at(place + 1) == "''" {
            return Some("bytes are written in another way".to_owned());
        }
        if is(place, "is") {
            let next = if is(place + 1, "not") { place + 2 } else { place + 1 };
            if !["null", "distinct"].iter().any(|word| is(next, word)) {
                return Some("IS compares with NULL alone: IS NOT DISTINCT FROM".to_owned());
            }
        }
        if ["max", "min"].iter().any(|word| is(place, word)) && at(place + 1) == "(" {
            let (arguments, _) = within(&tokens, place + 1);
            if outermost(arguments).any(|token| token == ",") {
                return Some(format!("{token} of several values: CASE"));
            }
        }
        if is_call {
            let (arguments, _) = within(&tokens, place + 1);
            let is_query = arguments.first().is_some_and(|first| first.eq_ignore_ascii_case("select"));
            if !is_query && outermost(arguments).any(is_comparison) {
                return Some(format!("{token} of a truth"));
            }
        }
        if token == "(" && !is_word_of_call(before(place)) {
            let (group, end) = within(&tokens, place);
            let compares =
                matches!(at(end), "=" | "<>") && (at(end + 1).starts_with('?') || is_number(at(end + 1)));
            if compares && outermost(group).any(is_comparison) {
                return Some("truth is no number".to_owned());
            }
        }
        if is(place, "case") {
            has_conditions.push(is(place + 1, "when"));
        } else if is(place, "end") {
            has_conditions.pop();
        }
        let is_value = is(place, "when") && has_conditions.last() == Some(&false);
        if is(place, "between") {
            is_between = true;
        } else if is(place, "and") && is_between {
            is_between = false;
        } else if !is_value
            && ["and", "or", "where", "not", "on", "when"].iter().any(|word| is(place, word))
            && (at(place + 1).starts_with('?') || is_number(at(place + 1)))
            && ["", ")", "and", "or", "then", "order", "limit", "group"]
                .iter()
                .any(|word| is(place + 2, word))
        {
            return Some("a number is no truth".to_owned());
        }
        if (is(place, "from") || is(place, "join")) && at(place + 1) == "(" {
            let (_, end) = within(&tokens, place + 1);
            let named = if is(end, "as") { end + 1 } else { end };
            if !is_word(at(named)) || is_one_of(KEYWORDS, at(named)) {
                return Some("a query in FROM has no name".to_owned());
            }
        }
        if is(place, "conflict") {
            if at(place + 1) != "(" {
                return Some("ON CONFLICT does not name its columns".to_owned());
            }
            if let Some(name) = ambiguous(&tokens[place..]) {
                return Some(format!("{name} may be the row's or the new one's"));
            }
        }
        if is(place, "limit") && outermost(&tokens[place..]).any(|token| token == ",") {
            return Some("LIMIT of two numbers: OFFSET".to_owned());
        }
    }
    let verb = at(0);
    let is_change = ["update", "delete"].iter().any(|word| verb.eq_ignore_ascii_case(word));
    if is_change && outermost(&tokens).any(|token| is_one_of("limit order", token)) {
        return Some(format!("{verb} has no order and no limit"));
    }
    None
}

fn is_number(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a parenthesis behind this is not a separate group.
fn is_word_of_call(token: &str) -> bool {
    is_word(token) && !is_one_of("and or not where on when then else select", token)
}

/// A column in what `ON CONFLICT … DO UPDATE` reads that does not name which of the two rows it is of.
fn ambiguous<'t>(conflict: &'t [&'t str]) -> Option<&'t str> {
    let set = conflict.iter().position(|token| token.eq_ignore_ascii_case("set"))?;
    let read = &conflict[set + 1..];
    let neighbours = iter::once("").chain(read.iter().copied()).zip(read.iter().copied().skip(1).chain([""]));
    let mut is_target = true;
    for (token, (before, after)) in read.iter().copied().zip(neighbours) {
        if is_target && after == "=" {
            is_target = false;
            continue;
        }
        is_target = token == ",";
        let is_column =
            is_word(token) && !is_one_of(KEYWORDS, token) && before != "." && after != "." && after != "(";
        if is_column {
            return Some(token);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::columns::column;
    use crate::ledger::values::values;
    use crate::ledger::writer::tests::ledger;
    use crate::ledger::{LedgerError, Tx};

    #[test]
    fn every_statement_is_one_that_postgresql_takes_as_well() {
        let statements = statements("src/ledger");
        assert!(statements.len() > 80, "{}", statements.len());
        for (path, sql) in statements {
            assert_eq!(problem(&sql), None, "{}: {sql}", path.display());
        }
    }

    #[test]
    fn a_statement_that_only_one_database_accepts_is_found() {
        for sql in [
            "SELECT max(a, b) FROM t",
            "UPDATE t SET a = max(a, b = 'x') WHERE id = ?1",
            "SELECT sum(a = b) FROM t",
            "SELECT coalesce(a > b, 0) FROM t",
            "SELECT * FROM t WHERE (kind = 'x') = ?2",
            "SELECT * FROM t WHERE a = ?1 AND ?2",
            "SELECT CASE WHEN ?1 THEN 1 ELSE 2 END FROM t",
            "SELECT * FROM t WHERE (a IS NULL AND ?2)",
            "SELECT * FROM t WHERE a = :name",
            "SELECT * FROM t WHERE a = ?",
            "SELECT user FROM t WHERE id = ?1",
            "SELECT * FROM t WHERE a IS 'x'",
            "SELECT * FROM t WHERE a IS NOT 1",
            "SELECT * FROM (SELECT * FROM t ORDER BY id) ORDER BY id",
            "SELECT * FROM (SELECT * FROM t ORDER BY id) WHERE id > 1",
            "SELECT details->>'tag' FROM t",
            "SELECT json_extract(details, '$.tag') FROM t",
            "SELECT * FROM t WHERE a = ?1 COLLATE NOCASE",
            "SELECT seq FROM sqlite_sequence WHERE name = 't'",
            "INSERT INTO t (a) VALUES (?1) ON CONFLICT DO NOTHING",
            "INSERT OR IGNORE INTO t (a) VALUES (?1)",
            "INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT (a) DO UPDATE SET b = b + 1",
            "INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE excluded.b > b",
            "SELECT * FROM t WHERE a = \"x\"",
            "SELECT * FROM t WHERE a == 1",
            "SELECT * FROM t LIMIT ?1, ?2",
            "DELETE FROM t WHERE a = 1 LIMIT 5",
            "SELECT * FROM t WHERE a LIKE 'x%'",
            "SELECT ifnull(a, 0) FROM t",
            "SELECT * FROM t WHERE a = x'00'",
        ] {
            assert!(problem(sql).is_some(), "{sql}");
        }
        for sql in [
            "SELECT max(a) FROM t WHERE (a IS NULL) = (b IS NULL)",
            "SELECT count(*) FILTER (WHERE a = b) AS same FROM (SELECT * FROM t LIMIT ?1) AS newest WHERE a BETWEEN ?2 AND ?3",
            "SELECT * FROM t WHERE +store = ?1 AND (app IS NULL OR ?2 IS NULL) AND (a, b) IN (VALUES (?3, ?4))",
            "SELECT * FROM t WHERE settled IS DISTINCT FROM 1 AND NOT EXISTS (SELECT 1 FROM u WHERE u.id = t.id)",
            "INSERT INTO t (a, b) VALUES (?1, 'user') ON CONFLICT (a) DO UPDATE SET b = CASE WHEN t.b > 1 THEN t.b + 1 \
             ELSE excluded.b END, c = NULL WHERE t.c IS NULL",
            "UPDATE counters SET value = value + 1 WHERE name = ?1 RETURNING value",
        ] {
            assert_eq!(problem(sql), None, "{sql}");
        }
    }

    /// Decisions hang on the order of keys and ids: it must be that of their bytes in every database.
    #[test]
    fn texts_are_ordered_by_their_bytes() {
        let (_folder, ledger) = ledger();
        let keep = |tx: &Tx<'_>| -> Result<usize, LedgerError> {
            let rows = ["a", "B", "_", "é", "aa", "Z"]
                .map(|kind| values! { kind: kind, count: 0_i64, bytes: 0_i64 });
            tx.insert_all("kept", &rows, "")
        };
        assert_eq!(ledger.writer.run(keep), Ok(6));
        let kinds: Vec<String> = ledger
            .readers
            .read(|read| read.all("SELECT kind FROM kept ORDER BY kind", &[], |row| column(row, "kind")))
            .unwrap();
        assert_eq!(kinds, ["B", "Z", "_", "a", "aa", "é"]);
    }
}
