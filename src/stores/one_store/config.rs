//! ONE Store's sections of the configuration, the files they name, and the apps made of them: which apps' notifications
//! are accepted, and by which key.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{RsaKeyError, RsaPublicKey};
use crate::config::{ConfigError, read};
use crate::stores::{Section, SectionSummary, http_api};
use crate::transport::{Secret, Url};

/// One app in ONE Store.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OneStoreSection {
    /// The app's client id; its package name, if it was registered before 2025-03-20.
    pub client_id: String,
    /// The app's name in messages before 3.1.0 and in the purchase data of clients, if it is not the client id.
    #[serde(default)]
    pub package_name: Option<String>,
    /// The licence key of ONE Store's console, base64. Exactly one of this and `license_key_file` is needed.
    #[serde(default)]
    pub license_key: Option<String>,
    /// A file with the licence key.
    #[serde(default)]
    pub license_key_file: Option<PathBuf>,
    /// How subscription notifications, which are unsigned, are treated.
    #[serde(default)]
    pub subscription_notifications: SubscriptionNotifications,
    /// The client secret of ONE Store's console, for requests to the server API. At most one of this and
    /// `client_secret_file`; without either, the app's notifications are received and no request is sent.
    #[serde(default, deserialize_with = "http_api::secret")]
    pub client_secret: Option<Secret>,
    /// A file with the client secret.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// The market in which the app is sold; `"MKT_ONE"` if absent. With the wrong one the API finds no purchase.
    #[serde(default)]
    pub market_code: MarketCode,
    /// Whether the API is queried for purchases of the sandbox, which has separate secrets and a separate host.
    #[serde(default)]
    pub sandbox: bool,
    /// The API's address, for emulators and for apps that still use `https://apis.onestore.co.kr`;
    /// `https://iap-apis.onestore.net` if absent, and `https://sbpp.onestore.net` for the sandbox.
    #[serde(default, deserialize_with = "http_api::url")]
    pub api_url: Option<Url>,
}

impl Section for OneStoreSection {
    fn app(&self) -> &str {
        &self.client_id
    }

    fn join_paths(&mut self, base: &Path) {
        if let Some(file) = &mut self.license_key_file {
            *file = base.join(&file);
        }
        if let Some(file) = &mut self.client_secret_file {
            *file = base.join(&file);
        }
    }

    fn summary(&self) -> SectionSummary {
        let key = match &self.license_key_file {
            Some(file) => format!("signature by the licence key in {}", file.display()),
            None => "signature by the licence key given here".to_owned(),
        };
        let hints = match self.subscription_notifications {
            SubscriptionNotifications::KnownTokens => "accepted as hints where the purchase is known",
            SubscriptionNotifications::Refuse => "refused",
        };
        let mut checks = vec![key, format!("subscription notifications, which are unsigned: {hints}")];
        if let Some(name) = &self.package_name {
            checks.push(format!("also called {name}"));
        }
        if self.has_credentials() {
            let place = if self.sandbox { "the sandbox" } else { self.market_code.as_str() };
            checks.push(format!("voided purchases of {place} swept with its client secret"));
        }
        SectionSummary { app: self.client_id.clone(), checks }
    }

    fn has_credentials(&self) -> bool {
        self.client_secret.is_some() || self.client_secret_file.is_some()
    }
}

impl OneStoreSection {
    /// The app, with the key out of its file. `n` is the section's place in the configuration.
    pub(super) fn load(&self, n: usize) -> Result<OneStoreApp, ConfigError> {
        let (member, text) = match (&self.license_key, &self.license_key_file) {
            (Some(text), None) => ("license_key", text.clone()),
            (None, Some(file)) => ("license_key_file", String::from_utf8_lossy(&read(file)?).into_owned()),
            (None, None) | (Some(_), Some(_)) => {
                return Err(ConfigError::Value {
                    key: format!("one_store[{n}]"),
                    problem: "expected exactly one of license_key and license_key_file".to_owned(),
                });
            }
        };
        let license_key = RsaPublicKey::from_license_key(&text).map_err(|source| {
            let error = OneStoreConfigError::LicenseKey { client_id: self.client_id.clone(), source };
            unusable(format!("one_store[{n}].{member}"), &error)
        })?;
        Ok(OneStoreApp {
            client_id: self.client_id.clone(),
            package_name: self.package_name.clone(),
            license_key,
            subscription_notifications: self.subscription_notifications,
        })
    }
}

pub(super) fn unusable(key: String, error: &OneStoreConfigError) -> ConfigError {
    ConfigError::Value { key, problem: error.to_string() }
}

/// One app in ONE Store. It may occur twice with different keys, for example while its key is replaced.
#[derive(Clone, Debug)]
pub struct OneStoreApp {
    /// The app's client id; its package name, if it was registered before 2025-03-20.
    pub client_id: String,
    /// The app's name in messages before 3.1.0, if it is not the client id.
    pub package_name: Option<String>,
    /// Its licence key of ONE Store's console.
    pub license_key: RsaPublicKey,
    /// How its subscription notifications are treated.
    pub subscription_notifications: SubscriptionNotifications,
}

/// The market of ONE Store in which an app is sold: `x-market-code`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub enum MarketCode {
    /// Korea.
    #[default]
    #[serde(rename = "MKT_ONE")]
    Korea,
    /// The rest of the world.
    #[serde(rename = "MKT_GLB")]
    Global,
}

impl MarketCode {
    /// As ONE Store writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Korea => "MKT_ONE",
            Self::Global => "MKT_GLB",
        }
    }
}

/// How subscription notifications, which are unsigned, are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionNotifications {
    /// They are refused with 401.
    #[default]
    Refuse,
    /// Those of known purchases are hints, for which by default no player is blocked; others are refused with 403,
    /// until the purchase is recorded or a signed message has reported it. Within the configuration's `limits`.
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
        /// The problem.
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
