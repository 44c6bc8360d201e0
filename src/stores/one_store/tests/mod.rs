//! A throw-away ONE Store posts messages; for each check one that passes and one that does not.

use serde_json::{Value, json};

use super::*;
use crate::model::Timestamp;
use crate::stores::{Rejection, Request};
use crate::testing::{OneStore, OneStorePayment, StoreRequest};

mod configuration;
mod meaning;
mod signatures;
mod signed_purchases;
mod subscriptions;
mod vectors;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const PAID: Timestamp = Timestamp::from_secs(1_799_900_000);

fn store() -> OneStore {
    OneStore::new().unwrap()
}

fn app(store: &OneStore) -> OneStoreApp {
    OneStoreApp {
        client_id: store.client_id.clone(),
        package_name: None,
        license_key: RsaPublicKey::from_license_key(&store.license_key().unwrap()).unwrap(),
        subscription_notifications: SubscriptionNotifications::KnownTokens,
    }
}

fn verdict_of(app: OneStoreApp, body: &[u8]) -> Result<Notification, Rejection> {
    OneStoreVerifier::new(vec![app]).unwrap().verify_notification(&Request::of_body(body), NOW)
}

fn verdict(body: &[u8]) -> Result<Notification, Rejection> {
    verdict_of(app(&store()), body)
}

/// Code and HTTP status of a refusal.
fn refusal(verdict: Result<Notification, Rejection>) -> (&'static str, u16) {
    let rejection = verdict.unwrap_err();
    assert_eq!(rejection.is_authentic(), rejection.http_status() == 200);
    (rejection.code(), rejection.http_status())
}

fn canceled(store: &OneStore) -> OneStorePayment<'_> {
    store.payment("P1", PurchaseState::Canceled, PAID)
}

/// The verdict on a cancelled payment that was changed before it was signed.
fn signed_with(
    change: impl FnOnce(OneStorePayment<'_>) -> OneStorePayment<'_>,
) -> Result<Notification, Rejection> {
    let store = store();
    let request = change(canceled(&store)).request().unwrap();
    verdict(&request.body)
}

fn text(request: &StoreRequest) -> String {
    String::from_utf8(request.body.clone()).unwrap()
}

/// The body with one part of it replaced; the part must be there.
fn altered(request: &StoreRequest, part: &str, by: &str) -> Vec<u8> {
    let body = text(request);
    assert!(body.contains(part), "{part} is not in {body}");
    body.replacen(part, by, 1).into_bytes()
}
