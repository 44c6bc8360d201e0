//! Reconciling: sweeping the stores' APIs for refunds that no message reported.

use serde::{Deserialize, Serialize};

use super::{Counts, SweepTarget};
use crate::engine::Engine;
use crate::error::Error;
use crate::ledger::BeganSweep;
use crate::model::{Store, Timestamp};
use crate::stores::{ApiError, not_configured};

/// Options of [`Engine::reconcile`]. Default: all stores with an API to sweep, each from the end of its last sweep.
///
/// In JSON: `{"stores": ["google-play"], "since": 1790000000000}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReconcileOptions {
    /// Only these stores; empty: all.
    pub stores: Vec<Store>,
    /// From this time on, as far as the store's retention allows, whatever was swept before.
    pub since: Option<Timestamp>,
}

/// The result of [`Engine::reconcile`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ReconcileResult {
    /// One sweep per app of each store.
    pub sweeps: Vec<Sweep>,
}

impl ReconcileResult {
    /// Whether every sweep is complete.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.sweeps.iter().all(|swept| swept.gap.is_none() && swept.ended.is_complete())
    }
}

/// The sweep of one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Sweep {
    /// The store.
    pub store: Store,
    /// The app or account, as the configuration names it.
    pub app: String,
    /// The swept period: from this time
    pub from: Timestamp,
    /// until this time.
    pub to: Timestamp,
    /// Whether it resumed an interrupted sweep.
    pub resumed: bool,
    /// How many pages the store returned.
    pub pages: u64,
    /// How many refunds, reversals and disputes the pages contained.
    pub found: u64,
    /// How many of them were refunds of orders not known to be refunded.
    pub new: u64,
    /// How many reported something else that was new: the reason of a refund, or a refund request.
    pub changed: u64,
    /// How many rows were unreadable, and were stored as dead letters.
    pub unread: u64,
    /// At a store where each receipt is checked: how many it does not know, or not as this customer's.
    pub refused: u64,
    /// At such a store: how many receipts it gave no answer about. Each is checked again after an hour, then after
    /// twice as long each time, up to a day.
    pub postponed: u64,
    /// The period that should have been swept but is past the store's retention.
    pub gap: Option<Gap>,
    /// How it ended.
    pub ended: SweepEnd,
}

/// A period past the store's retention: what was refunded then, and is not known, is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Gap {
    /// Its start: the end of the last sweep, the requested start, or without either, the first purchase.
    pub from: Timestamp,
    /// Its end: the store's retention limit.
    pub to: Timestamp,
}

impl Gap {
    pub(in crate::engine) const fn of((from, to): (Timestamp, Timestamp)) -> Self {
        Self { from, to }
    }
}

/// How a sweep ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "what", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SweepEnd {
    /// It is running.
    UnderWay,
    /// It is complete.
    Complete,
    /// It failed; the next one resumes there.
    Failed {
        /// A stable name, as [`ApiError::code`].
        code: String,
        /// The error message.
        message: String,
        /// Whether it may succeed later without anyone changing anything.
        retryable: bool,
    },
    /// Another engine on the same ledger sweeps this app: nothing was requested. Or it took the sweep over after this
    /// engine had finished no page for ten minutes: the rest is the other's.
    Elsewhere {
        /// The process id of the other engine, on its machine; `None` if that has ended.
        process: Option<u32>,
    },
}

impl SweepEnd {
    /// Whether it is complete.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Complete)
    }

    pub(in crate::engine) fn of(error: &ApiError) -> Self {
        let (code, message) = (error.code().to_owned(), error.to_string());
        Self::Failed { code, message, retryable: error.is_retryable() }
    }
}

/// The progress of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Progress {
    /// The sweep, so far.
    #[serde(flatten)]
    pub swept: Sweep,
}

impl Sweep {
    pub(in crate::engine) fn new(store: &Store, app: &str, now: Timestamp) -> Self {
        Self {
            store: store.clone(),
            app: app.to_owned(),
            from: now,
            to: now,
            resumed: false,
            pages: 0,
            found: 0,
            new: 0,
            changed: 0,
            unread: 0,
            refused: 0,
            postponed: 0,
            gap: None,
            ended: SweepEnd::UnderWay,
        }
    }

    /// A resumed sweep and its continuation are one to the caller.
    pub(in crate::engine) fn begin(&mut self, sweep: &BeganSweep, gap: Option<Gap>, resumed: bool) {
        self.from = self.from.min(sweep.from);
        self.to = self.to.max(sweep.to);
        self.resumed |= resumed;
        self.gap = self.gap.or(gap);
        self.ended = SweepEnd::UnderWay;
    }

    pub(in crate::engine) const fn count(&mut self, counts: Counts) {
        self.pages += 1;
        self.found += counts.found;
        self.new += counts.new;
        self.changed += counts.changed;
        self.unread += counts.unread;
        self.refused += counts.refused;
        self.postponed += counts.postponed;
    }

    pub(in crate::engine) fn progress(&self) -> Progress {
        Progress { swept: self.clone() }
    }
}

impl Engine {
    /// Sweeps the stores for refunds since the last sweep, and ingests them as their webhooks would be: what is known
    /// changes nothing. Facts from a sweep are [`Confirmed`](crate::Trust::Confirmed).
    ///
    /// Waits for the stores, page by page and for as long as they take; after each page, once it is durable,
    /// `progress` is called on this thread. An interrupted sweep is resumed the next time. One at a time: a second
    /// call waits for the first, so `progress` must not make one; the background's sweeps are postponed.
    ///
    /// First it runs the due [inquiries](Self::work_on_inquiries).
    ///
    /// A store's failure does not stop the others: failures and gaps are in the result, and are logged as errors. A
    /// gap is also an event ([`SweepGap`](crate::EventKind::SweepGap)) and a journal entry; both are repeated only
    /// once it has grown by a day.
    ///
    /// # Errors
    /// [`Error::Api`] for a requested store without credentials; [`Error::Ledger`].
    pub fn reconcile(
        &self,
        options: &ReconcileOptions,
        mut progress: impl FnMut(&Progress),
    ) -> Result<ReconcileResult, Error> {
        for store in &options.stores {
            if !self.stores.apis.sweeps().any(|(swept, _)| swept == store) {
                return Err(not_configured(store, "any app").into());
            }
        }
        self.work_on_inquiries()?;
        let _one_at_a_time = self.stores.sweeping();
        let mut reconciled = ReconcileResult::default();
        for (store, sweeps) in self.stores.apis.sweeps() {
            if !options.stores.is_empty() && !options.stores.contains(store) {
                continue;
            }
            for app in sweeps.apps() {
                let target = SweepTarget { store, app: &app, sweeps, since: options.since };
                reconciled.sweeps.push(self.sweep(&target, &mut progress)?);
            }
        }
        Ok(reconciled)
    }
}
