//! The stores' sections, and the files they name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::{Config, ConfigError, read};
use crate::crypto::{CachedKeys, FetchedKeys, Jwks, KeyFetchError, KeySource};
use crate::stores::app_store::{
    APPLE_ROOT_CA_G3, AppStoreApp, AppStoreEnvironment, AppStoreVerifier, EffectiveDate,
};
use crate::stores::google_play::{GooglePlayApp, GooglePlayVerifier, PushAuthentication};

/// One app in the App Store.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppStoreSection {
    /// The app's bundle id.
    pub bundle_id: String,
    /// The app's Apple ID, as App Store Connect shows it. Needed for production.
    #[serde(default)]
    pub app_apple_id: Option<i64>,
    /// Which environments' notifications are taken; production and sandbox where it is not given.
    #[serde(default)]
    pub environments: Option<Vec<AppStoreEnvironment>>,
    /// Files of further root certificates, DER or PEM.
    #[serde(default)]
    pub extra_roots: Vec<PathBuf>,
    /// Whether only those are trusted, and Apple Root CA - G3 is not.
    #[serde(default)]
    pub only_extra_roots: bool,
    /// At which time certificates must be valid: when the message was signed (the default), or now.
    #[serde(default)]
    pub effective_date: EffectiveDateSetting,
}

/// At which time certificates must be valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectiveDateSetting {
    /// When the message says it was signed. Messages that arrive after their certificate expired are still taken.
    #[default]
    Signed,
    /// Now. Stricter: a leaked key is of no use once its certificate has expired.
    Now,
}

/// One app in Google Play.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GooglePlaySection {
    /// The app's package name.
    pub package_name: String,
    /// The Pub/Sub push subscription that brings its notifications.
    pub push: PushSection,
}

/// A Pub/Sub push subscription with authentication.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSection {
    /// The audience set on the subscription; the push endpoint's URL where none was set.
    pub audience: String,
    /// The service account set on the subscription. Without it anybody with a Google Cloud account could sign.
    pub service_account_email: String,
    /// The subscription's full name, `projects/P/subscriptions/S`; any of that account where it is not given.
    #[serde(default)]
    pub subscription: Option<String>,
    /// A file with Google's keys (JWKS). Without it they are fetched, if the Cargo feature `http` is on or code gives
    /// a [transport](crate::EngineOptions::transport) or a [key source](crate::EngineOptions::google_keys).
    #[serde(default)]
    pub jwks: Option<PathBuf>,
}

impl Config {
    /// The App Store's verifier, where any app is configured.
    pub(crate) fn app_store_verifier(&self) -> Result<Option<AppStoreVerifier>, ConfigError> {
        if self.app_store.is_empty() {
            return Ok(None);
        }
        let apps: Result<_, _> = self.app_store.iter().map(AppStoreSection::load).collect();
        AppStoreVerifier::new(apps?).map(Some).map_err(|error| unusable("app_store", &error))
    }

    /// Google Play's verifier, where any app is configured.
    /// A section without a key file takes its keys from `fetched`, which all such sections share.
    pub(crate) fn google_play_verifier(
        &self,
        fetched: Option<&Arc<CachedKeys>>,
    ) -> Result<Option<GooglePlayVerifier>, ConfigError> {
        if self.google_play.is_empty() {
            return Ok(None);
        }
        let apps: Result<_, _> =
            self.google_play.iter().enumerate().map(|(n, section)| section.load(n, fetched)).collect();
        GooglePlayVerifier::new(apps?).map(Some).map_err(|error| unusable("google_play", &error))
    }
}

fn unusable(key: &str, error: &dyn std::fmt::Display) -> ConfigError {
    ConfigError::Value { key: key.to_owned(), problem: error.to_string() }
}

impl AppStoreSection {
    fn load(&self) -> Result<AppStoreApp, ConfigError> {
        let mut roots = Vec::new();
        if !self.only_extra_roots {
            roots.push(APPLE_ROOT_CA_G3.to_vec());
        }
        for path in &self.extra_roots {
            roots.extend(certificates(path)?);
        }
        Ok(AppStoreApp {
            bundle_id: self.bundle_id.clone(),
            app_apple_id: self.app_apple_id,
            environments: self
                .environments
                .clone()
                .unwrap_or_else(|| vec![AppStoreEnvironment::Production, AppStoreEnvironment::Sandbox]),
            roots,
            effective_date: match self.effective_date {
                EffectiveDateSetting::Signed => EffectiveDate::Signed,
                EffectiveDateSetting::Now => EffectiveDate::Now,
            },
        })
    }
}

impl GooglePlaySection {
    fn load(&self, n: usize, fetched: Option<&Arc<CachedKeys>>) -> Result<GooglePlayApp, ConfigError> {
        let unusable = |problem| ConfigError::Value { key: format!("google_play[{n}].push.jwks"), problem };
        let keys = match (&self.push.jwks, fetched) {
            (Some(path), _) => {
                let keys = Jwks::parse(&read(path)?)
                    .map_err(|error| unusable(format!("{} holds no usable keys: {error}", path.display())))?;
                Arc::new(CachedKeys::fixed(keys))
            }
            (None, Some(fetched)) => Arc::clone(fetched),
            (None, None) => {
                // Not refused: the same file serves a host that gives a key source in code, and the command line.
                tracing::warn!(package = self.package_name, "{NO_KEYS}");
                Arc::new(CachedKeys::fetched_from(Arc::new(NoKeys)))
            }
        };
        Ok(GooglePlayApp {
            package_name: self.package_name.clone(),
            push: PushAuthentication {
                audience: self.push.audience.clone(),
                service_account_email: self.push.service_account_email.clone(),
                subscription: self.push.subscription.clone(),
                keys,
            },
            skew: GooglePlayApp::DEFAULT_SKEW,
        })
    }
}

const NO_KEYS: &str = "google_play[].push.jwks names no file with Google's keys, and there is nothing to fetch them \
                       with (feature http, or a transport given in code): its pushes are answered 503";

/// What stands in for the keys of a section that has none.
struct NoKeys;

impl KeySource for NoKeys {
    fn fetch(&self) -> Result<FetchedKeys, KeyFetchError> {
        Err(KeyFetchError { problem: NO_KEYS.to_owned() })
    }
}

/// The certificates of a file: all of a PEM file's, or the one of a DER file.
fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, ConfigError> {
    let bytes = read(path)?;
    if !bytes.windows(PEM_BEGINS.len()).any(|window| window == PEM_BEGINS) {
        return Ok(vec![bytes]);
    }
    let mut found = Vec::new();
    for block in x509_parser::pem::Pem::iter_from_buffer(&bytes) {
        let block = block.map_err(|error| ConfigError::Unreadable {
            path: path.to_owned(),
            problem: format!("a PEM block is damaged: {error}"),
        })?;
        if block.label == "CERTIFICATE" {
            found.push(block.contents);
        }
    }
    Ok(found)
}

const PEM_BEGINS: &[u8] = b"-----BEGIN CERTIFICATE-----";
