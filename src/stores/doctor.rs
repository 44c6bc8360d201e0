//! What a store's folder can check in one section of the configuration: which of its files age, one harmless request
//! that proves its credentials, and advice for each answer.

use std::sync::Arc;

use super::section::Section;
use super::{ApiError, KeySources};
use crate::config::ConfigError;
use crate::model::{Environment, Health, Timestamp};
use crate::transport::Transport;

/// The tools for checking a section.
pub(crate) struct CheckContext<'a> {
    /// The sources of keys that no file brings.
    pub(crate) keys: &'a KeySources,
    pub(crate) transport: &'a Arc<dyn Transport>,
    pub(crate) now: Timestamp,
}

/// Something seen.
#[derive(Clone, Debug)]
pub(crate) struct SectionFinding {
    pub(crate) health: Health,
    pub(crate) code: &'static str,
    pub(crate) facts: String,
    pub(crate) advice: Option<String>,
}

impl SectionFinding {
    pub(crate) fn ok(code: &'static str, facts: impl Into<String>) -> Self {
        Self { health: Health::Ok, code, facts: facts.into(), advice: None }
    }

    pub(crate) fn warning(code: &'static str, facts: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { health: Health::Warning, code, facts: facts.into(), advice: Some(advice.into()) }
    }

    pub(crate) fn broken(code: &'static str, facts: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { health: Health::Broken, code, facts: facts.into(), advice: Some(advice.into()) }
    }
}

/// A store's answer to one harmless request.
pub(crate) struct Answer {
    /// Which of the store's environments answered, if it has several: `production`, `sandbox`.
    pub(crate) place: Option<&'static str>,
    /// What it accepted, and what else its answer reports; or why it did not answer.
    pub(crate) result: Result<Vec<SectionFinding>, ApiError>,
}

/// What doctor checks of a section.
pub(crate) trait SectionChecks: Section {
    /// Where in the store's console the messages' address is set.
    const WEBHOOKS: &'static str;

    /// How the keys are that its messages are verified by, beside that they can be loaded.
    fn keys(&self, context: &CheckContext<'_>) -> Vec<SectionFinding>;

    /// Whether real money moves by its credentials, if the store has separate ones for that; its messages must be of
    /// the same environment.
    fn moves_money(&self) -> Option<Environment> {
        None
    }

    /// Sends the store one request for each environment. Only for a section with credentials.
    ///
    /// # Errors
    /// [`ConfigError`] for credentials that cannot be loaded.
    fn ask(&self, _kit: &CheckContext<'_>) -> Result<Vec<Answer>, ConfigError> {
        Ok(Vec::new())
    }

    /// The advice for a refusal.
    fn advice(&self, _place: Option<&str>, _error: &ApiError) -> String {
        ASK_LATER.to_owned()
    }
}

/// The advice when a store that behaves as documented refuses for a while.
pub(crate) const ASK_LATER: &str = "Run this again in some minutes; the store's status page reports outages.";
