//! What waits for the host or an operator.

use recoup::app_store::NotificationType;
use recoup::{
    DoctorReport, Health, RefundOrder, Request, RevocationRefund, RevokeSubscription, Span, Store,
    StoreActionState,
};
use recoup_tests::google_api::PACKAGE;
use recoup_tests::http_server::Reply;
use serde_json::json;

use super::shop::{NOW, Shop, has, mentions, the};

/// The doctor run so much later.
fn after(shop: &mut Shop, span: Span) -> DoctorReport {
    shop.now = NOW.plus(span);
    let report = shop.doctor();
    shop.now = NOW;
    report
}

const MINUTE: i64 = 60 * 1000;

#[test]
fn an_authentic_message_that_is_not_understood_is_reported_for_a_week() {
    let mut shop = Shop::of("stripe");
    let engine = shop.engine();
    assert!(has(&shop.doctor(), Health::Ok, "dead_letters"));
    let signed = shop.events.send_body(br#"{"object": "something new"}"#, NOW);
    signed.send(|request| engine.ingest(&Store::Stripe, request)).unwrap();
    let report = shop.doctor();
    let finding = the(&report, "dead_letters");
    assert_eq!(finding.health, Health::Warning);
    mentions(finding, "1 authentic message of the last 7 days not understood", "recoup dead-letters");
    let later = after(&mut shop, Span::from_days(8));
    assert_eq!(the(&later, "dead_letters").facts, "1 dead letter, none new in 7 days");
}

#[test]
fn a_stuck_request_and_one_of_unknown_outcome_are_distinguished() {
    let mut shop = Shop::of("google_play");
    let engine = shop.engine();
    assert!(has(&shop.doctor(), Health::Ok, "actions"));

    shop.google
        .state
        .lock()
        .unwrap()
        .orders
        .insert("GPA.1".to_owned(), json!({"orderId": "GPA.1", "state": "PROCESSED"}));
    let order =
        RefundOrder::GooglePlay { app: PACKAGE.to_owned(), order_id: "GPA.1".to_owned(), revoke: false };
    let action = engine.issue_refund(order, "eve", "ticket 7", None).unwrap();
    assert_eq!(action.state, StoreActionState::Confirming);
    // What is under way is not stuck yet.
    assert!(has(&after(&mut shop, Span::from_millis(5 * MINUTE)), Health::Ok, "actions"));
    let report = after(&mut shop, Span::from_hours(1));
    let stuck = the(&report, "actions_overdue");
    assert_eq!(stuck.health, Health::Warning);
    mentions(stuck, "1 store action overdue", "recoup actions");
    assert!(!has(&report, Health::Warning, "actions_unknown"));

    shop.google.fault(":revoke", Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{".to_vec()));
    let revoke = RevokeSubscription {
        app: PACKAGE.to_owned(),
        purchase_token: "token".to_owned(),
        refund: RevocationRefund::Full,
    };
    let action = engine.revoke_subscription(revoke, "eve", "ticket 8", None).unwrap();
    assert_eq!(action.state, StoreActionState::Unknown);
    let report = shop.doctor();
    let unknown = the(&report, "actions_unknown");
    assert_eq!(unknown.health, Health::Warning);
    mentions(unknown, "1 request of the last 7 days it is unknown", "the store's console");
    assert!(!has(&after(&mut shop, Span::from_days(8)), Health::Warning, "actions_unknown"));
}

#[test]
fn an_open_refund_review_is_reported_before_its_deadline_and_after() {
    let mut shop = Shop::of("app_store");
    let engine = shop.engine();
    let store = &shop.apple.production.store;
    let notification = store.notification(NotificationType::ConsumptionRequest, NOW);
    let body = notification.transaction(store.transaction("2000", "gems_500", NOW)).body().unwrap();
    let outcome = engine.ingest(&Store::AppStore, &Request::of_body(&body)).unwrap();
    assert_eq!(outcome.http_status, 200);
    assert!(has(&shop.doctor(), Health::Ok, "reviews"));

    let close = after(&mut shop, Span::from_hours(10));
    mentions(the(&close, "reviews_pressing"), "1 refund review waits", "recoup review report");
    mentions(the(&close, "reviews_pressing"), "is close", "");
    let passed = after(&mut shop, Span::from_hours(13));
    mentions(the(&passed, "reviews_pressing"), "has passed", "Too late for that one");

    shop.now = NOW.plus(Span::from_hours(13));
    assert_eq!(shop.engine().work_on_reviews().unwrap(), 1);
    let report = shop.doctor();
    let missed = the(&report, "reviews_missed");
    assert_eq!(missed.health, Health::Warning);
    mentions(missed, "1 refund review not answered in time", "recoup review list");
    assert!(!has(&report, Health::Warning, "reviews_pressing"));
}
