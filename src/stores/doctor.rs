//! What a store's folder can check in one section of the configuration: which of its files age, one harmless
//! question that proves its credentials, and what an operator is to do about each answer.

use std::sync::Arc;

use super::section::Section;
use super::{ApiError, KeySources};
use crate::config::ConfigError;
use crate::model::{Environment, Health, Timestamp};
use crate::transport::Transport;

/// What a section is checked with.
pub(crate) struct Kit<'a> {
    /// Where keys come from that no file brings.
    pub(crate) keys: &'a KeySources,
    pub(crate) transport: &'a Arc<dyn Transport>,
    pub(crate) now: Timestamp,
}

/// Something seen.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    pub(crate) health: Health,
    pub(crate) code: &'static str,
    pub(crate) facts: String,
    pub(crate) advice: Option<String>,
}

impl Noted {
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

/// What a store said to one harmless question.
pub(crate) struct Answer {
    /// Which of the store's places was asked, where it has several: `production`, `sandbox`.
    pub(crate) place: Option<&'static str>,
    /// What it took, and what else its answer reports; or why it did not answer.
    pub(crate) said: Result<Vec<Noted>, ApiError>,
}

/// What doctor checks of a section.
pub(crate) trait SectionChecks: Section {
    /// Where the store has to be reported where its messages go.
    const WEBHOOKS: &'static str;

    /// How the keys are that its messages are verified by, beside that they can be loaded.
    fn keys(&self, kit: &Kit<'_>) -> Vec<Noted>;

    /// Whether real money moves by its credentials, where the store has different ones for that; what its messages tell
    /// has to be of the same environment.
    fn moves_money(&self) -> Option<Environment> {
        None
    }

    /// Asks the store, each place once. Only for a section with credentials.
    ///
    /// # Errors
    /// [`ConfigError`] for credentials that cannot be loaded.
    fn ask(&self, _kit: &Kit<'_>) -> Result<Vec<Answer>, ConfigError> {
        Ok(Vec::new())
    }

    /// What an operator is to do about a refusal.
    fn advice(&self, _place: Option<&str>, _error: &ApiError) -> String {
        ASK_LATER.to_owned()
    }
}

/// What to do where a store that keeps its documents' words says no for a while.
pub(crate) const ASK_LATER: &str = "Run this again in some minutes; the store's status page reports outages.";
