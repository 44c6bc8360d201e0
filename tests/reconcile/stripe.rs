//! Stripe, by the command line.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use recoup::testing::Stripe;
use recoup::{
    Clock as _, Config, Engine, EngineOptions, Purchase, RefundFilter, Span, Store, SystemClock, Timestamp,
};
use serde_json::{Value, json};

use crate::{before, seen, stripe_api};

const KEY: &str = "rk_live_51abcdefghwxyz";

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
