//! An event that was verified, and the envelope of every event: <https://docs.stripe.com/api/events/object>.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{StripeError, StripeSection};
use crate::json::{self, JsonError, Raw};
use crate::model::{Timestamp, is_placeholder};
use crate::stores::Rejection;

/// The value of `object` for an event with its object inside, and for one without.
const SNAPSHOT: &str = "event";
const THIN: &str = "v2.core.event";

/// An event of Stripe's. Serializes as it came; members with two meanings are not read, and are left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Event {
    body: Value,
    #[serde(skip)]
    envelope: Envelope,
    /// The text of `data.object`.
    #[serde(skip)]
    object: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    event_type: Option<String>,
    created: Option<i64>,
    livemode: Option<bool>,
    account: Option<String>,
    api_version: Option<String>,
}

/// The members that distinguish an event from other bodies, and hold its object.
#[derive(Deserialize)]
struct Outline<'a> {
    /// Some, though it be `null`.
    #[serde(default, borrow, deserialize_with = "some")]
    object: Option<Raw<'a>>,
    #[serde(default, borrow)]
    data: Option<Raw<'a>>,
}

fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Raw<'de>>, D::Error> {
    Raw::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(default, borrow)]
    object: Option<Raw<'a>>,
}

impl Event {
    /// Reads an event with a verified signature. Only the id is required here, which identifies its repetitions; what
    /// else an event must have depends on its type.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Rejection> {
        let not_json = |error: JsonError| not_understood(format!("the event: {error}"));
        let outline: Outline<'_> = json::from_slice(body).map_err(not_json)?;
        let kind = outline.object.map(|object| json::kept_value(object.get()));
        match kind {
            None => {}
            Some(kind) if kind == SNAPSHOT => {}
            Some(kind) if kind == THIN => return Err(StripeError::ThinEvent.into()),
            Some(other) => {
                let found: String = other.to_string().chars().take(64).collect();
                return Err(not_understood(format!("the body is no event: its object is {found}")));
            }
        }
        let text = std::str::from_utf8(body).unwrap_or_default();
        let envelope: Envelope = read(text, "the event")?;
        if is_placeholder(&envelope.id) {
            return Err(not_understood("the event has no id".to_owned()));
        }
        let object = match outline.data.map(Raw::get).filter(|data| data.starts_with('{')) {
            Some(data) => read::<Data<'_>>(data, "data")?.object.map(|object| object.get().to_owned()),
            None => None,
        };
        Ok(Self { body: json::kept_value(text), envelope, object })
    }

    /// `id`, the same when the event is delivered again.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.envelope.id
    }

    /// `type`, such as `charge.refunded`; empty if the event has none.
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.envelope.event_type.as_deref().unwrap_or_default()
    }

    /// `created`; `None` if the event has none.
    #[must_use]
    pub fn created(&self) -> Option<Timestamp> {
        self.envelope.created.map(Timestamp::from_secs)
    }

    /// `livemode`: whether real money moved; `None` if the event has none.
    #[must_use]
    pub const fn livemode(&self) -> Option<bool> {
        self.envelope.livemode
    }

    /// `account`: the connected account it is of; `None` for the account of the endpoint itself.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.envelope.account.as_deref()
    }

    /// `api_version`: the version that its object is written in; `None` if the event has none.
    #[must_use]
    pub fn api_version(&self) -> Option<&str> {
        self.envelope.api_version.as_deref()
    }

    /// `data.object`: the subject of the event, as it was when the event was made; `None` if there is none.
    #[must_use]
    pub fn object(&self) -> Option<&Value> {
        self.body.get("data")?.get("object")
    }

    /// The object inside, read as its type requires.
    pub(super) fn read_object<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        let object =
            self.object.as_deref().filter(|object| object.starts_with('{')).ok_or_else(|| {
                not_understood(format!("the event {} has no data.object", self.event_type()))
            })?;
        read(object, "data.object")
    }
}

fn read<'de, T: Deserialize<'de>>(text: &'de str, what: &str) -> Result<T, Rejection> {
    json::from_slice(text.as_bytes()).map_err(|error| {
        let problem: String = error.to_string().chars().take(512).collect();
        not_understood(format!("{what}: {problem}"))
    })
}

pub(super) const fn not_understood(problem: String) -> Rejection {
    Rejection::NotUnderstood { problem }
}

/// An event with a verified signature; only [`StripeVerifier`](super::StripeVerifier) makes one. Serializes as the
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

    /// The name of the configured section with the secret that verified it.
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
