//! Which apps a server answers for.

use serde::{Deserialize, Serialize};

use crate::model::{Environment, Span};
use crate::verify::ChainError;

/// Apple Root CA - G3 (DER): what App Store messages are signed under. Valid from 2014-04-30 to 2039-04-30; its
/// SHA-256 fingerprint is `63343ABFB89A6A03EBB57E9B3F5FA7BE7C4F5C756F3017B3A8C488C3653E9179`.
pub const APPLE_ROOT_CA_G3: &[u8] = include_bytes!("AppleRootCA-G3.cer");

/// One app, or some of one app's environments, and how its messages are verified.
#[derive(Clone, Debug)]
pub struct AppStoreApp {
    /// The app's bundle id.
    pub bundle_id: String,
    /// The app's Apple ID, as App Store Connect shows it. Needed for production, where it is compared too.
    pub app_apple_id: Option<i64>,
    /// Which environments' messages are taken. A bundle id may stand in several entries, an environment in only one
    /// of them.
    pub environments: Vec<AppStoreEnvironment>,
    /// The trusted root certificates (DER); for all but tests just [`APPLE_ROOT_CA_G3`]. Only roots with a P-256 or
    /// P-384 key can vouch for anything.
    pub roots: Vec<Vec<u8>>,
    /// At which time certificates must be valid.
    pub effective_date: EffectiveDate,
    /// How long ago a notification that is delivered may have been signed: [`DEFAULT_MAX_AGE`](Self::DEFAULT_MAX_AGE) for
    /// most. Apple repeats a notification for three days, and sweeps bring what was missed, so nothing genuine comes later;
    /// with the [date of signing](EffectiveDate::Signed), a key that was stolen after its certificate expired could still
    /// sign messages of the time before.
    pub max_age: Span,
}

impl AppStoreApp {
    /// 180 days, as far back as Apple's notification history goes.
    pub const DEFAULT_MAX_AGE: Span = Span::from_days(180);
}

/// The App Store's environments, by Apple's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppStoreEnvironment {
    /// Real purchases.
    Production,
    /// Test purchases.
    Sandbox,
    /// StoreKit testing in Xcode. **Not signed by Apple.** Refused unless the crate is built with the feature
    /// `local-testing`.
    Xcode,
    /// Made up on a developer's machine. **Not signed by Apple.** Refused unless the crate is built with the feature
    /// `local-testing`.
    LocalTesting,
}

impl AppStoreEnvironment {
    /// From the name that messages give; `None` for a name this version does not know.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Production, Self::Sandbox, Self::Xcode, Self::LocalTesting]
            .into_iter()
            .find(|environment| environment.name() == name)
    }

    /// The name that messages give.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Sandbox => "Sandbox",
            Self::Xcode => "Xcode",
            Self::LocalTesting => "LocalTesting",
        }
    }

    /// Whether Apple signs its messages.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::Production | Self::Sandbox)
    }
}

impl From<AppStoreEnvironment> for Environment {
    /// Whatever is not production moves no money.
    fn from(environment: AppStoreEnvironment) -> Self {
        match environment {
            AppStoreEnvironment::Production => Self::Production,
            _ => Self::Sandbox,
        }
    }
}

/// At which time the certificates of a message must be valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EffectiveDate {
    /// When the message says it was signed (`signedDate`; `receiptCreationDate` of an app transaction), or now where
    /// it does not say. Messages that arrive, or are looked at again, after their certificate expired are still
    /// taken. The date is the signer's own word: with this setting a leaked key stays good after its certificate
    /// expired. A date in the future is taken too, as Apple's libraries do: it gives a forger nothing, and clocks
    /// differ.
    #[default]
    Signed,
    /// Now.
    Now,
}

/// Why no verifier can be made of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppStoreConfigError {
    /// No app at all.
    #[error("no app is configured")]
    NoApps,
    /// An empty bundle id.
    #[error("an app has no bundle id")]
    NoBundleId,
    /// No environment.
    #[error("{bundle_id}: no environment is configured, expected production, sandbox or both")]
    NoEnvironments {
        /// Which app.
        bundle_id: String,
    },
    /// Nothing is trusted.
    #[error("{bundle_id}: no root certificate is trusted, so nothing could be verified")]
    NoRoots {
        /// Which app.
        bundle_id: String,
    },
    /// A root is no certificate.
    #[error("{bundle_id}: a root certificate cannot be used: {source}")]
    BadRoot {
        /// Which app.
        bundle_id: String,
        /// What is wrong with it.
        source: ChainError,
    },
    /// Production without the app's Apple ID, which production messages must be compared with.
    #[error("{bundle_id}: production needs the app's Apple ID (app_apple_id)")]
    NoAppAppleId {
        /// Which app.
        bundle_id: String,
    },
    /// Two entries take the same messages.
    #[error("{bundle_id}: the environment {} is configured twice", .environment.name())]
    EnvironmentTwice {
        /// Which app.
        bundle_id: String,
        /// Which environment.
        environment: AppStoreEnvironment,
    },
    /// An environment whose messages nobody signs, in a build that does not take those.
    #[error(
        "{bundle_id}: messages of the environment {} are not signed, and this build does not take those (Cargo feature local-testing)",
        .environment.name()
    )]
    UnsignedEnvironment {
        /// Which app.
        bundle_id: String,
        /// Which environment.
        environment: AppStoreEnvironment,
    },
}
