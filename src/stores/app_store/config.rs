//! The App Store's sections of the configuration, and the files they name.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{APPLE_ROOT_CA_G3, AppStoreApp, AppStoreEnvironment, AppStoreVerifier, EffectiveDate};
use crate::config::{ConfigError, read};
use crate::model::Span;
use crate::stores::config::{KeySources, Section, SectionSummary};
use crate::stores::http_api;

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
    /// How long ago a delivered notification may have been signed, such as `30d`; 180 days where it is not given.
    #[serde(default)]
    pub max_age: Option<Span>,
    /// The key for the App Store Server API. Without it the app is not swept, and its refund requests are not answered.
    #[serde(default)]
    pub api: Option<AppStoreApiSection>,
}

/// An In-App Purchase key of App Store Connect (Users and Access, Integrations), with which the App Store Server API
/// is asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppStoreApiSection {
    /// The issuer id that App Store Connect shows above the keys, a UUID.
    pub issuer_id: String,
    /// The key's id.
    pub key_id: String,
    /// The file that was downloaded with it: `SubscriptionKey_….p8`, a P-256 key in PKCS #8 and PEM.
    pub private_key: PathBuf,
    /// Where the API of production is, where it is not at Apple: an emulator. `https`, or `http` on this machine.
    #[serde(default, deserialize_with = "http_api::url_text")]
    pub production_url: Option<String>,
    /// The same for the sandbox.
    #[serde(default, deserialize_with = "http_api::url_text")]
    pub sandbox_url: Option<String>,
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

impl Section for AppStoreSection {
    type Verifier = AppStoreVerifier;

    fn join_paths(&mut self, base: &Path) {
        for root in &mut self.extra_roots {
            *root = base.join(&root);
        }
        if let Some(api) = &mut self.api {
            api.private_key = base.join(&api.private_key);
        }
    }

    fn verifier(sections: &[Self], _: &KeySources) -> Result<AppStoreVerifier, ConfigError> {
        let apps: Result<_, _> = sections.iter().map(Self::load).collect();
        AppStoreVerifier::new(apps?)
            .map_err(|error| ConfigError::Value { key: "app_store".to_owned(), problem: error.to_string() })
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
}

impl AppStoreSection {
    /// Which environments' notifications are taken.
    pub(super) fn environments(&self) -> &[AppStoreEnvironment] {
        const BOTH: &[AppStoreEnvironment] = &[AppStoreEnvironment::Production, AppStoreEnvironment::Sandbox];
        self.environments.as_deref().unwrap_or(BOTH)
    }

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
