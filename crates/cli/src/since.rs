//! A time in the past as people give it.

use std::str::FromStr;

use recoup::{Clock as _, Span, SystemClock, Timestamp};

/// A time, a day, or so long ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    At(Timestamp),
    Ago(Span),
}

/// What can be given, for help texts.
pub(crate) const HELP: &str = "a time (2026-01-31T12:00:00Z or Unix milliseconds), a day (2026-01-31, from its beginning \
                               in UTC), or how long ago (30d, 12h)";

impl Since {
    /// By the machine's clock.
    pub(crate) fn at(self) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(span) => SystemClock.now().plus(Span::from_millis(span.millis().saturating_neg())),
        }
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        if let Ok(at) = format!("{text}T00:00:00Z").parse() {
            return Ok(Self::At(at));
        }
        text.parse().map(Self::Ago).map_err(|_| format!("expected {HELP}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_days_and_spans_are_read() {
        let noon = Timestamp::from_secs(1_769_860_800);
        assert_eq!("2026-01-31T12:00:00Z".parse(), Ok(Since::At(noon)));
        assert_eq!("1769860800000".parse(), Ok(Since::At(noon)));
        assert_eq!("2026-01-31".parse(), Ok(Since::At(noon.plus(Span::from_hours(-12)))));
        assert_eq!("30d".parse(), Ok(Since::Ago(Span::from_days(30))));
        for text in ["", "yesterday", "30 days", "2026-13-01", "-1d"] {
            let read: Result<Since, _> = text.parse();
            assert!(read.is_err(), "{text:?} was taken for {read:?}");
        }
    }
}
