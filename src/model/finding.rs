//! What a doctor run reports about the configuration, the stores and the ledger, each finding with what to do about
//! it.

use serde::{Deserialize, Serialize};

use super::{Store, Timestamp};

/// How healthy a checked thing is, from best to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    #[default]
    Ok,
    /// It works, but something is lost or will be: look at it during working hours.
    Warning,
    /// It does not work.
    Broken,
}

impl Health {
    /// The name used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Broken => "broken",
        }
    }
}

/// What was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DoctorArea {
    /// Whether the configuration and the files it names can be used.
    Configuration,
    /// Whether the store's server answers.
    Reachability,
    /// Whether this machine's clock and the store's agree.
    Clock,
    /// Whether the store accepts the credentials, and what they allow.
    Credentials,
    /// Whether the store's messages arrive.
    Webhooks,
    /// Whether sweeps find what the store's messages missed.
    Sweeps,
    /// The store's own test message.
    TestNotification,
    /// Whether the ledger's file is intact.
    Ledger,
    /// What waits for an operator.
    OpenWork,
}

impl DoctorArea {
    /// The name used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Reachability => "reachability",
            Self::Clock => "clock",
            Self::Credentials => "credentials",
            Self::Webhooks => "webhooks",
            Self::Sweeps => "sweeps",
            Self::TestNotification => "test_notification",
            Self::Ledger => "ledger",
            Self::OpenWork => "open_work",
        }
    }
}

/// One check and its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The result.
    pub health: Health,
    /// What was checked.
    pub area: DoctorArea,
    /// A stable name for programs, in snake case, such as `credentials_refused`.
    pub code: String,
    /// The store; `None` if it concerns no single store.
    pub store: Option<Store>,
    /// The app or account, as the configuration names it.
    pub app: Option<String>,
    /// What was found, for an operator. Contains no secrets.
    pub facts: String,
    /// What to do about it; `None`: nothing.
    pub advice: Option<String>,
}

/// What [`Engine::doctor`](crate::Engine::doctor) found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct DoctorReport {
    /// When the run started.
    pub at: Timestamp,
    /// The worst result.
    pub health: Health,
    /// The findings: store by store and app by app in the order of the configuration, then the ledger.
    pub findings: Vec<Finding>,
}

impl DoctorReport {
    /// The number of findings with this result.
    #[must_use]
    pub fn count(&self, health: Health) -> usize {
        self.findings.iter().filter(|finding| finding.health == health).count()
    }
}
