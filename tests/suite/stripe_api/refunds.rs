//! Refunds: requested as documented, in minor units, made once, and Stripe's possible answers to them.

use super::*;

#[test]
fn a_refund_is_requested_as_stripe_documents_it() {
    let shop = Shop::new();
    shop.emulator.charge("ch_1", 999, "usd");
    assert_eq!(shop.refund(&all_of(charge("ch_1")), "refund-1").unwrap(), done("re_1"));
    let expected = [
        "POST /v1/refunds",
        HEAD,
        "content-type: application/x-www-form-urlencoded",
        "idempotency-key: refund-1",
        "stripe-version: 2024-10-28.acacia",
        "charge=ch_1",
    ];
    assert_eq!(shop.written(), [expected.join("\n")]);
    assert_eq!(shop.emulator.refunded("ch_1"), 999);
}

#[test]
fn a_part_is_requested_in_minor_units_with_reason_and_metadata_of_a_connected_account() {
    let shop = Shop::of(Some("acct_1"));
    shop.emulator.charge("ch_1", 999, "usd");
    let metadata = [("user_id", "ann & bob"), ("ticket", "7")];
    let refund = StripeRefund {
        payment: StripePayment::PaymentIntent("pi_1".to_owned()),
        amount: Some(money(4_990_000, "USD")),
        reason: Some(StripeRefundReason::RequestedByCustomer),
        metadata: metadata.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
    };
    assert_eq!(shop.refund(&refund, "refund-2").unwrap(), done("re_1"));
    let query =
        ["GET /v1/payment_intents/pi_1", HEAD, "stripe-account: acct_1", "stripe-version: 2024-10-28.acacia"];
    let made = [
        "POST /v1/refunds",
        HEAD,
        "content-type: application/x-www-form-urlencoded",
        "idempotency-key: refund-2",
        "stripe-account: acct_1",
        "stripe-version: 2024-10-28.acacia",
        "payment_intent=pi_1&amount=499&reason=requested_by_customer&metadata%5Bticket%5D=7\
         &metadata%5Buser_id%5D=ann%20%26%20bob",
    ];
    assert_eq!(shop.written(), [query.join("\n"), made.join("\n")]);
    assert_eq!(shop.emulator.refunded("ch_1"), 499);
}

#[test]
fn each_reason_is_reported_by_stripes_name() {
    for (reason, word) in [
        (StripeRefundReason::Duplicate, "duplicate"),
        (StripeRefundReason::Fraudulent, "fraudulent"),
        (StripeRefundReason::RequestedByCustomer, "requested_by_customer"),
    ] {
        let shop = Shop::new();
        shop.emulator.charge("ch_1", 999, "usd");
        let refund = StripeRefund { reason: Some(reason), ..all_of(charge("ch_1")) };
        assert_eq!(shop.refund(&refund, "k").unwrap(), done("re_1"));
        assert!(shop.written()[0].ends_with(&format!("\ncharge=ch_1&reason={word}")), "{word}");
    }
}

#[test]
fn amounts_are_in_the_minor_unit_of_each_currency() {
    for (currency, micros, units) in [
        ("usd", 10_000, 1),
        ("jpy", 500_000_000, 500),
        ("krw", 1_000_000, 1),
        ("kwd", 5_000, 5),
        ("ugx", 5_000_000, 500),
        ("isk", 1_000_000, 100),
    ] {
        let shop = Shop::new();
        shop.emulator.charge("ch_1", 100_000, currency);
        assert_eq!(shop.refund(&part(micros, currency), "k").unwrap(), done("re_1"), "{currency}");
        assert_eq!(shop.emulator.refunded("ch_1"), units, "{currency}");
    }
}

#[test]
fn an_amount_that_is_none_or_of_another_currency_is_not_sent() {
    let shop = Shop::new();
    shop.emulator.charge("ch_1", 100_000, "krw");
    for refund in [part(5_000_000, "USD"), part(0, "KRW"), part(-1_000_000, "KRW"), part(1_500_000, "KRW")] {
        let error = shop.refund(&refund, "k").unwrap_err();
        let ApiError::Transport { source } = &error else { panic!("{error}") };
        assert!(source.was_never_sent(), "{error}");
    }
    for key in ["", &"k".repeat(256)] {
        let error = shop.refund(&all_of(charge("ch_1")), key).unwrap_err();
        assert!(error.to_string().contains("idempotency key"), "{error}");
    }
    assert!(shop.emulator.received().iter().all(|request| request.line.starts_with("GET /v1/charges/ch_1 ")));
    assert_eq!(shop.emulator.refunded("ch_1"), 0);
}

#[test]
fn a_refund_whose_currency_could_not_be_queried_was_not_sent() {
    for reply in [Reply::Raw(Vec::new()), answer(503, "{}")] {
        let shop = Shop::new();
        shop.emulator.charge("ch_1", 999, "usd");
        shop.emulator.fault(Fault::Instead(reply));
        let error = shop.refund(&part(5_000_000, "USD"), "refund-1").unwrap_err();
        let ApiError::Transport { source } = &error else { panic!("{error}") };
        assert!(source.was_never_sent() && error.is_retryable(), "{error}");
        assert_eq!((shop.emulator.received().len(), shop.emulator.refunded("ch_1")), (1, 0));
    }
    let shop = Shop::new();
    shop.emulator.charge("ch_1", 999, "usd");
    shop.emulator.fault(Fault::Instead(answer(200, "no JSON")));
    let error = shop.refund(&part(5_000_000, "USD"), "refund-1").unwrap_err();
    assert!(matches!(&error, ApiError::Transport { source } if source.was_never_sent()), "{error}");
    assert!(!error.is_retryable(), "{error}");
    // Stripe's answer about the payment is final.
    let error = shop.refund(&StripeRefund { payment: charge("ch_2"), ..part(1, "USD") }, "k").unwrap_err();
    assert!(!error.is_retryable(), "{error}");
}

#[test]
fn a_refund_whose_answer_was_lost_is_made_once() {
    let shop = Shop::new();
    shop.emulator.charge("ch_1", 999, "usd");
    shop.emulator.fault(Fault::AnswerLost);
    let refund = StripeRefund { amount: None, ..part(0, "usd") };
    let error = shop.refund(&refund, "refund-1").unwrap_err();
    assert!(matches!(error, ApiError::Transport { source: TransportError::Interrupted { .. } }), "{error}");
    assert!(error.is_retryable());
    assert_eq!(shop.refund(&refund, "refund-1").unwrap(), done("re_1"));
    assert_eq!(shop.emulator.refunded("ch_1"), 999);
    assert_eq!(shop.written()[0], shop.written()[1]);
    let other = StripeRefund { reason: Some(StripeRefundReason::Duplicate), ..refund };
    let error = shop.refund(&other, "refund-1").unwrap_err();
    assert!(
        matches!(&error, ApiError::Refused { status: 400, code, retryable: false, .. } if code == "idempotency_error"),
        "{error:?}"
    );
}

#[test]
fn an_already_refunded_payment_is_distinguished_from_an_unrefundable_one() {
    let shop = Shop::new();
    shop.emulator.charge("ch_1", 999, "usd");
    assert_eq!(shop.refund(&part(9_000_000, "usd"), "1").unwrap(), done("re_1"));
    let error = shop.refund(&part(1_000_000, "usd"), "2").unwrap_err();
    assert!(matches!(&error, ApiError::Refused { code, .. } if code == "amount_too_large"), "{error:?}");
    assert_eq!(shop.refund(&part(990_000, "usd"), "3").unwrap(), done("re_2"));
    assert_eq!(shop.refund(&all_of(charge("ch_1")), "4").unwrap(), RefundAnswer::AlreadyRefunded);
    let error = shop.refund(&all_of(charge("ch_9")), "5").unwrap_err();
    assert!(matches!(&error, ApiError::Refused { status: 404, code, .. } if code == "resource_missing"));
    assert!(error.to_string().contains("No such charge: 'ch_9'"), "{error}");
}

#[test]
fn a_refunds_state_follows_its_status() {
    for (status, expected) in [
        ("succeeded", Some(done("re_1"))),
        ("pending", Some(done("re_1"))),
        ("requires_action", Some(RefundAnswer::Requested { refund_id: Some("re_1".to_owned()) })),
        // Made, and Stripe's description of the API lets the status be null.
        ("null", Some(RefundAnswer::Requested { refund_id: Some("re_1".to_owned()) })),
        ("failed", None),
        ("canceled", None),
        ("new", None),
    ] {
        let shop = Shop::new();
        let status = if status == "null" { Value::Null } else { json!(status) };
        let body = json!({"id": "re_1", "status": status}).to_string();
        shop.emulator.fault(Fault::Instead(answer(200, &body)));
        assert_eq!(shop.refund(&all_of(charge("ch_1")), "k").ok(), expected, "{status}");
    }
}

#[test]
fn each_refusal_has_whether_to_retry() {
    let of = |status, error_type: &str, code: Option<&str>, headers| {
        let (status, body) = error(status, error_type, code, "key sk_live_***wxyz");
        Reply::Answer(status, headers, body.to_string().into_bytes())
    };
    let should_retry = |word: &str| vec![("Stripe-Should-Retry", word.to_owned())];
    let invalid = "invalid_request_error";
    for (reply, code, retryable) in [
        (of(401, invalid, None, vec![]), "api_credentials", false),
        (of(401, invalid, Some("api_key_expired"), vec![]), "api_credentials", false),
        (of(403, invalid, None, vec![]), "api_credentials", false),
        (of(400, invalid, Some("parameter_invalid_integer"), vec![]), "api_refused", false),
        (of(402, "card_error", None, vec![]), "api_refused", false),
        (of(409, "idempotency_error", Some("idempotency_key_in_use"), vec![]), "api_refused", true),
        (of(409, "idempotency_error", None, should_retry("false")), "api_refused", false),
        (of(429, invalid, Some("lock_timeout"), vec![]), "api_refused", true),
        (of(429, invalid, Some("rate_limit"), vec![]), "api_refused", true),
        (of(500, "api_error", None, vec![]), "api_refused", true),
        (of(400, invalid, None, should_retry("true")), "api_refused", true),
        (answer(503, "<html>down</html>"), "api_refused", true),
        (answer(404, ""), "api_refused", false),
        (answer(200, "<html>ok</html>"), "api_unreadable", false),
        (answer(200, "{}"), "api_unreadable", false),
        (Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()), "api_transport", true),
        (Reply::Raw(b"nonsense\r\n\r\n".to_vec()), "api_transport", false),
    ] {
        let shop = Shop::new();
        let shown = format!("{reply:?}");
        shop.emulator.fault(Fault::Instead(reply));
        let error = shop.refund(&all_of(charge("ch_1")), "k").unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), (code, retryable), "{shown}: {error}");
    }
}

#[test]
fn a_request_to_a_stripe_that_does_not_answer_times_out() {
    let shop = Shop::new();
    let api = StripeApi::new(std::slice::from_ref(&shop.section), impatient_client()).unwrap().unwrap();
    for reply in [Reply::Silence, Reply::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n".to_vec())] {
        shop.emulator.fault(Fault::Instead(reply));
        let error = api.page("web shop", (NOW, NOW), None, NOW).unwrap_err();
        assert!(matches!(error, ApiError::Transport { source: TransportError::Timeout { .. } }), "{error}");
    }
}
