//! Text from outside on a terminal: it adds no line, moves nothing, turns no direction; and secrets in the
//! configuration that are not where they belong come out nowhere.

use recoup::one_store::PurchaseState;
use recoup::testing::OneStore;
use serde_json::json;

use crate::shop::{NOW, Shop};

const EVIL: &str =
    "evil\u{1b}]0;owned\u{7}\u{1b}[2J\nFORGED: bob is blocked\r\u{202e}\u{9b}31m\u{2066}\u{200b}\u{feff}";

fn assert_tame(shown: &str, context: &[&str]) {
    for bad in ['\u{1b}', '\u{7}', '\r', '\u{202e}', '\u{9b}', '\u{2066}', '\u{200b}', '\u{feff}', '\0'] {
        assert!(!shown.contains(bad), "{bad:?} after {context:?}: {shown:?}");
    }
    for line in shown.lines() {
        assert!(!line.trim_start().starts_with("FORGED"), "{context:?}: {shown}");
    }
}

#[test]
fn no_text_from_outside_drives_the_terminal_or_forges_a_line() {
    let store = OneStore::new().unwrap();
    let shop = Shop::new();
    let section = json!({"client_id": store.client_id, "license_key": store.license_key().unwrap()});
    shop.file("recoup.json", json!({"database": "ledger.db", "one_store": [section]}).to_string());
    shop.file(
        "purchases",
        json!({"store": "one-store", "user": "ada", "order_id": "P1", "product": EVIL}).to_string(),
    );
    let recorded = shop.run(&["purchase", "add", "--from", "purchases"]);
    assert_tame(&recorded.stdout, &["purchase"]);
    assert_tame(&recorded.stderr, &["purchase"]);
    for state in [PurchaseState::Completed, PurchaseState::Canceled] {
        for verb in ["verify", "ingest"] {
            let payment = store.payment("P1", state, NOW).with("productId", &json!(EVIL));
            let request = payment.with("developerPayload", &json!(EVIL)).request().unwrap();
            assert_tame(&shop.give(verb, "one-store", &request, &[]).stdout, &[verb]);
        }
    }
    let letter = store.payment("P2", PurchaseState::Canceled, NOW).with("environment", &json!(EVIL));
    let request = letter.with("productId", &json!(EVIL)).request().unwrap();
    assert_tame(&shop.give("ingest", "one-store", &request, &["-v"]).stderr, &["a log"]);
    for args in [
        ["refunds"].as_slice(),
        &["blocks", "--all"],
        &["user", "ada"],
        &["user", EVIL],
        &["order", "P1"],
        &["order", EVIL],
        &["unblock", EVIL, "--why", EVIL],
        &["dead-letters"],
        &["doctor"],
        &["config", "check"],
        &["review", "list"],
        &["actions"],
        &["events"],
    ] {
        for form in [None, Some("--json")] {
            let args: Vec<&str> = form.into_iter().chain(args.iter().copied()).collect();
            let run = shop.run(&args);
            assert_tame(&run.stdout, &args);
            assert_tame(&run.stderr, &args);
        }
    }
}

#[test]
fn a_secret_in_the_wrong_place_of_the_configuration_is_printed_nowhere() {
    let shop = Shop::new();
    let pem = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqG\n-----END PRIVATE KEY-----\n";
    shop.file("key.json", json!({"type": "service_account", "private_key": pem}).to_string());
    for secret in ["whsec_SEKRETabc123", "rk_live_SEKRETabc123", "SEKRET_MIGHAgEAMBMGByqG", pem] {
        let part = if secret == pem { "MIGHAg" } else { "SEKRET" };
        let stripe = |key: &str, value: serde_json::Value| {
            let mut section = json!({"name": "s", "webhook_secrets": ["whsec_x"]});
            section[key] = value;
            json!({"database": "ledger.db", "stripe": [section]})
        };
        let amazon = |key: &str| {
            let mut section = json!({"package_name": "p", "topic_arn": "arn:aws:sns:us-east-1:1:t"});
            section[key] = json!(secret);
            json!({"database": "ledger.db", "amazon": [section]})
        };
        let configurations = [
            stripe("webhook_secrets", json!(secret)),
            stripe(secret, json!(1)),
            stripe("api_key", json!([secret])),
            stripe("api_key_file", json!(secret)),
            stripe("api_url", json!(format!("https://h/{secret}?x={secret}"))),
            stripe("account", json!([secret])),
            amazon("topic_arn"),
            amazon("certificate"),
            amazon("max_age"),
            amazon("shared_secret_file"),
            amazon("rvs_url"),
            json!({"database": "ledger.db", "one_store": [{"client_id": "c", "license_key": secret}]}),
            json!({"database": "ledger.db", "one_store": [{"client_id": "c", "license_key_file": secret}]}),
            json!({"database": "ledger.db", "google_play": [{"package_name": "p", "service_account": secret,
                   "push": {"audience": "a", "service_account_email": "e"}}]}),
            json!({"database": "ledger.db", "app_store": [{"bundle_id": "b", "app_apple_id": 1,
                   "api": {"issuer_id": "i", "key_id": "k", "private_key": secret}}]}),
            json!({"delivery": {"lease": secret}}),
            json!({(secret): 1}),
        ];
        for configuration in configurations {
            shop.file("recoup.json", configuration.to_string());
            for args in [
                ["config", "check"].as_slice(),
                &["--json", "config", "check"],
                &["doctor"],
                &["blocks", "-vv"],
            ] {
                let run = shop.run(args);
                assert!(
                    !run.stdout.contains(part) && !run.stderr.contains(part),
                    "{configuration} {args:?}: {run:?}"
                );
            }
        }
    }
}
