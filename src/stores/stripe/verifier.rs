//! Verifies events.

use ring::hmac;

use super::event::Event;
use super::signature::Signatures;
use super::{Notification, StripeConfigError, StripeError, StripeSection, WebhookSecret};
use crate::model::{Span, Timestamp};
use crate::stores::{Rejection, Request};

/// An event holds one object: some kilobytes, with metadata of 25 KB at most, and lists inside it cut to ten items.
/// Stripe names no limit, so there is room for many times that; the body is hashed before anything in it is trusted.
const MAX_BODY: usize = 1024 * 1024;

/// Verifies webhook events of one Stripe account or several.
#[derive(Debug)]
pub struct StripeVerifier {
    endpoints: Vec<Endpoint>,
}

/// A section, and its secrets made ready.
#[derive(Debug)]
struct Endpoint {
    section: StripeSection,
    keys: Vec<hmac::Key>,
}

impl StripeVerifier {
    /// A verifier for these accounts.
    ///
    /// # Errors
    /// [`StripeConfigError`] if there are none, one lacks its name or secrets, or two cannot be distinguished.
    pub fn new(sections: Vec<StripeSection>) -> Result<Self, StripeConfigError> {
        if sections.is_empty() {
            return Err(StripeConfigError::NoSections);
        }
        sections.iter().try_for_each(StripeSection::check)?;
        for (n, first) in sections.iter().enumerate() {
            if let Some(second) = sections.iter().skip(n + 1).find(|second| first.clashes_with(second)) {
                let (first, second) = (first.name.clone(), second.name.clone());
                return Err(StripeConfigError::SharedSecret { first, second });
            }
        }
        let endpoint = |section: StripeSection| {
            let keys = section.webhook_secrets.iter().map(WebhookSecret::key).collect();
            Endpoint { section, keys }
        };
        Ok(Self { endpoints: sections.into_iter().map(endpoint).collect() })
    }

    /// Verifies one event and reads it.
    ///
    /// Sizes and the header's form come first, then the signature by all secrets, then its age, and only then the body
    /// is read.
    ///
    /// # Errors
    /// - 400, 401, 413: damaged, not Stripe's, or too old. Stripe sends it again.
    /// - 403 ([`StripeError::UnknownAccount`]): of a connected account that no section names. Stripe sends it again, so
    ///   that nothing is lost if the section is added meanwhile.
    /// - 200 ([`StripeError::ThinEvent`], [`Rejection::NotUnderstood`]): authentic, and no repetition will make it
    ///   readable. A signed body that is no JSON is one: it was not damaged on its way.
    pub fn verify_notification(
        &self,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        if request.body.len() > MAX_BODY {
            return Err(Rejection::TooLarge { what: "body", size: request.body.len(), limit: MAX_BODY });
        }
        let signatures = Signatures::of(request)?;
        let endpoints = self.signers(&signatures, request.body)?;
        let endpoints = in_time(endpoints, now.since(signatures.at))?;
        let event = Event::parse(request.body)?;
        let endpoint = addressed(&endpoints, &event)?;
        Ok(Notification::new(event, &endpoint.section, signatures.at))
    }

    /// The sections with a secret that made one of the signatures. Every secret is tried, so that the elapsed time does
    /// not reveal which.
    fn signers(&self, signatures: &Signatures<'_>, body: &[u8]) -> Result<Vec<&Endpoint>, StripeError> {
        let mut signers = Vec::with_capacity(1);
        for endpoint in &self.endpoints {
            let signed = endpoint.keys.iter().fold(false, |found, key| signatures.are_of(key, body) | found);
            if signed {
                signers.push(endpoint);
            }
        }
        if signers.is_empty() { Err(StripeError::BadSignature) } else { Ok(signers) }
    }
}

/// The sections with a tolerance that the signature's age meets. A negative age (a clock that is behind) counts as
/// none.
fn in_time(mut endpoints: Vec<&Endpoint>, age: Span) -> Result<Vec<&Endpoint>, StripeError> {
    let most = endpoints.iter().map(|endpoint| tolerance(&endpoint.section)).max().unwrap_or_default();
    endpoints.retain(|endpoint| tolerance(&endpoint.section).is_none_or(|most| age <= most));
    match most {
        Some(tolerance) if endpoints.is_empty() => Err(StripeError::TooOld { age, tolerance }),
        _ => Ok(endpoints),
    }
}

fn tolerance(section: &StripeSection) -> Option<Span> {
    let millis = i64::from(section.tolerance_seconds) * 1000;
    (millis > 0).then_some(Span::from_millis(millis))
}

/// The section that names the event's account, or none for the account that the endpoint itself is of.
fn addressed<'a>(endpoints: &[&'a Endpoint], event: &Event) -> Result<&'a Endpoint, StripeError> {
    endpoints
        .iter()
        .copied()
        .find(|endpoint| endpoint.section.account.as_deref() == event.account())
        .ok_or_else(|| StripeError::UnknownAccount {
            found: event.account().map(|account| account.chars().take(256).collect()),
        })
}
