//! A push that was verified.

use serde::Serialize;

use super::DeveloperNotification;
use super::envelope::Envelope;

/// A push whose sender was verified; only [`GooglePlayVerifier`](super::GooglePlayVerifier) makes one. Serializes
/// under Google's own names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    message_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<String>,
    developer_notification: DeveloperNotification,
}

impl Notification {
    pub(super) fn new(envelope: Envelope<'_>, developer_notification: DeveloperNotification) -> Self {
        Self {
            message_id: envelope.message_id,
            publish_time: envelope.publish_time,
            subscription: envelope.subscription,
            developer_notification,
        }
    }

    /// Pub/Sub's `messageId`, unique in its topic and the same when the message is delivered again. For an unwrapped
    /// push without metadata: `sha256:` and the body's hash in hex.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// When Pub/Sub took the message, in RFC 3339 as it came; a repetition may tell another time.
    #[must_use]
    pub fn publish_time(&self) -> Option<&str> {
        self.publish_time.as_deref()
    }

    /// The subscription that brought it, where the push says so.
    #[must_use]
    pub fn subscription(&self) -> Option<&str> {
        self.subscription.as_deref()
    }

    /// What Google Play published.
    #[must_use]
    pub const fn developer_notification(&self) -> &DeveloperNotification {
        &self.developer_notification
    }
}

#[cfg(test)]
impl Notification {
    /// One that no verifier has seen, for tests of what it means.
    pub(super) fn for_test(message_id: &str, developer_notification: DeveloperNotification) -> Self {
        let message_id = message_id.to_owned();
        Self { message_id, publish_time: None, subscription: None, developer_notification }
    }
}
