//! How long the audit and ended sessions are kept.

use super::*;

#[test]
fn the_audit_is_kept_for_two_years_and_ended_sessions_for_a_month() {
    let fixture = Fixture::new("[]").with_operator("ann", Role::Admin);
    let engine = &fixture.engine;
    let rows = |table: &str| {
        let file = fixture.folder.path().join("ledger.db");
        another_program::rows(&file, &format!("SELECT count(*) FROM {table}"))[0][0].clone()
    };
    engine.write_audit(&acting("sign_in", None), "done").unwrap();
    let token = fixture.sign_in("ann");
    let (program, _) = engine.make_token("ann", "ci", Role::Viewer, Span::from_days(90)).unwrap();
    engine.end_session(&token).unwrap();
    assert_eq!((rows("sessions"), rows("audit")), ("2".to_owned(), "1".to_owned()));
    fixture.clock.advance(Span::from_days(30));
    assert_eq!(engine.prune().unwrap().total(), 0);
    fixture.clock.advance(Span::from_millis(1));
    let pruned = engine.prune().unwrap();
    assert_eq!((pruned.sessions, pruned.audit, pruned.total()), (1, 0, 1));
    assert!(fixture.session(&program).is_some());

    fixture.clock.set(NOON.plus(Span::from_days(730)).plus(Span::from_millis(1)));
    let pruned = engine.prune().unwrap();
    assert_eq!((pruned.sessions, pruned.audit, pruned.total()), (1, 1, 2));
    assert_eq!((rows("sessions"), rows("audit")), ("0".to_owned(), "0".to_owned()));
}

#[test]
fn the_configuration_sets_how_long() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(NOON));
    let text = r#"{"database":"ledger.db","retention":{"audit":"7d","sessions":"1d"}}"#;
    let config = Config::from_json(text.as_bytes(), folder.path()).unwrap();
    let engine = EngineOptions::new().clock(Arc::clone(&clock)).open(config).unwrap();
    let fixture = Fixture { folder, clock, engine, notifications: std::cell::Cell::new(0) };
    fixture.add("ann", Role::Admin);
    fixture.engine.write_audit(&acting("sign_in", None), "done").unwrap();
    fixture.sign_in("ann");
    // The session's own week, and a day.
    fixture.clock.advance(Span::from_days(8));
    let pruned = fixture.engine.prune().unwrap();
    assert_eq!((pruned.sessions, pruned.audit), (0, 1));
    fixture.clock.advance(Span::from_millis(1));
    assert_eq!(fixture.engine.prune().unwrap().sessions, 1);
}
