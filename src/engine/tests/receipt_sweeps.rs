//! Sweeps of a fake store that has no list and answers for each receipt.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::store_calls::{FakeStores, stripe, timeout};
use super::*;
use crate::model::ProductType;
use crate::stores::{
    ApiError, CheckedReceipt, ChecksReceipts, KnownReceipt, ReceiptSchedule, ReceiptStanding, StoreApi,
    SweptBy,
};

const APP: &str = "com.example.game";
const DAY: Span = Span::from_days(1);

/// A store whose receipts are checked in each sweep for 7 days, then once a week, for 30 days.
struct Counter {
    apps: Vec<String>,
    /// The standing of each receipt, if not [`ReceiptStanding::Open`].
    standings: Mutex<BTreeMap<String, ReceiptStanding>>,
    /// The customers and receipts it was queried about.
    queries: Mutex<Vec<(String, String)>>,
    /// How many more it answers before it is down.
    up_for: Mutex<Option<usize>>,
    /// Time that passes during a query.
    passes: Mutex<Option<(Arc<ManualClock>, Span)>>,
}

impl Counter {
    fn of(apps: &[&str]) -> Arc<Self> {
        Arc::new(Self {
            apps: apps.iter().map(|app| (*app).to_owned()).collect(),
            standings: Mutex::default(),
            queries: Mutex::default(),
            up_for: Mutex::default(),
            passes: Mutex::default(),
        })
    }

    fn queries(&self) -> Vec<String> {
        std::mem::take(&mut *self.queries.lock().unwrap()).into_iter().map(|(_, receipt)| receipt).collect()
    }

    fn reports(&self, receipt: &str, standing: ReceiptStanding) {
        self.standings.lock().unwrap().insert(receipt.to_owned(), standing);
    }
}

impl StoreApi for Counter {
    fn require_credentials(&self, _: &str, _: bool) -> Result<(), ApiError> {
        Ok(())
    }

    fn sweeps(&self) -> Option<SweptBy<'_>> {
        Some(SweptBy::Receipts(self))
    }
}

impl ChecksReceipts for Counter {
    fn apps(&self) -> Vec<String> {
        self.apps.clone()
    }

    fn window(&self) -> Span {
        Span::from_days(365)
    }

    fn schedule(&self) -> ReceiptSchedule {
        let week = Span::from_days(7);
        ReceiptSchedule { each_sweep_for: week, then_every: week, until: Span::from_days(30) }
    }

    fn check(
        &self,
        _app: &str,
        receipts: &[KnownReceipt],
        _now: Timestamp,
    ) -> (Vec<CheckedReceipt>, Option<ApiError>) {
        let mut checked = Vec::new();
        if let Some((clock, span)) = &*self.passes.lock().unwrap() {
            clock.advance(*span);
        }
        for receipt in receipts {
            if let Some(up_for) = self.up_for.lock().unwrap().as_mut() {
                if *up_for == 0 {
                    let problem = "it is down".to_owned();
                    return (checked, Some(ApiError::Credentials { problem }));
                }
                *up_for -= 1;
            }
            self.queries.lock().unwrap().push((receipt.user_id.clone(), receipt.receipt_id.clone()));
            let standing = self.standings.lock().unwrap().get(&receipt.receipt_id).copied();
            let standing = standing.unwrap_or(ReceiptStanding::Open);
            checked.push(CheckedReceipt::Reported { found: None, standing });
        }
        (checked, None)
    }
}

struct SweepSetup {
    fixture: Fixture,
    counter: Arc<Counter>,
}

impl SweepSetup {
    fn new() -> Self {
        Self::of(&[APP])
    }

    fn of(apps: &[&str]) -> Self {
        let counter = Counter::of(apps);
        let mut fixture = Fixture::new("[]");
        fixture.engine = sweeping(&fixture, &counter);
        Self { fixture, counter }
    }

    /// Bought now.
    fn bought(&self, receipt: &str, change: impl FnOnce(&mut Purchase)) {
        let mut bought = Purchase::new(Store::Amazon, "mia", receipt);
        bought.account_tag = Some("Customer=".to_owned());
        bought.purchased_at = Some(self.fixture.clock.now());
        change(&mut bought);
        self.fixture.engine.record_purchase(bought).unwrap();
    }

    fn sweep(&self) -> Sweep {
        sweep(&self.fixture.engine)
    }

    /// The receipts checked by a sweep after this time.
    fn checked_after(&self, span: Span) -> Vec<String> {
        self.fixture.clock.advance(span);
        assert!(self.sweep().ended.is_complete());
        self.counter.queries()
    }
}

fn sweeping(fixture: &Fixture, counter: &Arc<Counter>) -> Engine {
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, fixture.folder.path()).unwrap();
    EngineOptions::new()
        .clock(Arc::clone(&fixture.clock))
        .background(false)
        .api(Store::Amazon, Arc::<Counter>::clone(counter))
        .open(config)
        .unwrap()
}

fn sweep(engine: &Engine) -> Sweep {
    engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().sweeps.remove(0)
}

#[test]
fn a_receipt_is_checked_often_then_weekly_then_never() {
    let setup = SweepSetup::new();
    setup.bought("R", |_| {});
    let mut checked_on = Vec::new();
    for day in 1..=60 {
        if !setup.checked_after(DAY).is_empty() {
            checked_on.push(day);
        }
    }
    assert_eq!(checked_on, [1, 2, 3, 4, 5, 6, 7, 14, 21, 28]);
}

#[test]
fn a_week_missed_between_two_sweeps_is_swept() {
    let setup = SweepSetup::new();
    setup.bought("R", |_| {});
    assert_eq!(setup.checked_after(Span::from_days(10)), ["R"]);
    assert_eq!(setup.checked_after(Span::from_days(3)), [""; 0]);
    assert_eq!(
        setup.checked_after(Span::from_days(27)),
        ["R"],
        "it is 40 days old, and was not checked for 30"
    );
    assert_eq!(setup.checked_after(Span::from_days(30)), [""; 0]);
}

#[test]
fn a_renewing_receipt_is_checked_until_it_ends_and_a_settled_one_never() {
    let setup = SweepSetup::new();
    setup.bought("recorded as one", |purchase| purchase.product_type = Some(ProductType::Subscription));
    setup.bought("reported as one", |_| {});
    setup.bought("over", |_| {});
    setup.counter.reports("reported as one", ReceiptStanding::Renews);
    setup.counter.reports("over", ReceiptStanding::Settled);
    assert_eq!(setup.checked_after(DAY), ["recorded as one", "reported as one", "over"]);
    assert_eq!(setup.checked_after(DAY), ["recorded as one", "reported as one"]);
    assert_eq!(setup.checked_after(Span::from_days(200)), ["recorded as one", "reported as one"]);
    setup.counter.reports("reported as one", ReceiptStanding::Settled);
    assert_eq!(setup.checked_after(Span::from_days(7)), ["recorded as one", "reported as one"]);
    // A settled receipt stays settled, whatever the store reports.
    setup.counter.reports("reported as one", ReceiptStanding::Renews);
    assert_eq!(setup.checked_after(Span::from_days(7)), ["recorded as one"]);
}

#[test]
fn an_interrupted_sweep_resumes_at_the_next_receipt() {
    let setup = SweepSetup::new();
    let names: Vec<String> = (0..120).map(|n| format!("R{n}")).collect();
    for name in &names {
        setup.bought(name, |_| {});
    }
    *setup.counter.up_for.lock().unwrap() = Some(70);
    let cut = setup.sweep();
    assert!(matches!(&cut.ended, SweepEnd::Failed { code, .. } if code == "api_credentials"), "{cut:?}");
    assert_eq!((cut.pages, setup.counter.queries()), (2, names[..70].to_vec()));
    assert_eq!(setup.sweep().pages, 0, "it is still down");
    *setup.counter.up_for.lock().unwrap() = None;
    // As after a crash: another engine, while the first one's lease is still active.
    let rest = sweep(&sweeping(&setup.fixture, &setup.counter));
    assert!(rest.resumed && rest.ended.is_complete(), "{rest:?}");
    // And then the receipts since, which for recent ones are all.
    assert_eq!(setup.counter.queries(), [&names[70..], &names[..]].concat());
}

#[test]
fn work_with_a_deadline_does_not_wait_for_the_end_of_a_sweep() {
    let mut setup = SweepSetup::new();
    let stores = FakeStores::answering([Err(timeout())]);
    let counter = Arc::<Counter>::clone(&setup.counter);
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, setup.fixture.folder.path()).unwrap();
    let calls: Arc<FakeStores> = Arc::clone(&stores);
    setup.fixture.engine = EngineOptions::new()
        .clock(Arc::clone(&setup.fixture.clock))
        .background(false)
        .api(Store::Amazon, counter)
        .calls(calls)
        .open(config)
        .unwrap();
    for n in 0..60 {
        setup.bought(&format!("T{n}"), |_| {});
    }
    setup.fixture.engine.issue_refund(stripe(), "eve", "bug 7", None).unwrap();
    // It is due again in a minute, while the first page is requested.
    *setup.counter.passes.lock().unwrap() =
        Some((Arc::clone(&setup.fixture.clock), Span::from_millis(60_000)));
    let worked = setup.fixture.engine.work().unwrap();
    assert_eq!((worked.actions, worked.reconciled.sweeps[0].pages), (1, 2));
    assert_eq!(stores.sent().len(), 2);
}

#[test]
fn amazon_is_queried_with_its_customer_id_as_recorded() {
    let setup = SweepSetup::new();
    setup.bought("R1", |_| {});
    setup.bought("untagged", |purchase| purchase.account_tag = None);
    setup.bought("another store's", |purchase| purchase.store = Store::OneStore);
    setup.bought("another app's", |purchase| purchase.app = Some("com.example.other".to_owned()));
    setup.sweep();
    assert_eq!(*setup.counter.queries.lock().unwrap(), [("Customer=".to_owned(), "R1".to_owned())]);
    // The tag still finds its user if it returns in other letters.
    assert_eq!(setup.fixture.engine.user("mia").unwrap().purchases.len(), 4);
}

#[test]
fn with_several_apps_a_receipt_is_checked_in_its_own_app() {
    let setup = SweepSetup::of(&[APP, "com.example.other"]);
    setup.bought("of no app", |_| {});
    setup.bought("of one", |purchase| purchase.app = Some(APP.to_owned()));
    setup.sweep();
    assert_eq!(setup.counter.queries(), ["of one"]);
}
