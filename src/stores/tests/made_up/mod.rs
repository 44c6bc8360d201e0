//! A made-up sixth store: the whole of a store's folder, at its smallest.
//!
//! It posts JSON, signed by HMAC-SHA256 of the body in the header `X-Made-Up-Signature`. Its API lists refunds.

mod api;
mod config;
mod doctor;
pub(crate) mod testing;
mod verifier;

use std::sync::Arc;

use crate::config::ConfigError;
use crate::model::{Signal, Store, Timestamp};
use crate::stores::{
    BuiltInStore, Credentials, KeySources, Rejection, Request, StoreApi, StoreProfile, http_api,
};
use crate::testing::signer::{SigningError, TestSigner};
use crate::transport::{RateLimit, Transport};
pub(crate) use api::MadeUpApi;
pub use config::MadeUpSection;
pub use verifier::MadeUpError;
use verifier::{MadeUpVerifier, Notification};

/// The made-up store to the rest of Recoup.
pub(crate) struct Description;

impl BuiltInStore for Description {
    const STORE: Store = Store::MadeUp;
    const PROFILE: StoreProfile = StoreProfile {
        credentials: Some(Credentials {
            key: "made_up[].api_key",
            without: "refunds that no message reports are not found",
        }),
        ..StoreProfile::PLAIN
    };

    type Section = MadeUpSection;
    type Verifier = MadeUpVerifier;
    type Notification = Notification;

    fn verifier(sections: &[MadeUpSection], _: &KeySources) -> Result<MadeUpVerifier, ConfigError> {
        MadeUpVerifier::new(sections)
    }

    fn verify(
        verifier: &MadeUpVerifier,
        request: &Request<'_>,
        _: Timestamp,
    ) -> Result<Notification, Rejection> {
        verifier.verify_notification(request)
    }

    fn signal(notification: &Notification) -> Result<Signal, Rejection> {
        notification.signal()
    }

    fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
        Some(body.to_vec())
    }

    fn api(
        sections: &[MadeUpSection],
        transport: &Arc<dyn Transport>,
    ) -> Result<Option<Arc<dyn StoreApi>>, ConfigError> {
        Ok(MadeUpApi::new(sections, Arc::clone(transport)).map(StoreApi::shared))
    }

    fn rate_limits(sections: &[MadeUpSection]) -> Result<Vec<RateLimit>, ConfigError> {
        Ok(sections.iter().map(|section| http_api::a_second(section.base(), "refunds", 5)).collect())
    }

    fn test_signer() -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(testing::MadeUp::default()))
    }
}
