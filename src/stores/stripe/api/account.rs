//! An account that can be asked, and what every request to it has.

use crate::config::ConfigError;
use crate::model::Environment;
use crate::stores::http_api::{base, credential};
use crate::stores::stripe::StripeSection;
use crate::transport::{HttpRequest, Secret, Url};

const HOST: &str = "api.stripe.com";

/// The version whose requests and objects are written down here: the first that tells all refunds by `refund.*`. Stripe
/// keeps every version; without this header the account's own would count, which may be ten years older, and the day
/// somebody raises it in the dashboard would be the day this stops to work.
/// Source: <https://docs.stripe.com/api/versioning>, <https://docs.stripe.com/changelog/acacia>.
pub(super) const VERSION: &str = "2024-10-28.acacia";

/// How API keys begin, and whether real money moves by them. Refunds do not say themselves whether they are real.
/// Source: <https://docs.stripe.com/keys>.
const KEYS: [(&str, Environment); 4] = [
    ("sk_live_", Environment::Production),
    ("rk_live_", Environment::Production),
    ("sk_test_", Environment::Sandbox),
    ("rk_test_", Environment::Sandbox),
];

/// A section with an API key.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) environment: Environment,
    pub(super) user_metadata_key: Option<String>,
    pub(super) key: Secret,
    connected: Option<String>,
    base: Url,
}

impl Account {
    /// `None` for a section without a key.
    pub(super) fn of(n: usize, section: &StripeSection) -> Result<Option<Self>, ConfigError> {
        let at = format!("stripe[{n}]");
        let key = credential(&at, "api_key", section.api_key.as_ref(), section.api_key_file.as_ref())?;
        let Some(key) = key else { return Ok(None) };
        let kind = KEYS
            .iter()
            .find(|(prefix, _)| key.expose().len() > prefix.len() && key.expose().starts_with(prefix));
        let Some((_, environment)) = kind else {
            let problem = "it begins with none of sk_live_, rk_live_, sk_test_ and rk_test_: take a secret or restricted \
                           API key, not a publishable key or a webhook secret";
            return Err(ConfigError::Value { key: format!("{at}.api_key"), problem: problem.to_owned() });
        };
        Ok(Some(Self {
            name: section.name.clone(),
            environment: *environment,
            user_metadata_key: section.user_metadata_key.clone(),
            key,
            connected: section.account.clone(),
            base: base(&at, "api_url", section.api_url.as_ref(), HOST)?,
        }))
    }

    pub(super) fn url(&self, path: &str) -> Url {
        self.base.clone().segments(path)
    }

    /// With what every request has: the key, the version, and the connected account where it is of one
    /// (<https://docs.stripe.com/connect/authentication>).
    pub(super) fn signed(&self, request: HttpRequest) -> HttpRequest {
        let request = request.bearer(&self.key).header("Stripe-Version", VERSION);
        match &self.connected {
            Some(account) => request.header("Stripe-Account", account),
            None => request,
        }
    }
}
