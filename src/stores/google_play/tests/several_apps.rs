//! One verifier for several apps.

use super::*;

fn google_but(change: impl FnOnce(&mut GooglePlay)) -> GooglePlay {
    let mut google = google();
    change(&mut google);
    google
}

/// A second game of the same developer, with a separate subscription.
fn second() -> GooglePlay {
    google_but(|google| {
        google.package_name = "com.example.second".to_owned();
        google.audience = "https://second.example/google-play".to_owned();
        google.service_account_email = "push@second.example".to_owned();
        google.subscription = "projects/second/subscriptions/refunds".to_owned();
    })
}

fn push_about(google: &GooglePlay, package_name: &str) -> StoreRequest {
    let mut message = google.test(NOW);
    message["packageName"] = json!(package_name);
    google.push(&message, "m-1", NOW).unwrap()
}

#[test]
fn each_app_is_reached_by_its_own_token_only() {
    let verifier = GooglePlayVerifier::new(vec![app(&google()), app(&second())]).unwrap();
    assert!(verdict_of(&verifier, &push(&google()), NOW).is_ok());
    assert!(verdict_of(&verifier, &push(&second()), NOW).is_ok());
    let crossed = push_about(&google(), "com.example.second");
    assert_eq!(refusal(verdict_of(&verifier, &crossed, NOW)), ("unknown_package", 200));
    let mixed = google_but(|google| google.service_account_email = second().service_account_email);
    assert_eq!(refusal(verdict_of(&verifier, &push(&mixed), NOW)), ("wrong_email", 403));
    let crossed = google_but(|google| google.subscription = second().subscription);
    assert_eq!(refusal(verdict_of(&verifier, &push(&crossed), NOW)), ("wrong_subscription", 403));
}

#[test]
fn several_packages_may_share_one_subscription() {
    let google = google();
    let mut sibling = app(&google);
    sibling.package_name = "com.example.second".to_owned();
    let verifier = GooglePlayVerifier::new(vec![app(&google), sibling]).unwrap();
    for package in ["com.example.game", "com.example.second"] {
        assert!(verdict_of(&verifier, &push_about(&google, package), NOW).is_ok(), "{package}");
    }
    let stranger = push_about(&google, "com.example.third");
    assert_eq!(refusal(verdict_of(&verifier, &stranger, NOW)), ("unknown_package", 200));
}

#[test]
fn one_package_may_have_two_subscriptions() {
    let google = google();
    let mut moved = app(&google);
    moved.push.subscription = Some("projects/game/subscriptions/new".to_owned());
    let verifier = GooglePlayVerifier::new(vec![app(&google), moved]).unwrap();
    let new = google_but(|google| google.subscription = "projects/game/subscriptions/new".to_owned());
    assert!(verdict_of(&verifier, &push(&google), NOW).is_ok());
    assert!(verdict_of(&verifier, &push(&new), NOW).is_ok());
}

#[test]
fn one_apps_keys_open_no_door_to_another() {
    let mut under_test = app(&second());
    under_test.push.keys = fixed_keys(&GooglePlay::impostor().unwrap());
    for apps in [vec![app(&google()), under_test.clone()], vec![under_test.clone(), app(&google())]] {
        let verifier = GooglePlayVerifier::new(apps).unwrap();
        let forged = push(&GooglePlay::impostor().unwrap());
        assert_eq!(refusal(verdict_of(&verifier, &forged, NOW)), ("bad_signature", 401));
        assert_eq!(refusal(verdict_of(&verifier, &push(&second()), NOW)), ("bad_signature", 401));
        assert!(verdict_of(&verifier, &push(&google()), NOW).is_ok());
    }
}

#[test]
fn with_different_keys_for_two_apps_of_one_subscription_the_token_is_of_the_app_it_fits() {
    let google = google();
    let mut sibling = app(&google);
    sibling.package_name = "com.example.second".to_owned();
    sibling.push.keys = fixed_keys(&GooglePlay::impostor().unwrap());
    let verifier = GooglePlayVerifier::new(vec![sibling, app(&google)]).unwrap();
    for _ in 0..2 {
        assert!(verdict_of(&verifier, &push(&google), NOW).is_ok());
        let crossed = push_about(&google, "com.example.second");
        assert_eq!(refusal(verdict_of(&verifier, &crossed, NOW)), ("unknown_package", 200));
    }
}

#[test]
fn each_app_has_its_own_skew() {
    let google = google();
    let mut patient = app(&google);
    patient.package_name = "com.example.second".to_owned();
    patient.skew = Span::from_millis(300_000);
    let verifier = GooglePlayVerifier::new(vec![app(&google), patient]).unwrap();
    let late = NOW.plus(Span::from_millis(3_700_000));
    assert!(verdict_of(&verifier, &push_about(&google, "com.example.second"), late).is_ok());
    assert_eq!(refusal(verdict_of(&verifier, &push(&google), late)), ("unknown_package", 200));
}

#[test]
fn one_audience_with_two_service_accounts_is_two_senders() {
    let other = google_but(|google| {
        google.package_name = "com.example.second".to_owned();
        google.service_account_email = "push@second.example".to_owned();
    });
    let verifier = GooglePlayVerifier::new(vec![app(&google()), app(&other)]).unwrap();
    assert!(verdict_of(&verifier, &push(&google()), NOW).is_ok());
    assert!(verdict_of(&verifier, &push(&other), NOW).is_ok());
    let crossed = push_about(&other, "com.example.game");
    assert_eq!(refusal(verdict_of(&verifier, &crossed, NOW)), ("unknown_package", 200));
}
