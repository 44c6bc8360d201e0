//! The verifiers of all stores, by the table.

use serde::Serialize;

use super::config::{KeySources, Section as _};
use super::{Rejection, Request, SignedPurchase, SignedPurchaseError, VerifiedPurchase};
use crate::config::{Config, ConfigError};
use crate::model::{Signal, Store, Timestamp};
use crate::store_table::for_each_store;

/// An authenticated notification, in the store's words and in ours.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it means.
    pub signal: Signal,
    /// All that was verified, under the names the store's documents use.
    pub decoded: serde_json::Value,
}

macro_rules! verifier {
    ($({ $(#[$_doc:meta])* $Variant:ident $_name:literal $_title:literal
         $folder:ident $Section:ident $Verifier:ident $_Error:ident $_tags:ident })*) => {
        /// Verifies what the configured stores send, without a ledger and without I/O: keys and time are given. An
        /// [`Engine`](crate::Engine) has one of its own; use this one to look at a message, or in a process that only
        /// checks.
        #[derive(Debug)]
        pub struct Verifier {
            $($folder: Option<super::$folder::$Verifier>,)*
        }

        impl Verifier {
    /// As [`signal`](Self::signal), for a message that is delivered: one that is too old to be genuine is refused.
    pub(crate) fn delivered(
        &self,
        store: &Store,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Signal, Rejection> {
        match store {
            Store::AppStore => self.app_store()?.verify_delivery(request, now)?.signal(),
            _ => self.signal(store, request, now),
        }?
        .of_whole_ids()
    }

            /// A verifier for the stores that the configuration has sections for. Reads the files they name.
            ///
            /// # Errors
            /// [`ConfigError`] for a section that cannot be used.
            pub fn new(config: &Config) -> Result<Self, ConfigError> {
                Self::with_keys(config, &KeySources::default())
            }

            /// As [`new`](Self::new); what no section brings comes from `keys`, by its issuer's caching rules.
            ///
            /// # Errors
            /// As [`new`](Self::new).
            pub fn with_keys(config: &Config, keys: &KeySources) -> Result<Self, ConfigError> {
                Ok(Self {
                    $($folder: match config.$folder.as_slice() {
                        [] => None,
                        sections => Some(super::$folder::$Section::verifier(sections, keys)?),
                    },)*
                })
            }

            /// Verifies a store's notification at the time `now`, and says what it means.
            ///
            /// # Errors
            /// [`Rejection`] says why not, and how to answer the store.
            pub fn signal(
                &self,
                store: &Store,
                request: &Request<'_>,
                now: Timestamp,
            ) -> Result<Signal, Rejection> {
                match store {
                    $(Store::$Variant => apart(|| self.$folder()?.verify_notification(request, now)?.signal()),)*
                    Store::Custom(_) => Err(Rejection::StoreNotConfigured { store: store.clone() }),
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
                    $(Store::$Variant => apart(|| {
                        let notification = self.$folder()?.verify_notification(request, now)?;
                        Ok(Verified { signal: notification.signal()?, decoded: decoded(&notification)? })
                    }),)*
                    Store::Custom(_) => Err(Rejection::StoreNotConfigured { store: store.clone() }),
                }
            }

            /// What of an authentic message's body the store signed, by which one is distinguished from another; `None` where that is
            /// not shaped as the store's notification.
            pub(crate) fn signed_content(store: &Store, body: &[u8]) -> Option<Vec<u8>> {
                match store {
                    $(Store::$Variant => super::$folder::signed_content(body),)*
                    Store::Custom(_) => Some(body.to_vec()),
                }
            }

            $(fn $folder(&self) -> Result<&super::$folder::$Verifier, Rejection> {
                self.$folder.as_ref().ok_or(Rejection::StoreNotConfigured { store: Store::$Variant })
            })*
        }
    };
}

for_each_store!(verifier);

impl Verifier {
    /// Whether a message that was accepted is of a kind that the store does not sign: whoever knows the URL can write one.
    /// Of the stores only ONE Store sends such.
    pub(crate) fn is_unsigned(store: &Store, body: &[u8]) -> bool {
        matches!(store, Store::OneStore) && super::one_store::is_unsigned(body)
    }

    /// Verifies a purchase by what the client holds of it, at the time `now`, and says what the store says of it.
    ///
    /// # Errors
    /// [`Rejection`] says why not. Stripe, Amazon and stores of the host's own give the client nothing signed.
    pub fn purchase(
        &self,
        store: &Store,
        signed: &SignedPurchase<'_>,
        now: Timestamp,
    ) -> Result<VerifiedPurchase, Rejection> {
        match store {
            Store::AppStore => self.app_store()?.verify_purchase(signed, now),
            Store::GooglePlay => self.google_play()?.verify_purchase(signed),
            Store::OneStore => self.one_store()?.verify_purchase(signed),
            Store::Stripe | Store::Amazon | Store::Custom(_) => {
                Err(SignedPurchaseError::NotSigned { store: store.clone() }.into())
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
}

/// Does the work on a stack frame of its own: in unoptimised builds the notifications of all stores would else have a place
/// each in one frame, which small threads have no room for.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

fn decoded<T: Serialize>(verified: &T) -> Result<serde_json::Value, Rejection> {
    serde_json::to_value(verified).map_err(|error| Rejection::NotUnderstood { problem: error.to_string() })
}
