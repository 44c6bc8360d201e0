//! Test notifications, and those that did not come.

use recoup::app_store::{NotificationType, SendAttempt, SendAttemptResult};
use recoup::{ApiError, Meaning, Span};
use recoup_tests::app_store_api::history::Sent;
use recoup_tests::app_store_api::{AppStoreServers, NOW};
use serde_json::json;

use super::sweeps::notification;
use super::{APP, api, json_body, lines};

#[test]
fn a_test_notification_is_requested_and_followed() {
    let servers = AppStoreServers::start();
    let api = api(&servers);
    let no_url = api.request_test_notification(APP, true, NOW).unwrap_err();
    assert!(matches!(&no_url, ApiError::Refused { status: 404, code, .. } if code == "4040007"), "{no_url}");

    let payload = servers.sandbox.store.notification(NotificationType::Test, NOW).id("t1").jws().unwrap();
    let sent = Sent {
        kind: "TEST".to_owned(),
        at: NOW,
        signed_payload: payload,
        attempts: vec![(NOW, "TLS_ISSUE"), (NOW.plus(Span::from_hours(1)), "NEWER_THAN_THIS")],
    };
    servers.sandbox.known().tests.insert("ce3af791-365e-4c60-841b-1674b43c1609_1".to_owned(), sent);
    let token = api.request_test_notification(APP, true, NOW).unwrap();
    let status = api.test_notification_status(APP, true, &token, NOW).unwrap();
    assert_eq!(status.notification.id(), "t1");
    assert_eq!(status.notification.signal().unwrap().meaning, Meaning::Test);
    let attempts = [
        SendAttempt { at: NOW, result: SendAttemptResult::TlsIssue },
        SendAttempt {
            at: NOW.plus(Span::from_hours(1)),
            result: SendAttemptResult::Unknown("NEWER_THAN_THIS".to_owned()),
        },
    ];
    assert_eq!(status.attempts, attempts);
    let path = "/inApps/v1/notifications/test";
    let expected = [
        format!("POST {path} HTTP/1.1"),
        format!("POST {path} HTTP/1.1"),
        format!("GET {path}/ce3af791-365e-4c60-841b-1674b43c1609_1 HTTP/1.1"),
    ];
    assert_eq!(lines(&servers.sandbox), expected);
    let gone = api.test_notification_status(APP, true, "another", NOW).unwrap_err();
    assert!(matches!(&gone, ApiError::Refused { code, .. } if code == "4040008"), "{gone}");
}

#[test]
fn an_undelivered_notification_of_any_kind_is_listed() {
    let servers = AppStoreServers::start();
    let at = NOW.plus(Span::from_days(-170));
    let mut sent: Vec<Sent> = ["REFUND", "DID_RENEW", "REVOKE"]
        .into_iter()
        .flat_map(|kind| (0..9).map(move |n| (kind, n)))
        .map(|(kind, n)| notification(&servers.production.store, kind, n, at))
        .collect();
    sent[0].attempts.push((NOW, "SUCCESS"));
    sent[1].signed_payload = "a.b.c".to_owned();
    servers.production.known().sent = sent;
    let api = api(&servers);
    let between = (at.plus(Span::from_days(-100)), NOW);
    let first = api.failed_notifications(APP, false, between, None, NOW).unwrap();
    assert_eq!(first.found.len(), 20);
    assert!(first.found[0].notification.as_ref().is_err_and(|problem| problem.contains("signedPayload")));
    assert_eq!(first.found[1].notification.as_ref().unwrap().id(), "Production-REFUND-2");
    let attempt = SendAttempt { at: at.plus(Span::from_millis(2)), result: SendAttemptResult::NoResponse };
    assert_eq!(first.found[1].attempts, [attempt]);
    let later = NOW.plus(Span::from_millis(30_000));
    servers.production.known().now = Some(later);
    let second = api.failed_notifications(APP, false, between, first.next.as_deref(), later).unwrap();
    assert_eq!((second.found.len(), second.next), (6, None));
    let oldest = NOW.millis() - Span::from_hours(180 * 24 - 1).millis();
    for request in servers.production.server.received() {
        assert_eq!(
            json_body(&request),
            json!({"startDate": oldest, "endDate": NOW.millis(), "onlyFailures": true})
        );
    }
    let refused = api.failed_notifications(APP, false, between, Some("REFUND:t"), NOW).unwrap_err();
    assert!(matches!(refused, ApiError::Unreadable { .. }));
    let forgotten = (NOW.plus(Span::from_days(-50)), NOW.plus(Span::from_days(-40)));
    assert!(api.failed_notifications(APP, true, forgotten, None, NOW).unwrap().found.is_empty());
    assert_eq!(lines(&servers.sandbox), [""; 0]);
}
