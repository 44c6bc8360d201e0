//! `recoup config check`: what a message must pass, and what is wrong with a configuration.

use recoup::testing::{Amazon, OneStore, Stripe};
use serde_json::json;

use crate::session::assert_session;
use crate::shop::{Shop, recoup};

#[test]
fn every_section_says_what_its_messages_must_pass_and_shows_no_secret() {
    let (shop, amazon) = (Shop::new(), Amazon::new().unwrap());
    let (one_store, stripe) = (OneStore::new().unwrap(), Stripe::new().unwrap());
    shop.file("sns.pem", amazon.certificate().unwrap());
    shop.file("license-key.txt", one_store.license_key().unwrap());
    let mut config = shop.config();
    config["google_play"][0]["license_keys"] = json!([shop.google.license_key().unwrap()]);
    config["amazon"] = json!([{
        "package_name": amazon.package_name, "topic_arn": amazon.topic_arn, "certificate": "sns.pem",
    }]);
    config["one_store"] = json!([{"client_id": one_store.client_id, "license_key_file": "license-key.txt"}]);
    config["stripe"] = json!([{"name": "web shop", "webhook_secrets": [stripe.webhook_secret]}]);
    config["reviews"] = json!([{"name": "small change", "answer": "grant"}]);
    shop.file("recoup.json", config.to_string());
    let mut session = shop.session();
    session.run("config check");
    session.run("--json config check");
    assert!(!session.text.contains("whsec_"), "{}", session.text);
    assert_session!("config_check", session);
    assert!(!shop.folder.path().join("ledger.db").exists());
}

#[test]
fn a_configuration_that_cannot_be_used_is_named() {
    let shop = Shop::new();
    let mut session = shop.session();
    for text in [r#"{"databse": "x"}"#, "", r#"{"database": "no/such/folder/ledger.db"}"#] {
        session.file("recoup.json", text);
        session.run("config check");
    }
    for (member, section) in [
        (
            "app_store",
            json!([{"bundle_id": "b", "app_apple_id": 1,
            "api": {"issuer_id": "i", "key_id": "k", "private_key": "absent.p8"}}]),
        ),
        (
            "google_play",
            json!([{"package_name": "p",
            "push": {"audience": "a", "service_account_email": "e", "jwks": "absent.json"}}]),
        ),
        (
            "google_play",
            json!([{"package_name": "p", "push": {"audience": "a", "service_account_email": "e"},
            "license_keys": [LICENSE_KEY_OF_1024_BITS]}]),
        ),
        ("stripe", json!([{"name": "s", "webhook_secrets": ["whsec_0123456789"], "api_key": "pk_live_5"}])),
    ] {
        session.file("recoup.json", &json!({"database": "ledger.db", member: section}).to_string());
        session.run("config check");
    }
    std::fs::remove_file(shop.folder.path().join("recoup.json")).unwrap();
    session.run("config check\n--json refunds\n--config other.json refunds");
    assert_session!("config_check_of_mistakes", session);
    let nameless = recoup(&["refunds"]).output().unwrap();
    let said = String::from_utf8(nameless.stderr).unwrap();
    assert!(nameless.status.code() == Some(1) && said.contains("--config"), "{said}");
}

/// As ONE Store has them; Google's are longer.
const LICENSE_KEY_OF_1024_BITS: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDJXHXYgg/kP0wUki3XAMLY8sP7+5YHsKhMQ7YZsyX3xwIoAvMsvLcXbKGaASlmXjh3\
    tJU3q+R2ZiqanIjjAV/tjyXkmY9z34A4EqtDW6/CnbyQtEdm7hg26isuJ7LZUN7McAvM9gC+9IOKC0wSon3jV8URDIQLsztC74iW19flVwIDAQAB";
