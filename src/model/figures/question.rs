//! What figures are wanted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::period::{Days, Grain, Period, UtcOffset, day_of};
use crate::model::{Environment, Timestamp};

/// The default time, in days with today: a month, as most dashboards show.
const DEFAULT_DAYS: i64 = 30;

/// The longest time, in days: a hundred years. A longer one is a mistake, and has too many months to show.
const MAX_DAYS: i64 = 36_525;

/// The most properties to group by: their combinations must stay readable.
const MAX_GROUPS: usize = 2;

/// The least and the default number of refunds that count for a repeat refunder.
const REPEAT: u32 = 2;

/// A property to group by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GroupBy {
    /// The store.
    Store,
    /// The product.
    Product,
    /// The buyer's country, as the host recorded it.
    Country,
    /// The currency of the price or of the amount back.
    Currency,
    /// The reason of the refund; purchases have none.
    Reason,
    /// The rule that decided the refund; purchases have none.
    Rule,
    /// The refund's work status now; purchases have none.
    WorkStatus,
}

impl GroupBy {
    /// Whether purchases have it too, so that a group has rates.
    pub(crate) const fn is_of_purchases(self) -> bool {
        matches!(self, Self::Store | Self::Product | Self::Country | Self::Currency)
    }
}

/// A list that is made only where it is wanted: it reads rows, not sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FigureList {
    /// Items that were due, and what became of them.
    Items,
    /// What each rule did.
    Rules,
    /// Blocks made, ended and active.
    Blocks,
    /// How long after a refund something happened.
    Lags,
    /// Refund reviews.
    Reviews,
    /// Players with several refunds.
    RepeatRefunders,
    /// What waits now.
    Waiting,
}

/// Which figures are wanted. Days begin at the ledger's offset from UTC: a time within a day means the whole day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Question {
    /// From the day of this time; by default, the 30 days up to `until`.
    pub since: Option<Timestamp>,
    /// Up to this time: if it is within a day, up to that day's end; by default, to the end of today.
    pub until: Option<Timestamp>,
    /// Of this environment.
    pub environment: Environment,
    /// Grouped by these properties, at most two.
    pub by: Vec<GroupBy>,
    /// The lists that are wanted besides.
    pub lists: BTreeSet<FigureList>,
    /// How many refunds that count make a repeat refunder; at least 2.
    pub repeat: u32,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            since: None,
            until: None,
            environment: Environment::Production,
            by: Vec::new(),
            lists: BTreeSet::new(),
            repeat: REPEAT,
        }
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadQuestion {
    /// The time has no day.
    #[error("since ({since}) is not before until ({until}): figures need at least one day")]
    NoDay {
        /// From when.
        since: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// The time is too long.
    #[error("the time has {days} days; the limit is {MAX_DAYS}, a hundred years")]
    TooLong {
        /// How many.
        days: i64,
    },
    /// Too many properties, or one twice.
    #[error("by has {count} properties: expected at most {MAX_GROUPS}, each once")]
    By {
        /// How many.
        count: usize,
    },
    /// A repeat refunder with too few refunds.
    #[error("repeat is {repeat}; the minimum is {REPEAT}")]
    Repeat {
        /// The value.
        repeat: u32,
    },
}

impl Question {
    /// The days that are meant.
    pub(crate) fn days(&self, now: Timestamp, offset: UtcOffset) -> Result<Days, BadQuestion> {
        if self.by.len() > MAX_GROUPS || self.by.first().is_some_and(|first| self.by.get(1) == Some(first)) {
            return Err(BadQuestion::By { count: self.by.len() });
        }
        if self.repeat < REPEAT {
            return Err(BadQuestion::Repeat { repeat: self.repeat });
        }
        let to = match self.until {
            Some(until) => {
                let day = day_of(until, offset);
                let begins = Period { grain: Grain::Day, number: day }.start(offset);
                if begins == until { day } else { day.saturating_add(1) }
            }
            None => day_of(now, offset) + 1,
        };
        let from = self.since.map_or(to - DEFAULT_DAYS, |since| day_of(since, offset));
        let days = Days { from, to };
        match to.saturating_sub(from) {
            ..1 => Err(BadQuestion::NoDay { since: days.start(offset), until: days.end(offset) }),
            1..=MAX_DAYS => Ok(days),
            days => Err(BadQuestion::TooLong { days }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Timestamp> {
        Some(text.parse().unwrap())
    }

    fn answer(since: Option<Timestamp>, until: Option<Timestamp>, offset: &str) -> Result<Days, BadQuestion> {
        let now = at("1970-02-10T12:00:00Z").unwrap();
        Question { since, until, ..Question::default() }.days(now, offset.parse().unwrap())
    }

    #[test]
    fn days_are_whole() {
        assert_eq!(answer(None, None, "+00:00"), Ok(Days { from: 11, to: 41 }), "30 days with today");
        let within = at("1970-01-03T18:00:00Z");
        assert_eq!(answer(within, None, "+00:00"), Ok(Days { from: 2, to: 41 }));
        assert_eq!(answer(within, None, "+09:00"), Ok(Days { from: 3, to: 41 }));
        assert_eq!(answer(at("1970-01-01T00:00:00Z"), within, "+00:00"), Ok(Days { from: 0, to: 3 }));
        let midnight = at("1970-01-03T00:00:00Z");
        assert_eq!(answer(at("1970-01-01T00:00:00Z"), midnight, "+00:00"), Ok(Days { from: 0, to: 2 }));
    }

    #[test]
    fn questions_without_an_answer_name_the_limit() {
        let midnight = at("1970-01-03T00:00:00Z");
        assert!(matches!(answer(midnight, midnight, "+00:00"), Err(BadQuestion::NoDay { .. })));
        let long_ago = Some(Timestamp::from_millis(i64::MIN));
        assert!(matches!(answer(long_ago, None, "+00:00"), Err(BadQuestion::TooLong { .. })));
        let by = |by: &[GroupBy]| {
            Question { by: by.to_vec(), ..Question::default() }.days(midnight.unwrap(), UtcOffset::default())
        };
        assert!(by(&[GroupBy::Store, GroupBy::Product]).is_ok());
        for bad in
            [&[GroupBy::Store, GroupBy::Store][..], &[GroupBy::Store, GroupBy::Product, GroupBy::Reason]]
        {
            assert!(matches!(by(bad), Err(BadQuestion::By { .. })));
        }
        let repeat = Question { repeat: 1, ..Question::default() };
        let refused = repeat.days(midnight.unwrap(), UtcOffset::default()).unwrap_err();
        assert_eq!(refused.to_string(), "repeat is 1; the minimum is 2");
    }
}
