//! Google Play, from the raw push to the blocked player.

use recoup::google_play::{
    OneTimeProductNotificationType, RefundType, SubscriptionNotificationType, VoidedProductType,
};
use recoup::testing::StoreRequest;
use recoup::{EventKind, MeaningKind, OutcomeKind, Purchase, RefundFilter, Span, Store, StoreState, Trust};
use recoup_tests::server::{NOON, Server};

fn voided(server: &Server, order: &str, message: &str, extent: RefundType) -> StoreRequest {
    let token = format!("token-of-{order}");
    let void = server.google.voided_purchase(order, &token, VoidedProductType::OneTime, extent, NOON);
    server.google.push(&void, message, NOON).unwrap()
}

fn purchase(user: &str, order: &str) -> Purchase {
    Purchase {
        purchase_token: Some(format!("token-of-{order}")),
        product: Some("gems_100".to_owned()),
        // Long enough ago that Google cannot have cancelled it for not being acknowledged.
        purchased_at: Some(NOON.plus(Span::from_days(-9))),
        ..Purchase::new(Store::GooglePlay, user, order)
    }
}

#[test]
fn a_voided_purchase_blocks_the_player_who_made_it() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "GPA.1")).unwrap();
    let outcome = server.ingest(&Store::GooglePlay, &voided(&server, "GPA.1", "m1", RefundType::Full));
    assert_eq!((outcome.http_status, outcome.new, outcome.user.as_deref()), (200, true, Some("ann")));
    assert!(matches!(outcome.what, OutcomeKind::Accepted { meaning: MeaningKind::Refund, .. }));
    assert!(server.engine.is_blocked("ann"));
    assert_eq!(server.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn one_refund_under_two_message_ids_is_applied_once() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "GPA.1")).unwrap();
    for (message, new) in [("m1", true), ("m1", false), ("m2", false)] {
        let push = voided(&server, "GPA.1", message, RefundType::Full);
        assert_eq!(server.ingest(&Store::GooglePlay, &push).new, new, "{message}");
    }
    assert_eq!(server.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn a_void_and_the_cancelled_one_time_notification_of_it_are_one_refund() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "GPA.1")).unwrap();
    let hint = server.google.one_time_product(
        OneTimeProductNotificationType::Canceled,
        "token-of-GPA.1",
        "gems_100",
        NOON,
    );
    let hint = server.google.push(&hint, "m0", NOON).unwrap();
    server.ingest(&Store::GooglePlay, &hint);
    assert!(!server.engine.is_blocked("ann"), "a hint blocked");
    assert!(server.events().is_empty());
    server.ingest(&Store::GooglePlay, &voided(&server, "GPA.1", "m1", RefundType::Full));
    assert_eq!(server.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    let refunds = server.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items;
    let counted: Vec<_> = refunds.iter().filter(|refund| refund.merged_into.is_none()).collect();
    assert_eq!(counted.len(), 1);
    assert_eq!(counted[0].case.trust, Trust::Signed);
}

#[test]
fn parts_of_unknown_size_stay_unknown_until_the_rest_is_refunded() {
    let server = Server::new();
    let bought = Purchase { quantity: Some(10), ..purchase("ann", "GPA.1") };
    server.engine.record_purchase(bought).unwrap();
    let part = voided(&server, "GPA.1", "m1", RefundType::QuantityBasedPartial);
    let refund = server.ingest(&Store::GooglePlay, &part).refund.unwrap();
    let case = server.engine.refund(refund).unwrap().unwrap().case;
    assert_eq!((case.state, case.quantity), (StoreState::PartlyRefunded, None));
    server.ingest(&Store::GooglePlay, &voided(&server, "GPA.1", "m2", RefundType::Full));
    let case = server.engine.refund(refund).unwrap().unwrap().case;
    assert_eq!((case.state, case.quantity), (StoreState::Refunded, Some(10)));
}

#[test]
fn a_revoked_subscription_is_a_refund_even_where_no_void_comes() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "GPA.1")).unwrap();
    let revoked =
        server.google.subscription(SubscriptionNotificationType::Revoked, "token-of-GPA.1", "vip", NOON);
    server.ingest(&Store::GooglePlay, &server.google.push(&revoked, "m1", NOON).unwrap());
    assert!(server.engine.is_blocked("ann"));
}

#[test]
fn a_pending_review_notifies_the_host_with_a_deadline() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "GPA.1")).unwrap();
    let review = server.google.pending_refund_review("GPA.1", "review-token", None, NOON);
    server.ingest(&Store::GooglePlay, &server.google.push(&review, "m1", NOON).unwrap());
    let events = server.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, EventKind::Review);
    let review = events[0].refund.as_ref().unwrap().case.review.clone().unwrap();
    assert_eq!(review.deadline, Some(NOON.plus(Span::from_hours(24))));
    assert_eq!(review.token.as_deref(), Some("review-token"));
    assert!(!server.engine.is_blocked("ann"));
}

#[test]
fn an_unwrapped_push_is_accepted_and_repeated_by_its_metadata() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "GPA.1")).unwrap();
    let void = server.google.voided_purchase(
        "GPA.1",
        "token-of-GPA.1",
        VoidedProductType::OneTime,
        RefundType::Full,
        NOON,
    );
    let push = server.google.push_unwrapped(&void, Some("m1"), NOON).unwrap();
    assert!(server.ingest(&Store::GooglePlay, &push).new);
    assert!(!server.ingest(&Store::GooglePlay, &push).new);
    assert!(server.engine.is_blocked("ann"));
}
