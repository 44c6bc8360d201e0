//! A void that Google pushes without a reason, on the command line: each command is its own process, so that the next
//! one sends the query for an inquiry that one opened.

use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::StoreRequest;
use recoup::{Clock as _, Span, SystemClock, Timestamp};
use serde_json::{Value, json};

use crate::shop::{Run, Shop, recoup};
use crate::support::google_api::{GoogleApi, Key};

const ORDER: &str = "GPA.1";

struct Game {
    shop: Shop,
    google: GoogleApi,
    voided_at: Timestamp,
}

impl Game {
    /// Decisions wait for a day, so that no test depends on how fast it runs.
    fn new() -> Self {
        let google = GoogleApi::start(SystemClock.now());
        google.state.lock().unwrap().keeps_time = true;
        let shop = Shop::new();
        let key = shop.folder.path().join("account.json");
        Key::number(0).write_file(&key, &google.server.url().segment("token").expose());
        let mut config = shop.config();
        config["google_play"][0]["service_account"] = json!("account.json");
        config["google_play"][0]["api_url"] = json!(google.server.url().expose());
        config["inquiries"] = json!({"wait": "1d"});
        shop.file("recoup.json", config.to_string());
        // Long enough ago that Google cannot have cancelled it by itself, and not so long that it lists no longer.
        let bought = SystemClock.now().plus(Span::from_days(-20)).to_string();
        let purchase = [
            "--store",
            "google-play",
            "--user",
            "ada",
            "--order-id",
            ORDER,
            "--purchased-at",
            bought.as_str(),
        ];
        assert_eq!(shop.run(&[&["purchase", "add"][..], &purchase].concat()).code, 0);
        Self { shop, google, voided_at: SystemClock.now() }
    }

    fn void(&self, message: &str) -> StoreRequest {
        let (google, now) = (&self.shop.google, self.voided_at);
        let (kind, extent) = (VoidedProductType::OneTime, RefundType::Full);
        let void = google.voided_purchase(ORDER, "token-of-GPA.1", kind, extent, now);
        google.push(&void, message, now).unwrap()
    }

    fn ingest(&self, message: &str) -> Run {
        let request = self.void(message);
        self.shop.file("request", &request.body);
        let headers: Vec<String> =
            request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let mut args = vec!["--json", "ingest", "google-play"];
        for header in &headers {
            args.extend(["--header", header]);
        }
        args.push("request");
        self.shop.run(&args)
    }

    fn lists(&self, source: i64, reason: i64) {
        let mut state = self.google.state.lock().unwrap();
        let now = SystemClock.now();
        let row = json!({"purchaseToken": "token-of-GPA.1", "orderId": ORDER, "voidedSource": source,
            "voidedReason": reason, "voidedTimeMillis": now.millis().to_string()});
        state.voided.push((now.plus(Span::from_millis(-1000)), row));
    }

    fn kinds(&self) -> Vec<Value> {
        self.shop.run(&["--json", "events"]).lines().into_iter().map(|event| event["kind"].clone()).collect()
    }
}

#[test]
fn the_order_shows_what_it_waits_for_and_reconcile_resolves_it() {
    let game = Game::new();
    assert_eq!(game.ingest("m1").code, 0);
    assert_eq!(game.kinds(), ["refund"]);
    let page = game.shop.run(&["order", ORDER]).stdout;
    assert!(page.contains("The decision on refund 1 waits until "), "{page}");
    assert!(page.contains("for Google Play's reason (not queried yet)."), "{page}");
    assert!(page.contains("the notification of refund 1 gave no reason: the store is queried"), "{page}");
    let inquiries = game.shop.run(&["--json", "order", ORDER]).json()["inquiries"].clone();
    assert_eq!((&inquiries[0]["state"], &inquiries[0]["attempts"]), (&"waiting".into(), &0.into()));
    let doctor = game.shop.run(&["--json", "doctor"]).json();
    let finding =
        doctor["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "decisions_wait");
    let facts = finding.unwrap_or_else(|| panic!("{doctor}"))["facts"].as_str().unwrap();
    assert!(facts.starts_with("1 decision waits for an inquiry, at most until "), "{facts}");

    // The studio refunded in Play Console.
    game.lists(1, 0);
    assert_eq!(game.shop.run(&["reconcile", "google-play"]).code, 0);
    assert_eq!(game.kinds(), ["refund"], "no alert and no block, and nothing is given back");
    let page = game.shop.run(&["order", ORDER]).stdout;
    assert!(!page.contains("The decision on refund"), "{page}");
    assert!(page.contains("the store reported the reason of refund 1"), "{page}");
    assert!(page.contains("the game's own refunds"), "{page}");
    assert_eq!(game.google.complaints(), Vec::<String>::new());
}

#[test]
fn a_player_who_took_the_money_back_is_blocked_once_google_reports_it() {
    let game = Game::new();
    game.ingest("m1");
    assert_eq!(game.shop.run(&["--json", "user", "ada"]).json()["blocked"], false);
    game.lists(0, 1);
    assert_eq!(game.shop.run(&["reconcile", "google-play"]).code, 0);
    assert_eq!(game.kinds(), ["refund", "alert", "block"]);
    assert_eq!(game.ingest("m2").json()["new"], false);
    assert_eq!(game.kinds(), ["refund", "alert", "block"]);
}

#[cfg(unix)]
#[test]
fn a_process_that_is_killed_during_its_query_leaves_it_to_the_next() {
    let game = Game::new();
    game.ingest("m1");
    game.lists(2, 8);
    game.google.never_answer("voidedpurchases");
    let mut child = recoup(&["reconcile", "google-play"])
        .current_dir(game.shop.folder.path())
        .env("RECOUP_CONFIG", "recoup.json")
        .spawn()
        .unwrap();
    while !game.google.server.received().iter().any(|request| request.line.contains("voidedpurchases")) {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before its query");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(game.kinds(), ["refund"]);
    assert_eq!(game.shop.run(&["reconcile", "google-play"]).code, 0);
    assert_eq!(game.kinds(), ["refund"]);
    let rule = game.shop.run(&["--json", "order", ORDER]).json()["refunds"][0]["decision"]["rule"].clone();
    assert_eq!(rule, "default: unacknowledged purchases do not count against the player");
}

#[test]
fn a_licence_testers_void_is_a_test_as_the_purchase_reports() {
    let game = Game::new();
    game.google.state.lock().unwrap().products.insert(
        "token-of-GPA.1".to_owned(),
        json!({"orderId": ORDER, "testPurchaseContext": {"fopType": "TEST"},
            "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING"}),
    );
    game.ingest("m1");
    game.shop.run(&["reconcile", "google-play"]);
    assert_eq!(game.kinds(), ["refund"]);
    let refund = game.shop.run(&["--json", "order", ORDER]).json()["refunds"][0].clone();
    assert_eq!(
        (&refund["environment"], &refund["decision"]["action"]),
        (&"sandbox".into(), &"record".into())
    );
}
