//! Days and months as figures count them: from midnight to midnight at a configured distance from UTC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::{Span, Timestamp};

const DAY_MILLIS: i64 = 86_400_000;
const MINUTE_MILLIS: i64 = 60_000;

/// No place on earth is farther from UTC, in minutes.
const MAX_MINUTES: i64 = 14 * 60;

/// A year of days would be too much to read and to show; a season is not.
const MAX_DAYS_BY_DAY: i64 = 100;

/// The distance from UTC at which days and months of figures begin, such as `+09:00`. Without daylight saving time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UtcOffset(i64);

/// Not a distance from UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no offset from UTC: expected a sign, hours and minutes up to 14:00, such as +09:00")]
pub struct BadUtcOffset {
    /// The text.
    pub text: String,
}

impl UtcOffset {
    /// An offset in minutes, east of Greenwich positive; `None` beyond 14 hours.
    #[must_use]
    pub fn from_minutes(minutes: i64) -> Option<Self> {
        (-MAX_MINUTES..=MAX_MINUTES).contains(&minutes).then_some(Self(minutes))
    }

    /// In minutes.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        self.0
    }

    const fn millis(self) -> i64 {
        self.0.saturating_mul(MINUTE_MILLIS)
    }
}

impl FromStr for UtcOffset {
    type Err = BadUtcOffset;

    fn from_str(text: &str) -> Result<Self, BadUtcOffset> {
        let bad = || BadUtcOffset { text: text.chars().take(16).collect() };
        let (sign, rest) = match text.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return Err(bad()),
        };
        let (hours, minutes) = rest.split_once(':').ok_or_else(bad)?;
        let two_digits = |text: &str| {
            let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i64>().ok().filter(|_| is_number).ok_or_else(bad)
        };
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        if minutes >= 60 {
            return Err(bad());
        }
        Self::from_minutes(sign * (hours * 60 + minutes)).ok_or_else(bad)
    }
}

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let minutes = self.0.unsigned_abs();
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl TryFrom<String> for UtcOffset {
    type Error = BadUtcOffset;

    fn try_from(text: String) -> Result<Self, BadUtcOffset> {
        text.parse()
    }
}

impl From<UtcOffset> for String {
    fn from(offset: UtcOffset) -> Self {
        offset.to_string()
    }
}

/// How long the periods are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Days.
    Day,
    /// Calendar months.
    Month,
}

impl Grain {
    pub(crate) const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// As the ledger has it.
    pub(crate) const fn number(self) -> i64 {
        match self {
            Self::Day => 0,
            Self::Month => 1,
        }
    }

    pub(crate) const fn of_number(number: i64) -> Self {
        if number == 0 { Self::Day } else { Self::Month }
    }
}

/// A day or a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Period {
    pub(crate) grain: Grain,
    /// Days since 1970-01-01; or `12 * year + month - 1`.
    pub(crate) number: i64,
}

impl Period {
    pub(crate) fn of(at: Timestamp, grain: Grain, offset: UtcOffset) -> Self {
        let day = day_of(at, offset);
        Self { grain, number: if grain == Grain::Day { day } else { month_of(day) } }
    }

    /// When it begins.
    pub(crate) fn start(self, offset: UtcOffset) -> Timestamp {
        let day = if self.grain == Grain::Day { self.number } else { first_day(self.number) };
        let local = day.saturating_mul(DAY_MILLIS);
        Timestamp::from_millis(local.saturating_sub(offset.millis()))
    }

    /// The period of a longer grain in which it lies.
    pub(crate) fn within(self, grain: Grain) -> Self {
        match (self.grain, grain) {
            (Grain::Day, Grain::Month) => Self { grain, number: month_of(self.number) },
            _ => self,
        }
    }
}

/// The day of a time, in days since 1970-01-01.
pub(crate) fn day_of(at: Timestamp, offset: UtcOffset) -> i64 {
    at.plus(Span::from_millis(offset.millis())).millis().div_euclid(DAY_MILLIS)
}

/// The month of a day, by the proleptic Gregorian calendar: years begin in March, so that the leap day is their last.
pub(crate) fn month_of(day: i64) -> i64 {
    let day = day + DAYS_TO_1970;
    let (era, day_of_era) = (day.div_euclid(ERA_DAYS), day.rem_euclid(ERA_DAYS));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    // March is month 2 of the calendar year, counted from 0.
    12 * (400 * era + year_of_era) + from_march + 2
}

/// The first day of a month.
pub(crate) fn first_day(month: i64) -> i64 {
    let (year, from_march) = ((month - 2).div_euclid(12), (month - 2).rem_euclid(12));
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * from_march + 2) / 5;
    let day_of_era = 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - DAYS_TO_1970
}

/// From 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;
/// 400 years.
const ERA_DAYS: i64 = 146_097;

/// A time of whole days, without the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Days {
    /// The time of the same length before.
    pub(crate) const fn before(self) -> Self {
        Self { from: self.from - (self.to - self.from), to: self.from }
    }

    pub(crate) const fn grain(self) -> Grain {
        if self.to - self.from <= MAX_DAYS_BY_DAY { Grain::Day } else { Grain::Month }
    }

    pub(crate) fn start(self, offset: UtcOffset) -> Timestamp {
        Period { grain: Grain::Day, number: self.from }.start(offset)
    }

    pub(crate) fn end(self, offset: UtcOffset) -> Timestamp {
        Period { grain: Grain::Day, number: self.to }.start(offset)
    }

    /// The sums that it is read from, each from a period to another, without the last: of a short time its days, for the
    /// series; of a longer one as [`for_total`](Self::for_total).
    pub(crate) fn parts(self) -> Vec<(Grain, i64, i64)> {
        match self.grain() {
            Grain::Day => vec![(Grain::Day, self.from, self.to)],
            Grain::Month => self.for_total(),
        }
    }

    /// The fewest sums that it can be read from: whole months, and the days at its ends that make no month.
    pub(crate) fn for_total(self) -> Vec<(Grain, i64, i64)> {
        let first = month_of(self.from);
        let first_whole = if first_day(first) == self.from { first } else { first + 1 };
        let end = month_of(self.to);
        if end < first_whole {
            return vec![(Grain::Day, self.from, self.to)];
        }
        let parts = [
            (Grain::Day, self.from, first_day(first_whole)),
            (Grain::Month, first_whole, end),
            (Grain::Day, first_day(end), self.to),
        ];
        parts.into_iter().filter(|(_, from, to)| from < to).collect()
    }

    /// Its days, or the months in which it lies.
    pub(crate) fn periods(self) -> impl Iterator<Item = Period> {
        let grain = self.grain();
        let (from, to) = match grain {
            Grain::Day => (self.from, self.to),
            Grain::Month => (month_of(self.from), month_of(self.to - 1) + 1),
        };
        (from..to).map(move |number| Period { grain, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn offset(text: &str) -> UtcOffset {
        text.parse().unwrap()
    }

    #[test]
    fn offsets_are_hours_and_minutes_with_a_sign() {
        for (text, minutes) in [("+00:00", 0), ("+09:00", 540), ("-03:30", -210), ("+14:00", 840)] {
            assert_eq!((offset(text).minutes(), offset(text).to_string()), (minutes, text.to_owned()));
        }
        for text in ["", "9", "+9:00", "+09", "+0900", "+14:01", "-15:00", "+09:60", "KST", "+0+:00", "é9:00"]
        {
            assert!(text.parse::<UtcOffset>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_day_begins_at_the_offset() {
        let day = |text: &str, by: &str| Period::of(at(text), Grain::Day, offset(by));
        assert_eq!(day("1970-01-01T00:00:00Z", "+00:00").number, 0);
        assert_eq!(day("1969-12-31T23:59:59.999Z", "+00:00").number, -1);
        assert_eq!(day("1970-01-01T15:00:00Z", "+09:00").number, 1);
        assert_eq!(day("1970-01-01T14:59:59.999Z", "+09:00").number, 0);
        assert_eq!(day("2026-10-03T15:00:00Z", "+09:00").start(offset("+09:00")), at("2026-10-03T15:00:00Z"));
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        for (text, month) in [
            ("1970-01-01T00:00:00Z", 12 * 1970),
            ("2024-02-29T23:59:59Z", 12 * 2024 + 1),
            ("2024-03-01T00:00:00Z", 12 * 2024 + 2),
            ("2100-02-28T12:00:00Z", 12 * 2100 + 1),
            ("2100-03-01T00:00:00Z", 12 * 2100 + 2),
            ("1999-12-31T23:00:00Z", 12 * 1999 + 11),
        ] {
            assert_eq!(Period::of(at(text), Grain::Month, UtcOffset::default()).number, month, "{text}");
        }
        for month in 12 * 1890..12 * 2410 {
            let first = first_day(month);
            assert_eq!((month_of(first), month_of(first - 1)), (month, month - 1));
        }
        for far in [i64::MIN, i64::MAX] {
            let period = Period::of(Timestamp::from_millis(far), Grain::Month, offset("+14:00"));
            assert_eq!(period.number.signum(), far.signum(), "no time is too far");
        }
    }

    #[test]
    fn a_long_time_is_read_by_whole_months_and_the_days_at_its_ends() {
        let day = |text: &str| day_of(at(text), UtcOffset::default());
        let days = Days { from: day("2025-12-31T00:00:00Z"), to: day("2026-05-03T00:00:00Z") };
        assert_eq!(days.grain(), Grain::Month);
        let (january, may) = (12 * 2026, 12 * 2026 + 4);
        assert_eq!(
            days.parts(),
            [
                (Grain::Day, days.from, days.from + 1),
                (Grain::Month, january, may),
                (Grain::Day, days.to - 2, days.to)
            ]
        );
        assert_eq!(days.periods().count(), 6, "December to May");
        let whole = Days { from: day("2026-01-01T00:00:00Z"), to: day("2027-01-01T00:00:00Z") };
        assert_eq!((whole.parts().len(), whole.periods().count()), (1, 12));
        let short = Days { from: 0, to: 100 };
        assert_eq!(
            (short.grain(), short.parts(), short.periods().count()),
            (Grain::Day, vec![(Grain::Day, 0, 100)], 100)
        );
        assert_eq!(short.before(), Days { from: -100, to: 0 });
        let (january, march) = (12 * 1970, 12 * 1970 + 2);
        assert_eq!(short.for_total(), [(Grain::Month, january, january + 3), (Grain::Day, 90, 100)]);
        assert_eq!(Days { from: 59, to: 90 }.for_total(), [(Grain::Month, march, march + 1)]);
        for within in [Days { from: 1, to: 30 }, Days { from: 0, to: 1 }, Days { from: 58, to: 59 }] {
            assert_eq!(within.for_total(), [(Grain::Day, within.from, within.to)], "no whole month");
        }
        let over = Days { from: 30, to: 33 };
        assert_eq!(over.for_total(), [(Grain::Day, 30, 31), (Grain::Day, 31, 33)]);
    }
}
