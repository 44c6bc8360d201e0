//! How Google writes numbers and absent text in JSON.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A whole number, as a JSON number or as decimal text: Google's JSON writes 64-bit numbers as text, and its documents
/// show both for the small ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WireNumber(pub(super) i64);

impl<'de> Deserialize<'de> for WireNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WireNumberVisitor)
    }
}

struct WireNumberVisitor;

impl Visitor<'_> for WireNumberVisitor {
    type Value = WireNumber;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of 64 bits, or the same as text")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<WireNumber, E> {
        Ok(WireNumber(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<WireNumber, E> {
        i64::try_from(value)
            .map(WireNumber)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(value), &self))
    }

    /// Whole all the same: some JSON writers print every number with a fraction.
    fn visit_f64<E: Error>(self, value: f64) -> Result<WireNumber, E> {
        let bad = || E::invalid_value(serde::de::Unexpected::Float(value), &self);
        // 2^53: up to there a float counts exactly.
        if value.fract() != 0.0 || value.abs() > 9_007_199_254_740_992.0 {
            return Err(bad());
        }
        format!("{value:.0}").parse().map(WireNumber).map_err(|_| bad())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<WireNumber, E> {
        let bad = || E::invalid_value(serde::de::Unexpected::Str(text), &self);
        // `parse` would take a leading plus sign, which Google does not write.
        if text.starts_with('+') {
            return Err(bad());
        }
        text.parse().map(WireNumber).map_err(|_| bad())
    }
}

/// Text, where empty text counts as absent: an empty order id would make one case of all refunds that lack one.
pub(super) fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty()))
}

/// Text that must be there.
pub(super) fn must_be_said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    said(deserializer)?.ok_or_else(|| D::Error::custom("expected text that is not empty"))
}

/// Text that nothing is decided by: what is of another type is printed, so that it costs no message.
pub(super) fn any_said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<serde_json::Value>::deserialize(deserializer)? {
        None | Some(serde_json::Value::Null) => None,
        Some(serde_json::Value::String(text)) => Some(text).filter(|text| !text.is_empty()),
        Some(other) => Some(other.to_string()),
    })
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
                use $crate::stores::google_play::wire::WireNumber;

                let value = serde_json::Value::deserialize(deserializer)?;
                match value.as_str() {
                    $( Some($text) => Ok(Self::$variant), )*
                    _ => WireNumber::deserialize(value.into_deserializer())
                        .map(|number| Self::from_number(number.0))
                        .map_err(serde::de::Error::custom),
                }
            }
        }
    };
}
pub(super) use numbered;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_as_numbers_or_text() {
        let read = |text: &str| serde_json::from_str::<WireNumber>(text).map(|number| number.0);
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
}
