//! Amazon: a month of receipts, each queried, by the command line.

use recoup::amazon::NotificationType;
use recoup::testing::Amazon;
use recoup::{Config, Engine, EngineOptions, Purchase, Store, Timestamp};
use serde_json::{Value, json};

use super::before;
use super::processes::{self, Kill, Sweeping};
use crate::support::amazon_rvs::{RvsEmulator, canceled, receipt};

const SECRET: &str = "2:smXBjZkWCxDMSBvQ8HBGsUS1PK3jvVc8:abc/d==";
const COUNT: i64 = 135;

struct Game {
    amazon: Amazon,
    rvs: RvsEmulator,
    folder: tempfile::TempDir,
    now: Timestamp,
}

impl Game {
    fn new() -> Self {
        let (amazon, rvs) = (Amazon::new().unwrap(), RvsEmulator::start(SECRET));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sns.pem"), amazon.certificate().unwrap()).unwrap();
        for ledger in ["whole", "holed"] {
            let config = json!({
                "database": format!("{ledger}.db"),
                "policy": [{"name": "every refund blocks", "action": {"block": "permanently"}}],
                "amazon": [{
                    "package_name": amazon.package_name,
                    "topic_arn": amazon.topic_arn,
                    "certificate": "sns.pem",
                    "shared_secret": SECRET,
                    "rvs_url": rvs.url().expose(),
                }],
            });
            std::fs::write(folder.path().join(format!("{ledger}.json")), config.to_string()).unwrap();
        }
        Self { amazon, rvs, folder, now: processes::now() }
    }

    fn engine(&self, ledger: &str) -> Engine {
        let config = Config::from_file(self.folder.path().join(format!("{ledger}.json"))).unwrap();
        EngineOptions::new().background(false).open(config).unwrap()
    }

    /// An engine that cannot ask Amazon, so that what is pushed is decided at once.
    fn pushed(&self, ledger: &str) -> Engine {
        let file = self.folder.path().join(format!("{ledger}.json"));
        let mut config: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let app = config["amazon"][0].as_object_mut().unwrap();
        app.remove("shared_secret");
        app.remove("rvs_url");
        let config = Config::from_json(config.to_string().as_bytes(), self.folder.path()).unwrap();
        EngineOptions::new().background(false).open(config).unwrap()
    }

    /// All is refunded but every fifth; of every third refund no notification came to the holed ledger.
    fn fill(&self) {
        let (whole, holed) = (self.pushed("whole"), self.pushed("holed"));
        for n in 0..COUNT {
            let (id, bought) = (format!("R{n}"), before(self.now, n * 310 + 60));
            let mut purchase = Purchase::new(Store::Amazon, format!("user {}", n % 70), &id);
            purchase.account_tag = Some(self.amazon.app_user_id.clone());
            purchase.purchased_at = Some(bought);
            whole.record_purchase(purchase.clone()).unwrap();
            holed.record_purchase(purchase).unwrap();
            let sold = receipt(&id, "CONSUMABLE", bought.millis());
            if n % 5 == 0 {
                self.rvs.add(&self.amazon.app_user_id, &sold);
                continue;
            }
            let at = before(self.now, n * 310 + 5);
            self.rvs.add(&self.amazon.app_user_id, &canceled(sold, at.millis(), json!(1)));
            let kind = NotificationType::ConsumableCancelled;
            let reported = self.amazon.real_time_notification(kind, &id, at);
            let request = self.amazon.notification(&reported, &format!("m{n}"), self.now).unwrap();
            for (engine, is_reported) in [(&whole, true), (&holed, n % 3 != 0)] {
                if is_reported {
                    let outcome = request.send(|request| engine.ingest(&Store::Amazon, request)).unwrap();
                    assert_eq!(outcome.http_status, 200, "{outcome:?}");
                }
            }
        }
    }
}

#[test]
fn a_month_is_whole_when_its_sweep_is_killed_in_the_middle() {
    let game = Game::new();
    game.fill();
    let sweeping =
        Sweeping { folder: game.folder.path(), ledger: "holed", store: "amazon", server: &game.rvs.server };
    // Fifty receipts are a page, so two of them come to no end of one.
    let kills = [
        Kill::AwaitingAnswer(20),
        Kill::Reporting(2, 80),
        Kill::AwaitingAnswer(30),
        Kill::AwaitingAnswer(55),
    ];
    sweeping.is_whole_after(&kills, |ledger| game.engine(ledger));
}
