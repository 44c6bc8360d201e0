//! The configuration's key and addresses, and the limits that go with them.

use std::sync::Arc;
use std::time::Duration;

use recoup::app_store::{AppStoreApi, AppStoreVerifier};
use recoup::transport::RateLimit;
use recoup::{ConfigError, Span, Sweeps as _};
use recoup_tests::app_store_api::consumption::Kind;
use recoup_tests::app_store_api::token::pem;
use recoup_tests::app_store_api::{AppStoreServers, NOW};
use serde_json::{Value, json};

use super::{APP, PATIENCE, sections};

fn made(servers: &AppStoreServers, configured: &Value) -> Result<Option<AppStoreApi>, ConfigError> {
    let verifier = Arc::new(AppStoreVerifier::new(servers.apps()).unwrap());
    AppStoreApi::new(&sections(servers, configured)?, verifier, Arc::new(PATIENCE))
}

#[test]
fn without_a_key_there_is_no_api_and_with_one_only_for_its_environments() {
    let servers = AppStoreServers::start();
    let mut section = servers.section();
    section.as_object_mut().unwrap().remove("api");
    assert!(made(&servers, &json!([section])).unwrap().is_none());

    let mut section = servers.section();
    section["environments"] = json!(["sandbox"]);
    let api = made(&servers, &json!([section])).unwrap().unwrap();
    assert_eq!(api.apps(), [APP]);
    assert!(
        api.transaction(APP, false, "1", NOW)
            .unwrap_err()
            .to_string()
            .contains("no section for com.example.game (Production)")
    );
    let between = (recoup::Timestamp::from_secs(NOW.secs() - 60), NOW);
    // The sandbox's window is no longer than where production is queried as well.
    assert_eq!(api.window(APP, NOW), Span::from_hours(30 * 24 - 1));
    // A sweep begins, and ends, in the sandbox.
    assert_eq!(api.page(APP, between, None, NOW).unwrap().next.unwrap(), "Sandbox:REFUND_REVERSED");
    assert_eq!(servers.production.server.received(), []);

    section["environments"] = json!(["production"]);
    let api = made(&servers, &json!([section])).unwrap().unwrap();
    assert_eq!(api.page(APP, between, Some("Production:RESCIND_CONSENT"), NOW).unwrap().next, None);
}

#[test]
fn a_key_is_taken_as_apple_writes_it_and_as_others_do_and_never_shown() {
    let servers = AppStoreServers::start();
    servers.production.sell(&servers.production.store.transaction("1", "gems_100", NOW), Kind::default());
    for key in [servers.key.p8(), servers.key.bare_p8(), servers.key.p8().replace('\n', "\r\n")] {
        std::fs::write(servers.folder().join("key.p8"), &key).unwrap();
        let api = made(&servers, &json!([servers.section()])).unwrap().unwrap();
        api.transaction(APP, false, "1", NOW).unwrap();
        let shown = format!("{api:?}");
        assert!(shown.contains(APP) && shown.len() < 80, "{shown}");
    }
}

#[test]
fn an_unusable_key_is_named_and_no_part_of_it_repeated() {
    let servers = AppStoreServers::start();
    for (key, problem) in [
        ("s3cret", "PRIVATE KEY"),
        (&pem("EC PRIVATE KEY", b"s3cret"), "PRIVATE KEY"),
        (&pem("PRIVATE KEY", b"s3cret"), "P-256"),
        ("-----BEGIN PRIVATE KEY-----\ns3cret", "PRIVATE KEY"),
    ] {
        std::fs::write(servers.folder().join("key.p8"), key).unwrap();
        let error = made(&servers, &json!([servers.section()])).unwrap_err().to_string();
        assert!(error.contains("key.p8") && error.contains(problem), "{error}");
        assert!(!error.contains("s3cret") && !error.contains("czNjcmV0"), "{error}");
    }
    std::fs::remove_file(servers.folder().join("key.p8")).unwrap();
    assert!(made(&servers, &json!([servers.section()])).unwrap_err().to_string().contains("key.p8"));
    std::fs::write(servers.folder().join("key.p8"), servers.key.p8()).unwrap();
    for (member, value, problem) in [
        ("production_url", json!("http://api.example.com"), "app_store[0].api.production_url"),
        ("sandbox_url", json!("api.example.com"), "app_store[0].api.sandbox_url"),
        ("issuer_id", json!(""), "app_store[0].api.issuer_id"),
        ("key_id", json!(""), "app_store[0].api.key_id"),
        ("key", json!("AAAA"), "app_store[0].api.key"),
    ] {
        let mut section = servers.section();
        section["api"][member] = value;
        let error = made(&servers, &json!([section])).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
    let mut section = servers.section();
    section["environments"] = json!(["xcode"]);
    assert!(made(&servers, &json!([section])).unwrap_err().to_string().contains("app_store[0].api"));
}

#[test]
fn the_limits_are_apples_for_each_environment() {
    let servers = AppStoreServers::start();
    let mut section = servers.section();
    for address in ["production_url", "sandbox_url"] {
        section["api"].as_object_mut().unwrap().remove(address);
    }
    let limits = AppStoreApi::rate_limits(&sections(&servers, &json!([section])).unwrap()).unwrap();
    let mut expected = Vec::new();
    for (host, per) in [("api.storekit.apple.com", 1), ("api.storekit-sandbox.apple.com", 10)] {
        for (path, requests) in [
            ("/inApps/v1/transactions", 50),
            ("/inApps/v2/transactions/consumption", 50),
            ("/inApps/v2/refund/lookup", 10),
            ("/inApps/v1/notifications/history", 50),
            ("/inApps/v1/notifications/test", 1),
        ] {
            expected.push(RateLimit::of_host(host, requests, Duration::from_secs(per)).under(path));
        }
    }
    assert_eq!(limits, expected);
    section.as_object_mut().unwrap().remove("api");
    assert_eq!(AppStoreApi::rate_limits(&sections(&servers, &json!([section])).unwrap()).unwrap(), []);
}
