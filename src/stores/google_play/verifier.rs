//! Verifies pushes.

use std::sync::Arc;

use super::envelope::Envelope;
use super::notification::Unreadable;
use super::push_token::{KnownToken, KnownTokens, digest_of};
use super::push_token::{PushToken, bearer_token};
use super::{
    DeveloperNotification, GooglePlayApp, GooglePlayConfigError, GooglePlayError, Notification,
    PushEnvelopeError, PushTokenError,
};
use crate::json::JsonError;
use crate::model::Timestamp;
use crate::stores::{Rejection, Request};
use crate::verify::{KeyError, RsaPublicKey, verify_rs256};

/// A notification has less than 4 KB. Pub/Sub would carry 10 MB, with attributes that only the topic's owner sets; this
/// leaves room for those and refuses the rest before any work.
const MAX_BODY: usize = 256 * 1024;

/// Verifies Real-time Developer Notifications pushed by Cloud Pub/Sub, for one app or several.
#[derive(Debug)]
pub struct GooglePlayVerifier {
    pub(super) apps: Vec<GooglePlayApp>,
    pub(super) known_tokens: KnownTokens,
}

impl GooglePlayVerifier {
    /// A verifier for these apps.
    ///
    /// # Errors
    /// [`GooglePlayConfigError`] if there are none, or one lacks its package name, audience or service account
    /// (each could be matched by a stranger's token), or its skew is out of range.
    pub fn new(apps: Vec<GooglePlayApp>) -> Result<Self, GooglePlayConfigError> {
        if apps.is_empty() {
            return Err(GooglePlayConfigError::NoApps);
        }
        apps.iter().try_for_each(GooglePlayApp::check)?;
        Ok(Self { apps, known_tokens: KnownTokens::default() })
    }

    /// Verifies one push, wrapped or unwrapped, and reads it.
    ///
    /// The checks go from cheap to costly: sizes, the token's form, its key, its signature (once a token), its claims;
    /// then the envelope, the subscription, the message, the package.
    ///
    /// An unwrapped push without metadata does not name its subscription. It is accepted even if one is configured:
    /// audience and service account bind it to the developer's own subscriptions.
    ///
    /// # Errors
    /// - 400, 401, 413: damaged or not from Google. The token is read before the body.
    /// - 403: from Google, but for another audience, service account or subscription.
    /// - 200 ([`GooglePlayError::UnknownPackage`]): by the right subscription, of a package that is not configured.
    /// - 503 ([`PushTokenError::KeysUnavailable`]): Google's keys are unavailable; Pub/Sub sends it again.
    /// - [`Rejection::NotUnderstood`], 200: authentic, and no repetition will make it readable.
    pub fn verify_notification(
        &self,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        if request.body.len() > MAX_BODY {
            return Err(Rejection::TooLarge { what: "body", size: request.body.len(), limit: MAX_BODY });
        }
        let apps = self.authenticate(request, now)?;
        let envelope = Envelope::open(request)?;
        let apps = subscribed(apps, &envelope)?;
        let message = read(&envelope)?;
        if apps.iter().all(|app| app.package_name != message.package_name) {
            let found = message.package_name.chars().take(256).collect();
            return Err(GooglePlayError::UnknownPackage { found }.into());
        }
        Ok(Notification::new(envelope, message))
    }

    /// The apps that the request's token is for.
    fn authenticate(&self, request: &Request<'_>, now: Timestamp) -> Result<Vec<&GooglePlayApp>, Rejection> {
        let text = bearer_token(request)?;
        let digest = digest_of(text);
        let known = self.known_tokens.find(&digest);
        let token = match &known {
            Some(known) => Arc::clone(&known.token),
            None => Arc::new(PushToken::parse(text)?),
        };
        let signed_by = known.map(|known| Arc::clone(&known.signed_by));
        let signed = self.verify_signature(text, &token, signed_by.clone(), now)?;
        self.check_address(&token)?;
        let apps = in_time(&token, signed.apps, now)?;
        if signed_by.as_ref() != Some(&signed.by) {
            let expires = token.claims()?.expiry()?;
            self.known_tokens.remember(digest, KnownToken { token, signed_by: signed.by, expires });
        }
        Ok(apps)
    }

    /// Verifies the token with the keys of the apps it claims to be for, and returns those with a key that fits. Each
    /// app's own keys are used, so that an app with a test key set opens no door to another; the RSA work is done once
    /// a key.
    fn verify_signature<'a>(
        &'a self,
        text: &str,
        token: &PushToken,
        mut proven: Option<Arc<RsaPublicKey>>,
        now: Timestamp,
    ) -> Result<Signed<'a>, Rejection> {
        let mut apps = Vec::with_capacity(1);
        let mut first_fault = None;
        for app in self.apps_to_try(token) {
            match verify_for(app, text, token, proven.as_ref(), now) {
                Ok(key) => {
                    proven = Some(key);
                    apps.push(app);
                }
                Err(fault) => {
                    first_fault.get_or_insert(fault);
                }
            }
        }
        match (proven.filter(|_| !apps.is_empty()), first_fault) {
            (Some(by), _) => Ok(Signed { apps, by }),
            (None, Some(fault)) => Err(fault),
            (None, None) => Err(PushTokenError::UnknownKey { kid: token.kid.clone() }.into()),
        }
    }

    /// The apps of the token's audience and e-mail; if there are none, the first, so that its signature distinguishes a
    /// forgery from a stray.
    fn apps_to_try(&self, token: &PushToken) -> Vec<&GooglePlayApp> {
        let addressed = token.addressed();
        let is_addressed = |app: &&GooglePlayApp| {
            addressed == Some((app.push.audience.as_str(), app.push.service_account_email.as_str()))
        };
        let apps: Vec<_> = self.apps.iter().filter(is_addressed).collect();
        if apps.is_empty() { self.apps.iter().take(1).collect() } else { apps }
    }

    fn check_address(&self, token: &PushToken) -> Result<(), Rejection> {
        let claims = token.claims()?;
        claims.check_issuer()?;
        let audiences: Vec<_> = self.apps.iter().map(|app| app.push.audience.as_str()).collect();
        claims.check_audience(&audiences)?;
        let emails: Vec<_> = self
            .apps
            .iter()
            .filter(|app| token.addressed().is_some_and(|(audience, _)| app.push.audience == audience))
            .map(|app| app.push.service_account_email.as_str())
            .collect();
        claims.check_email(&emails)?;
        Ok(())
    }
}

/// The content of a verified token.
struct Signed<'a> {
    apps: Vec<&'a GooglePlayApp>,
    by: Arc<RsaPublicKey>,
}

/// The app's key that signed the token; `proven` is the key that has already verified it.
fn verify_for(
    app: &GooglePlayApp,
    text: &str,
    token: &PushToken,
    proven: Option<&Arc<RsaPublicKey>>,
    now: Timestamp,
) -> Result<Arc<RsaPublicKey>, Rejection> {
    let key = app.push.keys.key(&token.kid, now).map_err(|error| match error {
        KeyError::Unknown => PushTokenError::UnknownKey { kid: token.kid.chars().take(128).collect() },
        KeyError::Unavailable { problem } => PushTokenError::KeysUnavailable { problem },
    })?;
    if proven != Some(&key) {
        verify_rs256(text, &key)?;
    }
    Ok(key)
}

/// The apps with a clock tolerance that the token's times meet.
fn in_time<'a>(
    token: &PushToken,
    apps: Vec<&'a GooglePlayApp>,
    now: Timestamp,
) -> Result<Vec<&'a GooglePlayApp>, Rejection> {
    let claims = token.claims()?;
    let mut first_fault = None;
    let mut accepted = Vec::with_capacity(apps.len());
    for app in apps {
        match claims.check_time(app.skew, now) {
            Ok(()) => accepted.push(app),
            Err(fault) => {
                first_fault.get_or_insert(fault);
            }
        }
    }
    match first_fault {
        Some(fault) if accepted.is_empty() => Err(fault.into()),
        _ => Ok(accepted),
    }
}

/// The apps with the subscription that the push came by.
fn subscribed<'a>(
    mut apps: Vec<&'a GooglePlayApp>,
    envelope: &Envelope<'_>,
) -> Result<Vec<&'a GooglePlayApp>, PushEnvelopeError> {
    let subscription = envelope.subscription.as_deref();
    if !envelope.is_wrapped() && subscription.is_none() {
        return Ok(apps);
    }
    let expected: Vec<_> = apps.iter().filter_map(|app| app.push.subscription.as_deref()).collect();
    let expected = expected.join(" or ");
    apps.retain(|app| app.is_subscribed(subscription));
    if apps.is_empty() {
        return Err(PushEnvelopeError::Subscription {
            found: envelope.subscription.as_deref().map(|name| name.chars().take(256).collect()),
            expected,
        });
    }
    Ok(apps)
}

fn read(envelope: &Envelope<'_>) -> Result<DeveloperNotification, Rejection> {
    DeveloperNotification::parse(&envelope.data()?).map_err(|unreadable| match unreadable {
        // The body of an unwrapped push may have been cut on its way; `message.data` was cut before it was sent.
        Unreadable::Json(source @ JsonError::Truncated { .. }) if !envelope.is_wrapped() => {
            Rejection::Body { source }
        }
        unreadable => {
            Rejection::NotUnderstood { problem: format!("the developer notification: {unreadable}") }
        }
    })
}
