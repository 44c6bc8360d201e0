use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::*;

const HEADER: &str = include_str!("../../include/recoup.h");
const PAGE: &str = include_str!("../../docs/documents.md");

fn file_of(document: &Document) -> String {
    format!("{}.schema.json", document.name)
}

/// The store that only these tests have.
fn leave_out_the_sixth_store(schema: &mut serde_json::Value) {
    match schema {
        serde_json::Value::Object(members) => {
            members.retain(|name, _| name != "made_up" && name != "MadeUpSection");
            members.values_mut().for_each(leave_out_the_sixth_store);
        }
        serde_json::Value::Array(values) => {
            values.retain(|value| value["const"] != "made-up");
            values.iter_mut().for_each(leave_out_the_sixth_store);
        }
        _ => {}
    }
}

#[test]
fn the_schemas_are_committed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let text = |document: &Document| {
        let mut schema = document.schema.clone();
        leave_out_the_sixth_store(&mut schema);
        serde_json::to_string_pretty(&schema).unwrap() + "\n"
    };
    let made: BTreeMap<String, String> =
        documents().iter().map(|document| (file_of(document), text(document))).collect();
    let files = || fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    if std::env::var_os("RECOUP_ACCEPT").is_some() {
        files().for_each(|path| fs::remove_file(path).unwrap());
        made.iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
    }
    let committed: BTreeMap<String, String> = files()
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    let names = |of: &BTreeMap<String, String>| of.keys().cloned().collect::<Vec<_>>();
    let how = "write schemas/ again: RECOUP_ACCEPT=1 cargo test -p recoup --features schemas --lib schemas::";
    assert_eq!(names(&committed), names(&made), "{how}");
    for (name, text) in &made {
        assert!(committed[name] == *text, "{name} is not what src/ makes. {how}");
    }
}

#[test]
fn each_is_a_schema_with_an_id_of_its_own() {
    let mut ids = BTreeSet::new();
    for document in documents() {
        jsonschema::draft202012::meta::validate(&document.schema).unwrap();
        jsonschema::draft202012::new(&document.schema).unwrap();
        assert!(ids.insert(document.schema["$id"].as_str().unwrap().to_owned()), "{}", document.name);
        for words in ["None", "::", "](", "[`"] {
            let text = document.schema.to_string();
            let said = text.replace("\"None.\"", "");
            assert!(!said.contains(words), "{} speaks Rust: {words}", document.name);
        }
    }
}

/// Every parameter of the header that is JSON, by its function or callback.
fn json_parameters() -> BTreeSet<(String, String)> {
    let code: String =
        HEADER.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, code)| code)).collect();
    let mut found = BTreeSet::new();
    for statement in code.split(';') {
        let Some((before, parameters)) = statement.split_once("(") else { continue };
        let (name, parameters) = match parameters.split_once(")(") {
            Some((name, parameters)) => (name.trim_start_matches('*'), parameters),
            None => (before.rsplit([' ', '\n', '*']).next().unwrap(), parameters),
        };
        for parameter in parameters.trim_end().trim_end_matches(')').split(',') {
            let word = parameter.rsplit([' ', '\n', '*']).next().unwrap();
            if word.ends_with("_json") || word == "details" {
                found.insert((name.to_owned(), word.to_owned()));
            }
        }
    }
    found
}

#[test]
fn every_document_of_the_header_has_a_schema() {
    let mut listed: BTreeSet<(String, String)> = BTreeSet::new();
    for document in documents() {
        for (function, parameter) in document.places {
            let (function, parameter) = match (*function, *parameter) {
                // What is written has no parameter of its own: it comes in pieces.
                (_, "write") => continue,
                ("recoup_engine_try_policy", "progress") => ("recoup_trial_callback", "progress_json"),
                // The callback is the same of both.
                (_, "progress") => ("recoup_progress_callback", "progress_json"),
                place => place,
            };
            listed.insert((function.to_owned(), parameter.to_owned()));
        }
    }
    assert_eq!(json_parameters(), listed, "left: include/recoup.h, right: documents()");
}

#[test]
fn the_page_on_documents_lists_them_all() {
    let rows: BTreeSet<&str> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
        .collect();
    let names: BTreeSet<&str> = documents().iter().map(|document| document.name).collect();
    assert_eq!(rows, names, "left: docs/documents.md, right: documents()");
    for document in documents() {
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{}` |", document.name))).unwrap();
        for (function, _) in document.places {
            assert!(row.contains(&format!("`{function}`")), "{row} does not name {function}");
        }
    }
}

/// Whether a type reads a text, and whether its schema takes it.
fn agree<T: JsonSchema + serde::de::DeserializeOwned>(texts: &[&str]) {
    let document = made::<T>(Taken, "form", "Form", &[]);
    let validator = jsonschema::draft202012::new(&document.schema).unwrap();
    for text in texts {
        let value: Value = serde_json::from_str(text).unwrap();
        let is_read = serde_json::from_str::<T>(text).is_ok();
        assert_eq!(validator.is_valid(&value), is_read, "{}: {text}", T::schema_name());
    }
}

#[test]
fn schemas_written_by_hand_take_what_their_types_read() {
    use crate::model::{Action, Currency, Environment, NoteOn, OneOrMore, Span, Store, Timestamp};
    agree::<Action>(&[
        r#""exclude""#,
        r#""notify""#,
        r#""record""#,
        r#""alert""#,
        r#"{"block":"permanently"}"#,
        r#"{"block":"7d"}"#,
        r#""block""#,
        r#"{"block":"soon"}"#,
        r#"{"block":"7d","x":1}"#,
        r#"{"ban":"7d"}"#,
        "{}",
        "7",
        "null",
    ]);
    agree::<Timestamp>(&["1790000000000", "-1", r#""2026-01-31T12:00:00Z""#, "1.5", "true", "null", "[]"]);
    agree::<Span>(&[r#""30s""#, r#""15m""#, r#""250ms""#, r#""1""#, r#""-1s""#, r#""1 week""#, "30", "null"]);
    agree::<Currency>(&[r#""USD""#, r#""krw""#, r#""US""#, r#""USDT""#, r#""U$D""#, "1"]);
    agree::<Store>(&[
        r#""app-store""#,
        r#""custom:samsung""#,
        r#""custom:""#,
        r#""custom:A""#,
        r#""samsung""#,
        "1",
    ]);
    agree::<OneOrMore<Environment>>(&[
        r#""sandbox""#,
        r#"["sandbox","production"]"#,
        "[]",
        r#""test""#,
        r#"["test"]"#,
        "1",
    ]);
    agree::<NoteOn>(&[
        r#"{"refund":12}"#,
        r#"{"user":"ann"}"#,
        r#"{"refund":"12"}"#,
        r#"{"refund":12,"user":"ann"}"#,
        r#"{"order":"1"}"#,
        "{}",
        r#""refund""#,
        "null",
    ]);
}

#[test]
fn schemas_written_by_hand_are_what_their_types_write() {
    use crate::model::{Action, BlockFor, NoteOn, Span, Store, Timestamp};
    fn fits<T: JsonSchema + serde::Serialize>(value: &T) {
        let document = made::<T>(Returned, "form", "Form", &[]);
        let written = serde_json::to_value(value).unwrap();
        assert!(jsonschema::is_valid(&document.schema, &written), "{}: {written}", T::schema_name());
    }
    let week = Action::Block(BlockFor::Span(Span::from_days(7)));
    for action in [
        Action::Exclude,
        Action::Notify,
        Action::Record,
        Action::Alert,
        week,
        Action::Block(BlockFor::Permanently),
    ] {
        fits(&action);
    }
    fits(&NoteOn::Refund(12));
    fits(&NoteOn::User("ann".to_owned()));
    fits(&Timestamp::from_millis(-1));
    fits(&Span::from_millis(1));
    Store::ALL.iter().for_each(fits);
}
