//! Get Notification History: what Apple has sent, or has tried to.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/get-notification-history>

use serde::Deserialize;
use serde_json::Value;

use super::call::{Refusal, read};
use super::send_attempt::{SendAttempt, SendAttemptItem};
use super::{AppStoreApi, Place};
use crate::json::{self, Raw};
use crate::model::{Span, Timestamp};
use crate::stores::ApiError;
use crate::stores::app_store::{Notification, NotificationType};
use crate::transport::HttpRequest;

/// How far back production remembers, in days.
const PRODUCTION_DAYS: i64 = 180;
/// How far back the sandbox does.
const SANDBOX_DAYS: i64 = 30;
/// Asked from this much inside the window. It moves on while one listing's pages are asked for, all from the same time,
/// and what begins before it is refused whole. In an hour go more pages than any game's refunds have.
const MARGIN: Span = Span::from_hours(1);

/// Which notifications: `NotificationHistoryRequest`. Every page of one listing must be asked for with the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listing<'a> {
    pub(super) between: (Timestamp, Timestamp),
    pub(super) kind: Option<&'a NotificationType>,
    pub(super) only_failures: bool,
}

/// One page of a listing, its items as Apple wrote them.
pub(super) struct Listed {
    pub(super) items: Vec<String>,
    pub(super) next: Option<String>,
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
    /// yet: what there is to know of an endpoint that does not answer as it should. The times are cut to what Apple
    /// remembers, 180 days, or 30 in the sandbox. For the next page give the same times.
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
    pub(super) fn list(
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
                let problem = "there are more notifications, and no new paginationToken to ask for them by";
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

/// How far back an environment can be asked.
pub(super) const fn window(sandbox: bool) -> Span {
    let days = if sandbox { SANDBOX_DAYS } else { PRODUCTION_DAYS };
    Span::from_millis(Span::from_days(days).millis() - MARGIN.millis())
}

/// What of a time the environment remembers; `None` where that is nothing.
pub(super) fn within_window(
    place: &Place<'_>,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Option<(Timestamp, Timestamp)> {
    let oldest = now.plus(Span::from_millis(-window(place.is_sandbox()).millis()));
    let from = from.max(oldest);
    (from < to).then_some((from, to))
}

/// How a page is named to a caller: with the times it was asked for, since the window has moved on when the next is.
pub(super) fn page_name((from, to): (Timestamp, Timestamp), token: &str) -> String {
    format!("{}:{}:{token}", from.millis(), to.millis())
}

/// What [`page_name`] made.
pub(super) fn page_of(page: &str) -> Option<((Timestamp, Timestamp), &str)> {
    let mut parts = page.splitn(3, ':');
    let mut time = || parts.next()?.parse().ok().map(Timestamp::from_millis);
    let between = (time()?, time()?);
    Some((between, parts.next().filter(|token| !token.is_empty())?))
}

pub(super) fn not_ours(page: &str) -> ApiError {
    let page: String = page.chars().take(64).collect();
    ApiError::Unreadable {
        problem: format!("{page:?} is no page that this version gave: begin at the first"),
    }
}

fn in_words(refusal: Refusal) -> String {
    refusal.in_answer("signedPayload").to_string()
}
