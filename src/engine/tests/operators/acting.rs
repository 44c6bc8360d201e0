//! The audit: what a call of an operator leaves in it.

use serde_json::json;

use super::*;

#[test]
fn a_change_leaves_a_row_with_its_first_journal_entry() {
    let fixture = Fixture::new("[]");
    let details = json!({"span": "1d"});
    let ann = Acting { details: Some(details.clone()), ..acting("player.block", Some("player:kim")) };
    fixture.engine.acting(ann).block("kim", None, "console:ann", "abuse").unwrap();
    let journal = fixture.engine.user("kim").unwrap().journal;
    let audit = fixture.audit();
    let expected = AuditEntry {
        id: 1,
        at: NOON,
        operator: Some("ann".to_owned()),
        role: Some(Role::Admin),
        peer: Some("192.0.2.1".to_owned()),
        what: "player.block".to_owned(),
        target: Some("player:kim".to_owned()),
        outcome: "done".to_owned(),
        journal_id: Some(journal[0].id),
        details: Some(details),
    };
    assert_eq!(audit, [expected]);
}

#[test]
fn a_refused_call_leaves_none_and_what_changes_nothing_is_written_by_its_own_call() {
    let fixture = Fixture::new("[]");
    let ann = acting("refund.close", Some("refund:7"));
    let view = fixture.engine.acting(ann.clone());
    let refused = view.close_refund(7, crate::model::ClosedAs::WrittenOff, "console:ann", "gone");
    assert_eq!((code(refused), fixture.audit()), ("unknown_refund", vec![]));
    assert_eq!(view.refund(7).unwrap(), None);
    assert_eq!(fixture.audit(), []);
    view.write_audit(&ann, "unknown_refund").unwrap();
    let audit = fixture.audit();
    assert_eq!((audit.len(), audit[0].outcome.as_str(), audit[0].journal_id), (1, "unknown_refund", None));
}

#[test]
fn the_engine_itself_and_views_that_ended_leave_no_row() {
    let fixture = Fixture::new("[]");
    drop(fixture.engine.acting(acting("player.block", None)));
    fixture.engine.block("kim", None, "eve", "abuse").unwrap();
    assert_eq!(fixture.audit(), []);
    assert!(fixture.engine.is_blocked("kim"), "the engine is open");
}

#[test]
fn using_a_session_is_no_operators_change() {
    let fixture = Fixture::new("[]").with_operator("ann", Role::Admin);
    let token = fixture.sign_in("ann");
    fixture.clock.advance(MINUTE);
    let view = fixture.engine.acting(acting("session", None));
    assert_eq!(view.session(&token, LIMITS).unwrap().unwrap().seen_at, NOON.plus(MINUTE));
    assert_eq!(fixture.audit(), []);
}

#[test]
fn the_audit_is_listed_by_operator_target_and_time_in_pages() {
    let fixture = Fixture::new("[]");
    let write = |operator: Option<&str>, target: &str| {
        let entry = Acting { operator: operator.map(str::to_owned), ..acting("look", Some(target)) };
        fixture.engine.write_audit(&entry, "done").unwrap();
        fixture.clock.advance(MINUTE);
    };
    for n in 0..3 {
        write(Some("ann"), "refund:1");
        write(Some("bob"), &format!("refund:{n}"));
    }
    write(None, "sign_in");
    let ids = |filter: &AuditFilter| -> Vec<i64> {
        let page = fixture.engine.audit(filter, None, 1000).unwrap();
        page.items.into_iter().map(|entry| entry.id).collect()
    };
    assert_eq!(ids(&AuditFilter::default()), [7, 6, 5, 4, 3, 2, 1]);
    let of_ann = AuditFilter { operator: Some("ann".to_owned()), ..AuditFilter::default() };
    assert_eq!(ids(&of_ann), [5, 3, 1]);
    let of_one = AuditFilter { target: Some("refund:1".to_owned()), ..AuditFilter::default() };
    assert_eq!(ids(&of_one), [5, 4, 3, 1]);
    let (since, until) = (Some(NOON.plus(MINUTE)), Some(NOON.plus(Span::from_millis(3 * 60_000))));
    assert_eq!(ids(&AuditFilter { since, until, ..AuditFilter::default() }), [3, 2]);
    assert_eq!(ids(&AuditFilter { since, ..of_ann.clone() }), [5, 3]);

    let first = fixture.engine.audit(&of_ann, None, 2).unwrap();
    assert_eq!((first.items.len(), first.next), (2, Some(3)));
    let last = fixture.engine.audit(&of_ann, first.next, 2).unwrap();
    assert_eq!((last.items[0].id, last.next), (1, None));
}

#[test]
fn a_player_is_one_target_and_is_spelled_as_the_host_does() {
    const UPPER: &str = "ABCDEF00-1234-4000-8000-00000000000B";
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase(UPPER, "1")).unwrap();
    let lower = format!("player:{}", UPPER.to_ascii_lowercase());
    fixture.engine.write_audit(&acting("look", Some(&format!("player:{UPPER}"))), "done").unwrap();
    fixture.engine.write_audit(&acting("look", Some(&lower)), "done").unwrap();
    let filter = AuditFilter { target: Some(lower), ..AuditFilter::default() };
    let found = fixture.engine.audit(&filter, None, 10).unwrap().items;
    let targets: Vec<&str> = found.iter().filter_map(|entry| entry.target.as_deref()).collect();
    let spelled = format!("player:{UPPER}");
    assert_eq!(targets, [spelled.as_str(); 2]);
}

#[test]
fn nothing_edits_the_audit() {
    let fixture = Fixture::new("[]");
    fixture.engine.write_audit(&acting("look", None), "done").unwrap();
    let edit = |tx: &crate::ledger::Tx<'_>| tx.spoil("UPDATE audit SET outcome = 'x' WHERE id = 1");
    let edited = fixture.engine.ledger.writer.run(edit);
    assert!(edited.is_err_and(|error| error.to_string().contains("the audit is never edited")));
    assert_eq!(fixture.audit()[0].outcome, "done");
}

/// Where the engine writes past [`Engine::run`], and so without a row: not at an operator's call.
const PAST_RUN: [(&str, &str, usize); 7] = [
    ("src/engine/ingest.rs", "what stores report", 3),
    ("src/engine/inquiry/queries.rs", "what stores answer", 1),
    ("src/engine/mod.rs", "closing, counts of refused requests, and `run` itself", 4),
    ("src/engine/query.rs", "a look whether the ledger can be written", 1),
    ("src/engine/sweeps/mod.rs", "what stores list", 3),
    ("src/engine/sweeps/page.rs", "what stores list", 1),
    ("src/engine/trial.rs", "a refund that is rolled back", 1),
];

/// A new call that changes something goes through `change` or `run`; then no row is forgotten.
#[test]
fn every_other_way_to_write_is_the_engines_own() {
    fn count(folder: &std::path::Path, found: &mut Vec<(String, usize)>) {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                if !path.ends_with("tests") {
                    count(&path, found);
                }
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
            let name = name.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>();
            let writes = source.matches("writer.run(").count() + source.matches("writer.try_out(").count();
            if writes > 0 {
                found.push((name.join("/"), writes));
            }
        }
    }
    let mut found = Vec::new();
    count(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine"), &mut found);
    found.sort();
    let known: Vec<(String, usize)> =
        PAST_RUN.iter().map(|(name, _, writes)| ((*name).to_owned(), *writes)).collect();
    assert_eq!(found, known);
}
