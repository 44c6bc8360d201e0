//! Sweeps that meet another engine, a wrong clock, a fault of the ledger, or a store that fails for long.

use super::sweeps::{Shop, Till, before, days, reconcile, refused};
use super::*;

const QUARTER: Span = Span::from_millis(15 * 60 * 1000);

#[test]
fn a_sweep_that_another_engine_took_over_moves_nothing_of_the_others() {
    let till = Till::new();
    for n in 0..6 {
        till.shop.refund(&format!("T{n}"), n);
    }
    let other = till.another_engine();
    let (mut taken_over, mut pages) = (None, Vec::new());
    let options = ReconcileOptions::default();
    let first = till
        .bench
        .engine
        .reconcile(&options, |progress| {
            pages.push(progress.swept.pages);
            if progress.swept.pages == 1 && taken_over.is_none() {
                // As where the machine slept: the hold is over, and the other engine's sweep fails on its first page.
                till.bench.clock.advance(days(2));
                till.shop.fail(0, refused(503, true));
                taken_over = Some(reconcile(&other, None));
                till.bench.clock.advance(Span::from_millis(1));
                till.shop.fail(1, refused(503, true));
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
        "its own next page is of no use to the other"
    );
    till.shop.calls();
    let rest = reconcile(&other, Some(before(days(1))));
    assert!(rest.resumed && rest.ended.is_complete(), "{rest:?}");
    assert_eq!(till.shop.pages().first(), Some(&Some("2".to_owned())), "the other goes on where it was");
    assert_eq!(till.bench.refunds().len(), 6);
}

#[test]
fn a_clock_that_was_far_ahead_leaves_no_time_unswept() {
    let till = Till::new();
    till.bench.clock.set(NOON.plus(days(3000)));
    assert!(till.reconcile().ended.is_complete());
    till.bench.clock.set(NOON);
    let back = till.reconcile();
    assert_eq!((back.from, back.to, back.gap), (before(days(30)), NOON, None), "nobody knows what was swept");
    till.bench.clock.advance(days(3));
    assert_eq!(till.reconcile().from, before(days(1)), "and then as ever");
    // A second is no matter.
    till.bench.clock.set(NOON.plus(days(3)).plus(Span::from_millis(-1000)));
    assert_eq!(till.reconcile().from, NOON.plus(days(2)));
}

#[test]
fn a_dead_engine_whose_clock_was_ahead_keeps_nobody_from_sweeping() {
    let till = Till::new();
    let other = till.another_engine();
    till.shop.refund("1", 1);
    till.bench.clock.set(NOON.plus(days(3000)));
    let options = ReconcileOptions::default();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        other.reconcile(&options, |_| panic!("as if it were killed"))
    }));
    assert!(died.is_err());
    till.bench.clock.set(NOON);
    assert!(till.reconcile().ended.is_complete());
}

#[test]
fn what_a_dead_engine_held_is_taken_over_at_once_though_others_live() {
    let till = Till::new();
    let other = till.another_engine();
    for n in 0..4 {
        till.shop.refund(&format!("T{n}"), n);
    }
    let options = ReconcileOptions::default();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        other.reconcile(&options, |progress| assert_eq!(progress.swept.pages, 0, "as if it were killed"))
    }));
    assert!(died.is_err());
    let row = till.bench.engine.ledger.readers.read(|read| read.sweep(&Store::AppStore, "com.example.game"));
    assert_eq!(row.unwrap().unwrap().holder(), Some(std::process::id()), "its hold is still on");
    let swept = till.reconcile();
    assert!(swept.resumed && swept.ended.is_complete(), "{swept:?}");
    assert_eq!((swept.new, till.bench.refunds().len()), (2, 4));
}

#[test]
fn a_gap_is_reported_once_and_again_only_when_it_has_grown_by_a_day() {
    let till = Till::new();
    let mut old = purchase("mia", "1");
    old.purchased_at = Some(before(days(50)));
    till.bench.engine.record_purchase(old).unwrap();
    let reported = || {
        let kinds = till.bench.kinds();
        kinds.iter().filter(|kind| **kind == EventKind::SweepGap).count()
    };
    // A week in which the store fails.
    let mut counted = Vec::new();
    for _ in 0..7 * 8 {
        till.shop.fail(0, refused(500, true));
        assert!(till.reconcile().gap.is_some(), "the result says it each time");
        counted.push(reported());
        till.bench.clock.advance(Span::from_hours(3));
    }
    assert_eq!(counted.first(), Some(&1));
    assert_eq!(counted.iter().sum::<usize>(), 7, "{counted:?}");
    assert!(till.reconcile().ended.is_complete());
    assert_eq!(reported(), 1);
    till.bench.clock.advance(days(31));
    assert!(till.reconcile().gap.is_some());
    assert_eq!(reported(), 1, "another one");
    assert!(till.reconcile().gap.is_none());
}

#[test]
fn a_gap_is_an_event_that_says_where_and_when() {
    let till = Till::new();
    till.reconcile();
    till.bench.clock.advance(days(40));
    assert_eq!(till.bench.engine.work().unwrap().reconciled.sweeps.len(), 1);
    let event = till.bench.engine.poll(10).unwrap().remove(0);
    assert_eq!(
        (event.kind, &event.user, event.refund_id, &event.refund),
        (EventKind::SweepGap, &None, None, &None)
    );
    let gap = event.gap.clone().unwrap();
    assert_eq!((gap.store, gap.app.as_str()), (Store::AppStore, "com.example.game"));
    assert_eq!((gap.from, gap.to), (NOON, NOON.plus(days(10))));
    let json = serde_json::to_value(&event).unwrap();
    assert_eq!((&json["kind"], &json["gap"]["from"]), (&"sweep_gap".into(), &NOON.millis().into()));
    assert_eq!(till.bench.engine.event(event.id).unwrap().unwrap().gap, event.gap);
    assert!(till.bench.engine.ack(event.id).unwrap());
    assert_eq!(till.bench.engine.events_waiting(), Ok(0));
}

#[test]
fn a_sweep_from_before_the_stores_memory_goes_on_where_it_was_cut_short() {
    let till = Till::new();
    for n in 0..4 {
        till.shop.refund(&format!("T{n}"), n);
    }
    till.shop.fail(1, refused(503, true));
    let since = Some(before(days(400)));
    let gap = till.reconcile_since(since).gap;
    assert_eq!(gap, Some(Gap { from: before(days(400)), to: before(days(30)) }));
    till.bench.clock.advance(QUARTER);
    till.shop.calls();
    let rest = till.reconcile_since(since);
    assert!(rest.resumed && rest.ended.is_complete(), "{rest:?}");
    assert_eq!(till.shop.pages().first(), Some(&Some("2".to_owned())));
    assert_eq!((rest.new, rest.gap), (2, gap));
}

#[test]
fn a_sweep_that_died_is_due_again_as_soon_as_one_that_failed() {
    let till = Till::new();
    till.shop.refund("1", 1);
    let options = ReconcileOptions::default();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        till.bench.engine.reconcile(&options, |_| panic!("as if it were killed"))
    }));
    assert!(died.is_err());
    let work = || till.bench.engine.work().unwrap().reconciled.sweeps.len();
    assert_eq!(work(), 0);
    till.bench.clock.advance(QUARTER);
    assert_eq!(work(), 1);
    assert_eq!(till.bench.refunds().len(), 1);
}

#[test]
fn a_large_page_is_taken_in_pieces_and_asked_for_again_where_one_fails() {
    let till = Till::new();
    *till.shop.a_page.lock().unwrap() = 250;
    for n in 0..250 {
        till.shop.refund(&format!("T{n}"), n);
    }
    let ledger = till.bench.folder.path().join("ledger.db");
    another_program::run(
        &ledger,
        "CREATE TRIGGER fault BEFORE INSERT ON inbox WHEN NEW.notification_id = 'swept-T150'
             BEGIN SELECT RAISE(ABORT, 'no room'); END",
    );
    let options = ReconcileOptions::default();
    assert!(till.bench.engine.reconcile(&options, |_| {}).is_err());
    assert_eq!(
        till.bench.refunds().len(),
        100,
        "other callers of the writer wait for a hundred rows, not for a page"
    );
    another_program::run(&ledger, "DROP TRIGGER fault");
    let swept = till.reconcile();
    assert!(swept.resumed && swept.ended.is_complete(), "{swept:?}");
    assert_eq!((swept.new, till.bench.refunds().len()), (150, 250));
}

#[test]
fn work_and_close_do_not_wait_for_a_sweep_that_is_under_way() {
    let till = Till::new();
    till.shop.refund("1", 1);
    let mut worked = None;
    let ended = till.bench.engine.reconcile(&ReconcileOptions::default(), |progress| {
        // On the thread that sweeps: would it wait, it would wait for itself.
        if progress.swept.pages == 0 {
            worked = Some(till.bench.engine.work().unwrap().reconciled.sweeps.len());
            till.bench.engine.close().unwrap();
        }
    });
    assert_eq!(worked, Some(0));
    assert!(matches!(ended, Err(Error::Ledger(LedgerError::Closed))), "{ended:?}");
}

#[test]
fn a_refund_that_was_only_asked_for_before_is_new_and_a_request_is_not() {
    let till = Till::new();
    let asked = FactKind::Requested { reason: None, deadline: None, token: None };
    till.bench.take_order(fact(order("1"), 0, asked.clone()));
    till.shop.refund("1", 1);
    let refunded = till.reconcile();
    assert_eq!((refunded.found, refunded.new, refunded.changed), (1, 1, 0));
    let mut request = fact(order("2"), 0, asked);
    request.trust = Trust::Confirmed;
    till.shop.lists(signal("asked", CaseKey::Order("2".to_owned()), request));
    let swept = till.reconcile();
    assert_eq!((swept.found, swept.new, swept.changed), (2, 0, 1));
}

#[test]
fn a_refund_known_by_its_token_is_not_new_when_it_is_listed_by_its_order() {
    let till = Till::new();
    let about = OrderDetails { purchase_token: Some("t1".to_owned()), ..OrderDetails::default() };
    let key = CaseKey::Token { token: "t1".to_owned(), same_within_millis: None };
    till.bench.take(key, refunded(about, 5));
    let mut listed = refunded(order("1"), 5);
    listed.about.purchase_token = Some("t1".to_owned());
    listed.trust = Trust::Confirmed;
    till.shop.lists(signal("listed", CaseKey::Order("1".to_owned()), listed));
    let swept = till.reconcile();
    assert_eq!((swept.found, swept.new, swept.changed), (1, 0, 1), "{:?}", till.bench.refunds());
}

#[test]
fn a_store_that_fails_stops_no_other() {
    let till = Till::new();
    let other = Arc::new(Shop::new());
    other.refund("of the other", 1);
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, till.bench.folder.path()).unwrap();
    let engine = EngineOptions::new()
        .clock(Arc::clone(&till.bench.clock))
        .background(false)
        .api(Store::AppStore, Arc::<Shop>::clone(&till.shop))
        .api(Store::Stripe, Arc::<Shop>::clone(&other))
        .open(config)
        .unwrap();
    till.shop.fail(0, refused(403, false));
    let reconciled = engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap();
    assert!(!reconciled.is_whole());
    let [failed, swept] = &reconciled.sweeps[..] else { panic!("{reconciled:?}") };
    assert!(matches!(failed.ended, SweepEnd::Failed { retryable: false, .. }), "{failed:?}");
    assert_eq!((&swept.store, &swept.ended, swept.new), (&Store::Stripe, &SweepEnd::Complete, 1));
    // The failed one is due alone, and soon.
    till.bench.clock.advance(QUARTER);
    let due = engine.work().unwrap().reconciled.sweeps;
    assert_eq!(due.iter().map(|swept| &swept.store).collect::<Vec<_>>(), [&Store::AppStore]);
}
