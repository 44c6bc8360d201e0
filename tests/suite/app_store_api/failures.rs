//! What Apple's errors come to, and answers that are none.

use std::sync::Arc;
use std::time::Duration;

use recoup::transport::{Pacing as _, RetryPolicy, Retrying, TransportError};
use recoup::{ApiError, Sweeps as _};
use recoup_tests::app_store_api::{AppStoreServers, Fault, NOW, fault_reply, text};
use recoup_tests::http_server::Reply;
use recoup_tests::pacing::ManualPacing;
use recoup_tests::wire;
use serde_json::json;

use super::{APP, PATIENCE, Within, api, api_over};

/// The error of a query for a transaction that Apple answers like this.
fn failure_of(reply: Reply) -> ApiError {
    let servers = AppStoreServers::start();
    servers.production.known().instead.push_back(reply);
    api(&servers).transaction(APP, false, "2000001", NOW).unwrap_err()
}

#[test]
fn an_error_has_apples_words_and_whether_to_retry() {
    for (status, code, retryable) in [
        (404, 4_040_001, false),
        (404, 4_040_002, true),
        (404, 4_040_003, false),
        (404, 4_040_004, true),
        (404, 4_040_005, false),
        (404, 4_040_006, true),
        (404, 4_040_010, false),
        (400, 4_000_006, false),
        (403, 4_030_000, false),
        (429, 4_290_000, true),
        (500, 5_000_000, true),
        (500, 5_000_001, true),
    ] {
        let failure = failure_of(fault_reply(Fault(status, code, "What is\nwrong.")));
        let message = "What is wrong.".to_owned();
        assert_eq!(failure, ApiError::Refused { status, code: code.to_string(), message, retryable });
        assert_eq!(failure.is_retryable(), retryable);
    }
    let Fault(status, ..) = Fault(503, 0, "");
    let failure = failure_of(text(status, "<html>"));
    assert!(
        matches!(&failure, ApiError::Refused { status: 503, code, retryable: true, .. } if code.is_empty()),
        "{failure}"
    );
    let failure = failure_of(text(400, ""));
    assert!(matches!(&failure, ApiError::Refused { status: 400, retryable: false, .. }), "{failure}");
    let failure = failure_of(wire::json(400, &json!({"errorCode": 1, "errorMessage": "x".repeat(9999)})));
    assert!(failure.to_string().len() < 600, "{failure}");
}

#[test]
fn credentials_that_apple_does_not_take_are_distinguished() {
    let failure = failure_of(text(401, "Unauthenticated\n\nRequest ID: AAAA.0.0\n"));
    assert!(matches!(failure, ApiError::Credentials { .. }), "{failure}");
    assert!(!failure.is_retryable());
    assert!(failure.to_string().contains("issuer_id"), "{failure}");
}

#[test]
fn an_app_or_environment_without_a_key_is_not_queried() {
    let servers = AppStoreServers::start();
    let failure = api(&servers).transaction("com.example.other", false, "1", NOW).unwrap_err();
    assert!(matches!(&failure, ApiError::NotConfigured { key: "app_store[].api", .. }), "{failure}");
    assert!(failure.to_string().contains("com.example.other (Production)"), "{failure}");
    let failure = api(&servers).page("com.example.other", (NOW, NOW), None, NOW).unwrap_err();
    assert!(matches!(failure, ApiError::NotConfigured { .. }), "{failure}");
}

#[test]
fn an_answer_of_another_shape_is_unreadable() {
    for body in [
        "",
        "{",
        "[]",
        "null",
        "{}",
        r#"{"signedTransactionInfo":1}"#,
        r#"{"signedTransactionInfo":""}"#,
        r#"{"signedTransactionInfo":"a","signedTransactionInfo":"b"}"#,
    ] {
        let failure = failure_of(text(200, body));
        assert!(matches!(failure, ApiError::Unreadable { .. }), "{body}: {failure}");
    }
}

#[test]
fn pages_that_lead_nowhere_end() {
    let servers = AppStoreServers::start();
    let api = api(&servers);
    for body in [
        json!({"notificationHistory": [], "hasMore": true}),
        json!({"notificationHistory": [], "hasMore": true, "paginationToken": ""}),
        json!({"notificationHistory": [], "hasMore": true, "paginationToken": "t"}),
    ] {
        servers.production.known().instead.push_back(wire::json(200, &body));
        let page = format!("Production:REFUND:1:{}:t", NOW.millis());
        let failure = api.page(APP, (NOW, NOW), Some(&page), NOW).unwrap_err();
        assert!(matches!(failure, ApiError::Unreadable { .. }), "{body}: {failure}");
    }
    for body in [
        json!({"signedTransactions": [], "hasMore": true}),
        json!({"signedTransactions": [], "hasMore": true, "revision": "r"}),
    ] {
        servers.production.known().instead.push_back(wire::json(200, &body));
        let failure = api.refund_lookup(APP, false, "1", Some("r"), NOW).unwrap_err();
        assert!(matches!(failure, ApiError::Unreadable { .. }), "{body}: {failure}");
    }
}

#[test]
fn slow_and_broken_answers_are_transport_errors() {
    let servers = AppStoreServers::start();
    servers.production.known().instead.push_back(Reply::Silence);
    let hurried = api_over(&servers, Within(Duration::from_millis(200)));
    let failure = hurried.transaction(APP, false, "1", NOW).unwrap_err();
    assert!(matches!(&failure, ApiError::Transport { source: TransportError::Timeout { .. } }), "{failure}");
    assert!(failure.is_retryable());

    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"signedTransac".to_vec();
    let failure = failure_of(Reply::Raw(half));
    assert!(
        matches!(&failure, ApiError::Transport { source: TransportError::Interrupted { .. } }),
        "{failure}"
    );
    let failure = failure_of(Reply::Raw(b"no HTTP at all\r\n\r\n".to_vec()));
    assert!(matches!(failure, ApiError::Transport { .. }), "{failure}");
}

#[test]
fn apples_retry_after_is_kept_by_the_transport_around_it() {
    let servers = AppStoreServers::start();
    let at = NOW.millis() + 7000;
    let limited = Reply::Answer(
        429,
        vec![("Retry-After", at.to_string())],
        json!({"errorCode": 4_290_000, "errorMessage": "Rate limit exceeded."}).to_string().into_bytes(),
    );
    servers.production.known().instead.push_back(limited);
    let pacing = ManualPacing::at(NOW);
    let around: Arc<dyn recoup::transport::Pacing> = pacing.clone();
    let retrying = Retrying::new(PATIENCE, RetryPolicy::default(), around);
    // A listing is retried though it is a POST: it changes nothing.
    let api = api_over(&servers, retrying);
    let between = (recoup::Timestamp::from_secs(NOW.secs() - 60), NOW);
    assert!(api.page(APP, between, None, NOW).is_ok());
    assert_eq!(pacing.elapsed(), Duration::from_secs(7));
    assert_eq!(servers.production.server.received().len(), 2);
}
