//! A month of refunds of which webhooks were lost is whole after one sweep, with nothing doubled; also where the process
//! is killed in the middle of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

#[path = "support/google_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod google_api;
#[path = "support/http_server.rs"]
mod http_server;
#[path = "support/stripe_api.rs"]
#[allow(dead_code, reason = "shared with the tests of all its resources")]
mod stripe_api;
#[path = "support/wire.rs"]
mod wire;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use google_api::{GoogleApi, Key, PACKAGE};
use http_server::Reply;
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::{GooglePlay, Stripe};
use recoup::{
    Clock as _, Config, Engine, EngineOptions, Event, EventKind, ManualClock, Purchase, ReconcileOptions,
    Reconciled, RefundFilter, Span, Store, SweepEnd, SystemClock, Timestamp,
};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const MINUTE: i64 = 60_000;
const KEY: &str = "rk_live_51abcdefghwxyz";

fn before(now: Timestamp, minutes: i64) -> Timestamp {
    now.plus(Span::from_millis(-minutes * MINUTE))
}

/// Order, user, state, money.
type SeenRefund = (Option<String>, Option<String>, String, Option<i64>);

/// What a host saw of its refunds in the end.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    refunds: Vec<SeenRefund>,
    /// Kind, and whose; in no order, since webhooks and sweeps come in their own.
    events: Vec<(EventKind, Option<String>)>,
}

fn seen(engine: &Engine) -> Seen {
    let mut refunds = Vec::new();
    let mut after = None;
    loop {
        let page = engine.refunds(&RefundFilter::default(), after, 1000).unwrap();
        refunds.extend(page.items.into_iter().map(|refund| {
            let money = refund.case.amount.map(|amount| amount.micros);
            (refund.case.about.order_id, refund.user, refund.case.state.as_str().to_owned(), money)
        }));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut events = Vec::new();
    loop {
        let polled: Vec<Event> = engine.poll(1000).unwrap();
        if polled.is_empty() {
            break;
        }
        for event in polled {
            engine.ack(event.id).unwrap();
            events.push((event.kind, event.user));
        }
    }
    refunds.sort();
    events.sort();
    Seen { refunds, events }
}

/// A game on Google Play: its ledger, its clock, and Google.
struct Game {
    google: GooglePlay,
    api: GoogleApi,
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Game {
    fn new() -> Self {
        let (google, api) = (GooglePlay::new().unwrap(), GoogleApi::start(NOW));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("keys.json"), google.jwks()).unwrap();
        Key::number(0)
            .write_file(&folder.path().join("account.json"), &api.server.url().segment("token").expose());
        Self { google, api, folder, clock: Arc::new(ManualClock::new(NOW)) }
    }

    fn engine(&self, ledger: &str) -> Engine {
        let config = json!({
            "database": ledger,
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
        });
        let config = Config::from_json(config.to_string().as_bytes(), self.folder.path()).unwrap();
        let options = EngineOptions::new().clock(Arc::clone(&self.clock)).background(false);
        options.open(config).unwrap()
    }

    fn push(&self, engine: &Engine, n: i64, refund_type: RefundType) {
        let at = before(NOW, n);
        let void =
            self.google.voided_purchase(&order(n), &token(n), VoidedProductType::OneTime, refund_type, at);
        // Pub/Sub's tokens are short-lived, so it is sent now.
        let push = self.google.push(&void, &format!("m{n}"), NOW).unwrap();
        let outcome = push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap();
        assert_eq!(outcome.http_status, 200, "{outcome:?}");
    }

    fn list(&self, n: i64, quantity: Option<u32>) {
        let at = before(NOW, n);
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

fn reconcile(engine: &Engine) -> Reconciled {
    engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap()
}

/// Minutes ago, newest last: 1400 refunds, one each half hour of 29 days. Two pages of Google's.
fn month() -> impl Iterator<Item = i64> {
    (0..1400).rev().map(|n| n * 30 + 5)
}

#[test]
fn a_month_of_which_every_third_push_was_dropped_is_whole_after_one_sweep() {
    let game = Game::new();
    let (whole, holed) = (game.engine("whole.db"), game.engine("holed.db"));
    for engine in [&whole, &holed] {
        let bought = month().map(|n| Purchase::new(Store::GooglePlay, format!("user {}", n % 7), order(n)));
        engine.record_purchases(bought.collect()).unwrap();
    }
    for (n, minutes) in month().enumerate() {
        game.push(&whole, minutes, RefundType::Full);
        if n % 3 != 0 {
            game.push(&holed, minutes, RefundType::Full);
        }
        game.list(minutes, None);
    }
    let reconciled = reconcile(&holed);
    assert!(reconciled.is_whole(), "{reconciled:?}");
    let swept = &reconciled.sweeps[0];
    // Of those that were pushed the list tells more: Google's pushes give no reason.
    assert_eq!((swept.pages, swept.found, swept.new, swept.changed), (2, 1400, 467, 933));
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
fn parts_that_no_push_told_are_added_up_once() {
    let game = Game::new();
    let engine = game.engine("ledger.db");
    let mut bought = Purchase::new(Store::GooglePlay, "mia", order(1));
    bought.quantity = Some(10);
    engine.record_purchases(vec![bought]).unwrap();
    for quantity in [Some(2), Some(3)] {
        game.list(1, quantity);
        // Google gives each part a time of its own.
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
fn a_store_that_is_out_of_quota_is_taken_up_later_and_stops_no_other() {
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

/// A web shop at Stripe, swept by the command line and by the machine's clock.
struct Shop {
    stripe: Stripe,
    emulator: stripe_api::StripeEmulator,
    folder: tempfile::TempDir,
    now: Timestamp,
}

const CHARGES: i64 = 900;

impl Shop {
    fn new() -> Self {
        let now = SystemClock.now();
        let emulator = stripe_api::StripeEmulator::start(KEY, None, now.secs());
        let shop =
            Self { stripe: Stripe::new().unwrap(), emulator, folder: tempfile::tempdir().unwrap(), now };
        for ledger in ["whole", "holed"] {
            let config = json!({
                "database": format!("{ledger}.db"),
                "stripe": [{
                    "name": "web shop",
                    "webhook_secrets": [shop.stripe.webhook_secret],
                    "api_key": KEY,
                    "api_url": shop.emulator.url().expose(),
                }],
            });
            std::fs::write(shop.folder.path().join(format!("{ledger}.json")), config.to_string()).unwrap();
        }
        shop
    }

    fn engine(&self, ledger: &str) -> Engine {
        let config = Config::from_file(self.folder.path().join(format!("{ledger}.json"))).unwrap();
        EngineOptions::new().background(false).open(config).unwrap()
    }

    /// A month of refunds; of every third no webhook came to the holed ledger.
    fn fill(&self) {
        let (whole, holed) = (self.engine("whole"), self.engine("holed"));
        for engine in [&whole, &holed] {
            let bought = (0..CHARGES)
                .map(|n| Purchase::new(Store::Stripe, format!("user {}", n % 7), format!("ch_{n}")));
            engine.record_purchases(bought.collect()).unwrap();
        }
        for n in 0..CHARGES {
            let at = before(self.now, n * 45 + 5);
            let refund = self.stripe.refund(&format!("re_{n}"), &format!("ch_{n}"), 499, at);
            self.emulator.add_refund(refund.clone());
            let event = self.stripe.event(&format!("evt_{n}"), "refund.created", refund, at);
            for (engine, told) in [(&whole, true), (&holed, n % 3 != 0)] {
                let request = self.stripe.send(&event, SystemClock.now());
                if told {
                    let outcome = request.send(|request| engine.ingest(&Store::Stripe, request)).unwrap();
                    assert_eq!(outcome.http_status, 200);
                }
            }
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recoup"));
        command
            .args(["--json", "reconcile", "stripe", "--config", "holed.json"])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Kills the command after so many lines of progress.
    fn reconcile_and_kill(&self, lines: usize) -> usize {
        let mut child = self.command().spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let said = stdout.lines().take(lines).count();
        child.kill().unwrap();
        child.wait().unwrap();
        said
    }
}

fn is_sound(ledger: &Path) -> bool {
    let connection = rusqlite::Connection::open(ledger).unwrap();
    connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap() == "ok"
}

#[test]
fn a_month_is_whole_when_the_sweep_is_killed_in_the_middle() {
    let shop = Shop::new();
    shop.fill();
    let mut known = usize::try_from(CHARGES / 3 * 2).unwrap();
    for lines in [1, 3, 4] {
        assert_eq!(shop.reconcile_and_kill(lines), lines);
        assert!(is_sound(&shop.folder.path().join("holed.db")));
    }
    {
        let engine = shop.engine("holed");
        let now_known = engine.refunds(&RefundFilter::default(), None, 1000).unwrap().items.len();
        let all = usize::try_from(CHARGES).unwrap();
        assert!(known < now_known && now_known < all, "killed too early or too late: {now_known}");
        known = now_known;
    }
    let output = shop.command().output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let swept = &lines.last().unwrap()["sweeps"][0];
    assert_eq!(swept["ended"]["what"], "complete", "{swept}");
    assert_eq!(swept["resumed"], true, "{swept}");
    assert_eq!(swept["new"], json!(usize::try_from(CHARGES).unwrap() - known));
    assert_eq!(swept["changed"], 0);
    assert_eq!(seen(&shop.engine("holed")), seen(&shop.engine("whole")));
}

#[test]
fn the_command_line_says_what_is_missing_and_ends_with_1() {
    let shop = Shop::new();
    let engine = shop.engine("holed");
    let mut old = Purchase::new(Store::Stripe, "mia", "ch_1");
    old.purchased_at = Some(shop.now.plus(Span::from_days(-400)));
    engine.record_purchases(vec![old]).unwrap();
    drop(engine);
    let mut command = Command::new(env!("CARGO_BIN_EXE_recoup"));
    command.args(["reconcile", "--config", "holed.json"]).current_dir(shop.folder.path());
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("GAP") && said.contains("Stripe (web shop)"), "{said}");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "it is said once");
}
