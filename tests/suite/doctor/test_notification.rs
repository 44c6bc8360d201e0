//! Apple's test notification, from the request to our own ledger.

use recoup::app_store::NotificationType;
use recoup::{Health, Request, Store};
use serde_json::json;

use super::shop::{NOW, Shop};
use crate::support::app_store_api::history::Sent;

#[test]
fn apples_test_notification_is_followed_to_our_own_ledger() {
    let shop = Shop::new();
    let engine = shop.engine();
    let found = shop.test_notification();
    assert!(
        found.iter().all(|finding| finding.code == "no_url" && finding.health == Health::Broken),
        "{found:?}"
    );
    assert_eq!(found.len(), 2, "production and sandbox");

    let expect = |attempts: &[&'static str], code: &str| {
        for environment in [&shop.apple.production, &shop.apple.sandbox] {
            let payload = environment.store.notification(NotificationType::Test, NOW).id("t1").jws().unwrap();
            let attempts = attempts.iter().map(|result| (NOW, *result)).collect();
            let sent = Sent { kind: "TEST".to_owned(), at: NOW, signed_payload: payload, attempts };
            environment.known().tests.insert("token_1".to_owned(), sent);
        }
        let found = shop.test_notification();
        assert!(found.iter().all(|finding| finding.code == code), "{code}: {found:?}");
        found
    };
    let failed = expect(&["TLS_ISSUE"], "not_delivered");
    assert!(
        failed[0].facts.contains("TLS_ISSUE") && failed[0].advice.as_ref().unwrap().contains("certificate")
    );
    shop.pacing.slept().iter().for_each(|wait| assert!(wait.as_secs() <= 20));
    let before = shop.pacing.passed();
    expect(&[], "not_sent");
    assert_eq!((shop.pacing.passed() - before).as_secs(), 120, "a minute an environment");
    expect(&["SUCCESS"], "delivered_elsewhere");
    let sandbox = shop.apple.sandbox.known().tests["token_1"].signed_payload.clone();
    let production = shop.apple.production.known().tests["token_1"].signed_payload.clone();
    for payload in [sandbox, production] {
        let body = json!({"signedPayload": payload}).to_string();
        let outcome = engine.ingest(&Store::AppStore, &Request::of_body(body.as_bytes())).unwrap();
        assert_eq!(outcome.http_status, 200);
    }
    let delivered = shop.test_notification();
    assert!(delivered.iter().all(|finding| finding.code == "delivered" && finding.health == Health::Ok));
}
