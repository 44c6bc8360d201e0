//! The apps whose notifications are taken, and by which key.

use serde::Deserialize;

use super::{RsaKeyError, RsaPublicKey};

/// One app in ONE Store. It may stand twice with different keys, as while its key is replaced.
#[derive(Clone, Debug)]
pub struct OneStoreApp {
    /// The app's client id; its package name, where it was registered before 2025-03-20.
    pub client_id: String,
    /// What messages before 3.1.0 call the app, where that is not the client id.
    pub package_name: Option<String>,
    /// Its licence key of ONE Store's console.
    pub license_key: RsaPublicKey,
    /// What is made of its subscription notifications.
    pub subscription_notifications: SubscriptionNotifications,
}

/// What is made of subscription notifications, which nobody signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionNotifications {
    /// They are refused with 401.
    #[default]
    Refuse,
    /// Those of purchases that are known are hints, which by default block nobody; others are refused with 403, until the
    /// purchase is recorded or a signed message has reported it. Within the configuration's `limits`.
    KnownTokens,
}

/// Why apps cannot be configured so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OneStoreConfigError {
    /// No apps at all: every notification would be refused.
    #[error("no app is configured")]
    NoApps,
    /// An empty name, which a message without one could match.
    #[error("{member} of app {client_id:?} is empty")]
    Empty {
        /// The app.
        client_id: String,
        /// `client_id` or `package_name`.
        member: &'static str,
    },
    /// Its licence key cannot be used.
    #[error("license_key of app {client_id:?}: {source}")]
    LicenseKey {
        /// The app.
        client_id: String,
        /// What is wrong with it.
        source: RsaKeyError,
    },
}

impl OneStoreApp {
    pub(super) fn check(&self) -> Result<(), OneStoreConfigError> {
        let members = [("client_id", Some(&self.client_id)), ("package_name", self.package_name.as_ref())];
        for (member, value) in members {
            if value.is_some_and(|value| value.trim().is_empty()) {
                return Err(OneStoreConfigError::Empty { client_id: self.client_id.clone(), member });
            }
        }
        Ok(())
    }

    /// Whether a message calls the app this.
    pub(super) fn goes_by(&self, name: &str) -> bool {
        self.client_id == name || self.package_name.as_deref() == Some(name)
    }
}
