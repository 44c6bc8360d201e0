//! Subscription notifications, which anyone can write.

use super::*;
use crate::model::{CaseKey, Environment, Meaning, OrderDetails, Span, Trust};

fn revoked(at: Timestamp) -> StoreRequest {
    store().subscription(SubscriptionNotificationType::Revoked, "T1", at)
}

#[test]
fn a_revocation_is_a_hint_about_its_token_and_nothing_more() {
    let signal = verdict(&revoked(PAID).body).unwrap().signal().unwrap();
    let Meaning::Case { key, fact } = &signal.meaning else { panic!("{signal:?}") };
    let same_within_millis = Some(Span::from_days(3).millis());
    assert_eq!(*key, CaseKey::Token { token: "T1".to_owned(), same_within_millis });
    assert_eq!((fact.trust, fact.at), (Trust::Hint, PAID));
    let about = OrderDetails { purchase_token: Some("T1".to_owned()), ..OrderDetails::default() };
    assert_eq!(fact.about, about);
    assert_eq!(signal.name, "subscriptionNotification REVOKED");
    assert_eq!(signal.place.environment, Some(Environment::Production));
}

#[test]
fn only_times_of_the_last_three_days_are_believed() {
    let before = |days: i64| NOW.plus(Span::from_days(-days));
    let three_days = NOW.plus(Span::from_millis(-Span::from_days(3).millis()));
    for (reported, believed) in [
        (NOW.plus(Span::from_days(1000)), NOW),
        (NOW, NOW),
        (before(2), before(2)),
        (three_days, three_days),
        (before(4), three_days),
        (Timestamp::from_millis(i64::MIN), three_days),
        (Timestamp::from_millis(i64::MAX), NOW),
    ] {
        let signal = verdict(&revoked(reported).body).unwrap().signal().unwrap();
        assert!(matches!(&signal.meaning, Meaning::Case { fact, .. } if fact.at == believed), "{reported}");
        assert_eq!(signal.at, believed, "{reported}");
    }
}

#[test]
fn no_other_type_means_anything() {
    for number in (0..=14).filter(|number| *number != 12) {
        let kind = SubscriptionNotificationType::from_number(number);
        assert_eq!(kind.number(), number);
        let request = store().subscription(kind, "T1", PAID);
        let rejection = verdict(&request.body).unwrap().signal().unwrap_err();
        assert_eq!((rejection.code(), rejection.http_status()), ("nothing_unsigned", 200), "{number}");
    }
}

#[test]
fn the_misspelt_environment_is_read() {
    let sandbox = |name: &str| {
        let body =
            altered(&revoked(PAID), "\"environment\":\"COMMERCIAL\"", &format!("\"{name}\":\"SANDBOX\""));
        verdict(&body).unwrap().signal().unwrap().place.environment
    };
    assert_eq!(sandbox("environmenmt"), Some(Environment::Sandbox));
    assert_eq!(sandbox("environment"), Some(Environment::Sandbox));
    assert_eq!(sandbox("other"), Some(Environment::Production));
}

/// Otherwise a forger could make a signed message count as a repetition.
#[test]
fn its_author_cannot_choose_its_id() {
    let of = |token: &str, at: Timestamp| {
        let request = store().subscription(SubscriptionNotificationType::Revoked, token, at);
        verdict(&request.body).unwrap().signal().unwrap().notification_id
    };
    let id = of("P1:CANCELED", PAID);
    assert!(id.starts_with("subscription:") && id.len() == 77, "{id}");
    assert!(id["subscription:".len()..].bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(id, of("P1:CANCELED", PAID.plus(Span::from_millis(1))), "more facts than one a day");
    assert_ne!(id, of("P1:CANCELED", NOW));
    assert_ne!(id, of("P1", PAID));
}

#[test]
fn it_must_be_of_a_configured_app_and_readable_and_small() {
    let request = revoked(PAID);
    assert_eq!(
        refusal(verdict(&altered(&request, "com.example.game", "com.example.gam"))),
        ("unknown_app", 403)
    );
    for (part, by) in [
        ("\"T1\"", "\"\""),
        ("\"T1\"", "null"),
        ("\"T1\"", "[]"),
        ("\"notificationType\":12", "\"notificationType\":\"REVOKED\""),
        ("\"notificationType\"", "\"notificationTyp\""),
        ("\"eventTimeMillis\"", "\"eventTime\""),
        ("COMMERCIAL", "MOON"),
    ] {
        assert_eq!(refusal(verdict(&altered(&request, part, by))), ("wrong_shape", 400), "{part} by {by}");
    }
    let plain = altered(&request, "T1", "").len();
    let of_size = |size: usize| altered(&request, "T1", &"x".repeat(size - plain));
    assert!(verdict(&of_size(4096)).is_ok());
    assert_eq!(refusal(verdict(&of_size(4097))), ("too_large", 413));
}

#[test]
fn with_a_signature_it_is_held_to_it() {
    let signed = altered(&revoked(PAID), "\"clientId\"", "\"signature\":\"AAAA\",\"clientId\"");
    assert_eq!(refusal(verdict(&signed)), ("bad_signature", 401));
}

#[test]
fn it_can_be_refused() {
    let store = store();
    let mut app = app(&store);
    app.subscription_notifications = SubscriptionNotifications::Refuse;
    assert_eq!(refusal(verdict_of(app.clone(), &revoked(PAID).body)), ("unsigned", 401));
    assert!(verdict_of(app, &canceled(&store).request().unwrap().body).is_ok());
}
