//! `recoup review` and the times that people give.

use recoup::{Clock as _, SystemClock};

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
        (0, "Recorded. There is no refund review of this order yet.\n"),
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
fn config_check_says_what_stores_are_reported() {
    let shop = Shop::new();
    let mut config = shop.config();
    config["reviews"] = serde_json::json!([{"name": "small change", "answer": "grant"}]);
    shop.file("recoup.json", config.to_string());
    let said = shop.run(&["config", "check"]);
    let lines: Vec<_> = said.stdout.lines().skip_while(|line| !line.contains("answers the store")).collect();
    assert!(lines[2].contains("small change") && lines[2].trim_end().ends_with("grant"), "{said:?}");
    assert!(lines[3].contains("default: the facts") && lines[3].contains("no preference, once"), "{said:?}");
    let json = shop.run(&["--json", "config", "check"]).json();
    assert_eq!(
        json["reviews"][0],
        serde_json::json!({"name": "small change", "match": {}, "answer": "grant"})
    );
}

#[test]
fn times_are_given_as_people_say_them() {
    let shop = Shop::new();
    shop.run(&["block", "ada", "--why", "makes the ledger"]);
    for since in ["30d", "2026-01-31", "2026-01-31T12:00:00Z", "1790000000000"] {
        let figures = shop.run(&["--json", "review", "figures", "--since", since]);
        assert_eq!((figures.code, &figures.json()["cases"]), (0, &0.into()), "{figures:?}");
        // No store can be swept, which is reported, and is no success.
        let nobody = shop.run(&["reconcile", "--since", since]);
        assert!(nobody.code == 1 && nobody.stdout.starts_with("No store can be swept"), "{nobody:?}");
        let refunds = shop.run(&["--json", "refunds", "--since", since, "--until", since]);
        assert_eq!((refunds.code, &refunds.json()["items"]), (0, &serde_json::json!([])), "{refunds:?}");
    }
    for verb in [&["review", "figures"][..], &["reconcile"], &["refunds"]] {
        let run = shop.run(&[&["--json"], verb, &["--since", "yesterday"]].concat());
        assert_eq!((run.code, run.error_code().as_str()), (1, "usage"));
        assert!(run.stderr.contains("30d"), "{run:?}");
    }
}

/// The App Store asks about this order, now.
fn ask(shop: &Shop, order: &str) {
    let now = SystemClock.now();
    let notification = shop.apple.notification("CONSUMPTION_REQUEST", now).id(&format!("about {order}"));
    let body = notification.transaction(shop.apple.transaction(order, "gems_500", now)).body().unwrap();
    shop.file("question", body);
    let taken = shop.run(&["ingest", "app-store", "question"]);
    assert!(taken.code == 0 && taken.stdout.contains("accepted, new"), "{taken:?}");
}

#[test]
fn what_came_of_a_report_is_said_so_that_one_can_act_on_it() {
    let shop = Shop::new();
    ask(&shop, "200");
    let listed = shop.run(&["review", "list"]).stdout;
    assert!(listed.contains("200") && listed.contains("waiting"), "{listed}");
    let refused = shop.run(&["review", "report", "200"]);
    assert_eq!(refused.code, 0, "{refused:?}");
    let said =
        "Recorded. The store is not answered: a rule says so, or the player has not consented (--consent).\n";
    assert!(refused.stdout.ends_with(said), "{refused:?}");

    ask(&shop, "201");
    let unsent = shop.run(&["review", "report", "201", "--consent"]);
    assert_eq!(unsent.code, 0, "{unsent:?}");
    let said =
        "Recorded, and NOT SENT: no section for com.example.game has credentials for the API of App Store";
    assert!(unsent.stdout.contains(said), "{unsent:?}");
    let action = shop.run(&["--json", "actions", "--order", "201"]).json()["items"][0].clone();
    assert_eq!((&action["state"], &action["attempts"]), (&"written".into(), &0.into()), "{action}");
    let journal = shop.run(&["order", "200"]).stdout;
    assert!(journal.contains("is not answered, by the rules or without consent"), "{journal}");
    let figures = shop.run(&["review", "figures"]).stdout;
    assert!(figures.starts_with("2 reviews: 0 answered, 0 missed."), "{figures}");
}
