//! Rules, figures, health.

use recoup::Role;
use serde_json::{Value, json};

use crate::client::Client;
use crate::contract::Contract;
use crate::fixture::Desk;

/// Asks until a job is no longer running.
fn until_done(ask: impl Fn() -> Value, is_running: impl Fn(&Value) -> bool) -> Value {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let document = ask();
        if !is_running(&document) {
            return document;
        }
        assert!(std::time::Instant::now() < deadline, "{document}");
        std::thread::yield_now();
    }
}

#[test]
fn a_draft_is_checked_and_tried_and_never_switched_on() {
    let desk = Desk::new();
    let contract = Contract::new();
    let id = desk.refund("kim", "o-1", "gems.100");
    let client = desk.operator("ann", Role::Operator);
    let before = client.get("/policy");
    contract.check("GET", "/policy", &before);
    assert_eq!(before.json()["hits"]["block cheats"], 1);
    assert_eq!(before.json()["own_rules"], 1);

    let draft = r#"[{"name": "let them", "match": {"product": "gems.*"}, "action": "record"}]"#;
    let fine = client.post("/policy/check", &json!({"policy": draft}));
    contract.check("POST", "/policy/check", &fine);
    let wrong = r#"[{"name": "x", "match": {"share": {"at_least": 5}}, "action": "shout"}]"#;
    let bad = client.post("/policy/check", &json!({"policy": wrong}));
    assert_eq!(bad.refusal(), (422, "bad_policy".to_owned()));
    assert!(bad.json()["errors"][0]["detail"].is_string());

    let begun = client.post("/policy/trials", &json!({"policy": draft, "days": 90}));
    assert_eq!(begun.status, 200, "{}", begun.text());
    contract.check("POST", "/policy/trials", &begun);
    let path = format!("/policy/trials/{}", begun.json()["id"]);
    let get = || {
        let answer = client.get(&path);
        contract.check("GET", "/policy/trials/{id}", &answer);
        answer.json()
    };
    let trial = until_done(get, |trial| trial["state"] == "running");
    assert_eq!((trial["state"].as_str(), trial["of"].as_i64()), (Some("done"), Some(1)), "{trial}");
    assert_eq!(trial["result"]["blocked"]["freed"], 1);
    assert_eq!(trial["result"]["changes"][0]["examples"][0]["refund"], id);
    assert!(desk.engine.is_blocked("kim"), "nothing was switched on");
    assert_eq!(client.json("DELETE", &path, &json!({})).status, 204);
    assert_eq!(client.get(&path).refusal(), (404, "unknown_trial".to_owned()));
    assert_eq!(client.json("DELETE", &path, &json!({})).code(), "unknown_trial");
    assert_eq!(client.post("/policy/trials", &json!({"policy": draft, "days": 0})).code(), "bad_body");
}

#[test]
fn figures_are_a_document_and_a_table() {
    let desk = Desk::new();
    let contract = Contract::new();
    desk.refund("kim", "o-1", "=gems");
    let client = desk.operator("ann", Role::Operator);
    let figures = client.get("/figures?by=store&by=product&lists=rules&lists=lags");
    contract.check("GET", "/figures", &figures);
    assert_eq!(figures.json()["total"]["refunds"]["refunds"], 1);
    let table = client.get("/figures.csv?by=product");
    assert_eq!(table.status, 200);
    assert!(table.field("content-disposition").unwrap().contains("figures.csv"));
    assert!(table.text().contains("'=gems") && table.text().contains("refunds.refunds"), "{}", table.text());
    let bad = client.get("/figures?by=moon");
    assert_eq!(bad.refusal(), (422, "bad_filter".to_owned()));
    let bad = client.get("/figures?repeat=1");
    assert_eq!(bad.refusal(), (422, "bad_question".to_owned()));
}

#[test]
fn a_doctors_run_is_begun_and_its_report_kept() {
    let desk = Desk::new();
    let contract = Contract::new();
    let client: Client = desk.operator("vic", Role::Viewer);
    let before = client.get("/health");
    contract.check("GET", "/health", &before);
    assert_eq!(before.json(), json!({"running": false, "report": null}));
    let begun = client.post("/health/examine", &json!({}));
    assert_eq!(begun.status, 202);
    contract.check("POST", "/health/examine", &begun);
    let done = until_done(|| client.get("/health").json(), |health| health["running"] == true);
    assert!(done["report"]["findings"].is_array(), "{done}");
    contract.check("GET", "/health", &client.get("/health"));
}

#[test]
fn the_contract_is_served() {
    let desk = Desk::new();
    let client = desk.operator("vic", Role::Viewer);
    let document = client.get("/openapi.json");
    assert_eq!(document.json()["openapi"], "3.1.0");
    let schema = client.get("/schemas/refund");
    assert_eq!(schema.json()["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(client.get("/schemas/nothing").refusal(), (404, "unknown_schema".to_owned()));
    assert_eq!(client.get("/schemas/..%2Frefund").status, 404);
}
