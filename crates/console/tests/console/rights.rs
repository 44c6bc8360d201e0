//! Each route with each role, without a session, without a token, from elsewhere.

use recoup::Role;
use serde_json::json;

use crate::client::Client;
use crate::contract::Contract;
use crate::fixture::{Desk, body_of};

/// A path with numbers and names in its places.
fn filled(path: &str) -> String {
    path.replace("/sessions/{id}", "/sessions/0123456789abcdef")
        .replace("{id}", "1")
        .replace("{inbox}", "1")
        .replace("{entry}", "1")
        .replace("{kind}", "refunds")
        .replace("{token}", "i_unknown")
        .replace("/schemas/{name}", "/schemas/refund")
        .replace("{name}", "nobody")
}

fn ask(client: &Client, method: &str, path: &str) -> crate::client::Answer {
    let query = match path {
        "/player" => "?user=kim",
        _ => "",
    };
    let address = format!("{}{query}", filled(path));
    if method == "GET" { client.get(&address) } else { client.json(method, &address, &body_of(path)) }
}

/// The least role that has a right.
fn least(right: &str) -> Option<Role> {
    match right {
        "anyone" | "signed_in" => None,
        "read" => Some(Role::Viewer),
        "note" | "assign" | "share_view" | "mark_notice" | "report_recovery" | "spare" | "unblock" => {
            Some(Role::Support)
        }
        "forgive" | "close" | "overrule" | "block" | "exclude" | "access" | "repay" | "correct"
        | "raw_body" | "dead_letters" | "replay" | "export" | "try_policy" => Some(Role::Operator),
        "store_action" | "answer_review" | "export_user" | "forget_user" | "operators" | "end_webhook"
        | "audit" => Some(Role::Admin),
        other => panic!("{other} is no right"),
    }
}

#[test]
fn each_role_may_do_what_the_table_says_and_nothing_else() {
    let contract = Contract::new();
    for role in [Role::Viewer, Role::Support, Role::Operator, Role::Admin] {
        let desk = Desk::new();
        desk.refund("kim", "o-1", "sword");
        let client = desk.operator("ann", role).with("Idempotency-Key", "k-1");
        let mut allowed = 0;
        for (method, path, right, _, _) in contract.operations() {
            // Both end the session that the others need.
            if matches!(
                (method.as_str(), path.as_str()),
                ("DELETE", "/session") | ("POST", "/session/password")
            ) {
                continue;
            }
            let answer = ask(&client, &method, &path);
            contract.check(&method, &path, &answer);
            let is_allowed = least(&right).is_none_or(|least| least <= role);
            let refused = answer.status == 403 && answer.code() == "not_allowed";
            assert_eq!(refused, !is_allowed, "{role} {method} {path}: {} {}", answer.status, answer.text());
            assert!(answer.status < 500, "{role} {method} {path}: {} {}", answer.status, answer.text());
            if is_allowed && right != "anyone" {
                allowed += 1;
                let is_signed_out = answer.status == 401 || answer.status == 421 || answer.status == 415;
                assert!(!is_signed_out, "{role} {method} {path}: {}", answer.text());
            }
        }
        assert!(allowed > 20, "{role}: {allowed}");
    }
}

#[test]
fn without_a_session_each_route_answers_401_and_says_how_to_sign_in() {
    let desk = Desk::new();
    let client = desk.client().with("Idempotency-Key", "k-1");
    let contract = Contract::new();
    for (method, path, right, _, _) in contract.operations() {
        let answer = ask(&client, &method, &path);
        contract.check(&method, &path, &answer);
        if right != "anyone" {
            assert_eq!(answer.refusal(), (401, "signed_out".to_owned()), "{method} {path}");
            assert_eq!(answer.json()["ways"], json!(["password"]));
            assert_eq!(answer.json()["has_operators"], false);
        }
    }
    desk.engine.add_operator("ann", Role::Admin).unwrap();
    assert_eq!(desk.client().get("/session").json()["has_operators"], true);
    for cookie in ["recoup=s_unknown", "recoup=", "other=1"] {
        assert_eq!(client.with("Cookie", cookie).get("/refunds").status, 401, "{cookie}");
    }
}

#[test]
fn each_change_is_refused_without_its_token_and_from_elsewhere() {
    let desk = Desk::new();
    desk.refund("kim", "o-1", "sword");
    let client = desk.operator("ann", Role::Admin).with("Idempotency-Key", "k-1");
    let changes = desk.engine.refund(1).unwrap();
    for (method, path, right, _, _) in Contract::new().operations() {
        if method == "GET" {
            continue;
        }
        let refusal = |client: &Client| {
            let answer = ask(client, &method, &path);
            (answer.status, if answer.status < 400 { String::new() } else { answer.code() })
        };
        if right != "anyone" {
            let bad_csrf = (403, "bad_csrf".to_owned());
            assert_eq!(refusal(&client.without("X-CSRF-Token")), bad_csrf, "{method} {path}");
            assert_eq!(refusal(&client.with("X-CSRF-Token", "guess")), bad_csrf, "{method} {path}");
        }
        let bad_origin = (403, "bad_origin".to_owned());
        let silent = client.without("Sec-Fetch-Site");
        assert_eq!(refusal(&silent), bad_origin, "{method} {path}");
        assert_eq!(refusal(&silent.with("Origin", "https://evil.example")), bad_origin, "{method} {path}");
        assert_eq!(refusal(&client.with("Sec-Fetch-Site", "cross-site")), bad_origin, "{method} {path}");
        assert_eq!(
            refusal(&client.with("Host", "evil.example")),
            (421, "bad_host".to_owned()),
            "{method} {path}"
        );
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
        {
            let refused = refusal(&client.with("Content-Type", kind));
            assert_eq!(refused, (415, "bad_content_type".to_owned()), "{method} {path} {kind}");
        }
    }
    assert_eq!(desk.engine.refund(1).unwrap(), changes, "nothing changed");
    // An origin of ours is enough where the browser sends no Sec-Fetch-Site.
    let ours = client.without("Sec-Fetch-Site").with("Origin", &desk.console.url());
    assert_eq!(ours.post("/refunds/1/notes", &json!({"text": "x"})).status, 200);
}

#[test]
fn refused_calls_are_in_the_audit() {
    let desk = Desk::new();
    desk.refund("kim", "o-1", "sword");
    let viewer = desk.operator("vic", Role::Viewer);
    assert_eq!(viewer.post("/refunds/1/notes", &json!({"text": "x"})).code(), "not_allowed");
    assert_eq!(viewer.get("/audit").code(), "not_allowed");
    let entries = desk.audit();
    let outcomes: Vec<&str> = entries.iter().map(|(_, _, outcome)| outcome.as_str()).collect();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == "not_allowed").count(), 2, "{entries:?}");
    let note = ("refund.note".to_owned(), Some("refund:1".to_owned()), "not_allowed".to_owned());
    assert!(entries.contains(&note), "{entries:?}");
}
