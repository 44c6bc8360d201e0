//! Answers that are written while they are sent, and bodies as stores sent them.

use recoup::Role;
use serde_json::{Value, json};

use crate::contract::Contract;
use crate::fixture::Desk;

#[test]
fn an_export_is_streamed_to_its_last_line() {
    let desk = Desk::new();
    for n in 0..50 {
        desk.refund(&format!("=p{n}"), &format!("o-{n}"), "sword");
    }
    let client = desk.operator("ann", Role::Operator);
    let lines = client.get("/exports/refunds");
    assert!(lines.is_whole);
    assert_eq!(lines.field("content-type"), Some("application/x-ndjson"));
    let last: Value = serde_json::from_str(lines.text().lines().last().unwrap()).unwrap();
    assert_eq!(last, json!({"end": {"rows": 50}}));
    let table = client.get("/exports/refunds?format=excel&store=custom:shop");
    assert_eq!(table.field("content-type"), Some("text/csv; charset=utf-8"));
    assert!(table.text().contains("'=p7"), "{}", table.text());
    for kind in recoup::ExportKind::ALL {
        let answer = client.get(&format!("/exports/{}", kind.as_str()));
        assert!(answer.status == 200 && answer.is_whole, "{}", kind.as_str());
    }
    assert_eq!(client.get("/exports/moons").refusal(), (404, "unknown_export".to_owned()));
    assert_eq!(client.get("/exports/blocks?store=stripe").refusal(), (422, "bad_filter".to_owned()));
    assert_eq!(client.get("/exports/refunds?format=pdf").refusal(), (422, "bad_filter".to_owned()));
}

#[test]
fn all_of_a_person_is_written_out() {
    let desk = Desk::new();
    desk.refund("kim", "o-1", "gems.100");
    let client = desk.operator("ann", Role::Admin);
    let export = client.post("/people/export", &json!({"user": "kim", "why": "asked for it"}));
    assert_eq!(export.status, 200, "{}", export.text());
    Contract::new().check("POST", "/people/export", &export);
    assert_eq!(export.json()["user"], "kim");
    let audited = desk.audit();
    assert!(
        audited.contains(&("user.export".to_owned(), Some("player:kim".to_owned()), "done".to_owned())),
        "{audited:?}"
    );
}

#[test]
fn a_stores_message_is_a_file_and_reading_it_is_audited() {
    let desk = Desk::new();
    let id = desk.refund("kim", "o-1", "<script>");
    let client = desk.operator("ann", Role::Operator);
    let messages = client.get(&format!("/refunds/{id}/messages"));
    Contract::new().check("GET", "/refunds/{id}/messages", &messages);
    let inbox = messages.json()["items"][0]["inbox"].as_i64().unwrap();
    let body = client.get(&format!("/messages/{inbox}"));
    assert_eq!(body.text(), r#"{"order":"o-1"}"#);
    assert_eq!(body.field("content-type"), Some("application/octet-stream"));
    assert!(body.field("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(client.get("/messages/999").refusal(), (404, "unknown_message".to_owned()));
    assert_eq!(client.get("/dead-letters/999/body").refusal(), (404, "unknown_message".to_owned()));
    let audited = desk.audit();
    let entry = ("message.read".to_owned(), Some(format!("message:{inbox}")), "done".to_owned());
    assert!(audited.contains(&entry), "{audited:?}");
}
