//! Which app store, and which of its two worlds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An app store or payment provider: whoever took the player's money and may give it back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Store {
    /// Apple's App Store, by App Store Server Notifications V2.
    AppStore,
    /// Google Play, by Real-time Developer Notifications over Cloud Pub/Sub.
    GooglePlay,
}

impl Store {
    /// Every store this version knows.
    pub const ALL: &'static [Self] = &[Self::AppStore, Self::GooglePlay];

    /// The name used in the ledger, on the command line and in JSON: `app-store`, `google-play`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::AppStore => "app-store",
            Self::GooglePlay => "google-play",
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no store of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown store {name:?}: expected one of app-store, google-play")]
pub struct UnknownStore {
    /// The name as it was given.
    pub name: String,
}

impl FromStr for Store {
    type Err = UnknownStore;

    fn from_str(name: &str) -> Result<Self, UnknownStore> {
        Self::ALL
            .iter()
            .find(|store| store.as_str() == name)
            .cloned()
            .ok_or_else(|| UnknownStore { name: name.chars().take(64).collect() })
    }
}

impl TryFrom<String> for Store {
    type Error = UnknownStore;

    fn try_from(name: String) -> Result<Self, UnknownStore> {
        name.parse()
    }
}

impl From<Store> for String {
    fn from(store: Store) -> Self {
        store.as_str().to_owned()
    }
}

/// Whether real money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Real purchases.
    Production,
    /// Test purchases: App Store sandbox, Google Play licence testers.
    Sandbox,
}

impl Environment {
    /// `production` or `sandbox`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
