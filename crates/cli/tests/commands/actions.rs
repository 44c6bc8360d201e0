//! `recoup refund`, `revoke` and `actions`, as far as no store has to be there.

use serde_json::json;

use crate::shop::{NOW, Shop};
use crate::support::stripe_api::StripeEmulator;

/// A shop with a key for Stripe, and nobody where its API should be.
fn shop() -> Shop {
    shop_at("http://127.0.0.1:9")
}

fn shop_at(api_url: &str) -> Shop {
    let shop = Shop::new();
    let mut config = shop.config();
    config["stripe"] = json!([{
        "name": "web shop", "webhook_secrets": ["whsec_0123456789abcdef0123456789abcdef"],
        "api_key": "rk_live_51abcdefghwxyz", "api_url": api_url,
    }]);
    shop.file("recoup.json", config.to_string());
    shop
}

#[test]
fn a_dry_run_says_what_would_be_asked_and_neither_sends_nor_writes() {
    let shop = shop();
    let dry = ["refund", "stripe", "web shop", "ch_1", "--why", "ticket 7", "--key", "7", "--dry-run"];
    let run = shop.run(&dry);
    assert!(run.code == 0 && run.stdout.starts_with("Nothing was sent or written."), "{run:?}");
    assert!(run.stdout.contains("ch_1") && run.stdout.contains("By support: ticket 7"), "{run:?}");
    let said = shop.run(&[&["--json"], &dry[..]].concat()).json();
    assert_eq!((&said["dry_run"], &said["request"]["payment"]), (&true.into(), &"ch_1".into()), "{said}");
    assert!(!shop.folder.path().join("ledger.db").exists(), "a ledger was made");

    for (args, code) in [
        (&["refund", "stripe", "another shop", "ch_1"][..], "api_not_configured"),
        (&["refund", "google-play", "com.example.game", "GPA.1"], "api_not_configured"),
        (&["revoke", "com.example.game", "token"], "api_not_configured"),
        (&["refund", "stripe", "web shop", "order 1"], "bad_action"),
        (&["refund", "stripe", "web shop", "ch_1", "--amount", "0", "--currency", "USD"], "bad_action"),
    ] {
        for more in [&["--why", "x", "--dry-run"][..], &["--why", "x"]] {
            let run = shop.run(&[&["--json"], args, more].concat());
            assert_eq!((run.code, run.error_code().as_str()), (1, code), "{args:?}: {run:?}");
        }
    }
    assert!(!shop.folder.path().join("ledger.db").exists(), "a ledger was made");
}

#[test]
fn a_mistake_is_reported_and_a_store_that_cannot_refund_says_what_to_do() {
    let shop = shop();
    for args in [
        &["refund", "stripe", "web shop", "ch_1"][..],
        &["refund", "stripe", "web shop", "ch_1", "--why", "x", "--amount", "4.99"],
        &["refund", "stripe", "web shop", "ch_1", "--why", "x", "--amount", "4,99", "--currency", "USD"],
        &["revoke", "com.example.game", "t", "--why", "x", "--prorated", "--item", "a"],
        &["actions", "--limit", "0"],
        &["doctor", "everything"],
    ] {
        let run = shop.run(&[&["--json"], args].concat());
        assert_eq!((run.code, run.error_code().as_str()), (1, "usage"), "{args:?}: {run:?}");
    }
    let run = shop.run(&["refund", "app-store", "2000"]);
    assert!(run.code == 1 && run.stderr.contains("reportaproblem.apple.com"), "{run:?}");
    for verb in [&["refund", "stripe"][..], &["revoke"]] {
        assert!(shop.run(&[verb, &["--help"]].concat()).stdout.contains("--dry-run"));
    }
    assert!(shop.run(&["doctor", "--help"]).stdout.contains("--app-store-test-notification"));
    assert_eq!(shop.run(&["--json", "actions"]).error_code(), "no_ledger");
}

#[test]
fn a_key_given_again_sends_nothing_again() {
    let stripe = StripeEmulator::start("rk_live_51abcdefghwxyz", None, NOW.secs());
    stripe.charge("ch_1", 499, "usd");
    let shop = shop_at(&stripe.url().expose());
    let refund = ["--json", "refund", "stripe", "web shop", "ch_1", "--why", "ticket 7", "--key", "7"];
    let first = shop.run(&refund);
    assert_eq!((first.code, &first.json()["state"]), (0, &"done".into()), "{first:?}");
    let sent = stripe.received().len();
    assert_eq!(shop.run(&refund).json()["id"], first.json()["id"]);
    let other = shop.run(&[&refund[..], &["--amount", "1", "--currency", "USD"]].concat());
    assert_eq!((other.code, other.error_code().as_str()), (1, "bad_action"), "{other:?}");
    assert_eq!((stripe.received().len(), stripe.refunded("ch_1")), (sent, 499));
    // Stripe has nothing left to refund of it, which is a success that did nothing.
    let again = shop.run(&["refund", "stripe", "web shop", "ch_1", "--why", "ticket 8"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.stdout.contains("It was already refunded, and nothing more was done."), "{again:?}");
    let listed = shop.run(&["actions"]).stdout;
    assert!(listed.contains("ch_1") && listed.contains("ticket 7") && listed.contains("done"), "{listed}");
}

#[test]
fn what_became_of_it_is_said_so_that_one_can_act_on_it() {
    let stripe = StripeEmulator::start("rk_live_51abcdefghwxyz", None, NOW.secs());
    stripe.charge("ch_1", 499, "usd");
    let shop = shop_at(&stripe.url().expose());
    let refund = |payment: &str| shop.run(&["refund", "stripe", "web shop", payment, "--why", "ticket 7"]);
    let done = refund("ch_1");
    assert_eq!((done.code, done.stdout.as_str()), (0, "Action 1, refund of ch_1 at Stripe: Done: re_1.\n"));
    let failed = refund("ch_2");
    assert_eq!(failed.code, 1, "{failed:?}");
    let said = "Action 2, refund of ch_2 at Stripe: FAILED, and will not be retried: the store answered 404";
    assert!(failed.stdout.starts_with(said) && failed.stdout.contains("No such charge"), "{failed:?}");
    let journal = shop.run(&["order", "ch_2"]).stdout;
    for said in ["action 2 is sent (attempt 1)", "action 2 failed, and will not be retried"] {
        assert!(journal.contains(said), "{journal}");
    }
    drop(stripe);
    let later = refund("ch_1");
    assert_eq!(later.code, 0, "{later:?}");
    assert!(later.stdout.contains("NOT DONE YET: no connection to"), "{later:?}");
    assert!(later.stdout.contains("UTC on, while the game server or `recoup serve` runs."), "{later:?}");
    assert_eq!(shop.run(&["actions", "--order", "ch_9"]).stdout, "There are no store actions for ch_9.\n");
}
