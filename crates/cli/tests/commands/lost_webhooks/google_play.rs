//! Google Play: voided purchases.

use std::sync::Arc;

use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::GooglePlay;
use recoup::{
    Config, Engine, EngineOptions, Happening, Initiator, ManualClock, OrderHistory, Purchase, Reason, Span,
    Store, SweepEnd, Timestamp, Trust,
};
use serde_json::{Value, json};

use super::processes::{self, Kill, Sweeping};
use super::{NOW, before, reconcile, seen};
use crate::support::google_api::{GoogleApi, Key, PACKAGE};
use crate::support::http_server::Reply;

/// A game on Google Play: its ledger, its clock, and Google.
struct Game {
    google: GooglePlay,
    api: GoogleApi,
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    now: Timestamp,
}

impl Game {
    fn new() -> Self {
        Self::at(NOW)
    }

    /// By the machine's clock, for processes.
    fn of_processes() -> Self {
        let game = Self::at(processes::now());
        game.api.state.lock().unwrap().keeps_time = true;
        for ledger in ["whole", "holed"] {
            let config = game.config(&format!("{ledger}.db")).to_string();
            std::fs::write(game.folder.path().join(format!("{ledger}.json")), config).unwrap();
        }
        game
    }

    fn at(now: Timestamp) -> Self {
        let (google, api) = (GooglePlay::new().unwrap(), GoogleApi::start(now));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("keys.json"), google.jwks()).unwrap();
        Key::number(0)
            .write_file(&folder.path().join("account.json"), &api.server.url().segment("token").expose());
        Self { google, api, folder, clock: Arc::new(ManualClock::new(now)), now }
    }

    fn config(&self, ledger: &str) -> Value {
        json!({
            "database": ledger,
            // By the default rules a void without a cause may be Google's own.
            "policy": [{"name": "every refund blocks", "action": {"block": "permanently"}}],
            "google_play": [{
                "package_name": PACKAGE,
                "push": {
                    "audience": self.google.audience,
                    "service_account_email": self.google.service_account_email,
                    "jwks": "keys.json",
                },
                "service_account": "account.json",
                "api_url": self.api.server.url().expose(),
            }],
        })
    }

    fn engine(&self, ledger: &str) -> Engine {
        self.open(&self.config(ledger))
    }

    /// An engine that cannot ask Google, so that what is pushed is decided at once.
    fn pushed(&self, ledger: &str) -> Engine {
        let mut config = self.config(ledger);
        let app = config["google_play"][0].as_object_mut().unwrap();
        app.remove("service_account");
        app.remove("api_url");
        self.open(&config)
    }

    fn open(&self, config: &Value) -> Engine {
        let config = Config::from_json(config.to_string().as_bytes(), self.folder.path()).unwrap();
        let options = EngineOptions::new().clock(Arc::clone(&self.clock)).background(false);
        options.open(config).unwrap()
    }

    /// Pushes one to each of these.
    fn push(&self, engines: &[&Engine], n: i64, refund_type: RefundType) {
        let at = before(self.now, n);
        let void =
            self.google.voided_purchase(&order(n), &token(n), VoidedProductType::OneTime, refund_type, at);
        // Pub/Sub's tokens are short-lived, so it is sent now.
        let push = self.google.push(&void, &format!("m{n}"), self.now).unwrap();
        for engine in engines {
            let outcome = push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap();
            assert_eq!(outcome.http_status, 200, "{outcome:?}");
        }
    }

    fn list(&self, n: i64, quantity: Option<u32>) {
        let at = before(self.now, n);
        let mut row = json!({
            "kind": "androidpublisher#voidedPurchase", "purchaseToken": token(n), "orderId": order(n),
            "purchaseTimeMillis": "1780000000000", "voidedTimeMillis": at.millis().to_string(),
            "voidedSource": 0, "voidedReason": 1,
        });
        if let Some(quantity) = quantity {
            row["voidedQuantity"] = json!(quantity);
        }
        self.api.state.lock().unwrap().voided.push((at, row));
    }
}

fn order(n: i64) -> String {
    format!("GPA.{n}")
}

fn token(n: i64) -> String {
    format!("token of {}", order(n))
}

/// A month that the first ledger is reported, and the second two thirds of it.
fn fill(game: &Game, whole: &Engine, holed: &Engine) {
    for engine in [whole, holed] {
        let bought = month().map(|n| Purchase::new(Store::GooglePlay, format!("user {}", n % 70), order(n)));
        engine.record_purchases(bought.collect()).unwrap();
    }
    for (n, minutes) in month().enumerate() {
        let reported = if n % 3 == 0 { &[whole][..] } else { &[whole, holed] };
        game.push(reported, minutes, RefundType::Full);
        game.list(minutes, None);
    }
}

/// Minutes ago, newest last: 1400 refunds, one each half hour of 29 days. Two pages of Google's.
fn month() -> impl Iterator<Item = i64> {
    (0..1400).rev().map(|n| n * 30 + 5)
}

#[test]
fn a_month_is_whole_when_its_sweep_is_killed_in_the_middle() {
    let game = Game::of_processes();
    fill(&game, &game.pushed("whole.db"), &game.pushed("holed.db"));
    let sweeping = Sweeping {
        folder: game.folder.path(),
        ledger: "holed",
        store: "google-play",
        server: &game.api.server,
    };
    // Each process requests a token, and then two pages.
    let kills =
        [Kill::AwaitingAnswer(0), Kill::AwaitingAnswer(1), Kill::Reporting(2, 2), Kill::AwaitingAnswer(1)];
    sweeping.is_whole_after(&kills, |ledger| game.engine(&format!("{ledger}.db")));
    assert_eq!(game.api.complaints(), [""; 0]);
}

#[test]
fn a_month_of_which_every_third_push_was_dropped_is_whole_after_one_sweep() {
    let game = Game::new();
    let (whole, holed) = (game.pushed("whole.db"), game.pushed("holed.db"));
    fill(&game, &whole, &holed);
    drop(holed);
    let holed = game.engine("holed.db");
    let reconciled = reconcile(&holed);
    assert!(reconciled.is_whole(), "{reconciled:?}");
    let swept = &reconciled.sweeps[0];
    assert_eq!((swept.pages, swept.found, swept.new, swept.changed), (2, 1400, 467, 933));
    // What changed of those that were pushed is what Google's pushes do not say, and nothing else.
    let pushed = order(month().nth(1).unwrap());
    let (reported, listed) = (whole.order(&pushed).unwrap(), holed.order(&pushed).unwrap());
    let mut expected = reported.refunds[0].case.clone();
    expected.reason = Some(Reason::Remorse);
    expected.initiator = Some(Initiator::Player);
    expected.trust = Trust::Confirmed;
    expected.about.purchased_at = Some(Timestamp::from_millis(1_780_000_000_000));
    assert_eq!(listed.refunds[0].case, expected);
    let of =
        |history: &OrderHistory| history.journal.iter().map(|entry| entry.what.clone()).collect::<Vec<_>>();
    let (reported, listed) = (of(&reported), of(&listed));
    let added: Vec<_> = listed.iter().skip(reported.len()).collect();
    assert!(matches!(added[..], [Happening::Received { .. }, Happening::Updated { .. }]), "{added:?}");
    assert_eq!(seen(&holed), seen(&whole));
    game.clock.advance(Span::from_hours(1));
    game.api.pass(Span::from_hours(1));
    let again = reconcile(&holed);
    assert_eq!((again.sweeps[0].new, again.sweeps[0].changed), (0, 0));
    assert!(again.sweeps[0].found < 200, "the second sweep goes back two days only: {again:?}");
    assert_eq!(seen(&holed).events, []);
    assert_eq!(game.api.complaints(), [""; 0]);
}

#[test]
fn parts_that_no_push_reported_are_added_up_once() {
    let game = Game::new();
    let engine = game.engine("ledger.db");
    let mut bought = Purchase::new(Store::GooglePlay, "mia", order(1));
    bought.quantity = Some(10);
    engine.record_purchases(vec![bought]).unwrap();
    for quantity in [Some(2), Some(3)] {
        game.list(1, quantity);
        // Google gives each part its own time.
        if let Some((_, row)) = game.api.state.lock().unwrap().voided.last_mut() {
            row["voidedTimeMillis"] = json!((NOW.millis() - i64::from(quantity.unwrap_or(0))).to_string());
        }
    }
    for _ in 0..2 {
        assert!(reconcile(&engine).is_whole());
        let refund = engine.order(&order(1)).unwrap().refunds.remove(0);
        assert_eq!((refund.case.quantity, refund.case.state.as_str()), (Some(5), "partly_refunded"));
    }
}

#[test]
fn a_sweep_of_a_store_that_is_out_of_quota_resumes_later() {
    let game = Game::new();
    let engine = game.engine("ledger.db");
    for minutes in month() {
        game.list(minutes, None);
    }
    let later = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 2\r\n\r\n{}";
    game.api.fault("token=", Reply::Raw(later.to_vec()));
    let cut = reconcile(&engine).sweeps.remove(0);
    assert!(matches!(&cut.ended, SweepEnd::Failed { retryable: true, .. }), "{cut:?}");
    assert_eq!((cut.pages, cut.new), (1, 1000));
    let rest = reconcile(&engine).sweeps.remove(0);
    assert!(rest.resumed && rest.ended.is_complete(), "{rest:?}");
    assert_eq!((rest.new, rest.changed), (400, 0));
}
