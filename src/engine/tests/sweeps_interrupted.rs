//! Sweeps that meet another engine, a wrong clock, a ledger error, or a store that fails for long.

use super::sweeps::{Shop, SweepSetup, before, days, reconcile, refused};
use super::*;

const QUARTER: Span = Span::from_millis(15 * 60 * 1000);

#[test]
fn a_sweep_taken_over_by_another_engine_changes_nothing_of_it() {
    let setup = SweepSetup::new();
    for n in 0..6 {
        setup.shop.refund(&format!("T{n}"), n);
    }
    let other = setup.another_engine();
    let (mut taken_over, mut pages) = (None, Vec::new());
    let options = ReconcileOptions::default();
    let first = setup
        .fixture
        .engine
        .reconcile(&options, |progress| {
            pages.push(progress.swept.pages);
            if progress.swept.pages == 1 && taken_over.is_none() {
                // As if the machine slept: the lease has expired, and the other engine's sweep fails on its first
                // page.
                setup.fixture.clock.advance(days(2));
                setup.shop.fail(0, refused(503, true));
                taken_over = Some(reconcile(&other, None));
                setup.fixture.clock.advance(Span::from_millis(1));
                setup.shop.fail(1, refused(503, true));
                taken_over = Some(reconcile(&other, Some(before(days(1)))));
            }
        })
        .unwrap()
        .sweeps
        .remove(0);
    assert_eq!(taken_over.unwrap().pages, 1);
    assert_eq!(
        (first.ended, first.pages),
        (SweepEnd::Elsewhere { process: None }, 2),
        "its own next page does not help the other"
    );
    setup.shop.calls();
    let rest = reconcile(&other, Some(before(days(1))));
    assert!(rest.resumed && rest.ended.is_complete(), "{rest:?}");
    assert_eq!(setup.shop.pages().first(), Some(&Some("2".to_owned())), "the other resumes where it was");
    assert_eq!(setup.fixture.refunds().len(), 6);
}

#[test]
fn a_clock_that_was_far_ahead_leaves_no_time_unswept() {
    let setup = SweepSetup::new();
    setup.fixture.clock.set(NOON.plus(days(3000)));
    assert!(setup.reconcile().ended.is_complete());
    setup.fixture.clock.set(NOON);
    let back = setup.reconcile();
    assert_eq!(
        (back.from, back.to, back.gap),
        (before(days(30)), NOON, None),
        "it is unknown what was swept"
    );
    setup.fixture.clock.advance(days(3));
    assert_eq!(setup.reconcile().from, before(days(1)), "and then as usual");
    // A second does not matter.
    setup.fixture.clock.set(NOON.plus(days(3)).plus(Span::from_millis(-1000)));
    assert_eq!(setup.reconcile().from, NOON.plus(days(2)));
}

#[test]
fn a_dead_engine_with_a_fast_clock_blocks_no_other_sweep() {
    let setup = SweepSetup::new();
    let other = setup.another_engine();
    setup.shop.refund("1", 1);
    setup.fixture.clock.set(NOON.plus(days(3000)));
    let options = ReconcileOptions::default();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        other.reconcile(&options, |_| panic!("as if it were killed"))
    }));
    assert!(died.is_err());
    setup.fixture.clock.set(NOON);
    assert!(setup.reconcile().ended.is_complete());
}

#[test]
fn a_dead_engines_sweep_is_taken_over_at_once_though_others_live() {
    let setup = SweepSetup::new();
    let other = setup.another_engine();
    for n in 0..4 {
        setup.shop.refund(&format!("T{n}"), n);
    }
    let options = ReconcileOptions::default();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        other.reconcile(&options, |progress| assert_eq!(progress.swept.pages, 0, "as if it were killed"))
    }));
    assert!(died.is_err());
    let row =
        setup.fixture.engine.ledger.readers.read(|read| read.sweep(&Store::AppStore, "com.example.game"));
    assert_eq!(row.unwrap().unwrap().holder(), Some(std::process::id()), "its lease is still active");
    let swept = setup.reconcile();
    assert!(swept.resumed && swept.ended.is_complete(), "{swept:?}");
    assert_eq!((swept.new, setup.fixture.refunds().len()), (2, 4));
}

#[test]
fn a_gap_is_reported_once_and_again_only_when_it_has_grown_by_a_day() {
    let setup = SweepSetup::new();
    let mut old = purchase("mia", "1");
    old.purchased_at = Some(before(days(50)));
    setup.fixture.engine.record_purchase(old).unwrap();
    let reported = || {
        let kinds = setup.fixture.kinds();
        kinds.iter().filter(|kind| **kind == EventKind::SweepGap).count()
    };
    // A week in which the store fails.
    let mut counted = Vec::new();
    for _ in 0..7 * 8 {
        setup.shop.fail(0, refused(500, true));
        assert!(setup.reconcile().gap.is_some(), "each result has it");
        counted.push(reported());
        setup.fixture.clock.advance(Span::from_hours(3));
    }
    assert_eq!(counted.first(), Some(&1));
    assert_eq!(counted.iter().sum::<usize>(), 7, "{counted:?}");
    assert!(setup.reconcile().ended.is_complete());
    assert_eq!(reported(), 1);
    setup.fixture.clock.advance(days(31));
    assert!(setup.reconcile().gap.is_some());
    assert_eq!(reported(), 1, "another one");
    assert!(setup.reconcile().gap.is_none());
}

#[test]
fn a_gap_is_an_event_with_its_app_and_period() {
    let setup = SweepSetup::new();
    setup.reconcile();
    setup.fixture.clock.advance(days(40));
    assert_eq!(setup.fixture.engine.work().unwrap().reconciled.sweeps.len(), 1);
    let event = setup.fixture.engine.poll(10).unwrap().remove(0);
    assert_eq!(
        (event.kind, &event.user, event.refund_id, &event.refund),
        (EventKind::SweepGap, &None, None, &None)
    );
    let gap = event.gap.clone().unwrap();
    assert_eq!((gap.store, gap.app.as_str()), (Store::AppStore, "com.example.game"));
    assert_eq!((gap.from, gap.to), (NOON, NOON.plus(days(10))));
    let json = serde_json::to_value(&event).unwrap();
    assert_eq!((&json["kind"], &json["gap"]["from"]), (&"sweep_gap".into(), &NOON.millis().into()));
    assert_eq!(setup.fixture.engine.event(event.id).unwrap().unwrap().gap, event.gap);
    assert!(setup.fixture.engine.ack(event.id).unwrap());
    assert_eq!(setup.fixture.engine.events_waiting(), Ok(0));
}

#[test]
fn an_interrupted_sweep_older_than_the_retention_resumes() {
    let setup = SweepSetup::new();
    for n in 0..4 {
        setup.shop.refund(&format!("T{n}"), n);
    }
    setup.shop.fail(1, refused(503, true));
    let since = Some(before(days(400)));
    let gap = setup.reconcile_since(since).gap;
    assert_eq!(gap, Some(Gap { from: before(days(400)), to: before(days(30)) }));
    setup.fixture.clock.advance(QUARTER);
    setup.shop.calls();
    let rest = setup.reconcile_since(since);
    assert!(rest.resumed && rest.ended.is_complete(), "{rest:?}");
    assert_eq!(setup.shop.pages().first(), Some(&Some("2".to_owned())));
    assert_eq!((rest.new, rest.gap), (2, gap));
}

#[test]
fn a_sweep_of_a_dead_process_is_due_as_soon_as_a_failed_one() {
    let setup = SweepSetup::new();
    setup.shop.refund("1", 1);
    let options = ReconcileOptions::default();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        setup.fixture.engine.reconcile(&options, |_| panic!("as if it were killed"))
    }));
    assert!(died.is_err());
    let work = || setup.fixture.engine.work().unwrap().reconciled.sweeps.len();
    assert_eq!(work(), 0);
    setup.fixture.clock.advance(QUARTER);
    assert_eq!(work(), 1);
    assert_eq!(setup.fixture.refunds().len(), 1);
}

#[test]
fn a_large_page_is_ingested_in_parts_and_requested_again_if_one_fails() {
    let setup = SweepSetup::new();
    *setup.shop.a_page.lock().unwrap() = 250;
    for n in 0..250 {
        setup.shop.refund(&format!("T{n}"), n);
    }
    let ledger = setup.fixture.folder.path().join("ledger.db");
    another_program::run(
        &ledger,
        "CREATE TRIGGER fault BEFORE INSERT ON inbox WHEN NEW.notification_id = 'swept-T150'
             BEGIN SELECT RAISE(ABORT, 'no room'); END",
    );
    let options = ReconcileOptions::default();
    assert!(setup.fixture.engine.reconcile(&options, |_| {}).is_err());
    assert_eq!(
        setup.fixture.refunds().len(),
        100,
        "other callers of the writer wait for a hundred rows, not for a page"
    );
    another_program::run(&ledger, "DROP TRIGGER fault");
    let swept = setup.reconcile();
    assert!(swept.resumed && swept.ended.is_complete(), "{swept:?}");
    assert_eq!((swept.new, setup.fixture.refunds().len()), (150, 250));
}

#[test]
fn work_and_close_do_not_wait_for_a_running_sweep() {
    let setup = SweepSetup::new();
    setup.shop.refund("1", 1);
    let mut worked = None;
    let ended = setup.fixture.engine.reconcile(&ReconcileOptions::default(), |progress| {
        // On the sweeping thread: if it waited, it would wait for itself.
        if progress.swept.pages == 0 {
            worked = Some(setup.fixture.engine.work().unwrap().reconciled.sweeps.len());
            setup.fixture.engine.close().unwrap();
        }
    });
    assert_eq!(worked, Some(0));
    assert!(matches!(ended, Err(Error::Ledger(LedgerError::Closed))), "{ended:?}");
}

#[test]
fn a_refund_that_was_only_requested_before_is_new_and_a_request_is_not() {
    let setup = SweepSetup::new();
    let requested = FactKind::Requested { reason: None, deadline: None, token: None };
    setup.fixture.ingest_order(fact(order("1"), 0, requested.clone()));
    setup.shop.refund("1", 1);
    let refunded = setup.reconcile();
    assert_eq!((refunded.found, refunded.new, refunded.changed), (1, 1, 0));
    let mut request = fact(order("2"), 0, requested);
    request.trust = Trust::Confirmed;
    setup.shop.lists(signal("requested", CaseKey::Order("2".to_owned()), request));
    let swept = setup.reconcile();
    assert_eq!((swept.found, swept.new, swept.changed), (2, 0, 1));
}

#[test]
fn a_refund_known_by_its_token_is_not_new_when_it_is_listed_by_its_order() {
    let setup = SweepSetup::new();
    let about = OrderDetails { purchase_token: Some("t1".to_owned()), ..OrderDetails::default() };
    let key = CaseKey::Token { token: "t1".to_owned(), same_within_millis: None };
    setup.fixture.ingest(key, refunded(about, 5));
    let mut listed = refunded(order("1"), 5);
    listed.about.purchase_token = Some("t1".to_owned());
    listed.trust = Trust::Confirmed;
    setup.shop.lists(signal("listed", CaseKey::Order("1".to_owned()), listed));
    let swept = setup.reconcile();
    assert_eq!((swept.found, swept.new, swept.changed), (1, 0, 1), "{:?}", setup.fixture.refunds());
}

#[test]
fn a_store_that_fails_stops_no_other() {
    let setup = SweepSetup::new();
    let other = Arc::new(Shop::new());
    other.refund("of the other", 1);
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, setup.fixture.folder.path()).unwrap();
    let engine = EngineOptions::new()
        .clock(Arc::clone(&setup.fixture.clock))
        .background(false)
        .api(Store::AppStore, Arc::<Shop>::clone(&setup.shop))
        .api(Store::Stripe, Arc::<Shop>::clone(&other))
        .open(config)
        .unwrap();
    setup.shop.fail(0, refused(403, false));
    let reconciled = engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap();
    assert!(!reconciled.is_whole());
    let [failed, swept] = &reconciled.sweeps[..] else { panic!("{reconciled:?}") };
    assert!(matches!(failed.ended, SweepEnd::Failed { retryable: false, .. }), "{failed:?}");
    assert_eq!((&swept.store, &swept.ended, swept.new), (&Store::Stripe, &SweepEnd::Complete, 1));
    // Only the failed one is due, and soon.
    setup.fixture.clock.advance(QUARTER);
    let due = engine.work().unwrap().reconciled.sweeps;
    assert_eq!(due.iter().map(|swept| &swept.store).collect::<Vec<_>>(), [&Store::AppStore]);
}
