//! What Stripe's objects have in common: ids, references to other objects, metadata.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::json::{Kept, Lossy};
use crate::model::names_nothing;

/// A reference to another object: its id, or the object itself where the endpoint's API version or the request that
/// made the event has it expanded (<https://docs.stripe.com/expand>).
#[derive(Clone, Debug)]
pub(super) struct Reference<T> {
    pub(super) id: String,
    pub(super) object: Option<Box<T>>,
}

/// An object that others refer to.
pub(super) trait Identified {
    /// Its id, which names something.
    fn id(&self) -> &str;
}

const AN_ID: &str = "an id that is neither empty nor \"0\", or an object with one";

impl<'de, T: Deserialize<'de> + Identified> Deserialize<'de> for Reference<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ReferenceVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + Identified> Visitor<'de> for ReferenceVisitor<T> {
            type Value = Reference<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(AN_ID)
            }

            fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<Reference<T>, E> {
                if names_nothing(id) {
                    return Err(E::custom(format_args!("expected {AN_ID}")));
                }
                Ok(Reference { id: id.to_owned(), object: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Reference<T>, A::Error> {
                let object = T::deserialize(MapAccessDeserializer::new(members))?;
                Ok(Reference { id: object.id().to_owned(), object: Some(Box::new(object)) })
            }
        }

        deserializer.deserialize_any(ReferenceVisitor(PhantomData))
    }
}

/// An object's id. One that names nothing would make one case of all objects that lack one.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = String::deserialize(deserializer)?;
    if names_nothing(&id) { Err(D::Error::custom("expected an id, neither empty nor \"0\"")) } else { Ok(id) }
}

/// The id of another object that is named or stands there whole; nothing else of it is read, so that no form of it costs
/// an event.
pub(super) fn id_only<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Lossy(named) = Lossy::<Named>::deserialize(deserializer)?;
    Ok(named.and_then(|named| named.0).filter(|id| !names_nothing(id)))
}

/// The id of an object, or of what stands in its place.
struct Named(Option<String>);

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamedVisitor;

        impl<'de> Visitor<'de> for NamedVisitor {
            type Value = Named;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id, or an object with one")
            }

            fn visit_str<E>(self, id: &str) -> Result<Named, E> {
                Ok(Named(Some(id.to_owned())))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Named, A::Error> {
                let mut id = None;
                while let Some(name) = members.next_key::<String>()? {
                    if name == "id" {
                        id = members.next_value::<Option<String>>()?;
                    } else {
                        members.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Named(id))
            }
        }

        deserializer.deserialize_any(NamedVisitor)
    }
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
        let Kept(Value::Object(members)) = Kept::deserialize(deserializer)? else {
            return Ok(Self::default());
        };
        let text = |(key, value): (String, Value)| match value {
            Value::String(text) => Some((key, text)),
            _ => None,
        };
        Ok(Self(members.into_iter().filter_map(text).collect()))
    }
}
