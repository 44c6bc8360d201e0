//! Google Play's server API against a server that behaves as its documents say.

mod explain;
mod sweeps;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use recoup::google_play::{
    GooglePlayApi, GooglePlayApp, GooglePlaySection, GooglePlayVerifier, OrderRefundReason, OrderState,
    PushAuthentication, RefundType, Revocation, VoidedProductType,
};
use recoup::testing::GooglePlay;
use recoup::transport::{
    HttpClient, HttpClientOptions, RateLimited, RetryPolicy, Retrying, Transport, TransportError,
};
use recoup::{
    AnswersReviews as _, ApiError, CachedKeys, CaseKey, CaseState, ConfigError, Currency, Delivery, Fact,
    Initiator, Jwks, Meaning, MilliPercent, Money, Reason, RefundAnswer, RefundPreference, ReviewAnswer,
    Signal, Span, StoreState, SweepPage, Sweeps as _, Timestamp, Trust, Usage,
};
use serde_json::{Value, json};

use crate::support::google_api::{CLIENT_EMAIL, GoogleApi, Key, PACKAGE, error};
use crate::support::http_server;
use crate::support::http_server::{Reply, answer};
use crate::support::pacing::ManualPacing;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const DAY: Span = Span::from_days(1);

struct Bench {
    google: GoogleApi,
    folder: tempfile::TempDir,
    api: GooglePlayApi,
}

impl Bench {
    fn new() -> Self {
        Self::over(|client| Arc::new(client))
    }

    /// With something around the client.
    fn over(around: impl FnOnce(HttpClient) -> Arc<dyn Transport>) -> Self {
        let google = GoogleApi::start(NOW);
        let folder = tempfile::tempdir().unwrap();
        let bench = (google, folder);
        Key::number(0).write_file(&key_file(&bench.1), &token_uri(&bench.0));
        let transport = around(HttpClientOptions::new().build().unwrap());
        let api = GooglePlayApi::new(&[section(&bench.0, &bench.1)], transport).unwrap().unwrap();
        Self { google: bench.0, folder: bench.1, api }
    }

    fn now(&self) -> Timestamp {
        self.google.state.lock().unwrap().now.unwrap()
    }

    /// What was sent to the API itself, without the requests for tokens.
    fn calls(&self) -> Vec<http_server::Received> {
        let all = self.google.server.received();
        all.into_iter().filter(|request| !request.line.contains("/token ")).collect()
    }

    fn assertions(&self) -> usize {
        self.google.state.lock().unwrap().assertions
    }

    fn order(&self, id: &str, order: Value) {
        self.google.state.lock().unwrap().orders.insert(id.to_owned(), order);
    }

    fn void(&self, recorded: Timestamp, row: Value) {
        self.google.state.lock().unwrap().voided.push((recorded, row));
    }

    fn sweep(&self, since: Timestamp) -> Vec<(Signal, Vec<u8>)> {
        let (mut found, mut next) = (Vec::new(), None);
        loop {
            let page: SweepPage =
                self.api.page(PACKAGE, (since, self.now()), next.as_deref(), self.now()).unwrap();
            found.extend(page.found);
            match page.next {
                Some(token) => next = Some(token),
                None => return found,
            }
        }
    }
}

fn key_file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("service-account.json")
}

fn token_uri(google: &GoogleApi) -> String {
    google.server.url().segment("token").expose()
}

fn section(google: &GoogleApi, folder: &tempfile::TempDir) -> GooglePlaySection {
    serde_json::from_value(json!({
        "package_name": PACKAGE,
        "push": {"audience": "a", "service_account_email": "e"},
        "service_account": key_file(folder),
        "api_url": google.server.url().expose(),
    }))
    .unwrap()
}

fn transport() -> Arc<dyn Transport> {
    Arc::new(HttpClientOptions::new().build().unwrap())
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn usd(micros: i64) -> Money {
    Money { micros, currency: Currency::new("USD").unwrap() }
}

fn fact(signal: &Signal) -> (&CaseKey, &Fact) {
    match &signal.meaning {
        Meaning::Case { key, fact } => (key, fact),
        other => panic!("{other:?}"),
    }
}

// ---- every request, as documented ----

#[test]
fn each_request_is_the_documented_one_to_the_letter() {
    let bench = Bench::new();
    let token = "tok/en.1:a";
    bench.order("GPA.1-2..0", json!({"orderId": "GPA.1-2..0", "state": "PROCESSED"}));
    bench.api.refund(PACKAGE, "GPA.1-2..0", true, NOW).unwrap();
    bench.api.order(PACKAGE, "GPA.1-2..0", NOW).unwrap();
    bench.api.revoke_subscription(PACKAGE, token, &Revocation::Full, NOW).unwrap();
    bench.api.answer(&review(), NOW).unwrap();
    let since = NOW.plus(Span::from_days(-3));
    bench.api.page(PACKAGE, (since, NOW), None, NOW).unwrap();
    bench.api.page(PACKAGE, (since, NOW.plus(Span::from_days(-1))), None, NOW).unwrap();

    let sent: Vec<_> = bench.calls();
    let base = "/androidpublisher/v3/applications/com.example.game";
    let list = "/purchases/voidedpurchases?type=1&includeQuantityBasedPartialRefund=true&maxResults=1000";
    let expected = [
        format!("POST {base}/orders/GPA.1-2..0:refund?revoke=true HTTP/1.1"),
        format!("GET {base}/orders/GPA.1-2..0 HTTP/1.1"),
        format!("POST {base}/purchases/subscriptionsv2/tokens/tok%2Fen.1%3Aa:revoke HTTP/1.1"),
        format!("POST {base}/orders/GPA.9:reviewrefund HTTP/1.1"),
        format!("GET {base}{list}&startTime=1789740800000 HTTP/1.1"),
        format!("GET {base}{list}&startTime=1789740800000&endTime=1789913600000 HTTP/1.1"),
    ];
    assert_eq!(sent.iter().map(|request| request.line.clone()).collect::<Vec<_>>(), expected);
    for request in &sent {
        let sent = format!("Bearer {:.<1024}", "ya29.token-1");
        assert_eq!(request.header("Authorization"), Some(sent.as_str()));
        assert_eq!(request.header("Accept"), Some("application/json"));
        let host = bench.google.server.address.to_string();
        assert_eq!(request.header("Host"), Some(host.as_str()));
    }
    let body = |n: usize| String::from_utf8(sent[n].body.clone()).unwrap();
    assert_eq!((body(0), body(1), body(4)), Default::default());
    assert_eq!(sent[0].header("Content-Length"), Some("0"));
    assert_eq!(body(2), r#"{"revocationContext":{"fullRefund":{}}}"#);
    assert_eq!(sent[2].header("Content-Type"), Some("application/json"));
    assert_eq!(serde_json::from_str::<Value>(&body(3)).unwrap(), review_body());
    assert_eq!(bench.google.complaints(), [""; 0]);
    assert_eq!(bench.assertions(), 1);
}

#[test]
fn the_emulator_complains_of_what_is_not_documented() {
    let bench = Bench::new();
    let client = HttpClientOptions::new().build().unwrap();
    let base = bench.google.server.url();
    let request = recoup::transport::HttpRequest::post(base.segment("token"))
        .header("Accept", "application/json")
        .form(&[("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", "e30.e30.AA")]);
    assert_eq!(client.send(&request).unwrap().status(), 400);
    let complaints = bench.google.complaints();
    assert!(complaints[0].starts_with("JWT header"), "{complaints:?}");
}

// ---- tokens ----

#[test]
fn a_token_is_kept_until_five_minutes_before_its_end() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    let ask = || bench.api.order(PACKAGE, "GPA.1", bench.now()).unwrap();
    ask();
    bench.google.pass(Span::from_millis(55 * 60_000 - 1));
    ask();
    assert_eq!(bench.assertions(), 1);
    bench.google.pass(Span::from_millis(1));
    ask();
    assert_eq!(bench.assertions(), 2);
    assert_eq!(bench.google.complaints(), [""; 0]);
}

#[test]
fn a_token_may_be_as_long_as_google_says() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    bench.google.state.lock().unwrap().token_size = 2048;
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    let sent = bench.calls()[0].header("Authorization").unwrap().to_owned();
    assert_eq!(sent.len(), "Bearer ".len() + 2048);
}

#[test]
fn a_token_withdrawn_before_its_time_is_replaced_once() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    bench.google.withdraw_tokens();
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    assert_eq!((bench.assertions(), bench.calls().len()), (2, 3));

    for _ in 0..2 {
        bench.google.fault(
            "/orders/",
            error(401, "permissionDenied", "The current user has insufficient permissions."),
        );
    }
    let refused = bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err();
    assert!(
        matches!(&refused, ApiError::Credentials { problem } if problem.contains("permissionDenied")),
        "{refused}"
    );
    assert!(!refused.is_retryable());
    assert_eq!((bench.assertions(), bench.calls().len()), (3, 5), "no third try");
}

#[test]
fn many_threads_without_a_token_ask_for_one() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| bench.api.order(PACKAGE, "GPA.1", NOW).unwrap());
        }
    });
    assert_eq!((bench.assertions(), bench.calls().len()), (1, 8));
}

#[test]
fn a_key_that_google_does_not_take_is_looked_up_in_its_file_again() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    bench.google.state.lock().unwrap().keys = vec![Key::number(1)];
    let refused = bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err();
    let ApiError::Credentials { problem } = &refused else { panic!("{refused:?}") };
    assert!(problem.contains("invalid_grant") && problem.contains(CLIENT_EMAIL), "{problem}");
    assert!(!refused.is_retryable());
    assert_eq!(bench.assertions(), 1, "the same key is not tried again");

    Key::number(1).write_file(&key_file(&bench.folder), &token_uri(&bench.google));
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    bench.google.withdraw_tokens();
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    assert_eq!(bench.assertions(), 4, "the old key, the new one, and then the new one");
}

#[test]
fn what_the_token_endpoint_can_answer() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    let after = |reply: Reply| {
        bench.google.fault("/token", reply);
        bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err()
    };
    let oauth =
        |status, code: &str| answer(status, &json!({"error": code, "error_description": "d"}).to_string());
    for reply in [
        oauth(500, "internal_failure"),
        oauth(400, "temporarily_unavailable"),
        answer(503, "<html>"),
        answer(429, ""),
    ] {
        let error = after(reply);
        assert!(matches!(error, ApiError::Refused { .. }) && error.is_retryable(), "{error:?}");
    }
    for reply in [
        oauth(400, "invalid_grant"),
        oauth(401, "invalid_client"),
        oauth(403, "disabled_client"),
        answer(404, ""),
    ] {
        let error = after(reply);
        assert!(matches!(error, ApiError::Credentials { .. }) && !error.is_retryable(), "{error:?}");
    }
    for body in [
        "",
        "{}",
        r#"{"access_token":"","expires_in":1}"#,
        r#"{"access_token":"s3cret"}"#,
        r#"{"access_token":"s3cret","expires_in":"soon"}"#,
        r#"{"access_token":"s3cret\r\nx: y","expires_in":3600}"#,
    ] {
        let error = after(answer(200, body));
        assert!(matches!(error, ApiError::Unreadable { .. }), "{error:?}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
    let error = after(answer(200, &" ".repeat(64 * 1024 + 1)));
    assert!(matches!(error, ApiError::Transport { source: TransportError::TooLarge { .. } }), "{error:?}");
    assert_eq!(bench.calls().len(), 0);
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
}

// ---- sections and key files ----

#[test]
fn sections_without_a_service_account_are_not_asked_about() {
    let bench = Bench::new();
    let mut without = section(&bench.google, &bench.folder);
    without.service_account = None;
    without.package_name = "com.example.other".to_owned();
    assert!(GooglePlayApi::new(&[without.clone()], transport()).unwrap().is_none());
    let both = [without, section(&bench.google, &bench.folder)];
    let api = GooglePlayApi::new(&both, transport()).unwrap().unwrap();
    assert_eq!(api.apps(), [PACKAGE]);
    let error = api.refund("com.example.other", "GPA.1", true, NOW).unwrap_err();
    assert!(
        matches!(&error, ApiError::NotConfigured { key: "google_play[].service_account", .. }),
        "{error}"
    );
    assert_eq!((api.window(PACKAGE, NOW), api.overlap()), (Span::from_days(30), Span::from_days(2)));
}

#[test]
fn what_is_wrong_with_a_section_is_said_without_the_key() {
    let bench = Bench::new();
    let good: Value = serde_json::from_slice(&std::fs::read(key_file(&bench.folder)).unwrap()).unwrap();
    let attempt = |change: &dyn Fn(&mut Value, &mut GooglePlaySection)| {
        let (mut file, mut section) = (good.clone(), section(&bench.google, &bench.folder));
        change(&mut file, &mut section);
        std::fs::write(key_file(&bench.folder), file.to_string()).unwrap();
        let error = GooglePlayApi::new(&[section], transport()).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("MII") && !shown.contains("s3cret"), "{shown}");
        error
    };
    type Change<'a> = &'a dyn Fn(&mut Value, &mut GooglePlaySection);
    let cases: [(Change<'_>, &str); 8] = [
        (&|file, _| file["private_key"] = json!("s3cret"), "PEM"),
        (
            &|file, _| {
                file["private_key"] =
                    json!("-----BEGIN PRIVATE KEY-----\nczNjcmV0\n-----END PRIVATE KEY-----\n")
            },
            "RSA",
        ),
        (&|file, _| file["private_key"] = json!({"s3cret": 1}), "private_key"),
        (
            &|file, _| {
                file.as_object_mut().unwrap().remove("private_key_id");
            },
            "private_key_id",
        ),
        (&|file, _| file["client_email"] = json!(" "), "client_email"),
        (&|file, _| file["token_uri"] = json!("http://example.com/token"), "token_uri"),
        (&|_, section| section.api_url = Some("http://example.com".to_owned()), "api_url"),
        (&|file, _| *file = json!("s3cret"), "JSON key file"),
    ];
    for (change, named) in cases {
        let error = attempt(change);
        assert!(error.to_string().contains(named) && error.to_string().contains("google_play[0]"), "{error}");
    }
    let missing = attempt(&|_, section| section.service_account = Some("/nowhere/key.json".into()));
    assert!(matches!(missing, ConfigError::Unreadable { .. }), "{missing}");

    std::fs::write(key_file(&bench.folder), good.to_string()).unwrap();
    let mut other = section(&bench.google, &bench.folder);
    other.api_url = None;
    let error = GooglePlayApi::new(&[section(&bench.google, &bench.folder), other], transport()).unwrap_err();
    assert!(error.to_string().contains("google_play[1]"), "{error}");
    let shown = format!("{:?}", bench.api);
    assert!(shown.contains(PACKAGE) && !shown.contains("ya29") && !shown.contains("PRIVATE"), "{shown}");
}

// ---- refunds ----

#[test]
fn a_refund_is_requested_and_a_second_one_was_done_before() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1", "state": "PROCESSED"}));
    assert_eq!(
        bench.api.refund(PACKAGE, "GPA.1", false, NOW),
        Ok(RefundAnswer::Requested { refund_id: None })
    );
    assert_eq!(bench.api.refund(PACKAGE, "GPA.1", true, NOW), Ok(RefundAnswer::AlreadyRefunded));
    assert_eq!(bench.google.state.lock().unwrap().done, [("refund GPA.1".to_owned(), json!("false"))]);

    bench.order("GPA.2", json!({"orderId": "GPA.2", "state": "PROCESSED"}));
    bench.google.fault("GPA.2:refund", error(400, "orderTooOld", "The order is older than three years."));
    let refused = bench.api.refund(PACKAGE, "GPA.2", true, NOW).unwrap_err();
    assert!(
        matches!(&refused, ApiError::Refused { status: 400, code, .. } if code == "orderTooOld"),
        "{refused}"
    );
    let refused = bench.api.refund(PACKAGE, "GPA.3", true, NOW).unwrap_err();
    assert!(matches!(&refused, ApiError::Refused { status: 404, retryable: false, .. }), "{refused}");
    assert_eq!(bench.google.complaints(), [""; 0]);
}

#[test]
fn a_subscription_is_revoked_in_each_way() {
    let bench = Bench::new();
    let item = Revocation::Item { product_id: "add-on".to_owned() };
    for revocation in [Revocation::Full, Revocation::Prorated, item] {
        let answer = bench.api.revoke_subscription(PACKAGE, "t", &revocation, NOW);
        assert_eq!(answer, Ok(RefundAnswer::Requested { refund_id: None }));
    }
    let done: Vec<_> = bench.google.state.lock().unwrap().done.iter().map(|(_, how)| how.clone()).collect();
    let item = json!({"itemBasedRefund": {"productId": "add-on"}});
    assert_eq!(done, [json!({"fullRefund": {}}), json!({"proratedRefund": {}}), item]);
    assert_eq!(bench.google.complaints(), [""; 0]);
}

#[test]
fn an_order_is_read_as_google_writes_it() {
    let bench = Bench::new();
    let money = |units: &str, nanos: i64| json!({"currencyCode": "USD", "units": units, "nanos": nanos});
    let refund = |total: Value| json!({"total": total, "tax": money("0", 0)});
    bench.order(
        "GPA.1",
        json!({
            "orderId": "GPA.1", "purchaseToken": "t", "state": "PARTIALLY_REFUNDED", "unheardOf": [1],
            "createTime": "2026-09-21T14:13:20Z", "lastEventTime": "2026-09-22T14:13:20.123456Z",
            "lineItems": [{"productId": "gems", "total": money("9", 990_000_000), "tax": {},
                           "oneTimePurchaseDetails": {"quantity": 10}}],
            "total": money("9", 990_000_000), "tax": {"currencyCode": "USD", "nanos": 1},
            "orderHistory": {
                "processedEvent": {"eventTime": "2026-09-21T14:13:21Z"},
                "partialRefundEvents": [
                    {"createTime": "2026-09-22T00:00:00Z", "processTime": "2026-09-22T00:00:01Z",
                     "state": "PROCESSED_SUCCESSFULLY", "refundDetails": refund(money("1", 998_000_000))},
                    {"createTime": "2026-09-23T00:00:00Z", "state": "PENDING", "refundDetails": {"total": {}}}],
            },
        }),
    );
    let order = bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    assert_eq!((order.order_id.as_str(), order.purchase_token.as_deref()), ("GPA.1", Some("t")));
    assert_eq!((order.state.clone(), order.state.is_refunded()), (OrderState::PartiallyRefunded, false));
    assert_eq!(
        (order.created_at, order.last_event_at),
        (Some(NOW), Some(NOW.plus(DAY).plus(Span::from_millis(123))))
    );
    assert_eq!(
        (order.total, order.tax),
        (Some(usd(9_990_000)), None),
        "a billionth is not said in millionths"
    );
    assert_eq!(order.line_items[0].product_id.as_deref(), Some("gems"));
    assert_eq!((order.line_items[0].quantity, order.line_items[0].total), (Some(10), Some(usd(9_990_000))));
    assert_eq!((order.refund, order.partial_refunds.len()), (None, 2));
    assert_eq!(order.partial_refunds[0].total, Some(usd(1_998_000)));
    assert_eq!(order.partial_refunds[0].processed_at, Some("2026-09-22T00:00:01Z".parse().unwrap()));
    assert_eq!((order.partial_refunds[1].processed_at, order.partial_refunds[1].total), (None, None));

    bench.order(
        "GPA.2",
        json!({"orderId": "GPA.2", "state": "REFUNDED", "orderHistory": {
        "refundEvent": {"eventTime": "2026-09-21T14:13:20Z", "refundReason": "CHARGEBACK",
                        "refundDetails": refund(money("-1", -750_000_000))}}}),
    );
    let order = bench.api.order(PACKAGE, "GPA.2", NOW).unwrap();
    let refund = order.refund.unwrap();
    assert_eq!((refund.at, refund.reason), (Some(NOW), Some(OrderRefundReason::Chargeback)));
    assert_eq!((refund.total, order.state.is_refunded()), (Some(usd(-1_750_000)), true));

    bench.order("GPA.3", json!({"orderId": "GPA.3", "state": "MELTED"}));
    assert_eq!(
        bench.api.order(PACKAGE, "GPA.3", NOW).unwrap().state,
        OrderState::Unknown("MELTED".to_owned())
    );
    bench.order("GPA.4", json!({"state": "REFUNDED"}));
    let error = bench.api.order(PACKAGE, "GPA.4", NOW).unwrap_err();
    assert!(matches!(&error, ApiError::Unreadable { problem } if problem.contains("orderId")), "{error}");
}

// ---- reviews ----

fn review() -> ReviewAnswer {
    ReviewAnswer {
        refund: 1,
        app: PACKAGE.to_owned(),
        sandbox: false,
        order_id: "GPA.9".to_owned(),
        token: Some("p".to_owned()),
        delivery: Delivery::Delivered,
        consumed: MilliPercent::new(45_200),
        sample_given: true,
        preference: RefundPreference::Decline,
        usage: vec![
            Usage { at: NOW, what: Some("10 gems".to_owned()), ip_address: Some("192.0.2.1".to_owned()) },
            Usage { at: NOW.plus(DAY), what: None, ip_address: None },
        ],
    }
}

fn review_body() -> Value {
    json!({
        "pendingRefundToken": "p",
        "sampleContentProvided": true,
        "refundPreference": "DECLINE",
        "consumptionPercentageMilliunits": 45200,
        "consumptionUsageEvents": [
            {"consumptionTime": "2026-09-21T14:13:20Z", "ipAddress": "192.0.2.1", "consumptionItemDescription": "10 gems"},
            {"consumptionTime": "2026-09-22T14:13:20Z"},
        ],
    })
}

#[test]
fn preferences_are_reported_in_googles_words_and_nothing_is_made_up() {
    let bench = Bench::new();
    let words = [
        (RefundPreference::Decline, "DECLINE"),
        (RefundPreference::Grant, "APPROVE"),
        (RefundPreference::Prorated, "NEUTRAL"),
        (RefundPreference::Neutral, "NEUTRAL"),
    ];
    for (n, (preference, word)) in words.into_iter().enumerate() {
        let token = Some(n.to_string());
        let answer = ReviewAnswer {
            preference,
            token,
            consumed: None,
            sample_given: false,
            usage: Vec::new(),
            ..review()
        };
        bench.api.answer(&answer, NOW).unwrap();
        let body = json!({"pendingRefundToken": n.to_string(), "sampleContentProvided": false, "refundPreference": word});
        assert_eq!(bench.google.state.lock().unwrap().reviews[&format!("GPA.9 {n}")], body);
    }
    let error = bench.api.answer(&ReviewAnswer { token: None, ..review() }, NOW).unwrap_err();
    assert!(matches!(error, ApiError::Transport { source: TransportError::Unsendable { .. } }), "{error}");
    assert_eq!(bench.google.complaints(), [""; 0]);
}

#[test]
fn what_is_more_than_google_takes_is_cut() {
    let bench = Bench::new();
    let mut answer = review();
    // Two code units each.
    let what = Some("𝄞".repeat(2501));
    answer.usage = (0..1002).map(|n| Usage { at: at(n), what: what.clone(), ip_address: None }).collect();
    bench.api.answer(&answer, NOW).unwrap();
    let state = bench.google.state.lock().unwrap();
    let events = state.reviews["GPA.9 p"]["consumptionUsageEvents"].as_array().unwrap();
    assert_eq!(events.len(), 1000);
    assert_eq!(events[0]["consumptionTime"], "1970-01-01T00:00:00.002Z", "the latest are kept");
    assert_eq!(events[0]["consumptionItemDescription"], "𝄞".repeat(2500));
    assert_eq!(state.complaints, [""; 0]);
}

// ---- errors, quotas, bad lines ----

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
            ApiError::Refused { status: found, code: said, message, retryable: passes } => {
                assert_eq!((found, said.as_str(), passes), (status, code, retryable));
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
    assert_eq!(pacing.slept(), [Duration::from_secs(7)], "a token may be asked for again");
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
fn what_no_access_token_was_to_be_had_for_was_not_sent() {
    for (reply, passes) in [
        (Reply::Raw(Vec::new()), true),
        (error(503, "backendError", "Later."), true),
        (answer(200, "no JSON"), false),
    ] {
        for withdrawn in [false, true] {
            let bench = Bench::new();
            if withdrawn {
                // The first try finds its token withdrawn, and Google has done nothing.
                let _ = bench.api.order(PACKAGE, "GPA.1", bench.now());
                bench.google.withdraw_tokens();
            }
            bench.google.fault("/token", reply.clone());
            let refused = bench.api.refund(PACKAGE, "GPA.1", false, bench.now()).unwrap_err();
            let ApiError::Transport { source } = &refused else { panic!("{refused}") };
            assert!(source.was_never_sent(), "{refused}");
            assert_eq!(refused.is_retryable(), passes, "{refused}");
            assert!(bench.google.state.lock().unwrap().done.is_empty());
        }
    }
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
