//! Google Play's sections of the configuration, and the files they name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::{GooglePlayApp, GooglePlayVerifier, PushAuthentication};
use crate::config::{ConfigError, read};
use crate::crypto::{CachedKeys, FetchedKeys, Jwks, KeyFetchError, KeySource};
use crate::stores::section::{KeySources, Section, SectionSummary};

/// One app in Google Play.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GooglePlaySection {
    /// The app's package name.
    pub package_name: String,
    /// The Pub/Sub push subscription that brings its notifications.
    pub push: PushSection,
    /// The JSON key file of a service account that may ask Google Play's server API about this app: as Google Cloud
    /// gives it, with `client_email`, `private_key` (PEM, PKCS #8), `private_key_id` and `token_uri`. Without it the app
    /// is neither swept, nor refunded, nor are its reviews answered.
    #[serde(default)]
    pub service_account: Option<PathBuf>,
    /// Where the server API is, where it is not at Google: an emulator. `https`, or `http` on this machine.
    #[serde(default)]
    pub api_url: Option<String>,
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

impl Section for GooglePlaySection {
    type Verifier = GooglePlayVerifier;

    fn join_paths(&mut self, base: &Path) {
        if let Some(jwks) = &mut self.push.jwks {
            *jwks = base.join(&jwks);
        }
        if let Some(key_file) = &mut self.service_account {
            *key_file = base.join(&key_file);
        }
    }

    /// A section without a key file takes its keys from the given source, through one cache that all such share.
    fn verifier(sections: &[Self], keys: &KeySources) -> Result<GooglePlayVerifier, ConfigError> {
        let fetched = keys.google.clone().map(|source| Arc::new(CachedKeys::fetched_from(source)));
        let apps: Result<_, _> =
            sections.iter().enumerate().map(|(n, section)| section.load(n, fetched.as_ref())).collect();
        GooglePlayVerifier::new(apps?)
            .map_err(|error| ConfigError::Value { key: "google_play".to_owned(), problem: error.to_string() })
    }

    fn summary(&self) -> SectionSummary {
        let push = &self.push;
        let checks = vec![
            format!("token for {}", push.audience),
            format!("of {}", push.service_account_email),
            format!("subscription: {}", push.subscription.as_deref().unwrap_or("any of that account")),
            match &push.jwks {
                Some(jwks) => format!("keys from {}", jwks.display()),
                None => "keys fetched from Google".to_owned(),
            },
        ];
        SectionSummary { app: self.package_name.clone(), checks }
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
