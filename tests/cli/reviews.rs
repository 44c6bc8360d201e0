//! `recoup review` and the times that people give.

use crate::shop::Shop;

#[test]
fn what_was_used_is_read_from_a_file_and_checked() {
    let shop = Shop::new();
    shop.file(
        "uses.json",
        r#"[{"at": 1790000000000, "what": "opened a chest", "ip_address": "203.0.113.7"}]"#,
    );
    let kept = shop.run(&["review", "report", "200", "--consent", "--usage", "uses.json"]);
    assert_eq!(
        (kept.code, kept.stdout.as_str()),
        (0, "Kept. No store has asked about this order yet.\n"),
        "{kept:?}"
    );
    for (name, content) in [("bad.json", r#"[{"at": "noon"}]"#), ("more.json", r#"[{"at": 1, "when": 2}]"#)] {
        shop.file(name, content);
        let run = shop.run(&["--json", "review", "report", "200", "--usage", name]);
        assert_eq!((run.code, run.error_code().as_str()), (1, "input"), "{run:?}");
        assert!(run.stderr.contains(name), "{run:?}");
    }
    assert_eq!(shop.run(&["--json", "review", "report", "200", "--usage", "absent"]).error_code(), "input");
    let many = vec![r#"{"at": 1}"#; 1001].join(",");
    shop.file("many.json", format!("[{many}]"));
    assert_eq!(
        shop.run(&["--json", "review", "report", "200", "--usage", "many.json"]).error_code(),
        "too_many"
    );
    let share = shop.run(&["--json", "review", "report", "200", "--consumed", "100001"]);
    assert_eq!((share.code, share.error_code().as_str()), (1, "usage"));
}

#[test]
fn times_are_given_as_people_say_them() {
    let shop = Shop::new();
    shop.run(&["block", "ada", "--why", "makes the ledger"]);
    for since in ["30d", "2026-01-31", "2026-01-31T12:00:00Z", "1790000000000"] {
        let figures = shop.run(&["--json", "review", "figures", "--since", since]);
        assert_eq!((figures.code, &figures.json()["cases"]), (0, &0.into()), "{figures:?}");
        assert_eq!(shop.run(&["reconcile", "--since", since]).code, 0, "{since}");
        let refunds = shop.run(&["--json", "refunds", "--since", since, "--until", since]);
        assert_eq!((refunds.code, &refunds.json()["items"]), (0, &serde_json::json!([])), "{refunds:?}");
    }
    for verb in [&["review", "figures"][..], &["reconcile"], &["refunds"]] {
        let run = shop.run(&[&["--json"], verb, &["--since", "yesterday"]].concat());
        assert_eq!((run.code, run.error_code().as_str()), (1, "usage"));
        assert!(run.stderr.contains("30d"), "{run:?}");
    }
}
