//! The demo checks itself; here its words are checked, and the console that it serves.

use serde_json::json;

use crate::serve::served::Served;
use crate::shop::{Run, recoup};
use crate::support::raw_http::{Answer, ask};

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

/// A new user's first minute: the sign-in that is printed works once, and there is something to look at on each page.
#[cfg(unix)]
#[test]
fn the_console_of_the_demo_has_a_history() {
    let mut command = recoup(&["--json", "demo", "--console", "127.0.0.1:0"]);
    let served =
        Served::start(command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()));
    let host = served.address;
    let sign_in = served.printed["sign_in"].as_str().unwrap();
    let token = sign_in.split_once("/invite#").unwrap().1;
    let accept = || -> Answer {
        let body = r#"{"password": "plum jacket orbit 71"}"#;
        ask(
            host,
            format!(
                "POST /console/api/v1/invitations/{token} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        )
    };
    let accepted = accept();
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    assert_eq!(accept().status, 410, "it is good once");
    let cookie = accepted.header("Set-Cookie").unwrap().split(';').next().unwrap();
    let get = |path: &str| {
        let request =
            format!("GET /console/api/v1{path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n");
        let answer = ask(host, request);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    };
    for store in ["app-store", "google-play", "one-store", "stripe", "amazon"] {
        assert_ne!(get(&format!("/refunds?store={store}"))["items"], json!([]), "no refund of {store}");
    }
    for list in ["/debtors", "/blocks", "/exclusions", "/reviews", "/dead-letters"] {
        assert_ne!(get(list)["items"], json!([]), "{list} is empty");
    }
    let figures = get("/figures");
    assert!(figures["total"]["purchases"]["purchases"].as_i64().unwrap() > 500, "{figures}");
    assert_eq!(served.end("-INT").0, Some(0));
}
