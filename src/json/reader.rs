//! From JSON text to types. [`Reader`] is a `serde` deserializer.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, StringDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use super::scan::{Number, Scanner};
use super::{JsonError, MAX_READ_DEPTH, RAW, UNREAD};

/// Keys by which `serde_json`'s own types would read the value as something else than a member.
const RESERVED: &str = "$serde_json::private::";

/// Reads JSON text.
pub(super) struct Reader<'de> {
    scan: Scanner<'de>,
    depth: usize,
    /// The way to the value that is read; it stays where an error stops the reading.
    path: Vec<Step<'de>>,
    /// Why the value that comes next may be passed over, but not read.
    unreadable: Option<Box<JsonError>>,
    /// Whether the last value was passed over, since its type reads nothing.
    passed: bool,
}

enum Step<'de> {
    Key(Cow<'de, str>),
    Index(usize),
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) struct Fault(Box<JsonError>);

impl From<JsonError> for Fault {
    fn from(error: JsonError) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            JsonError::Shape { problem, .. } => f.write_str(problem),
            other => other.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        JsonError::Shape { path: String::new(), problem: problem.to_string() }.into()
    }

    fn duplicate_field(field: &'static str) -> Self {
        duplicate(field).into()
    }

    /// `null` is JSON's word for what `serde` calls a unit.
    fn invalid_type(found: Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        match found {
            Unexpected::Unit => Self::custom(format_args!("invalid type: null, expected {expected}")),
            found => Self::custom(format_args!("invalid type: {found}, expected {expected}")),
        }
    }
}

fn duplicate(key: &str) -> JsonError {
    JsonError::DuplicateKey { key: beginning_of(key) }
}

/// Whether no member that is read or kept may have this key.
pub(crate) fn is_reserved(key: &str) -> bool {
    key.starts_with(RESERVED)
}

fn beginning_of(key: &str) -> String {
    key.chars().take(64).collect()
}

impl<'de> Reader<'de> {
    pub(super) const fn new(text: &'de str) -> Self {
        Self { scan: Scanner::new(text), depth: 0, path: Vec::new(), unreadable: None, passed: false }
    }

    /// Nothing may follow the value.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        Ok(self.scan.end()?)
    }

    /// Whether the text is JSON.
    pub(super) fn grammar(mut self) -> Result<(), JsonError> {
        self.scan.pass(0)?;
        self.scan.end()
    }

    /// The error with the path to where it happened.
    pub(super) fn described(&self, fault: Fault) -> JsonError {
        match *fault.0 {
            JsonError::Shape { problem, .. } => JsonError::Shape { path: self.path(), problem },
            other => other,
        }
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => path = path + "." + key,
                Step::Index(index) => path += &format!("[{index}]"),
            }
        }
        if path.is_empty() { ".".to_owned() } else { path }
    }

    /// A value is about to be read.
    fn begin(&mut self) -> Result<Option<u8>, Fault> {
        if let Some(error) = self.unreadable.take() {
            return Err(Fault(error));
        }
        self.passed = false;
        Ok(self.scan.peek())
    }

    fn deeper(&mut self) -> Result<(), Fault> {
        if self.depth == MAX_READ_DEPTH {
            return Err(JsonError::TooDeep { limit: MAX_READ_DEPTH }.into());
        }
        self.depth += 1;
        self.scan.bump();
        Ok(())
    }

    /// The end of an object or array of which all is read.
    fn close(&mut self, close: u8) -> Result<(), Fault> {
        if self.scan.peek() != Some(close) {
            return Err(self.scan.unexpected("trailing characters").into());
        }
        self.scan.bump();
        self.depth -= 1;
        self.passed = false;
        Ok(())
    }

    // Kept out of `deserialize_any`, whose frame is on the stack once a level.
    #[inline(never)]
    fn scalar<V: Visitor<'de>>(&mut self, next: Option<u8>, visitor: V) -> Result<V::Value, Fault> {
        match next {
            Some(b'"') => match self.scan.string()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Some(b'-' | b'0'..=b'9') => match self.scan.number()? {
                Number::Unsigned(number) => visitor.visit_u64(number),
                Number::Signed(number) => visitor.visit_i64(number),
                Number::Float(number) => visitor.visit_f64(number),
                Number::OutOfRange => visitor.visit_unit(),
            },
            Some(b't') => {
                self.scan.word("true")?;
                visitor.visit_bool(true)
            }
            Some(b'f') => {
                self.scan.word("false")?;
                visitor.visit_bool(false)
            }
            Some(b'n') => {
                self.scan.word("null")?;
                visitor.visit_unit()
            }
            _ => Err(self.scan.unexpected("expected value").into()),
        }
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        self.deeper()?;
        let value = visitor.visit_map(Members { reader: self, keys: Keys::default(), key: None })?;
        self.close(b'}')?;
        Ok(value)
    }

    fn array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        self.deeper()?;
        let value = visitor.visit_seq(Items { reader: self, count: 0 })?;
        self.close(b']')?;
        Ok(value)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.begin()? {
            Some(b'{') => self.object(visitor),
            Some(b'[') => self.array(visitor),
            next => self.scalar(next, visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.unreadable = None;
        self.scan.pass(self.depth)?;
        self.passed = true;
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.begin()? {
            Some(b'n') => {
                self.scan.word("null")?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let is_unread = name == UNREAD;
        match name {
            UNREAD => self.unreadable = None,
            RAW => {}
            _ => return visitor.visit_newtype_struct(self),
        }
        self.begin()?;
        let start = self.scan.at();
        self.scan.pass(self.depth)?;
        self.passed = is_unread;
        visitor.visit_borrowed_str(self.scan.since(start))
    }

    /// An object, and nothing else: `serde` would take an array for a structure's members in order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.begin()? {
            Some(b'{') => self.object(visitor),
            Some(b'[') => Err(Fault::invalid_type(Unexpected::Seq, &visitor)),
            next => self.scalar(next, visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.begin()? {
            Some(b'"') => visitor.visit_enum(self.scan.string()?.into_deserializer()),
            Some(b'{') => {
                self.deeper()?;
                let members = Members { reader: self, keys: Keys::default(), key: None };
                let value = visitor.visit_enum(MapAccessDeserializer::new(members))?;
                self.close(b'}')?;
                Ok(value)
            }
            Some(b'[') => Err(Fault::invalid_type(Unexpected::Seq, &visitor)),
            next => self.scalar(next, visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    count: usize,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        match self.reader.scan.peek() {
            Some(b']') => return Ok(None),
            Some(b',') if self.count > 0 => {
                self.reader.scan.bump();
                if self.reader.scan.peek() == Some(b']') {
                    return Err(self.reader.scan.unexpected("trailing comma").into());
                }
            }
            _ if self.count > 0 => return Err(self.reader.scan.unexpected("expected `,` or `]`").into()),
            _ => {}
        }
        self.reader.path.push(Step::Index(self.count));
        let item = seed.deserialize(&mut *self.reader)?;
        self.reader.path.pop();
        self.count += 1;
        Ok(Some(item))
    }
}

struct Members<'a, 'de> {
    reader: &'a mut Reader<'de>,
    keys: Keys<'de>,
    /// The key whose value is next.
    key: Option<Cow<'de, str>>,
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some(key) = self.next_key()? else { return Ok(None) };
        self.reader.path.push(Step::Key(key.clone()));
        let read = match &key {
            Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)),
            Cow::Owned(key) => seed.deserialize(StringDeserializer::new(key.clone())),
        };
        self.key = Some(key);
        read.map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        self.before_value();
        let value = seed.deserialize(&mut *self.reader)?;
        self.after_value();
        Ok(value)
    }
}

impl<'de> Members<'_, 'de> {
    fn next_key(&mut self) -> Result<Option<Cow<'de, str>>, Fault> {
        let scan = &mut self.reader.scan;
        match scan.peek() {
            Some(b'}') => return Ok(None),
            Some(b',') if !self.keys.is_empty() => {
                scan.bump();
                if scan.peek() == Some(b'}') {
                    return Err(scan.unexpected("trailing comma").into());
                }
            }
            _ if !self.keys.is_empty() => return Err(scan.unexpected("expected `,` or `}`").into()),
            _ => {}
        }
        if scan.peek() != Some(b'"') {
            return Err(scan.unexpected("key must be a string").into());
        }
        let key = scan.string()?;
        scan.colon()?;
        if self.keys.was_read(&key) == Some(true) {
            return Err(duplicate(&key).into());
        }
        Ok(Some(key))
    }

    fn before_value(&mut self) {
        let Some(key) = &self.key else { return };
        if self.keys.was_read(key).is_some() {
            self.reader.unreadable = Some(Box::new(duplicate(key)));
        } else if is_reserved(key) {
            self.reader.unreadable = Some(Box::new(JsonError::ReservedKey { key: beginning_of(key) }));
        }
    }

    fn after_value(&mut self) {
        self.reader.path.pop();
        if let Some(key) = self.key.take() {
            self.keys.insert(key, !self.reader.passed);
        }
    }
}

/// The keys of one object, and whether their values were read. Store messages have a few dozen at most, where looking
/// through a list beats hashing; a hostile object with many switches to a hash map, so that no body costs quadratic
/// time.
#[derive(Default)]
struct Keys<'de> {
    few: Vec<(Cow<'de, str>, bool)>,
    many: HashMap<Cow<'de, str>, bool>,
}

const FEW: usize = 48;

impl<'de> Keys<'de> {
    fn is_empty(&self) -> bool {
        self.few.is_empty()
    }

    /// Whether the key was there before, and read.
    fn was_read(&self, key: &str) -> Option<bool> {
        match self.few.iter().find(|(seen, _)| seen == key) {
            Some((_, read)) => Some(*read),
            None if self.many.is_empty() => None,
            None => self.many.get(key).copied(),
        }
    }

    fn insert(&mut self, key: Cow<'de, str>, read: bool) {
        if self.few.len() < FEW {
            self.few.push((key, read));
        } else {
            self.many.insert(key, read);
        }
    }
}
