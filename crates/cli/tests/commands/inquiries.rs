//! A void that Google pushes without a reason, on the command line: each command is a process of its own, so that what one
//! opened the next one asks about.

use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::StoreRequest;
use recoup::{Clock as _, Span, SystemClock, Timestamp};
use serde_json::{Value, json};

use crate::shop::{Run, Shop, recoup};
use crate::support::google_api::{GoogleApi, Key};

const ORDER: &str = "GPA.1";

struct Asking {
    shop: Shop,
    google: GoogleApi,
    voided_at: Timestamp,
}

impl Asking {
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
fn the_order_says_what_it_waits_for_and_reconcile_resolves_it() {
    let asking = Asking::new();
    assert_eq!(asking.ingest("m1").code, 0);
    assert_eq!(asking.kinds(), ["refund"]);
    let page = asking.shop.run(&["order", ORDER]).stdout;
    assert!(page.contains("The decision on refund 1 waits until "), "{page}");
    assert!(page.contains("for Google Play's reason (not queried yet)."), "{page}");
    assert!(page.contains("the notification of refund 1 gave no reason: the store is queried"), "{page}");
    let inquiries = asking.shop.run(&["--json", "order", ORDER]).json()["inquiries"].clone();
    assert_eq!((&inquiries[0]["state"], &inquiries[0]["attempts"]), (&"waiting".into(), &0.into()));
    let doctor = asking.shop.run(&["--json", "doctor"]).json();
    let finding =
        doctor["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "decisions_wait");
    let facts = finding.unwrap_or_else(|| panic!("{doctor}"))["facts"].as_str().unwrap();
    assert!(facts.starts_with("1 decision waits for an inquiry, at most until "), "{facts}");

    // The studio refunded in Play Console.
    asking.lists(1, 0);
    assert_eq!(asking.shop.run(&["reconcile", "google-play"]).code, 0);
    assert_eq!(asking.kinds(), ["refund"], "nobody is alerted or blocked, and nothing is given back");
    let page = asking.shop.run(&["order", ORDER]).stdout;
    assert!(!page.contains("The decision on refund"), "{page}");
    assert!(page.contains("the store reported the reason of refund 1"), "{page}");
    assert!(page.contains("what the game itself gave back"), "{page}");
    assert_eq!(asking.google.complaints(), Vec::<String>::new());
}

#[test]
fn a_player_who_took_the_money_back_is_blocked_once_google_says_so() {
    let asking = Asking::new();
    asking.ingest("m1");
    assert_eq!(asking.shop.run(&["--json", "user", "ada"]).json()["blocked"], false);
    asking.lists(0, 1);
    assert_eq!(asking.shop.run(&["reconcile", "google-play"]).code, 0);
    assert_eq!(asking.kinds(), ["refund", "alert", "block"]);
    assert_eq!(asking.ingest("m2").json()["new"], false);
    assert_eq!(asking.kinds(), ["refund", "alert", "block"]);
}

#[cfg(unix)]
#[test]
fn a_process_that_is_killed_while_it_asks_leaves_it_to_the_next() {
    let asking = Asking::new();
    asking.ingest("m1");
    asking.lists(2, 8);
    asking.google.never_answer("voidedpurchases");
    let mut child = recoup(&["reconcile", "google-play"])
        .current_dir(asking.shop.folder.path())
        .env("RECOUP_CONFIG", "recoup.json")
        .spawn()
        .unwrap();
    while !asking.google.server.received().iter().any(|request| request.line.contains("voidedpurchases")) {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it asked");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(asking.kinds(), ["refund"]);
    assert_eq!(asking.shop.run(&["reconcile", "google-play"]).code, 0);
    assert_eq!(asking.kinds(), ["refund"]);
    let rule = asking.shop.run(&["--json", "order", ORDER]).json()["refunds"][0]["decision"]["rule"].clone();
    assert_eq!(rule, "default: unacknowledged purchases do not count against the player");
}

#[test]
fn a_licence_testers_void_is_a_test_by_the_word_of_the_purchase() {
    let asking = Asking::new();
    asking.google.state.lock().unwrap().products.insert(
        "token-of-GPA.1".to_owned(),
        json!({"orderId": ORDER, "testPurchaseContext": {"fopType": "TEST"},
            "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING"}),
    );
    asking.ingest("m1");
    asking.shop.run(&["reconcile", "google-play"]);
    assert_eq!(asking.kinds(), ["refund"]);
    let refund = asking.shop.run(&["--json", "order", ORDER]).json()["refunds"][0].clone();
    assert_eq!(
        (&refund["environment"], &refund["decision"]["action"]),
        (&"sandbox".into(), &"record".into())
    );
}
