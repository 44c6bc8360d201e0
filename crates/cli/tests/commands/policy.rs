//! Rules that are not in force yet, compared with what was decided.

use serde_json::json;

use crate::session::assert_session;
use crate::shop::Shop;

/// Ann has three refunds, Bob one; all of them block.
fn shop() -> Shop {
    let shop = Shop::new();
    for (user, order) in [("ann", "GPA.1"), ("ann", "GPA.2"), ("ann", "GPA.3"), ("bob", "GPA.4")] {
        shop.buy(user, order);
        shop.give("ingest", "google-play", &shop.void(order, order), &[]);
    }
    shop
}

#[test]
fn rules_are_tried_on_past_refunds_and_change_nothing() {
    let shop = shop();
    let rules = json!([
        {"name": "third in a month", "match": {"user_refunds": {"within": "30d", "at_least": 3}}, "action": {"block": "3650d"}},
        {"name": "old promo", "match": {"order": "GPA.9*"}, "action": "record"},
        {"name": "Google Play", "match": {"store": "google-play"}, "action": "alert"},
        {"name": "gold", "match": {"user": ["ann", "bob"]}, "action": "notify"},
    ]);
    shop.file("draft.json", rules.to_string());
    let before = shop.run(&["--json", "refunds"]).stdout;
    let mut session = shop.session();
    session.run(
        "policy try draft.json
         policy try draft.json --all
         policy try draft.json --since 2001-01-01 --until 2001-01-02
         policy check draft.json",
    );
    assert_session!("policy", session);
    let trial = shop.run(&["--json", "policy", "try", "draft.json"]).json();
    assert_eq!((&trial["refunds"], &trial["users"], &trial["since"]), (&json!(4), &json!(2), &json!(null)));
    assert_eq!(trial["rules"][0], json!({"name": "third in a month", "now": 0, "then": 1, "users": 1}));
    assert_eq!(trial["blocked"], json!({"now": 2, "then": 1, "newly": 0, "freed": 1}));
    assert_eq!(trial["never_fits"], json!(["old promo"]));
    assert_eq!(trial["shadowed"], json!([{"rule": "gold", "by": "Google Play"}]));
    assert_eq!(trial.get("stopped"), None);
    let changes = trial["changes"].as_array().unwrap();
    assert_eq!((&changes[0]["from"], &changes[0]["to"]), (&json!("block permanently"), &json!("alert")));
    assert_eq!(changes[0]["examples"][2]["user"], "bob");
    assert_eq!(shop.run(&["--json", "refunds"]).stdout, before);
}

#[test]
fn rules_that_cannot_be_used_are_named_with_their_path() {
    let shop = Shop::new();
    let mut session = shop.session();
    for rules in [
        r#"[{"name": "a", "match": {"cuntry": "KR"}, "action": "alert"}]"#,
        r#"{"policy": [{"name": "a", "match": {"share": {"at_least": 2, "at_most": 1}}, "action": "alert"}]}"#,
        r#"{"name": "a", "action": "alert"}"#,
    ] {
        session.file("draft.json", rules);
        session.run("policy check draft.json");
    }
    session.run("--json policy check absent.json\npolicy try draft.json");
    session.file("draft.json", "[]");
    session.run("policy try draft.json\n--json policy check draft.json");
    assert_session!("policy_mistakes", session);
}
