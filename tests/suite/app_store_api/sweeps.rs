//! Sweeps of the notification history.

use std::collections::BTreeSet;

use recoup::app_store::NotificationType;
use recoup::testing::AppStore;
use recoup::{ApiError, Meaning, Request, Signal, Span, Sweeps as _, Timestamp, Trust};
use recoup_tests::app_store_api::history::Sent;
use recoup_tests::app_store_api::{AppStoreServers, Environment, NOW};
use serde_json::{Value, json};

use super::{APP, api, json_body};

const TYPES: [&str; 6] =
    ["REFUND", "REFUND_REVERSED", "REVOKE", "REFUND_DECLINED", "CONSUMPTION_REQUEST", "RESCIND_CONSENT"];

fn days_ago(days: i64) -> Timestamp {
    NOW.plus(Span::from_days(-days))
}

/// A month, as a daily sweep requests it after a bad month.
fn month() -> (Timestamp, Timestamp) {
    (days_ago(29), NOW)
}

pub(crate) fn notification(store: &AppStore, kind: &str, n: i64, at: Timestamp) -> Sent {
    let at = at.plus(Span::from_millis(n));
    let made = store.notification(NotificationType::from(kind), at);
    let made = if kind == "RESCIND_CONSENT" {
        made.app_transaction(json!({"bundleId": store.bundle_id, "receiptType": store.environment.name(),
            "appAppleId": store.app_apple_id, "appTransactionId": "7"}))
    } else {
        let transaction = store.transaction(&format!("{kind}-{n}"), "gems_100", at);
        made.transaction(if kind == "REFUND" { AppStore::refunded(transaction, at) } else { transaction })
    };
    let id = format!("{}-{kind}-{n}", store.environment.name());
    let jws = made.id(&id).jws().unwrap();
    Sent { kind: kind.to_owned(), at, signed_payload: jws, attempts: vec![(at, "NO_RESPONSE")] }
}

fn send(environment: &Environment, kind: &str, count: i64, at: Timestamp) {
    let sent: Vec<Sent> = (0..count).map(|n| notification(&environment.store, kind, n, at)).collect();
    environment.known().sent.extend(sent);
}

/// All pages, each requested a minute after the one before.
fn swept(
    servers: &AppStoreServers,
    between: (Timestamp, Timestamp),
) -> Result<Vec<(Signal, Vec<u8>)>, ApiError> {
    let api = api(servers);
    for environment in [&servers.production, &servers.sandbox] {
        environment.known().now = Some(NOW);
    }
    let (mut found, mut page, mut now) = (Vec::new(), None, NOW);
    let mut seen = BTreeSet::new();
    loop {
        let got = api.page(APP, between, page.as_deref(), now)?;
        found.extend(got.found);
        let Some(next) = got.next else { return Ok(found) };
        assert!(seen.insert(next.clone()), "{next} came twice");
        page = Some(next);
        now = now.plus(Span::from_millis(60_000));
        servers.production.known().now = Some(now);
        servers.sandbox.known().now = Some(now);
    }
}

fn ids(found: &[(Signal, Vec<u8>)]) -> BTreeSet<String> {
    found.iter().map(|(signal, _)| signal.notification_id.clone()).collect()
}

#[test]
fn a_sweep_finds_every_type_in_both_environments_over_all_pages_and_nothing_twice() {
    let servers = AppStoreServers::start();
    let mut expected = BTreeSet::new();
    for environment in [&servers.production, &servers.sandbox] {
        for (kind, count) in TYPES.into_iter().zip([45, 20, 1, 21, 3, 2]) {
            send(environment, kind, count, days_ago(10));
            expected
                .extend((0..count).map(|n| format!("{}-{kind}-{n}", environment.store.environment.name())));
        }
        send(environment, "DID_RENEW", 30, days_ago(10));
        send(environment, "REFUND", 1, days_ago(-1));
    }
    let found = swept(&servers, month()).unwrap();
    assert_eq!(found.len(), expected.len());
    assert_eq!(ids(&found), expected);
}

#[test]
fn a_swept_refund_equals_the_webhooks_but_is_confirmed() {
    let servers = AppStoreServers::start();
    for kind in TYPES {
        send(&servers.production, kind, 1, days_ago(1));
    }
    let verifier = recoup::app_store::AppStoreVerifier::new(servers.apps()).unwrap();
    let found = swept(&servers, month()).unwrap();
    assert_eq!(found.len(), TYPES.len());
    let sent = servers.production.known().sent.clone();
    for ((signal, piece), sent) in found.into_iter().zip(sent) {
        let webhook = json!({"signedPayload": sent.signed_payload}).to_string();
        let mut expected = verifier
            .verify_notification(&Request::of_body(webhook.as_bytes()), NOW)
            .unwrap()
            .signal()
            .unwrap();
        if let Meaning::Case { fact, .. } = &mut expected.meaning {
            assert_eq!(fact.trust, Trust::Signed);
            fact.trust = Trust::Confirmed;
        }
        assert_eq!(signal, expected);
        // The piece for the journal can be verified again by itself.
        assert_eq!(
            verifier.verify_notification(&Request::of_body(&piece), NOW).unwrap().id(),
            signal.notification_id
        );
        assert_eq!(
            serde_json::from_slice::<Value>(&piece).unwrap()["sendAttempts"][0]["sendAttemptResult"],
            "NO_RESPONSE"
        );
    }
}

#[test]
fn every_listing_is_the_documented_request() {
    let servers = AppStoreServers::start();
    send(&servers.production, "REFUND", 21, days_ago(1));
    swept(&servers, month()).unwrap();
    let received = servers.production.server.received();
    let plain = "POST /inApps/v1/notifications/history HTTP/1.1";
    assert_eq!(received[0].line, plain);
    assert!(
        received[1].line.starts_with("POST /inApps/v1/notifications/history?paginationToken="),
        "{}",
        received[1].line
    );
    let kinds = [&["REFUND"][..], &TYPES].concat();
    assert_eq!(received.len(), kinds.len());
    for (n, (request, kind)) in received.iter().zip(kinds).enumerate() {
        let expected =
            json!({"startDate": month().0.millis(), "endDate": month().1.millis(), "notificationType": kind});
        assert_eq!(json_body(request), expected);
        assert!(n == 1 || request.line == plain);
    }
}

#[test]
fn a_time_before_what_apple_remembers_is_cut_to_what_it_does() {
    let servers = AppStoreServers::start();
    for environment in [&servers.production, &servers.sandbox] {
        send(environment, "REFUND", 41, days_ago(29));
        send(environment, "REVOKE", 41, days_ago(179));
    }
    // The window moves on while pages are requested; a listing's own must not, or its tokens are for nothing.
    let found = ids(&swept(&servers, (Timestamp::from_millis(0), NOW)).unwrap());
    assert_eq!(found.iter().filter(|id| id.starts_with("Production-")).count(), 82);
    assert_eq!(found.iter().filter(|id| id.starts_with("Sandbox-")).count(), 41);
    assert_eq!(api(&servers).window(APP, NOW), Span::from_hours(180 * 24 - 1));
    // The sandbox keeps nothing of that time, and is not queried.
    let before = servers.sandbox.server.received().len();
    assert_eq!(swept(&servers, (days_ago(100), days_ago(90))).unwrap(), []);
    assert_eq!(servers.sandbox.server.received().len(), before);
    // Nor does production of this time; the sandbox is queried nevertheless.
    let pages = api(&servers).page(APP, (days_ago(300), days_ago(200)), None, NOW).unwrap();
    assert_eq!((pages.found, pages.next.as_deref()), (Vec::new(), Some("Sandbox:REFUND")));
}

#[test]
fn a_forged_row_or_one_of_another_environment_is_kept_unread_and_holds_up_no_other() {
    let servers = AppStoreServers::start();
    let forger = AppStore::new().unwrap();
    let elsewhere = notification(&servers.sandbox.store, "REFUND", 1, days_ago(1));
    let forged = notification(&forger, "REFUND", 1, days_ago(1));
    for (sent, expected) in [(elsewhere, "com.example.game (Sandbox)"), (forged, "notificationHistory[0]")] {
        let genuine = notification(&servers.production.store, "REFUND", 2, days_ago(1));
        servers.production.known().sent = vec![sent.clone(), genuine];
        let page = api(&servers).page(APP, month(), None, NOW).unwrap();
        assert_eq!(ids(&page.found), BTreeSet::from(["Production-REFUND-2".to_owned()]));
        let [(problem, body)] = page.unread.as_slice() else { panic!("{:?}", page.unread) };
        assert!(problem.contains(expected), "{problem}");
        assert_eq!(serde_json::from_slice::<Value>(body).unwrap()["signedPayload"], sent.signed_payload);
    }
}

#[test]
fn a_page_of_which_nothing_verifies_is_an_error_since_the_roots_may_be_wrong() {
    let servers = AppStoreServers::start();
    let forger = AppStore::new().unwrap();
    servers.production.known().sent =
        (1..3).map(|n| notification(&forger, "REFUND", n, days_ago(1))).collect();
    let refused = swept(&servers, month()).unwrap_err();
    let is_of_the_first = |problem: &str| problem.contains("notificationHistory[0]");
    assert!(matches!(&refused, ApiError::Unreadable { problem } if is_of_the_first(problem)), "{refused}");
    assert!(!refused.is_retryable());
}

#[test]
fn an_unreadable_message_that_apple_signed_does_not_stop_a_sweep() {
    let servers = AppStoreServers::start();
    let store = &servers.production.store;
    let mut without = notification(store, "REFUND", 1, days_ago(1));
    without.signed_payload = store.notification(NotificationType::Refund, days_ago(1)).jws().unwrap();
    let understood = notification(store, "REFUND", 2, days_ago(1));
    servers.production.known().sent = vec![without, understood];
    let page = api(&servers).page(APP, month(), None, NOW).unwrap();
    assert_eq!(ids(&page.found), BTreeSet::from(["Production-REFUND-2".to_owned()]));
    assert_eq!(page.unread.len(), 1);
}

#[test]
fn a_page_that_was_not_given_is_refused_before_anything_is_sent() {
    let servers = AppStoreServers::start();
    let api = api(&servers);
    for page in [
        "",
        "Production",
        "Production:",
        "Production:DID_RENEW",
        "Xcode:REFUND",
        "Production:REFUND:1:2",
        "Production:REFUND:1:2:",
        "Production:REFUND:a:2:t",
        "sandbox:REFUND",
    ] {
        let refused = api.page(APP, month(), Some(page), NOW).unwrap_err();
        assert!(matches!(&refused, ApiError::Unreadable { .. }), "{page:?}: {refused}");
    }
    assert_eq!(servers.production.server.received(), []);
}
