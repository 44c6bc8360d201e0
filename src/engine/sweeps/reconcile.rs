//! Asking the stores what was refunded, for what was never reported.

use serde::{Deserialize, Serialize};

use super::{Counts, SweepTarget};
use crate::engine::Engine;
use crate::error::Error;
use crate::ledger::BeganSweep;
use crate::model::{Store, Timestamp};
use crate::stores::{ApiError, not_configured};

/// What [`Engine::reconcile`] is to ask for. Default: all stores that can be asked, each from where its last sweep ended.
///
/// In JSON: `{"stores": ["google-play"], "since": 1790000000000}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ReconcileOptions {
    /// Only these stores; all where it is empty.
    pub stores: Vec<Store>,
    /// From this time on, as far back as the store remembers, whatever was swept before.
    pub since: Option<Timestamp>,
}

/// What [`Engine::reconcile`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Reconciled {
    /// Each app of each store that was asked.
    pub sweeps: Vec<Swept>,
}

impl Reconciled {
    /// Whether all that was to be asked was asked, to the end.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.sweeps.iter().all(|swept| swept.gap.is_none() && swept.ended.is_complete())
    }
}

/// What the sweep of one app found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Swept {
    /// The store.
    pub store: Store,
    /// The app or account, as the configuration names it.
    pub app: String,
    /// What was asked for: from this time,
    pub from: Timestamp,
    /// to this one.
    pub to: Timestamp,
    /// Whether it went on with a sweep that had been cut short.
    pub resumed: bool,
    /// How many pages the store gave.
    pub pages: u64,
    /// How many refunds, reversals and disputes stood on them.
    pub found: u64,
    /// How many of them were refunds of orders not known to be refunded.
    pub new: u64,
    /// How many reported anything else that was not known: why money went back, or a refund request.
    pub changed: u64,
    /// How many rows could not be understood, and are kept as dead letters from now on.
    pub unread: u64,
    /// Of a store that is asked about each receipt: how many it does not know, or not as this customer's.
    pub refused: u64,
    /// Of the same: how many there was no answer of. Each is asked about again after an hour, then after twice as long
    /// each time, up to a day.
    pub postponed: u64,
    /// The period that should have been swept and is past the store's retention.
    pub gap: Option<Gap>,
    /// How it ended.
    pub ended: SweepEnd,
}

/// A period that is past the store's retention: what was refunded then, and is not known, is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Gap {
    /// From when: the end of the last sweep, what was asked for, or where there is neither, the first purchase.
    pub from: Timestamp,
    /// To when: as far back as the store remembers.
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
    /// It is under way.
    UnderWay,
    /// It came to its end.
    Complete,
    /// It was cut short; the next one goes on from there.
    Failed {
        /// A stable name, as [`ApiError::code`].
        code: String,
        /// What went wrong.
        message: String,
        /// Whether the same may succeed later without anybody changing anything.
        retryable: bool,
    },
    /// Another engine on the same ledger is sweeping this app: nothing was asked. Or it has taken the sweep over, where
    /// this engine came to no end of a page for ten minutes: the rest is the other's to ask.
    Elsewhere {
        /// The id of the other engine's process, on its machine; `None` where that has come to its end by now.
        process: Option<u32>,
    },
}

impl SweepEnd {
    /// Whether it came to its end.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Complete)
    }

    pub(in crate::engine) fn of(error: &ApiError) -> Self {
        let (code, message) = (error.code().to_owned(), error.to_string());
        Self::Failed { code, message, retryable: error.is_retryable() }
    }
}

/// How far a sweep has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Progress {
    /// The sweep, as far as it has come.
    #[serde(flatten)]
    pub swept: Swept,
}

impl Swept {
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

    /// A resumed sweep and what comes after it are one to the caller.
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
    /// Asks the stores what was refunded since they were last asked, and takes it in as their webhooks would be:
    /// what is known changes nothing. What is found is [`Confirmed`](crate::Trust::Confirmed).
    ///
    /// Waits for the stores, page by page and for as long as they take; after each page, once it is durable, `progress`
    /// is called on this thread. A sweep that is cut short goes on from there the next time. One at a time: a second
    /// call waits for the first, so `progress` must not make one; the engine's own sweeps put themselves off.
    ///
    /// First it asks about refunds that were pushed [without a reason](Self::work_on_inquiries), as far as that is due.
    ///
    /// A store that fails does not stop the others: what failed, and the period that is past a store's retention, stand in
    /// the result, and in the log at the level of errors. A gap is also an event
    /// ([`SweepGap`](crate::EventKind::SweepGap)) and stands in the journal; both again only once it has grown by a day.
    ///
    /// # Errors
    /// [`Error::Api`] for a store that is named and has no credentials; [`Error::Ledger`].
    pub fn reconcile(
        &self,
        options: &ReconcileOptions,
        mut progress: impl FnMut(&Progress),
    ) -> Result<Reconciled, Error> {
        for store in &options.stores {
            if !self.stores.apis.sweeps().any(|(swept, _)| swept == store) {
                return Err(not_configured(store, "any app").into());
            }
        }
        self.work_on_inquiries()?;
        let _one_at_a_time = self.stores.sweeping();
        let mut reconciled = Reconciled::default();
        for (store, sweeps) in self.stores.apis.sweeps() {
            if !options.stores.is_empty() && !options.stores.contains(store) {
                continue;
            }
            for app in sweeps.apps() {
                let asked = SweepTarget { store, app: &app, sweeps, since: options.since };
                reconciled.sweeps.push(self.sweep(&asked, &mut progress)?);
            }
        }
        Ok(reconciled)
    }
}
