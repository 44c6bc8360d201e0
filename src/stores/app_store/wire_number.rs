//! Numbers as Apple writes them, and as JSON libraries between Apple and here may: whole, with decimals that say
//! nothing, or as text.

use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::model::Timestamp;

/// A whole number.
pub(super) struct Integer(pub(super) i64);

/// Unix milliseconds. StoreKit testing in Xcode writes them with decimals, which are dropped.
pub(super) struct Millis(pub(super) Timestamp);

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Number { expected: "a whole number", floor: false }).map(Self)
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let millis = deserializer.deserialize_any(Number { expected: "Unix milliseconds", floor: true })?;
        Ok(Self(Timestamp::from_millis(millis)))
    }
}

struct Number {
    expected: &'static str,
    floor: bool,
}

impl Visitor<'_> for Number {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_i64<E>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<i64, E> {
        let refused = || E::invalid_value(Unexpected::Float(number), &self);
        let whole = number.floor();
        if !self.floor && whole < number {
            return Err(refused());
        }
        // By way of text: there is no conversion from float to integer that says when it does not fit.
        format!("{whole:.0}").parse().map_err(|_| refused())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// A whole number that may be missing.
pub(super) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map(|Integer(number)| number))
}

/// A time that may be missing.
pub(super) mod millis {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Millis;
    use crate::model::Timestamp;

    pub(in super::super) fn serialize<S: Serializer>(
        value: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(instant) => serializer.serialize_some(&instant.millis()),
            None => serializer.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::deserialize(deserializer)?.map(|Millis(time)| time))
    }
}
