//! Amazon Appstore, from the raw SNS message to the blocked player.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use recoup::amazon::NotificationType;
use recoup::testing::{Amazon, AmazonCertificates, StoreRequest};
use recoup::transport::http::{HeaderMap, StatusCode};
use recoup::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use recoup::{
    Config, Engine, EngineOptions, Environment, EventKind, ManualClock, MeaningKind, Outcome, OutcomeKind,
    Purchase, RefundFilter, Span, Store, StoreState, Timestamp, Trust,
};
use serde_json::{Value, json};

const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

/// A game server whose certificates come from a throw-away Amazon.
struct Server {
    amazon: Amazon,
    certificates: AmazonCertificates,
    clock: Arc<ManualClock>,
    engine: Engine,
    _folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        let amazon = Amazon::new().unwrap();
        let certificates = amazon.certificates().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let config = json!({
            "database": "ledger.db",
            "amazon": [{"package_name": amazon.package_name, "topic_arn": amazon.topic_arn}],
        });
        let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let options = EngineOptions::new().clock(Arc::clone(&clock)).certificates(certificates.clone());
        let engine = options.open(config).unwrap();
        Self { amazon, certificates, clock, engine, _folder: folder }
    }

    /// A message about a receipt, changed before it is signed.
    fn message(
        &self,
        notification_type: NotificationType,
        receipt: &str,
        id: &str,
        change: impl FnOnce(&mut Value),
    ) -> StoreRequest {
        let mut rtn = self.amazon.real_time_notification(notification_type, receipt, NOON);
        change(&mut rtn);
        self.amazon.notification(&rtn, id, NOON).unwrap()
    }

    fn refund(&self, receipt: &str, id: &str) -> StoreRequest {
        self.message(NotificationType::ConsumableCancelled, receipt, id, |_| {})
    }

    fn ingest(&self, request: &StoreRequest) -> Outcome {
        request.send(|request| self.engine.ingest(&Store::Amazon, request)).unwrap()
    }

    fn record(&self, user: &str, receipt: &str) {
        self.engine.record_purchase(Purchase::new(Store::Amazon, user, receipt)).unwrap();
    }

    fn kinds(&self) -> Vec<EventKind> {
        let events = self.engine.poll(1000).unwrap();
        for event in &events {
            self.engine.ack(event.id).unwrap();
        }
        events.iter().map(|event| event.kind).collect()
    }

    fn refunds(&self) -> usize {
        self.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items.len()
    }
}

#[test]
fn a_cancelled_consumable_blocks_the_player_who_bought_it() {
    let server = Server::new();
    server.record("ann", "receipt-1");
    let outcome = server.ingest(&server.refund("receipt-1", "m1"));
    assert_eq!((outcome.http_status, outcome.new, outcome.user.as_deref()), (200, true, Some("ann")));
    assert!(matches!(outcome.what, OutcomeKind::Accepted { meaning: MeaningKind::Refund, .. }));
    assert!(server.engine.is_blocked("ann"));
    assert_eq!(server.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn repetitions_replays_and_the_same_refund_under_new_ids_are_applied_once() {
    let server = Server::new();
    server.record("ann", "receipt-1");
    let first = server.refund("receipt-1", "m1");
    assert!(server.ingest(&first).new);
    assert!(!server.ingest(&first).new);
    let sha256 = {
        let mut amazon = Amazon::new().unwrap();
        amazon.signature_version = "2".to_owned();
        let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOON);
        amazon.notification(&rtn, "m2", NOON).unwrap()
    };
    assert!(!server.ingest(&sha256).new);
    let related = server.message(NotificationType::ConsumableCancelled, "receipt-1", "m3", |rtn| {
        rtn["relatedReceipts"] = json!({"cancelledReceiptId": "receipt-1"});
    });
    assert!(!server.ingest(&related).new);
    server.clock.set(NOON.plus(Span::from_days(13)));
    let replayed = server.ingest(&first);
    assert_eq!((replayed.http_status, replayed.new), (200, false));
    server.clock.set(NOON.plus(Span::from_days(15)));
    assert_eq!(server.ingest(&first).http_status, 403);
    assert_eq!(server.refunds(), 1);
    assert_eq!(server.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
}

#[test]
fn a_refund_that_comes_before_the_purchase_waits_for_it() {
    let server = Server::new();
    let outcome = server.ingest(&server.refund("receipt-1", "m1"));
    assert_eq!((outcome.http_status, outcome.user), (200, None));
    assert_eq!(server.kinds(), [EventKind::Unattributed]);
    let bought = server.message(NotificationType::ConsumablePurchased, "receipt-1", "m0", |_| {});
    let outcome = server.ingest(&bought);
    assert!(matches!(outcome.what, OutcomeKind::Accepted { meaning: MeaningKind::Purchase, .. }));
    server.record("ann", "receipt-1");
    assert!(server.engine.is_blocked("ann"));
}

#[test]
fn amazons_customer_id_finds_the_user_who_recorded_it_with_another_receipt() {
    let server = Server::new();
    let other = Purchase::new(Store::Amazon, "ann", "receipt-0");
    let tag = Some(server.amazon.app_user_id.clone());
    server.engine.record_purchase(Purchase { account_tag: tag, ..other }).unwrap();
    assert_eq!(server.ingest(&server.refund("receipt-1", "m1")).user.as_deref(), Some("ann"));
    assert!(server.engine.is_blocked("ann"));
}

#[test]
fn beta_purchases_never_block_and_the_hosts_record_of_the_environment_counts() {
    let server = Server::new();
    server.record("ann", "receipt-1");
    let beta = server.message(NotificationType::ConsumableCancelled, "receipt-1", "m1", |rtn| {
        rtn["betaProductTransaction"] = json!(true);
    });
    let refund = server.ingest(&beta).refund.unwrap();
    let refund = server.engine.refund(refund).unwrap().unwrap();
    assert_eq!((refund.environment, refund.case.state), (Some(Environment::Sandbox), StoreState::Refunded));
    assert!(!server.engine.is_blocked("ann"));

    let tested = Purchase::new(Store::Amazon, "bob", "receipt-2");
    let environment = Some(Environment::Sandbox);
    server.engine.record_purchase(Purchase { environment, ..tested }).unwrap();
    server.ingest(&server.refund("receipt-2", "m2"));
    assert!(!server.engine.is_blocked("bob"));
}

#[test]
fn a_cancelled_subscription_is_kept_as_a_hint_and_blocks_no_one() {
    let server = Server::new();
    server.record("ann", "receipt-1");
    let cancelled = server.message(NotificationType::SubscriptionCancelled, "receipt-1", "m1", |_| {});
    let refund = server.ingest(&cancelled).refund.unwrap();
    assert_eq!(server.engine.refund(refund).unwrap().unwrap().case.trust, Trust::Hint);
    assert!(!server.engine.is_blocked("ann"));
    assert!(server.kinds().is_empty());
}

#[test]
fn a_changed_plan_is_nobodys_fault() {
    let server = Server::new();
    server.record("ann", "old");
    let changed = server.message(NotificationType::SubscriptionModifiedImmediate, "new", "m1", |rtn| {
        rtn["relatedReceipts"] = json!({"cancelledReceiptId": "old"});
    });
    assert_eq!(server.ingest(&changed).http_status, 200);
    server.ingest(&server.message(NotificationType::SubscriptionCancelled, "old", "m2", |_| {}));
    assert!(!server.engine.is_blocked("ann"));
    assert!(server.kinds().is_empty());
}

#[test]
fn the_endpoint_is_confirmed_by_the_host_as_often_as_amazon_asks() {
    let server = Server::new();
    let confirmation = server.amazon.subscription_confirmation("m1", NOON).unwrap();
    for _ in 0..2 {
        let outcome = server.ingest(&confirmation);
        assert_eq!(outcome.http_status, 200);
        let url = outcome.confirm_url.unwrap();
        assert!(url.starts_with("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&"), "{url}");
    }
    let forged = Amazon::impostor().unwrap().subscription_confirmation("m2", NOON).unwrap();
    let outcome = server.ingest(&forged);
    assert_eq!((outcome.http_status, outcome.confirm_url), (401, None));
    let left = server.amazon.unsubscribe_confirmation("m3", NOON).unwrap();
    let outcome = server.ingest(&left);
    assert_eq!((outcome.http_status, outcome.confirm_url), (200, None));
}

/// Records its requests, and answers with the status that is set.
struct Answering {
    status: AtomicU16,
    requests: Mutex<Vec<String>>,
}

impl Transport for Answering {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        // SNS waits 15 seconds for the answer, which waits for this request.
        assert!(request.time_limit() < std::time::Duration::from_secs(15), "{request:?}");
        let line = format!("{} {}", request.method(), request.url().expose());
        self.requests.lock().unwrap().push(line);
        let status = StatusCode::from_u16(self.status.load(Ordering::SeqCst)).unwrap();
        Ok(HttpResponse::new(status, HeaderMap::new(), Vec::new()))
    }
}

#[test]
fn an_engine_with_a_transport_confirms_the_endpoint_and_asks_amazon_to_repeat_where_it_cannot() {
    let amazon = Amazon::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let section = json!([{"package_name": amazon.package_name, "topic_arn": amazon.topic_arn}]);
    let config = json!({"database": "ledger.db", "amazon": section}).to_string();
    let config = Config::from_json(config.as_bytes(), folder.path()).unwrap();
    let transport = Arc::new(Answering { status: AtomicU16::new(500), requests: Mutex::default() });
    let options = EngineOptions::new().clock(Arc::new(ManualClock::new(NOON)));
    let options = options.certificates(amazon.certificates().unwrap()).transport(transport.clone());
    let engine = options.open(config).unwrap();
    let confirmation = amazon.subscription_confirmation("m1", NOON).unwrap();
    let ingest = || confirmation.send(|request| engine.ingest(&Store::Amazon, request)).unwrap();

    let outcome = ingest();
    assert_eq!((outcome.http_status, outcome.confirm_url.is_some()), (503, true));
    transport.status.store(200, Ordering::SeqCst);
    let outcome = ingest();
    assert_eq!((outcome.http_status, outcome.confirm_url), (200, None));
    let requests = transport.requests.lock().unwrap();
    assert_eq!(requests.len(), 2);
    assert!(
        requests[0].starts_with("GET https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&"),
        "{requests:?}"
    );
}

#[test]
fn a_certificate_that_cannot_be_had_costs_no_message() {
    let server = Server::new();
    server.record("ann", "receipt-1");
    server.certificates.set_down(true);
    let refund = server.refund("receipt-1", "m1");
    assert_eq!(server.ingest(&refund).http_status, 503);
    assert!(server.engine.dead_letters(None, 10).unwrap().items.is_empty());
    server.certificates.set_down(false);
    server.clock.set(NOON.plus(Span::from_millis(60_000)));
    let outcome = server.ingest(&refund);
    assert_eq!((outcome.http_status, outcome.new), (200, true));
    assert!(server.engine.is_blocked("ann"));
}

/// What a store signs and Recoup believes only half is no stranger's: it needs no known purchase, and no room.
#[test]
fn a_signed_message_of_an_unknown_purchase_is_accepted_whatever_it_is_trusted() {
    let server = Server::new();
    let rtn = server.amazon.real_time_notification(NotificationType::SubscriptionCancelled, "unknown", NOON);
    let outcome = server.ingest(&server.amazon.notification(&rtn, "m-unknown", NOON).unwrap());
    assert_eq!(outcome.http_status, 200, "{outcome:?}");
}
