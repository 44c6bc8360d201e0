//! What a rule does with a matching refund.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::{Span, Timestamp};

/// What is done with a refund, from nothing to a block. Each action includes those before it, except
/// [`Exclude`](Self::Exclude).
///
/// In JSON: `"exclude"`, `"notify"`, `"record"`, `"alert"`, `{"block": "7d"}`, `{"block": "permanently"}`,
/// `{"block": "repaid"}`, `{"block": "repaid", "grace": "15m"}`.
///
/// A decision may change when more becomes known. That moves no money: a changed decision queues no `reversal` event,
/// and an action that notifies queues no second `refund` event for what the host already knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The refund is stored. No event is queued, and it never counts.
    Exclude,
    /// The host gets a refund event, so that it can take the items back. The refund does not count against the
    /// player: rules about the player's other refunds ignore it.
    Notify,
    /// As `Notify`, and the refund counts.
    Record,
    /// As `Record`, and the host gets an alert event.
    Alert,
    /// As `Alert`, and the user is blocked. A rule that blocks matches only production refunds of at least signed
    /// trust, unless it names environment or trust itself.
    Block(BlockFor),
}

/// An [`Action`] without its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ActionKind {
    /// The refund is stored, and never counts.
    Exclude,
    /// The host is notified, and the refund does not count.
    Notify,
    /// The host is notified, and the refund counts.
    Record,
    /// The operator is alerted, too.
    Alert,
    /// The user is blocked, too, for whatever time.
    Block,
}

impl ActionKind {
    /// The name in JSON and in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exclude => "exclude",
            Self::Notify => "notify",
            Self::Record => "record",
            Self::Alert => "alert",
            Self::Block => "block",
        }
    }
}

/// How long a block is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockFor {
    /// Until an operator ends it.
    Permanently,
    /// For a time, from when it is made.
    Span(Span),
    /// Until the refund is settled: nothing of it is owed, or an operator closed it where the books do not know what is.
    UntilRepaid {
        /// How long after the decision the block begins if the refund is not settled by then, from [`MIN_GRACE`] to
        /// [`MAX_GRACE`]; `None`: at once.
        grace: Option<Span>,
    },
}

/// The shortest grace of a block until repaid: a game that takes items back at once does so within it.
pub const MIN_GRACE: Span = Span::from_millis(1000);

/// The longest grace of a block until repaid. A longer one would begin long after the refund.
pub const MAX_GRACE: Span = Span::from_days(90);

impl BlockFor {
    /// When a block made now ends by itself; `None`: never.
    #[must_use]
    pub const fn until(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Permanently | Self::UntilRepaid { .. } => None,
            Self::Span(span) => Some(now.plus(span)),
        }
    }
}

impl Action {
    /// What it is, without its details.
    #[must_use]
    pub const fn kind(self) -> ActionKind {
        match self {
            Self::Exclude => ActionKind::Exclude,
            Self::Notify => ActionKind::Notify,
            Self::Record => ActionKind::Record,
            Self::Alert => ActionKind::Alert,
            Self::Block(_) => ActionKind::Block,
        }
    }

    /// Checks what the types leave open.
    pub(crate) fn check(self) -> Result<(), String> {
        match self {
            Self::Block(BlockFor::UntilRepaid { grace: Some(grace) })
                if !(MIN_GRACE..=MAX_GRACE).contains(&grace) =>
            {
                Err(format!("a grace of {grace}: expected {MIN_GRACE} to {MAX_GRACE}"))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exclude => f.write_str("exclude"),
            Self::Notify => f.write_str("notify"),
            Self::Record => f.write_str("record"),
            Self::Alert => f.write_str("alert"),
            Self::Block(BlockFor::Permanently) => f.write_str("block permanently"),
            Self::Block(BlockFor::Span(span)) => write!(f, "block for {span}"),
            Self::Block(BlockFor::UntilRepaid { grace: None }) => f.write_str("block until repaid"),
            Self::Block(BlockFor::UntilRepaid { grace: Some(grace) }) => {
                write!(f, "block until repaid, after {grace}")
            }
        }
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let (length, grace) = match self {
            Self::Exclude => return serializer.serialize_str("exclude"),
            Self::Notify => return serializer.serialize_str("notify"),
            Self::Record => return serializer.serialize_str("record"),
            Self::Alert => return serializer.serialize_str("alert"),
            Self::Block(BlockFor::Permanently) => ("permanently".to_owned(), None),
            Self::Block(BlockFor::Span(span)) => (span.to_string(), None),
            Self::Block(BlockFor::UntilRepaid { grace }) => ("repaid".to_owned(), *grace),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("block", &length)?;
        if let Some(grace) = grace {
            map.serialize_entry("grace", &grace)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ActionVisitor)
    }
}

struct ActionVisitor;

impl<'de> Visitor<'de> for ActionVisitor {
    type Value = Action;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            r#""exclude", "notify", "record", "alert", {"block": "permanently"}, {"block": "7d"}, {"block": "repaid"} or {"block": "repaid", "grace": "15m"}"#,
        )
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Action, E> {
        match name {
            "exclude" => Ok(Action::Exclude),
            "notify" => Ok(Action::Notify),
            "record" => Ok(Action::Record),
            "alert" => Ok(Action::Alert),
            other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Action, A::Error> {
        let (mut length, mut grace): (Option<String>, Option<Span>) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "block" if length.is_none() => length = Some(map.next_value()?),
                "grace" if grace.is_none() => grace = Some(map.next_value()?),
                _ => return Err(A::Error::invalid_value(serde::de::Unexpected::Map, &self)),
            }
        }
        let length = match length.as_deref() {
            None => return Err(A::Error::invalid_value(serde::de::Unexpected::Map, &self)),
            Some("repaid") => BlockFor::UntilRepaid { grace },
            Some(_) if grace.is_some() => {
                return Err(A::Error::custom("only a block until \"repaid\" has a grace"));
            }
            Some("permanently") => BlockFor::Permanently,
            Some(span) => BlockFor::Span(span.parse().map_err(A::Error::custom)?),
        };
        let action = Action::Block(length);
        action.check().map_err(A::Error::custom)?;
        Ok(action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_read_back_as_they_are_written() {
        for text in [
            r#""exclude""#,
            r#""notify""#,
            r#""record""#,
            r#""alert""#,
            r#"{"block":"permanently"}"#,
            r#"{"block":"7d"}"#,
            r#"{"block":"repaid"}"#,
            r#"{"block":"repaid","grace":"15m"}"#,
            r#"{"block":"repaid","grace":"1s"}"#,
            r#"{"block":"repaid","grace":"90d"}"#,
        ] {
            let action: Action = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&action).unwrap(), text);
        }
    }

    #[test]
    fn an_invalid_action_is_refused_with_what_was_expected() {
        for text in [
            r#""ban""#,
            r#"{"ban":"7d"}"#,
            r#"{"block":"soon"}"#,
            r#"{"block":"7d","x":1}"#,
            r#"{"block":"7d","grace":"15m"}"#,
            r#"{"block":"repaid","grace":"999ms"}"#,
            r#"{"block":"repaid","grace":"91d"}"#,
            r#"{"block":"repaid","grace":"soon"}"#,
            r#"{"block":"repaid","grace":"1s","grace":"1s"}"#,
            r#"{"grace":"15m"}"#,
            "7",
            "{}",
        ] {
            assert!(serde_json::from_str::<Action>(text).is_err(), "{text}");
        }
        let error = serde_json::from_str::<Action>(r#""ban""#).unwrap_err().to_string();
        assert!(error.contains(r#"{"block": "permanently"}"#), "{error}");
        let error = serde_json::from_str::<Action>(r#"{"block":"repaid","grace":"91d"}"#).unwrap_err();
        assert!(error.to_string().contains("a grace of 91d: expected 1s to 90d"), "{error}");
    }
}
