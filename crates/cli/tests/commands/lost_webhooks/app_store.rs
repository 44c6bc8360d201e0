//! The App Store: notification history in both environments, and one customer's refunds.

use std::sync::Arc;

use recoup::testing::AppStore;
use recoup::{
    Config, Engine, EngineOptions, ManualClock, Purchase, RefundFilter, Request, Span, Store, Sweep,
    Timestamp,
};
use serde_json::{Value, json};

use super::processes::{self, Kill, Sweeping};
use super::{before, reconcile, seen};
use crate::support::app_store_api::consumption::Kind;
use crate::support::app_store_api::history::Sent;
use crate::support::app_store_api::{AppStoreServers, Environment, Fault, NOW, fault_reply};

struct Game {
    servers: AppStoreServers,
    clock: Arc<ManualClock>,
}

impl Game {
    fn new() -> Self {
        Self::at(NOW)
    }

    /// By the machine's clock, for processes.
    fn of_processes() -> Self {
        let game = Self::at(processes::now());
        for environment in game.environments() {
            environment.known().keeps_time = true;
        }
        for ledger in ["whole", "holed"] {
            let config = game.config(&format!("{ledger}.db")).to_string();
            std::fs::write(game.servers.folder().join(format!("{ledger}.json")), config).unwrap();
        }
        game
    }

    fn at(now: Timestamp) -> Self {
        let servers = AppStoreServers::start();
        for (name, environment) in [("production", &servers.production), ("sandbox", &servers.sandbox)] {
            std::fs::write(servers.folder().join(name), environment.store.root_der()).unwrap();
            environment.known().now = Some(now);
        }
        Self { servers, clock: Arc::new(ManualClock::new(now)) }
    }

    fn config(&self, ledger: &str) -> Value {
        let mut section = self.servers.section();
        section["environments"] = json!(["production", "sandbox"]);
        section["extra_roots"] = json!(["production", "sandbox"]);
        json!({"database": ledger, "app_store": [section]})
    }

    fn engine(&self, ledger: &str) -> Engine {
        let config = self.config(ledger).to_string();
        let config = Config::from_json(config.as_bytes(), self.servers.folder()).unwrap();
        EngineOptions::new().clock(Arc::clone(&self.clock)).background(false).open(config).unwrap()
    }

    fn environments(&self) -> [&Environment; 2] {
        [&self.servers.production, &self.servers.sandbox]
    }

    fn pass(&self, span: Span) {
        self.clock.advance(span);
        for environment in self.environments() {
            let mut known = environment.known();
            known.now = known.now.map(|now| now.plus(span));
        }
    }
}

fn transaction(environment: &Environment, n: i64) -> String {
    format!("{}-{n}", environment.store.environment.name())
}

fn refund(environment: &Environment, n: i64) -> Value {
    let at = refunded_at(environment, n);
    let bought =
        environment.store.transaction(&transaction(environment, n), "gems_100", at.plus(Span::from_days(-1)));
    AppStore::refunded(bought, at)
}

fn refunded_at(environment: &Environment, n: i64) -> Timestamp {
    let now = environment.known().now.unwrap_or(NOW);
    before(now, n * 60 + 5)
}

/// A refund's notification: Apple's record of it, and its body as it is sent.
fn notify(environment: &Environment, n: i64) -> Vec<u8> {
    let at = refunded_at(environment, n);
    let made = environment
        .store
        .notification("REFUND", at)
        .id(&transaction(environment, n))
        .transaction(refund(environment, n));
    let signed_payload = made.jws().unwrap();
    let body = json!({"signedPayload": signed_payload}).to_string().into_bytes();
    let result = if n % 3 == 0 { "NO_RESPONSE" } else { "SUCCESS" };
    environment.known().sent.push(Sent {
        kind: "REFUND".to_owned(),
        at,
        signed_payload,
        attempts: vec![(at, result)],
    });
    body
}

fn take(engine: &Engine, body: &[u8]) {
    assert_eq!(engine.ingest(&Store::AppStore, &Request::of_body(body)).unwrap().http_status, 200);
}

fn swept(engine: &Engine) -> Sweep {
    let reconciled = reconcile(engine);
    assert!(reconciled.is_whole(), "{reconciled:?}");
    reconciled.sweeps.into_iter().next().unwrap()
}

/// Refunds in both environments, all of which the first ledger is reported and two thirds of which the second.
fn fill(game: &Game, whole: &Engine, holed: &Engine) {
    for environment in game.environments() {
        for n in 0..63 {
            let body = notify(environment, n);
            for engine in [whole, holed] {
                engine
                    .record_purchase(Purchase::new(
                        Store::AppStore,
                        format!("user {}", n % 70),
                        transaction(environment, n),
                    ))
                    .unwrap();
            }
            take(whole, &body);
            if n % 3 != 0 {
                take(holed, &body);
            }
        }
    }
}

#[test]
fn a_month_is_whole_when_its_sweep_is_killed_in_the_middle() {
    let game = Game::of_processes();
    fill(&game, &game.engine("whole.db"), &game.engine("holed.db"));
    let sweeping = Sweeping {
        folder: game.servers.folder(),
        ledger: "holed",
        store: "app-store",
        server: &game.servers.production.server,
    };
    // Four pages of refunds, then one of each other type; then the sandbox.
    let kills =
        [Kill::AwaitingAnswer(0), Kill::Reporting(2, 2), Kill::AwaitingAnswer(2), Kill::AwaitingAnswer(1)];
    sweeping.is_whole_after(&kills, |ledger| game.engine(&format!("{ledger}.db")));
}

#[test]
fn a_month_of_which_every_third_notification_failed_is_whole_after_one_sweep() {
    let game = Game::new();
    let (whole, holed) = (game.engine("whole.db"), game.engine("holed.db"));
    fill(&game, &whole, &holed);
    let first = swept(&holed);
    assert_eq!((first.found, first.new, first.changed), (126, 42, 0));
    assert_eq!(seen(&holed), seen(&whole));
    game.pass(Span::from_hours(1));
    let again = swept(&holed);
    assert_eq!((again.found > 0, again.new, again.changed), (true, 0, 0));
    assert_eq!(seen(&holed).events, []);
}

#[test]
fn a_pagination_token_that_apple_no_longer_takes_begins_the_listing_again() {
    let game = Game::new();
    let engine = game.engine("ledger.db");
    for n in 0..45 {
        notify(&game.servers.production, n);
    }
    let mut cut = false;
    let reconciled = engine
        .reconcile(&recoup::ReconcileOptions::default(), |progress| {
            if progress.swept.pages == 1 && !cut {
                cut = true;
                let expired = fault_reply(Fault(400, 4_000_014, "Invalid pagination token."));
                game.servers.production.known().instead.push_back(expired);
            }
        })
        .unwrap();
    assert!(reconciled.is_whole(), "{reconciled:?}");
    let swept = &reconciled.sweeps[0];
    assert_eq!((swept.found, swept.new, swept.changed), (20 + 45, 45, 0));
}

#[test]
fn one_customers_refunds_are_looked_up_by_any_transaction_and_none_is_doubled() {
    let game = Game::new();
    let engine = game.engine("ledger.db");
    let production = &game.servers.production;
    production.sell(&production.store.transaction("2000000", "gems_100", NOW), Kind::default());
    production.known().refunds =
        (0..41).map(|n| production.store.sign(&refund(production, n)).unwrap()).collect();
    take(&engine, &notify(production, 1));
    let known = engine.order(&transaction(production, 1)).unwrap().refunds.remove(0).case;
    let looked_up = engine.reconcile_order(&Store::AppStore, None, "2000000").unwrap();
    assert_eq!((looked_up.found, looked_up.new, looked_up.changed, looked_up.sandbox), (41, 40, 0, false));
    let mut still = engine.order(&transaction(production, 1)).unwrap().refunds.remove(0).case;
    still.trust = known.trust;
    assert_eq!(still, known);
    let again = engine.reconcile_order(&Store::AppStore, Some(&looked_up.app), "2000000").unwrap();
    assert_eq!((again.found, again.new, again.changed), (41, 0, 0));
    assert_eq!(engine.refunds(&RefundFilter::default(), None, 1000).unwrap().items.len(), 41);
}

#[test]
fn an_order_of_the_sandbox_is_found_there_and_an_unknown_one_is_refused() {
    let game = Game::new();
    let engine = game.engine("ledger.db");
    let sandbox = &game.servers.sandbox;
    sandbox.sell(&sandbox.store.transaction("7", "gems_100", NOW), Kind::default());
    sandbox.known().refunds = vec![sandbox.store.sign(&refund(sandbox, 1)).unwrap()];
    let looked_up = engine.reconcile_order(&Store::AppStore, None, "7").unwrap();
    assert_eq!((looked_up.sandbox, looked_up.found, looked_up.new), (true, 1, 1));
    let unknown = engine.reconcile_order(&Store::AppStore, None, "8").unwrap_err();
    assert!(unknown.to_string().contains("4040010"), "{unknown}");
    let other = engine.reconcile_order(&Store::GooglePlay, None, "GPA.1").unwrap_err();
    assert_eq!(other.code(), "bad_action");
}
