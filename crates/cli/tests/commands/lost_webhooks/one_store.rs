//! ONE Store: a month of voided purchases.

use std::sync::Arc;

use recoup::one_store::PurchaseState;
use recoup::testing::OneStore;
use recoup::{Config, Engine, EngineOptions, ManualClock, Purchase, Store, Timestamp};
use serde_json::{Value, json};

use super::processes::{self, Kill, Sweeping};
use super::{NOW, before, reconcile, seen};
use crate::support::one_store_api::{OneStoreEmulator, error};

const SECRET: &str = "vxIMAGcVz3DAx20uDBr/IDWNJAPNHFl7YruF4uxB6BI=";
const COUNT: i64 = 330;

struct Game {
    store: OneStore,
    emulator: OneStoreEmulator,
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
        game.emulator.with(|state| state.keeps_time = true);
        for ledger in ["whole", "holed"] {
            let config = game.config(&format!("{ledger}.db")).to_string();
            std::fs::write(game.folder.path().join(format!("{ledger}.json")), config).unwrap();
        }
        game
    }

    fn at(now: Timestamp) -> Self {
        let store = OneStore::new().unwrap();
        let emulator = OneStoreEmulator::start(&store.client_id, SECRET, now.millis());
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::new(now)));
        Self { store, emulator, folder, clock, now }
    }

    fn config(&self, ledger: &str) -> Value {
        json!({
            "database": ledger,
            "one_store": [{
                "client_id": self.store.client_id,
                "license_key": self.store.license_key().unwrap(),
                "client_secret": SECRET,
                "api_url": self.emulator.url().expose(),
            }],
        })
    }

    fn engine(&self, ledger: &str) -> Engine {
        self.open(&self.config(ledger))
    }

    /// An engine that cannot ask ONE Store, so that what is pushed is decided at once.
    fn pushed(&self, ledger: &str) -> Engine {
        let mut config = self.config(ledger);
        let app = config["one_store"][0].as_object_mut().unwrap();
        app.remove("client_secret");
        app.remove("api_url");
        self.open(&config)
    }

    fn open(&self, config: &Value) -> Engine {
        let config = Config::from_json(config.to_string().as_bytes(), self.folder.path()).unwrap();
        EngineOptions::new().clock(Arc::clone(&self.clock)).background(false).open(config).unwrap()
    }

    /// Refunds over 27 days, all listed by the store; the first ledger is reported all, the second of two thirds.
    fn fill(&self, whole: &Engine, holed: &Engine) {
        for n in (0..COUNT).rev() {
            let (id, voided) = (format!("P{n}"), before(self.now, n * 115 + 5));
            let bought = before(voided, 600);
            // A notification does not have the time of the void: its arrival counts.
            self.clock.set(voided);
            for engine in [whole, holed] {
                let purchase = Purchase::new(Store::OneStore, format!("user {}", n % 70), &id);
                engine.record_purchase(purchase).unwrap();
            }
            // The list has no price: the purchase's notification reported it.
            let sold = self.store.payment(&id, PurchaseState::Completed, bought).request().unwrap();
            for engine in [whole, holed] {
                sold.send(|request| engine.ingest(&Store::OneStore, request)).unwrap();
            }
            let request = self.store.payment(&id, PurchaseState::Canceled, bought).request().unwrap();
            for (engine, reported) in [(whole, true), (holed, n % 3 != 0)] {
                if reported {
                    let outcome = request.send(|request| engine.ingest(&Store::OneStore, request)).unwrap();
                    assert_eq!(outcome.http_status, 200, "{outcome:?}");
                }
            }
            let row = json!({"purchaseId": id, "purchaseTime": bought.millis(), "voidedTime": voided.millis(),
                             "purchaseToken": format!("token-of-{id}"), "marketCode": "MKT_ONE"});
            self.emulator.with(|state| state.voided.push(row));
        }
        self.clock.set(self.now);
    }
}

#[test]
fn a_month_is_whole_when_its_sweep_is_killed_in_the_middle() {
    let game = Game::of_processes();
    game.fill(&game.pushed("whole.db"), &game.pushed("holed.db"));
    let sweeping = Sweeping {
        folder: game.folder.path(),
        ledger: "holed",
        store: "one-store",
        server: &game.emulator.server,
    };
    // Each process requests a token, and then four pages.
    let kills =
        [Kill::AwaitingAnswer(0), Kill::Reporting(2, 3), Kill::AwaitingAnswer(2), Kill::AwaitingAnswer(1)];
    sweeping.is_whole_after(&kills, |ledger| game.engine(&format!("{ledger}.db")));
}

#[test]
fn a_month_of_which_every_third_notification_was_dropped_is_whole_after_one_sweep() {
    let game = Game::new();
    let (whole, holed) = (game.pushed("whole.db"), game.pushed("holed.db"));
    game.fill(&whole, &holed);
    drop(holed);
    let holed = game.engine("holed.db");
    let mut expired = false;
    let reconciled = holed
        .reconcile(&recoup::ReconcileOptions::default(), |progress| {
            // The continuation key is no longer taken: the sweep begins again.
            if progress.swept.pages == 2 && !expired {
                expired = true;
                game.emulator.with(|state| state.faults.push_back(error(400, "InvalidRequest")));
            }
        })
        .unwrap();
    assert!(reconciled.is_whole() && expired, "{reconciled:?}");
    let swept = &reconciled.sweeps[0];
    assert_eq!((swept.pages, swept.found, swept.new), (6, 200 + 330, 110), "{swept:?}");
    assert_eq!(seen(&holed), seen(&whole));
    let again = reconcile(&holed).sweeps.remove(0);
    assert_eq!((again.found > 0, again.new, again.changed), (true, 0, 0));
    assert_eq!(seen(&holed).events, []);
}
