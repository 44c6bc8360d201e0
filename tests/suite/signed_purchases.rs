//! Purchases recorded by the client's signed data, and their refunds.

use std::sync::Arc;

use recoup::google_play::{RefundType, VoidedProductType};
use recoup::one_store::PurchaseState;
use recoup::testing::{AppStore, GooglePlay, OneStore};
use recoup::{
    Config, Currency, Engine, EngineOptions, Environment, Error, EventKind, Grant, ManualClock, Money,
    Purchase, PurchaseExtras, PurchaseOutcome, RefundFilter, Request, SignedPurchase, Store, StoreState,
    Timestamp, Trust,
};
use serde_json::{Value, json};

const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);
/// Long enough before that a refund is not taken for that of an unacknowledged purchase.
const BOUGHT: Timestamp = Timestamp::from_secs(1_789_000_000);

struct Server {
    apple: AppStore,
    google: GooglePlay,
    one_store: OneStore,
    engine: Engine,
    _folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        let (apple, google) = (AppStore::new().unwrap(), GooglePlay::new().unwrap());
        let one_store = OneStore::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.der"), apple.root_der()).unwrap();
        std::fs::write(folder.path().join("google-keys.json"), google.jwks()).unwrap();
        let config = json!({
            "database": "ledger.db",
            "app_store": [{
                "bundle_id": apple.bundle_id, "app_apple_id": apple.app_apple_id,
                "extra_roots": ["root.der"], "only_extra_roots": true,
            }],
            "google_play": [{
                "package_name": google.package_name,
                "license_keys": [google.license_key().unwrap()],
                "push": {
                    "audience": google.audience, "service_account_email": google.service_account_email,
                    "subscription": google.subscription, "jwks": "google-keys.json",
                },
            }],
            "one_store": [{
                "client_id": one_store.client_id, "license_key": one_store.license_key().unwrap(),
            }],
            "stripe": [{ "name": "web shop", "webhook_secrets": ["whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw"] }],
        });
        let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let engine = EngineOptions::new().clock(clock).open(config).unwrap();
        Self { apple, google, one_store, engine, _folder: folder }
    }

    fn apple(&self, user: &str, transaction: &Value) -> Result<PurchaseOutcome, Error> {
        let jws = self.apple.sign(transaction).unwrap();
        let signed = SignedPurchase::jws(jws.as_bytes());
        self.engine.record_signed_purchase(&Store::AppStore, user, &signed, PurchaseExtras::default())
    }

    fn google(&self, user: &str, data: &Value, extras: PurchaseExtras) -> Result<PurchaseOutcome, Error> {
        let text = data.to_string();
        let signature = self.google.sign_purchase(&text).unwrap();
        let signed = SignedPurchase::with_signature(text.as_bytes(), &signature);
        self.engine.record_signed_purchase(&Store::GooglePlay, user, &signed, extras)
    }

    fn one_store(&self, user: &str, data: &Value) -> Result<PurchaseOutcome, Error> {
        let text = data.to_string();
        let signature = self.one_store.sign(text.as_bytes()).unwrap();
        let signed = SignedPurchase::with_signature(text.as_bytes(), &signature);
        self.engine.record_signed_purchase(&Store::OneStore, user, &signed, PurchaseExtras::default())
    }

    fn gems(&self, order: &str) -> Value {
        self.google.purchase_data(order, "gems_100", BOUGHT)
    }

    fn void(&self, order: &str) {
        let token = format!("token-of-{order}");
        let void =
            self.google.voided_purchase(order, &token, VoidedProductType::OneTime, RefundType::Full, NOON);
        let push = self.google.push(&void, "m1", NOON).unwrap();
        push.send(|request| self.engine.ingest(&Store::GooglePlay, request)).unwrap();
    }

    fn purchases(&self, user: &str) -> Vec<Purchase> {
        let history = self.engine.user(user).unwrap();
        history.purchases.into_iter().map(|recorded| recorded.purchase).collect()
    }

    fn kinds(&self) -> Vec<EventKind> {
        self.engine.poll(100).unwrap().iter().map(|event| event.kind).collect()
    }
}

fn code(refused: Result<PurchaseOutcome, Error>) -> &'static str {
    refused.unwrap_err().code()
}

#[test]
fn a_purchase_of_each_store_is_recorded_with_the_stores_ids_and_found_by_its_refund() {
    let server = Server::new();
    let extras = PurchaseExtras {
        environment: Some(Environment::Production),
        price: Some(Money { micros: 4_990_000, currency: Currency::new("USD").unwrap() }),
        grants: vec![Grant { item: "gems".to_owned(), quantity: 100 }],
        ..PurchaseExtras::default()
    };
    assert_eq!(server.google("ann", &server.gems("GPA.1"), extras.clone()), Ok(PurchaseOutcome::Recorded));
    let [recorded] = server.purchases("ann").try_into().unwrap();
    assert_eq!(recorded.order_id.as_deref(), Some("GPA.1"));
    assert_eq!(recorded.purchase_token.as_deref(), Some("token-of-GPA.1"));
    assert_eq!((recorded.price, recorded.grants), (extras.price, extras.grants));
    server.void("GPA.1");
    assert!(server.engine.is_blocked("ann"));

    let transaction = server.apple.transaction("T1", "gems_100", NOON);
    assert_eq!(server.apple("bob", &transaction), Ok(PurchaseOutcome::Recorded));
    let refund = AppStore::refunded(transaction, NOON);
    let body = server.apple.notification("REFUND", NOON).transaction(refund).body().unwrap();
    server.engine.ingest(&Store::AppStore, &Request::of_body(&body)).unwrap();
    assert!(server.engine.is_blocked("bob"));

    assert_eq!(
        server.one_store("eve", &server.one_store.purchase_data("P1", BOUGHT)),
        Ok(PurchaseOutcome::Recorded)
    );
    let cancelled = server.one_store.payment("P1", PurchaseState::Canceled, NOON).request().unwrap();
    cancelled.send(|request| server.engine.ingest(&Store::OneStore, request)).unwrap();
    assert!(server.engine.is_blocked("eve"));
}

#[test]
fn the_same_user_may_show_it_again_and_no_other() {
    let server = Server::new();
    let data = server.gems("GPA.1");
    let extras = PurchaseExtras::default;
    assert_eq!(server.google("ann", &data, extras()), Ok(PurchaseOutcome::Recorded));
    assert_eq!(server.google("ann", &data, extras()), Ok(PurchaseOutcome::AlreadyRecorded));
    // Acknowledged since, and so signed again.
    let mut acknowledged = data.clone();
    acknowledged["acknowledged"] = json!(true);
    assert_eq!(server.google("ann", &acknowledged, extras()), Ok(PurchaseOutcome::AlreadyRecorded));
    let thief = server.google("mallory", &data, extras()).unwrap_err();
    assert!(matches!(&thief, Error::PurchaseOfAnotherUser { user, .. } if user == "ann"), "{thief}");
    assert!(server.purchases("mallory").is_empty());
    let more = PurchaseExtras { grants: vec![Grant { item: "gems".to_owned(), quantity: 1 }], ..extras() };
    assert_eq!(server.google("ann", &data, more), Ok(PurchaseOutcome::Completed));
}

#[test]
fn the_stores_data_counts_more_than_the_games_additions() {
    let server = Server::new();
    let mut transaction = server.apple.transaction("T1", "gems_100", NOON);
    transaction["environment"] = json!("Sandbox");
    let jws = server.apple.sign(&transaction).unwrap();
    let extras = PurchaseExtras {
        environment: Some(Environment::Production),
        price: Some(Money { micros: 1, currency: Currency::new("KRW").unwrap() }),
        ..PurchaseExtras::default()
    };
    let signed = SignedPurchase::jws(jws.as_bytes());
    server.engine.record_signed_purchase(&Store::AppStore, "ann", &signed, extras).unwrap();
    let [recorded] = server.purchases("ann").try_into().unwrap();
    assert_eq!(recorded.environment, Some(Environment::Sandbox));
    assert_eq!(recorded.price.map(|price| price.micros), Some(4_990_000));
}

#[test]
fn nothing_is_recorded_of_what_does_not_verify() {
    let server = Server::new();
    let text = server.gems("GPA.1").to_string();
    let signature = server.google.sign_purchase(&text).unwrap();
    let invented = text.replace("GPA.1", "GPA.2");
    let record = |store: &Store, user: &str, data: &str, signature: &str| {
        let signed = SignedPurchase::with_signature(data.as_bytes(), signature);
        server.engine.record_signed_purchase(store, user, &signed, PurchaseExtras::default())
    };
    assert_eq!(code(record(&Store::GooglePlay, "ann", &invented, &signature)), "bad_signature");
    assert_eq!(code(record(&Store::OneStore, "ann", &text, &signature)), "wrong_kind");
    assert_eq!(code(record(&Store::AppStore, "ann", &text, "")), "wrong_kind");
    assert_eq!(code(record(&Store::Amazon, "ann", &text, &signature)), "no_signed_purchase");
    for store in [Store::Stripe, Store::custom("samsung").unwrap()] {
        let refused = record(&store, "ann", &text, &signature).unwrap_err();
        assert_eq!(refused.code(), "no_signed_purchase");
        assert!(refused.to_string().contains("record_purchase"), "{refused}");
    }
    assert_eq!(code(record(&Store::GooglePlay, "", &text, &signature)), "bad_text");
    assert_eq!(code(record(&Store::GooglePlay, &"a".repeat(257), &text, &signature)), "bad_text");
    let negative = PurchaseExtras {
        price: Some(Money { micros: -1, currency: Currency::new("USD").unwrap() }),
        ..PurchaseExtras::default()
    };
    assert_eq!(code(server.google("ann", &server.gems("GPA.1"), negative)), "bad_purchase");
    let mut pending = server.gems("GPA.1");
    pending["purchaseState"] = json!(4);
    assert_eq!(code(server.google("ann", &pending, PurchaseExtras::default())), "not_purchased");
    assert!(server.purchases("ann").is_empty());
    // The game's client sent these, and not the store: none is kept for an operator.
    assert!(server.engine.dead_letters(None, 10).unwrap().items.is_empty());
    assert_eq!(record(&Store::GooglePlay, "ann", &text, &signature), Ok(PurchaseOutcome::Recorded));
}

#[test]
fn a_revoked_transaction_is_recorded_and_its_refund_ingested() {
    let server = Server::new();
    let revoked = AppStore::refunded(server.apple.transaction("T1", "gems_100", NOON), NOON);
    assert_eq!(server.apple("ann", &revoked), Ok(PurchaseOutcome::Revoked));
    assert!(server.engine.is_blocked("ann"));
    assert_eq!(server.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    // The notification that comes later is the same refund, and so is the transaction shown again.
    let body = server.apple.notification("REFUND", NOON).transaction(revoked.clone()).body().unwrap();
    server.engine.ingest(&Store::AppStore, &Request::of_body(&body)).unwrap();
    assert_eq!(server.apple("ann", &revoked), Ok(PurchaseOutcome::Revoked));
    assert!(server.kinds().is_empty());
    let [refund] =
        server.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items.try_into().unwrap();
    assert_eq!((refund.user.as_deref(), refund.case.state), (Some("ann"), StoreState::Refunded));
    assert_eq!(refund.case.trust, Trust::Signed);
    // No other user can have the refund, or the purchase.
    assert_eq!(code(server.apple("mallory", &revoked)), "purchase_of_another_user");
}

#[test]
fn a_refund_that_came_before_waits_for_the_revoked_transaction() {
    let server = Server::new();
    let revoked = AppStore::refunded(server.apple.transaction("T1", "gems_100", NOON), NOON);
    let body = server.apple.notification("REFUND", NOON).transaction(revoked.clone()).body().unwrap();
    server.engine.ingest(&Store::AppStore, &Request::of_body(&body)).unwrap();
    assert_eq!(server.kinds(), [EventKind::Unattributed]);
    assert_eq!(server.apple("ann", &revoked), Ok(PurchaseOutcome::Revoked));
    assert!(server.engine.is_blocked("ann"));
}

/// A blocked player could show the same order again from a new account.
#[test]
fn a_signed_purchase_moves_no_decided_refund() {
    let server = Server::new();
    let first = server.apple.transaction("T1", "vip_month", NOON);
    assert_eq!(server.apple("ann", &first), Ok(PurchaseOutcome::Recorded));
    let mut renewal = server.apple.transaction("T2", "vip_month", NOON);
    renewal["originalTransactionId"] = json!("T1");
    let revoked = AppStore::refunded(renewal.clone(), NOON);
    let body = server.apple.notification("REFUND", NOON).transaction(revoked.clone()).body().unwrap();
    server.engine.ingest(&Store::AppStore, &Request::of_body(&body)).unwrap();
    assert!(server.engine.is_blocked("ann"));
    // As it was before the refund, and as it is now.
    for shown in [&renewal, &revoked] {
        assert_eq!(server.apple("mallory", shown), Ok(PurchaseOutcome::Revoked));
        let refunds = server.engine.user("ann").unwrap().refunds;
        assert_eq!(refunds[0].claimants, ["mallory"]);
        assert!(server.engine.is_blocked("ann") && !server.engine.is_blocked("mallory"));
        assert!(server.engine.user("mallory").unwrap().purchases.is_empty());
    }
    assert_eq!(server.apple("ann", &renewal), Ok(PurchaseOutcome::Revoked));
    assert_eq!(code(server.apple("mallory", &renewal)), "purchase_of_another_user");
}

#[test]
fn a_family_members_purchase_is_not_refunded_with_the_buyers() {
    let server = Server::new();
    let mut shared = server.apple.transaction("T2", "no_ads", NOON);
    shared["originalTransactionId"] = json!("T1");
    shared["inAppOwnershipType"] = json!("FAMILY_SHARED");
    assert_eq!(server.apple("child", &shared), Ok(PurchaseOutcome::Recorded));
    let mut bought = server.apple.transaction("T1", "no_ads", NOON);
    bought["originalTransactionId"] = json!("T1");
    let refund = AppStore::refunded(bought, NOON);
    let body = server.apple.notification("REFUND", NOON).transaction(refund).body().unwrap();
    server.engine.ingest(&Store::AppStore, &Request::of_body(&body)).unwrap();
    assert!(!server.engine.is_blocked("child"));
    assert_eq!(server.kinds(), [EventKind::Unattributed]);
    // The end of sharing names the member's own transaction, and takes the purchase back without blame.
    let mut lost = AppStore::refunded(shared, NOON);
    lost["revocationType"] = json!("FAMILY_REVOKE");
    let body = server.apple.notification("REVOKE", NOON).id("n-2").transaction(lost).body().unwrap();
    server.engine.ingest(&Store::AppStore, &Request::of_body(&body)).unwrap();
    assert!(!server.engine.is_blocked("child"));
    assert_eq!(server.kinds(), [EventKind::Refund]);
}

#[test]
fn a_purchase_with_the_tag_of_another_user_is_refused() {
    let server = Server::new();
    let tag = server.engine.account_tag(&Store::GooglePlay, "ann").unwrap();
    let tagged = |order: &str, tag: &str| {
        let mut data = server.gems(order);
        data["obfuscatedAccountId"] = json!(tag);
        data
    };
    for tag in [tag.clone(), tag.to_ascii_uppercase()] {
        let stolen = server.google("mallory", &tagged("GPA.1", &tag), PurchaseExtras::default()).unwrap_err();
        assert!(matches!(&stolen, Error::TagOfAnotherUser { user, .. } if user == "ann"), "{stolen}");
    }
    assert!(server.purchases("mallory").is_empty());
    let mut transaction = server.apple.transaction("T1", "gems_100", NOON);
    transaction["appAccountToken"] = json!(tag.to_ascii_uppercase());
    assert_eq!(code(server.apple("mallory", &transaction)), "tag_of_another_user");
    // A refunded one of another player's is no refund of his, and none of hers either until she shows it.
    let revoked = AppStore::refunded(transaction.clone(), NOON);
    assert_eq!(code(server.apple("mallory", &revoked)), "tag_of_another_user");
    assert!(server.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items.is_empty());

    assert_eq!(
        server.google("ann", &tagged("GPA.1", &tag), PurchaseExtras::default()),
        Ok(PurchaseOutcome::Recorded)
    );
    assert_eq!(server.apple("ann", &transaction), Ok(PurchaseOutcome::Recorded));
    // A tag of the game's own proves nothing, and may be shared by two accounts of one person.
    let own =
        |user: &str, order: &str| server.google(user, &tagged(order, "house-7"), PurchaseExtras::default());
    assert_eq!(
        (own("ann", "GPA.2"), own("bob", "GPA.3")),
        (Ok(PurchaseOutcome::Recorded), Ok(PurchaseOutcome::Recorded))
    );
}

#[test]
fn a_transactions_line_item_is_recorded() {
    let server = Server::new();
    let mut transaction = server.apple.transaction("T1", "vip", NOON);
    transaction["webOrderLineItemId"] = json!("2000000000000001");
    assert_eq!(server.apple("ann", &transaction), Ok(PurchaseOutcome::Recorded));
    let [recorded] = server.purchases("ann").try_into().unwrap();
    assert_eq!(recorded.web_order_line_item_id.as_deref(), Some("2000000000000001"));
    transaction["transactionId"] = json!("T2");
    transaction["inAppOwnershipType"] = json!("FAMILY_SHARED");
    assert_eq!(server.apple("child", &transaction), Ok(PurchaseOutcome::Recorded));
    let [shared] = server.purchases("child").try_into().unwrap();
    assert_eq!((shared.web_order_line_item_id, shared.original_id), (None, None));
}
