//! The made-up store's sections of the configuration.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::stores::{Section, SectionSummary, http_api};
use crate::transport::{Secret, Url};

/// One app in the made-up store.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MadeUpSection {
    /// The app.
    pub app: String,
    /// The file with the secret that signs its messages.
    pub secret_file: PathBuf,
    /// The key of the API.
    #[serde(default, deserialize_with = "http_api::secret")]
    pub api_key: Option<Secret>,
    /// The API's address.
    #[serde(default, deserialize_with = "http_api::url")]
    pub api_url: Option<Url>,
}

impl MadeUpSection {
    pub(super) fn base(&self) -> Url {
        self.api_url.clone().unwrap_or_else(|| Url::https("api.made-up.example"))
    }
}

impl Section for MadeUpSection {
    fn app(&self) -> &str {
        &self.app
    }

    fn join_paths(&mut self, base: &Path) {
        self.secret_file = base.join(&self.secret_file);
    }

    fn summary(&self) -> SectionSummary {
        let checks = vec![format!("signed with the secret in {}", self.secret_file.display())];
        SectionSummary { app: self.app.clone(), checks }
    }

    fn has_credentials(&self) -> bool {
        self.api_key.is_some()
    }
}
