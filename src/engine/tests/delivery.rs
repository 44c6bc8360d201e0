//! Events reach the host at least once, in order per user, until acknowledged.

use super::*;

fn with_events() -> Bench {
    let bench = Bench::new("[]");
    bench.engine.record_purchases(vec![purchase("ann", "1"), purchase("bob", "2")]).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.take_order(refunded(order("2"), 0));
    bench
}

#[test]
fn what_is_not_acknowledged_comes_again_after_the_lease() {
    let bench = with_events();
    let first = bench.engine.poll(100).unwrap();
    assert_eq!(first.len(), 6);
    assert!(bench.engine.poll(100).unwrap().is_empty());
    for event in &first[..2] {
        assert!(bench.engine.ack(event.id).unwrap());
    }
    bench.clock.advance(Span::from_millis(30_000));
    let second = bench.engine.poll(100).unwrap();
    assert_eq!(
        second.iter().map(|e| e.id).collect::<Vec<_>>(),
        first[2..].iter().map(|e| e.id).collect::<Vec<_>>()
    );
    assert!(second.iter().all(|event| event.attempt == 2));
}

#[test]
fn a_lease_that_was_made_while_the_clock_was_ahead_is_over_when_it_is_right_again() {
    let bench = with_events();
    bench.clock.advance(Span::from_days(365));
    let first = bench.engine.poll(100).unwrap();
    assert_eq!(first.len(), 6);
    bench.clock.set(NOON);
    let ids = |events: &[Event]| events.iter().map(|event| event.id).collect::<Vec<_>>();
    assert_eq!(ids(&bench.engine.poll(100).unwrap()), ids(&first));
    assert!(bench.engine.poll(100).unwrap().is_empty(), "leases of the right time hold");
    bench.clock.advance(Span::from_millis(30_000));
    assert_eq!(bench.engine.poll(100).unwrap().len(), 6);
}

#[test]
fn acknowledging_again_is_fine_and_what_never_was_is_an_error() {
    let bench = with_events();
    let id = bench.engine.poll(1).unwrap()[0].id;
    assert!(bench.engine.ack(id).unwrap());
    assert!(!bench.engine.ack(id).unwrap());
    assert_eq!(bench.engine.ack(999), Err(Error::UnknownEvent { id: 999 }));
    assert_eq!(bench.engine.ack(-1), Err(Error::UnknownEvent { id: -1 }));
}

#[test]
fn events_on_lease_come_at_once_after_a_restart() {
    let bench = with_events();
    assert_eq!(bench.engine.poll(100).unwrap().len(), 6);
    // As after kill -9: the leases are still in the ledger.
    bench.engine.ledger.close();
    let folder = bench.folder.path().to_owned();
    let Bench { clock, engine, folder: kept, .. } = bench;
    drop(engine);
    let engine = open(&folder, &clock, "[]");
    assert_eq!(engine.poll(100).unwrap().len(), 6);
    drop(kept);
}

#[test]
fn a_tick_gives_at_least_one_and_acknowledges_what_is_done() {
    let bench = with_events();
    let seen = bench.engine.tick(Duration::ZERO, |_| Handled::Done).unwrap();
    assert_eq!(seen, 1);
    let mut later = 0;
    let seen = bench
        .engine
        .tick(Duration::from_secs(60), |event| {
            if event.kind == EventKind::Block {
                later += 1;
                Handled::Later
            } else {
                Handled::Done
            }
        })
        .unwrap();
    assert_eq!((seen, later), (5, 2));
    assert_eq!(bench.engine.events_waiting().unwrap(), 2);
}

#[test]
fn a_handler_may_call_the_engine() {
    let bench = with_events();
    bench
        .engine
        .tick(Duration::from_secs(60), |event| {
            if event.kind == EventKind::Block {
                bench.engine.unblock(event.user.as_deref().unwrap(), "test", "at once").unwrap();
            }
            Handled::Done
        })
        .unwrap();
    assert_eq!(bench.engine.blocked_users(), 0);
}

#[test]
fn a_closed_engine_says_so_also_where_nothing_waits() {
    let bench = Bench::new("[]");
    assert_eq!(bench.kinds(), []);
    bench.engine.close().unwrap();
    assert_eq!(bench.engine.poll(1).unwrap_err().code(), "closed");
    assert_eq!(bench.engine.tick(Duration::MAX, |_| Handled::Done).unwrap_err().code(), "closed");
    assert!(!bench.engine.wait(Duration::from_secs(60)));
}

#[test]
fn a_lease_that_ran_out_behind_another_of_its_user_wakes_nobody() {
    let bench = with_events();
    assert_eq!(bench.engine.poll(100).unwrap().len(), 6);
    bench.clock.advance(Span::from_millis(30_000));
    // Ann's first is on lease again; her others have run out and wait for it.
    assert_eq!(bench.engine.poll(1).unwrap().len(), 1);
    assert_eq!(bench.engine.poll(100).unwrap().len(), 3);
    assert!(bench.engine.poll(100).unwrap().is_empty());
    assert!(!bench.engine.wait(Duration::ZERO));
    bench.clock.advance(Span::from_millis(30_000));
    assert!(bench.engine.wait(Duration::ZERO));
    assert_eq!(bench.engine.poll(100).unwrap().len(), 6);
}

#[test]
fn nobody_waits_for_a_closed_engine_even_where_events_are_left() {
    let bench = with_events();
    assert!(bench.engine.wait(Duration::ZERO));
    bench.engine.close().unwrap();
    assert!(!bench.engine.wait(Duration::ZERO));
}
