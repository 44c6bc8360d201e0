//! One section of the configuration: an app or account at a store.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::KeySources;
use crate::shown::hide_secrets;

/// One app or account at a store, as configured. It is read by `serde`, which refuses unknown keys.
pub(crate) trait Section: DeserializeOwned + Clone {
    /// The app or account, as refunds name it.
    fn app(&self) -> &str;

    /// Resolves its relative paths against `base`.
    fn join_paths(&mut self, base: &Path);

    /// What `recoup config check` prints of it.
    fn summary(&self) -> SectionSummary;

    /// Whether it has credentials for the store's server API.
    fn has_credentials(&self) -> bool {
        false
    }

    /// Whether the keys for its messages are fetched over the network, in addition to those `given` in code.
    fn fetches_keys(&self, _given: &KeySources) -> bool {
        false
    }

    /// From now on accepts messages however long ago they were signed.
    fn allow_old_messages(&mut self) {}
}

impl SectionSummary {
    /// Without values that have the form of a secret, under whichever key they are.
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
