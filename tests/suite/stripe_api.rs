//! Stripe's server API, against a server that behaves as its documents say.

use std::collections::BTreeMap;

use recoup::stripe::{
    StripeApi, StripePayment, StripeRefund, StripeRefundReason, StripeSection, StripeVerifier, WebhookSecret,
};
use recoup::testing::Stripe;
use recoup::transport::{Secret, TransportError};
use recoup::{
    ApiError, Capture, CaseKey, Currency, Environment, Fact, FactKind, Meaning, Money, RefundAnswer, Signal,
    Span, SweepPage, Sweeps as _, Timestamp, Trust,
};
use serde_json::{Value, json};

use crate::support::http_server::{Reply, answer};
use crate::support::stripe_api::{Fault, StripeEmulator, error};
use crate::support::wire::{client, impatient_client, written};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const KEY: &str = "rk_live_51abcdefghwxyz";
const HEAD: &str = "authorization: Bearer rk_live_51abcdefghwxyz";
const DAY: i64 = 86_400;

struct Shop {
    emulator: StripeEmulator,
    section: StripeSection,
    stripe: Stripe,
    api: StripeApi,
}

impl Shop {
    fn new() -> Self {
        Self::of(None)
    }

    fn of(account: Option<&str>) -> Self {
        let emulator = StripeEmulator::start(KEY, account, NOW.secs());
        let stripe = Stripe::new().unwrap();
        let secret = WebhookSecret::new(&stripe.webhook_secret).unwrap();
        let section = StripeSection {
            user_metadata_key: Some("user_id".to_owned()),
            account: account.map(str::to_owned),
            api_key: Some(Secret::new(KEY)),
            api_url: Some(emulator.url()),
            ..StripeSection::new("web shop", vec![secret])
        };
        let api = StripeApi::new(std::slice::from_ref(&section), client()).unwrap().unwrap();
        Self { emulator, section, stripe, api }
    }

    fn refund(&self, refund: &StripeRefund, key: &str) -> Result<RefundAnswer, ApiError> {
        let answer = self.api.refund("web shop", refund, key);
        if let Err(error) = &answer {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("rk_live_") && !shown.contains("wxyz"), "{shown}");
        }
        answer
    }

    fn written(&self) -> Vec<String> {
        self.emulator.received().iter().map(written).collect()
    }

    /// A whole sweep of the last day.
    fn sweep(&self) -> Vec<Signal> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let page = self.page(next.as_deref()).unwrap();
            found.extend(page.found.into_iter().map(|(signal, _)| signal));
            next = page.next;
            if next.is_none() {
                return found;
            }
        }
    }

    fn page(&self, page: Option<&str>) -> Result<SweepPage, ApiError> {
        self.api.page("web shop", (NOW.plus(Span::from_days(-1)), NOW), page, NOW)
    }

    /// What a webhook about the same object would say.
    fn reported(&self, event_type: &str, object: Value, at: i64) -> Signal {
        let verifier = StripeVerifier::new(vec![self.section.clone()]).unwrap();
        let at = Timestamp::from_secs(at);
        let request = self.stripe.send(&self.stripe.event("evt_1", event_type, object, at), at);
        request.send(|request| verifier.verify_notification(request, at)).unwrap().signal().unwrap()
    }
}

fn all_of(payment: StripePayment) -> StripeRefund {
    StripeRefund { payment, amount: None, reason: None, metadata: BTreeMap::new() }
}

fn charge(id: &str) -> StripePayment {
    StripePayment::Charge(id.to_owned())
}

fn money(micros: i64, currency: &str) -> Money {
    Money { micros, currency: Currency::new(currency).unwrap() }
}

fn part(micros: i64, currency: &str) -> StripeRefund {
    StripeRefund { amount: Some(money(micros, currency)), ..all_of(charge("ch_1")) }
}

fn done(id: &str) -> RefundAnswer {
    RefundAnswer::Done { refund_id: Some(id.to_owned()) }
}

fn case(signal: &Signal) -> (CaseKey, Fact) {
    match &signal.meaning {
        Meaning::Case { key, fact } => (key.clone(), fact.clone()),
        other => panic!("no case: {other:?}"),
    }
}

#[test]
fn a_refund_is_asked_for_as_stripe_documents_it() {
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
fn a_part_is_asked_for_in_minor_units_with_reason_and_metadata_of_a_connected_account() {
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
    let asked =
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
    assert_eq!(shop.written(), [asked.join("\n"), made.join("\n")]);
    assert_eq!(shop.emulator.refunded("ch_1"), 499);
}

#[test]
fn each_reason_is_reported_in_stripes_word() {
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
fn a_refund_whose_currency_could_not_be_asked_for_was_not_sent() {
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
    // What Stripe says of the payment stays its word.
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
fn what_is_refunded_already_is_distinguished_from_what_cannot_be() {
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
fn a_refund_is_as_far_as_its_status_says() {
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
fn each_refusal_says_whether_to_ask_again() {
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
fn a_stripe_that_does_not_answer_is_given_up() {
    let shop = Shop::new();
    let api = StripeApi::new(std::slice::from_ref(&shop.section), impatient_client()).unwrap().unwrap();
    for reply in [Reply::Silence, Reply::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n".to_vec())] {
        shop.emulator.fault(Fault::Instead(reply));
        let error = api.page("web shop", (NOW, NOW), None, NOW).unwrap_err();
        assert!(matches!(error, ApiError::Transport { source: TransportError::Timeout { .. } }), "{error}");
    }
}

#[test]
fn the_lists_are_asked_for_as_stripe_documents_them() {
    let shop = Shop::of(Some("acct_1"));
    for n in 0..250 {
        let at = Timestamp::from_secs(NOW.secs() - n);
        shop.emulator.add_refund(shop.stripe.refund(&format!("re_{n}"), &format!("ch_{n}"), 100, at));
    }
    let found = shop.sweep();
    assert_eq!(found.len(), 250);
    let from = |days: i64| NOW.secs() - (days + 1) * DAY;
    let page =
        |target: String| [&format!("GET {target}"), HEAD, "stripe-account: acct_1", VERSION].join("\n");
    let refunds = |after: &str| {
        let (from, to) = (from(31), NOW.secs());
        page(format!(
            "/v1/refunds?created%5Bgte%5D={from}&created%5Blte%5D={to}&limit=100\
             &expand%5B%5D=data.failure_balance_transaction{PAID}{after}"
        ))
    };
    let (gte, lte) = (from(240), NOW.secs());
    let disputes =
        page(format!("/v1/disputes?created%5Bgte%5D={gte}&created%5Blte%5D={lte}&limit=100{PAID}"));
    let expected =
        [refunds(""), refunds("&starting_after=re_99"), refunds("&starting_after=re_199"), disputes];
    assert_eq!(shop.written(), expected);
}

const PAID: &str = "&expand%5B%5D=data.charge&expand%5B%5D=data.payment_intent";
const VERSION: &str = "stripe-version: 2024-10-28.acacia";

#[test]
fn a_row_says_what_its_webhook_says_and_is_confirmed() {
    let shop = Shop::new();
    let made = NOW.secs() - 20 * DAY;
    let at = Timestamp::from_secs(made);
    let mut refund = shop.stripe.refund("re_1", "ch_1", 499, at);
    refund["metadata"] = json!({"user_id": "ann"});
    refund["reason"] = json!("requested_by_customer");
    let back = NOW.secs() - 5 * DAY;
    let mut failed = shop.stripe.refund("re_2", "ch_2", 100, at);
    failed["status"] = json!("failed");
    failed["failure_balance_transaction"] = json!({"id": "txn_2", "amount": 100, "created": back});
    let mut pending = shop.stripe.refund("re_3", "ch_3", 100, at);
    pending["status"] = json!("pending");
    let lost = shop.stripe.dispute("dp_1", "ch_4", 999, "lost", at);
    let mut won = shop.stripe.dispute("dp_2", "ch_5", 999, "won", at);
    won["balance_transactions"] = json!([
        {"id": "txn_3", "amount": -999, "created": made},
        {"id": "txn_4", "amount": 999, "created": back},
    ]);
    let inquiry = shop.stripe.dispute("dp_3", "ch_6", 999, "warning_needs_response", at);
    let expected = [
        (refund.clone(), "refund.created", made, "re_1:succeeded", "refund succeeded"),
        (failed.clone(), "refund.failed", back, "re_2:failed", "refund failed"),
        (pending.clone(), "refund.created", made, "re_3:pending", "refund pending"),
        // The list does not say when it was lost: it counts from its beginning.
        (lost.clone(), "charge.dispute.closed", made, "dp_1:lost", "dispute lost"),
        (won.clone(), "charge.dispute.funds_reinstated", back, "dp_2:won", "dispute won"),
        (
            inquiry.clone(),
            "charge.dispute.created",
            made,
            "dp_3:warning_needs_response",
            "dispute warning_needs_response",
        ),
    ];
    for object in [refund, failed, pending] {
        shop.emulator.add_refund(object);
    }
    for object in [lost, won, inquiry] {
        shop.emulator.add_dispute(object);
    }
    let found = shop.sweep();
    assert_eq!(found.len(), expected.len());
    for (signal, (object, event_type, reported_at, id, name)) in found.iter().zip(expected) {
        let reported = shop.reported(event_type, object, reported_at);
        let (key, mut fact) = case(&reported);
        fact.trust = Trust::Confirmed;
        assert_eq!(case(signal), (key, fact), "{id}");
        assert_eq!(signal.place, reported.place, "{id}");
        assert_eq!((signal.notification_id.as_str(), signal.name.as_str()), (id, name));
    }
    assert_eq!(shop.sweep(), found);
}

#[test]
fn what_changed_long_after_it_was_made_is_found() {
    let shop = Shop::new();
    let made = |days: i64| Timestamp::from_secs(NOW.secs() - days * DAY);
    for days in [31, 40] {
        let mut refund = shop.stripe.refund(&format!("re_{days}"), "ch_1", 100, made(days));
        refund["status"] = json!("failed");
        shop.emulator.add_refund(refund);
    }
    for days in [216, 250] {
        shop.emulator.add_dispute(shop.stripe.dispute(
            &format!("dp_{days}"),
            "ch_2",
            100,
            "lost",
            made(days),
        ));
    }
    let found = shop.sweep();
    let ids: Vec<_> = found.iter().map(|signal| signal.notification_id.as_str()).collect();
    assert_eq!(ids, ["re_31:failed", "dp_216:lost"]);
    // Its money never left, so when it failed stands nowhere: it is when this is found out.
    let (_, fact) = case(&found[0]);
    assert!(matches!(fact.what, FactKind::Reversed { .. }), "{fact:?}");
    assert_eq!(fact.at, NOW);
}

#[test]
fn each_row_comes_with_its_own_piece_of_the_answer() {
    let shop = Shop::new();
    let refund = shop.stripe.refund("re_1", "ch_1", 100, NOW);
    shop.emulator.add_refund(refund.clone());
    let page = shop.page(None).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&page.found[0].1).unwrap(), refund);
    assert_eq!(page.next.as_deref(), Some("disputes:"));
}

#[test]
fn a_row_that_is_not_understood_holds_up_no_other() {
    let shop = Shop::new();
    let mut odd = shop.stripe.refund("re_1", "ch_1", 100, NOW);
    odd["status"] = json!("evaporated");
    let mut lacking = shop.stripe.refund("re_2", "ch_1", 100, NOW);
    lacking["amount"] = json!("100");
    shop.emulator.add_refund(odd);
    shop.emulator.add_refund(lacking);
    shop.emulator.add_refund(shop.stripe.refund("re_3", "ch_1", 100, NOW));
    let mut untimed = shop.stripe.refund("re_4", "ch_1", 100, NOW);
    untimed["status"] = json!({});
    shop.emulator.add_refund(untimed);
    let page = shop.page(None).unwrap();
    let ids: Vec<_> = page.found.iter().map(|(signal, _)| signal.notification_id.as_str()).collect();
    assert_eq!(ids, ["re_3:succeeded"]);
    let kept: Vec<Value> = page.unread.iter().map(|(_, row)| serde_json::from_slice(row).unwrap()).collect();
    assert_eq!(kept.iter().map(|row| row["id"].clone()).collect::<Vec<_>>(), ["re_1", "re_2", "re_4"]);
    assert!(page.unread[0].0.contains("evaporated"), "{:?}", page.unread);
}

#[test]
fn a_row_without_an_id_holds_up_no_other_and_the_sweep_goes_on_behind_the_last_that_has_one() {
    let shop = Shop::new();
    let row = |id: Value| {
        let mut refund = shop.stripe.refund("re_1", "ch_1", 100, NOW);
        refund["id"] = id;
        refund
    };
    let rows = [row(json!("re_1")), row(json!("")), row(json!(null))];
    let body = json!({"data": rows, "has_more": true}).to_string();
    shop.emulator.fault(Fault::Instead(answer(200, &body)));
    let page = shop.page(None).unwrap();
    assert_eq!((page.found.len(), page.unread.len()), (1, 2));
    assert_eq!(page.next.as_deref(), Some("refunds:re_1"));
}

#[test]
fn null_says_as_much_as_leaving_a_member_out() {
    let shop = Shop::new();
    let mut dispute = shop.stripe.dispute("du_1", "ch_1", 500, "lost", NOW);
    for member in ["balance_transactions", "evidence_details", "metadata", "payment_intent", "reason"] {
        dispute[member] = json!(null);
    }
    shop.emulator.add_dispute(dispute);
    let mut refund = shop.stripe.refund("re_1", "ch_1", 500, NOW);
    for member in ["metadata", "payment_intent", "reason", "failure_reason", "failure_balance_transaction"] {
        refund[member] = json!(null);
    }
    refund["status"] = json!("failed");
    shop.emulator.add_refund(refund);
    assert_eq!(shop.sweep().len(), 2);
    for page in [None, Some("disputes:")] {
        assert!(shop.page(page).unwrap().unread.is_empty());
    }
}

#[test]
fn a_bad_escape_that_nobody_reads_costs_no_row() {
    let shop = Shop::new();
    let mut refund = shop.stripe.refund("re_1", "ch_1", 500, NOW);
    refund["description"] = json!("GEMS");
    let body = json!({"data": [refund], "has_more": false}).to_string().replace("GEMS", "Gems \\ud83d");
    shop.emulator.fault(Fault::Instead(answer(200, &body)));
    let page = shop.page(None).unwrap();
    assert_eq!((page.found.len(), page.unread.len()), (1, 0));
}

#[test]
fn a_sweep_reads_how_far_the_charge_was_captured() {
    let shop = Shop::new();
    let mut refund = shop.stripe.refund("re_release", "ch_1", 375, NOW);
    let mut charge = shop.stripe.charge("ch_1", 20675, 375, NOW);
    charge["amount_captured"] = json!(20300);
    refund["charge"] = charge;
    shop.emulator.add_refund(refund);
    let (_, fact) = case(&shop.sweep()[0]);
    let Some(Capture::Reported(report)) = fact.about.capture else { panic!("{fact:?}") };
    let usd = |cents: i64| Some(money(cents * 10_000, "USD"));
    assert_eq!((report.at, report.authorised), (NOW, usd(20675)));
    assert_eq!((report.captured, report.refunded), (usd(20300), usd(0)));
}

#[test]
fn whose_a_refund_is_stands_on_what_was_paid() {
    let of = |key: Option<&str>| {
        let mut shop = Shop::new();
        shop.section.user_metadata_key = key.map(str::to_owned);
        shop.api = StripeApi::new(std::slice::from_ref(&shop.section), client()).unwrap().unwrap();
        shop.emulator.charge("ch_1", 500, "eur");
        shop.emulator.charge_metadata("ch_1", &json!({"player": "ann"}));
        shop.emulator.add_refund(shop.stripe.refund("re_1", "ch_1", 100, NOW));
        shop.sweep().remove(0)
    };
    let tag = |signal: &Signal| case(signal).1.about.account_tag.clone();
    assert_eq!(tag(&of(Some("player"))).as_deref(), Some("ann"));
    // Who wants no tags is not sent what the charge has on its customer.
    assert_eq!(tag(&of(None)), None);
}

#[test]
fn a_page_with_all_the_metadata_that_stripe_takes_is_read() {
    let shop = Shop::new();
    let metadata: BTreeMap<_, _> = (0..50).map(|n| (format!("{n:0>40}"), "v".repeat(500))).collect();
    for n in 0..100 {
        let charge = format!("ch_{n}");
        shop.emulator.charge(&charge, 500, "eur");
        shop.emulator.charge_metadata(&charge, &json!(metadata));
        let mut refund = shop.stripe.refund(&format!("re_{n}"), &charge, 100, NOW);
        refund["metadata"] = json!(metadata);
        shop.emulator.add_refund(refund);
    }
    assert_eq!(shop.page(None).unwrap().found.len(), 100);
}

#[test]
fn a_page_that_cannot_be_read_is_an_error() {
    let shop = Shop::new();
    for body in [
        r#"{"data":[]}"#,
        r#"{"data":[],"has_more":true}"#,
        r#"{"data":[{"created":1}],"has_more":true}"#,
        r#"[]"#,
        "",
    ] {
        shop.emulator.fault(Fault::Instead(answer(200, body)));
        assert_eq!(shop.page(None).unwrap_err().code(), "api_unreadable", "{body}");
    }
    assert_eq!(shop.page(Some("charges:ch_1")).unwrap_err().code(), "api_unreadable");
}

#[test]
fn the_keys_mode_says_whether_it_is_real() {
    for (key, environment) in [
        ("sk_live_1", Environment::Production),
        ("rk_live_1", Environment::Production),
        ("sk_test_1", Environment::Sandbox),
        ("rk_test_1", Environment::Sandbox),
    ] {
        let emulator = StripeEmulator::start(key, None, NOW.secs());
        let shop = Shop::new();
        emulator.add_refund(shop.stripe.refund("re_1", "ch_1", 100, NOW));
        let section =
            StripeSection { api_key: Some(Secret::new(key)), api_url: Some(emulator.url()), ..shop.section };
        let api = StripeApi::new(&[section], client()).unwrap().unwrap();
        let page = api.page("web shop", (NOW, NOW), None, NOW).unwrap();
        assert_eq!(page.found[0].0.place.environment, Some(environment), "{key}");
    }
}

#[test]
fn keys_are_read_once_and_never_shown() {
    let shop = Shop::new();
    let with = |key: Option<&str>, name: &str| StripeSection {
        name: name.to_owned(),
        api_key: key.map(Secret::new),
        ..shop.section.clone()
    };
    let api = |sections: &[StripeSection]| StripeApi::new(sections, client());
    assert!(api(&[with(None, "a")]).unwrap().is_none());
    let two = api(&[with(None, "a"), with(Some(KEY), "b"), with(Some(KEY), "c")]).unwrap().unwrap();
    assert_eq!(two.apps(), ["b", "c"]);
    let error = two.refund("a", &all_of(charge("ch_1")), "k").unwrap_err();
    assert_eq!(error.code(), "api_not_configured");
    let shown = format!("{two:?} {:?} {error}", with(Some(KEY), "b"));
    assert!(!shown.contains(KEY), "{shown}");
    for bad in ["pk_live_zq9", "whsec_zq9", "sk_live_", "zq9", "sk_live_zq9\n", "sk_org_live_zq9"] {
        let error = api(&[with(Some(bad), "a")]).unwrap_err().to_string();
        assert!(error.contains("stripe[0].api_key") && !error.contains("zq9"), "{error}");
    }
    let error = api(&[with(Some(KEY), "a"), with(Some(KEY), "a")]).unwrap_err().to_string();
    assert!(error.contains("stripe[1].name"), "{error}");
}

#[test]
fn the_key_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stripe.key"), format!("{KEY}\n")).unwrap();
    let config = |api: &str| {
        let text = format!(r#"{{"stripe":[{{"name":"a","webhook_secrets":["whsec_1"],{api}}}]}}"#);
        recoup::Config::from_json(text.as_bytes(), folder.path())
    };
    let read = config(r#""api_key_file":"stripe.key","api_url":"https://localhost:1/base""#).unwrap();
    assert!(StripeApi::new(&read.stripe, client()).unwrap().is_some());
    for bad in
        [r#""api_key":["rk_live_x"]"#, r#""api_url":"https://u:rk_live_x@h""#, r#""api_kee":"rk_live_x""#]
    {
        let error = config(bad).unwrap_err().to_string();
        assert!(error.contains("stripe[0].api_") && !error.contains("rk_live_x"), "{error}");
    }
}
