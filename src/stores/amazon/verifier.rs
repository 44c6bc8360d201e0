//! Verifies messages.

use std::sync::Arc;

use super::envelope::{MessageType, SnsMessage, shortened};
use super::signing_certificate::{SignatureVersion, SigningCertificate};
use super::sns_url::{check_subscribe_url, is_signing_cert_url};
use super::{AmazonApp, AmazonConfigError, AmazonError, Content, Notification, RealTimeNotification};
use crate::model::{Span, Timestamp};
use crate::stores::{Rejection, Request};

/// SNS carries no larger messages.
const MAX_BODY: usize = 256 * 1024;
/// By how much this server's clock may be behind Amazon's; servers with a time daemon differ by less.
const MAX_AHEAD: Span = Span::from_millis(5 * 60 * 1000);

/// Verifies Real-Time Notifications that Amazon SNS delivers, for one app or several.
#[derive(Debug)]
pub struct AmazonVerifier {
    apps: Vec<AmazonApp>,
}

impl AmazonVerifier {
    /// A verifier for these apps.
    ///
    /// # Errors
    /// [`AmazonConfigError`] if there are none, or one lacks its package name or topic, or would refuse messages
    /// that SNS still repeats.
    pub fn new(apps: Vec<AmazonApp>) -> Result<Self, AmazonConfigError> {
        if apps.is_empty() {
            return Err(AmazonConfigError::NoApps);
        }
        apps.iter().try_for_each(AmazonApp::check)?;
        Ok(Self { apps })
    }

    /// Verifies one SNS message, and reads it.
    ///
    /// The checks go from cheap to costly, and all that is cheap comes before a certificate is fetched: the size, the
    /// members, the topic, the URLs, the age; then the certificate, its validity, the signature; then what is inside.
    ///
    /// # Errors
    /// - 400, 413: damaged.
    /// - 401: not signed by SNS.
    /// - 403: of another topic, or too old; or its `SubscribeURL` leads elsewhere.
    /// - 503: the certificate is unavailable, a pinned one did not sign it and may be out of date, or this machine's clock is
    ///   behind; Amazon sends it again.
    /// - 200 ([`AmazonError::UnknownPackage`]): of the right topic, about a package that is not configured.
    /// - [`Rejection::NotUnderstood`], 200: authentic, and no repetition will make it readable.
    pub fn verify_notification(
        &self,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        if request.body.len() > MAX_BODY {
            return Err(Rejection::TooLarge { what: "body", size: request.body.len(), limit: MAX_BODY });
        }
        let message = SnsMessage::parse(request.body)?;
        let apps = self.apps_of(&message)?;
        check_urls(&message)?;
        let apps = in_time(apps, &message, now)?;
        let apps = authenticated(apps, &message, now)?;
        read(apps, message)
    }

    fn apps_of(&self, message: &SnsMessage) -> Result<Vec<&AmazonApp>, AmazonError> {
        let topic = &message.members.topic_arn;
        let apps: Vec<_> = self.apps.iter().filter(|app| app.topic_arn == *topic).collect();
        if apps.is_empty() {
            return Err(AmazonError::Topic { found: shortened(topic) });
        }
        Ok(apps)
    }
}

fn check_urls(message: &SnsMessage) -> Result<(), AmazonError> {
    if !is_signing_cert_url(&message.signing_cert_url) {
        return Err(AmazonError::SigningCertUrl { found: shortened(&message.signing_cert_url) });
    }
    if message.message_type != MessageType::SubscriptionConfirmation {
        return Ok(());
    }
    let url = message.members.subscribe_url.as_deref().ok_or("it is absent");
    url.and_then(|url| check_subscribe_url(url, &message.members.topic_arn))
        .map_err(|problem| AmazonError::SubscribeUrl { problem })
}

/// The apps for which the message is not too old.
fn in_time<'a>(
    mut apps: Vec<&'a AmazonApp>,
    message: &SnsMessage,
    now: Timestamp,
) -> Result<Vec<&'a AmazonApp>, AmazonError> {
    let (at, age) = (message.at, now.since(message.at));
    if at.since(now) > MAX_AHEAD {
        return Err(AmazonError::FromTheFuture { at, now });
    }
    let limit = apps.iter().map(|app| app.max_age).max().unwrap_or(AmazonApp::DEFAULT_MAX_AGE);
    apps.retain(|app| age <= app.max_age);
    if apps.is_empty() { Err(AmazonError::TooOld { at, age, limit }) } else { Ok(apps) }
}

/// The apps with a certificate that verifies the message. Each app's own certificates are used, so that an app with a
/// test certificate opens no door to another; the RSA work is done once a certificate.
fn authenticated<'a>(
    apps: Vec<&'a AmazonApp>,
    message: &SnsMessage,
    now: Timestamp,
) -> Result<Vec<&'a AmazonApp>, AmazonError> {
    let mut proven = None;
    let mut accepted = Vec::with_capacity(apps.len());
    let mut fault: Option<AmazonError> = None;
    for app in apps {
        match verify_for(app, message, proven.as_ref(), now) {
            Ok(certificate) => {
                proven = Some(certificate);
                accepted.push(app);
            }
            // A fault that may pass outweighs one that may not: Amazon must send the message again.
            Err(new) if fault.as_ref().is_none_or(|_| new.http_status() == 503) => fault = Some(new),
            Err(_) => {}
        }
    }
    match fault {
        Some(fault) if accepted.is_empty() => Err(fault),
        _ => Ok(accepted),
    }
}

/// The app's certificate that signed the message; `proven` is the certificate that has already verified it.
fn verify_for(
    app: &AmazonApp,
    message: &SnsMessage,
    proven: Option<&Arc<SigningCertificate>>,
    now: Timestamp,
) -> Result<Arc<SigningCertificate>, AmazonError> {
    let (version, signature) = (message.signature_version()?, message.signature()?);
    let url = &message.signing_cert_url;
    let certificate = app.certificates.at(url, &app.topic_arn, now)?;
    if proven != Some(&certificate) {
        vouches(&certificate, message, version, &signature)
            .map_err(|problem| app.certificates.unfit(url, problem))?;
    }
    app.certificates.fits(url);
    Ok(certificate)
}

fn vouches(
    certificate: &SigningCertificate,
    message: &SnsMessage,
    version: SignatureVersion,
    signature: &[u8],
) -> Result<(), AmazonError> {
    certificate.require_validity(message.at)?;
    let signed = message.members.string_to_sign();
    if certificate.verifies(version, signed.as_bytes(), signature) {
        Ok(())
    } else {
        Err(AmazonError::Signature)
    }
}

fn read(apps: Vec<&AmazonApp>, mut message: SnsMessage) -> Result<Notification, Rejection> {
    let text = std::mem::take(&mut message.members.message);
    let content = match message.message_type {
        MessageType::Notification => {
            let rtn = RealTimeNotification::parse(&text).map_err(|error| Rejection::NotUnderstood {
                problem: format!("the Real-Time Notification in Message: {error}"),
            })?;
            if apps.iter().all(|app| app.package_name != rtn.package_name) {
                return Err(AmazonError::UnknownPackage { found: shortened(&rtn.package_name) }.into());
            }
            let app = rtn.package_name.clone();
            return Ok(Notification::new(message, app, Content::RealTimeNotification(rtn)));
        }
        MessageType::SubscriptionConfirmation => {
            Content::SubscribeUrl(message.members.subscribe_url.take().unwrap_or_default())
        }
        MessageType::UnsubscribeConfirmation => Content::Unsubscribed(text),
    };
    let app = apps.first().map(|app| app.package_name.clone()).unwrap_or_default();
    Ok(Notification::new(message, app, content))
}
