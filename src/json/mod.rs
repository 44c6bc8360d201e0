//! JSON as a verifier must read it: one pass, no member with two meanings, a bounded stack, and errors that name the
//! place.
//!
//! The crate has its own reader, [`Reader`], because of three things that `serde_json` cannot do:
//!
//! - **Whether a member is read decides how strict the reader is.** What no type reads must only keep to the grammar: a
//!   lone surrogate, a number that no type holds or a repeated key in it costs no refund. RFC 8259 §4 leaves the
//!   meaning of a repeated key open, so two readers of one signed message could disagree on what was signed; so a
//!   repeated key is an error where any of its values is read. What is only kept for display is not read ([`Kept`]):
//!   the parts of it with two meanings are left out.
//! - **No key is special.** With its features `raw_value` and `arbitrary_precision`, which any crate of the host's
//!   program can switch on, `serde_json` takes members named `$serde_json::private::…` for notes to itself and parses
//!   the text inside them once more, without a limit. Here such a member is skipped where nothing reads it, and
//!   refused where something does.
//! - **The stack is bounded.** Nothing may nest deeper than [`MAX_DEPTH`] levels, which need no stack where they are passed
//!   over; what is read no deeper than [`MAX_READ_DEPTH`], which fits the small threads of a host: `tests.rs` reads the
//!   deepest value on 64 KiB.
//!
//! Text that is read and has a lone surrogate (`"\ud800"`: half a character, which UTF-8 cannot hold) has U+FFFD in its
//! place. Ids that contain it are refused where signals are accepted, since two ids could become one by it.

mod kept;
mod reader;
mod scan;

use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};

pub(crate) use kept::{Kept, Lossy, members_but, value as kept_value};
use reader::Reader;
pub(crate) use reader::is_reserved;

/// How deep objects and arrays may nest where nothing reads them. The deepest message of any store (Advanced Commerce refunds)
/// has 5 levels, a configuration with policies 7.
pub(crate) const MAX_DEPTH: usize = 32;

/// How deep what is read may nest: each level takes some 1.8 KiB of stack in unoptimised builds, and a thread of 64 KiB
/// has more to do than this.
pub(crate) const MAX_READ_DEPTH: usize = 24;

/// The replacement for half a character: [`char::REPLACEMENT_CHARACTER`].
pub(crate) const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Why text is not the expected JSON.
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
    /// A key occurs twice in one object.
    #[error("the key \"{}\" occurs twice in one object", .key.escape_debug())]
    DuplicateKey {
        /// Which key.
        key: String,
    },
    /// A key that `serde_json` would take for a note to itself, on a member that is read.
    #[error("the key \"{}\" is reserved: no member that is read may have it", .key.escape_debug())]
    ReservedKey {
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

/// Reads a `T` from JSON text, strictly. The text must be an object: every store's message is one.
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
pub(crate) fn value_from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|error| JsonError::NotUtf8 { at: error.valid_up_to() })?;
    value_from_str(text)
}

/// Reads a `T` from JSON text, strictly, be it an object or not.
pub(crate) fn value_from_str<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, JsonError> {
    let mut reader = Reader::new(text);
    match T::deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(fault) => Err(match reader.described(fault) {
            // Text that is cut short or no JSON is that first of all, wherever reading has stopped.
            shape @ JsonError::Shape { .. } => Reader::new(text).grammar().err().unwrap_or(shape),
            other => other,
        }),
    }
}

/// A member's JSON text as written in the message, checked only for its grammar. Only this module's reader can read
/// one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raw<'a>(&'a str);

/// The name by which [`Raw`] requests the text from [`Reader`].
const RAW: &str = "$recoup::json::Raw";

/// The text of a member that nothing reads: unlike [`Raw`] it may stand twice in one object, and have any key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unread<'a>(pub(crate) Raw<'a>);

/// The name by which [`Unread`] requests the text from [`Reader`].
const UNREAD: &str = "$recoup::json::Unread";

impl<'a> Raw<'a> {
    /// The text.
    pub(crate) const fn get(self) -> &'a str {
        self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Raw<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, RawVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Unread<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(UNREAD, RawVisitor).map(Self)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Raw<'de>, E> {
        Ok(Raw(text))
    }
}

#[cfg(test)]
mod tests;
