//! Every request as documented: refunds, revocations, orders, answers to reviews.

use super::*;

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
        "a billionth is not expressed in millionths"
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
fn a_value_that_is_too_long_for_google_is_cut() {
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
