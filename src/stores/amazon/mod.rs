//! Amazon Appstore: Real-Time Notifications (RTN), delivered by Amazon SNS over HTTPS.
//!
//! A message is processed in three steps: the SNS envelope names the topic and the signer (`envelope`), the signer's
//! certificate proves both (`signing_certificate`), and the RTN inside reports what happened (`notification`).
//! [`Notification::signal`] returns its meaning to a refund engine (`meaning`).
//!
//! # Who sent it
//!
//! SNS signs for every AWS customer with the same key, so a signature alone proves only that *some* topic sent the
//! message. The configured `topic_arn` is what makes it Amazon's to this developer; it is compared before anything
//! else. Then the signer's URL must be one that only SNS can answer (`https`, an `sns.` host of a region, a
//! certificate's path and nothing else), the message must be younger than [`AmazonApp::max_age`], and the signature
//! must verify by the certificate at that URL. Unsigned members (`UnsubscribeURL`, `MessageAttributes`, header fields)
//! are not looked at.
//!
//! Trust in a certificate comes from one of two places:
//! - **Pinned**: the configuration names the file. No other certificate counts, whatever the message's URL. SNS changes
//!   certificates about once a year; from then on its messages do not verify, so renew the file, or do not pin.
//! - **Fetched** ([`CertificateSource`](crate::CertificateSource)): TLS to a host that only Amazon can have is what
//!   proves it; its chain to a root is not checked again. It must be for `sns.amazonaws.com`.
//!
//! Either must have been valid at the message's own time, which may be at most `max_age` ago: a key that leaks later
//! than that after its certificate ran out signs nothing that is accepted.
//!
//! # What to answer
//!
//! Amazon waits 15 seconds, sends again after a 5xx or no answer, and **never after a 4xx**; SNS stops within an hour,
//! by default after 3 more attempts 20 seconds apart. So a fault that may pass is answered 503 (a certificate that
//! could not be fetched, a clock of ours that is behind), and 4xx is only for faults that no repetition can correct.
//!
//! # What it reports, and what not
//!
//! | RTN | means |
//! |---|---|
//! | `CONSUMABLE_CANCELLED`, `ENTITLEMENT_CANCELLED` | all of the receipt's price was refunded, signed |
//! | `SUBSCRIPTION_CANCELLED` | the same, as a hint: an unpaid renewal and a replaced plan look alike |
//! | `*_PURCHASED`, `SUBSCRIPTION_RENEWED` | a purchase: money was paid |
//! | `SUBSCRIPTION_CONVERTED_FREE_TRIAL_TO_PAID`, `…_OUT_OF_GRACE_PERIOD`, `…_MODIFIED_IMMEDIATE` | the same |
//! | all others, and types of later versions | nothing to a refund engine |
//!
//! It never reports amount, product, reason, or initiator. What only the Receipt Verification Service (RVS) reports
//! stays unknown: `cancelReason`, and whether a purchase was one of Amazon's own test transactions. With the
//! developer's `shared_secret` (or `shared_secret_file`) in the configuration [`AmazonApi`] looks it up.
//!
//! **The order is `receiptId`**, in all types. `cancelledReceiptId` comes with `SUBSCRIPTION_MODIFIED_IMMEDIATE` only:
//! there `receiptId` is the new plan's receipt, and `cancelledReceiptId` the one it replaced, with a prorated refund.
//! A change of plan is no abuse, so that is no refund case; `cancelled_receipt_id` names the receipt that ended. If
//! Amazon sends `SUBSCRIPTION_CANCELLED` for the replaced receipt as well, it is a hint, and no player is blocked.
//!
//! **`account_tag` is `appUserId`**: Amazon's id of the customer in this app, not the game's. Record it with purchases
//! (`account_tag`), and refunds of receipts that were never recorded find their user by it. It is never read as a user
//! id of the game's own, whatever the setting of `account_tags`.
//!
//! **Environment**: `betaProductTransaction: true` (Live App Testing) is the sandbox. Otherwise RTN does not report it,
//! since Amazon's own test transactions look like sales: what the host recorded counts, and production if it recorded
//! nothing.
//!
//! Formats: <https://developer.amazon.com/docs/in-app-purchasing/real-time-notifications.html>,
//! <https://developer.amazon.com/docs/in-app-purchasing/use-rtn.html>,
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>.

mod api;
mod certificate_cache;
mod config;
mod doctor;
mod envelope;
mod error;
mod given;
mod meaning;
mod notification;
mod signing_certificate;
mod signing_certificates;
mod sns_url;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verifier;

use std::sync::Arc;

use crate::config::ConfigError;
use crate::model::{Signal, Store, TagWriter, Timestamp};
use crate::stores::{BuiltInStore, Credentials, KeySources, Rejection, Request, StoreApi, StoreProfile};
#[cfg(any(test, feature = "testing"))]
use crate::testing::signer::{SigningError, TestSigner};
use crate::transport::{RateLimit, Transport};
pub use api::{AmazonApi, CancelReason, Receipt, ReceiptType};
pub use config::{AmazonApp, AmazonConfigError, AmazonSection};
pub use error::AmazonError;
pub use notification::{Content, Notification, NotificationType, RealTimeNotification};
pub use signing_certificate::SigningCertificateError;
pub use signing_certificates::{PublishedCertificates, SigningCertificates};
pub use verifier::AmazonVerifier;

/// Amazon Appstore to the rest of Recoup.
pub(crate) struct Description;

impl BuiltInStore for Description {
    const STORE: Store = Store::Amazon;
    const PROFILE: StoreProfile = StoreProfile {
        tags: TagWriter::Store,
        credentials: Some(Credentials {
            key: "amazon[].shared_secret",
            without: "receipts cannot be looked up, so a message that is lost stays lost",
        }),
        ..StoreProfile::PLAIN
    };

    type Section = AmazonSection;
    type Verifier = AmazonVerifier;
    type Notification = Notification;

    fn verifier(sections: &[AmazonSection], keys: &KeySources) -> Result<AmazonVerifier, ConfigError> {
        AmazonVerifier::new(AmazonSection::load_all(sections, keys)?)
            .map_err(|error| ConfigError::Value { key: "amazon".to_owned(), problem: error.to_string() })
    }

    fn verify(
        verifier: &AmazonVerifier,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        verifier.verify_notification(request, now)
    }

    fn signal(notification: &Notification) -> Result<Signal, Rejection> {
        notification.signal()
    }

    fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
        envelope::signed_content(body)
    }

    fn api(
        sections: &[AmazonSection],
        transport: &Arc<dyn Transport>,
    ) -> Result<Option<Arc<dyn StoreApi>>, ConfigError> {
        Ok(AmazonApi::new(sections, Arc::clone(transport))?.map(StoreApi::shared))
    }

    fn rate_limits(sections: &[AmazonSection]) -> Result<Vec<RateLimit>, ConfigError> {
        AmazonApi::rate_limits(sections)
    }

    #[cfg(any(test, feature = "testing"))]
    fn test_signer() -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(testing::Amazon::new()?))
    }
}
