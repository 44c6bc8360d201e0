//! What operators change, and that nothing is changed twice, or on what was not seen.

use recoup::Role;
use serde_json::json;

use crate::contract::Contract;
use crate::fixture::Desk;

#[test]
fn a_block_is_answered_and_the_player_let_off() {
    let desk = Desk::new();
    let contract = Contract::new();
    let id = desk.refund("kim", "o-1", "gems.100");
    let client = desk.operator("ann", Role::Operator);
    let player = client.get("/player?user=kim");
    contract.check("GET", "/player", &player);
    let why = &player.json()["why"];
    assert_eq!((why["by"].as_str(), why["rule"].as_str()), (Some("refund"), Some("block cheats")));
    assert_eq!((why["refund"].as_i64(), why["order_id"].as_str()), (Some(id), Some("o-1")));
    assert_eq!(why["until_settled"], true);
    assert_eq!(why["owes"], json!([{"item": "gem", "quantity": 100}]));
    assert_eq!(player.json()["debts"]["items"], json!([{"item": "gem", "quantity": 100}]));

    let preview = json!({"action": {"what": "forgive"}, "refunds": [id, 999], "dry_run": true});
    let preview = client.with("Idempotency-Key", "p").post("/refunds/bulk", &preview);
    let expected =
        json!({"refunds": 1, "players": 1, "items": [{"item": "gem", "quantity": 100}], "blocks_end": 1});
    assert_eq!(preview.json(), expected);
    assert!(desk.engine.is_blocked("kim"), "a dry run changes nothing");

    let (forgive, body) = (format!("/refunds/{id}/forgive"), json!({"items": [], "why": "goodwill"}));
    assert_eq!(client.post(&forgive, &body).refusal(), (400, "key_needed".to_owned()));
    let games = client.with("Idempotency-Key", "event:1").post(&forgive, &body);
    assert_eq!(games.refusal(), (400, "bad_key".to_owned()), "the key is the game's own, for its event");
    assert!(desk.engine.is_blocked("kim"), "refused calls change nothing");
    let forgiven = client.with("Idempotency-Key", "f").post(&forgive, &body);
    assert_eq!(forgiven.status, 200, "{}", forgiven.text());
    contract.check("POST", "/refunds/{id}/forgive", &forgiven);
    assert!(!desk.engine.is_blocked("kim"));
    assert_eq!(client.get("/player?user=kim").json()["why"], json!(null));
    let file = client.get(&format!("/refunds/{id}"));
    contract.check("GET", "/refunds/{id}", &file);
    assert_eq!(file.json()["entries"].as_array().unwrap().last().unwrap()["who"], "console:ann");
    let audited = desk.audit();
    let entry = ("refund.forgive".to_owned(), Some(format!("refund:{id}")), "done".to_owned());
    assert!(audited.contains(&entry), "{audited:?}");
}

#[test]
fn a_report_needs_a_key_and_counts_once() {
    let desk = Desk::new();
    let id = desk.refund("kim", "o-1", "gems.100");
    let client = desk.operator("ann", Role::Support);
    let path = format!("/refunds/{id}/recovery");
    let report = json!({"taken": [{"item": "gem", "quantity": 40}], "why": "support took them"});
    assert_eq!(client.post(&path, &report).refusal(), (400, "key_needed".to_owned()));
    for bad in ["", "x".repeat(201).as_str()] {
        let answer = client.with("Idempotency-Key", bad).post(&path, &report);
        assert_eq!(answer.refusal(), (400, "bad_key".to_owned()));
    }
    let keyed = client.with("Idempotency-Key", "ticket-7");
    let first = keyed.post(&path, &report);
    assert_eq!(first.status, 200, "{}", first.text());
    Contract::new().check("POST", "/refunds/{id}/recovery", &first);
    assert_eq!(keyed.post(&path, &report).json(), first.json());
    assert_eq!(desk.engine.debts("kim").unwrap().items[0].quantity, 60);
    let other = json!({"taken": [{"item": "gem", "quantity": 41}]});
    assert_eq!(keyed.post(&path, &other).refusal(), (409, "key_reused".to_owned()));
    let own = json!({"taken": [], "who": "somebody else"});
    assert_eq!(client.with("Idempotency-Key", "t-8").post(&path, &own).code(), "bad_body");
    let written_off = json!({"rest": "written_off"});
    let answer = client.with("Idempotency-Key", "t-9").post(&path, &written_off);
    assert_eq!(answer.code(), "not_allowed", "support reports, and forgives nothing");
}

#[test]
fn a_change_of_what_was_not_seen_is_a_conflict() {
    let desk = Desk::new();
    let id = desk.refund("kim", "o-1", "sword");
    let client = desk.operator("ann", Role::Operator);
    let seen = client.get(&format!("/refunds/{id}"));
    let tag = seen.field("etag").unwrap().to_owned();
    assert_eq!(tag, format!("\"{}\"", seen.json()["refund"]["revision"]));
    let assign = format!("/refunds/{id}/assign");
    let at = client.with("If-Match", &tag);
    let assigned = at.post(&assign, &json!({"to": "ann"}));
    assert_eq!(assigned.status, 200, "{}", assigned.text());
    let conflict = at.post(&assign, &json!({"to": "bob"}));
    assert_eq!(conflict.refusal(), (412, "conflict".to_owned()));
    assert_eq!(conflict.json()["current"], assigned.json()["revision"]);
    assert_eq!(client.get(&format!("/refunds/{id}")).json()["refund"]["assignee"], "ann");
    let again = client.with("If-Match", &format!("\"{}\"", conflict.json()["current"]));
    assert_eq!(again.post(&assign, &json!({"to": "bob"})).status, 200);
    assert_eq!(client.with("If-Match", "*").post(&assign, &json!({"to": null})).status, 200);
    for bad in ["7", "\"x\"", "W/\"7\""] {
        let answer = client.with("If-Match", bad).post(&assign, &json!({"to": null}));
        assert_eq!(answer.refusal(), (400, "bad_match".to_owned()), "{bad}");
    }
    assert_eq!(
        client.post("/refunds/999/assign", &json!({"to": null})).refusal(),
        (404, "unknown_refund".to_owned())
    );
    assert_eq!(
        client.post("/refunds/x/assign", &json!({"to": null})).refusal(),
        (404, "not_found".to_owned())
    );
}

#[test]
fn many_are_changed_at_once_and_each_needs_its_right() {
    let desk = Desk::new();
    let ids: Vec<i64> =
        (0..3).map(|n| desk.refund(&format!("p{n}"), &format!("o-{n}"), "gems.100")).collect();
    let support = desk.operator("sue", Role::Support).with("Idempotency-Key", "b-1");
    let assign = json!({"action": {"what": "assign", "to": "sue"}, "refunds": ids, "why": "mine"});
    let answer = support.post("/refunds/bulk", &assign);
    assert_eq!(answer.status, 200, "{}", answer.text());
    Contract::new().check("POST", "/refunds/bulk", &answer);
    let forgive = json!({"action": {"what": "forgive"}, "refunds": ids, "why": "w"});
    assert_eq!(support.post("/refunds/bulk", &forgive).code(), "not_allowed");
    let operator = desk.operator("ann", Role::Operator).with("Idempotency-Key", "b-2");
    desk.clock.advance(recoup::Span::from_hours(1));
    assert_eq!(operator.post("/refunds/bulk", &forgive).code(), "prove_it");
    let written_off =
        json!({"action": {"what": "set_status", "status": "written_off"}, "refunds": ids, "why": "w"});
    let answer = operator.post("/refunds/bulk", &written_off);
    assert_eq!(answer.code(), "prove_it", "it forgives as well: {}", answer.text());
    let many: Vec<i64> = (1..=51).collect();
    let close = json!({"action": {"what": "reopen"}, "refunds": many, "why": "w"});
    assert_eq!(operator.post("/refunds/bulk", &close).code(), "prove_it");
    assert_eq!(operator.post("/session/prove", &json!({"password": crate::fixture::PASSWORD})).status, 200);
    let forgiven = operator.post("/refunds/bulk", &forgive);
    assert_eq!(forgiven.status, 200, "{}", forgiven.text());
    assert_eq!(operator.post("/refunds/bulk", &forgive).json(), forgiven.json());
    assert!(ids.iter().all(|id| desk.engine.recovery(*id).unwrap().unwrap().settled));
    let too_many: Vec<i64> = (1..=501).collect();
    let answer = operator
        .post("/refunds/bulk", &json!({"action": {"what": "reopen"}, "refunds": too_many, "why": "w"}));
    assert_eq!(answer.refusal(), (422, "too_many".to_owned()));
    assert_eq!(answer.json()["limit"], 500);
}

#[test]
fn what_is_done_for_a_player() {
    let desk = Desk::new();
    let contract = Contract::new();
    desk.refund("kim", "o-1", "gems.100");
    let client = desk.operator("ann", Role::Operator);
    let check = |path: &str, body: serde_json::Value| {
        let answer = client.with("Idempotency-Key", "k").post(path, &body);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        contract.check("POST", path, &answer);
        answer.json()
    };
    let block = check("/player/block", json!({"user": "kim", "span": "7d", "why": "cheats"}));
    assert_eq!(block["cause"], json!({"by": "operator", "who": "console:ann", "why": "cheats"}));
    assert_eq!(check("/player/unblock", json!({"user": "kim", "why": "a mistake"}))["ended"], 2);
    let repaid = check("/player/repay", json!({"user": "kim", "items": [{"item": "gem", "quantity": 30}]}));
    assert_eq!(repaid["debts"]["items"][0]["quantity"], 70);
    check("/player/notes", json!({"user": "kim", "text": "called"}));
    let access =
        check("/player/access", json!({"user": "kim", "product": "pass", "access": true, "why": "goodwill"}));
    assert_eq!(access["has"], true);
    let player = client.get("/player?user=kim");
    contract.check("GET", "/player", &player);
    assert_eq!(player.json()["notes"][0]["text"], "called");
    let notices = player.json()["notices"].as_array().unwrap().clone();
    let notice = notices.first().expect("a notice of the debt or the block");
    let marked = check("/player/notices", json!({"user": "kim", "id": notice["id"], "mark": "shown"}));
    assert_eq!(marked["state"], "shown");
    let bad = client.post("/player/block", &json!({"user": "kim", "span": "soon", "why": "w"}));
    assert_eq!(bad.code(), "bad_body");
    assert_eq!(
        client.post("/player/block", &json!({"user": "kim", "why": ""})).refusal(),
        (422, "bad_text".to_owned())
    );
}

#[test]
fn support_spares_an_order_and_excludes_nothing_else() {
    let desk = Desk::new();
    let contract = Contract::new();
    let support = desk.operator("sue", Role::Support);
    let order = json!({"kind": "order", "value": "o-1", "why": "agreed"});
    let made = support.post("/exclusions", &order);
    assert_eq!(made.status, 200, "{}", made.text());
    contract.check("POST", "/exclusions", &made);
    assert_eq!(support.post("/exclusions", &order).refusal(), (409, "standing_exclusion".to_owned()));
    for more in [
        json!({"kind": "order", "value": "o-2", "action": "exclude", "why": "w"}),
        json!({"kind": "user", "value": "kim", "why": "w"}),
        json!({"kind": "product", "value": "*", "why": "w"}),
        json!({"kind": "own_refunds", "why": "w"}),
    ] {
        assert_eq!(support.post("/exclusions", &more).code(), "not_allowed", "{more}");
    }
    let id = desk.refund("kim", "o-1", "gems.100");
    let refund = support.get(&format!("/refunds/{id}")).json();
    assert_eq!(refund["refund"]["decision"]["action"], "record");
    let operator = desk.operator("ann", Role::Operator);
    let ended = operator.post(&format!("/exclusions/{}/end", made.json()["id"]), &json!({"why": "over"}));
    assert_eq!(ended.status, 200, "{}", ended.text());
    contract.check("POST", "/exclusions/{id}/end", &ended);
    assert_eq!(operator.get("/exclusions").json()["items"], json!([]));
    let all = operator.get("/exclusions?ended=true");
    contract.check("GET", "/exclusions", &all);
    assert_eq!(all.json()["items"][0]["uses"], 1);
}

#[test]
fn store_actions_are_checked_before_anything_is_sent() {
    let desk = Desk::new();
    let client = desk.operator("ann", Role::Admin).with("Idempotency-Key", "a-1");
    let order =
        json!({"order": {"store": "stripe", "app": "main", "payment": "ch_1"}, "why": "w", "dry_run": true});
    let answer = client.post("/actions/refund", &order);
    assert_eq!(answer.refusal(), (409, "api_not_configured".to_owned()));
    let other =
        json!({"order": {"store": "stripe", "app": "main", "payment": "x"}, "why": "w", "dry_run": true});
    assert_eq!(client.post("/actions/refund", &other).refusal(), (422, "bad_action".to_owned()));
    assert_eq!(desk.engine.actions(&recoup::StoreActionFilter::default(), None, 10).unwrap().items, []);
}
