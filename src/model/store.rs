//! The app stores, and their two environments.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! stores {
    ($({ $(#[$doc:meta])* $variant:ident $name:literal $title:literal
         $_folder:ident $_Section:ident $_Error:ident })*) => {
        /// An app store or payment provider: it takes the player's money and may refund it.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[non_exhaustive]
        pub enum Store {
            $($(#[$doc])* $variant,)*
            /// A store that Recoup does not know. The host authenticates its messages and submits them as facts.
            Custom(CustomStore),
        }

        impl Store {
            /// Every store that this version verifies.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name used in the ledger, on the command line and in JSON: `app-store`, `one-store`,
            /// `custom:samsung`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Custom(custom) => &custom.0,
                }
            }

            /// The name for people: `App Store`, `Google Play`, `samsung`.
            #[must_use]
            pub fn title(&self) -> &str {
                match self {
                    $(Self::$variant => $title,)*
                    Self::Custom(custom) => custom.own_name(),
                }
            }
        }
    };
}

crate::store_table::for_each_store!(stores);

/// The prefix of a custom store's name, so that a typo is not a store, and a store added in a later version does not
/// collide with a host's name.
const CUSTOM: &str = "custom:";

/// The longest name of a custom store, in bytes: every fact repeats it.
const MAX_CUSTOM_NAME: usize = 64;

/// The name of a store that Recoup does not know: `custom:` and the host's own name, up to 64 characters of `a`-`z`,
/// `0`-`9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomStore(String);

impl CustomStore {
    /// The host's own name, without `custom:`.
    #[must_use]
    pub fn own_name(&self) -> &str {
        self.0.get(CUSTOM.len()..).unwrap_or_default()
    }
}

impl Store {
    /// A store that Recoup does not know, by the host's own name, such as `samsung`.
    ///
    /// # Errors
    /// [`UnknownStore`] for a name that is empty, longer than 64 bytes, or has other characters than `a`-`z`, `0`-`9`
    /// and `-`.
    pub fn custom(own_name: &str) -> Result<Self, UnknownStore> {
        let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let name = format!("{CUSTOM}{own_name}");
        if own_name.is_empty() || own_name.len() > MAX_CUSTOM_NAME || !own_name.bytes().all(is_fine) {
            return Err(UnknownStore { name: name.chars().take(128).collect() });
        }
        Ok(Self::Custom(CustomStore(name)))
    }

    /// Whether the host provides it.
    #[must_use]
    pub const fn is_custom(&self) -> bool {
        matches!(self, Self::Custom(_))
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name of no store that this version has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown store {name:?}: expected {}, or custom: and your own name in a-z, 0-9 and -", names())]
pub struct UnknownStore {
    /// The name as it was given.
    pub name: String,
}

fn names() -> String {
    Store::ALL.iter().map(Store::as_str).collect::<Vec<_>>().join(", ")
}

impl FromStr for Store {
    type Err = UnknownStore;

    fn from_str(name: &str) -> Result<Self, UnknownStore> {
        if let Some(own_name) = name.strip_prefix(CUSTOM) {
            return Self::custom(own_name);
        }
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

/// Whether it is about real money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Real purchases.
    Production,
    /// Test purchases: App Store sandbox, Google Play licence testers, ONE Store sandbox and test phones, Stripe test
    /// mode, Amazon Live App Testing.
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
