//! The configuration file, for library and command line.
//!
//! Unknown keys and wrong values are refused with the path to the key and what was expected: a typo that is silently
//! ignored may switch off a check.

mod catalogue_file;
mod error;
mod players;
mod redacted;
mod retention;
mod webhooks;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

pub use error::ConfigError;
pub(crate) use error::read;
pub use players::{AccessSection, NoticesSection};
pub use retention::{PrivacySection, RetentionSection};
pub use webhooks::{UnsizedParts, WebhookSection};

use crate::json;
use crate::ledger::Amount;
use crate::model::{
    AccountTags, BadPolicy, CatalogueProduct, Names, Policy, ReviewPolicy, ReviewRule, Rounding, Rule, Span,
    Store, UtcOffset,
};
use crate::outbox::DEFAULT_LEASE;
use crate::store_table::for_each_store;
use crate::stores::{self, KeySources, Section as _, SectionSummary};

/// The largest configuration file, in bytes: enough for thousands of rules.
const MAX_SIZE: usize = 1 << 20;

macro_rules! config {
    ($({ $(#[$_doc:meta])* $Variant:ident $_name:literal $title:literal
         $folder:ident $Section:ident $_Error:ident })*) => {
        /// Recoup's configuration. Read it with [`from_file`](Self::from_file) or [`from_json`](Self::from_json).
        ///
        /// ```json
        /// {
        ///   "database": "recoup.db",
        ///   "app_store": [{ "bundle_id": "com.example.game", "app_apple_id": 1234567890,
        ///                   "environments": ["production", "sandbox"] }],
        ///   "google_play": [{ "package_name": "com.example.game",
        ///                     "push": { "audience": "https://game.example.com/v1/google-play",
        ///                               "service_account_email": "push@example-project.iam.gserviceaccount.com",
        ///                               "subscription": "projects/example-project/subscriptions/refunds",
        ///                               "jwks": "google-keys.json" } }],
        ///   "one_store": [{ "client_id": "com.example.game", "license_key_file": "one-store-licence-key.txt" }],
        ///   "stripe": [{ "name": "web shop", "webhook_secrets": ["whsec_..."], "user_metadata_key": "user_id" }],
        ///   "amazon": [{ "package_name": "com.example.game",
        ///                "topic_arn": "arn:aws:sns:us-east-1:123456789012:game", "certificate": "sns.pem" }],
        ///   "policy": [{ "name": "small change", "match": { "amount": { "at_most": { "micros": 1000000, "currency": "USD" } } },
        ///                "action": "alert" }]
        /// }
        /// ```
        #[derive(Clone, Debug, Default, Deserialize)]
        #[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields, default)]
        pub struct Config {
            /// The ledger's file; created if it does not exist. Required to open an engine, not to verify.
            pub database: Option<PathBuf>,
            $(
                #[doc = concat!("The apps or accounts at ", $title, ".")]
                pub $folder: Vec<stores::$folder::$Section>,
            )*
            /// The operator's rules, before [the default ones](crate::Policy::default_rules).
            pub policy: Vec<Rule>,
            /// The rules for refund reviews, before [the default](crate::ReviewPolicy).
            pub reviews: Vec<ReviewRule>,
            /// Which account tags are evidence for a player.
            pub account_tags: AccountTags,
            /// Delivery of events to the host.
            pub delivery: DeliverySection,
            /// Sweeps for what the stores' webhooks missed.
            pub reconcile: ReconcileSection,
            /// Limits on what strangers can cause to be stored.
            pub limits: LimitsSection,
            /// Inquiries about refunds without a reason.
            pub inquiries: InquiriesSection,
            /// How long what is not the ledger's own history is kept.
            pub retention: RetentionSection,
            /// Forgotten users.
            pub privacy: PrivacySection,
            /// The books of what should come back for a refund.
            pub recovery: RecoverySection,
            /// What the products grant, what they are called, and what the stores do not report.
            pub catalogue: Vec<CatalogueProduct>,
            /// A file with `catalogue` and `items`, in their place here.
            pub catalogue_file: Option<PathBuf>,
            /// What items are called, by locale.
            pub items: BTreeMap<String, Names>,
            /// Figures.
            pub figures: FiguresSection,
            /// Notices for players.
            pub notices: NoticesSection,
            /// What refunds do to players' access to products.
            pub access: AccessSection,
            /// The studio's own services that get events.
            pub webhooks: Vec<WebhookSection>,
        }

        impl Config {
            /// The sections of all stores, each with the checks on its messages, in words for an operator.
            #[must_use]
            pub fn sections(&self) -> Vec<(Store, SectionSummary)> {
                let mut sections = Vec::new();
                $(sections.extend(self.$folder.iter().map(|section| (Store::$Variant, section.summary().without_secrets())));)*
                sections
            }

            /// Whether any store's API can be queried.
            pub(crate) fn has_api_credentials(&self) -> bool {
                false $(|| self.$folder.iter().any(|section| section.has_credentials()))*
            }

            /// Whether keys for messages are fetched over the network, beside what is `given` in code.
            pub(crate) fn fetches_keys(&self, given: &KeySources) -> bool {
                false $(|| self.$folder.iter().any(|section| section.fetches_keys(given)))*
            }

            /// From now on accepts messages however long ago they were signed.
            pub(crate) fn allow_old_messages(&mut self) {
                $(self.$folder.iter_mut().for_each(|section| section.allow_old_messages());)*
            }

            fn join_paths(&mut self, base: &Path) {
                $(for section in &mut self.$folder {
                    section.join_paths(base);
                })*
            }
        }
    };
}

for_each_store!(config);

/// Delivery of events to the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DeliverySection {
    /// How long a polled event is leased to its host before it is delivered again; 30 seconds.
    pub lease: Option<Span>,
}

/// The books of what should come back for a refund.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RecoverySection {
    /// How parts of an item are rounded; `down`, in the player's favour.
    pub rounding: Rounding,
}

/// Figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FiguresSection {
    /// Where days and months of figures begin, such as `+09:00`; kept in the ledger. Another one than the ledger's has all
    /// figures counted again when the engine opens. By default, the ledger's: `+00:00` in a new one.
    pub utc_offset: Option<UtcOffset>,
}

/// Sweeps for what the stores' webhooks missed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReconcileSection {
    /// How often each app is swept; 6 hours.
    pub every: Option<Span>,
    /// `true`: no background sweeps.
    pub off: bool,
}

impl ReconcileSection {
    /// A refund that no webhook reported stays unknown for six hours at most, and four sweeps a day are far below the
    /// stores' limits (Google allows 6000 list requests a day) and retention (a month and more).
    const EVERY: Span = Span::from_hours(6);

    pub(crate) fn every(&self) -> Option<Span> {
        (!self.off).then(|| self.every.unwrap_or(Self::EVERY))
    }
}

const MIB: u64 = 1 << 20;

/// Limits on what strangers can cause to be stored. At a limit nothing acknowledged is dropped; further messages are
/// answered 503, so that the store retries until there is room. `recoup doctor` and `/metrics` report it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct LimitsSection {
    /// How many authentic messages that were not understood are stored; 10,000.
    pub dead_letters: Option<u64>,
    /// Their total size in bytes; 67,108,864, which is 64 MiB.
    pub dead_letter_bytes: Option<u64>,
    /// How many unsigned messages are stored; 100,000.
    pub hints: Option<u64>,
    /// Their total size in bytes; 67,108,864.
    pub hint_bytes: Option<u64>,
}

impl LimitsSection {
    pub(crate) fn of_dead_letters(&self) -> Amount {
        Amount {
            count: self.dead_letters.unwrap_or(10_000),
            bytes: self.dead_letter_bytes.unwrap_or(64 * MIB),
        }
    }

    pub(crate) fn of_hints(&self) -> Amount {
        Amount { count: self.hints.unwrap_or(100_000), bytes: self.hint_bytes.unwrap_or(64 * MIB) }
    }
}

/// Inquiries about refunds that a store pushes without a reason: Google Play, ONE Store and Amazon, if a section has
/// credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct InquiriesSection {
    /// How long a decision to alert or to block waits for the answer, up to a day; 60 seconds. `"0s"`: it does not
    /// wait. The store is queried in any case, and the game is notified at once.
    #[serde(deserialize_with = "span_or_none_at_all")]
    pub wait: Option<Span>,
}

/// A span of time; `"0s"` as well.
fn span_or_none_at_all<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None => Ok(None),
        Some("0" | "0s") => Ok(Some(Span::from_millis(0))),
        Some(text) => text.parse().map(Some).map_err(D::Error::custom),
    }
}

impl InquiriesSection {
    const WAIT: Span = Span::from_millis(60_000);
    const LONGEST: Span = Span::from_days(1);

    pub(crate) fn wait(&self) -> Span {
        self.wait.unwrap_or(Self::WAIT).min(Self::LONGEST)
    }
}

impl Config {
    /// Reads a configuration file. Paths in it are taken from the file's own folder.
    ///
    /// # Errors
    /// [`ConfigError`] names the file, the path to the key, and what was expected.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let text = Zeroizing::new(read(path)?);
        let base = path.parent().unwrap_or(Path::new(""));
        Self::from_json(&text, base).map_err(|error| error.in_file(path))
    }

    /// Reads a configuration from JSON text. Paths in it are taken from `base`.
    ///
    /// # Errors
    /// [`ConfigError`] names the path to the key and what was expected.
    pub fn from_json(text: &[u8], base: impl AsRef<Path>) -> Result<Self, ConfigError> {
        if text.len() > MAX_SIZE {
            return Err(ConfigError::TooLarge { size: text.len(), limit: MAX_SIZE });
        }
        let mut config: Self = json::from_slice(text).map_err(|problem| ConfigError::Json {
            file: None,
            problem: redacted::without_values(problem, text),
        })?;
        let base = base.as_ref();
        if let Some(database) = &mut config.database {
            *database = base.join(&database);
        }
        if let Some(file) = &mut config.catalogue_file {
            *file = base.join(&file);
        }
        config.join_paths(base);
        config.webhooks.iter_mut().for_each(|section| section.join_paths(base));
        Ok(config)
    }

    /// The rules of a text that is a list of them or has them as `policy`, such as a draft or a whole configuration.
    ///
    /// # Errors
    /// [`ConfigError`] names the path to the key, such as `policy[3].match.share`, and what was expected.
    pub fn policy_from_json(text: &[u8]) -> Result<Policy, ConfigError> {
        let is_list = text.trim_ascii_start().starts_with(b"[");
        let text = match is_list {
            true => Zeroizing::new([br#"{"policy":"#, text, b"}"].concat()),
            false => Zeroizing::new(text.to_owned()),
        };
        let config = Self::from_json(&text, "")?;
        if config.policy.is_empty() && !is_list {
            let expected = "a list of rules; for the default rules alone, the file is an empty list, []";
            return Err(ConfigError::Missing { key: "policy", expected });
        }
        config.checked_policy()
    }

    /// The operator's rules, then the default ones.
    ///
    /// # Errors
    /// [`ConfigError::Value`] names the path.
    pub fn checked_policy(&self) -> Result<Policy, ConfigError> {
        Policy::checked(self.policy.clone()).map_err(|bad| at("policy", bad))
    }

    /// The operator's rules for refund reviews, then the default one.
    ///
    /// # Errors
    /// [`ConfigError::Value`] names the path.
    pub fn checked_reviews(&self) -> Result<ReviewPolicy, ConfigError> {
        ReviewPolicy::checked(self.reviews.clone()).map_err(|bad| at("reviews", bad))
    }

    pub(crate) fn lease(&self) -> Span {
        self.delivery.lease.unwrap_or(DEFAULT_LEASE)
    }
}

fn at(list: &str, bad: BadPolicy) -> ConfigError {
    ConfigError::Value { key: format!("{list}{}", bad.path), problem: bad.problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, ConfigError> {
        Config::from_json(text.as_bytes(), "/etc/recoup")
    }

    #[test]
    fn paths_are_taken_from_the_files_own_folder() {
        let read = config(
            r#"{"database":"a.db","app_store":[{"bundle_id":"b","extra_roots":["r.pem","/x/y.der"]}],
                "google_play":[{"package_name":"p","push":{"audience":"a","service_account_email":"e","jwks":"k.json"}}]}"#,
        )
        .unwrap();
        assert_eq!(read.database.unwrap(), Path::new("/etc/recoup/a.db"));
        let roots = [Path::new("/etc/recoup/r.pem"), Path::new("/x/y.der")];
        assert_eq!(read.app_store[0].extra_roots, roots);
        assert_eq!(read.google_play[0].push.jwks.as_deref(), Some(Path::new("/etc/recoup/k.json")));
    }

    #[test]
    fn unknown_keys_and_wrong_values_are_named_with_their_path_and_what_was_expected() {
        for (text, path, expected) in [
            (r#"{"databse":"x"}"#, "databse", "`database`"),
            (r#"{"app_store":[{"bundle_id":"b","bundel":1}]}"#, "app_store[0].bundel", "`app_apple_id`"),
            (r#"{"app_store":[{"bundle_id":7}]}"#, "app_store[0].bundle_id", "a string"),
            (
                r#"{"app_store":[{"bundle_id":"b","effective_date":"never"}]}"#,
                "app_store[0].effective_date",
                "`signed` or `now`",
            ),
            (
                r#"{"app_store":[{"bundle_id":"b","environments":["prod"]}]}"#,
                "app_store[0].environments[0]",
                "`production`",
            ),
            (r#"{"google_play":[{"package_name":"p"}]}"#, "google_play[0]", "`push`"),
            (
                r#"{"policy":[{"name":"a","match":{"prodct":"x"},"action":"alert"}]}"#,
                "policy[0].match.prodct",
                "`product`",
            ),
            (
                r#"{"policy":[{"name":"a","match":{"country":["KR","Korea"]},"action":"alert"}]}"#,
                "policy[0].match.country[1]",
                "two letters",
            ),
            (
                r#"{"policy":[{"name":"a","match":{"currency":"won"},"action":"alert"},
                              {"name":"b","match":{"currency":"dollars"},"action":"alert"}]}"#,
                "policy[1].match.currency",
                "ISO 4217",
            ),
            (
                r#"{"policy":[{"name":"a","match":{"quantity":{"at_least":-1}},"action":"alert"}]}"#,
                "policy[0].match.quantity.at_least",
                "u32",
            ),
            (
                r#"{"policy":[{"name":"a","match":{"share":{"at_most":100001}},"action":"alert"}]}"#,
                "policy[0].match.share.at_most",
                "at most 100000",
            ),
            (
                r#"{"policy":[{"name":"a","match":{"share":{"least":1}},"action":"alert"}]}"#,
                "policy[0].match.share.least",
                "`at_least`",
            ),
            (
                r#"{"policy":[{"name":"a","match":{"user_owes":"yes"},"action":"alert"}]}"#,
                "policy[0].match.user_owes",
                "boolean",
            ),
            (r#"{"policy":[{"name":"a","match":{"user":[]},"action":"alert"}]}"#, "policy[0].match.user", ""),
            (r#"{"policy":[{"name":"a","action":"ban"}]}"#, "policy[0].action", "\"exclude\""),
            (r#"{"policy":[{"name":"a","action":{"block":"1 week"}}]}"#, "policy[0].action", "7d"),
            (r#"{"delivery":{"lease":"1"}}"#, "delivery.lease", "30s"),
        ] {
            let message = config(text).unwrap_err().to_string();
            assert!(message.contains(path), "{text}: {message} does not name {path}");
            assert!(message.contains(expected), "{text}: {message} does not contain {expected}");
        }
    }

    #[test]
    fn rules_are_read_from_a_list_or_from_a_configuration() {
        let rules = r#"[{"name":"a","match":{"app":"x","order":"GPA.*"},"action":"alert"}]"#;
        let whole = format!(r#"{{"database":"a.db","policy":{rules}}}"#);
        for text in [rules, whole.as_str(), &format!("\n {rules}")] {
            let policy = Config::policy_from_json(text.as_bytes()).unwrap();
            assert_eq!(policy.own_rules().len(), 1, "{text}");
        }
        assert!(Config::policy_from_json(b"[]").unwrap().own_rules().is_empty());
        let impossible = r#"[{"name":"a","match":{"quantity":{"at_least":2,"at_most":1}},"action":"alert"}]"#;
        for (text, named) in [
            (r#"[{"name":"a","match":{"prodct":"x"},"action":"alert"}]"#, "policy[0].match.prodct"),
            (impossible, "policy[0].match.quantity"),
            (r#"{"polcy":[]}"#, "polcy"),
            ("{}", "\"policy\""),
            (r#"[{"name":"a""#, "cut short"),
            ("7", "expected an object"),
        ] {
            let problem = Config::policy_from_json(text.as_bytes()).unwrap_err().to_string();
            assert!(problem.contains(named), "{text}: {problem}");
        }
    }

    #[test]
    fn a_key_that_occurs_twice_is_refused() {
        assert!(config(r#"{"database":"a","database":"b"}"#).is_err());
    }
}
