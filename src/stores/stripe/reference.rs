//! What Stripe's objects have in common: ids, references to other objects, metadata.

use std::collections::BTreeMap;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};
use serde_json::Value;

/// A reference to another object: its id, or the object itself where the endpoint's API version or the request that
/// made the event has it expanded (<https://docs.stripe.com/expand>).
#[derive(Clone, Debug)]
pub(super) struct Reference<T> {
    pub(super) id: String,
    pub(super) object: Option<Box<T>>,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Reference<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let id = value.as_str().or_else(|| value.get("id")?.as_str()).filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| D::Error::custom("expected an id, or an object with one"))?.to_owned();
        let object = match value {
            Value::Object(_) => Some(serde_json::from_value(value).map_err(D::Error::custom)?),
            _ => None,
        };
        Ok(Self { id, object })
    }
}

/// An object's id. Empty it would make one case of all objects that lack one.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    if id.is_empty() { Err(D::Error::custom("expected an id that is not empty")) } else { Ok(id) }
}

/// The id of another object that is named or stands there whole; nothing else of it is read, so that no form of it costs
/// an event.
pub(super) fn id_only<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let id = value.as_str().or_else(|| value.get("id")?.as_str()).filter(|id| !id.is_empty());
    Ok(id.map(str::to_owned))
}

/// A list, flag or other member that may be `null`, which says as much as leaving it out.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// An object's metadata: text by keys of the merchant's own. What is of another form says nothing, and costs no event;
/// `[]` is how some send an empty one on.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata(BTreeMap<String, String>);

impl Metadata {
    /// The value under the configured key.
    pub(super) fn tag(&self, key: Option<&str>) -> Option<String> {
        self.0.get(key?).filter(|tag| !tag.is_empty()).cloned()
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Value::Object(members) = Value::deserialize(deserializer)? else { return Ok(Self::default()) };
        let text = |(key, value): (String, Value)| match value {
            Value::String(text) => Some((key, text)),
            _ => None,
        };
        Ok(Self(members.into_iter().filter_map(text).collect()))
    }
}
