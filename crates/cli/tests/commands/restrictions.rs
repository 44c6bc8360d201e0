//! Blocks until repaid, exclusions, and overruling.

use serde_json::json;

use crate::shop::Shop;

#[test]
fn an_excluded_order_is_spared_and_the_exclusion_is_listed_until_it_is_ended() {
    let shop = Shop::new();
    let made = shop.run(&["--json", "exclude", "order", "GPA.1", "--why", "agreed", "--until", "30d"]).json();
    assert_eq!((&made["action"], &made["who"]), (&json!("spare"), &json!("support")));
    assert_eq!(made["until"].as_i64().unwrap() - made["made_at"].as_i64().unwrap(), 30 * 86_400_000);
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    let user = shop.run(&["--json", "user", "ada"]).json();
    assert_eq!(
        (&user["blocked"], &user["refunds"][0]["decision"]["rule"]),
        (&json!(false), &json!("exclusion 1"))
    );

    let listed = shop.run(&["exclusions"]).stdout;
    assert!(listed.contains("order GPA.1") && listed.contains("support: agreed"), "{listed}");
    let ended = shop.run(&["exclusions", "end", "1", "--why", "enough", "--who", "eve"]);
    assert_eq!(
        ended.stdout,
        "Exclusion 1 (order GPA.1) has ended. Refunds that it decided stay as they are.\n"
    );
    assert_eq!(shop.run(&["exclusions"]).stdout, "No exclusion is active.\n");
    assert_eq!(shop.run(&["--json", "exclusions", "--all"]).json()["items"][0]["ended"]["who"], "eve");
    let journal = shop.run(&["order", "GPA.1"]).stdout;
    assert!(journal.contains("support made exclusion 1 of order GPA.1 (spare) until"), "{journal}");
    assert!(journal.contains("eve ended exclusion 1: enough"), "{journal}");

    shop.run(&["exclude", "own-refunds", "--why", "goodwill"]);
    let again = shop.run(&["--json", "exclude", "own-refunds", "--why", "goodwill"]);
    assert_eq!((again.code, again.error_code().as_str()), (1, "standing_exclusion"));
    let late = shop.run(&["exclude", "order", "GPA.1", "--as", "exclude", "--why", "late"]).stdout;
    assert!(late.contains("Refund 1 of this order is decided already"), "{late}");
}

#[test]
fn an_operator_overrules_a_refund_and_hands_it_back() {
    let shop = Shop::new();
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    assert_eq!(shop.run(&["--json", "user", "ada"]).json()["blocked"], true);
    let overruled = shop.run(&["overrule", "1", "--as", "record", "--why", "our own outage"]);
    assert_eq!(overruled.stdout, "Refund 1: record (by \"overruled by support\").\n");
    assert_eq!(shop.run(&["--json", "user", "ada"]).json()["blocked"], false);
    let back = shop.run(&["--json", "overrule", "1", "--as", "policy", "--why", "no outage"]).json();
    assert_eq!(back["decision"]["rule"], "default: refunds alert and block");
    let journal = shop.run(&["order", "GPA.1"]).stdout;
    assert!(journal.contains("support decided on refund 1: record: our own outage"), "{journal}");
    assert!(journal.contains("support handed refund 1 back to the policy: no outage"), "{journal}");

    let repaid = shop.run(&["overrule", "1", "--as", "block repaid", "--why", "owed"]).stdout;
    assert!(
        repaid.contains("block until repaid") && repaid.contains("ada is blocked until repaid"),
        "{repaid}"
    );
    assert!(shop.run(&["blocks"]).stdout.contains("until repaid"));
    assert_eq!(shop.run(&["--json", "blocks"]).json()["items"][0]["until_settled"], true);
    assert!(shop.run(&["user", "ada"]).stdout.contains("ada was blocked until repaid"));

    let bad = shop.run(&["overrule", "1", "--as", "block soon", "--why", "w"]);
    assert!(bad.code == 1 && bad.stderr.contains("block repaid after 15m"), "{bad:?}");
    assert_eq!(
        shop.run(&["--json", "overrule", "9", "--as", "alert", "--why", "w"]).error_code(),
        "unknown_refund"
    );
}
