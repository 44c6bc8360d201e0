//! Checks a Google Play section: Google's keys, and a short list of voided purchases.

use std::path::Path;
use std::slice::from_ref;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::config::source;
use super::{GooglePlayApi, GooglePlaySection};
use crate::config::ConfigError;
use crate::model::{Span, Timestamp};
use crate::stores::doctor::ASK_LATER;
use crate::stores::{Answer, ApiError, CheckContext, SectionChecks, SectionFinding, Sweeps as _};
use crate::transport::Url;
use crate::verify::Jwks;

/// How old a file of Google's keys may be. Google changes them about once a week, and signs with new ones soon after.
const OLD_FILE: Span = Span::from_days(7);

/// How much of the list is requested: the rows do not matter.
const LISTED: Span = Span::from_hours(1);

impl SectionChecks for GooglePlaySection {
    const WEBHOOKS: &'static str = "Google Cloud, Pub/Sub, the topic's permissions: \
                                    google-play-developer-notifications@system.gserviceaccount.com needs the role Pub/Sub \
                                    Publisher (roles/pubsub.publisher), without which Google Play sends nothing and \
                                    reports no error; Play Console, Monetization setup: the topic's name, and \"Send test \
                                    notification\", which has to arrive within a minute and is then shown here as the last \
                                    message; Google Cloud, Pub/Sub: the push subscription's endpoint, with \
                                    authentication";

    fn keys(&self, context: &CheckContext<'_>) -> Vec<SectionFinding> {
        match &self.push.jwks {
            Some(file) => vec![of_file(file, context.now)],
            None => vec![fetched(self.push.jwks_url.as_ref(), context)],
        }
    }

    fn ask(&self, context: &CheckContext<'_>) -> Result<Vec<Answer>, ConfigError> {
        let Some(api) = GooglePlayApi::new(from_ref(self), Arc::clone(context.transport))? else {
            return Ok(Vec::new());
        };
        let since = context.now.plus(Span::from_millis(-LISTED.millis()));
        let listed = api.page(&self.package_name, (since, context.now), None, context.now);
        let result = listed.map(|_| {
            vec![SectionFinding::ok(
                "credentials",
                "the service account is accepted, and may list voided purchases",
            )]
        });
        Ok(vec![Answer { place: None, result }])
    }

    fn advice(&self, _: Option<&str>, error: &ApiError) -> String {
        match error {
            ApiError::Credentials { .. } => {
                "In Google Cloud, IAM, Service Accounts: is the key still there and the account enabled? If not, make a \
                 new JSON key, and put it into the file that service_account names. In Play Console, Users and permissions: \
                 is the account invited?"
                    .to_owned()
            }
            ApiError::Refused { status: 404, .. } => {
                "Is package_name spelt as in Play Console, and is the app in the developer account that the service \
                 account was invited to?"
                    .to_owned()
            }
            ApiError::Refused { status: 403, code, .. } if code == "accessNotConfigured" => {
                "Enable the Google Play Android Developer API in the service account's Google Cloud project.".to_owned()
            }
            ApiError::Refused { status: 403, retryable: false, .. } => {
                "In Play Console, Users and permissions, give the service account for this app: View financial data, \
                 orders, and cancellation survey responses; and Manage orders and subscriptions. It takes up to a day \
                 to be known."
                    .to_owned()
            }
            _ => ASK_LATER.to_owned(),
        }
    }
}

fn of_file(file: &Path, now: Timestamp) -> SectionFinding {
    let name = file.display();
    let changed = std::fs::metadata(file)
        .and_then(|file| file.modified())
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .map(Timestamp::from_millis);
    match changed.map(|at| now.since(at)) {
        Some(age) if age > OLD_FILE => SectionFinding::warning(
            "old_keys",
            format!("Google's keys are read from {name}, which was last written {} ago", age.words()),
            "Google changes its keys about once a week, and pushes signed with a new one are refused. Fetch the file \
             again every day (https://www.googleapis.com/oauth2/v3/certs) and restart, or remove push.jwks, and they \
             are fetched when needed.",
        ),
        Some(age) => {
            let age = Span::from_millis(age.millis().max(0));
            SectionFinding::ok(
                "keys",
                format!("Google's keys are read from {name}, written {} ago", age.words()),
            )
        }
        None => SectionFinding::ok("keys", format!("Google's keys are read from {name}")),
    }
}

fn fetched(url: Option<&Url>, context: &CheckContext<'_>) -> SectionFinding {
    let host = url.map_or("www.googleapis.com", Url::host);
    let advice = format!(
        "Until keys are there every push is answered 503. Let this machine reach {host}, or give a file of the keys as \
         push.jwks."
    );
    let Some(source) = source(url, context.keys) else {
        return SectionFinding::broken("no_keys", "there is nothing to fetch Google's keys with", advice);
    };
    match source.fetch().map_err(|error| error.to_string()).and_then(|keys| {
        let fresh = keys.freshness.remaining();
        Jwks::parse(&keys.jwks).map(|_| fresh).map_err(|error| error.to_string())
    }) {
        Ok(Some(fresh)) => {
            SectionFinding::ok("keys", format!("Google's keys are fetched, and fresh for {}", fresh.words()))
        }
        Ok(None) => SectionFinding::ok("keys", "Google's keys are fetched"),
        Err(problem) => {
            SectionFinding::broken("no_keys", format!("Google's keys cannot be fetched: {problem}"), advice)
        }
    }
}
