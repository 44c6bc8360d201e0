//! Sweeps over a store made manually, which has no list and answers about each receipt.

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

/// A store that is asked with each sweep for 7 days, then once a week, for 30 days.
struct Counter {
    apps: Vec<String>,
    /// What each receipt comes to, where that is not [`ReceiptStanding::Open`].
    standings: Mutex<BTreeMap<String, ReceiptStanding>>,
    /// Whom and what it was asked for.
    asked: Mutex<Vec<(String, String)>>,
    /// How many more it answers before it is down.
    up_for: Mutex<Option<usize>>,
    /// Time passes while it is asked.
    passes: Mutex<Option<(Arc<ManualClock>, Span)>>,
}

impl Counter {
    fn of(apps: &[&str]) -> Arc<Self> {
        Arc::new(Self {
            apps: apps.iter().map(|app| (*app).to_owned()).collect(),
            standings: Mutex::default(),
            asked: Mutex::default(),
            up_for: Mutex::default(),
            passes: Mutex::default(),
        })
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap()).into_iter().map(|(_, receipt)| receipt).collect()
    }

    fn says(&self, receipt: &str, standing: ReceiptStanding) {
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
            self.asked.lock().unwrap().push((receipt.user_id.clone(), receipt.receipt_id.clone()));
            let standing = self.standings.lock().unwrap().get(&receipt.receipt_id).copied();
            let standing = standing.unwrap_or(ReceiptStanding::Open);
            checked.push(CheckedReceipt::Reported { found: None, standing });
        }
        (checked, None)
    }
}

struct Till {
    bench: Bench,
    counter: Arc<Counter>,
}

impl Till {
    fn new() -> Self {
        Self::of(&[APP])
    }

    fn of(apps: &[&str]) -> Self {
        let counter = Counter::of(apps);
        let mut bench = Bench::new("[]");
        bench.engine = sweeping(&bench, &counter);
        Self { bench, counter }
    }

    /// Bought now.
    fn bought(&self, receipt: &str, change: impl FnOnce(&mut Purchase)) {
        let mut bought = Purchase::new(Store::Amazon, "mia", receipt);
        bought.account_tag = Some("Customer=".to_owned());
        bought.purchased_at = Some(self.bench.clock.now());
        change(&mut bought);
        self.bench.engine.record_purchase(bought).unwrap();
    }

    fn sweep(&self) -> Swept {
        sweep(&self.bench.engine)
    }

    /// What is asked for by a sweep after so long.
    fn asked_after(&self, span: Span) -> Vec<String> {
        self.bench.clock.advance(span);
        assert!(self.sweep().ended.is_complete());
        self.counter.asked()
    }
}

fn sweeping(bench: &Bench, counter: &Arc<Counter>) -> Engine {
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, bench.folder.path()).unwrap();
    EngineOptions::new()
        .clock(Arc::clone(&bench.clock))
        .background(false)
        .api(Store::Amazon, Arc::<Counter>::clone(counter))
        .open(config)
        .unwrap()
}

fn sweep(engine: &Engine) -> Swept {
    engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().sweeps.remove(0)
}

#[test]
fn a_receipt_is_asked_about_often_then_weekly_then_no_more() {
    let till = Till::new();
    till.bought("R", |_| {});
    let mut asked_on = Vec::new();
    for day in 1..=60 {
        if !till.asked_after(DAY).is_empty() {
            asked_on.push(day);
        }
    }
    assert_eq!(asked_on, [1, 2, 3, 4, 5, 6, 7, 14, 21, 28]);
}

#[test]
fn a_week_that_was_over_between_two_sweeps_is_made_up_for() {
    let till = Till::new();
    till.bought("R", |_| {});
    assert_eq!(till.asked_after(Span::from_days(10)), ["R"]);
    assert_eq!(till.asked_after(Span::from_days(3)), [""; 0]);
    assert_eq!(
        till.asked_after(Span::from_days(27)),
        ["R"],
        "it is 40 days old, and was not asked about for 30"
    );
    assert_eq!(till.asked_after(Span::from_days(30)), [""; 0]);
}

#[test]
fn what_renews_is_asked_about_until_it_ends_and_what_is_settled_never() {
    let till = Till::new();
    till.bought("recorded as one", |purchase| purchase.product_type = Some(ProductType::Subscription));
    till.bought("said to be one", |_| {});
    till.bought("over", |_| {});
    till.counter.says("said to be one", ReceiptStanding::Renews);
    till.counter.says("over", ReceiptStanding::Settled);
    assert_eq!(till.asked_after(DAY), ["recorded as one", "said to be one", "over"]);
    assert_eq!(till.asked_after(DAY), ["recorded as one", "said to be one"]);
    assert_eq!(till.asked_after(Span::from_days(200)), ["recorded as one", "said to be one"]);
    till.counter.says("said to be one", ReceiptStanding::Settled);
    assert_eq!(till.asked_after(Span::from_days(7)), ["recorded as one", "said to be one"]);
    // It does not come to life again, whatever is said of it.
    till.counter.says("said to be one", ReceiptStanding::Renews);
    assert_eq!(till.asked_after(Span::from_days(7)), ["recorded as one"]);
}

#[test]
fn a_sweep_that_was_cut_short_goes_on_with_the_next_receipt() {
    let till = Till::new();
    let names: Vec<String> = (0..120).map(|n| format!("R{n}")).collect();
    for name in &names {
        till.bought(name, |_| {});
    }
    *till.counter.up_for.lock().unwrap() = Some(70);
    let cut = till.sweep();
    assert!(matches!(&cut.ended, SweepEnd::Failed { code, .. } if code == "api_credentials"), "{cut:?}");
    assert_eq!((cut.pages, till.counter.asked()), (2, names[..70].to_vec()));
    assert_eq!(till.sweep().pages, 0, "it is still down");
    *till.counter.up_for.lock().unwrap() = None;
    // As after a crash: another engine, the first one's hold still on.
    let rest = sweep(&sweeping(&till.bench, &till.counter));
    assert!(rest.resumed && rest.ended.is_complete(), "{rest:?}");
    // And then what came since, which of young receipts is all.
    assert_eq!(till.counter.asked(), [&names[70..], &names[..]].concat());
}

#[test]
fn what_has_a_deadline_does_not_wait_for_the_end_of_a_sweep() {
    let mut till = Till::new();
    let stores = FakeStores::answering([Err(timeout())]);
    let counter = Arc::<Counter>::clone(&till.counter);
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, till.bench.folder.path()).unwrap();
    let calls: Arc<FakeStores> = Arc::clone(&stores);
    till.bench.engine = EngineOptions::new()
        .clock(Arc::clone(&till.bench.clock))
        .background(false)
        .api(Store::Amazon, counter)
        .calls(calls)
        .open(config)
        .unwrap();
    for n in 0..60 {
        till.bought(&format!("T{n}"), |_| {});
    }
    till.bench.engine.issue_refund(stripe(), "eve", "bug 7", None).unwrap();
    // It is due again in a minute, while the first page is asked for.
    *till.counter.passes.lock().unwrap() = Some((Arc::clone(&till.bench.clock), Span::from_millis(60_000)));
    let worked = till.bench.engine.work().unwrap();
    assert_eq!((worked.actions, worked.reconciled.sweeps[0].pages), (1, 2));
    assert_eq!(stores.sent().len(), 2);
}

#[test]
fn amazon_is_asked_by_its_customers_id_as_it_was_written() {
    let till = Till::new();
    till.bought("R1", |_| {});
    till.bought("nobody's", |purchase| purchase.account_tag = None);
    till.bought("another store's", |purchase| purchase.store = Store::OneStore);
    till.bought("another app's", |purchase| purchase.app = Some("com.example.other".to_owned()));
    till.sweep();
    assert_eq!(*till.counter.asked.lock().unwrap(), [("Customer=".to_owned(), "R1".to_owned())]);
    // The tag finds its user all the same where it comes back in other letters.
    assert_eq!(till.bench.engine.user("mia").unwrap().purchases.len(), 4);
}

#[test]
fn with_several_apps_a_purchase_is_asked_about_in_its_own() {
    let till = Till::of(&[APP, "com.example.other"]);
    till.bought("of no app", |_| {});
    till.bought("of one", |purchase| purchase.app = Some(APP.to_owned()));
    till.sweep();
    assert_eq!(till.counter.asked(), ["of one"]);
}
