//! Amazon's sections of the configuration with the files they name, and the apps made of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::SigningCertificates;
use crate::config::{ConfigError, read};
use crate::model::Span;
use crate::stores::{KeySources, Section, SectionSummary, http_api};
use crate::transport::{Secret, Url};

/// One app in Amazon Appstore.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AmazonSection {
    /// The app's package name.
    pub package_name: String,
    /// Amazon's topic, as `TopicArn` in the messages that the endpoint gets: `arn:aws:sns:REGION:ACCOUNT:NAME`.
    pub topic_arn: String,
    /// A file with the one certificate (PEM or DER) that may have signed. Without it certificates
    /// are fetched, if the Cargo feature `http` is on or code gives a [transport](crate::EngineOptions::transport) or a
    /// [certificate source](crate::EngineOptions::certificates).
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// How old a message may be, `"1h"` or more; 14 days.
    #[serde(default)]
    pub max_age: Option<Span>,
    /// The developer's shared secret, for requests to the Receipt Verification Service (RVS). At most one of this and
    /// `shared_secret_file`; without either, receipts are not looked up.
    #[serde(default, deserialize_with = "http_api::secret")]
    pub shared_secret: Option<Secret>,
    /// A file with the shared secret.
    #[serde(default)]
    pub shared_secret_file: Option<PathBuf>,
    /// Whether requests go to RVS's sandbox, which has the receipts of App Tester.
    #[serde(default)]
    pub sandbox: bool,
    /// RVS's address, for emulators; `https://appstore-sdk.amazon.com` if absent.
    #[serde(default, deserialize_with = "http_api::url")]
    pub rvs_url: Option<Url>,
}

impl Section for AmazonSection {
    fn app(&self) -> &str {
        &self.package_name
    }

    fn join_paths(&mut self, base: &Path) {
        if let Some(certificate) = &mut self.certificate {
            *certificate = base.join(&certificate);
        }
        if let Some(file) = &mut self.shared_secret_file {
            *file = base.join(&file);
        }
    }

    fn summary(&self) -> SectionSummary {
        let mut checks = vec![
            format!("topic {}", self.topic_arn),
            format!("not older than {}", self.max_age()),
            match &self.certificate {
                Some(certificate) => format!("certificate {}", certificate.display()),
                None => "certificates fetched from Amazon".to_owned(),
            },
        ];
        if self.has_credentials() {
            let place = if self.sandbox { "RVS's sandbox" } else { "RVS" };
            checks.push(format!("receipts looked up at {place} with the shared secret"));
        }
        SectionSummary { app: self.package_name.clone(), checks }
    }

    fn has_credentials(&self) -> bool {
        self.shared_secret.is_some() || self.shared_secret_file.is_some()
    }

    fn fetches_keys(&self, given: &KeySources) -> bool {
        self.certificate.is_none() && given.certificates.is_none()
    }
}

impl AmazonSection {
    /// The apps. Those without a certificate use those of the given source, through one cache that all such share.
    pub(super) fn load_all(sections: &[Self], keys: &KeySources) -> Result<Vec<AmazonApp>, ConfigError> {
        let fetched = keys
            .certificates
            .clone()
            .map_or_else(|| SigningCertificates::missing(NO_CERTIFICATE), SigningCertificates::fetched_from);
        let fetched = Arc::new(fetched);
        let load = |(n, section): (usize, &Self)| {
            if section.fetches_keys(keys) {
                // Not refused: the same file serves a host that sets a source in code, and the command line.
                tracing::warn!(package = section.package_name, "{NO_CERTIFICATE}");
            }
            section.load(n, &fetched)
        };
        sections.iter().enumerate().map(load).collect()
    }

    fn load(&self, n: usize, fetched: &Arc<SigningCertificates>) -> Result<AmazonApp, ConfigError> {
        let certificates = match &self.certificate {
            Some(path) => {
                Arc::new(SigningCertificates::pinned_file(&read(path)?, path).map_err(|error| {
                    let problem = format!("{}: {error}", path.display());
                    ConfigError::Value { key: format!("amazon[{n}].certificate"), problem }
                })?)
            }
            None => Arc::clone(fetched),
        };
        Ok(AmazonApp {
            package_name: self.package_name.clone(),
            topic_arn: self.topic_arn.clone(),
            certificates,
            max_age: self.max_age(),
        })
    }

    fn max_age(&self) -> Span {
        self.max_age.unwrap_or(AmazonApp::DEFAULT_MAX_AGE)
    }
}

const NO_CERTIFICATE: &str = "amazon[].certificate names no file with a signing certificate, and there is nothing to \
                              fetch one with (feature http, or a transport given in code): its messages are answered 503";

/// SNS sends a message again for up to this long, so a shorter time would refuse messages that may still be sent.
const LEAST_MAX_AGE: Span = Span::from_hours(1);

/// One app, and the SNS topic that brings its notifications.
///
/// Several apps may share one topic, and one app may occur twice with different topics.
#[derive(Clone, Debug)]
pub struct AmazonApp {
    /// The app's package name, such as `com.example.game`.
    pub package_name: String,
    /// Amazon's topic, `arn:aws:sns:REGION:ACCOUNT:NAME`, as written in the messages to the endpoint. Compared byte for
    /// byte. It is no secret, but without it a sender cannot make this process fetch a certificate.
    pub topic_arn: String,
    /// The certificates that may have signed. Apps that fetch them should share one.
    pub certificates: Arc<SigningCertificates>,
    /// How old a message may be, an hour or more; usually [`DEFAULT_MAX_AGE`](Self::DEFAULT_MAX_AGE).
    pub max_age: Span,
}

/// Why apps cannot be configured so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmazonConfigError {
    /// No apps at all: every notification would be refused.
    #[error("no app is configured")]
    NoApps,
    /// No message could ever be of such an app.
    #[error("package_name of the app with topic {topic_arn:?} is empty")]
    NoPackageName {
        /// The app's topic.
        topic_arn: String,
    },
    /// Text that names no topic.
    #[error(
        "topic_arn of app {package_name:?}, of {} characters, names no topic: expected arn:aws:sns:REGION:ACCOUNT:NAME, \
         the TopicArn of the messages that Amazon sends",
        found.chars().count()
    )]
    TopicArn {
        /// The app.
        package_name: String,
        /// The configured value.
        found: String,
    },
    /// Too short a time.
    #[error(
        "max_age of app {package_name:?} is {found}, and at least {least} is accepted: SNS repeats for so long"
    )]
    MaxAge {
        /// The app.
        package_name: String,
        /// The configured value.
        found: Span,
        /// The least that may be.
        least: Span,
    },
}

impl AmazonApp {
    /// 14 days: the longest that an AWS dead-letter queue keeps its messages, so that what comes out of one, or out of
    /// a queue of the host's own, still counts. Within it a repetition changes nothing, since the ledger recognises it.
    pub const DEFAULT_MAX_AGE: Span = Span::from_days(14);

    pub(super) fn check(&self) -> Result<(), AmazonConfigError> {
        if self.package_name.trim().is_empty() {
            return Err(AmazonConfigError::NoPackageName { topic_arn: self.topic_arn.clone() });
        }
        let package_name = || self.package_name.clone();
        if !is_topic_arn(&self.topic_arn) {
            let found = self.topic_arn.clone();
            return Err(AmazonConfigError::TopicArn { package_name: package_name(), found });
        }
        if self.max_age < LEAST_MAX_AGE {
            let (found, least) = (self.max_age, LEAST_MAX_AGE);
            return Err(AmazonConfigError::MaxAge { package_name: package_name(), found, least });
        }
        Ok(())
    }
}

/// `arn:PARTITION:sns:REGION:ACCOUNT:NAME`, without empty parts.
fn is_topic_arn(text: &str) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    let is_plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic());
    matches!(parts.as_slice(), ["arn", _, "sns", _, _, _]) && parts.iter().all(is_plain)
}
