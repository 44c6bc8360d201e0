//! Apple's test notification: whether Apple reaches a server, and whether that is this one.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/request-a-test-notification>

use std::slice::from_ref;
use std::sync::Arc;
use std::time::Duration;

use super::no_answer::unreachable;
use super::{DoctorContext, Findings, RecordingTransport, Subject};
use crate::model::{DoctorArea, Finding, Store};
use crate::stores::app_store::{
    AppStoreApi, AppStoreEnvironment, AppStoreSection, Description, SendAttemptResult, TestNotification,
    place,
};
use crate::stores::{ApiError, BuiltInStore as _, Section as _, SectionFinding};
use crate::transport::Transport;

/// The waits between queries for its outcome: within a minute. It sends within seconds, and does not know the token
/// at once.
const WAITS: [Duration; 6] = [
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(20),
];

/// Requests one in each environment of each app that has a key.
pub(super) fn check<P: FnMut(&Finding)>(
    sections: &[AppStoreSection],
    context: &DoctorContext<'_>,
    findings: &mut Findings<P>,
) {
    let Some(recording) = &context.recording else { return };
    let transport: Arc<dyn Transport> = Arc::<RecordingTransport>::clone(recording);
    let store = Store::AppStore;
    let mut requested = false;
    for section in sections {
        let opened = Description::verifier(from_ref(section), &context.keys).and_then(|verifier| {
            AppStoreApi::new(from_ref(section), Arc::new(verifier), Arc::clone(&transport))
        });
        // An invalid section was reported before.
        let Ok(Some(api)) = opened else { continue };
        for environment in section.api_environments() {
            requested = true;
            let noted = one(&api, section.app(), environment, context);
            findings.add(
                Some(Subject { store: &store, app: section.app() }),
                DoctorArea::TestNotification,
                noted,
            );
        }
    }
    if !requested {
        findings.add(
            None,
            DoctorArea::TestNotification,
            SectionFinding::warning(
                "no_credentials",
                "no test notification could be requested: no app_store section has a usable key",
                "Set app_store[].api.",
            ),
        );
    }
}

fn one(
    api: &AppStoreApi,
    app: &str,
    environment: AppStoreEnvironment,
    context: &DoctorContext<'_>,
) -> SectionFinding {
    let at = format!("{}: ", place(environment));
    let sandbox = environment == AppStoreEnvironment::Sandbox;
    let token = match api.request_test_notification(app, sandbox, context.now()) {
        Ok(token) => token,
        Err(error) => return not_requested(&at, &error),
    };
    let mut seen = None;
    for wait in WAITS {
        context.options.pacing.sleep(wait);
        match api.test_notification_status(app, sandbox, &token, context.now()) {
            Ok(status) if !status.attempts.is_empty() => {
                return sent(&at, app, &status, context);
            }
            Ok(status) => seen = Some(status),
            // Apple does not know the token at once.
            Err(ApiError::Refused { code, .. }) if code == "4040008" => {}
            Err(error) if error.is_retryable() => {}
            Err(error) => return not_requested(&at, &error),
        }
    }
    let facts = match seen {
        Some(status) => {
            format!("{at}Apple has not tried to send {} within a minute", status.notification.id())
        }
        None => format!("{at}Apple did not know its own test notification within a minute"),
    };
    SectionFinding::warning(
        "not_sent",
        facts,
        "Run this again in some minutes; Apple's status page reports outages.",
    )
}

fn not_requested(at: &str, error: &ApiError) -> SectionFinding {
    match error {
        ApiError::Transport { source } => unreachable(at, source),
        ApiError::Refused { code, .. } if code == "4040007" => SectionFinding::broken(
            "no_url",
            format!("{at}App Store Connect has no URL to send messages to"),
            "Set it: App Information, App Store Server Notifications, https://YOUR-HOST/v1/app-store, version 2.",
        ),
        ApiError::Credentials { .. } => SectionFinding::broken(
            "credentials_refused",
            format!("{at}no test notification could be requested: {error}"),
            "See the findings about the credentials.",
        ),
        error => SectionFinding::warning(
            "not_requested",
            format!("{at}no test notification could be requested: {error}"),
            "Run this again in some minutes.",
        ),
    }
}

/// The result of Apple's last attempt.
fn sent(at: &str, app: &str, status: &TestNotification, context: &DoctorContext<'_>) -> SectionFinding {
    let id = status.notification.id();
    let result = status.attempts.last().map_or(&SendAttemptResult::Other, |attempt| &attempt.result);
    if *result != SendAttemptResult::Success {
        let facts = format!("{at}Apple sent {id}, and could not deliver it: {}", result.as_str());
        return SectionFinding::broken("not_delivered", facts, what_to_do(result));
    }
    let kept = context
        .read(|read| read.refund_of_notification(&Store::AppStore, app, id).map(|seen| seen.is_some()));
    match kept {
        Some(Ok(true)) => {
            SectionFinding::ok("delivered", format!("{at}Apple delivered {id}, and it is in the ledger"))
        }
        Some(Err(noted)) => noted,
        Some(Ok(false)) | None => SectionFinding::broken(
            "delivered_elsewhere",
            format!("{at}Apple delivered {id}, and it is not in this ledger"),
            "At the URL in App Store Connect something else answers Apple with success: another server, a web server that \
             does not pass it on, or a server with another ledger. Messages sent there are lost.",
        ),
    }
}

fn what_to_do(result: &SendAttemptResult) -> &'static str {
    match result {
        SendAttemptResult::TlsIssue => {
            "Renew the certificate of the URL's host, with its intermediates, from an issuer that Apple trusts, and \
             use TLS 1.2 or later."
        }
        SendAttemptResult::TimedOut | SendAttemptResult::NoResponse => {
            "Nothing answers at the URL in time: is the server running, and does the firewall let Apple in (17.0.0.0/8)?"
        }
        SendAttemptResult::SocketIssue | SendAttemptResult::PrematureClose => {
            "The connection broke: is the server running, and what do the load balancer's logs report?"
        }
        SendAttemptResult::CircularRedirect => "The URL redirects in a loop: use the final URL.",
        SendAttemptResult::UnsuccessfulHttpResponseCode => {
            "The answer was an error: 404 is a wrong path (or path secret), 403 a bundle_id, app_apple_id or \
             environment that is not configured, 5xx a server error. See its logs."
        }
        _ => "The answer is not plain HTTP: is it the server's URL, and is there a proxy in between?",
    }
}
