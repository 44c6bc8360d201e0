//! The envelope of every event: <https://docs.stripe.com/api/events/object>.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::StripeError;
use crate::json;
use crate::model::Timestamp;
use crate::stores::Rejection;

/// What `object` says of an event with its object inside, and of one without.
const SNAPSHOT: &str = "event";
const THIN: &str = "v2.core.event";

/// An event of Stripe's. Serializes as it came.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Event {
    body: Value,
    #[serde(skip)]
    envelope: Envelope,
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

impl Event {
    /// Reads an event whose signature was verified. Only the id is demanded here, by which its repetitions are told;
    /// what an event must say beyond that depends on its type.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Rejection> {
        let body: Value =
            json::from_slice(body).map_err(|error| not_understood(format!("the event: {error}")))?;
        match body.get("object") {
            None => {}
            Some(object) if object == SNAPSHOT => {}
            Some(object) if object == THIN => return Err(StripeError::ThinEvent.into()),
            Some(other) => {
                let found: String = other.to_string().chars().take(64).collect();
                return Err(not_understood(format!("the body is no event: its object is {found}")));
            }
        }
        let envelope: Envelope = read(&body, "the event")?;
        if envelope.id.is_empty() {
            return Err(not_understood("the event has no id".to_owned()));
        }
        Ok(Self { body, envelope })
    }

    /// `id`, the same when the event is delivered again.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.envelope.id
    }

    /// `type`, such as `charge.refunded`; empty where the event has none.
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.envelope.event_type.as_deref().unwrap_or_default()
    }

    /// `created`; `None` where the event does not say.
    #[must_use]
    pub fn created(&self) -> Option<Timestamp> {
        self.envelope.created.map(Timestamp::from_secs)
    }

    /// `livemode`: whether real money moved; `None` where the event does not say.
    #[must_use]
    pub const fn livemode(&self) -> Option<bool> {
        self.envelope.livemode
    }

    /// `account`: the connected account it is of; `None` for the account of the endpoint itself.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.envelope.account.as_deref()
    }

    /// `api_version`: the version that its object is written in; `None` where the event does not say.
    #[must_use]
    pub fn api_version(&self) -> Option<&str> {
        self.envelope.api_version.as_deref()
    }

    /// `data.object`: what the event is about, as it was when the event was made; `None` where there is none.
    #[must_use]
    pub fn object(&self) -> Option<&Value> {
        self.body.get("data")?.get("object")
    }

    /// The object inside, read as what its type says it is.
    pub(super) fn read_object<T: for<'de> Deserialize<'de>>(&self) -> Result<T, Rejection> {
        let object = self
            .object()
            .filter(|object| object.is_object())
            .ok_or_else(|| not_understood(format!("the event {} has no data.object", self.event_type())))?;
        read(object, "data.object")
    }
}

fn read<T: for<'de> Deserialize<'de>>(value: &Value, what: &str) -> Result<T, Rejection> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let problem: String = error.inner().to_string().chars().take(256).collect();
        not_understood(format!("{what}, at {}: {problem}", error.path()))
    })
}

pub(super) const fn not_understood(problem: String) -> Rejection {
    Rejection::NotUnderstood { problem }
}
