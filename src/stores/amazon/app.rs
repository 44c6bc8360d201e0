//! The apps whose notifications are taken, and by which topic.

use std::sync::Arc;

use super::SigningCertificates;
use crate::model::Span;

/// SNS sends a message again for up to this long, so a shorter time would refuse what it may still send.
const LEAST_MAX_AGE: Span = Span::from_hours(1);

/// One app, and the SNS topic that brings its notifications.
///
/// Several apps may share one topic, and one app may stand twice with different topics.
#[derive(Clone, Debug)]
pub struct AmazonApp {
    /// The app's package name, such as `com.example.game`.
    pub package_name: String,
    /// Amazon's topic, `arn:aws:sns:REGION:ACCOUNT:NAME`, as it stands in the messages that the endpoint gets. Compared
    /// byte for byte. It is no secret, but nobody without it can make this process fetch a certificate.
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
        /// What was given.
        found: String,
    },
    /// Too short a time.
    #[error(
        "max_age of app {package_name:?} is {found}, and at least {least} is accepted: SNS repeats for so long"
    )]
    MaxAge {
        /// The app.
        package_name: String,
        /// What was given.
        found: Span,
        /// The least that may be.
        least: Span,
    },
}

impl AmazonApp {
    /// 14 days: the longest an AWS dead-letter queue keeps what it caught, so that what comes out of one, or out of a
    /// queue of the host's own, still counts. Within it a repetition changes nothing, since the ledger knows it.
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

/// `arn:PARTITION:sns:REGION:ACCOUNT:NAME`, nothing of it empty.
fn is_topic_arn(text: &str) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    let is_plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic());
    matches!(parts.as_slice(), ["arn", _, "sns", _, _, _]) && parts.iter().all(is_plain)
}
