//! An event that was verified.

use serde::Serialize;

use super::{Event, StripeSection};
use crate::model::Timestamp;

/// An event whose signature was verified; only [`StripeVerifier`](super::StripeVerifier) makes one. Serializes as the
/// event came.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Notification {
    event: Event,
    #[serde(skip)]
    section: String,
    #[serde(skip)]
    user_metadata_key: Option<String>,
    #[serde(skip)]
    client_reference_id: bool,
    #[serde(skip)]
    signed_at: Timestamp,
}

impl Notification {
    pub(super) fn new(event: Event, section: &StripeSection, signed_at: Timestamp) -> Self {
        Self {
            event,
            section: section.name.clone(),
            user_metadata_key: section.user_metadata_key.clone(),
            client_reference_id: section.client_reference_id,
            signed_at,
        }
    }

    /// The event.
    #[must_use]
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// The name of the configured section whose secret verified it.
    #[must_use]
    pub fn section(&self) -> &str {
        &self.section
    }

    /// When this delivery was signed: later than the event, and another at each repetition.
    #[must_use]
    pub const fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    pub(super) fn user_metadata_key(&self) -> Option<&str> {
        self.user_metadata_key.as_deref()
    }

    pub(super) const fn takes_client_reference_id(&self) -> bool {
        self.client_reference_id
    }
}
