//! The App Store, from the raw notification to the blocked player.

use recoup::app_store::NotificationType;
use recoup::testing::AppStore;
use recoup::{
    Currency, EventKind, MeaningKind, MilliPercent, Money, OutcomeKind, Purchase, Reason, RefundFilter, Span,
    Store, StoreState,
};
use recoup_tests::server::{NOON, Server};
use serde_json::{Value, json};

fn purchase(user: &str, order: &str) -> Purchase {
    Purchase::new(Store::AppStore, user, order)
}

/// A transaction without an account tag, so that only the host's record has the player.
fn transaction(server: &Server, id: &str) -> Value {
    let mut transaction = server.apple.transaction(id, "gems_100", NOON);
    transaction.as_object_mut().unwrap().remove("appAccountToken");
    transaction["price"] = json!(9990);
    transaction["currency"] = json!("USD");
    transaction
}

fn refund(server: &Server, order: &str, uuid: &str) -> Vec<u8> {
    let gone = AppStore::refunded(transaction(server, order), NOON);
    server.apple.notification(NotificationType::Refund, NOON).id(uuid).transaction(gone).body().unwrap()
}

fn reported(server: &Server, kind: NotificationType, order: &str, after: i64) -> Vec<u8> {
    let at = NOON.plus(Span::from_millis(after));
    let notification = server.apple.notification(kind, at).transaction(transaction(server, order));
    notification.body().unwrap()
}

#[test]
fn a_refund_blocks_the_player_and_a_reversal_lifts_it() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "1")).unwrap();
    let outcome = server.ingest_apple(&refund(&server, "1", "u1"));
    assert_eq!((outcome.http_status, outcome.new, outcome.user.as_deref()), (200, true, Some("ann")));
    assert!(server.engine.is_blocked("ann"));
    let events = server.events();
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    let case = &events[0].refund.as_ref().unwrap().case;
    let price = Money { micros: 9_990_000, currency: Currency::new("USD").unwrap() };
    assert_eq!((case.state, case.amount), (StoreState::Refunded, Some(price)));

    server.ingest_apple(&reported(&server, NotificationType::RefundReversed, "1", 1000));
    assert!(!server.engine.is_blocked("ann"));
    assert_eq!(server.kinds(), [EventKind::Unblock, EventKind::Reversal]);
}

#[test]
fn the_same_refund_under_another_uuid_is_applied_once() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "1")).unwrap();
    for (uuid, new) in [("u1", true), ("u1", false), ("u2", false)] {
        let outcome = server.ingest_apple(&refund(&server, "1", uuid));
        assert_eq!((outcome.http_status, outcome.new), (200, new), "{uuid}");
    }
    assert_eq!(server.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn a_prorated_refund_takes_its_share_of_the_price() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "1")).unwrap();
    let mut gone = AppStore::refunded(transaction(&server, "1"), NOON);
    gone["revocationType"] = json!("REFUND_PRORATED");
    gone["revocationPercentage"] = json!(33333);
    let body = server.apple.notification(NotificationType::Refund, NOON).transaction(gone).body().unwrap();
    let id = server.ingest_apple(&body).refund.unwrap();
    let case = server.engine.refund(id).unwrap().unwrap().case;
    assert_eq!((case.state, case.share), (StoreState::PartlyRefunded, MilliPercent::new(33_333)));
    assert_eq!(case.amount.unwrap().micros, 3_329_966);
}

#[test]
fn an_issued_tag_finds_the_player_who_was_never_recorded_and_another_tag_no_one() {
    let server = Server::new();
    let tag = server.engine.account_tag(&Store::AppStore, "ann").unwrap();
    for (id, token, user) in [
        ("1", tag.to_ascii_uppercase(), Some("ann")),
        ("2", "7E3FB204-2E0D-4A3B-9B3A-0C0F7D0F6B11".to_owned(), None),
    ] {
        let mut tagged = AppStore::refunded(transaction(&server, id), NOON);
        tagged["appAccountToken"] = json!(token);
        let notification = server.apple.notification(NotificationType::Refund, NOON).id(id);
        let body = notification.transaction(tagged).body().unwrap();
        assert_eq!(server.ingest_apple(&body).user.as_deref(), user);
    }
    assert!(server.engine.is_blocked("ann"));
}

#[test]
fn one_non_consumable_under_two_transaction_ids_is_one_refund() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "1")).unwrap();
    for id in ["1", "2"] {
        let mut restored = AppStore::refunded(transaction(&server, id), NOON);
        restored["originalTransactionId"] = json!("1");
        restored["type"] = json!("Non-Consumable");
        restored["webOrderLineItemId"] = json!("2000000054321");
        let notification = server.apple.notification(NotificationType::Refund, NOON).id(id);
        server.ingest_apple(&notification.transaction(restored).body().unwrap());
    }
    let refunds = server.engine.refunds(&RefundFilter::default(), None, 9).unwrap().items;
    assert_eq!(refunds.len(), 1, "{refunds:?}");
    assert_eq!(server.engine.user("ann").unwrap().blocks.len(), 1);
    assert_eq!(server.engine.order("2").unwrap().refunds.len(), 1);
}

#[test]
fn transactions_whose_other_ids_name_nothing_have_nothing_in_common() {
    for id in ["", "0"] {
        let server = Server::new();
        server.engine.record_purchase(purchase("ann", "1")).unwrap();
        for order in ["1", "2"] {
            let mut gone = AppStore::refunded(transaction(&server, order), NOON);
            gone["originalTransactionId"] = json!(id);
            gone["webOrderLineItemId"] = json!(id);
            gone["type"] = json!("Non-Consumable");
            let notification = server.apple.notification(NotificationType::Refund, NOON).id(order);
            server.ingest_apple(&notification.transaction(gone).body().unwrap());
        }
        let refunds = server.engine.refunds(&RefundFilter::default(), None, 9).unwrap().items;
        let users: Vec<_> = refunds.iter().map(|refund| refund.user.as_deref()).collect();
        assert_eq!(users, [None, Some("ann")], "{id:?}");
        let zero = Purchase { original_id: Some("0".to_owned()), ..purchase("ben", "3") };
        assert!(server.engine.record_purchase(zero).is_err());
    }
}

#[test]
fn a_refund_of_an_old_renewal_does_not_end_a_live_subscription() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "1")).unwrap();
    let mut gone = AppStore::refunded(transaction(&server, "1"), NOON);
    gone["type"] = json!("Auto-Renewable Subscription");
    let notification = server.apple.notification(NotificationType::Refund, NOON).transaction(gone);
    server.ingest_apple(&notification.status(1).body().unwrap());
    assert!(!server.engine.is_blocked("ann"));
    let events = server.events();
    assert_eq!(
        events.iter().map(|event| event.kind).collect::<Vec<_>>(),
        [EventKind::Refund, EventKind::Alert]
    );
    assert_eq!(events[0].refund.as_ref().unwrap().case.subscription_live, Some(true));
}

#[test]
fn lost_family_sharing_takes_back_but_does_not_count_as_abuse() {
    let policy = r#"[{"name":"second","match":{"user_refunds":{"within":"30d","at_least":2}},"action":{"block":"permanently"}},
                     {"name":"first","match":{"family_shared":false},"action":"alert"}]"#;
    let server = Server::with_policy(policy);
    server.engine.record_purchases(vec![purchase("ann", "1"), purchase("ann", "2")]).unwrap();
    let mut shared = AppStore::refunded(transaction(&server, "1"), NOON);
    shared["inAppOwnershipType"] = json!("FAMILY_SHARED");
    shared["revocationType"] = json!("FAMILY_REVOKE");
    let body = server.apple.notification(NotificationType::Revoke, NOON).transaction(shared).body().unwrap();
    let id = server.ingest_apple(&body).refund.unwrap();
    let refund_of_share = server.engine.refund(id).unwrap().unwrap();
    assert_eq!(refund_of_share.case.reason, Some(Reason::FamilySharingLost));
    assert_eq!(server.kinds(), [EventKind::Refund]);
    server.ingest_apple(&refund(&server, "2", "u2"));
    assert!(!server.engine.is_blocked("ann"), "the lost share counted as a first refund");
}

#[test]
fn requests_and_declines_are_recorded_and_block_no_one() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "1")).unwrap();
    let request = reported(&server, NotificationType::ConsumptionRequest, "1", 0);
    assert!(matches!(
        server.ingest_apple(&request).what,
        OutcomeKind::Accepted { meaning: MeaningKind::RefundRequest, .. }
    ));
    let events = server.events();
    assert_eq!(events[0].kind, EventKind::Review);
    let review = events[0].refund.as_ref().unwrap().case.review.clone().unwrap();
    assert_eq!(review.deadline, Some(NOON.plus(Span::from_hours(12))));
    server.ingest_apple(&reported(&server, NotificationType::RefundDeclined, "1", 500));
    let refunds = server.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items;
    assert_eq!(refunds[0].case.state, StoreState::Declined);
    assert!(!server.engine.is_blocked("ann"));
    server.ingest_apple(&refund(&server, "1", "u9"));
    assert!(server.engine.is_blocked("ann"), "a refund after a decline is a refund");
}

#[test]
fn production_and_sandbox_share_one_endpoint_and_sandbox_blocks_no_one() {
    let mut server = Server::new();
    server.engine.record_purchase(purchase("ann", "1")).unwrap();
    server.apple.environment = recoup::app_store::AppStoreEnvironment::Sandbox;
    let outcome = server.ingest_apple(&refund(&server, "1", "u1"));
    assert_eq!((outcome.http_status, outcome.user.as_deref()), (200, Some("ann")));
    assert!(!server.engine.is_blocked("ann"));
}

#[test]
fn a_strangers_store_and_a_tampered_message_change_nothing() {
    let server = Server::new();
    server.engine.record_purchase(purchase("ann", "1")).unwrap();
    let stranger = AppStore::new().unwrap();
    let gone = AppStore::refunded(stranger.transaction("1", "gems_100", NOON), NOON);
    let forged =
        stranger.notification(NotificationType::Refund, NOON).transaction(gone.clone()).body().unwrap();
    assert_eq!(server.ingest_apple(&forged).http_status, 401);

    // The stranger's own signed transaction inside a genuine notification.
    let nested = stranger.sign(&gone).unwrap();
    let mixed = server
        .apple
        .notification(NotificationType::Refund, NOON)
        .data("signedTransactionInfo", json!(nested))
        .body()
        .unwrap();
    let outcome = server.ingest_apple(&mixed);
    assert!(matches!(outcome.what, OutcomeKind::Rejected(_)), "{outcome:?}");

    let genuine = refund(&server, "1", "u1");
    let text = String::from_utf8(genuine).unwrap();
    let middle = text.find('.').unwrap() + 40;
    let mut tampered = text.clone().into_bytes();
    tampered[middle] = if tampered[middle] == b'A' { b'B' } else { b'A' };
    let outcome = server.ingest_apple(&tampered);
    assert!(matches!(outcome.what, OutcomeKind::Rejected(_)), "{outcome:?}");

    assert!(!server.engine.is_blocked("ann"));
    assert!(server.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items.is_empty());
    assert!(server.events().is_empty());
}
