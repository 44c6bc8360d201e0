//! Operators, what they keep for themselves, and the audit.

use recoup::Role;
use serde_json::json;

use crate::contract::Contract;
use crate::fixture::{Desk, PASSWORD};

#[test]
fn an_admin_invites_changes_and_ends_operators() {
    let desk = Desk::new();
    let contract = Contract::new();
    let admin = desk.operator("ann", Role::Admin);
    let added = admin.post("/operators", &json!({"name": "bob", "role": "viewer"}));
    assert_eq!(added.status, 200, "{}", added.text());
    contract.check("POST", "/operators", &added);
    let token = added.json()["token"].as_str().unwrap().to_owned();
    let address = added.json()["address"].as_str().unwrap().to_owned();
    assert_eq!(address, format!("{}/invite#{token}", desk.console.url()));
    let again = admin.post("/operators", &json!({"name": "bob", "role": "viewer"}));
    assert_eq!(again.refusal(), (409, "standing_operator".to_owned()));
    assert_eq!(
        admin.post("/operators", &json!({"name": " bob", "role": "viewer"})).refusal(),
        (422, "bad_name".to_owned())
    );
    let accepted = desk.client().post(&format!("/invitations/{token}"), &json!({"password": PASSWORD}));
    let bob = desk.signed_in(&accepted);
    assert_eq!(bob.get("/refunds").status, 200);
    let raised = admin.post("/operators/bob/role", &json!({"role": "support"}));
    contract.check("POST", "/operators/{name}/role", &raised);
    assert_eq!(bob.get("/refunds").status, 401, "another role ends the sessions");
    let invited = admin.post("/operators/bob/invite", &json!({}));
    contract.check("POST", "/operators/{name}/invite", &invited);
    let out = admin.post("/operators/bob/sign-out", &json!({}));
    contract.check("POST", "/operators/{name}/sign-out", &out);
    let ended = admin.post("/operators/bob/end", &json!({}));
    contract.check("POST", "/operators/{name}/end", &ended);
    assert!(ended.json()["ended_at"].is_i64());
    assert_eq!(
        admin.post("/operators/nobody/end", &json!({})).refusal(),
        (404, "unknown_operator".to_owned())
    );
    for what in ["end", "role"] {
        let answer = admin.post(&format!("/operators/ann/{what}"), &json!({"role": "viewer"}));
        assert!(matches!(answer.code().as_str(), "oneself" | "bad_body"), "{}", answer.text());
    }
    let listed = admin.get("/operators");
    contract.check("GET", "/operators", &listed);
    assert!(!listed.text().contains("argon2"), "no hash is in it");
}

#[test]
fn names_of_operators_are_found_in_addresses() {
    let desk = Desk::new();
    let admin = desk.operator("ann", Role::Admin);
    assert_eq!(admin.post("/operators", &json!({"name": "김지수 a/b", "role": "viewer"})).status, 200);
    let path: String = "김지수 a/b".bytes().map(|byte| format!("%{byte:02X}")).collect();
    let answer = admin.post(&format!("/operators/{path}/end"), &json!({}));
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn the_audit_says_who_did_what() {
    let desk = Desk::new();
    let id = desk.refund("kim", "o-1", "sword");
    let admin = desk.operator("ann", Role::Admin);
    admin.post(&format!("/refunds/{id}/notes"), &json!({"text": "x"}));
    admin.get("/messages/1");
    admin.get("/exports/refunds");
    let page = admin.get(&format!("/audit?operator=ann&target=refund:{id}"));
    Contract::new().check("GET", "/audit", &page);
    let entries = page.json();
    let entry = &entries["items"][0];
    assert_eq!((entry["what"].as_str(), entry["outcome"].as_str()), (Some("refund.note"), Some("done")));
    assert_eq!((entry["role"].as_str(), entry["peer"].as_str()), (Some("admin"), Some("127.0.0.1")));
    admin.post("/player/block", &json!({"user": "kim", "span": "7d", "why": "cheats"}));
    let blocked = admin.get("/audit?target=player:kim").json();
    assert_eq!(blocked["items"][0]["details"], json!({"span": "7d", "why": "cheats"}));
    let whole = admin.get("/audit").text().to_owned();
    assert!(!whole.contains(PASSWORD) && !whole.contains("password\":"), "{whole}");
    let all = desk.audit();
    for what in ["message.read", "export"] {
        assert!(all.iter().any(|(known, _, outcome)| known == what && outcome == "done"), "{what}: {all:?}");
    }
}

#[test]
fn each_has_settings_and_views_of_their_own() {
    let desk = Desk::new();
    let contract = Contract::new();
    let (viewer, support) = (desk.operator("vic", Role::Viewer), desk.operator("sue", Role::Support));
    let set = viewer.json("PUT", "/settings", &json!({"locale": "ko", "keys": false}));
    contract.check("PUT", "/settings", &set);
    assert_eq!(viewer.get("/session").json()["settings"], json!({"locale": "ko", "keys": false}));
    assert_eq!(support.get("/session").json()["settings"], json!({}));
    assert_eq!(
        viewer.json("PUT", "/settings", &json!({"x": "y".repeat(20_000)})).refusal(),
        (422, "bad_settings".to_owned())
    );
    let view =
        |shared: bool| json!({"page": "refunds", "name": "mine", "query": "to_do=true", "shared": shared});
    assert_eq!(viewer.post("/views", &view(true)).code(), "not_allowed");
    let saved = viewer.post("/views", &view(false));
    contract.check("POST", "/views", &saved);
    assert_eq!(support.post("/views", &view(true)).status, 200);
    let seen = viewer.get("/views?page=refunds");
    contract.check("GET", "/views", &seen);
    assert_eq!(seen.json()["items"].as_array().unwrap().len(), 2);
    assert_eq!(support.get("/views").json()["items"].as_array().unwrap().len(), 1);
    let path = format!("/views/{}", saved.json()["id"]);
    assert_eq!(support.json("DELETE", &path, &json!({})).refusal(), (404, "unknown_view".to_owned()));
    assert_eq!(viewer.json("DELETE", &path, &json!({})).status, 204);
}
