//! The verifiers of all stores, by the table.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::amazon::PublishedCertificates;
use super::google_play::PublishedKeys;
use super::{
    BuiltInStore, KeySources, Rejection, Request, SignedPurchase, SignedPurchaseError, VerifiedPurchase,
};
use crate::config::{Config, ConfigError};
use crate::model::{Signal, Store, Timestamp};
use crate::store_table::for_each_store;
use crate::transport::Transport;

/// An authenticated notification, in the store's words and in ours.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Its meaning.
    pub signal: Signal,
    /// All that was verified, under the names the store's documents use.
    pub decoded: serde_json::Value,
}

macro_rules! verifier {
    ($({ $(#[$_doc:meta])* $Variant:ident $_name:literal $_title:literal $folder:ident $($_rest:ident)* })*) => {
        /// Verifies what the configured stores send, without a ledger and without I/O: keys and time are passed in. An
        /// [`Engine`](crate::Engine) has its own; use this one to examine a message, or in a process that only checks.
        #[derive(Debug)]
        pub struct Verifier {
            $($folder: Option<Configured<super::$folder::Description>>,)*
        }

        impl Verifier {
            /// As [`new`](Self::new); keys that no section brings come from `keys`, by their issuer's caching rules.
            ///
            /// # Errors
            /// As [`new`](Self::new).
            pub fn with_keys(config: &Config, keys: &KeySources) -> Result<Self, ConfigError> {
                Ok(Self { $($folder: Configured::new(&config.$folder, keys)?,)* })
            }

            fn of(&self, store: &Store) -> Result<&dyn StoreVerifier, Rejection> {
                let configured: Option<&dyn StoreVerifier> = match store {
                    $(Store::$Variant => match &self.$folder {
                        Some(configured) => Some(configured),
                        None => None,
                    },)*
                    Store::Custom(_) => None,
                };
                configured.ok_or_else(|| Rejection::StoreNotConfigured { store: store.clone() })
            }
        }
    };
}

for_each_store!(verifier);

impl Verifier {
    /// A verifier for the stores that the configuration has sections for. Reads the files they name.
    ///
    /// # Errors
    /// [`ConfigError`] for a section that cannot be used.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        Self::with_keys(config, &KeySources::default())
    }

    /// Verifies a store's notification at the time `now`, and returns its meaning.
    ///
    /// # Errors
    /// [`Rejection`] is the reason, and the response to the store.
    pub fn signal(&self, store: &Store, request: &Request<'_>, now: Timestamp) -> Result<Signal, Rejection> {
        self.of(store)?.signal(request, now)
    }

    /// As [`signal`](Self::signal), for a message that is delivered: one that is too old to be genuine is refused.
    pub(crate) fn delivered(
        &self,
        store: &Store,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Signal, Rejection> {
        let signal = self.of(store)?.delivered(request, now)?;
        // One whose ids name no order for sure is not understood.
        signal.whole_ids().map_err(|bad| Rejection::NotUnderstood { problem: bad.to_string() })
    }

    /// As [`signal`](Self::signal), and also returns all that was verified.
    ///
    /// # Errors
    /// As [`signal`](Self::signal).
    pub fn notification(
        &self,
        store: &Store,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Verified, Rejection> {
        self.of(store)?.notification(request, now)
    }

    /// The part of an authentic message's body that the store signed, which distinguishes one message from another;
    /// `None` if the body does not have the form of the store's notification.
    pub(crate) fn signed_content(&self, store: &Store, body: &[u8]) -> Option<Vec<u8>> {
        self.of(store).ok()?.signed_content(body)
    }

    /// Whether a message that was accepted is of a kind that the store does not sign: anyone with the URL can write
    /// one.
    pub(crate) fn is_unsigned(&self, store: &Store, body: &[u8]) -> bool {
        self.of(store).is_ok_and(|store| store.is_unsigned(body))
    }

    /// Verifies a purchase by what the client holds of it, at the time `now`, and returns what the store reports of it.
    ///
    /// # Errors
    /// [`Rejection`] is the reason. Stripe, Amazon and stores of the host's own send the client nothing signed.
    pub fn purchase(
        &self,
        store: &Store,
        signed: &SignedPurchase<'_>,
        now: Timestamp,
    ) -> Result<VerifiedPurchase, Rejection> {
        if super::profile(store).signed_purchase.is_none() {
            return Err(SignedPurchaseError::NotSigned { store: store.clone() }.into());
        }
        self.of(store)?.purchase(signed, now)
    }

    /// Verifies one bare App Store transaction (a JWS from StoreKit or the App Store Server API).
    ///
    /// # Errors
    /// As [`signal`](Self::signal).
    pub fn transaction(&self, jws: &str, now: Timestamp) -> Result<serde_json::Value, Rejection> {
        decoded(&self.app_store()?.verify_transaction(jws, now)?)
    }

    /// Verifies one bare App Store renewal info.
    ///
    /// # Errors
    /// As [`signal`](Self::signal).
    pub fn renewal_info(&self, jws: &str, now: Timestamp) -> Result<serde_json::Value, Rejection> {
        decoded(&self.app_store()?.verify_renewal_info(jws, now)?)
    }

    fn app_store(&self) -> Result<&super::app_store::AppStoreVerifier, Rejection> {
        let configured = self.app_store.as_ref().map(|Configured(verifier)| verifier);
        configured.ok_or(Rejection::StoreNotConfigured { store: Store::AppStore })
    }
}

impl KeySources {
    /// All of them fetched over a transport, when first needed and by their issuers' caching rules.
    #[must_use]
    pub fn over(transport: &Arc<dyn Transport>) -> Self {
        Self {
            google: Some(Arc::new(PublishedKeys::of_google(Arc::clone(transport)))),
            certificates: Some(Arc::new(PublishedCertificates::over(Arc::clone(transport)))),
            transport: Some(Arc::clone(transport)),
        }
    }

    /// These sources; an absent one is replaced by one that fetches over a transport.
    pub(crate) fn or_over(self, transport: &Arc<dyn Transport>) -> Self {
        let fetched = Self::over(transport);
        Self {
            google: self.google.or(fetched.google),
            certificates: self.certificates.or(fetched.certificates),
            transport: self.transport.or(fetched.transport),
        }
    }
}

/// A store that has sections.
struct Configured<S: BuiltInStore>(S::Verifier);

impl<S: BuiltInStore> Configured<S> {
    /// `None` without sections.
    fn new(sections: &[S::Section], keys: &KeySources) -> Result<Option<Self>, ConfigError> {
        if sections.is_empty() {
            Ok(None)
        } else {
            S::verifier(sections, keys).map(|verifier| Some(Self(verifier)))
        }
    }
}

/// A [`Configured`] one, whichever store it is.
trait StoreVerifier {
    fn signal(&self, request: &Request<'_>, now: Timestamp) -> Result<Signal, Rejection>;
    fn delivered(&self, request: &Request<'_>, now: Timestamp) -> Result<Signal, Rejection>;
    fn notification(&self, request: &Request<'_>, now: Timestamp) -> Result<Verified, Rejection>;
    fn purchase(&self, signed: &SignedPurchase<'_>, now: Timestamp) -> Result<VerifiedPurchase, Rejection>;
    fn signed_content(&self, body: &[u8]) -> Option<Vec<u8>>;
    fn is_unsigned(&self, body: &[u8]) -> bool;
}

impl<S: BuiltInStore> StoreVerifier for Configured<S> {
    fn signal(&self, request: &Request<'_>, now: Timestamp) -> Result<Signal, Rejection> {
        S::signal(&S::verify(&self.0, request, now)?)
    }

    fn delivered(&self, request: &Request<'_>, now: Timestamp) -> Result<Signal, Rejection> {
        S::signal(&S::verify_delivery(&self.0, request, now)?)
    }

    fn notification(&self, request: &Request<'_>, now: Timestamp) -> Result<Verified, Rejection> {
        let notification = S::verify(&self.0, request, now)?;
        Ok(Verified { signal: S::signal(&notification)?, decoded: decoded(&notification)? })
    }

    fn purchase(&self, signed: &SignedPurchase<'_>, now: Timestamp) -> Result<VerifiedPurchase, Rejection> {
        S::verify_purchase(&self.0, signed, now)
    }

    fn signed_content(&self, body: &[u8]) -> Option<Vec<u8>> {
        S::signed_content(body)
    }

    fn is_unsigned(&self, body: &[u8]) -> bool {
        S::is_unsigned(body)
    }
}

impl<S: BuiltInStore> fmt::Debug for Configured<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn decoded<T: Serialize>(verified: &T) -> Result<serde_json::Value, Rejection> {
    serde_json::to_value(verified).map_err(|error| Rejection::NotUnderstood { problem: error.to_string() })
}
