//! A message that was taken.

use serde::Serialize;

use super::{PaymentNotification, SubscriptionNotification};
use crate::model::Timestamp;

/// A message of a configured app; only [`OneStoreVerifier`](super::OneStoreVerifier) makes one. Serializes as the
/// message arrived, without its signature.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Notification {
    #[serde(skip)]
    pub(super) client_id: String,
    #[serde(skip)]
    pub(super) received_at: Timestamp,
    content: Content,
}

/// What the message says, and with that how far it can be trusted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Content {
    /// A payment or its cancellation; its signature was verified.
    Payment(PaymentNotification),
    /// A subscription's change; nobody signed it.
    Subscription(SubscriptionNotification),
}

impl Notification {
    pub(super) const fn new(client_id: String, received_at: Timestamp, content: Content) -> Self {
        Self { client_id, received_at, content }
    }

    /// The configured app that it is of, whichever of its names the message uses.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// What it says.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }
}
