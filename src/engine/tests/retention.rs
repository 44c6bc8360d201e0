//! What is removed once it is old enough, and what stays.

use super::*;
use crate::model::{DeadLetter, Grant, Happening, Pruned, RecoveryReport};

const DAY: Span = Span::from_days(1);

fn fixture(retention: &str) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(NOON));
    let text = format!(r#"{{"database":"ledger.db","retention":{retention}}}"#);
    let config = Config::from_json(text.as_bytes(), folder.path()).unwrap();
    let engine = EngineOptions::new().clock(Arc::clone(&clock)).open(config).unwrap();
    Fixture { folder, clock, engine, notifications: std::cell::Cell::new(0) }
}

impl Fixture {
    fn keep_letter(&self, body: &'static [u8]) {
        let letter = DeadLetter {
            id: 0,
            store: Store::AppStore,
            received_at: self.clock.now(),
            code: "unknown".to_owned(),
            message: "not understood".to_owned(),
            body: body.to_vec(),
        };
        let keep = move |tx: &crate::ledger::Tx<'_>| tx.keep_dead_letter(&letter, body);
        assert_eq!(self.engine.ledger.writer.run(keep), Ok(true));
    }
}

#[test]
fn old_bodies_are_removed_and_their_digests_stay() {
    let fixture = fixture(r#"{"bodies":"30d"}"#);
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.clock.advance(DAY);
    fixture.ingest_order(refunded(order("2"), 0));
    let body = |inbox| fixture.engine.raw_body(inbox).unwrap();
    assert_eq!((body(1), fixture.engine.removed_body(1).unwrap()), (Some(b"{}".to_vec()), None));
    assert_eq!(fixture.engine.prune().unwrap(), Pruned::default());

    let before = fixture.refunds();
    fixture.clock.set(NOON.plus(Span::from_days(30)).plus(Span::from_millis(1)));
    let pruned = fixture.engine.prune().unwrap();
    assert_eq!((pruned.bodies, pruned.total()), (1, 1));
    assert_eq!((body(1), body(2)), (None, Some(b"{}".to_vec())));
    let sha256 = ring::digest::digest(&ring::digest::SHA256, b"{}").as_ref().to_vec();
    assert_eq!(fixture.engine.removed_body(1).unwrap(), Some(sha256));
    assert_eq!(fixture.refunds(), before);
    assert_eq!(fixture.engine.prune().unwrap(), Pruned::default());

    // The notification is still known.
    let again = signal("n1", CaseKey::Order("1".to_owned()), refunded(order("1"), 0));
    assert!(!fixture.engine.ingest_signal(again, b"{}").unwrap().new);
    assert_eq!(body(1), None);
}

#[test]
fn a_removal_is_in_the_journal_with_its_numbers_alone() {
    let fixture = fixture(r#"{"bodies":"1d"}"#);
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.clock.advance(Span::from_days(2));
    fixture.engine.prune().unwrap();
    let mut out = Vec::new();
    fixture
        .engine
        .export(&crate::model::Export::new(crate::model::ExportKind::Journal, Default::default()), &mut out)
        .unwrap();
    let text = String::from_utf8(out).unwrap();
    let last = text.lines().rev().nth(1).unwrap();
    assert!(last.ends_with(r#","what":"pruned","bodies":1}"#), "{last}");
    let read: Happening = serde_json::from_str(r#"{"what":"pruned","bodies":1}"#).unwrap();
    assert!(matches!(read, Happening::Pruned { pruned } if pruned.bodies == 1));
}

#[test]
fn more_than_a_step_is_removed_in_several() {
    let fixture = fixture(r#"{"bodies":"1d"}"#);
    for n in 0..2100 {
        let about = signal(&format!("n{n}"), CaseKey::Order("1".to_owned()), refunded(order("1"), 0));
        fixture.engine.ingest_signal(about, b"{}").unwrap();
    }
    fixture.clock.advance(Span::from_days(2));
    let step = fixture.engine.change(|change| Ok(change.prune()?)).unwrap();
    assert_eq!(step.bodies, 2000);
    assert_eq!(fixture.engine.prune().unwrap().bodies, 100);
}

#[test]
fn old_dead_letters_are_removed_and_make_room() {
    let fixture = fixture(r#"{"dead_letters":"1d"}"#);
    fixture.keep_letter(b"old");
    fixture.clock.advance(Span::from_days(2));
    fixture.keep_letter(b"new");
    let kept = || fixture.engine.read(|read| read.kept(crate::ledger::KeptKind::DeadLetters)).unwrap();
    assert_eq!((kept().count, kept().bytes), (2, 34));
    assert_eq!(fixture.engine.prune().unwrap().dead_letters, 1);
    let letters = fixture.engine.dead_letters(None, 10).unwrap().items;
    assert_eq!((letters.len(), letters[0].body.as_slice()), (1, &b"new"[..]));
    assert_eq!((kept().count, kept().bytes), (1, 17));
}

#[test]
fn keys_are_removed_after_a_month_but_not_those_of_open_refunds() {
    let fixture = fixture("{}");
    let gems = |quantity| vec![Grant { item: "gem".to_owned(), quantity }];
    fixture.engine.record_purchase(Purchase { grants: gems(100), ..purchase("ann", "1") }).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let event =
        fixture.engine.poll(10).unwrap().into_iter().find(|event| event.kind == EventKind::Refund).unwrap();
    let took = |key: &str, taken| RecoveryReport { key: key.to_owned(), taken, ..RecoveryReport::default() };
    fixture.engine.settle(event.id, &took("", gems(10))).unwrap();
    fixture.engine.report_recovery(1, &took("mine", gems(10))).unwrap();
    fixture.clock.advance(Span::from_days(31));
    assert_eq!(fixture.engine.prune().unwrap().requests, 1, "its own key");
    let again = fixture.engine.settle(event.id, &took("", gems(10)));
    assert!(again.is_ok(), "the first answer again: {again:?}");
    assert_eq!(fixture.engine.recovery(1).unwrap().unwrap().items[0].taken, 20);

    fixture.engine.forgive(1, &[], true, "rest", "eve", "gone").unwrap();
    assert_eq!(fixture.engine.prune().unwrap().requests, 1, "the refund is closed");
    assert_eq!(fixture.engine.settle(event.id, &took("", gems(10))).unwrap_err().code(), "unknown_event");
}

#[test]
fn nothing_is_removed_without_a_limit() {
    let fixture = fixture("{}");
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.keep_letter(b"old");
    fixture.clock.advance(Span::from_days(5000));
    assert_eq!(fixture.engine.prune().unwrap(), Pruned::default());
    assert!(fixture.engine.raw_body(1).unwrap().is_some());
}

#[test]
fn doctor_says_what_a_year_of_bodies_comes_to() {
    let fixture = fixture("{}");
    fixture
        .engine
        .ingest_signal(
            signal("n1", CaseKey::Order("1".to_owned()), refunded(order("1"), 0)),
            &vec![b' '; 3 << 20],
        )
        .unwrap();
    let finding = |fixture: &Fixture| {
        let report = fixture.engine.doctor(&DoctorOptions::new(), |_| {});
        report.findings.into_iter().find(|finding| finding.code == "old_bodies").map(|finding| finding.facts)
    };
    assert_eq!(finding(&fixture), None, "a year has not passed");
    fixture.clock.advance(Span::from_days(730));
    let facts = finding(&fixture).unwrap();
    assert!(facts.ends_with("a year of them comes to about 1 MiB"), "{facts}");
}

#[test]
fn a_step_removes_no_more_bytes_of_dead_letters_than_of_bodies() {
    let fixture = fixture(r#"{"dead_letters":"1d"}"#);
    for letter in [b'a', b'b', b'c'] {
        fixture.keep_letter(Box::leak(vec![letter; 3 << 20].into_boxed_slice()));
    }
    fixture.clock.advance(Span::from_days(2));
    let step = fixture.engine.change(|change| Ok(change.prune()?)).unwrap();
    assert_eq!(step.dead_letters, 1);
    assert_eq!(fixture.engine.prune().unwrap().dead_letters, 2);
}

#[test]
fn a_hint_whose_body_is_removed_makes_room_for_others() {
    let fixture = fixture(r#"{"bodies":"1d"}"#);
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    let hint = signal("n1", CaseKey::Order("1".to_owned()), refunded(order("1"), 0));
    fixture.engine.ingest_hint(hint, b"{\"hint\":1}").unwrap();
    let kept = || fixture.engine.read(|read| read.kept(crate::ledger::KeptKind::Hints)).unwrap();
    assert_eq!((kept().count, kept().bytes), (1, 10));
    fixture.clock.advance(Span::from_days(2));
    assert_eq!(fixture.engine.prune().unwrap().bodies, 1);
    assert_eq!((kept().count, kept().bytes), (1, 0), "its row stays");
}
