//! JSON as a verifier must read it: no duplicate keys, no bottomless nesting, and an error that names the place.
//!
//! RFC 8259 §4 leaves the meaning of a repeated key open, so two readers of one signed message may disagree on what
//! was signed. Here it is an error.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// How deep objects and arrays may nest. The deepest message of any store (Advanced Commerce refunds) has 5 levels.
pub(crate) const MAX_DEPTH: usize = 32;

/// Why text is not the JSON that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The bytes are not UTF-8 (RFC 8259 §8.1).
    #[error("not UTF-8: byte {at} begins no character")]
    NotUtf8 {
        /// Offset of the first bad byte.
        at: usize,
    },
    /// The text ends in the middle of a value.
    #[error(
        "cut short: {} at line {line}, column {column}",
        if (*line, *column) == (1, 0) { "there is no text" } else { "the text ends in the middle of a value" }
    )]
    Truncated {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The text breaks the grammar.
    #[error("not JSON: {problem}")]
    Syntax {
        /// What is wrong and where.
        problem: String,
    },
    /// A key stands twice in one object.
    #[error("the key {key:?} stands twice in one object")]
    DuplicateKey {
        /// Which key.
        key: String,
    },
    /// Nested deeper than any store's message.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// Well-formed, but a member is missing or of another type.
    #[error("at {path}: {problem}")]
    Shape {
        /// Path to the member, such as `data.signedDate`.
        path: String,
        /// What was expected.
        problem: String,
    },
}

/// Reads a `T` from JSON text, strictly. The text must be an object: every store's message is one, and serde would
/// take an array for a structure's members in order.
pub(crate) fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, JsonError> {
    let is_object = bytes.trim_ascii_start().starts_with(b"{");
    match value_from_slice(bytes) {
        Ok(_) | Err(JsonError::Shape { .. }) if !is_object => {
            Err(JsonError::Shape { path: ".".to_owned(), problem: "expected an object".to_owned() })
        }
        read => read,
    }
}

/// Reads a `T` from JSON text, strictly, be it an object or not.
fn value_from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|error| JsonError::NotUtf8 { at: error.valid_up_to() })?;
    check(text)?;
    // Keeping track of the path costs as much as reading, and only an error needs it.
    serde_json::from_str(text).or_else(|_| read_with_path(text))
}

fn read_with_path<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, JsonError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| JsonError::Shape {
        path: error.path().to_string(),
        problem: without_position(&error.into_inner().to_string()),
    })
}

/// Walks the whole text once: grammar, depth, duplicate keys, nothing behind the value.
fn check(text: &str) -> Result<(), JsonError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut fault = None;
    let walked =
        Walk { depth: 0, fault: &mut fault }.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    match (walked, fault) {
        (_, Some(fault)) => Err(fault),
        (Ok(()), None) => Ok(()),
        (Err(error), None) if error.is_eof() => {
            Err(JsonError::Truncated { line: error.line(), column: error.column() })
        }
        (Err(error), None) => Err(JsonError::Syntax { problem: error.to_string() }),
    }
}

fn without_position(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

struct Walk<'a> {
    depth: usize,
    fault: &'a mut Option<JsonError>,
}

impl Walk<'_> {
    fn deeper<E: serde::de::Error>(&mut self) -> Result<Walk<'_>, E> {
        if self.depth == MAX_DEPTH {
            *self.fault = Some(JsonError::TooDeep { limit: MAX_DEPTH });
            return Err(E::custom("too deep"));
        }
        Ok(Walk { depth: self.depth + 1, fault: self.fault })
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.deeper()?)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut keys = Keys::default();
        while let Some(key) = map.next_key_seed(Key)? {
            if keys.contains(&key) {
                *self.fault = Some(JsonError::DuplicateKey { key: key.chars().take(64).collect() });
                return Err(A::Error::custom("duplicate key"));
            }
            keys.insert(key);
            map.next_value_seed(self.deeper()?)?;
        }
        Ok(())
    }
}

/// One key, borrowed from the text where it has no escapes; nearly none has.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

/// The keys of one object. Store messages have a few dozen at most, where looking through a list beats hashing;
/// a hostile object with many goes over to a hash set, so that no body asks for quadratic time.
#[derive(Default)]
struct Keys<'de> {
    few: Vec<Cow<'de, str>>,
    many: HashSet<Cow<'de, str>>,
}

const FEW: usize = 48;

impl<'de> Keys<'de> {
    fn contains(&self, key: &str) -> bool {
        self.few.iter().any(|seen| seen == key) || (!self.many.is_empty() && self.many.contains(key))
    }

    fn insert(&mut self, key: Cow<'de, str>) {
        if self.few.len() < FEW {
            self.few.push(key);
        } else {
            self.many.insert(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Sample {
        data: Inner,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Inner {
        amount: i64,
    }

    fn read(text: &str) -> Result<Sample, JsonError> {
        from_slice(text.as_bytes())
    }

    #[test]
    fn reads_what_is_right_and_ignores_what_it_does_not_know() {
        assert_eq!(read(r#"{"new":[1,{"a":null}],"data":{"amount":3}}"#).unwrap().data.amount, 3);
    }

    #[test]
    fn every_fault_has_its_own_name() {
        assert!(matches!(from_slice::<Sample>(b"{\"data\":\"\xff\"}"), Err(JsonError::NotUtf8 { at: 9 })));
        assert!(matches!(read(r#"{"data":{"amount":3"#), Err(JsonError::Truncated { .. })));
        assert!(matches!(read(""), Err(JsonError::Truncated { .. })));
        assert!(matches!(read(r#"{"data":{amount:3}}"#), Err(JsonError::Syntax { .. })));
        assert!(matches!(read(r#"{"data":{"amount":3}} x"#), Err(JsonError::Syntax { .. })));
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(read(&deep), Err(JsonError::TooDeep { limit: MAX_DEPTH }));
    }

    #[test]
    fn a_repeated_key_is_refused_at_any_level_known_or_not() {
        for text in [
            r#"{"data":{"amount":3,"amount":3}}"#,
            r#"{"data":{"amount":3},"other":[{"x":1,"x":2}]}"#,
            r#"{"data":{"amount":3},"\u0064ata":{"amount":4}}"#,
        ] {
            assert!(matches!(read(text), Err(JsonError::DuplicateKey { .. })), "{text}");
        }
        let many: String = (0..200).map(|n| format!("\"k{n}\":0,")).collect();
        assert!(read(&format!("{{{many}\"data\":{{\"amount\":3}}}}")).is_ok());
        let repeated = format!("{{{many}\"k150\":0}}");
        assert!(matches!(read(&repeated), Err(JsonError::DuplicateKey { key }) if key == "k150"));
    }

    #[test]
    fn an_array_is_not_taken_for_an_object() {
        assert!(matches!(read(r#"[{"amount":3}]"#), Err(JsonError::Shape { .. })));
        assert!(matches!(read("7"), Err(JsonError::Shape { .. })));
    }

    #[test]
    fn a_wrong_type_is_named_with_its_path() {
        let error = read(r#"{"data":{"amount":"3"}}"#).unwrap_err();
        assert_eq!(error.to_string(), "at data.amount: invalid type: string \"3\", expected i64");
    }
}
