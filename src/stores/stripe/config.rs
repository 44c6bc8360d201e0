//! Stripe's sections of the configuration, and the secret that Stripe shares with one webhook endpoint.

use std::fmt;
use std::path::{Path, PathBuf};

use ring::hmac;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use zeroize::ZeroizeOnDrop;

use super::StripeConfigError;
use crate::stores::{Section, SectionSummary, http_api};
use crate::transport::{Secret, Url};

/// Five minutes, as in Stripe's own libraries.
const DEFAULT_TOLERANCE_SECONDS: u32 = 300;

/// Stripe keeps two secrets of an endpoint for a day while it is rolled. Each costs a hash of every body, so a list
/// that only ever grows would make forgeries expensive to refuse.
const MAX_SECRETS: usize = 16;

/// One Stripe account, or one connected account of a platform.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StripeSection {
    /// A name of your own, which distinguishes its refunds from those of other sections
    /// ([`Place::app`](crate::Place::app)). Do not change it: under another name the same events make new refunds.
    pub name: String,
    /// The secrets of its webhook endpoints, 1 to 16: all endpoints of the account, and while one is rolled, old and new.
    #[serde(deserialize_with = "secrets")]
    pub webhook_secrets: Vec<WebhookSecret>,
    /// How old a signature may be, in seconds; 300 if absent. 0 accepts any age: a recorded request could then be sent
    /// again at any time, and only be recognised by its event id.
    #[serde(default = "default_tolerance_seconds")]
    pub tolerance_seconds: u32,
    /// The key in `metadata` of the user id, or of another tag of the user's.
    #[serde(default)]
    pub user_metadata_key: Option<String>,
    /// Whether a checkout session's `client_reference_id` is the account tag of its payment if its metadata has none;
    /// `false` if absent. A payment link takes it from its URL, so anyone who pays can write any player's id into it:
    /// switch it on only if your own server makes every session.
    #[serde(default)]
    pub client_reference_id: bool,
    /// The connected account, `acct_…`, that the events are of, for a platform with an endpoint for several accounts.
    /// If absent: the events of the account itself, and of no connected one.
    #[serde(default)]
    pub account: Option<String>,
    /// The API key (`sk_live_…`, `rk_live_…`, `sk_test_…`, `rk_test_…`) for refunds and sweeps. For a section with an
    /// `account` the platform's own key. At most one of this and `api_key_file`; without either, the account's events
    /// are received and no request is sent.
    #[serde(default, deserialize_with = "http_api::secret")]
    pub api_key: Option<Secret>,
    /// A file with the API key.
    #[serde(default)]
    pub api_key_file: Option<PathBuf>,
    /// Whether Recoup automatically refunds all that is left of a payment when Stripe sends an early fraud warning
    /// about it; `false` if absent. A dispute costs a fee and counts against the account, a refund does not. Not if the
    /// payment is refunded or disputed already. Stripe then puts card and email address on the account's block lists.
    /// Needs an API key.
    #[serde(default)]
    pub refund_early_fraud_warnings: bool,
    /// The API's address, for emulators; `https://api.stripe.com` if absent.
    #[serde(default, deserialize_with = "http_api::url")]
    pub api_url: Option<Url>,
}

const fn default_tolerance_seconds() -> u32 {
    DEFAULT_TOLERANCE_SECONDS
}

impl StripeSection {
    /// With the required values, and the defaults for the rest.
    #[must_use]
    pub fn new(name: &str, webhook_secrets: Vec<WebhookSecret>) -> Self {
        Self {
            name: name.to_owned(),
            webhook_secrets,
            tolerance_seconds: DEFAULT_TOLERANCE_SECONDS,
            user_metadata_key: None,
            client_reference_id: false,
            account: None,
            api_key: None,
            api_key_file: None,
            refund_early_fraud_warnings: false,
            api_url: None,
        }
    }

    pub(super) fn check(&self) -> Result<(), StripeConfigError> {
        let name = || self.name.clone();
        let members = [
            ("name", Some(&self.name)),
            ("user_metadata_key", self.user_metadata_key.as_ref()),
            ("account", self.account.as_ref()),
        ];
        for (member, value) in members {
            if value.is_some_and(|value| value.trim().is_empty()) {
                return Err(StripeConfigError::Empty { name: name(), member });
            }
        }
        if self.refund_early_fraud_warnings && !self.has_credentials() {
            return Err(StripeConfigError::WarningRefundsWithoutKey { name: name() });
        }
        match self.webhook_secrets.len() {
            0 => Err(StripeConfigError::NoSecrets { name: name() }),
            1..=MAX_SECRETS => Ok(()),
            count => Err(StripeConfigError::TooManySecrets { name: name(), count, limit: MAX_SECRETS }),
        }
    }

    /// Whether one message could be of both, with nothing to decide which.
    pub(super) fn clashes_with(&self, other: &Self) -> bool {
        self.account == other.account
            && self
                .webhook_secrets
                .iter()
                .any(|own| other.webhook_secrets.iter().any(|its| own.is_same_as(its)))
    }
}

impl Section for StripeSection {
    fn app(&self) -> &str {
        &self.name
    }

    fn join_paths(&mut self, base: &Path) {
        if let Some(file) = &mut self.api_key_file {
            *file = base.join(&file);
        }
    }

    fn summary(&self) -> SectionSummary {
        let mut checks = vec![match self.webhook_secrets.len() {
            1 => "signed with its webhook secret".to_owned(),
            count => format!("signed with one of {count} webhook secrets"),
        }];
        checks.push(match self.tolerance_seconds {
            0 => "ANY AGE of the signature: a recorded request can be sent again".to_owned(),
            seconds => format!("signed at most {seconds}s ago"),
        });
        if let Some(account) = &self.account {
            checks.push(format!("events of the connected account {account}"));
        }
        checks.push(match &self.user_metadata_key {
            Some(key) => format!("user by metadata {key:?} where no purchase is recorded"),
            None => "user by recorded purchases only (no user_metadata_key)".to_owned(),
        });
        if self.client_reference_id {
            checks.push(
                "user by a checkout session's client_reference_id as well: BY THE CUSTOMER'S WORD where payment links are \
                 used"
                    .to_owned(),
            );
        }
        if self.has_credentials() {
            checks.push("refunds made and lists swept with its API key".to_owned());
        }
        if self.refund_early_fraud_warnings {
            checks.push(
                "REFUNDS AUTOMATICALLY all that is left of a payment with an early fraud warning".to_owned(),
            );
        }
        SectionSummary { app: self.name.clone(), checks }
    }

    fn has_credentials(&self) -> bool {
        self.api_key.is_some() || self.api_key_file.is_some()
    }
}

/// The prefix of every webhook secret. An API key (`sk_…`) in its place would verify nothing.
const PREFIX: &str = "whsec_";

/// A webhook endpoint's secret, `whsec_…`. Never shown: neither by `Debug` nor by any error. Its memory is wiped when it is
/// dropped.
#[derive(Clone)]
pub struct WebhookSecret(Secret);

impl ZeroizeOnDrop for WebhookSecret {}

/// The proof: it holds nothing else.
const _: fn(&WebhookSecret) -> &Secret = |WebhookSecret(secret)| secret;

/// Text that is no webhook secret. Does not hold the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadWebhookSecret {
    /// It does not begin with `whsec_`, or has nothing after that.
    #[error(
        "it does not begin with whsec_, or ends there: take the signing secret of the webhook endpoint, not an API key"
    )]
    Prefix,
    /// It has a space or a line break, which no secret has: a copying error, with which nothing would verify.
    #[error("it has white space in it: copy it without")]
    WhiteSpace,
}

impl WebhookSecret {
    /// From the text that Stripe shows for the endpoint.
    ///
    /// # Errors
    /// [`BadWebhookSecret`] for text that cannot be one.
    pub fn new(text: impl Into<String>) -> Result<Self, BadWebhookSecret> {
        let secret = Secret::new(text);
        let text = secret.expose();
        if text.contains(char::is_whitespace) {
            return Err(BadWebhookSecret::WhiteSpace);
        }
        match text.strip_prefix(PREFIX) {
            None | Some("") => Err(BadWebhookSecret::Prefix),
            Some(_) => Ok(Self(secret)),
        }
    }

    /// The key is the whole text as configured, prefix included.
    pub(super) fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.0.expose().as_bytes())
    }

    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(not shown)")
    }
}

/// Reads the list of secrets. Goes through a value of any type, since serde's own errors repeat what they found, and
/// the reader of an error message is not always allowed to read the secret.
pub(super) fn secrets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<WebhookSecret>, D::Error> {
    let serde_json::Value::Array(items) = serde_json::Value::deserialize(deserializer)? else {
        return Err(D::Error::custom("expected a list of webhook secrets (whsec_…)"));
    };
    let secret = |(n, item): (usize, serde_json::Value)| {
        let serde_json::Value::String(text) = item else {
            return Err(D::Error::custom(format!("secret {n}: expected text (whsec_…)")));
        };
        WebhookSecret::new(text).map_err(|bad| D::Error::custom(format!("secret {n} cannot be used: {bad}")))
    };
    items.into_iter().enumerate().map(secret).collect()
}
