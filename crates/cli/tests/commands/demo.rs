//! The demo checks itself; here its words are checked.

use serde_json::json;

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

#[test]
fn the_demo_shows_debts_exclusions_trials_and_webhooks() {
    let run: Run = recoup(&["--json", "demo"]).output().unwrap().into();
    let shown = run.json();
    let steps = shown["steps"].as_array().unwrap();
    let step = |title: &str| {
        let found = steps.iter().position(|step| step["title"].as_str().unwrap().starts_with(title));
        &steps[found.unwrap_or_else(|| panic!("no step {title:?}"))]
    };
    let kinds = |title: &str| {
        let events = step(title)["events"].as_array().unwrap();
        events.iter().map(|event| event["kind"].as_str().unwrap()).collect::<Vec<_>>()
    };

    let refunded = step("The App Store refunds Gil's pack");
    assert_eq!(refunded["refund"]["decision"]["action"], json!({ "block": "repaid" }));
    assert_eq!(step("The game takes the 300")["books"]["items"][0]["owed"], 200);
    let settled = step("Gil earns 200");
    assert_eq!(settled["books"]["items"][0]["owed"], 0);
    assert_eq!((&settled["blocked_before"], &settled["observed"]["blocked"]), (&json!(true), &json!(false)));
    assert_eq!(kinds("Gil earns 200"), ["unblock"]);

    assert_eq!(step("Support agrees")["exclusion"]["value"], "2000000888000001");
    assert_eq!(step("The App Store refunds Kim")["refund"]["decision"]["rule"], "exclusion 1");
    assert_eq!(kinds("The App Store refunds Kim"), ["refund"]);

    let blocked = &step("The studio tries other rules")["trial"]["blocked"];
    assert_eq!((&blocked["newly"], &blocked["freed"]), (&json!(1), &json!(2)));

    let sent = &step("The engine sends webhooks")["webhooks"];
    let refund = &steps.iter().rfind(|step| !step["outcome"].is_null()).unwrap()["events"][0];
    let id = sent[0]["id"].as_str().unwrap();
    assert!(id.starts_with("evt_") && id.ends_with(&format!("_{}", refund["id"])), "{sent}");
    assert_eq!((&sent[3]["id"], &sent[3]["type"]), (&sent[0]["id"], &json!("IapRefundEvent")));
    assert!(sent.as_array().unwrap().iter().all(|message| message["signature_is_right"] == true));
    let changed = &step("A stranger")["webhooks"][0];
    assert_eq!((&changed["id"], &changed["user"]), (&sent[0]["id"], &json!("leo")));
    assert_eq!((&changed["signature_is_right"], &changed["status"]), (&json!(false), &json!(401)));
}
