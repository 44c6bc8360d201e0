//! A message's members, before anything is known of their types.

use std::collections::BTreeMap;

use serde_json::Value;

use super::decimal::scaled;
use crate::json::{self, JsonError, Raw};
use crate::model::{Environment, Timestamp};

/// The members of one object by their names. A member that is `null` counts as absent, as ONE Store means it.
pub(super) struct Members<'a> {
    raw: BTreeMap<String, Raw<'a>>,
}

/// A member that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at {member}: {problem}")]
pub(super) struct Unreadable {
    pub(super) member: &'static str,
    pub(super) problem: String,
}

impl Unreadable {
    pub(super) fn new(member: &'static str, problem: impl Into<String>) -> Self {
        Self { member, problem: problem.into() }
    }
}

impl From<Unreadable> for JsonError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Shape { path: unreadable.member.to_owned(), problem: unreadable.problem }
    }
}

impl<'a> Members<'a> {
    /// Reads an object strictly: no key twice, no bottomless nesting.
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, JsonError> {
        Ok(Self { raw: json::from_slice(text)? })
    }

    /// The JSON text of a member.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        self.raw.get(name).map(|value| value.get()).filter(|text| *text != "null")
    }

    /// Whether there is a member of this name, be it `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.raw.contains_key(name)
    }

    /// A text; empty text counts as absent, since an empty id would make one case of all refunds that lack one. A
    /// number is taken for its digits: ids are texts of digits, and have been seen without their quotes.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, Unreadable> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        match json::value_from_str(raw) {
            Ok(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Ok(Value::Number(_)) => Ok(Some(raw.to_owned())),
            _ => Err(Unreadable::new(name, "expected text")),
        }
    }

    /// A text that must be there.
    pub(super) fn needed_text(&self, name: &'static str) -> Result<String, Unreadable> {
        self.text(name)?.ok_or_else(|| Unreadable::new(name, "expected text that is not empty"))
    }

    /// A whole number, as number or text.
    pub(super) fn whole(&self, name: &'static str) -> Result<Option<i64>, Unreadable> {
        let bad = || Unreadable::new(name, "expected a whole number of 64 bits, or the same as text");
        self.text(name)?.map(|text| scaled(&text, 0).ok_or_else(bad)).transpose()
    }

    /// A time in milliseconds.
    pub(super) fn time(&self, name: &'static str) -> Result<Option<Timestamp>, Unreadable> {
        Ok(self.whole(name)?.map(Timestamp::from_millis))
    }

    /// Yes or no, as truth value, number or text.
    pub(super) fn flag(&self, name: &'static str) -> Result<Option<bool>, Unreadable> {
        match self.raw(name).map(|raw| raw.trim_matches('"').to_ascii_lowercase()).as_deref() {
            None | Some("") => Ok(None),
            Some("true" | "y" | "1") => Ok(Some(true)),
            Some("false" | "n" | "0") => Ok(Some(false)),
            Some(_) => Err(Unreadable::new(name, "expected true or false")),
        }
    }

    /// SANDBOX or COMMERCIAL. Anything else is not guessed at: it decides whether somebody can be blocked.
    pub(super) fn environment(&self, name: &'static str) -> Result<Option<Environment>, Unreadable> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match text.to_ascii_uppercase().as_str() {
            "SANDBOX" => Ok(Some(Environment::Sandbox)),
            "COMMERCIAL" => Ok(Some(Environment::Production)),
            _ => Err(Unreadable::new(name, "expected SANDBOX or COMMERCIAL")),
        }
    }

    /// All members but the signature, as they came.
    pub(super) fn values(&self) -> BTreeMap<String, Value> {
        self.raw
            .iter()
            .filter(|(name, _)| name.as_str() != "signature")
            .filter_map(|(name, raw)| Some((name.clone(), json::value_from_str(raw.get()).ok()?)))
            .collect()
    }
}
