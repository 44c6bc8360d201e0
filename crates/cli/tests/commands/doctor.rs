//! `recoup doctor`: what is printed, and how it ends.

use std::process::Command;

use recoup::{Clock as _, Config, DoctorReport, EngineOptions, Health, SystemClock};
use serde_json::json;

use crate::session::{Session, assert_session};
use crate::support::stripe_api::StripeEmulator;

const STRIPE_KEY: &str = "rk_live_51abcdefghwxyz";

/// A game that sells in a web shop.
struct WebShop {
    folder: tempfile::TempDir,
    stripe: StripeEmulator,
}

impl WebShop {
    fn new() -> Self {
        let stripe = StripeEmulator::start(STRIPE_KEY, None, SystemClock.now().secs());
        let shop = Self { folder: tempfile::tempdir().unwrap(), stripe };
        shop.configure(STRIPE_KEY);
        shop
    }

    fn configure(&self, key: &str) {
        let config = json!({
            "database": "ledger.db",
            "stripe": [{
                "name": "web shop",
                "webhook_secrets": ["whsec_0123456789abcdef0123456789abcdef"],
                "api_key": key,
                "api_url": self.stripe.url().expose(),
            }],
        });
        std::fs::write(self.folder.path().join("recoup.json"), config.to_string()).unwrap();
    }
}

#[test]
fn the_command_line_ends_with_1_only_where_something_is_broken() {
    let shop = WebShop::new();
    let mut session = Session::new(shop.folder.path());
    assert_eq!(session.run("doctor").code, 0);
    shop.configure("rk_live_another");
    assert_eq!(session.run("doctor").code, 1);
    assert_session!("doctor", session);
    let json = session.run("--json doctor");
    let report: DoctorReport = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json.code, report.health), (1, Health::Broken));
    assert!(!session.text.contains("rk_live") && !session.text.contains("whsec_"), "{}", session.text);
}

/// No file may grow behind this, in blocks of 512 or 1024 bytes: the ledger's log cannot take a megabyte.
#[cfg(unix)]
const NO_ROOM: &str = "trap '' XFSZ; ulimit -f 1024; exec \"$0\" doctor --config recoup.json --json";

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_broken() {
    let shop = WebShop::new();
    let config = Config::from_file(shop.folder.path().join("recoup.json")).unwrap();
    drop(EngineOptions::new().background(false).open(config).unwrap());
    let output = Command::new("sh")
        .args(["-c", NO_ROOM, env!("CARGO_BIN_EXE_recoup")])
        .current_dir(shop.folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let report: DoctorReport = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let unwritable = report.findings.iter().find(|finding| finding.code == "unwritable");
    let unwritable = unwritable.unwrap_or_else(|| panic!("not in {report:#?}"));
    assert_eq!((output.status.code(), unwritable.health), (Some(1), Health::Broken));
    assert!(unwritable.facts.contains("nothing can be written to"), "{unwritable:#?}");
    assert!(unwritable.advice.as_ref().unwrap().contains("room"), "{unwritable:#?}");
}
