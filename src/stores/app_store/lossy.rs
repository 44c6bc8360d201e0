//! Members that nothing is decided by: one of another type than expected is left out, and the rest of the message is
//! read all the same.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::wire_number::{Integer, Millis};
use crate::model::Timestamp;

/// Anything.
pub(super) fn any<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Value::deserialize(deserializer).map(|value| T::deserialize(value).ok())
}

/// A number.
pub(super) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    any(deserializer).map(|number| number.map(|Integer(number)| number))
}

/// A time.
pub(super) mod millis {
    pub(in super::super) use super::super::wire_number::millis::serialize;
    use super::{Deserializer, Millis, Timestamp, any};

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        any(deserializer).map(|time| time.map(|Millis(time)| time))
    }
}
