//! The documents that hosts print and are given, against the committed schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::shop;

/// The schemas of what the scenario's hosts never get: parts of other documents, and what endpoints get.
const PARTS: [&str; 5] = ["block", "dead-letter", "journal-entry", "purchase", "webhook-event"];

fn schema(name: &str) -> Value {
    let file = format!("{}/../schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// The scenario's commands, each with the lines that it printed.
fn played() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut commands: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in include_str!("expected.txt").lines() {
        match line.strip_prefix("> ") {
            Some(command) => commands.push((command, Vec::new())),
            None => commands.last_mut().unwrap().1.push(line),
        }
    }
    commands
}

/// What the library returned, each with the name of its schema.
fn returned() -> Vec<(&'static str, Value)> {
    let mut found = Vec::new();
    for (command, lines) in played() {
        if command.starts_with("export_user ") {
            // One document of several lines, and its size.
            let (_, written) = lines.split_last().unwrap();
            found.push(("user-export", serde_json::from_str(&written.join("\n")).unwrap()));
        }
        for line in lines.iter().filter(|line| !line.starts_with("error ")) {
            let progress = line.strip_prefix("progress ");
            let name = match command.split(' ').next().unwrap() {
                "ingest" | "message" => "outcome",
                "completions" => "completion-list",
                "await" if line.contains(" completion ") => "completion",
                "poll" => "event-list",
                "transfer" => "transfer-result",
                "refund" => "refund",
                "refunds" => "refund-page",
                "event" => "event",
                "user" => "user",
                "order" => "order",
                "recovery" | "forgive" | "correct" | "set_granted" => "recovery",
                "recovery_entries" => "recovery-entry-list",
                "to_do" => "to-do",
                "report_recovery" | "settle" => "report-outcome",
                "repay" => "repayment-outcome",
                "debts" => "debts",
                "close_refund" | "reopen_refund" | "assign_refund" | "set_refund_status"
                | "set_order_status" | "refund_of_order" => "refund",
                "case" => "case-file",
                "find" => "found",
                "count_refunds" => "refund-count",
                "add_note" => "note",
                "notes" => "note-list",
                "stats" => "stats",
                "blocks" => "block-page",
                "dead_letters" => "dead-letter-page",
                "issue_refund" | "revoke" | "action" => "action",
                "actions" => "action-page",
                "report" => "review",
                "reviews" => "review-page",
                "review_figures" => "review-figures",
                "reconcile" if progress.is_some() => "sweep",
                "reconcile" => "reconcile-result",
                "reconcile_order" => "reconcile-order-result",
                "doctor" if progress.is_some() => "finding",
                "doctor" => "doctor-report",
                "work" => "work-result",
                "exclude" => "exclusion-made",
                "end_exclusion" => "exclusion",
                "exclusions" => "exclusion-page",
                "overrule" => "refund",
                "try_policy" if progress.is_some() => "tried",
                "try_policy" => "policy-trial",
                "notices" => "notice-list",
                "mark_notice" => "notice",
                "access" | "set_access" => "access",
                "debtors" => "debtor-page",
                "figures" => "figures",
                "work_counts" => "work-count-list",
                "export" | "export_user" if line.starts_with("{\"rows\":") => "exported",
                "forget_user" => "forgotten",
                "prune" => "pruned",
                "webhooks" => "webhook-endpoint-list",
                "webhook_messages" => "webhook-message-page",
                "test_webhook" => "webhook-test",
                _ => continue,
            };
            let text = match (progress, name) {
                (Some(text), _) => text,
                (None, "completion") => &line[line.find('{').unwrap()..],
                (None, _) => line,
            };
            // How long a test message took is left out of what is printed.
            let text = text.replace("\"millis\":,", "\"millis\":0,");
            // The numbers of an outcome, a completion or an event come before its details.
            if let Ok(document) = serde_json::from_str(&text) {
                found.push((name, document));
            }
        }
    }
    found
}

/// The schema with every object closed, so that a member which it does not describe is one too many.
fn closed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    close_inside(&mut schema);
    close(&mut schema);
    schema
}

fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    if ["type", "$ref", "anyOf", "oneOf"].iter().any(|keyword| object.contains_key(*keyword)) {
        object.insert("unevaluatedProperties".to_owned(), false.into());
    }
}

fn close_inside(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    for (keyword, inner) in object {
        match (keyword.as_str(), inner) {
            ("$defs", Value::Object(schemas)) => schemas.values_mut().for_each(close_inside),
            ("properties", Value::Object(schemas)) => {
                for schema in schemas.values_mut() {
                    close_inside(schema);
                    close(schema);
                }
            }
            ("items", schema) => {
                close_inside(schema);
                close(schema);
            }
            ("oneOf" | "anyOf", Value::Array(schemas)) => schemas.iter_mut().for_each(close_inside),
            _ => {}
        }
    }
}

#[test]
fn the_librarys_documents_fit_their_schemas_and_have_no_other_member() {
    let mut validators = BTreeMap::new();
    for (name, document) in returned() {
        let validator = validators.entry(name).or_insert_with(|| validator(&closed(&schema(name))));
        if let Some(error) = validator.iter_errors(&document).next() {
            panic!("{name}{}: {error}\n{document}", error.instance_path());
        }
    }
    let seen: BTreeSet<String> = validators.into_keys().map(str::to_owned).collect();
    let expected: BTreeSet<String> = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas"))
        .unwrap()
        .filter_map(|file| {
            file.unwrap().file_name().to_str()?.strip_suffix(".schema.json").map(str::to_owned)
        })
        .filter(|name| !is_taken(name) && !PARTS.contains(&name.as_str()))
        .collect();
    assert_eq!(seen, expected, "left: in the scenario, right: returned by the library");
}

/// Every place of a document that has a value, with indexes left out.
fn leaves(document: &Value, pointer: &str, found: &mut BTreeMap<String, String>) {
    let mut inner = |key: &str, value: &Value| {
        let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        match value {
            Value::Object(_) | Value::Array(_) => leaves(value, &pointer, found),
            _ => {
                let words: Vec<&str> = pointer
                    .split('/')
                    .map(|word| if word.parse::<usize>().is_ok() { "*" } else { word })
                    .collect();
                found.insert(words.join("/"), pointer);
            }
        }
    };
    match document {
        Value::Object(members) => members.iter().for_each(|(name, value)| inner(name, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| inner(&index.to_string(), value));
        }
        _ => {}
    }
}

#[test]
fn a_value_of_another_type_and_a_missing_member_do_not_fit() {
    let mut validators = BTreeMap::new();
    for (name, document) in returned() {
        let (schema, validator) = validators.entry(name).or_insert_with(|| {
            let schema = schema(name);
            let validator = validator(&schema);
            (schema, validator)
        });
        assert!(validator.is_valid(&document), "{name}: {document}");
        let mut places = BTreeMap::new();
        leaves(&document, "", &mut places);
        // What a store is requested to do is in the store's words, and may be anything.
        for pointer in places.values().filter(|pointer| !pointer.contains("/request/")) {
            let mut changed = document.clone();
            *changed.pointer_mut(pointer).unwrap() = json!([[]]);
            assert!(!validator.is_valid(&changed), "{name}{pointer} may be anything: {document}");
        }
        let required = schema.get("required").and_then(Value::as_array);
        for member in required.into_iter().flatten().filter_map(Value::as_str) {
            let mut changed: Map<String, Value> = document.as_object().unwrap().clone();
            changed.remove(member).unwrap();
            assert!(!validator.is_valid(&changed.into()), "{name} needs no {member}");
        }
    }
}

#[test]
fn members_and_values_of_a_later_version_fit() {
    let refund = |change: fn(&mut Value)| {
        let (_, mut refund) = returned().into_iter().find(|(name, _)| *name == "refund").unwrap();
        change(&mut refund);
        refund
    };
    let validator = validator(&schema("refund"));
    for later in [
        refund(|refund| refund["later"] = json!({ "any": 1 })),
        refund(|refund| refund["state"] = "later".into()),
        refund(|refund| refund["store"] = "later-store".into()),
        refund(|refund| refund["decision"]["action"] = json!({ "mute": "7d" })),
        refund(|refund| refund["about"]["later"] = true.into()),
    ] {
        assert!(validator.is_valid(&later), "{later}");
    }
    let entry = self::validator(&schema("journal-entry"));
    assert!(entry.is_valid(&json!({ "id": 1, "at": 0, "what": "later", "by": ["anybody"] })));
    assert!(!entry.is_valid(&json!({ "id": 1, "at": 0, "what": "merged" })), "a known one needs its members");
}

/// What a command of the scenario takes as JSON: the name of its schema, and which word it is.
const TAKEN: [(&str, &str, usize); 29] = [
    ("purchases", "purchases", 1),
    ("message", "message", 1),
    ("refunds", "refund-filter", 1),
    ("actions", "action-filter", 1),
    ("report_recovery", "recovery-report", 2),
    ("settle", "recovery-report", 2),
    ("repay", "repayment", 2),
    ("forgive", "forgive", 2),
    ("set_granted", "granted", 2),
    ("add_note", "new-note", 1),
    ("notes", "note-on", 1),
    ("count_refunds", "refund-filter", 1),
    ("reviews", "review-filter", 1),
    ("issue_refund", "issue-refund", 1),
    ("revoke", "revoke-subscription", 1),
    ("report", "consumption", 2),
    ("reconcile", "reconcile-options", 1),
    ("doctor", "doctor-options", 1),
    ("listen", "listen-options", 2),
    ("exclude", "new-exclusion", 1),
    ("overrule", "overrule", 2),
    ("set_access", "access-decision", 3),
    ("try_policy", "policy", 2),
    ("try_policy", "try-options", 3),
    ("figures", "figures-question", 1),
    ("export", "export", 1),
    ("forget_user", "forget", 2),
    ("webhook_messages", "webhook-message-filter", 1),
    ("replay_webhooks", "webhook-replay", 1),
];

fn is_taken(name: &str) -> bool {
    name == "configuration" || TAKEN.iter().any(|(_, taken, _)| *taken == name)
}

/// A command's words as README.md has them.
fn words(command: &str, folder: &Path) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = command;
    while !rest.is_empty() {
        let (word, left) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap(),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(match word.strip_prefix('@') {
            Some(file) => fs::read_to_string(folder.join(file)).unwrap(),
            None => word.to_owned(),
        });
        rest = left.trim_start_matches(' ');
    }
    words
}

#[test]
fn the_library_takes_what_fits_its_schemas_and_refuses_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    shop::fill(folder.path()).unwrap();
    let (mut fitting, mut refused) = (BTreeSet::new(), 0);
    for (command, lines) in played() {
        let words = words(command, folder.path());
        let given: Vec<(&str, Value)> = TAKEN
            .iter()
            .filter(|(command, _, place)| *command == words[0] && !words[*place].is_empty())
            .map(|(_, name, place)| (*name, serde_json::from_str(&words[*place]).unwrap()))
            .collect();
        if given.is_empty() {
            continue;
        }
        let is_refused = lines.iter().any(|line| line.starts_with("error 1 bad_json "));
        let mut errors = Vec::new();
        for (name, document) in &given {
            errors.extend(validator(&schema(name)).iter_errors(document).map(|error| error.to_string()));
        }
        assert_eq!(!errors.is_empty(), is_refused, "{command}: {errors:?}");
        if is_refused {
            refused += 1;
        } else {
            fitting.extend(given.into_iter().map(|(name, _)| name));
        }
    }
    assert_eq!(fitting, TAKEN.iter().map(|(_, name, _)| *name).collect(), "left: in the scenario");
    assert!(refused > 2, "the scenario has too few documents that are refused");

    let configuration = validator(&schema("configuration"));
    for file in ["config.json", "config-api.json"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        if let Some(error) = configuration.iter_errors(&document).next() {
            panic!("{file}{}: {error}", error.instance_path());
        }
    }
    assert!(!configuration.is_valid(&json!({ "databse": "x" })));
}
