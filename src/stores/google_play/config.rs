//! Google Play's sections of the configuration, the files they name, the apps made of them (which senders may push an
//! app's notifications), and the address of Google's keys.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::PublishedKeys;
use crate::config::{ConfigError, read};
use crate::model::Span;
use crate::stores::{KeySources, Section, SectionSummary, http_api};
use crate::transport::Url;
use crate::verify::{CachedKeys, FetchedKeys, Jwks, KeyFetchError, KeySource, RsaKeyError, RsaPublicKey};

/// One app in Google Play.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GooglePlaySection {
    /// The app's package name.
    pub package_name: String,
    /// The Pub/Sub push subscription that brings its notifications.
    pub push: PushSection,
    /// The JSON key file of a service account with access to Google Play's server API for this app: as Google Cloud
    /// issues it, with `client_email`, `private_key` (PEM, PKCS #8), `private_key_id` and `token_uri`. Without it the
    /// app is not swept, nothing is refunded, and its reviews are not answered.
    #[serde(default)]
    pub service_account: Option<PathBuf>,
    /// The server API's address, if it is not Google's: an emulator. `https`, or `http` on this machine.
    #[serde(default, deserialize_with = "http_api::url_text")]
    pub api_url: Option<String>,
    /// The app's licence key, base64, as Play Console shows it under Monetize with Play > Monetization setup >
    /// Licensing: it verifies purchases that a client holds. A public key, no secret. Several while one is replaced.
    #[serde(default)]
    pub license_keys: Vec<String>,
}

/// A Pub/Sub push subscription with authentication.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PushSection {
    /// The audience set on the subscription; the push endpoint's URL if none was set.
    pub audience: String,
    /// The service account set on the subscription. Without it anyone with a Google Cloud account could sign.
    pub service_account_email: String,
    /// The subscription's full name, `projects/P/subscriptions/S`; without it, any subscription of that account.
    #[serde(default)]
    pub subscription: Option<String>,
    /// A file with Google's keys (JWKS). Without it they are fetched, if the Cargo feature `http` is on or code gives
    /// a [transport](crate::EngineOptions::transport) or a [key source](crate::EngineOptions::google_keys).
    #[serde(default)]
    pub jwks: Option<PathBuf>,
    /// The keys' address, if it is not Google's: an emulator, a mirror. `https`, or `http` on this machine. Not
    /// together with `jwks`.
    #[serde(default, deserialize_with = "http_api::url")]
    pub jwks_url: Option<Url>,
}

impl Section for GooglePlaySection {
    fn app(&self) -> &str {
        &self.package_name
    }

    fn join_paths(&mut self, base: &Path) {
        if let Some(jwks) = &mut self.push.jwks {
            *jwks = base.join(&jwks);
        }
        if let Some(key_file) = &mut self.service_account {
            *key_file = base.join(&key_file);
        }
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

    fn has_credentials(&self) -> bool {
        self.service_account.is_some()
    }

    fn fetches_keys(&self, given: &KeySources) -> bool {
        self.push.jwks_url.is_some() || (self.push.jwks.is_none() && given.google.is_none())
    }
}

impl GooglePlaySection {
    /// The apps. Those without a key file share one cache for each place that their keys are fetched from.
    pub(super) fn load_all(sections: &[Self], keys: &KeySources) -> Result<Vec<GooglePlayApp>, ConfigError> {
        let mut fetched = FetchedKeySets { sources: keys, by_place: HashMap::new() };
        sections.iter().enumerate().map(|(n, section)| section.load(n, &mut fetched)).collect()
    }

    fn load(&self, n: usize, fetched: &mut FetchedKeySets<'_>) -> Result<GooglePlayApp, ConfigError> {
        let unusable =
            |key, problem| ConfigError::Value { key: format!("google_play[{n}].push.{key}"), problem };
        let url = self.push.jwks_url.as_ref();
        if self.push.jwks.is_some() && url.is_some() {
            return Err(unusable("jwks_url", "expected one of jwks and jwks_url, not both".to_owned()));
        }
        // The server at this URL decides which signatures count.
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
                // Not refused: the same file serves a host that sets a key source in code, and the command line.
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
    /// `None` if there is nothing to fetch with.
    fn at(&mut self, url: Option<&Url>) -> Option<Arc<CachedKeys>> {
        if let Some(keys) = self.by_place.get(&url.cloned()) {
            return Some(Arc::clone(keys));
        }
        let keys = Arc::new(CachedKeys::fetched_from(source(url, self.sources)?));
        self.by_place.insert(url.cloned(), Arc::clone(&keys));
        Some(keys)
    }
}

/// The source of the keys of a section without a key file.
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

/// Replaces the keys of a section that has none.
struct NoKeys;

impl KeySource for NoKeys {
    fn fetch(&self) -> Result<FetchedKeys, KeyFetchError> {
        Err(KeyFetchError { problem: NO_KEYS.to_owned() })
    }
}

/// The most by which this server's clock and Google's may differ.
const MAX_SKEW: Span = Span::from_millis(300 * 1000);

/// One app, and the push subscription that brings its notifications.
///
/// Several apps may share one subscription (one topic for several packages), and one app may occur twice with different
/// push settings, for example while an endpoint moves.
#[derive(Clone, Debug)]
pub struct GooglePlayApp {
    /// The app's package name, such as `com.example.game`.
    pub package_name: String,
    /// The accepted sender of its notifications.
    pub push: PushAuthentication,
    /// By how much this server's clock and Google's may differ, 0 to 300 seconds; usually
    /// [`DEFAULT_SKEW`](Self::DEFAULT_SKEW).
    pub skew: Span,
    /// The app's licence keys of Play Console, which verify the purchases that a client holds. Without one, no purchase
    /// verifies. Google issues one for each app; several may be listed while an app moves to another account.
    pub license_keys: Vec<RsaPublicKey>,
}

/// What identifies a push of the right subscription.
///
/// Audience and e-mail are both mandatory. Anyone with a Google Cloud account can have Google sign a token for any
/// audience they like, so the audience alone proves nothing; only the service account's verified e-mail does.
#[derive(Clone, Debug)]
pub struct PushAuthentication {
    /// The subscription's `oidcToken.audience`; if none was set there, the push endpoint's URL. Compared byte for byte.
    pub audience: String,
    /// The service account chosen in the subscription's `oidcToken.serviceAccountEmail`. Compared byte for byte.
    pub service_account_email: String,
    /// The subscription's full name, `projects/P/subscriptions/S`. `None` accepts any subscription of that service
    /// account and audience.
    pub subscription: Option<String>,
    /// Google's keys. Apps that fetch them should share one.
    pub keys: Arc<CachedKeys>,
}

/// Why apps cannot be configured so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GooglePlayConfigError {
    /// No apps at all: every notification would be refused.
    #[error("no app is configured")]
    NoApps,
    /// An empty value, which a forger could match or no push could ever match.
    #[error("{member} of app {package_name:?} is empty")]
    Empty {
        /// The app.
        package_name: String,
        /// Which member, such as `push.audience`.
        member: &'static str,
    },
    /// The clocks' difference is out of range.
    #[error("skew of app {package_name:?} is {skew}, and 0s to {limit} are accepted")]
    Skew {
        /// The app.
        package_name: String,
        /// The configured value.
        skew: Span,
        /// The most that may be.
        limit: Span,
    },
    /// One of its licence keys cannot be used.
    #[error(
        "a licence key of app {package_name:?}: {source}. Play Console shows the key under Monetize with Play > \
         Monetization setup > Licensing"
    )]
    LicenseKey {
        /// The app.
        package_name: String,
        /// The problem with the key.
        source: RsaKeyError,
    },
}

/// The size of Google's licence keys; a smaller one is within reach of an attacker.
const MIN_LICENSE_KEY_BITS: usize = 2048;

impl GooglePlayApp {
    /// A minute: servers with a time daemon differ by less.
    pub const DEFAULT_SKEW: Span = Span::from_millis(60 * 1000);

    /// A licence key as Play Console shows it, base64.
    pub(super) fn license_key(package_name: &str, text: &str) -> Result<RsaPublicKey, GooglePlayConfigError> {
        RsaPublicKey::from_license_key(text).and_then(|key| key.of_at_least(MIN_LICENSE_KEY_BITS)).map_err(
            |source| GooglePlayConfigError::LicenseKey { package_name: package_name.to_owned(), source },
        )
    }

    pub(super) fn check(&self) -> Result<(), GooglePlayConfigError> {
        let members = [
            ("package_name", Some(&self.package_name)),
            ("push.audience", Some(&self.push.audience)),
            ("push.service_account_email", Some(&self.push.service_account_email)),
            ("push.subscription", self.push.subscription.as_ref()),
        ];
        let package_name = || self.package_name.clone();
        for (member, value) in members {
            if value.is_some_and(|value| value.trim().is_empty()) {
                return Err(GooglePlayConfigError::Empty { package_name: package_name(), member });
            }
        }
        if !(0..=MAX_SKEW.millis()).contains(&self.skew.millis()) {
            let (skew, limit) = (self.skew, MAX_SKEW);
            return Err(GooglePlayConfigError::Skew { package_name: package_name(), skew, limit });
        }
        for key in &self.license_keys {
            key.clone().of_at_least(MIN_LICENSE_KEY_BITS).map_err(|source| {
                GooglePlayConfigError::LicenseKey { package_name: package_name(), source }
            })?;
        }
        Ok(())
    }

    /// Whether a push under this subscription name is this app's. If the app names no subscription, any is.
    pub(super) fn is_subscribed(&self, subscription: Option<&str>) -> bool {
        match &self.push.subscription {
            Some(own) => subscription == Some(own),
            None => true,
        }
    }
}
