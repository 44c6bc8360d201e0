//! Numbers as Apple writes them.

/// Unix milliseconds. StoreKit testing in Xcode writes them with decimals, which say nothing and are dropped.
pub(super) mod millis {
    use std::fmt;

    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

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
        deserializer.deserialize_option(Millis)
    }

    struct Millis;

    impl<'de> Visitor<'de> for Millis {
        type Value = Option<Timestamp>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Unix milliseconds")
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }

        fn visit_i64<E>(self, millis: i64) -> Result<Self::Value, E> {
            Ok(Some(Timestamp::from_millis(millis)))
        }

        fn visit_u64<E: Error>(self, millis: u64) -> Result<Self::Value, E> {
            let millis = i64::try_from(millis).map_err(|_| E::custom("a time too far in the future"))?;
            Ok(Some(Timestamp::from_millis(millis)))
        }

        fn visit_f64<E: Error>(self, millis: f64) -> Result<Self::Value, E> {
            // By way of text: there is no conversion from float to integer that says when it does not fit.
            let millis = format!("{:.0}", millis.floor());
            let millis = millis.parse().map_err(|_| E::custom("a time that cannot be"))?;
            Ok(Some(Timestamp::from_millis(millis)))
        }
    }
}
