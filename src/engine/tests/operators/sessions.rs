//! Sessions and tokens: their limits, by a manual clock.

use super::*;

fn fixture() -> Fixture {
    Fixture::new("[]").with_operator("ann", Role::Operator)
}

fn just_under(span: Span) -> Span {
    Span::from_millis(span.millis() - 1)
}

#[test]
fn a_session_ends_when_it_is_unused_for_too_long() {
    let fixture = fixture();
    let token = fixture.sign_in("ann");
    let session = fixture.session(&token).unwrap();
    assert_eq!(
        (session.operator.as_str(), session.role, session.kind),
        ("ann", Role::Operator, SessionKind::Browser)
    );
    assert_eq!((session.id.len(), session.made_at, session.until), (16, NOON, NOON.plus(LIMITS.whole)));
    fixture.clock.advance(just_under(LIMITS.idle));
    assert_eq!(fixture.session(&token).unwrap().seen_at, fixture.clock.now(), "it is used");
    fixture.clock.advance(just_under(LIMITS.idle));
    assert!(fixture.session(&token).is_some());
    fixture.clock.advance(LIMITS.idle);
    assert_eq!(fixture.session(&token), None);
}

#[test]
fn a_session_ends_after_its_whole_time_however_it_is_used() {
    let fixture = fixture();
    let token = fixture.sign_in("ann");
    for _ in 0..(7 * 24 - 1) {
        fixture.clock.advance(Span::from_hours(1));
        assert!(fixture.session(&token).is_some());
    }
    fixture.clock.advance(Span::from_hours(1));
    assert_eq!(fixture.session(&token), None);
    // A shorter limit holds for those that are there.
    let token = fixture.sign_in("ann");
    fixture.clock.advance(Span::from_hours(2));
    let shorter = SessionLimits { whole: Span::from_hours(2), ..LIMITS };
    assert_eq!(fixture.engine.session(&token, shorter).unwrap(), None);
    assert!(fixture.session(&token).is_some());
}

#[test]
fn the_use_of_a_session_is_noted_once_a_minute() {
    let fixture = fixture();
    let token = fixture.sign_in("ann");
    let seen = || fixture.engine.sessions("ann").unwrap()[0].seen_at;
    fixture.clock.advance(just_under(MINUTE));
    fixture.session(&token).unwrap();
    assert_eq!(seen(), NOON);
    fixture.clock.advance(Span::from_millis(1));
    fixture.session(&token).unwrap();
    assert_eq!(seen(), NOON.plus(MINUTE));
    // Also by a clock that was set back.
    fixture.clock.set(NOON);
    fixture.session(&token).unwrap();
    assert_eq!(seen(), NOON);
}

#[test]
fn an_ended_session_stays_ended_by_a_clock_that_is_set_back() {
    let fixture = fixture();
    let token = fixture.sign_in("ann");
    fixture.clock.advance(Span::from_hours(1));
    assert!(fixture.engine.end_session(&token).unwrap());
    assert!(!fixture.engine.end_session(&token).unwrap());
    assert_eq!(fixture.session(&token), None);
    fixture.clock.set(NOON.plus(MINUTE));
    assert_eq!(fixture.session(&token), None);
    assert_eq!(fixture.engine.sessions("ann").unwrap(), []);
}

#[test]
fn a_session_is_proven_again_for_a_time() {
    let fixture = fixture();
    let until = NOON.plus(MINUTE);
    let (token, session) = fixture.engine.begin_session("ann", LIMITS, Some(until)).unwrap();
    assert_eq!(session.proven_until, Some(until));
    assert_eq!(fixture.session(&token), Some(session));
    let later = until.plus(MINUTE);
    assert_eq!(fixture.engine.prove_session(&token, later).unwrap().proven_until, Some(later));
    assert_eq!(fixture.session(&token).unwrap().proven_until, Some(later));
    fixture.engine.end_session(&token).unwrap();
    assert_eq!(code(fixture.engine.prove_session(&token, later)), "signed_out");
    assert_eq!(code(fixture.engine.prove_session("s_unknown", later)), "signed_out");
}

#[test]
fn sessions_are_listed_and_ended_by_id_and_all_at_once() {
    let fixture = fixture().with_operator("bob", Role::Viewer);
    let engine = &fixture.engine;
    let first = fixture.sign_in("ann");
    fixture.clock.advance(MINUTE);
    let second = fixture.sign_in("ann");
    let (token, made) = engine.make_token("ann", "ci", Role::Viewer, Span::from_days(90)).unwrap();
    let id = fixture.session(&first).unwrap().id;
    assert_eq!(engine.sessions("ann").unwrap().len(), 3);
    assert_eq!(engine.sessions("bob").unwrap(), []);
    assert!(!engine.end_session_by_id("bob", &id).unwrap(), "another's");
    assert!(engine.end_session_by_id("ann", &id).unwrap());
    assert!(!engine.end_session_by_id("ann", &id).unwrap());
    assert_eq!(fixture.session(&first), None);
    assert!(engine.sessions("ann").unwrap().contains(&made));

    assert_eq!(engine.sign_out("ann").unwrap(), 2);
    assert_eq!((fixture.session(&second), fixture.session(&token)), (None, None));
    assert_eq!(engine.sign_out("ann").unwrap(), 0);
    assert_eq!(engine.password_of("ann").unwrap().as_deref(), Some(PHC), "she can sign in again");
    assert_eq!(code(engine.sign_out("eve")), "unknown_operator");
}

#[test]
fn a_token_has_its_own_time_and_never_more_than_the_operators_role() {
    let fixture = fixture();
    let engine = &fixture.engine;
    assert_eq!(code(engine.make_token("ann", "ci", Role::Admin, Span::from_days(1))), "bad_role");
    for days in [0, -1, 401] {
        assert_eq!(code(engine.make_token("ann", "ci", Role::Viewer, Span::from_days(days))), "bad_span");
    }
    let (token, made) = engine.make_token("ann", "ci", Role::Support, Span::from_days(90)).unwrap();
    assert!(token.starts_with("rcp_") && token.len() == 47, "{token}");
    assert_eq!(
        (made.kind, made.label.as_deref(), made.role),
        (SessionKind::Token, Some("ci"), Role::Support)
    );
    fixture.clock.advance(Span::from_days(89));
    let session = fixture.session(&token).unwrap();
    assert_eq!((session.until, session.seen_at), (NOON.plus(Span::from_days(90)), fixture.clock.now()));
    fixture.clock.advance(Span::from_days(1));
    assert_eq!(fixture.session(&token), None);
    assert_eq!(fixture.session("rcp_unknown"), None);
    assert_eq!(fixture.session(&"x".repeat(100_000)), None);
}

#[test]
fn a_browser_too_many_ends_the_one_unused_for_longest_and_a_token_too_many_is_refused() {
    let fixture = fixture();
    let first = fixture.sign_in("ann");
    let second = fixture.sign_in("ann");
    fixture.clock.advance(MINUTE);
    fixture.session(&first).unwrap();
    for _ in 0..99 {
        fixture.sign_in("ann");
    }
    assert_eq!(fixture.engine.sessions("ann").unwrap().len(), 100);
    assert!(fixture.session(&first).is_some());
    assert_eq!(fixture.session(&second), None);
    let token = || fixture.engine.make_token("ann", "ci", Role::Viewer, Span::from_days(1));
    for _ in 0..100 {
        token().unwrap();
    }
    assert_eq!(code(token()), "too_many");
    fixture.clock.advance(Span::from_days(1));
    assert!(token().is_ok(), "those have ended");
}
