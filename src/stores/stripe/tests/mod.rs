//! A throw-away Stripe sends events; for each check one that passes and one that does not.

use serde_json::{Value, json};

use super::*;
use crate::model::{Signal, Span, Timestamp};
use crate::stores::Rejection;
use crate::testing::{StoreRequest, Stripe};

mod configuration;
mod disputes;
mod header;
mod money;
mod purchases;
mod refunds;
mod sections;
mod signatures;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn secret(text: &str) -> WebhookSecret {
    WebhookSecret::new(text).unwrap()
}

fn section(stripe: &Stripe) -> StripeSection {
    StripeSection {
        user_metadata_key: Some("user_id".to_owned()),
        ..StripeSection::new("web shop", vec![secret(&stripe.webhook_secret)])
    }
}

fn verifier(stripe: &Stripe) -> StripeVerifier {
    StripeVerifier::new(vec![section(stripe)]).unwrap()
}

/// The verifier's result for a request.
fn verdict_of(
    verifier: &StripeVerifier,
    request: &StoreRequest,
    now: Timestamp,
) -> Result<Notification, Rejection> {
    request.send(|request| verifier.verify_notification(request, now))
}

/// Code and HTTP status of a refusal.
fn refusal<T: std::fmt::Debug>(verdict: Result<T, Rejection>) -> (&'static str, u16) {
    let rejection = verdict.unwrap_err();
    (rejection.code(), rejection.http_status())
}

/// The meaning of an event about an object, made now.
fn signal_of(event_type: &str, object: Value) -> Result<Signal, Rejection> {
    signal_but(event_type, object, |_| {})
}

/// The same, of an event that is changed before it is signed.
fn signal_but(event_type: &str, object: Value, change: impl FnOnce(&mut Value)) -> Result<Signal, Rejection> {
    let stripe = Stripe::new().unwrap();
    let mut event = stripe.event("evt_1", event_type, object, NOW);
    change(&mut event);
    verdict_of(&verifier(&stripe), &stripe.send(&event, NOW), NOW)?.signal()
}

fn stripe() -> Stripe {
    Stripe::new().unwrap()
}

/// A time before [`NOW`].
fn ago(seconds: i64) -> Timestamp {
    NOW.plus(Span::from_millis(seconds * -1000))
}
