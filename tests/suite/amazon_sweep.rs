//! Sweeps of Amazon: a refund of which no notification came is found by asking about the receipts that are known.

use std::sync::Arc;

use recoup::amazon::NotificationType;
use recoup::testing::Amazon;
use recoup::{
    Config, DoctorOptions, Engine, EngineOptions, EventKind, Health, Initiator, ManualClock, Purchase,
    ReconcileOptions, Span, Store, Sweep, SweepEnd, Timestamp, Trust,
};
use recoup_tests::amazon_rvs::{RvsEmulator, canceled, receipt};
use recoup_tests::http_server::{Reply, answer};
use serde_json::{Value, json};

const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);
const SECRET: &str = "2:smXBjZkWCxDMSBvQ8HBGsUS1PK3jvVc8:abc/d==";

struct Game {
    amazon: Amazon,
    rvs: RvsEmulator,
    clock: Arc<ManualClock>,
    folder: tempfile::TempDir,
    engine: Engine,
}

impl Game {
    fn new() -> Self {
        Self::with_secret(SECRET)
    }

    fn with_secret(secret: &str) -> Self {
        let (amazon, rvs) = (Amazon::new().unwrap(), RvsEmulator::start(SECRET));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sns.pem"), amazon.certificate().unwrap()).unwrap();
        let config = json!({
            "database": "ledger.db",
            "amazon": [{
                "package_name": amazon.package_name,
                "topic_arn": amazon.topic_arn,
                "certificate": "sns.pem",
                "shared_secret": secret,
                "rvs_url": rvs.url().expose(),
            }],
        });
        std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
        let clock = Arc::new(ManualClock::new(NOON));
        let engine = open(&folder, &clock);
        Self { amazon, rvs, clock, folder, engine }
    }

    /// A receipt that Amazon has and the game recorded.
    fn sold(&self, user: &str, id: &str) -> Value {
        let mut purchase = Purchase::new(Store::Amazon, user, id);
        purchase.account_tag = Some(self.amazon.app_user_id.clone());
        purchase.purchased_at = Some(self.clock_now());
        self.engine.record_purchase(purchase).unwrap();
        let receipt = receipt(id, "CONSUMABLE", self.clock_now().millis());
        self.rvs.add(&self.amazon.app_user_id, &receipt);
        receipt
    }

    fn refund(&self, receipt: Value, reason: i64) {
        let receipt = canceled(receipt, self.clock_now().millis(), json!(reason));
        self.rvs.add(&self.amazon.app_user_id, &receipt);
    }

    fn clock_now(&self) -> Timestamp {
        self.engine.now()
    }

    fn push(&self, kind: NotificationType, receipt: &str, id: &str) {
        let rtn = self.amazon.real_time_notification(kind, receipt, self.clock_now());
        let request = self.amazon.notification(&rtn, id, self.clock_now()).unwrap();
        let outcome = request.send(|request| self.engine.ingest(&Store::Amazon, request)).unwrap();
        assert_eq!(outcome.http_status, 200, "{outcome:?}");
    }

    fn sweep(&self) -> Sweep {
        sweep(&self.engine)
    }

    fn events(&self) -> Vec<EventKind> {
        let events = self.engine.poll(1000).unwrap();
        for event in &events {
            self.engine.ack(event.id).unwrap();
        }
        events.iter().map(|event| event.kind).collect()
    }

    fn requests(&self) -> usize {
        self.rvs.received().len()
    }
}

fn open(folder: &tempfile::TempDir, clock: &Arc<ManualClock>) -> Engine {
    let config = Config::from_file(folder.path().join("recoup.json")).unwrap();
    EngineOptions::new().clock(Arc::clone(clock)).background(false).open(config).unwrap()
}

fn sweep(engine: &Engine) -> Sweep {
    let options = ReconcileOptions { stores: vec![Store::Amazon], since: None };
    let reconciled = engine.reconcile(&options, |_| {}).unwrap();
    let shown = format!("{reconciled:?}");
    assert!(!shown.contains("smXB"), "{shown}");
    reconciled.sweeps.into_iter().next().unwrap()
}

#[test]
fn a_refund_that_no_notification_reported_is_found_once() {
    let game = Game::new();
    game.sold("ann", "R1");
    let second = game.sold("bob", "R2");
    assert_eq!((game.sweep().found, game.requests()), (0, 2));
    game.clock.advance(Span::from_days(1));
    game.refund(second, 1);
    let swept = game.sweep();
    assert!(swept.ended.is_complete() && swept.gap.is_none(), "{swept:?}");
    assert_eq!((swept.found, swept.new, swept.refused, swept.unread), (1, 1, 0, 0));
    assert!(game.engine.is_blocked("bob") && !game.engine.is_blocked("ann"));
    assert_eq!(game.events(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    let refund = game.engine.order("R2").unwrap().refunds.remove(0);
    assert_eq!((refund.case.trust, refund.case.initiator), (Trust::Confirmed, Some(Initiator::Player)));

    // Nothing more comes of it: it is not queried again, and a late notification changes nothing.
    let before = game.requests();
    let again = game.sweep();
    assert_eq!((again.found, again.new, again.changed), (0, 0, 0));
    assert_eq!(game.requests() - before, 1);
    game.push(NotificationType::ConsumableCancelled, "R2", "late");
    assert_eq!(game.events(), []);
    assert_eq!(game.engine.order("R2").unwrap().refunds.len(), 1);
}

#[test]
fn receipts_that_only_notifications_reported_are_queried_too() {
    let game = Game::new();
    let (reported, refunded) = (receipt("reported", "ENTITLED", 1), receipt("refunded", "CONSUMABLE", 1));
    game.push(NotificationType::EntitlementPurchased, "reported", "m1");
    game.push(NotificationType::ConsumableCancelled, "refunded", "m2");
    game.refund(reported, 2);
    game.refund(refunded, 1);
    let swept = game.sweep();
    // The cause of the second cancellation is queried before the sweep, which finds it known.
    assert_eq!((swept.found, swept.new, swept.changed), (2, 1, 0), "{swept:?}");
    let refund = game.engine.order("refunded").unwrap().refunds.remove(0);
    assert_eq!(refund.case.initiator, Some(Initiator::Player));
    let before = game.requests();
    game.sweep();
    assert_eq!(game.requests(), before, "both are settled");
}

#[test]
fn a_receipt_in_several_places_is_queried_once_by_a_sweep() {
    let game = Game::new();
    let receipt = game.sold("ann", "R1");
    game.push(NotificationType::ConsumablePurchased, "R1", "m1");
    game.push(NotificationType::ConsumableCancelled, "R1", "m2");
    game.refund(receipt, 0);
    game.sweep();
    assert_eq!(game.requests(), 2, "once why it was cancelled, and once by the sweep");
}

#[test]
fn the_refunds_cause_is_queried_until_it_is_reported() {
    let game = Game::new();
    let receipt = game.sold("ann", "R1");
    game.refund(receipt.clone(), 0);
    assert_eq!((game.sweep().new, game.events().len()), (1, 3));
    let again = game.sweep();
    assert_eq!((again.found, again.new, again.changed), (1, 0, 0));
    game.refund(receipt, 2);
    let swept = game.sweep();
    assert_eq!((swept.found, swept.new, swept.changed), (1, 0, 1));
    let refund = game.engine.order("R1").unwrap().refunds.remove(0);
    assert_eq!(refund.case.initiator, Some(Initiator::Store));
}

#[test]
fn a_bad_receipt_among_many_holds_up_no_other() {
    let game = Game::new();
    let customer = game.amazon.app_user_id.clone();
    for (id, owner) in [("unknown", None), ("another's", Some("somebody")), ("unreadable", Some(&*customer))]
    {
        game.sold("ann", id);
        game.rvs.with(|state| state.receipts.remove(id));
        if let Some(owner) = owner {
            game.rvs.add(owner, &json!({"receiptId": id, "productType": "CONSUMABLE", "cancelDate": "soon"}));
        }
    }
    let last = game.sold("bob", "R1");
    game.refund(last, 1);
    let swept = game.sweep();
    assert!(swept.ended.is_complete(), "{swept:?}");
    assert_eq!((swept.new, swept.refused, swept.unread), (1, 2, 1));
    let letters = game.engine.dead_letters(None, 10).unwrap().items;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].message.contains("cancelDate"), "{letters:?}");
    let again = game.sweep();
    assert_eq!((again.new, again.refused, again.unread), (0, 2, 0));
}

#[test]
fn a_wrong_secret_ends_the_sweep_and_is_not_shown() {
    let game = Game::with_secret("2:smXB-not-it");
    game.sold("ann", "R1");
    game.sold("ann", "R2");
    let swept = game.sweep();
    assert!(
        matches!(&swept.ended, SweepEnd::Failed { code, retryable: false, .. } if code == "api_credentials"),
        "{swept:?}"
    );
    assert_eq!(game.requests(), 1);
}

#[test]
fn after_an_outage_a_sweep_resumes_at_the_same_receipt() {
    // Too long for a second try at once.
    let later = |status: &str| {
        let head = format!("HTTP/1.1 {status}\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n");
        Reply::Raw(head.into_bytes())
    };
    for status in ["429 Too Many Requests"] {
        let game = Game::new();
        for id in ["R1", "R2", "R3"] {
            let receipt = game.sold("ann", id);
            game.refund(receipt, 1);
        }
        // The first is answered; then it is down.
        let first = canceled(receipt("R1", "CONSUMABLE", NOON.millis()), NOON.millis(), json!(1)).to_string();
        game.rvs.with(|state| {
            state.faults.extend([answer(200, &first), later(status)]);
        });
        let cut = game.sweep();
        assert!(matches!(&cut.ended, SweepEnd::Failed { retryable: true, .. }), "{cut:?}");
        assert_eq!((cut.pages, cut.new), (1, 1), "{status}");
        // As after a crash: another engine continues.
        let engine = open(&game.folder, &game.clock);
        let rest = sweep(&engine);
        assert!(rest.resumed && rest.ended.is_complete(), "{rest:?}");
        assert_eq!((rest.new, rest.changed), (2, 0), "{status}");
        for id in ["R1", "R2", "R3"] {
            assert_eq!(engine.order(id).unwrap().refunds.len(), 1);
        }
    }
}

/// One receipt that is never answered holds up no other, and is queried less and less often.
#[test]
fn a_receipt_that_is_never_answered_waits_longer_each_time() {
    let game = Game::new();
    let failing =
        || Reply::Raw(b"HTTP/1.1 500 Oops\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n".to_vec());
    for id in ["R1", "R2", "R3"] {
        let receipt = game.sold("ann", id);
        game.refund(receipt, 1);
    }
    game.rvs.with(|state| state.faults.push_back(failing()));
    let first = game.sweep();
    assert!(first.ended.is_complete(), "{first:?}");
    assert_eq!((first.new, first.postponed), (2, 1));
    let report = game.engine.doctor(&DoctorOptions::new(), |_| {});
    let named = report.findings.iter().find(|finding| finding.code == "receipts_failing").unwrap();
    assert_eq!(named.health, Health::Warning);
    assert!(named.facts.contains("R1") && named.facts.contains("1 times in a row"), "{named:?}");
    let mut waited = 0;
    for hours in [1, 2, 4, 8, 16, 24, 24] {
        // A moment too early.
        game.clock.advance(Span::from_millis(hours * 3_600_000 - 1000));
        let before = game.requests();
        assert_eq!(game.sweep().postponed, 0, "{hours}");
        assert_eq!(game.requests(), before, "{hours}: nothing is left to query");
        game.clock.advance(Span::from_millis(1000));
        game.rvs.with(|state| state.faults.push_back(failing()));
        let again = game.sweep();
        assert!(again.ended.is_complete(), "{again:?}");
        assert_eq!((again.new, again.postponed), (0, 1), "{hours}");
        waited += hours;
    }
    assert_eq!(waited, 79);
    game.clock.advance(Span::from_days(1));
    let last = game.sweep();
    assert_eq!((last.new, last.postponed), (1, 0), "{last:?}");
    game.clock.advance(Span::from_days(1));
    assert_eq!(game.sweep().postponed, 0);
}

#[test]
fn the_engine_sweeps_by_itself() {
    let game = Game::new();
    let receipt = game.sold("ann", "R1");
    game.refund(receipt, 1);
    let worked = game.engine.work().unwrap();
    assert_eq!(worked.reconciled.sweeps.len(), 1);
    assert!(game.engine.is_blocked("ann"));
    assert!(game.engine.work().unwrap().reconciled.sweeps.is_empty());
}
