//! `recoup webhooks`: endpoints and messages, as an operator sees them; and `recoup serve`, which sends.

use std::sync::Mutex;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::Shop;
use crate::support::http_server::{HttpServer, answer};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// A shop with an endpoint at this address, which gets refunds alone.
fn shop_with(url: &str) -> Shop {
    let shop = Shop::new();
    configure(
        &shop,
        json!([{ "name": "crm", "url": url, "secret_files": ["crm.txt"], "events": ["refund"] }]),
    );
    shop.file("crm.txt", format!("{SECRET}\n"));
    shop
}

fn configure(shop: &Shop, webhooks: Value) {
    let mut config = shop.config();
    config["webhooks"] = webhooks;
    shop.file("recoup.json", config.to_string());
}

#[test]
fn endpoints_and_messages_are_listed_replayed_and_removed() {
    let shop = shop_with("http://127.0.0.1:9/hook");
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    let listed = shop.run(&["--json", "webhooks"]).json();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["waiting"], &listed[0]["configured"]),
        (&json!("crm"), &json!(1), &json!(true))
    );
    assert_eq!(shop.run(&["--json", "webhooks", "list"]).json(), listed);
    assert!(shop.run(&["webhooks"]).stdout.contains("crm"));
    let messages =
        shop.run(&["--json", "webhooks", "messages", "--endpoint", "crm", "--state", "waiting"]).json();
    let message = &messages["items"][0];
    assert_eq!(
        (&message["user"], &message["kind"], &message["attempts"]),
        (&json!("ada"), &json!("refund"), &json!(0))
    );
    assert!(message["webhook_id"].as_str().unwrap().starts_with("evt_"));
    let table = shop.run(&["webhooks", "messages", "--user", "ada"]).stdout;
    assert!(table.contains("waiting") && table.contains("ada"), "{table}");
    assert_eq!(shop.run(&["webhooks", "messages", "--state", "dead"]).stdout, "No webhook messages.\n");

    let early = shop.run(&["--json", "webhooks", "replay", "--message", "1", "--why", "again"]);
    assert_eq!((early.code, early.error_code()), (1, "not_a_message".to_owned()));
    let none = shop.run(&["webhooks", "replay", "crm", "--dead", "--why", "again"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, "Nothing to send again.\n"));
    let period =
        shop.run(&["--json", "webhooks", "replay", "crm", "--since", "30d", "--why", "again"]).json();
    assert_eq!(period, json!({ "replayed": 0 }));
    assert_eq!(shop.run(&["webhooks", "replay", "crm", "--why", "what?"]).code, 1);

    let removed = shop.run(&["webhooks", "remove", "crm", "--why", "replaced"]);
    assert!(removed.code == 0 && removed.stdout.contains("has ended"), "{removed:?}");
    let again = shop.run(&["--json", "webhooks", "remove", "crm", "--why", "replaced"]);
    assert_eq!(again.error_code(), "unknown_endpoint");
    let ended = shop.run(&["--json", "webhooks"]).json();
    assert_eq!((&ended[0]["waiting"], &ended[0]["ended"]["why"]), (&json!(0), &json!("replaced")));
    let doctor = shop.run(&["--json", "doctor"]).json();
    let codes: Vec<_> =
        doctor["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
    assert!(codes.contains(&&json!("webhook_ended")), "{codes:?}");
}

#[test]
fn a_test_message_prints_the_answer() {
    let server = HttpServer::in_turn(vec![answer(200, "garbage"), answer(401, "who are you?")]);
    let shop = shop_with(&format!("http://{}/hook", server.address));
    let good = shop.run(&["webhooks", "test", "crm"]);
    assert!(good.code == 0 && good.stdout.starts_with("crm answered 200 in "), "{good:?}");
    let bad = shop.run(&["--json", "webhooks", "test", "crm"]);
    assert_eq!((bad.code, &bad.json()["status"]), (1, &json!(401)));
    assert!(bad.json()["problem"].as_str().unwrap().contains("who are you?"));
    assert_eq!(shop.run(&["--json", "webhooks", "test", "cmr"]).error_code(), "unknown_endpoint");
}

#[test]
fn a_mistake_in_an_endpoint_is_found_by_config_check() {
    let shop = shop_with("https://crm.example.com/hook");
    assert_eq!(shop.run(&["config", "check"]).code, 0);
    shop.file("crm.txt", "whsec_c2hvcnQ=");
    let short = shop.run(&["config", "check"]);
    assert!(short.code == 1 && short.stderr.contains("webhooks[0].secret_files[0]"), "{short:?}");
    assert!(!short.stderr.contains("c2hvcnQ"), "{short:?}");
}

#[cfg(unix)]
#[test]
fn serve_sends_what_another_process_queued() {
    let (sender, receiver) = mpsc::channel();
    let sender = Mutex::new(sender);
    let server = HttpServer::start(move |_, request| {
        sender.lock().unwrap().send(request.clone()).unwrap();
        answer(204, "")
    });
    let shop = shop_with(&format!("http://{}/hook", server.address));
    let mut command = crate::serve::served::command(shop.folder.path(), &["--listen", "127.0.0.1:0"]);
    let served = crate::serve::served::Served::start(&mut command);
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    let request = receiver.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(request.line, "POST /hook HTTP/1.1");
    assert!(request.header("webhook-signature").unwrap().starts_with("v1,"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((&body["type"], &body["data"]["user"]), (&json!("refund.refunded"), &json!("ada")));
    assert_eq!(served.end("-TERM").0, Some(0));
    let delivered = shop.run(&["--json", "webhooks", "messages", "--state", "delivered"]).json();
    assert_eq!(delivered["items"][0]["status"], 204);
}
