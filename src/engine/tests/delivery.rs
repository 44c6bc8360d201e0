//! Events reach the host at least once, in order per user, until acknowledged.

use super::*;

fn with_events() -> Fixture {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchases(vec![purchase("ann", "1"), purchase("bob", "2")]).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 0));
    fixture
}

#[test]
fn an_unacknowledged_event_is_delivered_again_after_the_lease() {
    let fixture = with_events();
    let first = fixture.engine.poll(100).unwrap();
    assert_eq!(first.len(), 6);
    assert!(fixture.engine.poll(100).unwrap().is_empty());
    for event in &first[..2] {
        assert!(fixture.engine.ack(event.id).unwrap());
    }
    fixture.clock.advance(Span::from_millis(30_000));
    let second = fixture.engine.poll(100).unwrap();
    assert_eq!(
        second.iter().map(|e| e.id).collect::<Vec<_>>(),
        first[2..].iter().map(|e| e.id).collect::<Vec<_>>()
    );
    assert!(second.iter().all(|event| event.attempt == 2));
}

#[test]
fn a_lease_made_while_the_clock_was_ahead_expires_when_it_is_corrected() {
    let fixture = with_events();
    fixture.clock.advance(Span::from_days(365));
    let first = fixture.engine.poll(100).unwrap();
    assert_eq!(first.len(), 6);
    fixture.clock.set(NOON);
    let ids = |events: &[Event]| events.iter().map(|event| event.id).collect::<Vec<_>>();
    assert_eq!(ids(&fixture.engine.poll(100).unwrap()), ids(&first));
    assert!(fixture.engine.poll(100).unwrap().is_empty(), "leases of the right time hold");
    fixture.clock.advance(Span::from_millis(30_000));
    assert_eq!(fixture.engine.poll(100).unwrap().len(), 6);
}

#[test]
fn acknowledging_again_is_fine_and_an_unknown_event_is_an_error() {
    let fixture = with_events();
    let id = fixture.engine.poll(1).unwrap()[0].id;
    assert!(fixture.engine.ack(id).unwrap());
    assert!(!fixture.engine.ack(id).unwrap());
    assert_eq!(fixture.engine.ack(999), Err(Error::UnknownEvent { id: 999 }));
    assert_eq!(fixture.engine.ack(-1), Err(Error::UnknownEvent { id: -1 }));
}

#[test]
fn leased_events_are_delivered_at_once_after_a_restart() {
    let fixture = with_events();
    assert_eq!(fixture.engine.poll(100).unwrap().len(), 6);
    // As after kill -9: the leases are still in the ledger.
    fixture.engine.ledger.close();
    let folder = fixture.folder.path().to_owned();
    let Fixture { clock, engine, folder: kept, .. } = fixture;
    drop(engine);
    let engine = open(&folder, &clock, "[]");
    assert_eq!(engine.poll(100).unwrap().len(), 6);
    drop(kept);
}

#[test]
fn a_tick_handles_at_least_one_event_and_acknowledges_handled_ones() {
    let fixture = with_events();
    let seen = fixture.engine.tick(Duration::ZERO, |_| Handled::Done).unwrap();
    assert_eq!(seen, 1);
    let mut later = 0;
    let seen = fixture
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
    assert_eq!(fixture.engine.events_waiting().unwrap(), 2);
}

#[test]
fn a_handler_may_call_the_engine() {
    let fixture = with_events();
    fixture
        .engine
        .tick(Duration::from_secs(60), |event| {
            if event.kind == EventKind::Block {
                fixture.engine.unblock(event.user.as_deref().unwrap(), "test", "at once").unwrap();
            }
            Handled::Done
        })
        .unwrap();
    assert_eq!(fixture.engine.blocked_users(), 0);
}

#[test]
fn a_closed_engine_reports_it_even_without_events() {
    let fixture = Fixture::new("[]");
    assert_eq!(fixture.kinds(), []);
    fixture.engine.close().unwrap();
    assert_eq!(fixture.engine.poll(1).unwrap_err().code(), "closed");
    assert_eq!(fixture.engine.tick(Duration::MAX, |_| Handled::Done).unwrap_err().code(), "closed");
    assert!(!fixture.engine.wait(Duration::from_secs(60)));
}

#[test]
fn an_expired_lease_behind_another_of_the_same_user_wakes_no_waiter() {
    let fixture = with_events();
    assert_eq!(fixture.engine.poll(100).unwrap().len(), 6);
    fixture.clock.advance(Span::from_millis(30_000));
    // Ann's first event is leased again; the leases of her others have expired and they wait for it.
    assert_eq!(fixture.engine.poll(1).unwrap().len(), 1);
    assert_eq!(fixture.engine.poll(100).unwrap().len(), 3);
    assert!(fixture.engine.poll(100).unwrap().is_empty());
    assert!(!fixture.engine.wait(Duration::ZERO));
    fixture.clock.advance(Span::from_millis(30_000));
    assert!(fixture.engine.wait(Duration::ZERO));
    assert_eq!(fixture.engine.poll(100).unwrap().len(), 6);
}

#[test]
fn waiting_on_a_closed_engine_returns_at_once_even_with_events_left() {
    let fixture = with_events();
    assert!(fixture.engine.wait(Duration::ZERO));
    fixture.engine.close().unwrap();
    assert!(!fixture.engine.wait(Duration::ZERO));
}
