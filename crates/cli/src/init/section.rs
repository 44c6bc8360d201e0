//! The new configuration as JSON, its members in the order in which a person reads them.

use recoup::transport::Secret;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// An object. Its members keep their order.
#[derive(Default)]
pub(super) struct Members(Vec<(String, Member)>);

/// A member's value.
pub(super) enum Member {
    Text(String),
    Number(i64),
    Texts(Vec<String>),
    Secrets(Vec<Secret>),
    Object(Members),
    List(Vec<Members>),
}

impl Members {
    /// Adds a member, if it has a value.
    pub(super) fn with(mut self, name: impl Into<String>, value: Option<impl Into<Member>>) -> Self {
        if let Some(value) = value {
            self.0.push((name.into(), value.into()));
        }
        self
    }
}

impl From<String> for Member {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Member {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Vec<String>> for Member {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<Secret> for Member {
    fn from(secret: Secret) -> Self {
        Self::Secrets(vec![secret])
    }
}

impl From<Members> for Member {
    fn from(members: Members) -> Self {
        Self::Object(members)
    }
}

impl From<Vec<Members>> for Member {
    fn from(list: Vec<Members>) -> Self {
        Self::List(list)
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Texts(texts) => serializer.collect_seq(texts),
            Self::Secrets(secrets) => serializer.collect_seq(secrets.iter().map(Secret::expose)),
            Self::Object(members) => members.serialize(serializer),
            Self::List(list) => serializer.collect_seq(list),
        }
    }
}
