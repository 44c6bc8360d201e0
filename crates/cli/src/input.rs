//! What commands are given: files and standard input, header fields, times, names of stores.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::Path;
use std::str::FromStr;

use clap::builder::PossibleValuesParser;
use recoup::transport::Secret;
use recoup::{Clock as _, Span, Store, SystemClock, Timestamp, UtcOffset};
use zeroize::Zeroizing;

use crate::exit::Failure;

/// Far more than any store sends. The rest is not read: the verifier refuses what was read as too large.
const MOST_READ: u64 = 16 << 20;

/// A file, or standard input for `-`, up to the limit.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path)?.take(MOST_READ).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

/// A file, or standard input for `-`, for reading piece by piece.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(stdin().lock()));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(Box::new(BufReader::new(file)))
}

/// The secret that a file has, without the end of its line.
pub(crate) fn secret(path: &Path) -> Result<Secret, Failure> {
    let bytes = Zeroizing::new(read(path)?);
    let text = std::str::from_utf8(&bytes).map_err(|_| Failure::Input {
        path: name(path),
        problem: "contains no text: expected a secret".to_owned(),
    })?;
    Ok(Secret::new(text.trim()))
}

/// Its name for people.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Input { path: name(path), problem: format!("cannot be read: {error}") }
}

/// A header field, `Name: value`.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    name: String,
    value: String,
}

impl FromStr for Header {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok(Self { name: name.trim().to_owned(), value: value.trim().to_owned() })
            }
            _ => Err("expected 'Name: value', such as 'Authorization: Bearer ey…'".to_owned()),
        }
    }
}

/// The arguments that go with the body.
#[derive(Debug, clap::Args)]
pub(crate) struct RequestArguments {
    /// A header field of the request, 'Name: value'; may be used several times
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<Header>,
    /// The time to use instead of now: RFC 3339 (2026-01-31T12:00:00Z) or Unix milliseconds
    ///
    /// For a stored message, the time it was received: Stripe's signatures, Google's tokens and Amazon's messages
    /// expire.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) at: Option<Timestamp>,
}

impl RequestArguments {
    pub(crate) fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|header| (header.name.as_str(), header.value.as_str())).collect()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(|| SystemClock.now())
    }
}

/// A time, a day, or how long ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    At(Timestamp),
    /// The start of a day in UTC. Elsewhere the same day begins at another time.
    Day(Timestamp),
    Ago(Span),
}

const DAY: Span = Span::from_days(1);

/// The accepted forms, for help texts.
pub(crate) const SINCE_HELP: &str = "a time (2026-01-31T12:00:00Z or Unix milliseconds), a day (2026-01-31, from its start \
                               in UTC), or how long ago (30d, 12h)";

impl Since {
    /// By the system clock.
    pub(crate) fn at(self) -> Timestamp {
        match self {
            Self::At(at) | Self::Day(at) => at,
            Self::Ago(span) => ago(span),
        }
    }

    /// From when, for figures of whole days that begin at an offset from UTC: `30d` are 30 days with today.
    pub(crate) fn first_day(self, offset: UtcOffset) -> Timestamp {
        match self {
            Self::Ago(span) if span.millis() >= DAY.millis() && span.millis() % DAY.millis() == 0 => {
                ago(Span::from_millis(span.millis() - DAY.millis()))
            }
            other => other.in_days(offset),
        }
    }

    /// Until when, for the same figures.
    pub(crate) fn in_days(self, offset: UtcOffset) -> Timestamp {
        match self {
            Self::Day(at) => at.plus(Span::from_millis(offset.minutes().saturating_mul(-60_000))),
            other => other.at(),
        }
    }
}

fn ago(span: Span) -> Timestamp {
    SystemClock.now().plus(Span::from_millis(span.millis().saturating_neg()))
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        if let Ok(at) = format!("{text}T00:00:00Z").parse() {
            return Ok(Self::Day(at));
        }
        text.parse().map(Self::Ago).map_err(|_| format!("expected {SINCE_HELP}"))
    }
}

/// The stores whose messages Recoup verifies.
pub(crate) fn verified_stores(about: &str) -> String {
    format!("{about}: {}", listed(Store::ALL.iter().map(|store| store.as_str().to_owned()).collect()))
}

/// As [`verified_stores`], and the host's own.
pub(crate) fn any_store(about: &str) -> String {
    let mut names: Vec<String> = Store::ALL.iter().map(|store| store.as_str().to_owned()).collect();
    names.push("custom:NAME".to_owned());
    format!("{about}: {}", listed(names))
}

/// The parser of a name of such a store.
pub(crate) fn store_names() -> PossibleValuesParser {
    PossibleValuesParser::new(Store::ALL.iter().map(Store::as_str))
}

/// The configuration's keys for them.
pub(crate) fn store_sections() -> String {
    listed(Store::ALL.iter().map(|store| format!("{:?}", store.as_str().replace('-', "_"))).collect())
}

fn listed(mut names: Vec<String>) -> String {
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} or {last}", names.join(", ")),
        last => last.unwrap_or_default(),
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
        assert_eq!("2026-01-31".parse(), Ok(Since::Day(noon.plus(Span::from_hours(-12)))));
        assert_eq!("30d".parse(), Ok(Since::Ago(Span::from_days(30))));
        for text in ["", "yesterday", "30 days", "2026-13-01", "-1d"] {
            let read: Result<Since, _> = text.parse();
            assert!(read.is_err(), "{text:?} was accepted as {read:?}");
        }
    }

    #[test]
    fn days_of_figures_begin_where_the_ledgers_days_begin() {
        let offset = |text: &str| text.parse::<UtcOffset>().unwrap();
        let since = |text: &str| text.parse::<Since>().unwrap();
        let midnight = Timestamp::from_secs(1_769_817_600);
        assert_eq!(since("2026-01-31").at(), midnight, "in UTC where days are not configured");
        for (text, hours) in [("+00:00", 0), ("+09:00", -9), ("-05:00", 5)] {
            let begins = midnight.plus(Span::from_hours(hours));
            assert_eq!(since("2026-01-31").first_day(offset(text)), begins, "{text}");
            assert_eq!(since("2026-01-31").in_days(offset(text)), begins, "{text}");
        }
        assert_eq!(since("2026-01-31T00:00:00Z").first_day(offset("+09:00")), midnight, "an exact time");
        let days_ago = |at: Timestamp| SystemClock.now().since(at).millis() / DAY.millis();
        assert_eq!(days_ago(since("30d").first_day(offset("+09:00"))), 29, "30 days with today");
        assert_eq!(days_ago(since("30d").in_days(offset("+09:00"))), 30, "to the end of that day");
        assert_eq!(days_ago(since("36h").first_day(offset("+09:00"))), 1);
    }
}
