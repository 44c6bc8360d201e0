//! What of a message is kept for display though nothing reads it.
//!
//! Nothing in it may cost a refund, so whatever has two meanings or none is left out, and the rest is kept: a key that
//! occurs twice in one object (both values), a key that `serde_json` reserves, and what nests deeper than
//! [`MAX_READ_DEPTH`].

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Visitor};
use serde_json::{Map, Value};

use super::reader::is_reserved;
use super::scan::{Number, Scanner};
use super::{JsonError, MAX_READ_DEPTH, RAW, value_from_str};

/// A value that nothing is decided by, as far as it can be kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Kept(pub(crate) Value);

/// A value that nothing is decided by: `None` where it is not what is expected.
pub(crate) struct Lossy<T>(pub(crate) Option<T>);

/// The members of an object as far as they can be kept, without those of these names. Text that is no object has none.
pub(crate) fn members_but(text: &str, known: &[&str]) -> Map<String, Value> {
    match value(text) {
        Value::Object(mut members) => {
            members.retain(|name, _| !known.contains(&name.as_str()));
            members
        }
        _ => Map::new(),
    }
}

/// A value as far as it can be kept; text that is no JSON is `null`.
pub(crate) fn value(text: &str) -> Value {
    let mut scan = Scanner::new(text);
    let kept = Keeper { scan: &mut scan, depth: 0 }.value();
    kept.ok().flatten().unwrap_or_default()
}

struct Keeper<'a, 'de> {
    scan: &'a mut Scanner<'de>,
    depth: usize,
}

impl Keeper<'_, '_> {
    /// The next value; `None` where it nests too deep.
    fn value(&mut self) -> Result<Option<Value>, JsonError> {
        match self.scan.peek() {
            Some(b'{' | b'[') if self.depth == MAX_READ_DEPTH => {
                self.scan.pass(self.depth)?;
                Ok(None)
            }
            Some(b'{') => self.object().map(Some),
            Some(b'[') => self.array().map(Some),
            next => self.scalar(next).map(Some),
        }
    }

    #[inline(never)]
    fn scalar(&mut self, next: Option<u8>) -> Result<Value, JsonError> {
        Ok(match next {
            Some(b'"') => Value::from(self.scan.string()?),
            Some(b'-' | b'0'..=b'9') => match self.scan.number()? {
                Number::Unsigned(number) => Value::from(number),
                Number::Signed(number) => Value::from(number),
                Number::Float(number) => Value::from(number),
                Number::OutOfRange => Value::Null,
            },
            _ => {
                let value = match next {
                    Some(b't') => Value::Bool(true),
                    Some(b'f') => Value::Bool(false),
                    _ => Value::Null,
                };
                self.scan.pass(self.depth)?;
                value
            }
        })
    }

    fn array(&mut self) -> Result<Value, JsonError> {
        let mut items = Vec::new();
        self.open();
        while !self.is_at_end(b']', items.is_empty())? {
            // In its place, so that the others keep theirs.
            items.push(self.value()?.unwrap_or_default());
        }
        Ok(Value::Array(items))
    }

    fn object(&mut self) -> Result<Value, JsonError> {
        let (mut members, mut keys) = (Map::new(), HashSet::new());
        self.open();
        while !self.is_at_end(b'}', keys.is_empty())? {
            if self.scan.peek() != Some(b'"') {
                return Err(self.scan.unexpected("key must be a string"));
            }
            let key = self.scan.string()?;
            self.scan.colon()?;
            let value = self.value()?;
            let is_first = !keys.contains(&key);
            match value {
                Some(value) if is_first && !is_reserved(&key) => {
                    members.insert(key.clone().into_owned(), value);
                }
                _ => {
                    members.remove(key.as_ref());
                }
            }
            keys.insert(key);
        }
        Ok(Value::Object(members))
    }

    fn open(&mut self) {
        self.depth += 1;
        self.scan.bump();
    }

    /// Whether the object or array ends here; else the next of its values is next.
    fn is_at_end(&mut self, close: u8, is_first: bool) -> Result<bool, JsonError> {
        match self.scan.peek() {
            Some(byte) if byte == close => {
                self.depth -= 1;
                self.scan.bump();
                Ok(true)
            }
            Some(b',') if !is_first => {
                self.scan.bump();
                Ok(false)
            }
            _ if is_first => Ok(false),
            _ => Err(self.scan.unexpected("expected `,`")),
        }
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeptVisitor;

        impl<'de> Visitor<'de> for KeptVisitor {
            type Value = Kept;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Kept, E> {
                Ok(Kept(value(text)))
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, of_another: D) -> Result<Kept, D::Error> {
                Value::deserialize(of_another).map(Kept)
            }
        }

        deserializer.deserialize_newtype_struct(RAW, KeptVisitor)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lossy<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LossyVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for LossyVisitor<T> {
            type Value = Lossy<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Lossy<T>, E> {
                Ok(Lossy(value_from_str(text).ok()))
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, of_another: D) -> Result<Lossy<T>, D::Error> {
                Value::deserialize(of_another).map(|value| Lossy(T::deserialize(value).ok()))
            }
        }

        deserializer.deserialize_newtype_struct(RAW, LossyVisitor(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{MAX_DEPTH, from_slice};
    use super::*;

    fn nested(depth: usize) -> String {
        format!("{}1{}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn all_that_has_one_meaning_is_kept() {
        let text = r#" {"a":[1,-2,0.5,"x",true,false,null,{}, []] , "b":{"c":"\ud83d\ude00"}} "#;
        assert_eq!(value(text), serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(value(r#"["\ud800",1e999]"#), json!(["\u{fffd}", null]));
        assert_eq!(members_but(r#"{"a":1,"b":2}"#, &["a"]), *json!({"b": 2}).as_object().unwrap());
        assert!(members_but("[1]", &[]).is_empty());
    }

    #[test]
    fn members_with_two_meanings_or_too_much_depth_are_left_out() {
        for (text, kept) in [
            (r#"{"a":1,"b":2,"a":3}"#, json!({"b": 2})),
            (r#"{"a":1,"a":2,"\u0061":3}"#, json!({})),
            (r#"{"x":{"a":1,"a":2,"c":[3]}}"#, json!({"x": {"c": [3]}})),
            (r#"{"\ud800":1,"\udfff":2,"c":3}"#, json!({"c": 3})),
            (
                r#"{"$serde_json::private::RawValue":"1","c":[{"$serde_json::private::Number":"1"}]}"#,
                json!({"c": [{}]}),
            ),
        ] {
            assert_eq!(value(text), kept, "{text}");
        }
        let deep = format!(r#"{{"x":{},"y":{},"z":1}}"#, nested(MAX_READ_DEPTH), nested(MAX_READ_DEPTH - 1));
        let kept = value(&deep);
        assert_eq!(kept["x"].to_string(), nested(MAX_READ_DEPTH).replace("[1]", "null"));
        assert_eq!(kept["y"].to_string(), nested(MAX_READ_DEPTH - 1));
        assert_eq!(kept["z"], 1);
    }

    #[test]
    fn malformed_json_reads_as_null() {
        for text in ["", "{", "{\"a\"", "[1", "{1:2}", "[1 2]", "nul", &nested(MAX_DEPTH + 1)] {
            assert_eq!(value(text), Value::Null, "{text}");
        }
    }

    #[test]
    fn it_fits_the_stack_of_a_small_thread() {
        let deepest = nested(MAX_READ_DEPTH);
        let thread = std::thread::Builder::new().stack_size(64 << 10);
        let kept = thread.spawn(move || value(&deepest).to_string()).unwrap().join().unwrap();
        assert_eq!(kept, nested(MAX_READ_DEPTH));
    }

    #[test]
    fn a_bad_member_that_decides_nothing_costs_no_message() {
        #[derive(serde::Deserialize)]
        struct Message {
            kept: Kept,
            lossy: Lossy<i64>,
            read: i64,
        }

        for odd in [r#"{"a":1,"a":2}"#, r#"{"$serde_json::private::RawValue":"[[["}"#, &nested(30)] {
            let text = format!(r#"{{"kept":{odd},"lossy":{odd},"read":3}}"#);
            let message: Message = from_slice(text.as_bytes()).unwrap();
            assert_eq!((message.lossy.0, message.read), (None, 3));
            assert!(!message.kept.0.is_null());
            let twice = format!(r#"{{"kept":{odd},"lossy":1,"lossy":1,"read":3}}"#);
            assert!(matches!(from_slice::<Message>(twice.as_bytes()), Err(JsonError::DuplicateKey { .. })));
        }
        let of_another: Message =
            serde_json::from_value(json!({"kept": [1], "lossy": 2, "read": 3})).unwrap();
        assert_eq!((of_another.kept.0, of_another.lossy.0), (json!([1]), Some(2)));
    }
}
