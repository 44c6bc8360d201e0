//! Instants and spans, in whole milliseconds.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Unexpected, Visitor};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant: milliseconds since 1970-01-01T00:00:00Z. In JSON a whole number; RFC 3339 text
/// (`"2026-01-31T12:00:00Z"`) is accepted as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimestampVisitor)
    }
}

struct TimestampVisitor;

impl Visitor<'_> for TimestampVisitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a time: Unix milliseconds as a whole number, or RFC 3339 text such as \"2026-01-31T12:00:00Z\"",
        )
    }

    fn visit_i64<E: serde::de::Error>(self, millis: i64) -> Result<Timestamp, E> {
        Ok(Timestamp(millis))
    }

    fn visit_u64<E: serde::de::Error>(self, millis: u64) -> Result<Timestamp, E> {
        i64::try_from(millis)
            .map(Timestamp)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(millis), &self))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

impl Timestamp {
    /// From Unix milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From Unix seconds; saturates.
    #[must_use]
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Unix milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole Unix seconds, rounded down.
    #[must_use]
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant plus a span; saturates.
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The span from `earlier` to this instant; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds; an instant outside the years 0 to 9999 as plain milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .ok()
            .and_then(|instant| instant.format(&Rfc3339).ok());
        match text {
            Some(text) => f.write_str(&text),
            None => write!(f, "{} ms", self.0),
        }
    }
}

/// Text that is not an instant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a time: expected RFC 3339 (2026-01-31T12:00:00Z) or Unix milliseconds")]
pub struct BadTimestamp {
    /// The text as it was given.
    pub text: String,
}

impl FromStr for Timestamp {
    type Err = BadTimestamp;

    /// Reads RFC 3339 or Unix milliseconds.
    fn from_str(text: &str) -> Result<Self, BadTimestamp> {
        let bad = || BadTimestamp { text: text.chars().take(64).collect() };
        if let Ok(millis) = text.parse::<i64>() {
            return Ok(Self(millis));
        }
        let instant = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| bad())?;
        i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000_000)).map(Self).map_err(|_| bad())
    }
}

/// A span of time in milliseconds. In JSON: text with a unit, such as `"30s"`, `"15m"`, `"12h"`, `"7d"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(i64);

const UNITS: [(&str, i64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Span {
    /// From milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From hours; saturates.
    #[must_use]
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3_600_000))
    }

    /// From days; saturates.
    #[must_use]
    pub const fn from_days(days: i64) -> Self {
        Self(days.saturating_mul(86_400_000))
    }

    /// Milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }
}

impl Span {
    /// For people: its two largest units, such as `60d 20h` or `5m 1ms`.
    pub(crate) fn words(self) -> String {
        let mut rest = self.0.unsigned_abs();
        let mut parts = Vec::new();
        for (unit, size) in UNITS {
            let size = size.unsigned_abs();
            if rest >= size {
                parts.push(format!("{}{unit}", rest / size));
            }
            rest %= size;
        }
        parts.truncate(2);
        let sign = if self.0 < 0 { "-" } else { "" };
        if parts.is_empty() { "0ms".to_owned() } else { format!("{sign}{}", parts.join(" ")) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) = UNITS.iter().find(|(_, size)| self.0 % size == 0).unwrap_or(&("ms", 1));
        write!(f, "{}{unit}", self.0 / size)
    }
}

/// Text that is not a span.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a span of time: expected a positive whole number and a unit, such as 30s, 15m, 12h or 7d"
)]
pub struct BadSpan {
    /// The text as it was given.
    pub text: String,
}

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let bad = || BadSpan { text: text.chars().take(64).collect() };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(bad)?;
        let count: i64 = number.parse().map_err(|_| bad())?;
        match count.checked_mul(*size) {
            Some(millis) if millis > 0 => Ok(Self(millis)),
            _ => Err(bad()),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = BadSpan;

    fn try_from(text: String) -> Result<Self, BadSpan> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_rfc3339_or_millis_and_print_as_rfc3339() {
        let t: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        assert_eq!(t, Timestamp::from_millis(1_769_860_800_000));
        assert_eq!("1769860800000".parse::<Timestamp>().unwrap(), t);
        assert_eq!("2026-01-31T13:00:00+01:00".parse::<Timestamp>().unwrap(), t);
        assert_eq!(t.to_string(), "2026-01-31T12:00:00Z");
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9223372036854775807 ms");
        assert!("yesterday".parse::<Timestamp>().is_err());
    }

    #[test]
    fn times_in_json_are_millis_or_rfc3339() {
        let read = |text: &str| serde_json::from_str::<Timestamp>(text);
        let noon = Timestamp::from_millis(1_769_860_800_000);
        for text in [
            "1769860800000",
            "\"2026-01-31T12:00:00Z\"",
            "\"2026-01-31T12:00:00.000Z\"",
            "\"2026-01-31T21:00:00+09:00\"",
            "\"1769860800000\"",
        ] {
            assert_eq!(read(text).unwrap(), noon, "{text}");
        }
        assert_eq!(read("-1").unwrap(), Timestamp::from_millis(-1));
        for text in [
            "1.5",
            "9223372036854775808",
            "true",
            "null",
            "[]",
            "\"\"",
            "\"2026-01-31\"",
            "\"2026-01-31T12:00:00\"",
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("RFC 3339 text such as"), "{text}: {error}");
        }
        assert_eq!(serde_json::to_string(&noon).unwrap(), "1769860800000");
    }

    #[test]
    fn spans_in_words_have_their_two_largest_units() {
        for (millis, words) in [
            (5_257_569_258, "60d 20h"),
            (300_001, "5m 1ms"),
            (86_400_000, "1d"),
            (999, "999ms"),
            (0, "0ms"),
            (-61_000, "-1m 1s"),
        ] {
            assert_eq!(Span(millis).words(), words);
        }
        assert_eq!(Span(i64::MIN).words(), "-106751991167d 7h");
    }

    #[test]
    fn spans_read_and_print_with_their_largest_whole_unit() {
        for text in ["7d", "12h", "90m", "45s", "1500ms"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        for text in ["", "7", "d", "-1d", "0s", "1.5h", "7 d", "99999999999999999d"] {
            assert!(text.parse::<Span>().is_err(), "{text:?} was accepted as a span");
        }
    }
}
