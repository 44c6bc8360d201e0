//! A throw-away Amazon.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use once_cell::sync::OnceCell;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256};
use ring::digest;
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::OsRng;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use rustls_pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};

use super::NotificationType;
use crate::model::{Store, Timestamp};
use crate::testing::signer::{SignedRefund, TestSigner, write};
use crate::testing::signer::{SigningError, failed};
use crate::testing::store_request::StoreRequest;
use crate::testing::validity::{ChainValidity, instant};
use crate::verify::{CertificateSource, KeyFetchError};

/// The size of Amazon's own keys, so that verification costs the same in a test as on a server.
const KEY_BITS: usize = 2048;

/// A key takes about a second to generate, so a process generates each of the two once.
static AMAZONS_KEY: OnceCell<RsaPrivateKey> = OnceCell::new();
static IMPOSTORS_KEY: OnceCell<RsaPrivateKey> = OnceCell::new();

/// DER of DigestInfo up to the digest (RFC 8017 §9.2).
const SHA1_PREFIX: &[u8] = &[0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 20];
const SHA256_PREFIX: &[u8] =
    &[0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 32];

/// The keys that SNS signs, in order.
const SIGNED: [&str; 8] =
    ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/// A throw-away Amazon: it has an RSA key, publishes a certificate for it, and sends realistic SNS messages, signed
/// with that key.
///
/// The public fields are what its messages and its certificate claim; set them to what the configuration under test
/// expects, or to something else to see a message refused.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
///
/// use recoup::Timestamp;
/// use recoup::amazon::{AmazonApp, AmazonVerifier, NotificationType, SigningCertificates};
/// use recoup::testing::Amazon;
///
/// let amazon = Amazon::new()?;
/// let verifier = AmazonVerifier::new(vec![AmazonApp {
///     package_name: amazon.package_name.clone(),
///     topic_arn: amazon.topic_arn.clone(),
///     certificates: Arc::new(SigningCertificates::pinned(amazon.certificate()?.as_bytes())?),
///     max_age: AmazonApp::DEFAULT_MAX_AGE,
/// }])?;
///
/// let now = Timestamp::from_secs(1_800_000_000);
/// let refund = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", now);
/// let message = amazon.notification(&refund, "message-1", now)?;
/// let notification = message.send(|request| verifier.verify_notification(request, now))?;
/// assert_eq!(notification.signal()?.name, "CONSUMABLE_CANCELLED");
/// # Ok(())
/// # }
/// ```
pub struct Amazon {
    key: &'static RsaPrivateKey,
    /// The app its notifications are about.
    pub package_name: String,
    /// The topic of its messages.
    pub topic_arn: String,
    /// The customer its notifications are about: `appUserId`.
    pub app_user_id: String,
    /// The signature version: `1` uses SHA-1, any other SHA-256.
    pub signature_version: String,
    /// The certificate's URL in its messages.
    pub signing_cert_url: String,
    /// The certificate's common name.
    pub common_name: String,
    /// The certificate's subject alternative names.
    pub alternative_names: Vec<String>,
    /// The certificate's validity.
    pub validity: ChainValidity,
}

impl Amazon {
    /// With the process's throw-away key and made-up names.
    ///
    /// # Errors
    /// [`SigningError`] if no key could be generated.
    pub fn new() -> Result<Self, SigningError> {
        Ok(Self::holding(AMAZONS_KEY.get_or_try_init(new_key)?))
    }

    /// With the names and URLs of [`new`](Self::new), but another key: a forger.
    ///
    /// # Errors
    /// [`SigningError`] if no key could be generated.
    pub fn impostor() -> Result<Self, SigningError> {
        Ok(Self::holding(IMPOSTORS_KEY.get_or_try_init(new_key)?))
    }

    fn holding(key: &'static RsaPrivateKey) -> Self {
        Self {
            key,
            package_name: "com.example.game".to_owned(),
            topic_arn: "arn:aws:sns:us-east-1:123456789012:game".to_owned(),
            app_user_id: "l3HL7XppEMhrOGDgur9-ulvqomrSg6qyODKmah72lJU=".to_owned(),
            signature_version: "1".to_owned(),
            signing_cert_url: "https://sns.us-east-1.amazonaws.com\
                               /SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
                .to_owned(),
            common_name: "sns.amazonaws.com".to_owned(),
            alternative_names: vec!["sns.amazonaws.com".to_owned()],
            validity: ChainValidity::default(),
        }
    }

    /// Its certificate in PEM, signed by its own key.
    ///
    /// # Errors
    /// [`SigningError`] if the fields do not make a certificate.
    pub fn certificate(&self) -> Result<String, SigningError> {
        let pkcs8 = self.key.to_pkcs8_der().map_err(failed)?;
        let key = KeyPair::from_pkcs8_der_and_sign_algo(
            &PrivatePkcs8KeyDer::from(pkcs8.as_bytes()),
            &PKCS_RSA_SHA256,
        )
        .map_err(failed)?;
        let mut params = CertificateParams::new(self.alternative_names.clone()).map_err(failed)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, &self.common_name);
        params.not_before = instant(self.validity.not_before);
        params.not_after = instant(self.validity.not_after);
        Ok(params.self_signed(&key).map_err(failed)?.pem())
    }

    /// Serves its certificate, at its URL only.
    ///
    /// # Errors
    /// As [`certificate`](Self::certificate).
    pub fn certificates(&self) -> Result<AmazonCertificates, SigningError> {
        let (url, certificate) = (self.signing_cert_url.clone(), self.certificate()?);
        let (is_down, fetches) = (AtomicBool::new(false), AtomicUsize::new(0));
        Ok(AmazonCertificates { served: Arc::new(Served { url, certificate, is_down, fetches }) })
    }

    /// A Real-Time Notification about a receipt of a production purchase.
    #[must_use]
    pub fn real_time_notification(
        &self,
        notification_type: NotificationType,
        receipt_id: &str,
        at: Timestamp,
    ) -> Value {
        json!({
            "appPackageName": self.package_name,
            "notificationType": notification_type,
            "appUserId": self.app_user_id,
            "receiptId": receipt_id,
            "relatedReceipts": {},
            "timestamp": at.millis(),
            "betaProductTransaction": false,
        })
    }

    /// A Real-Time Notification published at `at`.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn notification(
        &self,
        real_time_notification: &Value,
        message_id: &str,
        at: Timestamp,
    ) -> Result<StoreRequest, SigningError> {
        self.signed(self.envelope("Notification", &real_time_notification.to_string(), message_id, at))
    }

    /// The message that requests confirmation of the endpoint.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn subscription_confirmation(
        &self,
        message_id: &str,
        at: Timestamp,
    ) -> Result<StoreRequest, SigningError> {
        self.signed(self.confirmation("SubscriptionConfirmation", message_id, at))
    }

    /// The message that reports the endpoint's removal from the topic.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn unsubscribe_confirmation(
        &self,
        message_id: &str,
        at: Timestamp,
    ) -> Result<StoreRequest, SigningError> {
        self.signed(self.confirmation("UnsubscribeConfirmation", message_id, at))
    }

    fn confirmation(&self, message_type: &str, message_id: &str, at: Timestamp) -> Value {
        let token = "2336412f37fb687f5d51e6e241d09c805a5a57b30d712f794cc5f6a988666d92";
        let mut envelope = self.envelope(message_type, "Please visit the SubscribeURL.", message_id, at);
        envelope["Token"] = json!(token);
        envelope["SubscribeURL"] = json!(format!(
            "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={}&Token={token}",
            self.topic_arn
        ));
        envelope
    }

    /// An SNS message of any type, not yet signed.
    #[must_use]
    pub fn envelope(&self, message_type: &str, message: &str, message_id: &str, at: Timestamp) -> Value {
        json!({
            "Type": message_type,
            "MessageId": message_id,
            "TopicArn": self.topic_arn,
            "Message": message,
            "Timestamp": at.to_string(),
            "SignatureVersion": self.signature_version,
            "SigningCertURL": self.signing_cert_url,
            "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
        })
    }

    /// Signs an SNS message with any members.
    ///
    /// # Errors
    /// [`SigningError`] if signing failed.
    pub fn signed(&self, mut envelope: Value) -> Result<StoreRequest, SigningError> {
        let lines: String = SIGNED
            .iter()
            .filter_map(|key| envelope.get(*key)?.as_str().map(|value| format!("{key}\n{value}\n")))
            .collect();
        let (algorithm, prefix) = if self.signature_version == "1" {
            (&digest::SHA1_FOR_LEGACY_USE_ONLY, SHA1_PREFIX)
        } else {
            (&digest::SHA256, SHA256_PREFIX)
        };
        let digest = digest::digest(algorithm, lines.as_bytes());
        let padding = Pkcs1v15Sign { hash_len: Some(digest.as_ref().len()), prefix: prefix.into() };
        let signature = self.key.sign(padding, digest.as_ref()).map_err(failed)?;
        envelope["Signature"] = json!(STANDARD.encode(signature));
        let header = |name: &str, member: &str| {
            let value = envelope.get(member).and_then(Value::as_str).unwrap_or_default();
            (name.to_owned(), value.to_owned())
        };
        let headers = vec![
            ("Content-Type".to_owned(), "text/plain; charset=UTF-8".to_owned()),
            header("x-amz-sns-message-type", "Type"),
            header("x-amz-sns-message-id", "MessageId"),
            header("x-amz-sns-topic-arn", "TopicArn"),
        ];
        Ok(StoreRequest { headers, body: envelope.to_string().into_bytes() })
    }
}

impl TestSigner for Amazon {
    fn store(&self) -> Store {
        Store::Amazon
    }

    fn section(&self, folder: &Path) -> Result<Value, SigningError> {
        write(folder, "amazon-sns.pem", self.certificate()?.as_bytes())?;
        Ok(json!({
            "package_name": self.package_name, "topic_arn": self.topic_arn, "certificate": "amazon-sns.pem",
        }))
    }

    fn full_refund(&self, number: u32, at: Timestamp) -> Result<SignedRefund, SigningError> {
        let order_id = format!("receipt-{number}");
        let cancelled = self.real_time_notification(NotificationType::ConsumableCancelled, &order_id, at);
        let request = self.notification(&cancelled, &format!("refund-{number}"), at)?;
        Ok(SignedRefund { order_id, request })
    }

    fn not_understood(&self, number: u32, at: Timestamp) -> Result<StoreRequest, SigningError> {
        self.notification(&json!({"odd": number}), &format!("odd-{number}"), at)
    }

    fn forger(&self) -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(Self::impostor()?))
    }

    fn set_app(&mut self, app: &str) {
        app.clone_into(&mut self.package_name);
    }
}

impl fmt::Debug for Amazon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Amazon")
            .field("package_name", &self.package_name)
            .field("topic_arn", &self.topic_arn)
            .finish_non_exhaustive()
    }
}

/// Serves a throw-away Amazon's certificate. Clones are the same server.
#[derive(Clone)]
pub struct AmazonCertificates {
    served: Arc<Served>,
}

struct Served {
    url: String,
    certificate: String,
    is_down: AtomicBool,
    fetches: AtomicUsize,
}

impl AmazonCertificates {
    /// Sets whether it is down.
    pub fn set_down(&self, is_down: bool) {
        self.served.is_down.store(is_down, Ordering::Relaxed);
    }

    /// How often a certificate was requested.
    #[must_use]
    pub fn fetches(&self) -> usize {
        self.served.fetches.load(Ordering::Relaxed)
    }
}

impl CertificateSource for AmazonCertificates {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, KeyFetchError> {
        self.served.fetches.fetch_add(1, Ordering::Relaxed);
        if self.served.is_down.load(Ordering::Relaxed) {
            return Err(KeyFetchError { problem: "no route to host".to_owned() });
        }
        if url != self.served.url {
            return Err(KeyFetchError { problem: "HTTP status 403".to_owned() });
        }
        Ok(self.served.certificate.clone().into_bytes())
    }
}

impl fmt::Debug for AmazonCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmazonCertificates").field("url", &self.served.url).finish_non_exhaustive()
    }
}

fn new_key() -> Result<RsaPrivateKey, SigningError> {
    RsaPrivateKey::new(&mut OsRng, KEY_BITS)
        .map_err(|error| SigningError { problem: format!("no RSA key could be made: {error}") })
}
