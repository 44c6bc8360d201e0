//! The App Store's behaviour, against a throw-away one and, if present, public vectors.

mod age;
mod bad_chains;
mod bad_input;
mod bodies;
mod configuration;
mod decoding;
mod inheritance;
mod meaning;
mod signed_purchases;
mod vectors;
mod verification;

use serde_json::{Value, json};

use super::*;
use crate::model::*;
use crate::stores::{Rejection, Request};
use crate::testing::{AppStore, AppStoreChain};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn apple() -> AppStore {
    AppStore::new().unwrap()
}

fn verifier(apple: &AppStore) -> AppStoreVerifier {
    AppStoreVerifier::new(vec![apple.app()]).unwrap()
}

/// The result of a new verifier that trusts `apple` for a body.
fn verdict(apple: &AppStore, body: &[u8]) -> Result<Notification, Rejection> {
    verifier(apple).verify_notification(&Request::of_body(body), NOW)
}

/// How a body is refused: code, HTTP status, and whether it is kept as a dead letter.
fn refusal(apple: &AppStore, body: &[u8]) -> (&'static str, u16, bool) {
    answer(&verdict(apple, body).unwrap_err())
}

fn answer(rejection: &Rejection) -> (&'static str, u16, bool) {
    assert!(!rejection.to_string().is_empty());
    (rejection.code(), rejection.http_status(), rejection.is_authentic())
}

/// A refund of gems, as Apple would post it.
fn refund(apple: &AppStore) -> Vec<u8> {
    refund_notification(apple).body().unwrap()
}

fn refund_notification(apple: &AppStore) -> crate::testing::AppStoreNotification<'_> {
    apple.notification(NotificationType::Refund, NOW).transaction(refunded(apple))
}

fn refunded(apple: &AppStore) -> Value {
    AppStore::refunded(apple.transaction("T1", "gems_100", NOW), NOW)
}
