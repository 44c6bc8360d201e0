//! The App Store's sections of the configuration with the files they name, and the apps made of them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, read};
use crate::model::{Environment, Span};
use crate::stores::{Section, SectionSummary, http_api};
use crate::verify::ChainError;

/// One app in the App Store.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AppStoreSection {
    /// The app's bundle id.
    pub bundle_id: String,
    /// The app's Apple ID, as App Store Connect shows it. Needed for production.
    #[serde(default)]
    pub app_apple_id: Option<i64>,
    /// Which environments' notifications are accepted; production and sandbox if absent.
    #[serde(default)]
    pub environments: Option<Vec<AppStoreEnvironment>>,
    /// Files of further root certificates, DER or PEM.
    #[serde(default)]
    pub extra_roots: Vec<PathBuf>,
    /// Whether only those are trusted, and Apple Root CA - G3 is not.
    #[serde(default)]
    pub only_extra_roots: bool,
    /// The time at which certificates must be valid: when the message was signed (the default), or now.
    #[serde(default)]
    pub effective_date: EffectiveDateSetting,
    /// The maximum age of a delivered notification's signature, such as `30d`; 180 days if absent.
    #[serde(default)]
    pub max_age: Option<Span>,
    /// The key for the App Store Server API. Without it the app is not swept, and its refund requests are not answered.
    #[serde(default)]
    pub api: Option<AppStoreApiSection>,
}

/// An In-App Purchase key of App Store Connect (Users and Access, Integrations), for requests to the App Store Server
/// API.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AppStoreApiSection {
    /// The issuer id that App Store Connect shows above the keys, a UUID.
    pub issuer_id: String,
    /// The key's id.
    pub key_id: String,
    /// The file that was downloaded with it: `SubscriptionKey_….p8`, a P-256 key in PKCS #8 and PEM.
    pub private_key: PathBuf,
    /// The address of production's API, if it is not Apple's: an emulator. `https`, or `http` on this machine.
    #[serde(default, deserialize_with = "http_api::url_text")]
    pub production_url: Option<String>,
    /// The same for the sandbox.
    #[serde(default, deserialize_with = "http_api::url_text")]
    pub sandbox_url: Option<String>,
}

/// The time at which certificates must be valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EffectiveDateSetting {
    /// The signing time in the message. Messages that arrive after their certificate expired are still accepted.
    #[default]
    Signed,
    /// Now. Stricter: a leaked key is of no use once its certificate has expired.
    Now,
}

impl Section for AppStoreSection {
    fn app(&self) -> &str {
        &self.bundle_id
    }

    fn join_paths(&mut self, base: &Path) {
        for root in &mut self.extra_roots {
            *root = base.join(&root);
        }
        if let Some(api) = &mut self.api {
            api.private_key = base.join(&api.private_key);
        }
    }

    fn summary(&self) -> SectionSummary {
        let environments = self.environments.as_ref().map_or_else(
            || "production and sandbox".to_owned(),
            |named| {
                let names: Vec<_> =
                    named.iter().map(|environment| environment.name().to_lowercase()).collect();
                names.join(", ")
            },
        );
        let more = self.extra_roots.len();
        let roots = match (self.only_extra_roots, more) {
            (false, 0) => "Apple Root CA - G3".to_owned(),
            (false, more) => format!("Apple Root CA - G3, or the roots of {more} further file(s)"),
            (true, more) => format!("the roots of {more} file(s), and not Apple's own"),
        };
        let when = match self.effective_date {
            EffectiveDateSetting::Signed => "when the message was signed",
            EffectiveDateSetting::Now => "now",
        };
        let mut checks = vec![
            format!("environments: {environments}"),
            format!("signed under {roots}"),
            format!("certificates valid {when}"),
            format!(
                "signed at most {} before delivery",
                self.max_age.unwrap_or(AppStoreApp::DEFAULT_MAX_AGE).words()
            ),
        ];
        if let Some(id) = self.app_apple_id {
            checks.push(format!("app id {id} in production"));
        }
        SectionSummary { app: self.bundle_id.clone(), checks }
    }

    fn has_credentials(&self) -> bool {
        self.api.is_some()
    }

    fn allow_old_messages(&mut self) {
        self.max_age = Some(Span::from_millis(i64::MAX));
    }
}

impl AppStoreSection {
    /// Which environments' notifications are accepted.
    pub(super) fn environments(&self) -> &[AppStoreEnvironment] {
        const BOTH: &[AppStoreEnvironment] = &[AppStoreEnvironment::Production, AppStoreEnvironment::Sandbox];
        self.environments.as_deref().unwrap_or(BOTH)
    }

    /// The app, with the roots out of their files.
    pub(super) fn load(&self) -> Result<AppStoreApp, ConfigError> {
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
            environments: self.environments().to_vec(),
            roots,
            effective_date: match self.effective_date {
                EffectiveDateSetting::Signed => EffectiveDate::Signed,
                EffectiveDateSetting::Now => EffectiveDate::Now,
            },
            max_age: self.max_age.unwrap_or(AppStoreApp::DEFAULT_MAX_AGE),
        })
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

/// Apple Root CA - G3 (DER): the root of App Store messages. Valid from 2014-04-30 to 2039-04-30; its SHA-256
/// fingerprint is `63343ABFB89A6A03EBB57E9B3F5FA7BE7C4F5C756F3017B3A8C488C3653E9179`.
pub const APPLE_ROOT_CA_G3: &[u8] = include_bytes!("AppleRootCA-G3.cer");

/// One app, or some of one app's environments, and how its messages are verified.
#[derive(Clone, Debug)]
pub struct AppStoreApp {
    /// The app's bundle id.
    pub bundle_id: String,
    /// The app's Apple ID, as App Store Connect shows it. Needed for production, where it is compared too.
    pub app_apple_id: Option<i64>,
    /// Which environments' messages are accepted. A bundle id may occur in several entries, an environment in only one
    /// of them.
    pub environments: Vec<AppStoreEnvironment>,
    /// The trusted root certificates (DER); for all but tests just [`APPLE_ROOT_CA_G3`]. Only roots with a P-256 or
    /// P-384 key can vouch for anything.
    pub roots: Vec<Vec<u8>>,
    /// The time at which certificates must be valid.
    pub effective_date: EffectiveDate,
    /// How long ago a notification that is delivered may have been signed: [`DEFAULT_MAX_AGE`](Self::DEFAULT_MAX_AGE)
    /// for most. Apple repeats a notification for three days, and sweeps bring what was missed, so nothing genuine
    /// comes later; with the [date of signing](EffectiveDate::Signed), a key that was stolen after its certificate
    /// expired could still sign messages of the time before.
    pub max_age: Span,
}

impl AppStoreApp {
    /// 180 days, as far back as Apple's notification history reaches.
    pub const DEFAULT_MAX_AGE: Span = Span::from_days(180);
}

/// The App Store's environments, by Apple's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AppStoreEnvironment {
    /// Real purchases.
    Production,
    /// Test purchases.
    Sandbox,
    /// StoreKit testing in Xcode. **Not signed by Apple.** Refused unless the crate is built with the feature
    /// `local-testing`.
    Xcode,
    /// Made up on a developer's machine. **Not signed by Apple.** Refused unless the crate is built with the feature
    /// `local-testing`.
    LocalTesting,
}

impl AppStoreEnvironment {
    /// From the name in messages; `None` for a name unknown to this version.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Production, Self::Sandbox, Self::Xcode, Self::LocalTesting]
            .into_iter()
            .find(|environment| environment.name() == name)
    }

    /// The name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Sandbox => "Sandbox",
            Self::Xcode => "Xcode",
            Self::LocalTesting => "LocalTesting",
        }
    }

    /// Whether Apple signs its messages.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Production | Self::Sandbox)
    }
}

impl From<AppStoreEnvironment> for Environment {
    /// Whatever is not production moves no money.
    fn from(environment: AppStoreEnvironment) -> Self {
        match environment {
            AppStoreEnvironment::Production => Self::Production,
            _ => Self::Sandbox,
        }
    }
}

/// The time at which the certificates of a message must be valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EffectiveDate {
    /// The signing time in the message (`signedDate`; `receiptCreationDate` of an app transaction), or now if it has
    /// none. Messages that arrive, or are looked at again, after their certificate expired are still accepted. The date
    /// is the signer's own word: with this setting a leaked key stays good after its certificate expired. A date in the
    /// future is accepted too, as Apple's libraries do: it gains a forger nothing, and clocks differ.
    #[default]
    Signed,
    /// Now.
    Now,
}

/// Why a configuration makes no verifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppStoreConfigError {
    /// No app at all.
    #[error("no app is configured")]
    NoApps,
    /// An empty bundle id.
    #[error("an app has no bundle id")]
    NoBundleId,
    /// No environment.
    #[error("{bundle_id}: no environment is configured, expected production, sandbox or both")]
    NoEnvironments {
        /// The app.
        bundle_id: String,
    },
    /// Nothing is trusted.
    #[error("{bundle_id}: no root certificate is trusted, so nothing could be verified")]
    NoRoots {
        /// The app.
        bundle_id: String,
    },
    /// A root is no certificate.
    #[error("{bundle_id}: a root certificate cannot be used: {source}")]
    BadRoot {
        /// The app.
        bundle_id: String,
        /// The problem.
        source: ChainError,
    },
    /// Production without the app's Apple ID, which production messages must be compared with.
    #[error("{bundle_id}: production needs the app's Apple ID (app_apple_id)")]
    NoAppAppleId {
        /// The app.
        bundle_id: String,
    },
    /// Two entries accept the same messages.
    #[error("{bundle_id}: the environment {} is configured twice", .environment.name())]
    EnvironmentTwice {
        /// The app.
        bundle_id: String,
        /// The environment.
        environment: AppStoreEnvironment,
    },
    /// An environment whose messages are unsigned, in a build that does not accept those.
    #[error(
        "{bundle_id}: messages of the environment {} are not signed, and this build does not accept them (Cargo feature local-testing)",
        .environment.name()
    )]
    UnsignedEnvironment {
        /// The app.
        bundle_id: String,
        /// The environment.
        environment: AppStoreEnvironment,
    },
}
