//! The demo checks itself; here its words are checked.

use crate::shop::{Run, recoup};

#[test]
fn the_demo_prints_the_expected_text() {
    let run: Run = recoup(&["demo"]).output().unwrap().into();
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("steps ran as expected"), "{}", run.stdout);
    let too_wide: Vec<&str> = run.stdout.lines().filter(|line| line.chars().count() > 100).collect();
    assert!(too_wide.is_empty(), "{too_wide:?}");
}

#[test]
fn the_demo_is_one_json_document_too() {
    let run: Run = recoup(&["--json", "demo"]).output().unwrap().into();
    assert_eq!(run.code, 0, "{run:?}");
    let shown = run.json();
    assert_eq!(shown["as_expected"], true);
    assert!(shown["steps"].as_array().unwrap().iter().all(|step| step["as_expected"] == true));
    assert!(shown["timing"]["is_blocked_ns"].is_number());
}
