//! The App Store's sections of the configuration, and the files they name.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{APPLE_ROOT_CA_G3, AppStoreApp, AppStoreEnvironment, AppStoreVerifier, EffectiveDate};
use crate::config::{ConfigError, read};
use crate::stores::section::{KeySources, Section, SectionSummary};

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

impl Section for AppStoreSection {
    type Verifier = AppStoreVerifier;

    fn join_paths(&mut self, base: &Path) {
        for root in &mut self.extra_roots {
            *root = base.join(&root);
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
                    named.iter().map(|environment| format!("{environment:?}").to_lowercase()).collect();
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
        ];
        if let Some(id) = self.app_apple_id {
            checks.push(format!("app id {id} in production"));
        }
        SectionSummary { app: self.bundle_id.clone(), checks }
    }
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
