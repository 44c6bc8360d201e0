//! What a store's section of the configuration must be able to do.

use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::amazon::PublishedCertificates;
use super::google_play::PublishedKeys;
use crate::config::ConfigError;
use crate::shown::hide_secrets;
use crate::transport::Transport;
use crate::verify::{CertificateSource, KeySource};

/// Where keys come from that no section of the configuration brings. What is not given is not fetched.
#[derive(Clone, Default)]
pub struct KeySources {
    /// Google's key set, for Google Play sections without `push.jwks`. Called from whichever thread first needs a key
    /// that is not known, at most once a minute.
    pub google: Option<Arc<dyn KeySource>>,
    /// Signing certificates by their URL, for Amazon sections without `certificate`. Called from whichever thread first
    /// needs one that is not known.
    pub certificates: Option<Arc<dyn CertificateSource>>,
    /// What keys are fetched with from where a section itself says, `push.jwks_url`.
    pub transport: Option<Arc<dyn Transport>>,
}

impl KeySources {
    /// All of them fetched over a transport, when first needed and by their issuers' caching rules.
    #[must_use]
    pub fn over(transport: &Arc<dyn Transport>) -> Self {
        Self {
            google: Some(Arc::new(PublishedKeys::of_google(Arc::clone(transport)))),
            certificates: Some(Arc::new(PublishedCertificates::over(Arc::clone(transport)))),
            transport: Some(Arc::clone(transport)),
        }
    }

    /// These, and what is not given fetched over a transport.
    pub(crate) fn or_over(self, transport: &Arc<dyn Transport>) -> Self {
        let fetched = Self::over(transport);
        Self {
            google: self.google.or(fetched.google),
            certificates: self.certificates.or(fetched.certificates),
            transport: self.transport.or(fetched.transport),
        }
    }
}

impl std::fmt::Debug for KeySources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySources")
            .field("google", &self.google.is_some())
            .field("certificates", &self.certificates.is_some())
            .field("transport", &self.transport.is_some())
            .finish()
    }
}

/// One app or account at a store, as the configuration has it.
pub(crate) trait Section: DeserializeOwned {
    /// What verifies the messages of the apps that all sections name.
    type Verifier;

    /// Takes the relative paths in it from `base`.
    fn join_paths(&mut self, base: &Path);

    /// The verifier for these sections, of which there is at least one. Reads the files they name.
    fn verifier(sections: &[Self], keys: &KeySources) -> Result<Self::Verifier, ConfigError>;

    /// What `recoup config check` says of it.
    fn summary(&self) -> SectionSummary;
}

impl SectionSummary {
    /// Without what reports by its form that it is a secret, in whichever key it stood.
    pub(crate) fn without_secrets(self) -> Self {
        let checks = self.checks.iter().map(|check| hide_secrets(check)).collect();
        Self { app: hide_secrets(&self.app), checks }
    }
}

/// One app or account, and what its messages must pass, in words for an operator. Without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionSummary {
    /// Which app or account.
    pub app: String,
    /// What a message must pass, a line each.
    pub checks: Vec<String>,
}
