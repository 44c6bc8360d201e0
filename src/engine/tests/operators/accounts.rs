//! Operators: added, invited, given roles, ended.

use serde_json::json;

use super::*;

fn fixture() -> Fixture {
    Fixture::new("[]")
}

#[test]
fn an_invitation_is_good_once() {
    let fixture = fixture();
    let engine = &fixture.engine;
    let invitation = engine.add_operator("ann", Role::Support).unwrap();
    assert_eq!((invitation.token.len(), &invitation.token[..2]), (45, "i_"));
    assert_eq!(invitation.until, NOON.plus(Span::from_days(1)));
    let ann = engine.operator("ann").unwrap().unwrap();
    assert_eq!(
        (ann.role, ann.has_password, ann.invited_until),
        (Role::Support, false, Some(invitation.until))
    );
    assert_eq!(engine.password_of("ann").unwrap(), None);
    assert_eq!(engine.invitation(&invitation.token).unwrap(), Some(ann));

    let accepted = engine.accept_invitation(&invitation.token, PHC).unwrap();
    assert_eq!((accepted.has_password, accepted.invited_until), (true, None));
    assert_eq!(engine.password_of("ann").unwrap().as_deref(), Some(PHC));
    assert_eq!(engine.invitation(&invitation.token).unwrap(), None);
    assert_eq!(code(engine.accept_invitation(&invitation.token, OTHER_PHC)), "bad_invitation");
    assert_eq!(engine.password_of("ann").unwrap().as_deref(), Some(PHC));
}

#[test]
fn an_invitation_is_good_for_a_day() {
    let fixture = fixture();
    let engine = &fixture.engine;
    let invitation = engine.add_operator("ann", Role::Viewer).unwrap();
    fixture.clock.set(invitation.until.plus(Span::from_millis(-1)));
    assert!(engine.invitation(&invitation.token).unwrap().is_some());
    fixture.clock.set(invitation.until);
    assert_eq!(engine.invitation(&invitation.token).unwrap(), None);
    assert_eq!(code(engine.accept_invitation(&invitation.token, PHC)), "bad_invitation");
    for token in ["", "i_", &"i_x".repeat(1000)] {
        assert_eq!(engine.invitation(token).unwrap(), None);
    }
}

#[test]
fn the_ledger_has_no_token() {
    let fixture = fixture();
    let invitation = fixture.engine.add_operator("ann", Role::Operator).unwrap();
    fixture.engine.accept_invitation(&invitation.token, PHC).unwrap();
    let session = fixture.sign_in("ann");
    let (token, _) = fixture.engine.make_token("ann", "ci", Role::Viewer, Span::from_days(1)).unwrap();
    let invitation = fixture.engine.invite_operator("ann").unwrap();
    let file = fixture.folder.path().join("ledger.db");
    let bytes =
        [std::fs::read(&file).unwrap(), std::fs::read(file.with_extension("db-wal")).unwrap()].concat();
    let is_there = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(is_there(PHC), "this test looks where the ledger is");
    for token in [&session, &token, &invitation.token] {
        // Neither the text nor its random part.
        assert!(!is_there(&token[token.len() - 20..]), "{token}");
    }
}

#[test]
fn another_invitation_voids_the_one_before_and_the_old_password_until_it_is_accepted() {
    let fixture = fixture().with_operator("ann", Role::Operator);
    let engine = &fixture.engine;
    let session = fixture.sign_in("ann");
    let (token, _) = engine.make_token("ann", "ci", Role::Viewer, Span::from_days(1)).unwrap();
    let first = engine.invite_operator("ann").unwrap();
    let second = engine.invite_operator("ann").unwrap();
    assert_eq!(engine.invitation(&first.token).unwrap(), None);
    assert!(fixture.session(&session).is_some());
    assert_eq!(engine.password_of("ann").unwrap().as_deref(), Some(PHC));

    engine.accept_invitation(&second.token, OTHER_PHC).unwrap();
    assert_eq!(fixture.session(&session), None);
    assert!(fixture.session(&token).is_some(), "a program goes on");
    assert_eq!(engine.password_of("ann").unwrap().as_deref(), Some(OTHER_PHC));
    assert_eq!(code(engine.invite_operator("bob")), "unknown_operator");
}

#[test]
fn a_name_stands_for_one_operator_and_an_ended_one_can_be_added_again() {
    let fixture = fixture().with_operator("ann", Role::Admin);
    let engine = &fixture.engine;
    assert_eq!(code(engine.add_operator("ann", Role::Viewer)), "standing_operator");
    assert_eq!(engine.operator("ann").unwrap().unwrap().role, Role::Admin);
    engine.set_operator_settings("ann", &json!({"locale": "ko"})).unwrap();
    engine.save_view("ann", "refunds", "mine", "assignee=ann", false).unwrap();
    engine.save_view("ann", "refunds", "ours", "to_do=true", true).unwrap();
    let session = fixture.sign_in("ann");
    let (token, _) = engine.make_token("ann", "ci", Role::Viewer, Span::from_days(1)).unwrap();
    let invitation = engine.invite_operator("ann").unwrap();

    let ended = engine.end_operator("ann").unwrap();
    assert_eq!((ended.ended_at, ended.has_password, ended.invited_until), (Some(NOON), false, None));
    assert_eq!(engine.password_of("ann").unwrap(), None);
    assert_eq!((fixture.session(&session), fixture.session(&token)), (None, None));
    assert_eq!(engine.invitation(&invitation.token).unwrap(), None);
    let left: Vec<String> = engine.views("bob", None).unwrap().into_iter().map(|view| view.name).collect();
    assert_eq!(left, ["ours"], "shared views stay");
    for refused in [
        code(engine.end_operator("ann")),
        code(engine.invite_operator("ann")),
        code(engine.set_operator_role("ann", Role::Viewer)),
        code(engine.begin_session("ann", LIMITS, None)),
        code(engine.make_token("ann", "ci", Role::Viewer, Span::from_days(1))),
        code(engine.set_password("ann", PHC)),
        code(engine.sign_out("ann")),
        code(engine.set_operator_settings("ann", &json!({}))),
        code(engine.save_view("ann", "refunds", "mine", "", false)),
    ] {
        assert_eq!(refused, "unknown_operator");
    }

    fixture.clock.advance(MINUTE);
    engine.add_operator("ann", Role::Viewer).unwrap();
    let again = engine.operator("ann").unwrap().unwrap();
    assert_eq!((again.role, again.ended_at, again.has_password), (Role::Viewer, None, false));
    assert_eq!((again.made_at, again.settings), (NOON.plus(MINUTE), json!({})));
    assert_eq!((fixture.session(&session), fixture.session(&token)), (None, None));
    assert_eq!(engine.operators().unwrap().len(), 1);
}

#[test]
fn another_role_ends_the_sessions_and_lowers_the_tokens() {
    let fixture = fixture().with_operator("ann", Role::Admin);
    let engine = &fixture.engine;
    let session = fixture.sign_in("ann");
    let token = |role: Role| engine.make_token("ann", role.as_str(), role, Span::from_days(90)).unwrap().0;
    let (high, low) = (token(Role::Admin), token(Role::Viewer));
    let role_of = |token: &str| fixture.session(token).map(|session| session.role);

    engine.set_operator_role("ann", Role::Admin).unwrap();
    assert!(fixture.session(&session).is_some(), "the same role changes nothing");
    assert_eq!(engine.set_operator_role("ann", Role::Support).unwrap().role, Role::Support);
    assert_eq!(fixture.session(&session), None);
    assert_eq!((role_of(&high), role_of(&low)), (Some(Role::Support), Some(Role::Viewer)));
    // A higher role later does not raise them.
    engine.set_operator_role("ann", Role::Admin).unwrap();
    assert_eq!((role_of(&high), role_of(&low)), (Some(Role::Support), Some(Role::Viewer)));
    assert_eq!(code(engine.set_operator_role("bob", Role::Admin)), "unknown_operator");
}

#[test]
fn what_is_no_name_no_password_and_no_settings_is_refused() {
    let fixture = fixture().with_operator("ann", Role::Admin);
    let engine = &fixture.engine;
    for name in ["", " bob", "bob ", "b\nb", "b\u{202e}b", &"b".repeat(65)] {
        assert_eq!(code(engine.add_operator(name, Role::Viewer)), "bad_name", "{name:?}");
        let made = engine.make_token("ann", name, Role::Viewer, Span::from_days(1));
        assert_eq!(code(made), "bad_label", "{name:?}");
    }
    let invitation = engine.invite_operator("ann").unwrap();
    for password in
        ["", "correct horse battery", "$argon2id", "$a$b$ c", &format!("{PHC}{}", "x".repeat(1024))]
    {
        assert_eq!(code(engine.accept_invitation(&invitation.token, password)), "bad_password");
        assert_eq!(code(engine.set_password("ann", password)), "bad_password");
    }
    assert!(engine.invitation(&invitation.token).unwrap().is_some());
    for settings in [json!(null), json!([]), json!({"columns": "x".repeat(16 << 10)})] {
        assert_eq!(code(engine.set_operator_settings("ann", &settings)), "bad_settings");
    }
    let settings = json!({"locale": "ko", "columns": ["time", "store"]});
    engine.set_operator_settings("ann", &settings).unwrap();
    assert_eq!(engine.operator("ann").unwrap().unwrap().settings, settings);
}

#[test]
fn another_password_ends_the_sessions_of_browsers() {
    let fixture = fixture().with_operator("ann", Role::Admin);
    let session = fixture.sign_in("ann");
    let (token, _) = fixture.engine.make_token("ann", "ci", Role::Viewer, Span::from_days(1)).unwrap();
    fixture.engine.set_password("ann", OTHER_PHC).unwrap();
    assert_eq!(fixture.engine.password_of("ann").unwrap().as_deref(), Some(OTHER_PHC));
    assert_eq!(fixture.session(&session), None);
    assert!(fixture.session(&token).is_some());
}

#[test]
fn there_are_at_most_a_thousand_operators() {
    let fixture = fixture();
    let file = fixture.folder.path().join("ledger.db");
    another_program::run(
        &file,
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1000)
         INSERT INTO operators (name, role, made_at) SELECT 'op ' || n, 'viewer', 0 FROM n",
    );
    assert_eq!(code(fixture.engine.add_operator("ann", Role::Viewer)), "too_many");
    fixture.engine.end_operator("op 7").unwrap();
    fixture.engine.add_operator("ann", Role::Viewer).unwrap();
    assert_eq!(code(fixture.engine.add_operator("bob", Role::Viewer)), "too_many");
}
