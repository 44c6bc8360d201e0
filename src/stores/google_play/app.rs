//! The apps whose notifications are taken, and who may push them.

use std::sync::Arc;

use crate::model::Span;
use crate::verify::{CachedKeys, RsaKeyError, RsaPublicKey};

/// The most by which this server's clock and Google's may differ.
const MAX_SKEW: Span = Span::from_millis(300 * 1000);

/// One app, and the push subscription that brings its notifications.
///
/// Several apps may share one subscription (one topic for several packages), and one app may stand twice with
/// different push settings, as while an endpoint moves.
#[derive(Clone, Debug)]
pub struct GooglePlayApp {
    /// The app's package name, such as `com.example.game`.
    pub package_name: String,
    /// Who may push its notifications.
    pub push: PushAuthentication,
    /// By how much this server's clock and Google's may differ, 0 to 300 seconds; usually
    /// [`DEFAULT_SKEW`](Self::DEFAULT_SKEW).
    pub skew: Span,
    /// The app's licence keys of Play Console, by which the purchases verify that a client holds. Without one none do.
    /// Google gives an app one; several may be listed while an app moves to another account.
    pub license_keys: Vec<RsaPublicKey>,
}

/// By what a push is known to come from the right subscription.
///
/// Audience and e-mail are both mandatory. Anyone with a Google Cloud account can have Google sign a token for any
/// audience they like, so the audience alone proves nothing; only the service account's verified e-mail does.
#[derive(Clone, Debug)]
pub struct PushAuthentication {
    /// The subscription's `oidcToken.audience`; where none was set there, the push endpoint's URL. Compared byte for
    /// byte.
    pub audience: String,
    /// The service account chosen in the subscription's `oidcToken.serviceAccountEmail`. Compared byte for byte.
    pub service_account_email: String,
    /// The subscription's full name, `projects/P/subscriptions/S`. `None` takes any subscription of that service
    /// account and audience.
    pub subscription: Option<String>,
    /// Google's keys. Apps that fetch them should share one.
    pub keys: Arc<CachedKeys>,
}

/// Why apps cannot be configured so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GooglePlayConfigError {
    /// No apps at all: every notification would be refused.
    #[error("no app is configured")]
    NoApps,
    /// An empty value, which a forger could match or no push could ever match.
    #[error("{member} of app {package_name:?} is empty")]
    Empty {
        /// The app.
        package_name: String,
        /// Which member, such as `push.audience`.
        member: &'static str,
    },
    /// The clocks' difference is out of range.
    #[error("skew of app {package_name:?} is {skew}, and 0s to {limit} are accepted")]
    Skew {
        /// The app.
        package_name: String,
        /// What was given.
        skew: Span,
        /// The most that may be.
        limit: Span,
    },
    /// One of its licence keys cannot be used.
    #[error(
        "a licence key of app {package_name:?}: {source}. Play Console shows the key under Monetize with Play > \
         Monetization setup > Licensing"
    )]
    LicenseKey {
        /// The app.
        package_name: String,
        /// What is wrong with the key.
        source: RsaKeyError,
    },
}

/// What Google's licence keys have; less is within reach of an attacker.
const MIN_LICENSE_KEY_BITS: usize = 2048;

impl GooglePlayApp {
    /// A minute: servers with a time daemon differ by less.
    pub const DEFAULT_SKEW: Span = Span::from_millis(60 * 1000);

    /// A licence key as Play Console shows it, base64.
    pub(super) fn license_key(package_name: &str, text: &str) -> Result<RsaPublicKey, GooglePlayConfigError> {
        RsaPublicKey::from_license_key(text).and_then(|key| key.of_at_least(MIN_LICENSE_KEY_BITS)).map_err(
            |source| GooglePlayConfigError::LicenseKey { package_name: package_name.to_owned(), source },
        )
    }

    pub(super) fn check(&self) -> Result<(), GooglePlayConfigError> {
        let members = [
            ("package_name", Some(&self.package_name)),
            ("push.audience", Some(&self.push.audience)),
            ("push.service_account_email", Some(&self.push.service_account_email)),
            ("push.subscription", self.push.subscription.as_ref()),
        ];
        let package_name = || self.package_name.clone();
        for (member, value) in members {
            if value.is_some_and(|value| value.trim().is_empty()) {
                return Err(GooglePlayConfigError::Empty { package_name: package_name(), member });
            }
        }
        if !(0..=MAX_SKEW.millis()).contains(&self.skew.millis()) {
            let (skew, limit) = (self.skew, MAX_SKEW);
            return Err(GooglePlayConfigError::Skew { package_name: package_name(), skew, limit });
        }
        for key in &self.license_keys {
            key.clone().of_at_least(MIN_LICENSE_KEY_BITS).map_err(|source| {
                GooglePlayConfigError::LicenseKey { package_name: package_name(), source }
            })?;
        }
        Ok(())
    }

    /// Whether a push under this subscription name is this app's. Where the app names no subscription, any is.
    pub(super) fn is_subscribed(&self, subscription: Option<&str>) -> bool {
        match &self.push.subscription {
            Some(own) => subscription == Some(own),
            None => true,
        }
    }
}
