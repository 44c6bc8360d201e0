//! Test notifications: whether Apple reaches us.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/request-a-test-notification>

use serde::Deserialize;

use super::AppStoreApi;
use super::call::read;
use super::send_attempt::{SendAttempt, SendAttemptItem};
use crate::model::Timestamp;
use crate::stores::ApiError;
use crate::stores::app_store::Notification;
use crate::transport::HttpRequest;

/// What became of a test notification.
#[derive(Clone, Debug)]
pub struct TestNotification {
    /// The notification as Apple sends it. By its [id](Notification::id) the ledger knows whether it came.
    pub notification: Notification,
    /// Apple's attempts, oldest first; none where it has not tried yet.
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
    /// Asks Apple to send a TEST notification to the URL that App Store Connect has for the app and environment. Gives
    /// the token to ask what became of it by.
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

    /// What became of a test notification.
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
