//! Why a void was made: the list, the purchase, the order.

use recoup::{ExplainsRefunds as _, Explanation, OrderDetails, ProductType, Store, UnexplainedRefund};

use super::*;

const TOKEN: &str = "token-1";
const ORDER: &str = "GPA.1-2-3-4";

fn refund(number: i64, order: &str, token: &str) -> UnexplainedRefund {
    UnexplainedRefund {
        refund: number,
        at: NOW.plus(Span::from_millis(-60_000)),
        environment: None,
        about: OrderDetails {
            order_id: Some(order.to_owned()),
            purchase_token: Some(token.to_owned()),
            product_type: Some(ProductType::OneTime),
            ..OrderDetails::default()
        },
    }
}

fn explain(bench: &Bench, refunds: &[UnexplainedRefund]) -> Explanation {
    bench.api.explain(PACKAGE, refunds, bench.now())
}

fn listed(bench: &Bench, order: &str, source: i64, reason: i64) {
    let row = json!({"kind": "androidpublisher#voidedPurchase", "purchaseToken": TOKEN, "orderId": order,
        "purchaseTimeMillis": "1789990000000", "voidedTimeMillis": "1789999940000",
        "voidedSource": source, "voidedReason": reason});
    bench.void(bench.now().plus(Span::from_millis(-30_000)), row);
}

fn bought(bench: &Bench, token: &str, purchase: Value) {
    bench.google.state.lock().unwrap().products.insert(token.to_owned(), purchase);
}

fn causes(explanation: &Explanation) -> Vec<(Option<Reason>, Option<Initiator>)> {
    let facts = explanation.found.iter().filter_map(|(signal, _)| match &signal.meaning {
        Meaning::Case { fact, .. } => Some(fact),
        _ => None,
    });
    facts
        .map(|fact| match &fact.what {
            recoup::FactKind::Refunded { reason, initiator, .. } => (*reason, *initiator),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn purchases(explanation: &Explanation) -> Vec<(Signal, OrderDetails)> {
    let purchases = explanation.found.iter().filter_map(|(signal, _)| match &signal.meaning {
        Meaning::Purchase(about) => Some((signal.clone(), about.clone())),
        _ => None,
    });
    purchases.collect()
}

#[test]
fn the_list_has_the_reason_and_the_initiator_and_the_purchase_has_the_player() {
    let bench = Bench::new();
    listed(&bench, ORDER, 2, 8);
    bought(
        &bench,
        TOKEN,
        json!({"orderId": ORDER, "obfuscatedExternalAccountId": "tag-1",
            "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING", "regionCode": "DE",
            "purchaseCompletionTime": "2026-09-21T08:00:00Z",
            "purchaseStateContext": {"purchaseState": "CANCELLED"},
            "productLineItem": [{"productId": "gems_100", "productOfferDetails": {"quantity": 3}}]}),
    );
    let answer = explain(&bench, &[refund(7, ORDER, TOKEN)]);
    assert_eq!(answer.fault, None);
    assert_eq!(answer.complete, [7]);
    assert_eq!(causes(&answer), [(Some(Reason::Unacknowledged), Some(Initiator::Store))]);
    let [(signal, about)] = &purchases(&answer)[..] else { panic!("{answer:?}") };
    assert_eq!((signal.place.store.clone(), signal.place.environment), (Store::GooglePlay, None));
    assert_eq!(about.account_tag.as_deref(), Some("tag-1"));
    assert_eq!((about.product.as_deref(), about.quantity), (Some("gems_100"), Some(3)));
    assert_eq!(about.acknowledged, Some(false));
    assert!(about.purchased_at.is_some());
    // The list is queried once, the purchase once, and the order not at all.
    assert_eq!(bench.calls().len(), 2);
    assert_eq!(bench.google.complaints(), Vec::<String>::new());
}

#[test]
fn a_licence_testers_purchase_is_of_the_sandbox() {
    let bench = Bench::new();
    bought(&bench, TOKEN, json!({"orderId": ORDER, "testPurchaseContext": {"fopType": "TEST"}}));
    let answer = explain(&bench, &[refund(7, ORDER, TOKEN)]);
    let [(signal, about)] = &purchases(&answer)[..] else { panic!("{answer:?}") };
    assert_eq!(signal.place.environment, Some(recoup::Environment::Sandbox));
    assert_eq!(about.acknowledged, None);
}

#[test]
fn where_the_list_has_nothing_yet_the_order_is_queried_and_its_answer_is_not_final() {
    let bench = Bench::new();
    bench.order(
        ORDER,
        json!({"orderId": ORDER, "purchaseToken": TOKEN, "state": "REFUNDED",
            "orderHistory": {"refundEvent": {"eventTime": "2026-09-21T14:12:20Z", "refundReason": "OTHER"}}}),
    );
    let answer = explain(&bench, &[refund(7, ORDER, TOKEN)]);
    assert_eq!((answer.fault.clone(), answer.complete.len()), (None, 0));
    assert_eq!(causes(&answer), [(None, None)], "OTHER is no cause");
    bench.order(
        ORDER,
        json!({"orderId": ORDER, "purchaseToken": TOKEN, "state": "REFUNDED",
            "orderHistory": {"refundEvent": {"eventTime": "2026-09-21T14:12:20Z", "refundReason": "CHARGEBACK"}}}),
    );
    let answer = explain(&bench, &[refund(7, ORDER, TOKEN)]);
    assert_eq!(causes(&answer), [(Some(Reason::Chargeback), None)]);
}

#[test]
fn a_subscription_names_its_latest_order_and_the_one_before_it() {
    let bench = Bench::new();
    bench.google.state.lock().unwrap().subscriptions.insert(
        TOKEN.to_owned(),
        json!({"externalAccountIdentifiers": {"obfuscatedExternalAccountId": "tag-1"},
            "acknowledgementState": "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED", "linkedPurchaseToken": "token-0",
            "lineItems": [{"productId": "vip", "latestSuccessfulOrderId": "GPA.1-2-3-4..2"}]}),
    );
    let mut unexplained = refund(7, ORDER, TOKEN);
    unexplained.about.order_id = None;
    unexplained.about.product_type = Some(ProductType::Subscription);
    bench.order("GPA.1-2-3-4..2", json!({"orderId": "GPA.1-2-3-4..2", "state": "REFUNDED"}));
    let answer = explain(&bench, &[unexplained]);
    let [(_, about)] = &purchases(&answer)[..] else { panic!("{answer:?}") };
    assert_eq!(about.order_id, None, "it speaks of all renewals");
    assert_eq!(about.latest_order_id.as_deref(), Some("GPA.1-2-3-4..2"));
    assert_eq!(about.linked_token.as_deref(), Some("token-0"));
    assert_eq!((about.account_tag.as_deref(), about.acknowledged), (Some("tag-1"), Some(true)));
    assert_eq!(causes(&answer).len(), 1, "the revocation's order was queried");
}

#[test]
fn many_voids_cost_one_request_for_the_list() {
    let bench = Bench::new();
    let refunds: Vec<_> = (0..20)
        .map(|n| {
            let order = format!("GPA.{n}");
            listed(&bench, &order, 1, 0);
            refund(n, &order, &format!("token-{n}"))
        })
        .collect();
    let answer = explain(&bench, &refunds);
    assert_eq!(answer.complete.len(), 20);
    let lists = bench.calls().iter().filter(|call| call.line.contains("voidedpurchases")).count();
    assert_eq!((lists, bench.calls().len()), (1, 21));
}

#[test]
fn a_void_too_old_for_the_list_does_not_make_the_list_longer() {
    let bench = Bench::new();
    listed(&bench, ORDER, 2, 8);
    let mut old = refund(8, "GPA.8", "token-8");
    old.at = NOW.plus(Span::from_days(-40));
    let answer = explain(&bench, &[old.clone(), refund(7, ORDER, TOKEN)]);
    assert_eq!((answer.fault, answer.complete), (None, vec![7]));
    let start = NOW.plus(Span::from_millis(-60_000 - 3_600_000)).millis();
    let line = bench.calls()[0].line.clone();
    assert!(line.contains(&format!("&startTime={start}")), "{line}");

    let before = bench.calls().len();
    assert_eq!(explain(&bench, &[old]).fault, None);
    assert!(bench.calls()[before..].iter().all(|call| !call.line.contains("voidedpurchases")));
}

#[test]
fn a_listed_void_that_cannot_be_understood_is_unread() {
    let bench = Bench::new();
    bench.void(bench.now().plus(Span::from_millis(-30_000)), json!({"orderId": 7}));
    listed(&bench, ORDER, 2, 8);
    let answer = explain(&bench, &[refund(7, ORDER, TOKEN)]);
    assert_eq!((answer.fault, answer.complete, answer.unread.len()), (None, vec![7], 1));
}

#[test]
fn what_google_does_not_know_is_no_fault_and_a_store_that_is_down_gets_no_more_requests() {
    let bench = Bench::new();
    let answer = explain(&bench, &[refund(7, ORDER, TOKEN)]);
    assert_eq!(answer, Explanation::default());
    bench.google.fault("voidedpurchases", error(503, "backendError", "try later"));
    let before = bench.calls().len();
    let answer = explain(&bench, &[refund(7, ORDER, TOKEN), refund(8, "GPA.8", "token-8")]);
    assert!(answer.fault.is_some_and(|fault| fault.is_retryable()));
    assert_eq!(bench.calls().len() - before, 1);
    // Without the right to read financial data the list is refused, and the rest is still queried.
    bench.google.fault("voidedpurchases", error(403, "permissionDenied", "no financial data"));
    bought(&bench, TOKEN, json!({"orderId": ORDER, "obfuscatedExternalAccountId": "tag-1"}));
    let answer = explain(&bench, &[refund(7, ORDER, TOKEN)]);
    assert!(answer.fault.is_some_and(|fault| !fault.is_retryable()));
    assert_eq!(answer.found.len(), 1);
}
