//! What becomes of a forgotten user in the audit, saved views and settings.

use serde_json::{Value, json};

use super::*;
use crate::model::Forget;

const EVEN_SO: Forget = Forget { even_so: true };
const USER: &str = "kim-the-first";

fn fixture() -> Fixture {
    let fixture = Fixture::new("[]").with_operator("ann", Role::Admin);
    fixture.engine.record_purchases(vec![purchase(USER, "1"), purchase("lee", "2")]).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 0));
    fixture
}

fn write(fixture: &Fixture, what: &str, target: Option<&str>, details: Value) {
    let entry = Acting { details: Some(details), ..acting(what, target) };
    fixture.engine.write_audit(&entry, "done").unwrap();
}

fn entry<'a>(audit: &'a [AuditEntry], what: &str) -> (Option<&'a str>, &'a Value) {
    let entry = audit.iter().find(|entry| entry.what == what).unwrap();
    (entry.target.as_deref(), entry.details.as_ref().unwrap())
}

#[test]
fn the_pseudonym_replaces_the_user_in_targets_and_details() {
    let fixture = fixture();
    write(&fixture, "block", Some(&format!("player:{USER}")), json!({"why": format!("{USER} wrote to us")}));
    write(&fixture, "export", None, json!({"filter": {"user": USER, "limit": 50}}));
    write(&fixture, "other", Some("player:lee"), json!({"why": "lee"}));
    let before = fixture.audit();
    let forgotten = fixture.engine.forget_user(USER, &EVEN_SO, "eve", "asked for").unwrap();
    let audit = fixture.audit();
    let pseudonym = forgotten.pseudonym;
    let target = format!("player:{pseudonym}");
    let block = json!({"why": format!("{pseudonym} wrote to us")});
    assert_eq!(entry(&audit, "block"), (Some(target.as_str()), &block));
    assert_eq!(entry(&audit, "export"), (None, &json!({"filter": {"user": pseudonym, "limit": 50}})));
    assert_eq!(entry(&audit, "other"), entry(&before, "other"));
    let whats = |audit: &[AuditEntry]| audit.iter().map(|entry| entry.what.clone()).collect::<Vec<_>>();
    assert_eq!(whats(&audit), whats(&before));
}

#[test]
fn the_row_of_forgetting_itself_has_the_pseudonym() {
    let fixture = fixture();
    let details = Some(json!({"user": USER, "why": format!("{USER} asked for it")}));
    let ann = Acting { details, ..acting("people.forget", Some(&format!("player:{USER}"))) };
    let forgotten =
        fixture.engine.acting(ann).forget_user(USER, &EVEN_SO, "console:ann", "asked for").unwrap();
    let audit = fixture.audit();
    let (target, details) = entry(&audit, "people.forget");
    assert_eq!(target, Some(format!("player:{}", forgotten.pseudonym).as_str()));
    assert_eq!(details["user"], forgotten.pseudonym);
    assert_eq!(audit.len(), 1);
    let file = fixture.folder.path().join("ledger.db");
    assert!(forgotten.log_emptied);
    let bytes = std::fs::read(file).unwrap();
    assert!(!bytes.windows(USER.len()).any(|window| window == USER.as_bytes()));
}

#[test]
fn a_short_id_is_replaced_where_the_entry_is_about_the_user() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("7", "GPA.77")).unwrap();
    fixture.ingest_order(refunded(order("GPA.77"), 0));
    let refund = fixture.refund().id;
    write(&fixture, "block", Some("player:7"), json!({"user": "7", "days": 7, "text": "7 of 7"}));
    write(&fixture, "close", Some(&format!("refund:{refund}")), json!({"why": "of 7"}));
    write(&fixture, "other", Some("refund:7"), json!({"why": "7 days"}));
    let forgotten = fixture.engine.forget_user("7", &EVEN_SO, "eve", "asked for").unwrap();
    let (audit, id) = (fixture.audit(), forgotten.pseudonym);
    let block = json!({"user": id, "days": 7, "text": format!("{id} of {id}")});
    assert_eq!(entry(&audit, "block"), (Some(format!("player:{id}").as_str()), &block));
    let close = (Some(format!("refund:{refund}")), json!({"why": format!("of {id}")}));
    assert_eq!(entry(&audit, "close"), (close.0.as_deref(), &close.1));
    assert_eq!(entry(&audit, "other"), (Some("refund:7"), &json!({"why": "7 days"})));
}

#[test]
fn saved_views_and_settings_lose_the_user() {
    let fixture = fixture();
    let engine = &fixture.engine;
    let query = format!("user={USER}&to_do=true");
    engine.save_view("ann", "refunds", &format!("of {USER}"), &query, true).unwrap();
    let other = engine.save_view("ann", "refunds", "of lee", "user=lee", false).unwrap();
    engine.set_operator_settings("ann", &json!({"recent": [USER, "lee"], "locale": "ko"})).unwrap();
    let id = engine.forget_user(USER, &EVEN_SO, "eve", "asked for").unwrap().pseudonym;
    let views = engine.views("ann", None).unwrap();
    assert_eq!(views[0].name, format!("of {id}"));
    assert_eq!(views[0].query, format!("user={}&to_do=true", id.replace('-', "%2D")));
    assert_eq!(views[1], other);
    let settings = engine.operator("ann").unwrap().unwrap().settings;
    assert_eq!(settings, json!({"recent": [id, "lee"], "locale": "ko"}));
}
