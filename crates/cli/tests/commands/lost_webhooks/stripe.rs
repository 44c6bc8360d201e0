//! Stripe, by the command line.

use std::process::Command;

use recoup::testing::Stripe;
use recoup::{Clock as _, Config, Engine, EngineOptions, Purchase, Span, Store, SystemClock, Timestamp};
use serde_json::{Value, json};

use super::processes::{Kill, Sweeping, swept};
use super::{before, seen};
use crate::support::stripe_api;

const KEY: &str = "rk_live_51abcdefghwxyz";

/// A web shop at Stripe, swept by the command line and by the machine's clock.
pub(crate) struct Shop {
    pub(crate) stripe: Stripe,
    pub(crate) emulator: stripe_api::StripeEmulator,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) now: Timestamp,
}

const CHARGES: i64 = 900;

impl Shop {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn engine(&self, ledger: &str) -> Engine {
        let config = Config::from_file(self.folder.path().join(format!("{ledger}.json"))).unwrap();
        EngineOptions::new().background(false).open(config).unwrap()
    }

    /// A month of refunds; of every third no webhook came to the holed ledger.
    pub(crate) fn fill(&self) {
        let (whole, holed) = (self.engine("whole"), self.engine("holed"));
        for engine in [&whole, &holed] {
            let bought = (0..CHARGES)
                .map(|n| Purchase::new(Store::Stripe, format!("user {}", n % 70), format!("ch_{n}")));
            engine.record_purchases(bought.collect()).unwrap();
        }
        for n in 0..CHARGES {
            let at = before(self.now, n * 45 + 5);
            let mut refund = self.stripe.refund(&format!("re_{n}"), &format!("ch_{n}"), 499, at);
            refund["charge"] = self.stripe.charge(&format!("ch_{n}"), 999, 499, at);
            self.emulator.add_refund(refund.clone());
            let event = self.stripe.event(&format!("evt_{n}"), "refund.created", refund, at);
            for (engine, reported) in [(&whole, true), (&holed, n % 3 != 0)] {
                let request = self.stripe.send(&event, SystemClock.now());
                if reported {
                    let outcome = request.send(|request| engine.ingest(&Store::Stripe, request)).unwrap();
                    assert_eq!(outcome.http_status, 200);
                }
            }
        }
    }

    pub(crate) fn sweeping(&self) -> Sweeping<'_> {
        Sweeping {
            folder: self.folder.path(),
            ledger: "holed",
            store: "stripe",
            server: &self.emulator.server,
        }
    }
}

#[test]
fn a_month_is_whole_when_its_sweep_is_killed_in_the_middle() {
    let shop = Shop::new();
    shop.fill();
    // Nine pages of refunds, and one without a dispute.
    let kills = [
        Kill::AwaitingAnswer(0),
        Kill::Reporting(2, 3),
        Kill::AwaitingAnswer(2),
        Kill::Reporting(1, 2),
        Kill::AwaitingAnswer(1),
    ];
    shop.sweeping().is_whole_after(&kills, |ledger| shop.engine(ledger));
}

#[test]
fn of_two_processes_one_sweeps_and_the_other_names_it() {
    let shop = Shop::new();
    shop.fill();
    let sweeping = shop.sweeping();
    let first = sweeping.until_held(3);
    let process = first.id();
    let second = swept(sweeping.command().spawn().unwrap(), 1);
    assert_eq!(second["ended"], json!({"what": "elsewhere", "process": process}));
    assert_eq!((&second["pages"], &second["new"]), (&0.into(), &0.into()));
    let mut to_people = Command::new(env!("CARGO_BIN_EXE_recoup"));
    to_people.args(["reconcile", "--config", "holed.json"]).current_dir(shop.folder.path());
    let output = to_people.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(&format!("another process ({process}) is sweeping")), "{said}");
    assert_eq!(output.status.code(), Some(1));
    sweeping.server.release();
    let first = swept(first, 0);
    assert_eq!(
        (&first["ended"]["what"], &first["new"]),
        (&"complete".into(), &(CHARGES / 3).into()),
        "{first}"
    );
    assert_eq!(seen(&shop.engine("holed")), seen(&shop.engine("whole")));
    // The cursor is the first one's end; the next begins an hour before that.
    let next = sweeping.run();
    assert_eq!(next["from"].as_i64(), first["to"].as_i64().map(|to| to - 3_600_000));
    assert_eq!((&next["resumed"], &next["new"], &next["changed"]), (&false.into(), &0.into(), &0.into()));
}

#[test]
fn processes_that_begin_at_once_double_nothing() {
    let shop = Shop::new();
    shop.fill();
    let sweeping = shop.sweeping();
    let _server = shop.engine("holed");
    let begun: Vec<_> = (0..3).map(|_| sweeping.command().spawn().unwrap()).collect();
    let (mut new, mut whole) = (0, 0);
    for child in begun {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let last: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
        let swept = &last["sweeps"][0];
        let is_whole = swept["ended"]["what"] == "complete";
        assert!(is_whole || swept["ended"]["what"] == "elsewhere", "{swept}");
        assert_eq!(output.status.code(), Some(i32::from(!is_whole)));
        new += swept["new"].as_i64().unwrap();
        whole += i32::from(is_whole);
    }
    assert!(whole >= 1);
    assert_eq!(new, CHARGES / 3);
    assert_eq!(seen(&shop.engine("holed")), seen(&shop.engine("whole")));
    let after = sweeping.run();
    assert_eq!((&after["resumed"], &after["new"], &after["changed"]), (&false.into(), &0.into(), &0.into()));
}

#[test]
fn the_command_line_prints_what_is_missing_and_ends_with_1() {
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
    assert_eq!(output.status.code(), Some(0), "it is reported once");
}
