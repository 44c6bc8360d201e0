//! Checks an App Store section: Get Notification History proves the key, and reports failed deliveries.

use std::slice::from_ref;
use std::sync::Arc;

use super::{AppStoreApi, AppStoreEnvironment, AppStoreSection, Description};
use crate::config::ConfigError;
use crate::model::{Span, Timestamp};
use crate::stores::doctor::ASK_LATER;
use crate::stores::{Answer, ApiError, BuiltInStore as _, CheckContext, SectionChecks, SectionFinding};

/// How far back Apple is queried for failed deliveries. Its retries last 138 hours: what failed before is lost to
/// webhooks, and found by sweeps.
const UNDELIVERED_IN: Span = Span::from_days(7);

/// How far the list's end lies back: Apple retries an hour after a failed attempt at first, and one try may be under way.
const SETTLED: Span = Span::from_millis(60 * 1000);

impl SectionChecks for AppStoreSection {
    const WEBHOOKS: &'static str = "App Store Connect, App Information, App Store Server Notifications: production and \
                                    sandbox URL, version 2";

    fn keys(&self, _: &CheckContext<'_>) -> Vec<SectionFinding> {
        let roots = match (self.only_extra_roots, self.extra_roots.len()) {
            (false, 0) => "Apple Root CA - G3, built in".to_owned(),
            (false, more) => format!("Apple Root CA - G3 and {more} further file(s) of roots"),
            (true, more) => format!("{more} file(s) of roots, without Apple's own"),
        };
        let environments: Vec<_> =
            self.environments().iter().map(|environment| environment.name().to_lowercase()).collect();
        let facts = format!("messages of {} are verified under {roots}", environments.join(" and "));
        vec![match self.only_extra_roots {
            false => SectionFinding::ok("keys", facts),
            true => SectionFinding::warning(
                "foreign_roots",
                facts,
                "Apple's own messages are therefore refused. Remove only_extra_roots, except in a test.",
            ),
        }]
    }

    fn ask(&self, context: &CheckContext<'_>) -> Result<Vec<Answer>, ConfigError> {
        let verifier = Arc::new(Description::verifier(from_ref(self), context.keys)?);
        let Some(api) = AppStoreApi::new(from_ref(self), verifier, Arc::clone(context.transport))? else {
            return Ok(Vec::new());
        };
        Ok(self
            .api_environments()
            .map(|environment| {
                let sandbox = environment == AppStoreEnvironment::Sandbox;
                Answer {
                    place: Some(place(environment)),
                    result: undelivered(&api, self, sandbox, context.now),
                }
            })
            .collect())
    }

    fn advice(&self, place: Option<&str>, error: &ApiError) -> String {
        match error {
            ApiError::Credentials { .. } => {
                let more = match place {
                    Some("production") => {
                        " Production is reported to answer so as well for an app that was never released."
                    }
                    _ => "",
                };
                format!(
                    "In App Store Connect, Users and Access, Integrations, In-App Purchase: is the key still listed, is \
                     its id api.key_id, the issuer id above the keys api.issuer_id, the .p8 file of that very key, and \
                     is bundle_id an app of that team?{more}"
                )
            }
            ApiError::Refused { code, .. } if code.starts_with("404") => {
                "Is bundle_id the app's own, and sold by the team that the key is of?".to_owned()
            }
            _ => ASK_LATER.to_owned(),
        }
    }
}

impl AppStoreSection {
    /// The environments that Apple has a server for.
    pub(crate) fn api_environments(&self) -> impl Iterator<Item = AppStoreEnvironment> {
        self.environments().iter().copied().filter(|environment| environment.is_signed())
    }
}

/// The name of an environment in findings.
pub(crate) fn place(environment: AppStoreEnvironment) -> &'static str {
    match environment {
        AppStoreEnvironment::Production => "production",
        _ => "sandbox",
    }
}

/// Queries Apple for failed deliveries.
fn undelivered(
    api: &AppStoreApi,
    section: &AppStoreSection,
    sandbox: bool,
    now: Timestamp,
) -> Result<Vec<SectionFinding>, ApiError> {
    let ago = |span: Span| now.plus(Span::from_millis(-span.millis()));
    let between = (ago(UNDELIVERED_IN), ago(SETTLED));
    let failed = api.failed_notifications(&section.bundle_id, sandbox, between, None, now)?;
    let taken = SectionFinding::ok("credentials", "the In-App Purchase key is accepted");
    let Some(last) = failed.found.last() else {
        return Ok(vec![
            taken,
            SectionFinding::ok("delivered", "Apple has failed to deliver nothing in the last 7 days"),
        ]);
    };
    let count = failed.found.len();
    let or_more = if failed.next.is_some() { " or more" } else { "" };
    let result = last.attempts.last().map_or("not tried yet", |attempt| attempt.result.as_str());
    let facts = format!(
        "Apple could not deliver {count}{or_more} messages in the last 7 days; one of them: {result}"
    );
    let advice = format!(
        "The server at the URL in App Store Connect must answer 200, over TLS with a certificate that is trusted. \
         Have doctor request a test notification to check it. Refunds among them are found by sweeps ({}).",
        "recoup reconcile app-store"
    );
    Ok(vec![taken, SectionFinding::warning("undelivered", facts, advice)])
}
