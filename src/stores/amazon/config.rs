//! Amazon's sections of the configuration, and the files they name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::{AmazonApp, AmazonVerifier, SigningCertificates};
use crate::config::{ConfigError, read};
use crate::model::Span;
use crate::stores::config::{KeySources, Section, SectionSummary};
use crate::stores::http_api;
use crate::transport::{Secret, Url};

/// One app in Amazon Appstore.
#[derive(Clone, Debug, Deserialize)]
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
    /// The developer's shared secret, by which the Receipt Verification Service (RVS) is asked. At most one of this and
    /// `shared_secret_file`; without either receipts are not asked for.
    #[serde(default, deserialize_with = "http_api::secret")]
    pub shared_secret: Option<Secret>,
    /// A file with the shared secret.
    #[serde(default)]
    pub shared_secret_file: Option<PathBuf>,
    /// Whether RVS is asked in its sandbox, which knows the receipts of App Tester.
    #[serde(default)]
    pub sandbox: bool,
    /// Where RVS is, for emulators; `https://appstore-sdk.amazon.com` where it is not given.
    #[serde(default, deserialize_with = "http_api::url")]
    pub rvs_url: Option<Url>,
}

impl Section for AmazonSection {
    type Verifier = AmazonVerifier;

    fn join_paths(&mut self, base: &Path) {
        if let Some(certificate) = &mut self.certificate {
            *certificate = base.join(&certificate);
        }
        if let Some(file) = &mut self.shared_secret_file {
            *file = base.join(&file);
        }
    }

    /// A section without a certificate takes those of the given source, through one cache that all such share.
    fn verifier(sections: &[Self], keys: &KeySources) -> Result<AmazonVerifier, ConfigError> {
        let fetched = keys
            .certificates
            .clone()
            .map_or_else(|| SigningCertificates::missing(NO_CERTIFICATE), SigningCertificates::fetched_from);
        let (fetched, is_missing) = (Arc::new(fetched), keys.certificates.is_none());
        let apps: Result<_, _> = sections
            .iter()
            .enumerate()
            .map(|(n, section)| {
                if section.certificate.is_none() && is_missing {
                    // Not refused: the same file serves a host that gives a source in code, and the command line.
                    tracing::warn!(package = section.package_name, "{NO_CERTIFICATE}");
                }
                section.load(n, &fetched)
            })
            .collect();
        AmazonVerifier::new(apps?)
            .map_err(|error| ConfigError::Value { key: "amazon".to_owned(), problem: error.to_string() })
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
        if self.shared_secret.is_some() || self.shared_secret_file.is_some() {
            let place = if self.sandbox { "RVS's sandbox" } else { "RVS" };
            checks.push(format!("receipts asked for at {place} with the shared secret"));
        }
        SectionSummary { app: self.package_name.clone(), checks }
    }
}

impl AmazonSection {
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
