//! The table of stores: one line a store, from its section of the configuration to its verifier.

use std::sync::Arc;

use serde::Serialize;

use super::app_store::AppStoreVerifier;
use super::google_play::GooglePlayVerifier;
use super::{Rejection, Request};
use crate::config::{Config, ConfigError};
use crate::crypto::{CachedKeys, KeySource};
use crate::model::{Signal, Store, Timestamp};

/// Verifies what the configured stores send, without a ledger and without I/O: keys and time are given. An
/// [`Engine`](crate::Engine) has one of its own; use this one to look at a message, or in a process that only checks.
#[derive(Debug)]
pub struct Verifier {
    app_store: Option<AppStoreVerifier>,
    google_play: Option<GooglePlayVerifier>,
}

/// An authenticated notification, in the store's words and in ours.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it means.
    pub signal: Signal,
    /// All that was verified, under the names the store's documents use.
    pub decoded: serde_json::Value,
}

impl Verifier {
    /// A verifier for the stores that the configuration has sections for. Reads the files they name.
    ///
    /// # Errors
    /// [`ConfigError`] for a section that cannot be used.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        Self::with_google_keys(config, None)
    }

    /// As [`new`](Self::new); sections without a key file take Google's keys from `source`, by its issuer's caching
    /// rules.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_google_keys(
        config: &Config,
        source: Option<Arc<dyn KeySource>>,
    ) -> Result<Self, ConfigError> {
        let fetched = source.map(|source| Arc::new(CachedKeys::fetched_from(source)));
        Ok(Self {
            app_store: config.app_store_verifier()?,
            google_play: config.google_play_verifier(fetched.as_ref())?,
        })
    }

    /// Verifies a store's notification at the time `now`, and says what it means.
    ///
    /// # Errors
    /// [`Rejection`] says why not, and how to answer the store.
    pub fn signal(&self, store: &Store, request: &Request<'_>, now: Timestamp) -> Result<Signal, Rejection> {
        match store {
            Store::AppStore => self.app_store()?.verify_notification(request, now)?.signal(),
            Store::GooglePlay => self.google_play()?.verify_notification(request, now)?.signal(),
        }
    }

    /// As [`signal`](Self::signal), and gives all that was verified as well.
    ///
    /// # Errors
    /// As [`signal`](Self::signal).
    pub fn notification(
        &self,
        store: &Store,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Verified, Rejection> {
        match store {
            Store::AppStore => {
                let notification = self.app_store()?.verify_notification(request, now)?;
                Ok(Verified { signal: notification.signal()?, decoded: decoded(&notification)? })
            }
            Store::GooglePlay => {
                let notification = self.google_play()?.verify_notification(request, now)?;
                Ok(Verified { signal: notification.signal()?, decoded: decoded(&notification)? })
            }
        }
    }

    /// Verifies one bare App Store transaction (a JWS as StoreKit or the App Store Server API gives it).
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

    fn app_store(&self) -> Result<&AppStoreVerifier, Rejection> {
        self.app_store.as_ref().ok_or(Rejection::StoreNotConfigured { store: Store::AppStore })
    }

    fn google_play(&self) -> Result<&GooglePlayVerifier, Rejection> {
        self.google_play.as_ref().ok_or(Rejection::StoreNotConfigured { store: Store::GooglePlay })
    }
}

fn decoded<T: Serialize>(verified: &T) -> Result<serde_json::Value, Rejection> {
    serde_json::to_value(verified).map_err(|error| Rejection::NotUnderstood { problem: error.to_string() })
}
