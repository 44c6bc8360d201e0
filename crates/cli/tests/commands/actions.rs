//! `recoup refund`, `revoke` and `actions`, as far as no store has to be there.

use serde_json::json;

use crate::session::{arguments, assert_session};
use crate::shop::{NOW, Shop};
use crate::support::stripe_api::StripeEmulator;

/// A shop with a key for Stripe, and nothing that listens at its API's address.
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
fn a_dry_run_prints_the_request_and_neither_sends_nor_writes() {
    let shop = shop();
    let mut session = shop.session();
    for form in ["", "--json "] {
        session.run(&format!("{form}refund stripe 'web shop' ch_1 --why 'ticket 7' --key 7 --dry-run"));
    }
    for (command, code) in [
        ("refund stripe 'another shop' ch_1", "api_not_configured"),
        ("refund google-play com.example.game GPA.1", "api_not_configured"),
        ("revoke com.example.game token", "api_not_configured"),
        ("refund stripe 'web shop' 'order 1'", "bad_action"),
        ("refund stripe 'web shop' ch_1 --amount 0 --currency USD", "bad_action"),
    ] {
        let dry = session.run(&format!("{command} --why x --dry-run"));
        let wet = shop.run(&arguments(&format!("--json {command} --why x")));
        assert_eq!((dry.code, wet.code, wet.error_code().as_str()), (1, 1, code), "{command}: {wet:?}");
    }
    session.run("refund app-store 2000\n--json actions");
    assert_session!("dry_runs", session);
    assert!(!shop.folder.path().join("ledger.db").exists(), "a ledger was made");
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
    let mut session = shop.session();
    session.run("refund stripe 'web shop' ch_1 --why 'ticket 8'\nactions");
    assert_session!("refund_of_what_was_refunded", session);
}

#[test]
fn the_outcome_is_printed_with_what_to_do() {
    let stripe = StripeEmulator::start("rk_live_51abcdefghwxyz", None, NOW.secs());
    stripe.charge("ch_1", 499, "usd");
    let shop = shop_at(&stripe.url().expose());
    let mut session = shop.session();
    let mut refund =
        |payment: &str| session.run(&format!("refund stripe 'web shop' {payment} --why 'ticket 7'")).code;
    assert_eq!((refund("ch_1"), refund("ch_2")), (0, 1));
    drop(stripe);
    assert_eq!(refund("ch_1"), 0);
    session.run("order ch_2\nactions\nactions --order ch_9");
    assert_session!("refunds_at_a_store", session);
}
