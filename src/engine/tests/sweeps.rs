//! Sweeps of a fake store, which returns the requested pages.

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

/// A store with a retention of 30 days and two refunds a page.
pub(super) struct Shop {
    refunds: Mutex<Vec<(Signal, Vec<u8>)>>,
    calls: Mutex<Vec<Call>>,
    /// The call, counted from the next one, that fails, and how.
    fails: Mutex<Option<(usize, ApiError)>>,
    requests: AtomicUsize,
    /// The unreadable rows of the first page.
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
            requests: AtomicUsize::new(0),
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
        self.requests.store(0, Ordering::SeqCst);
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
        let requests = self.requests.fetch_add(1, Ordering::SeqCst);
        let mut fails = self.fails.lock().unwrap();
        if fails.as_ref().is_some_and(|(at, _)| *at == requests)
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
pub(super) struct SweepSetup {
    pub(super) fixture: Fixture,
    pub(super) shop: Arc<Shop>,
}

impl SweepSetup {
    pub(super) fn new() -> Self {
        let mut fixture = Fixture::new("[]");
        let shop = Arc::new(Shop::new());
        fixture.engine = sweeping(&fixture, &shop);
        Self { fixture, shop }
    }

    /// The same ledger opened again, as after a crash.
    pub(super) fn another_engine(&self) -> Engine {
        sweeping(&self.fixture, &self.shop)
    }

    pub(super) fn reconcile(&self) -> Sweep {
        self.reconcile_since(None)
    }

    pub(super) fn reconcile_since(&self, since: Option<Timestamp>) -> Sweep {
        reconcile(&self.fixture.engine, since)
    }
}

fn sweeping(fixture: &Fixture, shop: &Arc<Shop>) -> Engine {
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, fixture.folder.path()).unwrap();
    EngineOptions::new()
        .clock(Arc::clone(&fixture.clock))
        .background(false)
        .api(Store::AppStore, Arc::<Shop>::clone(shop))
        .open(config)
        .unwrap()
}

pub(super) fn reconcile(engine: &Engine, since: Option<Timestamp>) -> Sweep {
    let options = ReconcileOptions { stores: Vec::new(), since };
    engine.reconcile(&options, |_| {}).unwrap().sweeps.remove(0)
}

pub(super) fn before(span: Span) -> Timestamp {
    NOON.plus(Span::from_millis(-span.millis()))
}

#[test]
fn unreported_refunds_are_found_and_known_ones_change_nothing() {
    let setup = SweepSetup::new();
    for n in 0..5 {
        setup.shop.refund(&format!("T{n}"), n);
        setup.fixture.engine.record_purchase(purchase("mia", &format!("T{n}"))).unwrap();
    }
    for n in [0, 1, 3] {
        setup.fixture.ingest_order(refunded(order(&format!("T{n}")), n));
    }
    setup.fixture.events();
    let mut pages = Vec::new();
    let options = ReconcileOptions::default();
    let reconciled =
        setup.fixture.engine.reconcile(&options, |progress| pages.push(progress.swept.pages)).unwrap();
    assert!(reconciled.is_whole(), "{reconciled:?}");
    let swept = &reconciled.sweeps[0];
    assert_eq!((swept.pages, swept.found, swept.new, swept.changed), (3, 5, 2, 0));
    assert_eq!(pages, [0, 1, 2, 3]);
    let refunds = setup.fixture.refunds();
    assert_eq!(refunds.len(), 5);
    assert!(refunds.iter().all(|refund| refund.case.trust == Trust::Confirmed));
    let kinds = setup.fixture.kinds();
    assert_eq!(kinds.iter().filter(|kind| **kind == EventKind::Refund).count(), 2, "{kinds:?}");

    let journal = setup.fixture.engine.user("mia").unwrap().journal;
    let again = setup.reconcile();
    assert_eq!((again.found, again.new, again.changed), (5, 0, 0));
    assert_eq!(setup.fixture.engine.user("mia").unwrap().journal, journal);
    assert!(setup.fixture.kinds().is_empty());
    // A webhook that comes late repeats what was swept.
    setup.fixture.ingest_order(refunded(order("T2"), 2));
    assert!(setup.fixture.kinds().is_empty());
}

#[test]
fn an_unreadable_row_is_a_dead_letter_and_delays_nothing() {
    let setup = SweepSetup::new();
    setup.shop.refund("1", 1);
    *setup.shop.unread.lock().unwrap() = vec![("no such state".to_owned(), b"a row".to_vec())];
    let swept = setup.reconcile();
    assert_eq!((swept.unread, swept.new), (1, 1));
    assert!(swept.ended.is_complete(), "{swept:?}");
    let letters = setup.fixture.engine.dead_letters(None, 10).unwrap().items;
    assert_eq!((letters.len(), letters[0].code.as_str()), (1, "not_understood"));
    assert_eq!((letters[0].store.clone(), letters[0].body.as_slice()), (Store::AppStore, &b"a row"[..]));
    assert!(letters[0].message.contains("no such state"), "{letters:?}");
    assert_eq!(setup.reconcile().unread, 0);
    assert_eq!(setup.fixture.engine.dead_letters(None, 10).unwrap().items, letters);
}

#[test]
fn a_sweep_begins_where_the_last_one_ended_with_some_overlap() {
    let setup = SweepSetup::new();
    assert_eq!((setup.reconcile().from, setup.shop.calls().len()), (before(days(30)), 1));
    setup.fixture.clock.advance(days(3));
    let second = setup.reconcile();
    assert_eq!((second.from, second.to), (before(DAY), NOON.plus(days(3))));
    assert_eq!(second.gap, None);
    // The requested start takes precedence over the last sweep, within the store's retention.
    assert_eq!(setup.reconcile_since(Some(before(days(20)))).from, before(days(20)));
}

#[test]
fn a_period_past_the_stores_retention_is_a_gap() {
    let setup = SweepSetup::new();
    // Nothing was bought before, so nothing can be missing.
    assert_eq!(setup.reconcile().gap, None);
    setup.fixture.clock.advance(days(40));
    let late = setup.reconcile();
    assert_eq!(late.gap, Some(Gap { from: NOON, to: NOON.plus(days(10)) }));
    assert_eq!(late.from, NOON.plus(days(10)));
    assert!(late.ended.is_complete());
    assert_eq!(setup.reconcile().gap, None, "it is notified once");
    let now = setup.fixture.clock.now();
    let older = setup.reconcile_since(Some(before(days(100))));
    assert_eq!(older.gap, Some(Gap { from: before(days(100)), to: now.plus(days(-30)) }));
}

#[test]
fn purchases_past_the_retention_and_never_swept_are_a_gap() {
    let setup = SweepSetup::new();
    let mut old = purchase("mia", "1");
    old.purchased_at = Some(before(days(50)));
    setup.fixture.engine.record_purchases(vec![old, purchase("mia", "2")]).unwrap();
    assert_eq!(setup.reconcile().gap, Some(Gap { from: before(days(50)), to: before(days(30)) }));
}

#[test]
fn an_interrupted_sweep_resumes_at_its_page() {
    let setup = SweepSetup::new();
    for n in 0..6 {
        setup.shop.refund(&format!("T{n}"), n);
    }
    setup.shop.fail(2, refused(429, true));
    let cut = setup.reconcile();
    assert_eq!((cut.pages, cut.new), (2, 4));
    assert!(
        matches!(&cut.ended, SweepEnd::Failed { code, retryable: true, .. } if code == "api_refused"),
        "{cut:?}"
    );
    assert_eq!(setup.fixture.refunds().len(), 4);
    setup.shop.calls();
    // As after a crash: another engine, while the first one's lease is still active.
    let swept = reconcile(&setup.another_engine(), None);
    assert!(swept.resumed && swept.ended.is_complete(), "{swept:?}");
    assert_eq!(swept.new, 2);
    let pages = setup.shop.pages();
    assert_eq!(pages[0].as_deref(), Some("4"));
    // And then the time since: all pages of a new sweep.
    assert_eq!(pages[1..], [None, Some("2".to_owned()), Some("4".to_owned())]);
    assert_eq!(setup.fixture.refunds().len(), 6);
}

#[test]
fn a_forgotten_page_token_restarts_the_sweep() {
    let setup = SweepSetup::new();
    for n in 0..4 {
        setup.shop.refund(&format!("T{n}"), n);
    }
    setup.shop.fail(1, refused(400, false));
    let swept = setup.reconcile();
    assert!(swept.ended.is_complete(), "{swept:?}");
    assert_eq!((swept.new, setup.fixture.refunds().len()), (4, 4));
    assert_eq!(setup.shop.pages(), [None, Some("2".to_owned()), None, Some("2".to_owned())]);
    // On the first page, tokens cannot be the cause.
    setup.shop.fail(0, refused(403, false));
    assert!(matches!(setup.reconcile().ended, SweepEnd::Failed { retryable: false, .. }));
    assert_eq!(setup.shop.calls().len(), 1);
}

#[test]
fn a_sweep_of_recent_days_does_not_advance_the_cursor_past_missing_days() {
    let setup = SweepSetup::new();
    assert!(setup.reconcile_since(Some(before(days(5)))).ended.is_complete());
    assert_eq!(setup.reconcile().from, before(days(30)), "the days before are still to be swept");
    setup.fixture.clock.advance(days(10));
    setup.reconcile_since(Some(NOON.plus(days(9))));
    assert_eq!(setup.reconcile().from, before(DAY));
}

#[test]
fn two_engines_do_not_sweep_the_same_app() {
    let setup = SweepSetup::new();
    for n in 0..4 {
        setup.shop.refund(&format!("T{n}"), n);
    }
    let other = setup.another_engine();
    let mut seen = None;
    let options = ReconcileOptions::default();
    setup
        .fixture
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
fn work_sweeps_at_its_interval_and_sooner_after_a_failure() {
    let setup = SweepSetup::new();
    let work = || setup.fixture.engine.work().unwrap().reconciled.sweeps.len();
    assert_eq!((work(), work()), (1, 0));
    setup.fixture.clock.advance(Span::from_hours(5));
    assert_eq!(work(), 0);
    setup.fixture.clock.advance(Span::from_hours(1));
    setup.shop.fail(0, refused(500, true));
    assert_eq!((work(), work()), (1, 0));
    setup.fixture.clock.advance(Span::from_millis(15 * 60 * 1000));
    assert_eq!((work(), work()), (1, 0));
    setup.fixture.clock.advance(Span::from_hours(5));
    assert_eq!(work(), 0);
}

#[test]
fn a_requested_store_must_have_credentials() {
    let setup = SweepSetup::new();
    let options = ReconcileOptions { stores: vec![Store::Stripe], since: None };
    let error = setup.fixture.engine.reconcile(&options, |_| {}).unwrap_err();
    assert_eq!(error.code(), "api_not_configured");
}
