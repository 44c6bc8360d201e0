//! Pages of lists, filters, and texts of any characters.

use recoup::Role;
use serde_json::json;

use crate::contract::Contract;
use crate::fixture::Desk;

/// What strangers put into ids and names.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u{202e}gnp.exe",
    "kim&user=ann;--",
    "\"quoted\" \\ \u{2028} /",
    "e\u{301}\u{1f600} \u{ac00}",
];

#[test]
fn a_list_is_read_page_by_page() {
    let desk = Desk::new();
    let contract = Contract::new();
    let ids: Vec<i64> = (0..7).map(|n| desk.refund(&format!("p{n}"), &format!("o-{n}"), "sword")).collect();
    let client = desk.operator("ann", Role::Viewer);
    let (mut path, mut seen) = ("/refunds?limit=3&store=custom:shop&user=".to_owned(), Vec::new());
    loop {
        let page = client.get(&path);
        contract.check("GET", "/refunds", &page);
        seen.extend(page.json()["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()));
        let document = page.json();
        let Some(next) = document["next"].as_str() else {
            assert_eq!(page.field("link"), None);
            break;
        };
        let link = page.field("link").unwrap();
        let address = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).unwrap();
        assert!(address.contains(&format!("after={next}")) && address.contains("limit=3"), "{link}");
        path = address.strip_prefix("/console/api/v1").unwrap().to_owned();
    }
    assert_eq!(seen, ids.into_iter().rev().collect::<Vec<_>>());
    for (bad, code) in [
        ("limit=0", "bad_filter"),
        ("limit=201", "bad_filter"),
        ("limit=x", "bad_filter"),
        ("after=x", "bad_cursor"),
        ("store=moon", "bad_filter"),
        ("stores=stripe", "bad_filter"),
        ("sort=amount", "filter_needs_currency"),
        ("since=yesterday", "bad_filter"),
    ] {
        assert_eq!(client.get(&format!("/refunds?{bad}")).refusal(), (422, code.to_owned()), "{bad}");
    }
    let sorted = client.get("/refunds?sort=updated&order=oldest&limit=2");
    assert_eq!(sorted.json()["items"].as_array().unwrap().len(), 2);
    let next = sorted.json()["next"].as_str().unwrap().to_owned();
    assert_eq!(client.get(&format!("/refunds?sort=updated&order=oldest&after={next}")).status, 200);
    let count = client.get("/refunds/count?state=refunded");
    contract.check("GET", "/refunds/count", &count);
    assert_eq!(count.json(), json!({"count": 7, "more": false}));
}

#[test]
fn other_lists_have_pages_too() {
    let desk = Desk::new();
    let contract = Contract::new();
    for n in 0..3 {
        desk.refund(&format!("p{n}"), &format!("o-{n}"), "gems.100");
    }
    let client = desk.operator("ann", Role::Admin);
    for text in ["one", "two"] {
        assert_eq!(client.post("/player/notes", &json!({"user": "p1", "text": text})).status, 200);
    }
    for path in ["/blocks", "/debtors", "/audit", "/refunds"] {
        let first = client.get(&format!("{path}?limit=1"));
        contract.check("GET", path, &first);
        let next =
            first.json()["next"].as_str().unwrap_or_else(|| panic!("{path} has a next page")).to_owned();
        let second = client.get(&format!("{path}?limit=1&after={next}"));
        contract.check("GET", path, &second);
        assert_ne!(first.json()["items"][0], second.json()["items"][0], "{path}");
    }
    for path in ["/reviews", "/actions", "/dead-letters", "/webhooks", "/views", "/exclusions", "/operators"]
    {
        contract.check("GET", path, &client.get(path));
    }
}

#[test]
fn hostile_texts_come_out_as_they_went_in() {
    let desk = Desk::new();
    let client = desk.operator("ann", Role::Operator);
    for (n, text) in HOSTILE.iter().enumerate() {
        let id = desk.refund(text, &format!("o-{n}"), text);
        let query: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let player = client.get(&format!("/player?user={query}"));
        assert_eq!(player.field("content-type"), Some("application/json"));
        assert_eq!(player.json()["user"], *text);
        let listed = client.get(&format!("/refunds?user={query}"));
        assert_eq!(listed.json()["items"][0]["about"]["product"], *text);
        assert_eq!(client.get(&format!("/find?q={query}")).json()["users"], json!([text]));
        let noted = client.post(&format!("/refunds/{id}/notes"), &json!({"text": text}));
        assert_eq!(noted.json()["text"], *text);
        let blocked = client.post("/player/block", &json!({"user": text, "why": text}));
        assert_eq!(blocked.json()["cause"]["why"], *text);
        let audited = desk.audit();
        assert!(audited.contains(&(
            "player.block".to_owned(),
            Some(format!("player:{text}")),
            "done".to_owned()
        )));
    }
}

#[test]
fn what_a_page_has_is_not_sent_again() {
    let desk = Desk::new();
    let client = desk.operator("ann", Role::Viewer);
    let first = client.get("/work-counts");
    Contract::new().check("GET", "/work-counts", &first);
    let tag = first.field("etag").unwrap();
    let again = client.with("If-None-Match", tag).get("/work-counts");
    assert_eq!((again.status, again.body.len()), (304, 0));
    desk.refund("kim", "o-1", "sword");
    assert_eq!(client.with("If-None-Match", tag).get("/work-counts").status, 200);
}

#[test]
fn a_page_that_stays_open_hears_of_changes() {
    let desk = Desk::new();
    let client = desk.operator("ann", Role::Viewer);
    desk.refund("kim", "o-1", "sword");
    let begin = client.get("/changes");
    Contract::new().check("GET", "/changes", &begin);
    assert_eq!(begin.json()["refunds"], json!([]));
    let journal = begin.json()["journal"].as_i64().unwrap();
    assert!(journal > 0);
    let id = desk.refund("lee", "o-2", "sword");
    let changed = client.get(&format!("/changes?after={journal}")).json();
    assert_eq!(changed["refunds"], json!([id]));
    let later = changed["journal"].as_i64().unwrap();
    assert!(later > journal);
    assert_eq!(client.get(&format!("/changes?after={later}")).json()["refunds"], json!([]));
    let unattributed = desk.refund_of("o-3", "sword");
    let counts = client.get(&format!("/changes?after={later}")).json();
    assert_eq!(counts["refunds"], json!([unattributed]));
    assert_eq!(counts["counts"]["unattributed"], 1);
}
