//! Notifications that Apple has sent, or has tried to: Get Notification History, the sweep that reads it, Apple's attempts
//! to send one, and test notifications.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/get-notification-history>,
//! <https://developer.apple.com/documentation/appstoreserverapi/request-a-test-notification>.

use serde::Deserialize;
use serde_json::Value;

use super::call::{NotTaken, Refusal, confirmed, read};
use super::{AppStoreApi, Place, environment};
use crate::json::{self, Raw};
use crate::model::{Signal, Span, Timestamp};
use crate::stores::app_store::{AppStoreEnvironment, Notification, NotificationType};
use crate::stores::wire::{Millis, open_string_enum};
use crate::stores::{ApiError, SweepPage, Sweeps};
use crate::transport::HttpRequest;

/// How far back production remembers, in days.
const PRODUCTION_DAYS: i64 = 180;
/// How far back the sandbox does.
const SANDBOX_DAYS: i64 = 30;
/// A listing starts this much inside the window. The window moves on while one listing's pages are requested, all from
/// the same time, and a request that begins before it is refused whole. An hour is enough for more pages than any
/// game's refunds have.
const MARGIN: Span = Span::from_hours(1);

/// Which notifications: `NotificationHistoryRequest`. Every page of one listing must be requested with the same values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Listing<'a> {
    between: (Timestamp, Timestamp),
    kind: Option<&'a NotificationType>,
    only_failures: bool,
}

/// One page of a listing, its items as Apple wrote them.
struct Listed {
    items: Vec<String>,
    next: Option<String>,
}

/// `NotificationHistoryResponse`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History<'a> {
    #[serde(default, borrow)]
    notification_history: Vec<Raw<'a>>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    pagination_token: Option<String>,
}

/// Notifications that did not reach us.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FailedNotifications {
    /// Oldest first.
    pub found: Vec<FailedNotification>,
    /// How to ask for the next page; `None` on the last.
    pub next: Option<String>,
}

/// A notification that Apple could not deliver, or has not yet.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedNotification {
    /// The notification; or, in words, why it cannot be read.
    pub notification: Result<Notification, String>,
    /// Apple's attempts, oldest first.
    pub attempts: Vec<SendAttempt>,
}

#[derive(Deserialize)]
struct Attempts {
    #[serde(default, rename = "sendAttempts")]
    send_attempts: Vec<SendAttemptItem>,
}

impl AppStoreApi {
    /// One page (up to 20) of the notifications of any type between two times that Apple could not deliver, or has not
    /// yet: this shows the faults of an endpoint. The times are limited to Apple's history, 180 days, or 30 in the
    /// sandbox. For the next page pass the same times.
    ///
    /// # Errors
    /// [`ApiError`].
    pub fn failed_notifications(
        &self,
        app: &str,
        sandbox: bool,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<FailedNotifications, ApiError> {
        let place = self.place(app, sandbox)?;
        let (between, token) = match page {
            Some(page) => {
                let (between, token) = page_of(page).ok_or_else(|| not_ours(page))?;
                (between, Some(token))
            }
            None => match within_window(&place, between, now) {
                Some(between) => (between, None),
                None => return Ok(FailedNotifications::default()),
            },
        };
        let listing = Listing { between, kind: None, only_failures: true };
        let listed = self.list(&place, listing, token, now)?;
        let mut found = Vec::new();
        for item in &listed.items {
            let Attempts { send_attempts } = json::from_slice(item.as_bytes())
                .map_err(|error| ApiError::Unreadable { problem: error.to_string() })?;
            found.push(FailedNotification {
                notification: self.notification(&place, item.as_bytes(), now).map_err(in_words),
                attempts: send_attempts.into_iter().map(SendAttempt::from).collect(),
            });
        }
        Ok(FailedNotifications { found, next: listed.next.map(|token| page_name(between, &token)) })
    }

    /// One page of a listing.
    fn list(
        &self,
        place: &Place<'_>,
        listing: Listing<'_>,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Listed, ApiError> {
        let mut url = place.url("inApps/v1/notifications/history");
        if let Some(token) = token {
            url = url.query("paginationToken", token);
        }
        // It reads, whatever its method.
        let request = HttpRequest::post(url).json(&body(&listing)).repeatable();
        let response = self.call(place, request, now)?;
        let answer: History<'_> = read(&response)?;
        let next = match (answer.has_more, answer.pagination_token) {
            (false, _) => None,
            (true, Some(next)) if !next.is_empty() && Some(next.as_str()) != token => Some(next),
            (true, _) => {
                let problem = "there are more notifications, and no new paginationToken to request them by";
                return Err(ApiError::Unreadable { problem: problem.to_owned() });
            }
        };
        let items = answer.notification_history.iter().map(|item| item.get().to_owned()).collect();
        Ok(Listed { items, next })
    }
}

fn body(listing: &Listing<'_>) -> Value {
    let mut body = serde_json::json!({
        "startDate": listing.between.0.millis(),
        "endDate": listing.between.1.millis(),
    });
    if let Some(kind) = listing.kind {
        body["notificationType"] = serde_json::json!(kind);
    }
    if listing.only_failures {
        body["onlyFailures"] = serde_json::json!(true);
    }
    body
}

/// How far back an environment's history reaches.
const fn window(sandbox: bool) -> Span {
    let days = if sandbox { SANDBOX_DAYS } else { PRODUCTION_DAYS };
    Span::from_millis(Span::from_days(days).millis() - MARGIN.millis())
}

/// The part of a period that the environment remembers; `None` if it is empty.
fn within_window(
    place: &Place<'_>,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Option<(Timestamp, Timestamp)> {
    let oldest = now.plus(Span::from_millis(-window(place.is_sandbox()).millis()));
    let from = from.max(oldest);
    (from < to).then_some((from, to))
}

/// The name of a page for the caller: it holds the requested times, since the window has moved on by the next request.
fn page_name((from, to): (Timestamp, Timestamp), token: &str) -> String {
    format!("{}:{}:{token}", from.millis(), to.millis())
}

/// The reverse of [`page_name`].
fn page_of(page: &str) -> Option<((Timestamp, Timestamp), &str)> {
    let mut parts = page.splitn(3, ':');
    let mut time = || parts.next()?.parse().ok().map(Timestamp::from_millis);
    let between = (time()?, time()?);
    Some((between, parts.next().filter(|token| !token.is_empty())?))
}

fn not_ours(page: &str) -> ApiError {
    let page: String = page.chars().take(64).collect();
    ApiError::Unreadable { problem: format!("{page:?} is no page of this version: begin at the first") }
}

fn in_words(refusal: Refusal) -> String {
    refusal.in_answer("signedPayload").to_string()
}

/// The types that concern refunds. Each is listed separately, since a listing is of one type or of all, and one of all
/// would be mostly renewals:
/// - REFUND and REFUND_REVERSED: money was refunded, or the refund was reversed;
/// - REVOKE: a family member lost the purchase;
/// - REFUND_DECLINED and CONSUMPTION_REQUEST: the state of a review, and the reviews that can still be answered;
/// - RESCIND_CONSENT: a withdrawn consent must be known before anything is sent to Apple.
const TYPES: [NotificationType; 6] = [
    NotificationType::Refund,
    NotificationType::RefundReversed,
    NotificationType::Revoke,
    NotificationType::RefundDeclined,
    NotificationType::ConsumptionRequest,
    NotificationType::RescindConsent,
];

/// Apple states no delay. A day covers late entries in the history and clocks that differ, and costs a page or two:
/// known entries change nothing.
const OVERLAP: Span = Span::from_days(1);

/// Which listing a page is of, and which page of it: the [pages](SweepPage::next) of a sweep go through all types in
/// production, then in the sandbox. As text: `Production:REFUND`, and from the second page on with the times and
/// Apple's `paginationToken` after it.
struct Stage<'p> {
    sandbox: bool,
    kind: usize,
    page: Option<((Timestamp, Timestamp), &'p str)>,
}

impl Sweeps for AppStoreApi {
    fn apps(&self) -> Vec<String> {
        self.apps.keys().cloned().collect()
    }

    /// 180 days less an hour, as in production. The sandbox remembers 30 days, and requests to it reach no further
    /// back: for an app with the sandbox only, that is the window.
    fn window(&self, app: &str, _now: Timestamp) -> Span {
        window(!self.has_api_for(app, false))
    }

    fn overlap(&self) -> Span {
        OVERLAP
    }

    /// Notifications that Apple made between the two times, whether they came or not, in the environments that the
    /// configuration names. They have the ids they came with.
    ///
    /// A notification that this version does not understand, that is of another app or environment, or that does not
    /// verify is [unread](SweepPage::unread). If several of a page are signed under untrusted roots, and no other is
    /// fine, that is an error: rather the configuration's roots are wrong, and all can be requested again once these
    /// are right.
    fn page(
        &self,
        app: &str,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<SweepPage, ApiError> {
        let stage = match page {
            Some(page) => Stage::parse(page).ok_or_else(|| not_ours(page))?,
            None => Stage { sandbox: !self.has_api_for(app, false), kind: 0, page: None },
        };
        let place = self.place(app, stage.sandbox)?;
        let (between, token) = match stage.page {
            Some((between, token)) => (between, Some(token)),
            None => match within_window(&place, between, now) {
                Some(between) => (between, None),
                // Nothing is remembered of that time, of no type.
                None => {
                    return Ok(SweepPage {
                        next: self.next_environment(app, &stage),
                        ..SweepPage::default()
                    });
                }
            },
        };
        let Some(kind) = TYPES.get(stage.kind) else { return Err(not_ours(page.unwrap_or_default())) };
        let listing = Listing { between, kind: Some(kind), only_failures: false };
        let listed = self.list(&place, listing, token, now)?;
        let mut swept = SweepPage::default();
        let mut not_taken = NotTaken::default();
        for (n, item) in listed.items.iter().enumerate() {
            match self.swept(&place, item, now) {
                Ok(signal) => swept.found.push((signal, item.as_bytes().to_vec())),
                Err(refusal) => not_taken.add(refusal, &format!("notificationHistory[{n}]"), item),
            }
        }
        swept.unread = not_taken.unread(swept.found.len())?;
        swept.next = match listed.next {
            Some(token) => Some(format!("{}:{}", stage.name(kind), page_name(between, &token))),
            None => self.next_type(app, &stage),
        };
        Ok(swept)
    }
}

impl AppStoreApi {
    fn has_api_for(&self, app: &str, sandbox: bool) -> bool {
        self.apps.get(app).is_some_and(|app| app.access(environment(sandbox)).is_some())
    }

    fn swept(&self, place: &Place<'_>, item: &str, now: Timestamp) -> Result<Signal, Refusal> {
        Ok(confirmed(self.notification(place, item.as_bytes(), now)?.signal()?))
    }

    fn next_type(&self, app: &str, stage: &Stage<'_>) -> Option<String> {
        match TYPES.get(stage.kind + 1) {
            Some(kind) => Some(stage.name(kind)),
            None => self.next_environment(app, stage),
        }
    }

    fn next_environment(&self, app: &str, stage: &Stage<'_>) -> Option<String> {
        let sandbox = Stage { sandbox: true, kind: 0, page: None };
        let first = TYPES.first()?;
        (!stage.sandbox && self.has_api_for(app, true)).then(|| sandbox.name(first))
    }
}

impl<'p> Stage<'p> {
    fn name(&self, kind: &NotificationType) -> String {
        format!("{}:{}", environment(self.sandbox).name(), kind.as_str())
    }

    fn parse(page: &'p str) -> Option<Self> {
        let mut parts = page.splitn(3, ':');
        let sandbox = match AppStoreEnvironment::from_name(parts.next()?)? {
            AppStoreEnvironment::Production => false,
            AppStoreEnvironment::Sandbox => true,
            _ => return None,
        };
        let name = parts.next()?;
        let kind = TYPES.iter().position(|kind| kind.as_str() == name)?;
        let page = match parts.next() {
            Some(rest) => Some(page_of(rest)?),
            None => None,
        };
        Some(Self { sandbox, kind, page })
    }
}

/// One attempt of Apple's to send a notification: `sendAttemptItem`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendAttempt {
    /// When.
    pub at: Timestamp,
    /// The result of it.
    pub result: SendAttemptResult,
}

open_string_enum! {
    /// The result of an attempt, as Apple's server saw it: `sendAttemptResult`.
    SendAttemptResult {
        /// It was answered with success.
        Success = "SUCCESS",
        /// The answer did not come in time.
        TimedOut = "TIMED_OUT",
        /// No TLS connection: certificate or version.
        TlsIssue = "TLS_ISSUE",
        /// Sent in a circle.
        CircularRedirect = "CIRCULAR_REDIRECT",
        /// No answer.
        NoResponse = "NO_RESPONSE",
        /// The connection broke, or there was none.
        SocketIssue = "SOCKET_ISSUE",
        /// The answer's character set is unknown.
        UnsupportedCharset = "UNSUPPORTED_CHARSET",
        /// The answer was no HTTP.
        InvalidResponse = "INVALID_RESPONSE",
        /// The connection was closed while sending.
        PrematureClose = "PREMATURE_CLOSE",
        /// It was answered with another status than 200 to 206.
        UnsuccessfulHttpResponseCode = "UNSUCCESSFUL_HTTP_RESPONSE_CODE",
        /// Another result.
        Other = "OTHER",
    }
}

/// As written in a response.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SendAttemptItem {
    attempt_date: Millis,
    send_attempt_result: SendAttemptResult,
}

impl From<SendAttemptItem> for SendAttempt {
    fn from(item: SendAttemptItem) -> Self {
        Self { at: item.attempt_date.0, result: item.send_attempt_result }
    }
}

/// The result of a test notification.
#[derive(Clone, Debug)]
pub struct TestNotification {
    /// The notification as Apple sends it. The ledger recognises by its [id](Notification::id) whether it came before.
    pub notification: Notification,
    /// Apple's attempts, oldest first; none if it has not tried yet.
    pub attempts: Vec<SendAttempt>,
}

/// `SendTestNotificationResponse`.
#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "testNotificationToken")]
    test_notification_token: String,
}

/// `CheckTestNotificationResponse`, beside its `signedPayload`.
#[derive(Deserialize)]
struct Checked {
    #[serde(default, rename = "sendAttempts")]
    send_attempts: Vec<SendAttemptItem>,
}

impl AppStoreApi {
    /// Requests a TEST notification to the URL that App Store Connect has for the app and environment. Returns the
    /// token to look up its result.
    ///
    /// # Errors
    /// [`ApiError`]; `Refused` with code `4040007` where App Store Connect has no URL.
    pub fn request_test_notification(
        &self,
        app: &str,
        sandbox: bool,
        now: Timestamp,
    ) -> Result<String, ApiError> {
        let place = self.place(app, sandbox)?;
        let request = HttpRequest::post(place.url("inApps/v1/notifications/test"));
        Ok(read::<Sent>(&self.call(&place, request, now)?)?.test_notification_token)
    }

    /// The result of a test notification.
    ///
    /// # Errors
    /// [`ApiError`]; `Refused` with code `4040008` where Apple does not know the token: it is too new, or too old.
    pub fn test_notification_status(
        &self,
        app: &str,
        sandbox: bool,
        token: &str,
        now: Timestamp,
    ) -> Result<TestNotification, ApiError> {
        let place = self.place(app, sandbox)?;
        let request = HttpRequest::get(place.url("inApps/v1/notifications/test").segment(token));
        let response = self.call(&place, request, now)?;
        let checked: Checked = read(&response)?;
        let notification = self
            .notification(&place, response.body(), now)
            .map_err(|refusal| refusal.in_answer("signedPayload"))?;
        Ok(TestNotification {
            notification,
            attempts: checked.send_attempts.into_iter().map(SendAttempt::from).collect(),
        })
    }
}
