//! `recoup review` and the times that people give.

use recoup::{Clock as _, SystemClock};

use crate::session::assert_session;
use crate::shop::Shop;

#[test]
fn the_usage_report_is_read_from_a_file_and_checked() {
    let shop = Shop::new();
    shop.file(
        "uses.json",
        r#"[{"at": 1790000000000, "what": "opened a chest", "ip_address": "203.0.113.7"}]"#,
    );
    let mut session = shop.session();
    session.run("review report 200 --consent --usage uses.json");
    for content in [r#"[{"at": "noon"}]"#, r#"[{"at": 1, "when": 2}]"#] {
        session.file("bad.json", content);
        session.run("--json review report 200 --usage bad.json");
    }
    session.run("--json review report 200 --usage absent");
    shop.file("many.json", format!("[{}]", vec![r#"{"at": 1}"#; 1001].join(",")));
    session.run("--json review report 200 --usage many.json");
    assert_session!("usage_files", session);
}

#[test]
fn times_are_given_as_people_write_them() {
    let shop = Shop::new();
    shop.run(&["block", "ada", "--why", "makes the ledger"]);
    for since in ["30d", "2026-01-31", "2026-01-31T12:00:00Z", "1790000000000"] {
        let figures = shop.run(&["--json", "review", "figures", "--since", since]);
        assert_eq!((figures.code, &figures.json()["cases"]), (0, &0.into()), "{figures:?}");
        // No store can be swept, which is reported, and is no success.
        let no_store = shop.run(&["reconcile", "--since", since]);
        assert!(no_store.code == 1 && no_store.stdout.starts_with("No store can be swept"), "{no_store:?}");
        let refunds = shop.run(&["--json", "refunds", "--since", since, "--until", since]);
        assert_eq!((refunds.code, &refunds.json()["items"]), (0, &serde_json::json!([])), "{refunds:?}");
    }
}

/// The App Store requests a review of this order, now.
fn request_review(shop: &Shop, order: &str) {
    let now = SystemClock.now();
    let notification = shop.apple.notification("CONSUMPTION_REQUEST", now).id(&format!("about {order}"));
    let body = notification.transaction(shop.apple.transaction(order, "gems_500", now)).body().unwrap();
    shop.file("question", body);
    let taken = shop.run(&["ingest", "app-store", "question"]);
    assert!(taken.code == 0 && taken.stdout.contains("accepted, new"), "{taken:?}");
}

#[test]
fn the_outcome_of_a_report_is_printed_with_what_to_do() {
    let shop = Shop::new();
    request_review(&shop, "200");
    let mut session = shop.session();
    session.run("review list\nreview report 200");
    request_review(&shop, "201");
    session.run(
        "review report 201 --consent
         --json actions --order 201
         order 200
         review list
         review figures",
    );
    assert_session!("reviews", session);
}
