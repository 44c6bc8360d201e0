//! The README's page on the configuration, against what the configuration takes.

use std::collections::BTreeSet;
use std::path::Path;

use recoup::Config;

const README: &str = include_str!("../../README.md");

/// Objects of the configuration, each with a key that it does not have, and how the README names what is in it.
const OBJECTS: &[(&str, &str)] = &[
    (r#"{"?": 1}"#, ""),
    (r#"{"app_store": [{"?": 1}]}"#, "app_store[]."),
    (r#"{"app_store": [{"bundle_id": "a", "api": {"?": 1}}]}"#, "app_store[].api."),
    (r#"{"google_play": [{"?": 1}]}"#, "google_play[]."),
    (r#"{"google_play": [{"package_name": "a", "push": {"?": 1}}]}"#, "google_play[].push."),
    (r#"{"one_store": [{"?": 1}]}"#, "one_store[]."),
    (r#"{"stripe": [{"?": 1}]}"#, "stripe[]."),
    (r#"{"amazon": [{"?": 1}]}"#, "amazon[]."),
    (r#"{"delivery": {"?": 1}}"#, "delivery."),
    (r#"{"reconcile": {"?": 1}}"#, "reconcile."),
    (r#"{"limits": {"?": 1}}"#, "limits."),
    (r#"{"inquiries": {"?": 1}}"#, "inquiries."),
];

#[test]
fn every_key_of_the_configuration_is_in_the_readme_and_no_other() {
    let (mut there, mut objects) = (BTreeSet::new(), BTreeSet::new());
    for (with_unknown_key, prefix) in OBJECTS {
        let problem = Config::from_json(with_unknown_key.as_bytes(), Path::new(".")).unwrap_err().to_string();
        let (_, known) = problem.split_once(", expected ").unwrap_or_else(|| panic!("{problem}"));
        there.extend(quoted(known).map(|key| format!("{prefix}{key}")));
        objects.insert(prefix.trim_end_matches('.').trim_end_matches("[]").to_owned());
    }
    // What is in these is listed in their place.
    there.retain(|key| !objects.contains(key));
    assert_eq!(listed(), there);
}

#[test]
fn the_readmes_configurations_are_taken() {
    let mut taken = 0;
    for block in README.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let whole = if block.starts_with('{') { block.to_owned() } else { format!("{{{block}}}") };
        Config::from_json(whole.as_bytes(), Path::new("."))
            .unwrap_or_else(|error| panic!("{error}, in {whole}"));
        taken += 1;
    }
    assert_eq!(taken, 2);
}

/// The keys of the table, the first cell of each row: the first in full, others after it by their last part.
fn listed() -> BTreeSet<String> {
    let (_, table) = README.split_once("| key | meaning | if left out |\n").unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let mut keys = BTreeSet::new();
    for cell in rows.filter_map(|row| row.split('|').nth(1)) {
        let mut prefix = "";
        for key in quoted(cell) {
            if prefix.is_empty() {
                prefix = key.rfind('.').map_or("", |dot| &key[..=dot]);
                keys.insert(key.to_owned());
            } else {
                keys.insert(format!("{prefix}{}", key.trim_start_matches('.')));
            }
        }
    }
    keys
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
