//! A throw-away Google sends pushes; for each check one that passes and one that does not.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::model::{Span, Timestamp};
use crate::stores::Rejection;
use crate::testing::{GooglePlay, StoreRequest};
use crate::verify::{CachedKeys, Jwks};

mod envelopes;
mod meaning;
mod several_apps;
mod signed_purchases;
mod tokens;
mod vectors;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn google() -> GooglePlay {
    GooglePlay::new().unwrap()
}

fn fixed_keys(google: &GooglePlay) -> Arc<CachedKeys> {
    Arc::new(CachedKeys::fixed(Jwks::parse(google.jwks().as_bytes()).unwrap()))
}

fn app(google: &GooglePlay) -> GooglePlayApp {
    GooglePlayApp {
        package_name: google.package_name.clone(),
        push: PushAuthentication {
            audience: google.audience.clone(),
            service_account_email: google.service_account_email.clone(),
            subscription: Some(google.subscription.clone()),
            keys: fixed_keys(google),
        },
        skew: GooglePlayApp::DEFAULT_SKEW,
        license_keys: Vec::new(),
    }
}

fn verifier(google: &GooglePlay) -> GooglePlayVerifier {
    GooglePlayVerifier::new(vec![app(google)]).unwrap()
}

fn push(google: &GooglePlay) -> StoreRequest {
    google.push(&google.test(NOW), "m-1", NOW).unwrap()
}

/// The verifier's result for a request.
fn verdict_of(
    verifier: &GooglePlayVerifier,
    request: &StoreRequest,
    now: Timestamp,
) -> Result<Notification, Rejection> {
    request.send(|request| verifier.verify_notification(request, now))
}

fn verdict(request: &StoreRequest) -> Result<Notification, Rejection> {
    verdict_of(&verifier(&google()), request, NOW)
}

/// Code and HTTP status of a refusal.
fn refusal(verdict: Result<Notification, Rejection>) -> (&'static str, u16) {
    let rejection = verdict.unwrap_err();
    (rejection.code(), rejection.http_status())
}

/// A good push with another token.
fn push_with_token(token: &str) -> StoreRequest {
    let mut request = push(&google());
    request.headers[0].1 = format!("Bearer {token}");
    request
}

/// A good push with these claims in its token.
fn push_claiming(change: impl FnOnce(&mut Value)) -> StoreRequest {
    let google = google();
    let mut claims = google.claims(NOW);
    change(&mut claims);
    push_with_token(&google.token(&claims).unwrap())
}

#[test]
fn every_mandatory_setting_is_required() {
    let change = |change: fn(&mut GooglePlayApp)| {
        let mut app = app(&google());
        change(&mut app);
        GooglePlayVerifier::new(vec![app]).map(|_| ()).unwrap_err()
    };
    assert_eq!(GooglePlayVerifier::new(vec![]).unwrap_err(), GooglePlayConfigError::NoApps);
    let empty = |member| GooglePlayConfigError::Empty { package_name: "com.example.game".to_owned(), member };
    assert_eq!(change(|app| app.push.audience.clear()), empty("push.audience"));
    assert_eq!(
        change(|app| app.push.service_account_email = " ".to_owned()),
        empty("push.service_account_email")
    );
    assert_eq!(change(|app| app.push.subscription = Some(String::new())), empty("push.subscription"));
    assert!(matches!(change(|app| app.package_name.clear()), GooglePlayConfigError::Empty { .. }));
    for millis in [-1, 300_001] {
        let mut app = app(&google());
        app.skew = Span::from_millis(millis);
        assert!(matches!(GooglePlayVerifier::new(vec![app]), Err(GooglePlayConfigError::Skew { .. })));
    }
    for millis in [0, 300_000] {
        let mut app = app(&google());
        app.skew = Span::from_millis(millis);
        assert!(GooglePlayVerifier::new(vec![app]).is_ok());
    }
}
