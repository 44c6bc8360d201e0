//! The webhook server's counters.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::Store;

/// Upper bounds of the histogram's buckets, in microseconds: from a rejection in memory to a slow disk.
pub(super) const BUCKETS: [u64; 12] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000];

/// The counters. Every label has few values, none of them chosen by a client.
#[derive(Debug, Default)]
pub(super) struct Metrics(Mutex<Counts>);

#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// By store, or `None` if the path has none, and status.
    pub(super) requests: BTreeMap<(Option<Store>, u16), u64>,
    /// By store and kind.
    pub(super) outcomes: BTreeMap<(Store, &'static str), u64>,
    /// Refused before any store's check, by store, or `None` if the path has none, and reason.
    pub(super) door: BTreeMap<(Option<Store>, &'static str), u64>,
    /// By store and the rejection's or the error's code.
    pub(super) refusals: BTreeMap<(Store, &'static str), u64>,
    pub(super) seconds: Histogram,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    /// How many took no longer than the bound, each only in its own bucket.
    pub(super) within: [u64; BUCKETS.len()],
    pub(super) count: u64,
    pub(super) total: Duration,
}

impl Metrics {
    pub(super) fn answered(&self, store: Option<&Store>, status: u16) {
        count(&mut self.counts().requests, (store.cloned(), status));
    }

    pub(super) fn refused_at_door(&self, store: Option<&Store>, reason: &'static str) {
        count(&mut self.counts().door, (store.cloned(), reason));
    }

    pub(super) fn took(&self, store: &Store, kind: &'static str, code: Option<&'static str>, time: Duration) {
        let mut counts = self.counts();
        count(&mut counts.outcomes, (store.clone(), kind));
        if let Some(code) = code {
            count(&mut counts.refusals, (store.clone(), code));
        }
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.partition_point(|bound| *bound < micros);
        if let Some(within) = counts.seconds.within.get_mut(bucket) {
            *within += 1;
        }
        counts.seconds.count += 1;
        counts.seconds.total = counts.seconds.total.saturating_add(time);
    }

    pub(super) fn snapshot(&self) -> Counts {
        self.counts().clone()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    *counts.entry(key).or_default() += 1;
}
