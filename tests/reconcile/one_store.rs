//! ONE Store: a month of voided purchases.

use std::sync::Arc;

use recoup::one_store::PurchaseState;
use recoup::testing::OneStore;
use recoup::{Config, Engine, EngineOptions, ManualClock, Purchase, Store};
use serde_json::json;

use crate::one_store_api::{OneStoreEmulator, error};
use crate::{NOW, before, reconcile, seen};

const SECRET: &str = "vxIMAGcVz3DAx20uDBr/IDWNJAPNHFl7YruF4uxB6BI=";
const COUNT: i64 = 330;

struct Game {
    store: OneStore,
    emulator: OneStoreEmulator,
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Game {
    fn new() -> Self {
        let store = OneStore::new().unwrap();
        let emulator = OneStoreEmulator::start(&store.client_id, SECRET, NOW.millis());
        Self { store, emulator, folder: tempfile::tempdir().unwrap(), clock: Arc::new(ManualClock::new(NOW)) }
    }

    fn engine(&self, ledger: &str) -> Engine {
        let config = json!({
            "database": ledger,
            "one_store": [{
                "client_id": self.store.client_id,
                "license_key": self.store.license_key().unwrap(),
                "client_secret": SECRET,
                "api_url": self.emulator.url().expose(),
            }],
        });
        let config = Config::from_json(config.to_string().as_bytes(), self.folder.path()).unwrap();
        EngineOptions::new().clock(Arc::clone(&self.clock)).background(false).open(config).unwrap()
    }

    /// Refunds over 27 days, all listed by the store; the first ledger is told of all, the second of two thirds.
    fn fill(&self, whole: &Engine, holed: &Engine) {
        for n in (0..COUNT).rev() {
            let (id, voided) = (format!("P{n}"), before(NOW, n * 115 + 5));
            let bought = before(voided, 600);
            // A notification does not say when it was voided: that is when it comes.
            self.clock.set(voided);
            for engine in [whole, holed] {
                let purchase = Purchase::new(Store::OneStore, format!("user {}", n % 7), &id);
                engine.record_purchase(purchase).unwrap();
            }
            let request = self.store.payment(&id, PurchaseState::Canceled, bought).request().unwrap();
            for (engine, told) in [(whole, true), (holed, n % 3 != 0)] {
                if told {
                    let outcome = request.send(|request| engine.ingest(&Store::OneStore, request)).unwrap();
                    assert_eq!(outcome.http_status, 200, "{outcome:?}");
                }
            }
            let row = json!({"purchaseId": id, "purchaseTime": bought.millis(), "voidedTime": voided.millis(),
                             "purchaseToken": format!("token-of-{id}"), "marketCode": "MKT_ONE"});
            self.emulator.with(|state| state.voided.push(row));
        }
        self.clock.set(NOW);
    }
}

#[test]
fn a_month_of_which_every_third_notification_was_dropped_is_whole_after_one_sweep() {
    let game = Game::new();
    let (whole, holed) = (game.engine("whole.db"), game.engine("holed.db"));
    game.fill(&whole, &holed);
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
    // The prices of those that no notification told are not known: the list has none.
    let users = |engine: &Engine| {
        let seen = seen(engine);
        let refunds = seen.refunds.into_iter().map(|(order, user, state, _)| (order, user, state));
        (refunds.collect::<Vec<_>>(), seen.events)
    };
    assert_eq!(users(&holed), users(&whole));
    let again = reconcile(&holed).sweeps.remove(0);
    assert_eq!((again.found > 0, again.new, again.changed), (true, 0, 0));
    assert_eq!(seen(&holed).events, []);
}
