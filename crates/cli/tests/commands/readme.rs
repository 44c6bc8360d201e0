//! The documentation's page on the configuration, and the examples on other pages, against what the configuration accepts.

use std::collections::BTreeSet;
use std::path::Path;

use recoup::Config;

const CONFIGURATION: &str = include_str!("../../../../docs/configuration.md");

/// Every page with an example of a configuration, each with how many it has.
const EXAMPLES: &[(&str, &str, usize)] = &[
    ("configuration.md", CONFIGURATION, 1),
    ("recovery.md", include_str!("../../../../docs/recovery.md"), 1),
    ("rules.md", include_str!("../../../../docs/rules.md"), 1),
    ("notices.md", include_str!("../../../../docs/notices.md"), 1),
    ("refund-reviews.md", include_str!("../../../../docs/refund-reviews.md"), 1),
    ("stores/app-store.md", include_str!("../../../../docs/stores/app-store.md"), 1),
    ("stores/google-play.md", include_str!("../../../../docs/stores/google-play.md"), 1),
    ("stores/one-store.md", include_str!("../../../../docs/stores/one-store.md"), 1),
    ("stores/stripe.md", include_str!("../../../../docs/stores/stripe.md"), 1),
    ("stores/amazon.md", include_str!("../../../../docs/stores/amazon.md"), 1),
    ("webhooks.md", include_str!("../../../../docs/webhooks.md"), 1),
];

/// Objects of the configuration, each with a key that it does not have, and how the page names what is in it.
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
    (r#"{"recovery": {"?": 1}}"#, "recovery."),
    (r#"{"catalogue": [{"product": "a", "?": 1}]}"#, "catalogue[]."),
    (r#"{"notices": {"?": 1}}"#, "notices."),
    (r#"{"access": {"?": 1}}"#, "access."),
    (r#"{"webhooks": [{"?": 1}]}"#, "webhooks[]."),
    (r#"{"figures": {"?": 1}}"#, "figures."),
    (r#"{"retention": {"?": 1}}"#, "retention."),
    (r#"{"privacy": {"?": 1}}"#, "privacy."),
];

#[test]
fn configuration_page_lists_every_key_and_no_other() {
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
fn configurations_in_the_documentation_are_accepted() {
    for (page, text, count) in EXAMPLES {
        let blocks: Vec<&str> =
            text.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        assert_eq!(blocks.len(), *count, "{page}");
        for block in blocks {
            let whole = if block.starts_with('{') { block.to_owned() } else { format!("{{{block}}}") };
            Config::from_json(whole.as_bytes(), Path::new("."))
                .unwrap_or_else(|error| panic!("{error}, in {page}: {whole}"));
        }
    }
}

/// The keys of the table, the first cell of each row: the first in full, others after it by their last part.
fn listed() -> BTreeSet<String> {
    let (_, table) = CONFIGURATION.split_once("| key | meaning | if left out |\n").unwrap();
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
