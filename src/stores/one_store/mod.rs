//! ONE Store: payment notifications (PNS) and subscription notifications.
//!
//! ONE Store posts a JSON message to the URL set in its console, one URL for its sandbox and one for real sales. A
//! message is processed in three steps: the app it names must be configured (`config`), its signature must verify over
//! the text as it arrived (`signed_text`, [`RsaPublicKey`]), and then it is read (`notification`).
//! [`Notification::signal`] returns its meaning to a refund engine (`meaning`).
//!
//! # Set up
//!
//! ```json
//! { "one_store": [{ "client_id": "com.example.game", "license_key": "MIGfMA0GCSqGSIb3DQEBAQUAA4GN…" }] }
//! ```
//!
//! - `client_id`: the app's client id, which is its package name if it was registered before 2025-03-20. This is the
//!   app of refunds and purchases.
//! - `package_name`: the app's name in messages before 3.1.0 and in the client's purchase data, if it differs from the
//!   client id.
//! - `license_key`, or `license_key_file` with the path of a file that has it: the licence key of the console, base64.
//!   Exactly one of the two. While a key is replaced, list the app twice, once with each.
//! - `subscription_notifications`: `"refuse"` (the default) or `"known_tokens"`; see below.
//!
//! - `client_secret`, or `client_secret_file`: for Recoup's own requests to ONE Store ([`OneStoreApi`]). With it,
//!   `market_code` (`"MKT_ONE"`, the default, or `"MKT_GLB"`), `sandbox` and `api_url`.
//!
//! # What is signed
//!
//! SHA512withRSA over the message without its member `signature`, compact, its members in the order in which they
//! arrived. So the member is cut out of the raw bytes, and whitespace between tokens dropped; the message is never
//! printed from the parsed values, which would move members and respell numbers. If that text does not verify, its
//! strings are rewritten, raw UTF-8 and without needless escapes, for a message that was escaped on its way. ONE
//! Store's published key has 1024 bits; keys from there up to 8192 bits are accepted, for this store only.
//!
//! # What a message reports
//!
//! | `purchaseState` | meaning |
//! |---|---|
//! | `COMPLETED` | a purchase: product, price, `developerPayload`, time |
//! | `CANCELED` | all of the purchase is refunded |
//!
//! - **Which refund:** `purchaseId`, by which the host records the purchase as its `order_id`; `purchaseToken` is its
//!   `purchase_token`. `purchaseId` and `purchaseState` together identify a repetition, since a cancellation has the id
//!   of its purchase.
//! - **The player:** `developerPayload` is the account tag. The game's client writes it, so a player can write anything
//!   there; put the tag of [`Engine::account_tag`](crate::Engine::account_tag) there, which is unguessable.
//! - **When:** there is no time of cancellation. A refund's time is when its message was first received, which the
//!   store's retries can make up to three days late.
//! - **How much:** `price`, as text or number, if it comes with `priceCurrencyCode` (messages before 3.0 have none).
//! - **Reason and initiator:** not reported. ONE Store also refunds, three days after, what the game neither
//!   acknowledged nor consumed; such a cancellation looks like any other, so by the default rules one that comes 71 to
//!   74 hours after the purchase alerts and does not block.
//! - **Test purchases:** `environment` SANDBOX, `isTestMdn` true or a version that ends in `D` make it
//!   [`Sandbox`](crate::Environment::Sandbox), and the default rules block no player for it: ONE Store buys and cancels
//!   with test phones in released apps, too.
//!
//! # Purchases that a client holds
//!
//! The client's library returns purchase data and a signature by the same licence key, over the exact text
//! ([`OneStoreVerifier::verify_purchase`]). Its `packageName` must be the client id or the section's `package_name`.
//!
//! # Subscription notifications
//!
//! They come without a signature, so anyone who has the URL and the app's name can write one. They are refused with
//! 401, unless the section has `"subscription_notifications": "known_tokens"`. Then a revocation (`notificationType`
//! 12) of a purchase that is known, since the host recorded it or a signed message reported it, is a
//! [hint](crate::Trust::Hint), which by default blocks no player, and little of it is used: that the subscription with
//! this `purchaseToken` was revoked, and when, if within the last three days. Query the store's server API
//! (`getSubscriptionDetail`) before acting on one. A revocation of another purchase is refused with 403; ONE Store
//! sends it again, and it is accepted once the purchase is known. The number and the total size of kept ones are
//! limited (`limits.hints`). All other types mean nothing to a refund engine, since only a signed message proves a
//! purchase: they are answered 200, and nothing is kept of them. An unreadable one is answered 400.
//!
//! # Answers
//!
//! 200 is success, and nothing else is: ONE Store sends the message again, 30 times within three days. 401: forged, or
//! altered on its way. 400: damaged. 403: of an app that is not configured. 413: too large. A genuine message that
//! cannot be understood is kept as a dead letter and answered 200.
//!
//! Formats: <https://onestore-dev.gitbook.io/dev/tools/billing/v21/pns>.

mod api;
mod config;
mod doctor;
mod error;
mod meaning;
mod members;
mod notification;
mod signed_purchase;
mod signed_text;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verifier;

use std::sync::Arc;

use crate::config::ConfigError;
use crate::model::{Signal, Span, Store, TagWriter, Timestamp, Unacknowledged};
use crate::stores::{
    BuiltInStore, Credentials, KeySources, KnownText, Rejection, Request, SignedPurchase, StoreApi,
    StoreProfile, VerifiedPurchase,
};
#[cfg(any(test, feature = "testing"))]
use crate::testing::signer::{SigningError, TestSigner};
use crate::transport::{RateLimit, Transport};
pub use crate::verify::{RsaKeyError, RsaPublicKey};
pub use api::{OneStoreApi, PurchaseDetails, SubscriptionDetails};
pub use config::{MarketCode, OneStoreApp, OneStoreConfigError, OneStoreSection, SubscriptionNotifications};
pub use error::OneStoreError;
pub use notification::{
    Content, Notification, PaymentNotification, PurchaseState, SubscriptionNotification,
    SubscriptionNotificationType,
};
pub use verifier::OneStoreVerifier;

/// ONE Store to the rest of Recoup.
pub(crate) struct Description;

impl BuiltInStore for Description {
    const STORE: Store = Store::OneStore;
    const PROFILE: StoreProfile = StoreProfile {
        tags: TagWriter::Game,
        // Three days after the purchase and not earlier; test purchases are named.
        unacknowledged: Some(Unacknowledged {
            earliest: Some(Span::from_hours(71)),
            latest: Span::from_hours(74),
            is_renewal: |_| false,
        }),
        credentials: Some(Credentials {
            key: "one_store[].client_secret",
            without: "refunds that no message reports are not found",
        }),
        signed_purchase: Some(KnownText {
            name: "the purchase data of ONE Store's library (PurchaseData.getOriginalJson())",
            has: &["purchaseId"],
            has_not: &[],
        }),
        other_texts: &[KnownText {
            name: "a ONE Store notification (PNS)",
            has: &["msgVersion"],
            has_not: &[],
        }],
        ..StoreProfile::PLAIN
    };

    type Section = OneStoreSection;
    type Verifier = OneStoreVerifier;
    type Notification = Notification;

    fn verifier(sections: &[OneStoreSection], _: &KeySources) -> Result<OneStoreVerifier, ConfigError> {
        let apps: Result<_, _> = sections.iter().enumerate().map(|(n, section)| section.load(n)).collect();
        OneStoreVerifier::new(apps?).map_err(|error| config::unusable("one_store".to_owned(), &error))
    }

    fn verify(
        verifier: &OneStoreVerifier,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        verifier.verify_notification(request, now)
    }

    fn signal(notification: &Notification) -> Result<Signal, Rejection> {
        notification.signal()
    }

    fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
        signed_text::signed_content(body)
    }

    fn is_unsigned(body: &[u8]) -> bool {
        signed_text::is_unsigned(body)
    }

    fn verify_purchase(
        verifier: &OneStoreVerifier,
        signed: &SignedPurchase<'_>,
        _: Timestamp,
    ) -> Result<VerifiedPurchase, Rejection> {
        verifier.verify_purchase(signed)
    }

    fn api(
        sections: &[OneStoreSection],
        transport: &Arc<dyn Transport>,
    ) -> Result<Option<Arc<dyn StoreApi>>, ConfigError> {
        Ok(OneStoreApi::new(sections, Arc::clone(transport))?.map(StoreApi::shared))
    }

    fn rate_limits(sections: &[OneStoreSection]) -> Result<Vec<RateLimit>, ConfigError> {
        OneStoreApi::rate_limits(sections)
    }

    #[cfg(any(test, feature = "testing"))]
    fn test_signer() -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(testing::OneStore::new()?))
    }
}
