//! How stores write numbers, texts and enumerations in JSON, and how JSON libraries between them and here may: numbers as
//! text or with decimals, empty text for absent, values of a later version.

use std::fmt;

use serde::de::{DeserializeOwned, Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::json::{self, Kept, Lossy, Raw};
use crate::model::{Timestamp, is_placeholder};

/// A whole number, as a JSON number or as decimal text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Integer(pub(super) i64);

/// Unix milliseconds, read as [`Integer`] is. StoreKit testing in Xcode writes them with decimals, which are dropped.
pub(super) struct Millis(pub(super) Timestamp);

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Number {
                expected: "a whole number of 64 bits, or the same as text",
                floor: false,
            })
            .map(Self)
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
        // 2^53: up to there a float counts exactly.
        if (!self.floor && whole < number) || number.abs() > 9_007_199_254_740_992.0 {
            return Err(refused());
        }
        // By way of text: no conversion from float to integer reports that the value does not fit.
        format!("{whole:.0}").parse().map_err(|_| refused())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        let refused = || E::invalid_value(Unexpected::Str(text), &self);
        // `parse` would accept a leading plus sign, which no store writes.
        if text.starts_with('+') {
            return Err(refused());
        }
        text.parse().map_err(|_| refused())
    }
}

/// Yes or no: a truth value, 1 or 0, or the same as text, also `Y` or `N`; empty text counts as absent.
pub(super) struct Flag(pub(super) Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;

        impl Visitor<'_> for FlagVisitor {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Flag, E> {
                Ok(Flag(Some(flag)))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Flag, E> {
                match number {
                    0 => Ok(Flag(Some(false))),
                    1 => Ok(Flag(Some(true))),
                    _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
                }
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Flag, E> {
                self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Flag, E> {
                Number { expected: "true or false", floor: false }
                    .visit_f64(number)
                    .and_then(|number| self.visit_i64(number))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
                match text.to_ascii_lowercase().as_str() {
                    "" => Ok(Flag(None)),
                    "true" | "y" | "1" => Ok(Flag(Some(true))),
                    "false" | "n" | "0" => Ok(Flag(Some(false))),
                    _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
                }
            }
        }

        deserializer.deserialize_any(FlagVisitor)
    }
}

/// Yes or no that may be missing.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(Option::deserialize(deserializer)?.and_then(|Flag(flag)| flag))
}

/// An id, or its digits if it has lost its quotes; a placeholder counts as absent. Only from JSON text.
pub(super) fn id_or_digits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(raw) = Option::<Raw<'de>>::deserialize(deserializer)? else { return Ok(None) };
    let id = match raw.get().as_bytes() {
        [b'-' | b'0'..=b'9', ..] => raw.get().to_owned(),
        _ => json::value_from_str(raw.get()).map_err(|_| D::Error::custom("expected text"))?,
    };
    Ok(Some(id).filter(|id| !is_placeholder(id)))
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

/// Text, where empty text counts as absent: an empty order id would make one case of all refunds that lack one.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()))
}

/// An id; a placeholder counts as absent.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|id| !is_placeholder(id)))
}

/// An id that must be there.
pub(super) fn needed_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    id(deserializer)?.ok_or_else(|| D::Error::custom("expected an id, neither empty nor \"0\""))
}

/// Text that must be there.
pub(super) fn needed_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer)?.ok_or_else(|| D::Error::custom("expected text that is not empty"))
}

/// Text that decides nothing: a value of another type is printed, so that it costs no message.
pub(super) fn lossy_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Kept::deserialize(deserializer)?.0 {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    })
}

/// A value that decides nothing, as far as it can be [kept](crate::json::Kept).
pub(super) fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Ok(Option::<Kept>::deserialize(deserializer)?.map(|kept| kept.0))
}

/// Members that decide nothing: a value of another type than expected is left out, and the rest of the message is read
/// all the same.
pub(super) mod lossy {
    use super::{Deserialize, DeserializeOwned, Deserializer, Integer, Lossy, Millis, Timestamp};

    /// Anything.
    pub(in super::super) fn any<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        D: Deserializer<'de>,
        T: DeserializeOwned,
    {
        Lossy::deserialize(deserializer).map(|lossy| lossy.0)
    }

    /// A number.
    pub(in super::super) fn integer<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<i64>, D::Error> {
        any(deserializer).map(|number| number.map(|Integer(number)| number))
    }

    /// A time.
    pub(in super::super) mod millis {
        pub(in super::super::super) use super::super::millis::serialize;
        use super::{Deserializer, Millis, Timestamp, any};

        pub(in super::super::super) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Timestamp>, D::Error> {
            any(deserializer).map(|time| time.map(|Millis(time)| time))
        }
    }
}

/// An enumeration of strings, with `Unknown` for the rest.
macro_rules! open_string_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value this version does not know, as the store sent it.
            Unknown(String),
        }

        impl $name {
            /// Every value that this version recognises.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)+];

            /// The store's name for it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Unknown(text.to_owned()),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E>(self, text: &str) -> Result<$name, E> {
                        Ok($name::from(text))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}

/// An enumeration of integers, with `Unknown` for the rest.
macro_rules! open_integer_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $number:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value this version does not know, as the store sent it.
            Unknown(i64),
        }

        impl $name {
            /// The store's number for it.
            #[must_use]
            pub const fn code(self) -> i64 {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Unknown(number) => number,
                }
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                match number {
                    $($number => Self::$variant,)+
                    _ => Self::Unknown(number),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$crate::stores::wire::Integer as serde::Deserialize>::deserialize(deserializer)
                    .map(|number| Self::from(number.0))
            }
        }
    };
}

/// An enumeration that Google sends as a number, open for the numbers of later versions.
macro_rules! numbered {
    (
        $(#[$about:meta])*
        $name:ident { $( $(#[$meaning:meta])* $variant:ident = $number:literal $text:literal, )* }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$meaning])* $variant, )*
            /// A number this version does not know.
            Unknown(i64),
        }

        impl $name {
            /// From Google's number.
            #[must_use]
            pub const fn from_number(number: i64) -> Self {
                match number {
                    $( $number => Self::$variant, )*
                    other => Self::Unknown(other),
                }
            }

            /// Google's number.
            #[must_use]
            pub const fn number(self) -> i64 {
                match self {
                    $( Self::$variant => $number, )*
                    Self::Unknown(number) => number,
                }
            }

            /// Google's name; `None` for a number this version does not know.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $( Self::$variant => Some($text), )*
                    Self::Unknown(_) => None,
                }
            }
        }

        impl serde::Serialize for $name {
            /// As Google's number.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.number())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            /// From Google's number, the same as text, or Google's name.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::IntoDeserializer as _;
                use $crate::stores::wire::Integer;

                let value = serde_json::Value::deserialize(deserializer)?;
                match value.as_str() {
                    $( Some($text) => Ok(Self::$variant), )*
                    _ => Integer::deserialize(value.into_deserializer())
                        .map(|number| Self::from_number(number.0))
                        .map_err(serde::de::Error::custom),
                }
            }
        }
    };
}
pub(super) use {numbered, open_integer_enum, open_string_enum};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_as_numbers_or_text() {
        let read = |text: &str| serde_json::from_str::<Integer>(text).map(|number| number.0);
        assert_eq!(read("1700000000000").unwrap(), 1_700_000_000_000);
        assert_eq!(read("\"1700000000000\"").unwrap(), 1_700_000_000_000);
        assert_eq!(read("\"-1\"").unwrap(), -1);
        assert_eq!(read("1700000000000.0").unwrap(), 1_700_000_000_000);
        for bad in [
            "1.5",
            "1e300",
            "\"1.0\"",
            "\"\"",
            "\" 1\"",
            "\"+1\"",
            "9223372036854775808",
            "true",
            "null",
            "[1]",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn flags_come_as_truth_values_numbers_or_text() {
        let read = |text: &str| json::value_from_str::<Flag>(text).map(|flag| flag.0);
        for yes in ["true", "1", "1.0", "\"true\"", "\"TRUE\"", "\"Y\"", "\"1\""] {
            assert_eq!(read(yes), Ok(Some(true)), "{yes}");
        }
        for no in ["false", "0", "0.0", "\"false\"", "\"False\"", "\"n\"", "\"0\""] {
            assert_eq!(read(no), Ok(Some(false)), "{no}");
        }
        assert_eq!(read("\"\""), Ok(None));
        for bad in ["2", "-1", "0.5", "\"yes\"", "\" true\"", "null", "[]", "{}", "1e300"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
