//! `webhooks` of the configuration: the studio's own services that get events.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use zeroize::Zeroizing;

use super::{Config, ConfigError, read};
use crate::model::{Environment, EventKind, Span, Store, WebhookFormat};
use crate::transport::{Secret, Url};
use crate::webhooks::{Endpoint, SigningKey};

/// The most endpoints: each has a thread of its own, and a copy of each event in the ledger.
const MAX_ENDPOINTS: usize = 16;

/// The longest name, in bytes: it is typed on the command line.
const MAX_NAME: usize = 32;

/// The most secrets of one endpoint: the current one and its predecessor, of each of two kinds.
const MAX_KEYS: usize = 4;

/// The time limit of a request, where the configuration names none. Standard Webhooks recommend 15 to 30 seconds.
const TIMEOUT: Span = Span::from_millis(15_000);

/// The longest one: closing an engine waits for the requests under way.
const LONGEST_TIMEOUT: Span = Span::from_millis(60_000);

/// How many requests at once, where the configuration names no number: enough for 300 a second over a good connection.
const IN_FLIGHT: u32 = 4;

/// The most at once: each has a thread.
const MOST_IN_FLIGHT: u32 = 32;

/// One of the studio's own services, which gets events by signed webhooks.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhookSection {
    /// A name of your own: letters, digits, `-` and `_`, at most 32. Under another name it is another endpoint.
    pub name: String,
    /// Where the messages are sent: `https`, or `http` on this machine.
    #[serde(deserialize_with = "url")]
    pub url: Url,
    /// What signs the messages: shared secrets (`whsec_…`) and private keys (`whsk_…`), with `secret_files` 1 to 4. With
    /// several, a message has a signature of each, so that they can be replaced one by one.
    #[serde(default, deserialize_with = "secrets")]
    pub secrets: Vec<Secret>,
    /// Files with one secret each.
    #[serde(default)]
    pub secret_files: Vec<PathBuf>,
    /// The form of the messages; `recoup`.
    #[serde(default)]
    pub format: WebhookFormat,
    /// Which events are sent; all.
    #[serde(default)]
    pub events: Option<Vec<EventKind>>,
    /// Of which stores; all.
    #[serde(default)]
    pub stores: Option<Vec<Store>>,
    /// Of which environments; production.
    #[serde(default)]
    pub environments: Option<Vec<Environment>>,
    /// `iap_refund_event`: what happens to a part of an order if it is not known how many items that is; `hold`.
    #[serde(default)]
    pub partial: Option<UnsizedParts>,
    /// `iap_refund_event`: whether ONE Store's refunds are sent as Android's; `false`.
    #[serde(default)]
    pub one_store_as_android: bool,
    /// The time limit of a request, 1 to 60 seconds; 15 seconds.
    #[serde(default)]
    pub timeout: Option<Span>,
    /// How many requests at once, 1 to 32; 4.
    #[serde(default)]
    pub in_flight: Option<u32>,
    /// A file with the value of the header field `Authorization`.
    #[serde(default)]
    pub authorization_file: Option<PathBuf>,
}

/// What happens to an `IapRefundEvent` of a part of unknown size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnsizedParts {
    /// It is held until the size is known.
    #[default]
    Hold,
    /// It is dropped.
    Skip,
}

impl WebhookSection {
    /// With the required values, and the defaults for the rest.
    #[must_use]
    pub fn new(name: &str, url: Url, secrets: Vec<Secret>) -> Self {
        Self {
            name: name.to_owned(),
            url,
            secrets,
            secret_files: Vec::new(),
            format: WebhookFormat::default(),
            events: None,
            stores: None,
            environments: None,
            partial: None,
            one_store_as_android: false,
            timeout: None,
            in_flight: None,
            authorization_file: None,
        }
    }

    pub(super) fn join_paths(&mut self, base: &Path) {
        for file in self.secret_files.iter_mut().chain(&mut self.authorization_file) {
            *file = base.join(&file);
        }
    }

    /// The endpoint, with the files that it names; `at` is the section's path.
    fn endpoint(&self, at: &str) -> Result<Endpoint, ConfigError> {
        let bad = |member: &str, problem: &str| value(format!("{at}.{member}"), problem);
        let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if self.name.is_empty() || self.name.len() > MAX_NAME || !self.name.bytes().all(is_fine) {
            return Err(bad("name", "expected 1 to 32 letters, digits, - and _"));
        }
        if !self.url.is_https() && !self.url.is_loopback() {
            return Err(bad("url", PLAIN_HTTP));
        }
        for (member, is_empty) in [
            ("events", self.events.as_ref().is_some_and(Vec::is_empty)),
            ("stores", self.stores.as_ref().is_some_and(Vec::is_empty)),
            ("environments", self.environments.as_ref().is_some_and(Vec::is_empty)),
        ] {
            if is_empty {
                return Err(bad(member, "it is empty, so nothing would be sent: leave it out, or name some"));
            }
        }
        let timeout = self.timeout.unwrap_or(TIMEOUT).millis();
        let timeout =
            u64::try_from(timeout).ok().filter(|_| (1000..=LONGEST_TIMEOUT.millis()).contains(&timeout));
        let Some(timeout) = timeout else { return Err(bad("timeout", "expected 1s to 60s")) };
        let in_flight = self.in_flight.unwrap_or(IN_FLIGHT);
        if !(1..=MOST_IN_FLIGHT).contains(&in_flight) {
            return Err(bad("in_flight", "expected 1 to 32"));
        }
        let (kinds, stores) = self.wanted(&bad)?;
        Ok(Endpoint {
            name: self.name.clone(),
            url: self.url.clone(),
            keys: self.keys(at)?,
            authorization: self.authorization(at)?,
            format: self.format,
            kinds,
            stores,
            environments: self.environments.clone().unwrap_or_else(|| vec![Environment::Production]),
            skips_unsized: self.partial == Some(UnsizedParts::Skip),
            timeout: Duration::from_millis(timeout),
            in_flight: usize::try_from(in_flight).unwrap_or(1),
        })
    }

    /// Which kinds of events of which stores; `None`: all. `IapRefundEvent` has refunds of two stores, or three.
    fn wanted(&self, bad: &impl Fn(&str, &str) -> ConfigError) -> Result<Wanted, ConfigError> {
        if self.format != WebhookFormat::IapRefundEvent {
            let only = "only the format iap_refund_event has it: remove it, or set the format";
            if self.partial.is_some() {
                return Err(bad("partial", only));
            }
            if self.one_store_as_android {
                return Err(bad("one_store_as_android", only));
            }
            return Ok((self.events.clone(), self.stores.clone()));
        }
        if self.events.as_ref().is_some_and(|events| events.iter().any(|kind| *kind != EventKind::Refund)) {
            return Err(bad("events", "the format iap_refund_event has refunds alone: leave it out"));
        }
        let mut has = vec![Store::AppStore, Store::GooglePlay];
        has.extend(self.one_store_as_android.then_some(Store::OneStore));
        let stores = match &self.stores {
            None => has,
            Some(stores) if stores.iter().all(|store| has.contains(store)) => stores.clone(),
            Some(_) => {
                return Err(bad(
                    "stores",
                    "the format iap_refund_event has app-store and google-play, and one-store with \"one_store_as_android\": true",
                ));
            }
        };
        Ok((Some(vec![EventKind::Refund]), Some(stores)))
    }

    fn keys(&self, at: &str) -> Result<Vec<SigningKey>, ConfigError> {
        let count = self.secrets.len() + self.secret_files.len();
        if !(1..=MAX_KEYS).contains(&count) {
            let problem =
                format!("{count} secrets in secrets and secret_files together: expected 1 to {MAX_KEYS}");
            return Err(value(format!("{at}.secrets"), &problem));
        }
        let mut keys = Vec::with_capacity(count);
        for (number, secret) in self.secrets.iter().enumerate() {
            let path = format!("{at}.secrets[{number}]");
            keys.push(SigningKey::new(secret).map_err(|bad| value(path, &bad.to_string()))?);
        }
        for (number, file) in self.secret_files.iter().enumerate() {
            let path = format!("{at}.secret_files[{number}]");
            let secret = secret_of(file, &path)?;
            keys.push(SigningKey::new(&secret).map_err(|bad| value(path, &bad.to_string()))?);
        }
        Ok(keys)
    }

    fn authorization(&self, at: &str) -> Result<Option<Secret>, ConfigError> {
        let Some(file) = &self.authorization_file else { return Ok(None) };
        let path = format!("{at}.authorization_file");
        let secret = secret_of(file, &path)?;
        let is_fine = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        if secret.expose().is_empty() || !secret.expose().bytes().all(is_fine) {
            return Err(value(path, "expected one line of printable ASCII, such as Bearer and a token"));
        }
        Ok(Some(secret))
    }
}

/// Kinds of events, and stores.
type Wanted = (Option<Vec<EventKind>>, Option<Vec<Store>>);

impl Config {
    /// The webhook endpoints, with the files that they name.
    pub(crate) fn endpoints(&self) -> Result<Vec<Endpoint>, ConfigError> {
        if self.webhooks.len() > MAX_ENDPOINTS {
            let problem = format!("{} endpoints: the limit is {MAX_ENDPOINTS}", self.webhooks.len());
            return Err(value("webhooks".to_owned(), &problem));
        }
        let mut endpoints: Vec<Endpoint> = Vec::with_capacity(self.webhooks.len());
        for (number, section) in self.webhooks.iter().enumerate() {
            let at = format!("webhooks[{number}]");
            let endpoint = section.endpoint(&at)?;
            if endpoints.iter().any(|other| other.name == endpoint.name) {
                let problem =
                    format!("{:?} occurs twice: each endpoint has a name of its own", endpoint.name);
                return Err(value(format!("{at}.name"), &problem));
            }
            endpoints.push(endpoint);
        }
        Ok(endpoints)
    }

    /// Checks `webhooks` and the files that it names, as opening does.
    ///
    /// # Errors
    /// [`ConfigError`] names the path to the key and what was expected.
    pub fn check_webhooks(&self) -> Result<(), ConfigError> {
        self.endpoints().map(drop)
    }
}

const PLAIN_HTTP: &str = "expected https, or http on this machine (http://127.0.0.1:PORT): on a network plain http shows \
                          players and purchases";

fn value(key: String, problem: &str) -> ConfigError {
    ConfigError::Value { key, problem: problem.to_owned() }
}

fn secret_of(file: &Path, path: &str) -> Result<Secret, ConfigError> {
    let bytes = Zeroizing::new(read(file)?);
    let text = std::str::from_utf8(&bytes);
    text.map(|text| Secret::new(text.trim())).map_err(|_| value(path.to_owned(), "the file contains no text"))
}

/// Reads a URL. It may contain a secret, so errors do not repeat it.
fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Url::of_resource(&text).map_err(D::Error::custom),
        _ => Err(D::Error::custom("expected https://host[:port]/path")),
    }
}

/// Reads secrets. Goes through values of any type, since serde's own errors repeat what they found.
fn secrets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Secret>, D::Error> {
    let bad = || D::Error::custom("expected a list of texts, each whsec_… or whsk_…");
    match Value::deserialize(deserializer)? {
        Value::Array(values) => values
            .into_iter()
            .map(|value| match value {
                Value::String(text) => Ok(Secret::new(text)),
                _ => Err(bad()),
            })
            .collect(),
        _ => Err(bad()),
    }
}

/// Without the URL's path, which may be secret.
impl fmt::Debug for WebhookSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookSection")
            .field("name", &self.name)
            .field("host", &self.url.host())
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
