//! Errors, quotas and bad lines.

use super::*;

#[test]
fn every_error_of_the_documents_is_read() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    let cases = [
        (400, "purchaseTokenDoesNotMatchPackageName", false),
        (403, "permissionDenied", false),
        (403, "projectNotLinked", false),
        (403, "quotaExceeded", true),
        (403, "rateLimitExceeded", true),
        (404, "notFound", false),
        (409, "concurrentUpdate", true),
        (409, "unheardOf", true),
        (410, "purchaseTokenNoLongerValid", false),
        (410, "subscriptionPurchaseNoLongerAvailable", false),
        (429, "rateLimitExceeded", true),
        (500, "backendError", true),
        (501, "notImplemented", false),
        (503, "backendError", true),
    ];
    for (status, reason, retryable) in cases {
        bench.google.fault("/orders/", error(status, reason, "two\nlines"));
        let refused = bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err();
        let message = "two lines".to_owned();
        assert_eq!(refused, ApiError::Refused { status, code: reason.to_owned(), message, retryable });
        assert_eq!(refused.is_retryable(), retryable);
    }
    let newer = json!({"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED"}}).to_string();
    let long = json!({"error": {"code": 404, "message": "x".repeat(5000)}}).to_string();
    for (status, body, code, retryable) in [
        (429, newer.as_str(), "RESOURCE_EXHAUSTED", true),
        (502, "<html>", "", true),
        (404, "[1]", "", false),
        (404, &long, "", false),
    ] {
        bench.google.fault("/orders/", answer(status, body));
        match bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err() {
            ApiError::Refused { status: found, code: reported, message, retryable: passes } => {
                assert_eq!((found, reported.as_str(), passes), (status, code, retryable));
                assert!(!message.is_empty() && message.len() <= 500);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(bench.google.complaints(), [""; 0]);
}

#[test]
fn a_slow_or_broken_answer_is_the_transports_error() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    let after = |reply: Reply| {
        bench.google.fault("/orders/", reply);
        match bench.api.order(PACKAGE, "GPA.1", NOW) {
            Err(ApiError::Transport { source }) => source,
            other => panic!("{other:?}"),
        }
    };
    let cut = after(Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ord".to_vec()));
    assert!(matches!(cut, TransportError::Interrupted { .. }) && cut.is_retryable(), "{cut:?}");
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let large = after(Reply::Endless(head, [b"4000\r\n".as_slice(), &[b'x'; 0x4000], b"\r\n"].concat()));
    assert!(matches!(large, TransportError::TooLarge { .. }), "{large:?}");
    let moved = after(Reply::Answer(302, vec![("Location", "https://example.com/".to_owned())], Vec::new()));
    assert!(matches!(moved, TransportError::Redirect { status: 302, .. }), "{moved:?}");
}

#[test]
fn a_silent_store_costs_the_requests_time_and_no_more() {
    /// Cuts every request's time, so that the test is quick.
    struct Impatient(HttpClient);
    impl Transport for Impatient {
        fn send(
            &self,
            request: &recoup::transport::HttpRequest,
        ) -> Result<recoup::transport::HttpResponse, TransportError> {
            assert!(request.time_limit() <= Duration::from_secs(30), "{request:?}");
            self.0.send(&request.clone().timeout(Duration::from_millis(300)))
        }
    }
    let bench = Bench::over(|client| Arc::new(Impatient(client)));
    bench.google.fault("/token", Reply::Silence);
    let error = bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err();
    assert!(matches!(error, ApiError::Transport { source: TransportError::Timeout { .. } }), "{error}");
    assert!(error.is_retryable());
    let drip = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{".to_vec();
    bench.google.fault("/orders/", Reply::Drip(drip));
    let error = bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err();
    assert!(matches!(error, ApiError::Transport { source: TransportError::Timeout { .. } }), "{error}");
}

#[test]
fn retry_after_and_quotas_are_kept_by_the_decorators() {
    let pacing = ManualPacing::at(NOW);
    let google = GoogleApi::start(NOW);
    let folder = tempfile::tempdir().unwrap();
    Key::number(0).write_file(&key_file(&folder), &token_uri(&google));
    let sections = [section(&google, &folder)];
    let limits = GooglePlayApi::rate_limits(&sections).unwrap();
    let client = HttpClientOptions::new().build().unwrap();
    let limited = RateLimited::new(client, limits, Duration::from_secs(60), pacing.clone());
    let around: Arc<dyn Transport> = Arc::new(Retrying::new(limited, RetryPolicy::default(), pacing.clone()));
    let api = GooglePlayApi::new(&sections, around).unwrap().unwrap();
    google.state.lock().unwrap().orders.insert("GPA.1".to_owned(), json!({"orderId": "GPA.1"}));

    let busy = || Reply::Answer(429, vec![("Retry-After", "7".to_owned())], Vec::new());
    google.fault("/token", busy());
    api.order(PACKAGE, "GPA.1", NOW).unwrap();
    assert_eq!(pacing.slept(), [Duration::from_secs(7)], "a token may be requested again");
    google.fault(":refund", busy());
    assert_eq!(api.refund(PACKAGE, "GPA.1", true, NOW), Ok(RefundAnswer::Requested { refund_id: None }));
    assert_eq!(pacing.slept(), [Duration::from_secs(7); 2]);
    google.fault(":reviewrefund", busy());
    api.answer(&review(), NOW).unwrap();
    google.fault(":revoke", busy());
    let revoked = api.revoke_subscription(PACKAGE, "t", &Revocation::Full, NOW).unwrap_err();
    assert!(revoked.is_retryable() && pacing.slept().len() == 3, "not sent again by itself: {revoked}");

    for _ in 0..31 {
        api.page(PACKAGE, (at(0), NOW), None, NOW).unwrap();
    }
    assert_eq!(pacing.slept()[3..], [Duration::from_secs(30)], "30 in 30 seconds");
    let per_day = GooglePlayApi::rate_limits(&sections).unwrap();
    let voided: Vec<_> =
        per_day.iter().filter(|limit| limit.path_prefix.ends_with("voidedpurchases")).collect();
    assert_eq!(voided.iter().map(|limit| limit.requests).collect::<Vec<_>>(), [30, 6000]);
    assert_eq!(google.complaints(), [""; 0]);
}

#[test]
fn a_refusal_that_cannot_be_looked_into_leaves_open_whether_an_earlier_try_refunded() {
    let bench = Bench::new();
    bench.google.fault(":refund", error(400, "orderNotRefundable", "The order cannot be refunded."));
    bench.google.fault("orders/GPA.1", Reply::Raw(Vec::new()));
    let open = bench.api.refund(PACKAGE, "GPA.1", false, bench.now()).unwrap_err();
    let ApiError::Transport { source } = &open else { panic!("{open}") };
    assert!(open.is_retryable() && !source.was_never_sent(), "{open}");
}
