//! Apple's test notification: whether Apple reaches us, and whether it is we whom it reaches.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/request-a-test-notification>

use std::slice::from_ref;
use std::sync::Arc;
use std::time::Duration;

use super::no_answer::unreachable;
use super::{Bench, Found, Of, Witness};
use crate::model::{DoctorArea, Finding, Store};
use crate::stores::app_store::{
    AppStoreApi, AppStoreEnvironment, AppStoreSection, Description, SendAttemptResult, TestNotification,
    place,
};
use crate::stores::{ApiError, BuiltInStore as _, Noted, Section as _};
use crate::transport::Transport;

/// How long after each other Apple is asked what became of it: within a minute. It sends within seconds, and does not
/// know the token at once.
const WAITS: [Duration; 6] = [
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(20),
];

/// Asks for one in each environment of each app that has a key.
pub(super) fn check<P: FnMut(&Finding)>(
    sections: &[AppStoreSection],
    bench: &Bench<'_>,
    found: &mut Found<P>,
) {
    let Some(witness) = &bench.witness else { return };
    let transport: Arc<dyn Transport> = Arc::<Witness>::clone(witness);
    let store = Store::AppStore;
    let mut asked = false;
    for section in sections {
        let opened = Description::verifier(from_ref(section), &bench.keys).and_then(|verifier| {
            AppStoreApi::new(from_ref(section), Arc::new(verifier), Arc::clone(&transport))
        });
        // What is wrong with the section was reported before.
        let Ok(Some(api)) = opened else { continue };
        for environment in section.asked() {
            asked = true;
            let noted = one(&api, section.app(), environment, bench);
            found.add(Some(Of { store: &store, app: section.app() }), DoctorArea::TestNotification, noted);
        }
    }
    if !asked {
        found.add(
            None,
            DoctorArea::TestNotification,
            Noted::warning(
                "no_credentials",
                "no test notification could be asked for: no app_store section has a key that can be used",
                "Give app_store[].api.",
            ),
        );
    }
}

fn one(api: &AppStoreApi, app: &str, environment: AppStoreEnvironment, bench: &Bench<'_>) -> Noted {
    let at = format!("{}: ", place(environment));
    let sandbox = environment == AppStoreEnvironment::Sandbox;
    let token = match api.request_test_notification(app, sandbox, bench.now()) {
        Ok(token) => token,
        Err(error) => return not_asked(&at, &error),
    };
    let mut seen = None;
    for wait in WAITS {
        bench.options.pacing.sleep(wait);
        match api.test_notification_status(app, sandbox, &token, bench.now()) {
            Ok(status) if !status.attempts.is_empty() => {
                return sent(&at, app, &status, bench);
            }
            Ok(status) => seen = Some(status),
            // Apple does not know the token at once.
            Err(ApiError::Refused { code, .. }) if code == "4040008" => {}
            Err(error) if error.is_retryable() => {}
            Err(error) => return not_asked(&at, &error),
        }
    }
    let facts = match seen {
        Some(status) => {
            format!("{at}Apple has not tried to send {} within a minute", status.notification.id())
        }
        None => format!("{at}Apple did not know its own test notification within a minute"),
    };
    Noted::warning("not_sent", facts, "Run this again in some minutes; Apple's status page reports outages.")
}

fn not_asked(at: &str, error: &ApiError) -> Noted {
    match error {
        ApiError::Transport { source } => unreachable(at, source),
        ApiError::Refused { code, .. } if code == "4040007" => Noted::broken(
            "no_url",
            format!("{at}App Store Connect has no URL to send messages to"),
            "Set it: App Information, App Store Server Notifications, https://YOUR-HOST/v1/app-store, version 2.",
        ),
        ApiError::Credentials { .. } => Noted::broken(
            "credentials_refused",
            format!("{at}no test notification could be asked for: {error}"),
            "See what is said of the credentials.",
        ),
        error => Noted::warning(
            "not_requested",
            format!("{at}no test notification could be asked for: {error}"),
            "Run this again in some minutes.",
        ),
    }
}

/// What Apple's last attempt came to.
fn sent(at: &str, app: &str, status: &TestNotification, bench: &Bench<'_>) -> Noted {
    let id = status.notification.id();
    let result = status.attempts.last().map_or(&SendAttemptResult::Other, |attempt| &attempt.result);
    if *result != SendAttemptResult::Success {
        let facts = format!("{at}Apple sent {id}, and could not deliver it: {}", result.as_str());
        return Noted::broken("not_delivered", facts, what_to_do(result));
    }
    let kept =
        bench.ask(|read| read.refund_of_notification(&Store::AppStore, app, id).map(|seen| seen.is_some()));
    match kept {
        Some(Ok(true)) => {
            Noted::ok("delivered", format!("{at}Apple delivered {id}, and it is in the ledger"))
        }
        Some(Err(noted)) => noted,
        Some(Ok(false)) | None => Noted::broken(
            "delivered_elsewhere",
            format!("{at}Apple delivered {id}, and it is not in this ledger"),
            "Something else answers Apple with success at the URL in App Store Connect: another server, a web server that \
             does not pass it on, or a server with another ledger. Messages sent there are lost.",
        ),
    }
}

fn what_to_do(result: &SendAttemptResult) -> &'static str {
    match result {
        SendAttemptResult::TlsIssue => {
            "Renew the certificate of the host in the URL, with its intermediates, of an issuer that Apple trusts, and \
             speak TLS 1.2 or later."
        }
        SendAttemptResult::TimedOut | SendAttemptResult::NoResponse => {
            "Nothing answers at the URL in time: does the server run, and does the firewall let Apple in (17.0.0.0/8)?"
        }
        SendAttemptResult::SocketIssue | SendAttemptResult::PrematureClose => {
            "The connection broke: does the server run, and what do the load balancer's logs say?"
        }
        SendAttemptResult::CircularRedirect => {
            "The URL redirects in a circle: give the one that answers itself."
        }
        SendAttemptResult::UnsuccessfulHttpResponseCode => {
            "It was answered with an error: 404 is a wrong path (or path secret), 403 a bundle_id, app_apple_id or \
             environment that is not configured, 5xx a fault of the server. Its logs tell."
        }
        _ => {
            "What answers there does not speak plain HTTP: is the URL the server's, and is something between?"
        }
    }
}
