//! Two engines on one ledger, as two processes have them.

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
    let bench = Bench::new("[]");
    let other = open(bench.folder.path(), &bench.clock, "[]");
    bench.engine.block("ann", None, "test", "seen?").unwrap();
    eventually("the block was not seen", || other.is_blocked("ann"));
    bench.engine.unblock("ann", "test", "seen?").unwrap();
    eventually("the end of the block was not seen", || !other.is_blocked("ann"));
}

#[test]
fn each_event_goes_to_one_and_a_users_events_stay_together() {
    let bench = Bench::new("[]");
    let other = open(bench.folder.path(), &bench.clock, "[]");
    bench.engine.record_purchases(vec![purchase("ann", "1"), purchase("bob", "2")]).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.take_order(refunded(order("2"), 0));
    let first = bench.engine.poll(1).unwrap();
    assert_eq!(first[0].user.as_deref(), Some("ann"));
    let mut theirs = Vec::new();
    eventually("the other engine never saw the events", || {
        theirs.extend(other.poll(100).unwrap());
        !theirs.is_empty()
    });
    assert!(theirs.iter().all(|event| event.user.as_deref() == Some("bob")), "ann's order was broken");
    assert_eq!(theirs.len(), 3);
    assert!(
        bench.engine.poll(100).unwrap().is_empty(),
        "ann's later events came before the first was settled"
    );
    bench.engine.ack(first[0].id).unwrap();
    assert_eq!(bench.engine.poll(100).unwrap().len(), 2);
}

#[test]
fn an_engine_that_closes_gives_its_events_back() {
    let bench = Bench::new("[]");
    bench.engine.block("ann", None, "test", "x").unwrap();
    let other = open(bench.folder.path(), &bench.clock, "[]");
    assert_eq!(bench.engine.poll(10).unwrap().len(), 1);
    bench.engine.close().unwrap();
    eventually("the event did not come back", || !other.poll(10).unwrap().is_empty());
    assert!(matches!(bench.engine.poll(10), Err(Error::Ledger(LedgerError::Closed)) | Ok(_)));
    assert_eq!(bench.engine.block("x", None, "a", "b"), Err(Error::Ledger(LedgerError::Closed)));
}

#[test]
fn a_clock_that_leaps_for_a_moment_ends_no_block() {
    let bench = Bench::new("[]");
    let other = open(bench.folder.path(), &bench.clock, "[]");
    bench.engine.block("ann", Some(Span::from_days(7)), "test", "a week").unwrap();
    // What is seen of another's commits was seen after the clock was first looked at, and before it is looked at again.
    let look = |user: &str| {
        other.block(user, None, "test", "a sign").unwrap();
        eventually("the sign was not seen", || bench.engine.is_blocked(user));
    };
    look("before");
    look("also-before");
    bench.clock.advance(Span::from_days(365));
    look("ahead");
    look("also-ahead");
    look("still-ahead");
    assert!(bench.engine.is_blocked("ann"), "ended on the word of a leap");
    bench.clock.set(NOON);
    look("back");
    assert!(bench.engine.is_blocked("ann"));
    bench.clock.advance(Span::from_days(8));
    assert_eq!(bench.engine.expire_blocks().unwrap(), 1, "whoever asks for it is believed");
    assert!(!bench.engine.is_blocked("ann"));
}
