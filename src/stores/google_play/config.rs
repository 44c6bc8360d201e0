//! Google Play's sections of the configuration, and the files they name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::{GooglePlayApp, GooglePlayVerifier, PublishedKeys, PushAuthentication, RsaPublicKey};
use crate::config::{ConfigError, read};
use crate::stores::config::{KeySources, Section, SectionSummary};
use crate::stores::http_api;
use crate::transport::Url;
use crate::verify::{CachedKeys, FetchedKeys, Jwks, KeyFetchError, KeySource};

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
    #[serde(default, deserialize_with = "http_api::url_text")]
    pub api_url: Option<String>,
    /// The app's licence key, base64, as Play Console shows it under Monetize with Play > Monetization setup > Licensing:
    /// purchases that a client holds are verified with it. A public key, no secret. Several where one is replaced.
    #[serde(default)]
    pub license_keys: Vec<String>,
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
    /// Where the keys are fetched, where it is not at Google: an emulator, a mirror. `https`, or `http` on this machine.
    /// Not beside `jwks`.
    #[serde(default, deserialize_with = "http_api::url")]
    pub jwks_url: Option<Url>,
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

    /// Sections without a key file share one cache for each place that their keys are fetched from.
    fn verifier(sections: &[Self], keys: &KeySources) -> Result<GooglePlayVerifier, ConfigError> {
        let mut fetched = FetchedKeySets { sources: keys, by_place: HashMap::new() };
        let apps: Result<_, _> =
            sections.iter().enumerate().map(|(n, section)| section.load(n, &mut fetched)).collect();
        GooglePlayVerifier::new(apps?)
            .map_err(|error| ConfigError::Value { key: "google_play".to_owned(), problem: error.to_string() })
    }

    fn summary(&self) -> SectionSummary {
        let push = &self.push;
        let mut checks = vec![
            format!("token for {}", push.audience),
            format!("of {}", push.service_account_email),
            format!("subscription: {}", push.subscription.as_deref().unwrap_or("any of that account")),
            match (&push.jwks, &push.jwks_url) {
                (Some(jwks), _) => format!("keys from {}", jwks.display()),
                (None, Some(url)) => format!("keys fetched from {url}"),
                (None, None) => "keys fetched from Google".to_owned(),
            },
        ];
        if !self.license_keys.is_empty() {
            let count = self.license_keys.len();
            checks.push(format!(
                "signed purchases by {count} licence key{}",
                if count == 1 { "" } else { "s" }
            ));
        }
        SectionSummary { app: self.package_name.clone(), checks }
    }
}

impl GooglePlaySection {
    fn load(&self, n: usize, fetched: &mut FetchedKeySets<'_>) -> Result<GooglePlayApp, ConfigError> {
        let unusable =
            |key, problem| ConfigError::Value { key: format!("google_play[{n}].push.{key}"), problem };
        let url = self.push.jwks_url.as_ref();
        if self.push.jwks.is_some() && url.is_some() {
            return Err(unusable("jwks_url", "expected one of jwks and jwks_url, not both".to_owned()));
        }
        // Whoever can answer there says whose signatures count.
        if let Some(url) = url {
            http_api::require_protected(url).map_err(|problem| unusable("jwks_url", problem))?;
        }
        let keys = match (&self.push.jwks, fetched.at(url)) {
            (Some(path), _) => {
                let keys = Jwks::parse(&read(path)?).map_err(|error| {
                    unusable("jwks", format!("{} holds no usable keys: {error}", path.display()))
                })?;
                Arc::new(CachedKeys::fixed(keys))
            }
            (None, Some(fetched)) => fetched,
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
            license_keys: self.parsed_license_keys(n)?,
        })
    }
}

impl GooglePlaySection {
    fn parsed_license_keys(&self, n: usize) -> Result<Vec<RsaPublicKey>, ConfigError> {
        let parse = |(at, text): (usize, &String)| {
            GooglePlayApp::license_key(&self.package_name, text).map_err(|error| ConfigError::Value {
                key: format!("google_play[{n}].license_keys[{at}]"),
                problem: error.to_string(),
            })
        };
        self.license_keys.iter().enumerate().map(parse).collect()
    }
}

/// One cache for each place that keys are fetched from; `None` is Google.
struct FetchedKeySets<'a> {
    sources: &'a KeySources,
    by_place: HashMap<Option<Url>, Arc<CachedKeys>>,
}

impl FetchedKeySets<'_> {
    /// `None` where there is nothing to fetch with.
    fn at(&mut self, url: Option<&Url>) -> Option<Arc<CachedKeys>> {
        if let Some(keys) = self.by_place.get(&url.cloned()) {
            return Some(Arc::clone(keys));
        }
        let keys = Arc::new(CachedKeys::fetched_from(source(url, self.sources)?));
        self.by_place.insert(url.cloned(), Arc::clone(&keys));
        Some(keys)
    }
}

/// Where the keys of a section without a key file come from.
pub(super) fn source(url: Option<&Url>, sources: &KeySources) -> Option<Arc<dyn KeySource>> {
    match url {
        Some(url) => {
            let transport = Arc::clone(sources.transport.as_ref()?);
            Some(Arc::new(PublishedKeys::at(transport, url.clone())))
        }
        None => sources.google.clone(),
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
