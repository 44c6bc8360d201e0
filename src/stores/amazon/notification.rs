//! A message that was verified.

use serde::Serialize;

use super::RealTimeNotification;
#[cfg(test)]
use super::envelope::MessageType;
use super::envelope::SnsMessage;
use crate::model::Timestamp;

/// An SNS message whose signature was verified; only [`AmazonVerifier`](super::AmazonVerifier) makes one. Serializes
/// under the names of SNS, with the notification inside read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Notification {
    #[serde(rename = "Type")]
    message_type: &'static str,
    message_id: String,
    topic_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    timestamp: String,
    #[serde(flatten)]
    content: Content,
    #[serde(skip)]
    app: String,
    #[serde(skip)]
    at: Timestamp,
}

/// What an SNS message brings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Content {
    /// What Amazon Appstore published. SNS type `Notification`.
    #[serde(rename = "Message")]
    RealTimeNotification(RealTimeNotification),
    /// SNS wants to hear that the endpoint is ours, by a GET request to this URL. SNS type `SubscriptionConfirmation`.
    #[serde(rename = "SubscribeURL")]
    SubscribeUrl(String),
    /// The endpoint was taken off the topic. SNS type `UnsubscribeConfirmation`, with its text for people.
    #[serde(rename = "Message")]
    Unsubscribed(String),
}

impl Notification {
    pub(super) fn new(message: SnsMessage, app: String, content: Content) -> Self {
        let (message_type, at, members) = (message.message_type, message.at, message.members);
        Self {
            message_type: message_type.name(),
            message_id: members.message_id,
            topic_arn: members.topic_arn,
            subject: members.subject,
            timestamp: members.timestamp,
            content,
            app,
            at,
        }
    }

    /// SNS's `MessageId`, the same when the message is delivered again.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The topic that brought it.
    #[must_use]
    pub fn topic_arn(&self) -> &str {
        &self.topic_arn
    }

    /// When SNS made it.
    #[must_use]
    pub const fn published_at(&self) -> Timestamp {
        self.at
    }

    /// What it brings.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The package it is about; of a confirmation, the first that the configuration has for its topic.
    #[must_use]
    pub fn package_name(&self) -> &str {
        &self.app
    }

    /// SNS's name of the message's kind.
    pub(super) const fn message_type(&self) -> &'static str {
        self.message_type
    }
}

#[cfg(test)]
impl Notification {
    /// One that no verifier has seen, for tests of what it means.
    pub(super) fn for_test(content: RealTimeNotification) -> Self {
        Self {
            message_type: MessageType::Notification.name(),
            message_id: "m-1".to_owned(),
            topic_arn: String::new(),
            subject: None,
            timestamp: String::new(),
            app: content.package_name.clone(),
            at: content.timestamp,
            content: Content::RealTimeNotification(content),
        }
    }
}
