//! A throw-away Amazon sends messages; for each check one that passes and one that does not.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::model::{Span, Timestamp};
use crate::stores::Rejection;
use crate::testing::{Amazon, AmazonCertificates, StoreRequest};

mod certificates;
mod configuration;
mod meaning;
mod messages;
mod signatures;
mod vectors;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn amazon() -> Amazon {
    Amazon::new().unwrap()
}

fn changed(mut amazon: Amazon, change: impl FnOnce(&mut Amazon)) -> Amazon {
    change(&mut amazon);
    amazon
}

fn app(amazon: &Amazon) -> AmazonApp {
    AmazonApp {
        package_name: amazon.package_name.clone(),
        topic_arn: amazon.topic_arn.clone(),
        certificates: pinned(amazon),
        max_age: AmazonApp::DEFAULT_MAX_AGE,
    }
}

fn pinned(amazon: &Amazon) -> Arc<SigningCertificates> {
    let pinned = SigningCertificates::pinned(amazon.certificate().unwrap().as_bytes()).unwrap();
    // As after a message that it has signed: a message that does not verify is then forged, and no sign of a new
    // certificate.
    pinned.fits(&amazon.signing_cert_url);
    Arc::new(pinned)
}

fn verifier(amazon: &Amazon) -> AmazonVerifier {
    AmazonVerifier::new(vec![app(amazon)]).unwrap()
}

/// A verifier that fetches, and its source of certificates.
fn fetching(amazon: &Amazon) -> (AmazonVerifier, AmazonCertificates) {
    let source = amazon.certificates().unwrap();
    let certificates = Arc::new(SigningCertificates::fetched_from(Arc::new(source.clone())));
    (AmazonVerifier::new(vec![AmazonApp { certificates, ..app(amazon) }]).unwrap(), source)
}

/// A consumable's refund, and the message that brings it.
fn refund(amazon: &Amazon) -> StoreRequest {
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    amazon.notification(&rtn, "m-1", NOW).unwrap()
}

/// The verifier's result for a request.
fn verdict_of(
    verifier: &AmazonVerifier,
    request: &StoreRequest,
    now: Timestamp,
) -> Result<Notification, Rejection> {
    request.send(|request| verifier.verify_notification(request, now))
}

/// The result of a verifier with Amazon's certificate for a request.
fn verdict(request: &StoreRequest) -> Result<Notification, Rejection> {
    verdict_of(&verifier(&amazon()), request, NOW)
}

/// Code and HTTP status of a refusal.
fn refusal(verdict: Result<Notification, Rejection>) -> (&'static str, u16) {
    let rejection = verdict.unwrap_err();
    (rejection.code(), rejection.http_status())
}

/// The request with its body changed after it was signed.
fn tampered(request: &StoreRequest, change: impl FnOnce(&mut Value)) -> StoreRequest {
    let mut body: Value = serde_json::from_slice(&request.body).unwrap();
    change(&mut body);
    StoreRequest { headers: request.headers.clone(), body: body.to_string().into_bytes() }
}

/// A good notification whose envelope was changed before it was signed.
fn signed_with(amazon: &Amazon, change: impl FnOnce(&mut Value)) -> StoreRequest {
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    let mut envelope = amazon.envelope("Notification", &rtn.to_string(), "m-1", NOW);
    change(&mut envelope);
    amazon.signed(envelope).unwrap()
}
