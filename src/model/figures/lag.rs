//! How long after a refund something happened, counted in buckets that are a factor of √2 apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

/// The last but one ends at 2^25.5 seconds, a year and a half: closing a refund takes days. (32 buckets end at 13 hours.)
/// The last one has all that is longer, and shows its end, 2^26 seconds.
const BUCKETS: u32 = 52;

/// √2 seconds, in microseconds.
const SQRT_2_MICROS: u64 = 1_414_214;

/// What happened after a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LagStage {
    /// The store's own message reported it.
    Webhook,
    /// A sweep found it.
    Sweep,
    /// The player was blocked.
    Blocked,
    /// Nothing was left to do: recovered, partly recovered, or written off.
    Closed,
}

impl LagStage {
    /// The name in the ledger and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Sweep => "sweep",
            Self::Blocked => "blocked",
            Self::Closed => "closed",
        }
    }
}

/// The bucket of the time between two times; negative is 0: clocks differ.
pub(crate) fn bucket(from: Timestamp, to: Timestamp) -> i64 {
    let millis = u64::try_from(to.since(from).millis()).unwrap_or(0);
    let bucket = (0..BUCKETS - 1).find(|bucket| millis < bound(*bucket)).unwrap_or(BUCKETS - 1);
    i64::from(bucket)
}

/// The end of a bucket, in milliseconds; the next begins there. The first ends at √2 seconds.
fn bound(bucket: u32) -> u64 {
    let doubled = bucket.div_ceil(2);
    match bucket % 2 {
        0 => (SQRT_2_MICROS << doubled) / 1000,
        _ => 1000 << doubled,
    }
}

/// Which time was not exceeded by a half, nine tenths and ninety-nine hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quantiles {
    pub(crate) count: i64,
    pub(crate) median: i64,
    pub(crate) p90: i64,
    pub(crate) p99: i64,
}

impl Quantiles {
    /// From how many are in each bucket; `None` if none are. Each is the end of the bucket in which it lies.
    pub(crate) fn of(buckets: &BTreeMap<i64, i64>) -> Option<Self> {
        let count: i64 = buckets.values().sum();
        if count <= 0 {
            return None;
        }
        let at = |hundredths: i64| {
            // Rounded up: of two, the first is the median.
            let rank = (count.saturating_mul(hundredths) + 99) / 100;
            let mut so_far = 0_i64;
            let found = buckets.iter().find(|(_, count)| {
                so_far = so_far.saturating_add(**count);
                so_far >= rank
            });
            let bucket = found.map_or(BUCKETS - 1, |(bucket, _)| u32::try_from(*bucket).unwrap_or(0));
            i64::try_from(bound(bucket.min(BUCKETS - 1))).unwrap_or(i64::MAX)
        };
        Some(Self { count, median: at(50), p90: at(90), p99: at(99) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(millis: i64) -> i64 {
        bucket(Timestamp::from_millis(0), Timestamp::from_millis(millis))
    }

    #[test]
    fn buckets_are_a_factor_of_the_root_of_two_apart() {
        for (millis, expected) in [
            (-5, 0),
            (0, 0),
            (1413, 0),
            (1414, 1),
            (1999, 1),
            (2000, 2),
            (2827, 2),
            (2828, 3),
            (4000, 4),
            (86_400_000, 32),
        ] {
            assert_eq!(after(millis), expected, "{millis}");
        }
        assert_eq!(after(i64::MAX), 51);
        assert!((0..BUCKETS - 1).all(|bucket| bound(bucket) < bound(bucket + 1)));
        assert!(bound(BUCKETS - 2) > 365 * 86_400_000, "a year has its own bucket");
    }

    #[test]
    fn quantiles_are_the_ends_of_their_buckets() {
        assert_eq!(Quantiles::of(&BTreeMap::new()), None);
        let one = Quantiles::of(&BTreeMap::from([(2, 1)])).unwrap();
        assert_eq!((one.count, one.median, one.p90, one.p99), (1, 2828, 2828, 2828));
        let many = Quantiles::of(&BTreeMap::from([(0, 50), (1, 40), (3, 9), (5, 1)])).unwrap();
        assert_eq!((many.count, many.median, many.p90, many.p99), (100, 1414, 2000, 4000));
    }
}
