//! Sweeps over a store made manually, which gives the pages it is asked to.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::stores::{ApiError, StoreApi, SweepPage, Sweeps, SweptBy};

const DAY: Span = Span::from_days(1);

pub(super) fn days(n: i64) -> Span {
    Span::from_days(n)
}

/// One call to [`Shop::page`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) page: Option<String>,
}

/// A store that remembers for 30 days and lists two refunds a page.
pub(super) struct Shop {
    refunds: Mutex<Vec<(Signal, Vec<u8>)>>,
    calls: Mutex<Vec<Call>>,
    /// The call, counted from the next one, that fails, and how.
    fails: Mutex<Option<(usize, ApiError)>>,
    asked: AtomicUsize,
    /// What cannot be understood of the first page.
    unread: Mutex<Vec<(String, Vec<u8>)>>,
    /// How many refunds a page has.
    pub(super) a_page: Mutex<usize>,
}

impl Shop {
    pub(super) fn new() -> Self {
        Self {
            refunds: Mutex::default(),
            calls: Mutex::default(),
            fails: Mutex::default(),
            asked: AtomicUsize::new(0),
            unread: Mutex::default(),
            a_page: Mutex::new(2),
        }
    }

    pub(super) fn lists(&self, signal: Signal) {
        self.refunds.lock().unwrap().push((signal, b"{}".to_vec()));
    }

    pub(super) fn refund(&self, order: &str, at: i64) -> (Signal, Vec<u8>) {
        let mut fact = refunded(super::order(order), at);
        fact.trust = Trust::Confirmed;
        let id = format!("swept-{order}");
        let found = (signal(&id, CaseKey::Order(order.to_owned()), fact), order.as_bytes().to_vec());
        self.refunds.lock().unwrap().push(found.clone());
        found
    }

    pub(super) fn fail(&self, at: usize, error: ApiError) {
        *self.fails.lock().unwrap() = Some((at, error));
        self.asked.store(0, Ordering::SeqCst);
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    pub(super) fn pages(&self) -> Vec<Option<String>> {
        self.calls().into_iter().map(|call| call.page).collect()
    }
}

impl StoreApi for Shop {
    fn require_credentials(&self, _: &str, _: bool) -> Result<(), ApiError> {
        Ok(())
    }

    fn sweeps(&self) -> Option<SweptBy<'_>> {
        Some(SweptBy::List(self))
    }
}

impl Sweeps for Shop {
    fn apps(&self) -> Vec<String> {
        vec!["com.example.game".to_owned()]
    }

    fn window(&self, _app: &str, _now: Timestamp) -> Span {
        days(30)
    }

    fn overlap(&self) -> Span {
        DAY
    }

    fn page(
        &self,
        _app: &str,
        (from, to): (Timestamp, Timestamp),
        page: Option<&str>,
        _now: Timestamp,
    ) -> Result<SweepPage, ApiError> {
        self.calls.lock().unwrap().push(Call { from, to, page: page.map(str::to_owned) });
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut fails = self.fails.lock().unwrap();
        if fails.as_ref().is_some_and(|(at, _)| *at == asked)
            && let Some((_, error)) = fails.take()
        {
            return Err(error);
        }
        let refunds = self.refunds.lock().unwrap();
        let begin: usize = page.map_or(0, |page| page.parse().unwrap());
        let end = (begin + *self.a_page.lock().unwrap()).min(refunds.len());
        let next = (end < refunds.len()).then(|| end.to_string());
        let unread = if begin == 0 { self.unread.lock().unwrap().clone() } else { Vec::new() };
        Ok(SweepPage { found: refunds[begin..end].to_vec(), unread, next })
    }
}

pub(super) fn refused(status: u16, retryable: bool) -> ApiError {
    ApiError::Refused { status, code: "no".to_owned(), message: "no".to_owned(), retryable }
}

/// An engine, and the store it sweeps.
pub(super) struct Till {
    pub(super) bench: Bench,
    pub(super) shop: Arc<Shop>,
}

impl Till {
    pub(super) fn new() -> Self {
        let mut bench = Bench::new("[]");
        let shop = Arc::new(Shop::new());
        bench.engine = sweeping(&bench, &shop);
        Self { bench, shop }
    }

    /// The same ledger opened again, as after a crash.
    pub(super) fn another_engine(&self) -> Engine {
        sweeping(&self.bench, &self.shop)
    }

    pub(super) fn reconcile(&self) -> Swept {
        self.reconcile_since(None)
    }

    pub(super) fn reconcile_since(&self, since: Option<Timestamp>) -> Swept {
        reconcile(&self.bench.engine, since)
    }
}

fn sweeping(bench: &Bench, shop: &Arc<Shop>) -> Engine {
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, bench.folder.path()).unwrap();
    EngineOptions::new()
        .clock(Arc::clone(&bench.clock))
        .background(false)
        .api(Store::AppStore, Arc::<Shop>::clone(shop))
        .open(config)
        .unwrap()
}

pub(super) fn reconcile(engine: &Engine, since: Option<Timestamp>) -> Swept {
    let options = ReconcileOptions { stores: Vec::new(), since };
    engine.reconcile(&options, |_| {}).unwrap().sweeps.remove(0)
}

pub(super) fn before(span: Span) -> Timestamp {
    NOON.plus(Span::from_millis(-span.millis()))
}

#[test]
fn what_no_webhook_reported_is_found_and_what_is_known_changes_nothing() {
    let till = Till::new();
    for n in 0..5 {
        till.shop.refund(&format!("T{n}"), n);
        till.bench.engine.record_purchase(purchase("mia", &format!("T{n}"))).unwrap();
    }
    for n in [0, 1, 3] {
        till.bench.take_order(refunded(order(&format!("T{n}")), n));
    }
    till.bench.events();
    let mut pages = Vec::new();
    let options = ReconcileOptions::default();
    let reconciled =
        till.bench.engine.reconcile(&options, |progress| pages.push(progress.swept.pages)).unwrap();
    assert!(reconciled.is_whole(), "{reconciled:?}");
    let swept = &reconciled.sweeps[0];
    assert_eq!((swept.pages, swept.found, swept.new, swept.changed), (3, 5, 2, 0));
    assert_eq!(pages, [0, 1, 2, 3]);
    let refunds = till.bench.refunds();
    assert_eq!(refunds.len(), 5);
    assert!(refunds.iter().all(|refund| refund.case.trust == Trust::Confirmed));
    let kinds = till.bench.kinds();
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Refund).count(), 2, "{kinds:?}");

    let journal = till.bench.engine.user("mia").unwrap().journal;
    let again = till.reconcile();
    assert_eq!((again.found, again.new, again.changed), (5, 0, 0));
    assert_eq!(till.bench.engine.user("mia").unwrap().journal, journal);
    assert!(till.bench.kinds().is_empty());
    // A webhook that comes late repeats what was swept.
    till.bench.take_order(refunded(order("T2"), 2));
    assert!(till.bench.kinds().is_empty());
}

#[test]
fn what_cannot_be_understood_is_a_dead_letter_and_holds_up_nothing() {
    let till = Till::new();
    till.shop.refund("1", 1);
    *till.shop.unread.lock().unwrap() = vec![("no such state".to_owned(), b"a row".to_vec())];
    let swept = till.reconcile();
    assert_eq!((swept.unread, swept.new), (1, 1));
    assert!(swept.ended.is_complete(), "{swept:?}");
    let letters = till.bench.engine.dead_letters(None, 10).unwrap().items;
    assert_eq!((letters.len(), letters[0].code.as_str()), (1, "not_understood"));
    assert_eq!((letters[0].store.clone(), letters[0].body.as_slice()), (Store::AppStore, &b"a row"[..]));
    assert!(letters[0].message.contains("no such state"), "{letters:?}");
    assert_eq!(till.reconcile().unread, 0);
    assert_eq!(till.bench.engine.dead_letters(None, 10).unwrap().items, letters);
}

#[test]
fn a_sweep_begins_where_the_last_one_ended_and_reaches_back_a_little() {
    let till = Till::new();
    assert_eq!((till.reconcile().from, till.shop.calls().len()), (before(days(30)), 1));
    till.bench.clock.advance(days(3));
    let second = till.reconcile();
    assert_eq!((second.from, second.to), (before(DAY), NOON.plus(days(3))));
    assert_eq!(second.gap, None);
    // What is asked for goes before what was swept, as far as the store remembers.
    assert_eq!(till.reconcile_since(Some(before(days(20)))).from, before(days(20)));
}

#[test]
fn what_the_store_no_longer_reports_is_a_gap() {
    let till = Till::new();
    // Nothing was bought before: nothing can be missing.
    assert_eq!(till.reconcile().gap, None);
    till.bench.clock.advance(days(40));
    let late = till.reconcile();
    assert_eq!(late.gap, Some(Gap { from: NOON, to: NOON.plus(days(10)) }));
    assert_eq!(late.from, NOON.plus(days(10)));
    assert!(late.ended.is_complete());
    assert_eq!(till.reconcile().gap, None, "it is notified once");
    let now = till.bench.clock.now();
    let older = till.reconcile_since(Some(before(days(100))));
    assert_eq!(older.gap, Some(Gap { from: before(days(100)), to: now.plus(days(-30)) }));
}

#[test]
fn purchases_older_than_the_stores_memory_and_never_swept_are_a_gap() {
    let till = Till::new();
    let mut old = purchase("mia", "1");
    old.purchased_at = Some(before(days(50)));
    till.bench.engine.record_purchases(vec![old, purchase("mia", "2")]).unwrap();
    assert_eq!(till.reconcile().gap, Some(Gap { from: before(days(50)), to: before(days(30)) }));
}

#[test]
fn a_sweep_that_was_cut_short_goes_on_from_its_page() {
    let till = Till::new();
    for n in 0..6 {
        till.shop.refund(&format!("T{n}"), n);
    }
    till.shop.fail(2, refused(429, true));
    let cut = till.reconcile();
    assert_eq!((cut.pages, cut.new), (2, 4));
    assert!(
        matches!(&cut.ended, SweepEnd::Failed { code, retryable: true, .. } if code == "api_refused"),
        "{cut:?}"
    );
    assert_eq!(till.bench.refunds().len(), 4);
    till.shop.calls();
    // As after a crash: another engine, the first one's hold still on.
    let swept = reconcile(&till.another_engine(), None);
    assert!(swept.resumed && swept.ended.is_complete(), "{swept:?}");
    assert_eq!(swept.new, 2);
    let pages = till.shop.pages();
    assert_eq!(pages[0].as_deref(), Some("4"));
    // And then what came since: all pages of a new sweep.
    assert_eq!(pages[1..], [None, Some("2".to_owned()), Some("4".to_owned())]);
    assert_eq!(till.bench.refunds().len(), 6);
}

#[test]
fn a_page_token_that_the_store_forgot_begins_the_sweep_again() {
    let till = Till::new();
    for n in 0..4 {
        till.shop.refund(&format!("T{n}"), n);
    }
    till.shop.fail(1, refused(400, false));
    let swept = till.reconcile();
    assert!(swept.ended.is_complete(), "{swept:?}");
    assert_eq!((swept.new, till.bench.refunds().len()), (4, 4));
    assert_eq!(till.shop.pages(), [None, Some("2".to_owned()), None, Some("2".to_owned())]);
    // On the first page it is no matter of tokens.
    till.shop.fail(0, refused(403, false));
    assert!(matches!(till.reconcile().ended, SweepEnd::Failed { retryable: false, .. }));
    assert_eq!(till.shop.calls().len(), 1);
}

#[test]
fn a_sweep_of_the_last_days_leaves_the_cursor_where_earlier_days_are_missing() {
    let till = Till::new();
    assert!(till.reconcile_since(Some(before(days(5)))).ended.is_complete());
    assert_eq!(till.reconcile().from, before(days(30)), "the days before are still to be swept");
    till.bench.clock.advance(days(10));
    till.reconcile_since(Some(NOON.plus(days(9))));
    assert_eq!(till.reconcile().from, before(DAY));
}

#[test]
fn two_engines_do_not_sweep_the_same() {
    let till = Till::new();
    for n in 0..4 {
        till.shop.refund(&format!("T{n}"), n);
    }
    let other = till.another_engine();
    let mut seen = None;
    let options = ReconcileOptions::default();
    till.bench
        .engine
        .reconcile(&options, |progress| {
            if progress.swept.pages == 1 {
                seen = Some(reconcile(&other, None));
            }
        })
        .unwrap();
    assert_eq!(seen.unwrap().ended, SweepEnd::Elsewhere { process: Some(std::process::id()) });
    assert!(reconcile(&other, None).ended.is_complete());
}

#[test]
fn work_sweeps_when_it_is_time_and_sooner_after_a_failure() {
    let till = Till::new();
    let work = || till.bench.engine.work().unwrap().reconciled.sweeps.len();
    assert_eq!((work(), work()), (1, 0));
    till.bench.clock.advance(Span::from_hours(5));
    assert_eq!(work(), 0);
    till.bench.clock.advance(Span::from_hours(1));
    till.shop.fail(0, refused(500, true));
    assert_eq!((work(), work()), (1, 0));
    till.bench.clock.advance(Span::from_millis(15 * 60 * 1000));
    assert_eq!((work(), work()), (1, 0));
    till.bench.clock.advance(Span::from_hours(5));
    assert_eq!(work(), 0);
}

#[test]
fn a_store_that_is_named_must_have_credentials() {
    let till = Till::new();
    let options = ReconcileOptions { stores: vec![Store::Stripe], since: None };
    let error = till.bench.engine.reconcile(&options, |_| {}).unwrap_err();
    assert_eq!(error.code(), "api_not_configured");
}
