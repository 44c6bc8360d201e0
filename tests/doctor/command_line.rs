//! `recoup doctor`: what is printed, and how it ends.

use std::process::Command;

use recoup::{Clock as _, Examination, Health, SystemClock};
use serde_json::{Value, json};

use crate::shop::{STRIPE_KEY, Shop};
use crate::stripe_api::StripeEmulator;

#[test]
fn the_command_line_ends_with_1_only_where_something_is_broken() {
    let mut shop = Shop::new();
    let now = SystemClock.now();
    let stripe = StripeEmulator::start(STRIPE_KEY, None, now.secs());
    shop.config["stripe"][0]["api_url"] = json!(stripe.url().expose());
    shop.config = json!({"database": "ledger.db", "stripe": shop.config["stripe"]});
    let run = |config: &Value, args: &[&str]| {
        std::fs::write(shop.folder.path().join("recoup.json"), config.to_string()).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_recoup"))
            .args(args)
            .args(["doctor", "--config", "recoup.json"])
            .current_dir(shop.folder.path())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!said.contains("rk_live") && !said.contains("whsec_"), "{said}");
        (output.status.code().unwrap(), said)
    };
    let (code, said) = run(&shop.config, &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Stripe (web shop)") && said.contains("0 broken"), "{said}");
    let mut wrong = shop.config.clone();
    wrong["stripe"][0]["api_key"] = json!("rk_live_another");
    let (code, said) = run(&wrong, &[]);
    assert_eq!(code, 1, "{said}");
    let to_do = said.split("What to do, the worst first").nth(1).unwrap();
    assert!(to_do.trim_start().starts_with("1. BROKEN, Stripe (web shop): "), "{said}");
    let (code, said) = run(&wrong, &["--json"]);
    let examination: Examination = serde_json::from_str(&said).unwrap();
    assert_eq!((code, examination.health), (1, Health::Broken));
}

/// No file may grow behind this, in blocks of 512 or 1024 bytes: the ledger's log cannot take a megabyte.
#[cfg(unix)]
const NO_ROOM: &str = "trap '' XFSZ; ulimit -f 1024; exec \"$0\" doctor --config recoup.json --json";

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_broken() {
    let shop = Shop::of("stripe");
    drop(shop.engine());
    std::fs::write(shop.folder.path().join("recoup.json"), shop.config.to_string()).unwrap();
    let output = Command::new("sh")
        .args(["-c", NO_ROOM, env!("CARGO_BIN_EXE_recoup")])
        .current_dir(shop.folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let examination: Examination =
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let unwritable = crate::shop::the(&examination, "unwritable");
    assert_eq!((output.status.code(), unwritable.health), (Some(1), Health::Broken));
    crate::shop::says(unwritable, "nothing can be written to", "room");
}
