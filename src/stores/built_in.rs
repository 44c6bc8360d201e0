//! What a store is that Recoup has built in: the one trait by which everything else uses it. Each store's folder
//! implements it in its `mod.rs`, for its `Description`.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::profile::StoreProfile;
use super::{
    KeySources, Rejection, Request, SectionChecks, SignedPurchase, SignedPurchaseError, StoreApi,
    VerifiedPurchase,
};
use crate::config::ConfigError;
use crate::model::{Signal, Store, Timestamp};
#[cfg(any(test, feature = "testing"))]
use crate::testing::signer::{SigningError, TestSigner};
use crate::transport::{RateLimit, Transport};

/// A store that is built in. Every store must define what has no default.
pub(crate) trait BuiltInStore {
    /// Which store, as its row in `store_table.rs` names it.
    const STORE: Store;

    /// What the engine and the rules need of it.
    const PROFILE: StoreProfile;

    /// One app or account in the configuration, in a list under the folder's name: how it is read, which files it names,
    /// what doctor checks of it.
    type Section: SectionChecks;

    /// The verifier of messages for the apps that all sections name.
    type Verifier: fmt::Debug + Send + Sync;

    /// A verified message, `Serialize` under the names of the store's documents.
    type Notification: Serialize;

    /// The verifier for these sections, of which there is at least one. Reads the files they name.
    ///
    /// # Errors
    /// [`ConfigError`] names the section.
    fn verifier(sections: &[Self::Section], keys: &KeySources) -> Result<Self::Verifier, ConfigError>;

    /// Verifies a message at the time `now`.
    ///
    /// # Errors
    /// [`Rejection`] is the reason.
    fn verify(
        verifier: &Self::Verifier,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Self::Notification, Rejection>;

    /// As [`verify`](Self::verify), for a message that is delivered now: one that is too old to be genuine is refused.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    fn verify_delivery(
        verifier: &Self::Verifier,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Self::Notification, Rejection> {
        Self::verify(verifier, request, now)
    }

    /// What a message means.
    ///
    /// # Errors
    /// [`Rejection`] if it is not understood.
    fn signal(notification: &Self::Notification) -> Result<Signal, Rejection>;

    /// The part of an authentic message's body that the store signed, which distinguishes one message from another;
    /// `None` if the body does not have the form of the store's notification.
    fn signed_content(body: &[u8]) -> Option<Vec<u8>>;

    /// Whether a message that was accepted is of a kind that the store does not sign: anyone with the URL can write
    /// one.
    fn is_unsigned(_body: &[u8]) -> bool {
        false
    }

    /// Verifies a purchase by what the client holds of it. A store that signs some names them in its
    /// [profile](StoreProfile::signed_purchase).
    ///
    /// # Errors
    /// [`Rejection`] is the reason.
    fn verify_purchase(
        _verifier: &Self::Verifier,
        _signed: &SignedPurchase<'_>,
        _now: Timestamp,
    ) -> Result<VerifiedPurchase, Rejection> {
        Err(SignedPurchaseError::NotSigned { store: Self::STORE }.into())
    }

    /// The server API of the sections that have credentials; `None` if none has. Reads the files they name, and sends
    /// nothing.
    ///
    /// # Errors
    /// [`ConfigError`] names the section and its problem with the credentials.
    fn api(
        _sections: &[Self::Section],
        _transport: &Arc<dyn Transport>,
    ) -> Result<Option<Arc<dyn StoreApi>>, ConfigError> {
        Ok(None)
    }

    /// The limits that the store sets on requests to its API: host and path, since several stores may share one host,
    /// as with a proxy or on a developer's machine, and none is to wait for another's limit.
    ///
    /// # Errors
    /// [`ConfigError`] for an invalid address.
    fn rate_limits(_sections: &[Self::Section]) -> Result<Vec<RateLimit>, ConfigError> {
        Ok(Vec::new())
    }

    /// A throw-away store that signs its messages, for the tests that run over all stores, and for hosts' own.
    ///
    /// # Errors
    /// [`SigningError`] if no keys could be made.
    #[cfg(any(test, feature = "testing"))]
    fn test_signer() -> Result<Box<dyn TestSigner>, SigningError>;
}
