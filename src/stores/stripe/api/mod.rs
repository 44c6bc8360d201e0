//! Stripe's server API: refunds, and sweeps of lists for what webhooks missed.
//!
//! # Key
//!
//! A restricted key is enough, with *Charges and Refunds: write*, *PaymentIntents: read*, *Disputes: read* and
//! *Balance: read* (the balance transaction has the time at which a failed refund's money came back). Whether it is a
//! live or a test key decides whether what the lists have is real, since a refund does not report that itself. A
//! section with an `account` sends the platform's key and `Stripe-Account`.
//!
//! # Version
//!
//! Every request has `Stripe-Version: 2024-10-28.acacia`, so that no account's own version changes the answers.
//!
//! # Sweeps
//!
//! A row of a list is the same object as in a webhook and is read the same way: same case, same step, same time, but
//! [`Confirmed`](crate::Trust::Confirmed). Only the time of a failed refund or a won dispute is that of the money's own
//! movement, while a webhook reports it by the event's time. A row's notification id is the object's id and status.

mod refunding;
mod sweep;

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use super::StripeSection;
use crate::config::ConfigError;
use crate::json;
use crate::model::{Environment, Store};
use crate::stores::http_api::{a_second, answer, base, credential, words};
use crate::stores::{ApiError, Apis, Section as _, StoreApi, SweptBy, not_configured};
use crate::transport::{HttpRequest, HttpResponse, RateLimit, Secret, Transport, Url};
pub use refunding::{StripePayment, StripeRefund, StripeRefundReason};

/// The requests to Stripe. May be used from any thread. Shown (`Debug`) without keys.
pub struct StripeApi {
    accounts: Vec<Account>,
    transport: Arc<dyn Transport>,
}

impl StripeApi {
    /// The API of the sections that have an API key; `None` if none has. Reads the files they name.
    ///
    /// # Errors
    /// [`ConfigError`] for a file that cannot be read, an invalid key, or a name that two sections with keys share.
    pub fn new(
        sections: &[StripeSection],
        transport: Arc<dyn Transport>,
    ) -> Result<Option<Self>, ConfigError> {
        let mut accounts: Vec<Account> = Vec::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(account) = Account::of(n, section)? else { continue };
            if accounts.iter().any(|known| known.name == account.name) {
                let problem = format!("another section named {:?} has an API key too", account.name);
                return Err(ConfigError::Value { key: format!("stripe[{n}].name"), problem });
            }
            accounts.push(account);
        }
        Ok((!accounts.is_empty()).then_some(Self { accounts, transport }))
    }

    fn account(&self, app: &str) -> Result<&Account, ApiError> {
        let account = self.accounts.iter().find(|account| account.name == app);
        account.ok_or_else(|| not_configured(&Store::Stripe, app))
    }

    /// Stripe accepts 25 requests a second for a sandbox, and for a live account 100, but 25 for each endpoint
    /// (<https://docs.stripe.com/rate-limits>).
    pub(super) fn rate_limits(sections: &[StripeSection]) -> Result<Vec<RateLimit>, ConfigError> {
        let sections = sections.iter().enumerate().filter(|(_, section)| section.has_credentials());
        sections.map(|(n, section)| Ok(a_second(section.base(n)?, "v1", 25))).collect()
    }

    /// Sends a request with the account's key. Any answer but one of success is an error.
    fn send(&self, account: &Account, request: HttpRequest) -> Result<HttpResponse, ApiError> {
        let response = self.transport.send(&account.signed(request))?;
        match response.is_success() {
            true => Ok(response),
            false => Err(refusal(&response, &account.key)),
        }
    }
}

impl StoreApi for StripeApi {
    fn require_credentials(&self, app: &str, _sandbox: bool) -> Result<(), ApiError> {
        self.account(app).map(drop)
    }

    fn sweeps(&self) -> Option<SweptBy<'_>> {
        Some(SweptBy::List(self))
    }
}

impl Apis {
    /// Stripe's.
    ///
    /// # Errors
    /// [`ApiError::NotConfigured`] if no section has credentials.
    pub fn stripe(&self) -> Result<&StripeApi, ApiError> {
        self.own(&Store::Stripe)
    }
}

impl StripeSection {
    /// The API's address. `n` is its place in the configuration.
    fn base(&self, n: usize) -> Result<Url, ConfigError> {
        base(&format!("stripe[{n}]"), "api_url", self.api_url.as_ref(), HOST)
    }

    /// The section that refunds payments on an early fraud warning: its name, and the environment of its key.
    pub(crate) fn warning_refunds(&self) -> Option<(String, Environment)> {
        let environment = StripeApi::environment_of(self).filter(|_| self.refund_early_fraud_warnings)?;
        Some((self.name.clone(), environment))
    }
}

impl fmt::Debug for StripeApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.accounts.iter().map(|account| &account.name).collect();
        f.debug_struct("StripeApi").field("accounts", &names).finish_non_exhaustive()
    }
}

const HOST: &str = "api.stripe.com";

/// The version whose requests and objects this module implements: the first that reports all refunds by `refund.*`.
/// Stripe keeps every version; without this header the account's own would count, which may be ten years older, and the
/// day it is raised in the dashboard would be the day this stops working.
/// Source: <https://docs.stripe.com/api/versioning>, <https://docs.stripe.com/changelog/acacia>.
const VERSION: &str = "2024-10-28.acacia";

/// How API keys begin, and whether real money moves by them. Refunds do not say themselves whether they are real.
/// Source: <https://docs.stripe.com/keys>.
const KEYS: [(&str, Environment); 4] = [
    ("sk_live_", Environment::Production),
    ("rk_live_", Environment::Production),
    ("sk_test_", Environment::Sandbox),
    ("rk_test_", Environment::Sandbox),
];

/// A section with an API key.
struct Account {
    name: String,
    environment: Environment,
    user_metadata_key: Option<String>,
    key: Secret,
    connected: Option<String>,
    base: Url,
}

impl Account {
    /// `None` for a section without a key.
    fn of(n: usize, section: &StripeSection) -> Result<Option<Self>, ConfigError> {
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
            base: section.base(n)?,
        }))
    }

    fn url(&self, path: &str) -> Url {
        self.base.clone().segments(path)
    }

    /// Adds what every request has: the key, the version, and the connected account if the section is of one
    /// (<https://docs.stripe.com/connect/authentication>).
    fn signed(&self, request: HttpRequest) -> HttpRequest {
        let request = request.bearer(&self.key).header("Stripe-Version", VERSION);
        match &self.connected {
            Some(account) => request.header("Stripe-Account", account),
            None => request,
        }
    }
}

#[derive(Default, Deserialize)]
struct Answer {
    error: ErrorObject,
}

#[derive(Default, Deserialize)]
struct ErrorObject {
    #[serde(rename = "type")]
    error_type: Option<String>,
    code: Option<String>,
    message: Option<String>,
}

/// The error in a response that is not successful.
fn refusal(response: &HttpResponse, key: &Secret) -> ApiError {
    let error = json::from_slice::<Answer>(response.body()).unwrap_or_default().error;
    let status = response.status().as_u16();
    let code = words(error.code.or(error.error_type).as_deref().unwrap_or_default(), Some(key));
    let message = error
        .message
        .map_or_else(|| "it gave no reason".to_owned(), |message| words(&without_keys(&message), Some(key)));
    match status {
        401 | 403 => ApiError::Credentials { problem: format!("Stripe answered {status} {code}: {message}") },
        _ => ApiError::Refused { status, code, message, retryable: is_retryable(response) },
    }
}

/// By Stripe's own header if there is one, as its libraries do. Otherwise 409 (another request of the same idempotency
/// key is under way), 429 (too many, or the object is locked) and 5xx.
fn is_retryable(response: &HttpResponse) -> bool {
    match response.header("Stripe-Should-Retry") {
        Some("true") => true,
        Some("false") => false,
        _ => matches!(response.status().as_u16(), 409 | 429 | 500..=599),
    }
}

/// Stripe repeats keys with their middle starred out; the rest of one is still private.
fn without_keys(message: &str) -> String {
    let shown = |word: &str| match ["sk_", "rk_", "pk_"].iter().any(|prefix| word.contains(prefix)) {
        true => "<hidden>".to_owned(),
        false => word.to_owned(),
    };
    message.split_whitespace().map(shown).collect::<Vec<_>>().join(" ")
}

/// What a request with a key showed.
pub(in crate::stores::stripe) struct Seen {
    /// Whether real money moves by the key, by how it begins.
    pub(in crate::stores::stripe) key_is_live: bool,
    /// Whether the newest dispute is of real money; `None` if there is none. Refunds do not report it.
    pub(in crate::stores::stripe) livemode: Option<bool>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    livemode: Option<bool>,
}

impl StripeApi {
    /// Whether real money moves by a section's key; `None` if it has no usable key.
    pub(in crate::stores::stripe) fn environment_of(section: &StripeSection) -> Option<Environment> {
        Account::of(0, section).ok().flatten().map(|account| account.environment)
    }

    /// Lists one refund and one dispute: the rights that sweeps need.
    pub(in crate::stores::stripe) fn look(&self, app: &str) -> Result<Seen, ApiError> {
        let account = self.account(app)?;
        let newest = |path: &str| {
            let request = HttpRequest::get(account.url(path).query("limit", "1"));
            let list: List = answer(&self.send(account, request)?)?;
            Ok::<_, ApiError>(list.data.first().and_then(|row| row.livemode))
        };
        newest("v1/refunds")?;
        let livemode = newest("v1/disputes")?;
        Ok(Seen { key_is_live: account.environment == Environment::Production, livemode })
    }
}
