//! What a doctor run finds: of the configuration, the stores and the ledger, each with what to do about it.

use serde::{Deserialize, Serialize};

use super::{Store, Timestamp};

/// How a checked thing is. Ordered from fine to broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// As it should be.
    #[default]
    Ok,
    /// It works, and something is lost or will be: somebody should look at it by day.
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
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DoctorArea {
    /// Whether the configuration and the files it names can be used.
    Configuration,
    /// Whether the store's server answers.
    Reachability,
    /// Whether this machine's clock and the store's agree.
    Clock,
    /// Whether the store takes the credentials, and what they may do.
    Credentials,
    /// Whether the store's messages arrive.
    Webhooks,
    /// Whether the store is asked for what its messages missed.
    Sweeps,
    /// The store's own test message.
    TestNotification,
    /// Whether the ledger's file is sound.
    Ledger,
    /// What waits for somebody.
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

/// One checked thing, and how it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How it is.
    pub health: Health,
    /// What was checked.
    pub area: DoctorArea,
    /// A stable name for programs, in snake case, such as `credentials_refused`.
    pub code: String,
    /// Of which store; `None` where it is of no one store.
    pub store: Option<Store>,
    /// Of which app or account, as the configuration names it.
    pub app: Option<String>,
    /// What was found, in words for an operator. Without secrets.
    pub facts: String,
    /// What to do about it; `None` where nothing is to be done.
    pub advice: Option<String>,
}

/// What [`Engine::doctor`](crate::Engine::doctor) found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorReport {
    /// When it was begun.
    pub at: Timestamp,
    /// The worst of what was found.
    pub health: Health,
    /// What was found: store by store and app by app in the order of the configuration, then the ledger.
    pub findings: Vec<Finding>,
}

impl DoctorReport {
    /// How many findings there are of a kind.
    #[must_use]
    pub fn count(&self, health: Health) -> usize {
        self.findings.iter().filter(|finding| finding.health == health).count()
    }
}
