//! Two engines on one ledger, as in two processes.

use super::*;

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_block_made_in_one_is_seen_by_the_other() {
    let fixture = Fixture::new("[]");
    let other = open(fixture.folder.path(), &fixture.clock, "[]");
    fixture.engine.block("ann", None, "test", "seen?").unwrap();
    eventually("the block was not seen", || other.is_blocked("ann"));
    fixture.engine.unblock("ann", "test", "seen?").unwrap();
    eventually("the end of the block was not seen", || !other.is_blocked("ann"));
}

#[test]
fn each_event_is_leased_once_and_a_users_events_stay_together() {
    let fixture = Fixture::new("[]");
    let other = open(fixture.folder.path(), &fixture.clock, "[]");
    fixture.engine.record_purchases(vec![purchase("ann", "1"), purchase("bob", "2")]).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 0));
    let first = fixture.engine.poll(1).unwrap();
    assert_eq!(first[0].user.as_deref(), Some("ann"));
    let mut theirs = Vec::new();
    eventually("the other engine never saw the events", || {
        theirs.extend(other.poll(100).unwrap());
        !theirs.is_empty()
    });
    assert!(theirs.iter().all(|event| event.user.as_deref() == Some("bob")), "ann's order was broken");
    assert_eq!(theirs.len(), 3);
    assert!(
        fixture.engine.poll(100).unwrap().is_empty(),
        "ann's later events came before the first was settled"
    );
    fixture.engine.ack(first[0].id).unwrap();
    assert_eq!(fixture.engine.poll(100).unwrap().len(), 2);
}

#[test]
fn a_closing_engine_releases_its_events() {
    let fixture = Fixture::new("[]");
    fixture.engine.block("ann", None, "test", "x").unwrap();
    let other = open(fixture.folder.path(), &fixture.clock, "[]");
    assert_eq!(fixture.engine.poll(10).unwrap().len(), 1);
    fixture.engine.close().unwrap();
    eventually("the event did not come back", || !other.poll(10).unwrap().is_empty());
    assert!(matches!(fixture.engine.poll(10), Err(Error::Ledger(LedgerError::Closed)) | Ok(_)));
    assert_eq!(fixture.engine.block("x", None, "a", "b"), Err(Error::Ledger(LedgerError::Closed)));
}

#[test]
fn a_clock_that_leaps_for_a_moment_ends_no_block() {
    let fixture = Fixture::new("[]");
    let other = open(fixture.folder.path(), &fixture.clock, "[]");
    fixture.engine.block("ann", Some(Span::from_days(7)), "test", "a week").unwrap();
    // Another process's commit was noticed between two reads of the clock.
    let look = |user: &str| {
        other.block(user, None, "test", "a sign").unwrap();
        eventually("the sign was not seen", || fixture.engine.is_blocked(user));
    };
    look("before");
    look("also-before");
    fixture.clock.advance(Span::from_days(365));
    look("ahead");
    look("also-ahead");
    look("still-ahead");
    assert!(fixture.engine.is_blocked("ann"), "ended because of a leap");
    fixture.clock.set(NOON);
    look("back");
    assert!(fixture.engine.is_blocked("ann"));
    fixture.clock.advance(Span::from_days(8));
    assert_eq!(fixture.engine.expire_blocks().unwrap(), 1, "a host's explicit call is trusted");
    assert!(!fixture.engine.is_blocked("ann"));
}
