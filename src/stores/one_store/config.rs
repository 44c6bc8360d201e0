//! ONE Store's sections of the configuration, and the files they name.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{
    MarketCode, OneStoreApp, OneStoreConfigError, OneStoreVerifier, RsaPublicKey, SubscriptionNotifications,
};
use crate::config::{ConfigError, read};
use crate::stores::config::{KeySources, Section, SectionSummary};
use crate::stores::http_api;
use crate::transport::{Secret, Url};

/// One app in ONE Store.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneStoreSection {
    /// The app's client id; its package name, where it was registered before 2025-03-20.
    pub client_id: String,
    /// What messages before 3.1.0 and the purchase data of clients call the app, where that is not the client id.
    #[serde(default)]
    pub package_name: Option<String>,
    /// The licence key of ONE Store's console, base64. Exactly one of this and `license_key_file` is needed.
    #[serde(default)]
    pub license_key: Option<String>,
    /// A file with the licence key.
    #[serde(default)]
    pub license_key_file: Option<PathBuf>,
    /// What is made of subscription notifications, which nobody signs.
    #[serde(default)]
    pub subscription_notifications: SubscriptionNotifications,
    /// The client secret of ONE Store's console, by which the server API is asked. At most one of this and
    /// `client_secret_file`; without either the app is only listened to.
    #[serde(default, deserialize_with = "http_api::secret")]
    pub client_secret: Option<Secret>,
    /// A file with the client secret.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// In which market the app is sold; `"MKT_ONE"` where it is not given. With the wrong one the API knows no purchase.
    #[serde(default)]
    pub market_code: MarketCode,
    /// Whether the API is asked for purchases of the sandbox, which has secrets and a host of its own.
    #[serde(default)]
    pub sandbox: bool,
    /// Where the API is, for emulators and for apps that still use `https://apis.onestore.co.kr`;
    /// `https://iap-apis.onestore.net` where it is not given, and `https://sbpp.onestore.net` for the sandbox.
    #[serde(default, deserialize_with = "http_api::url")]
    pub api_url: Option<Url>,
}

impl Section for OneStoreSection {
    type Verifier = OneStoreVerifier;

    fn join_paths(&mut self, base: &Path) {
        if let Some(file) = &mut self.license_key_file {
            *file = base.join(&file);
        }
        if let Some(file) = &mut self.client_secret_file {
            *file = base.join(&file);
        }
    }

    fn verifier(sections: &[Self], _keys: &KeySources) -> Result<OneStoreVerifier, ConfigError> {
        let apps: Result<_, _> = sections.iter().enumerate().map(|(n, section)| section.load(n)).collect();
        OneStoreVerifier::new(apps?).map_err(|error| unusable("one_store".to_owned(), &error))
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
        let mut checks = vec![key, format!("subscription notifications, which nobody signs: {hints}")];
        if let Some(name) = &self.package_name {
            checks.push(format!("also called {name}"));
        }
        if self.client_secret.is_some() || self.client_secret_file.is_some() {
            let place = if self.sandbox { "the sandbox" } else { self.market_code.as_str() };
            checks.push(format!("voided purchases of {place} swept with its client secret"));
        }
        SectionSummary { app: self.client_id.clone(), checks }
    }
}

impl OneStoreSection {
    fn load(&self, n: usize) -> Result<OneStoreApp, ConfigError> {
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

fn unusable(key: String, error: &OneStoreConfigError) -> ConfigError {
    ConfigError::Value { key, problem: error.to_string() }
}
