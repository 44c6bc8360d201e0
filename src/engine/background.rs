//! The engine's background work with the stores: one call does what is due, and one thread calls it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;

use super::Engine;
use super::stopping::Stopping;
use super::store_actions::StoreCalls;
use super::sweeps::SweepTarget;
use super::sweeps::{Progress, ReconcileResult};
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::model::{Span, Timestamp};
use crate::stores::Apis;
use crate::threads;

/// How often the thread checks for due work, which costs a few reads.
const CHECK_EVERY: Duration = Duration::from_secs(10);

/// The shortest wait between two checks, in milliseconds, unless it is woken.
const SHORTEST_INTERVAL: u64 = 1000;

/// When a failed sweep is repeated, if that is earlier than its turn. A store's outage should not delay sweeps by
/// hours, and wrong credentials should not fill the log.
const AFTER_FAILURE: Span = Span::from_millis(15 * 60 * 1000);

/// The engine's access to the stores.
pub(super) struct Stores {
    pub(super) apis: Apis,
    pub(super) stopping: Arc<Stopping>,
    /// How often each app is swept in the background; `None`: never.
    pub(super) every: Option<Span>,
    one_at_a_time: Mutex<()>,
    /// Replaces the stores' APIs for store actions, if set.
    #[cfg(test)]
    calls: Option<Arc<dyn StoreCalls>>,
}

impl Stores {
    pub(super) const fn new(apis: Apis, stopping: Arc<Stopping>, every: Option<Span>) -> Self {
        Self {
            apis,
            stopping,
            every,
            one_at_a_time: Mutex::new(()),
            #[cfg(test)]
            calls: None,
        }
    }

    #[cfg(test)]
    pub(super) fn calling(self, calls: Option<Arc<dyn StoreCalls>>) -> Self {
        Self { calls, ..self }
    }

    /// The APIs for store actions.
    pub(super) fn calls(&self) -> &dyn StoreCalls {
        #[cfg(test)]
        if let Some(calls) = &self.calls {
            return calls.as_ref();
        }
        &self.apis
    }

    pub(super) fn sweeping(&self) -> MutexGuard<'_, ()> {
        self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` while another sweep is running.
    fn try_sweeping(&self) -> Option<MutexGuard<'_, ()>> {
        match self.one_at_a_time.try_lock() {
            Ok(sweeping) => Some(sweeping),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// The result of [`Engine::work`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WorkResult {
    /// How many store actions were advanced.
    pub actions: usize,
    /// How many reviews were settled or are being answered.
    pub reviews: usize,
    /// How many refunds the stores were queried about.
    #[serde(skip_serializing_if = "is_none")]
    pub inquiries: usize,
    /// The sweeps that were due.
    pub reconciled: ReconcileResult,
}

/// Omitted from the JSON if zero, as it mostly is.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Engine {
    /// Does the due work with the stores, on this thread: queries the reasons of [refunds without
    /// one](Self::work_on_inquiries), handles [refund reviews](Self::work_on_reviews), continues [store
    /// actions](Self::work_on_actions), and sweeps every app whose last sweep was longer ago than the configuration's
    /// `reconcile.every`, or failed a quarter of an hour ago. While [`reconcile`](Self::reconcile) is running,
    /// nothing is swept. With nothing due it costs a few reads.
    ///
    /// An engine with credentials for a store's API does this on its own thread, unless it was opened
    /// [without](crate::EngineOptions::background). Waits for the stores, as [`reconcile`](Self::reconcile) does.
    ///
    /// # Errors
    /// [`Error::Ledger`]. A store's failure is in the result and in the log. If something in the ledger cannot be
    /// read ([`LedgerError::Unreadable`]), the rest is done before the error is returned.
    pub fn work(&self) -> Result<WorkResult, Error> {
        let (mut worked, mut first_error) = (WorkResult::default(), None);
        self.work_except_sweeps(&mut worked, &mut first_error)?;
        self.sweep_what_is_due(&mut worked, &mut first_error)?;
        first_error.map_or(Ok(worked), Err)
    }

    /// An unreadable row is reported at the end, and delays nothing else.
    fn work_except_sweeps(
        &self,
        worked: &mut WorkResult,
        first_error: &mut Option<Error>,
    ) -> Result<(), Error> {
        type Part = fn(&Engine) -> Result<usize, Error>;
        let parts: [(Part, &mut usize); 3] = [
            (Self::work_on_inquiries, &mut worked.inquiries),
            (Self::work_on_reviews, &mut worked.reviews),
            (Self::work_on_actions, &mut worked.actions),
        ];
        for (part, count) in parts {
            match part(self) {
                Ok(done) => *count += done,
                Err(error @ Error::Ledger(LedgerError::Unreadable { .. })) => {
                    first_error.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Work with a deadline comes first, and again after each page: a sweep may take minutes, and one that queries
    /// each receipt hours.
    fn sweep_what_is_due(
        &self,
        worked: &mut WorkResult,
        first_error: &mut Option<Error>,
    ) -> Result<(), Error> {
        let Some(every) = self.stores.every else { return Ok(()) };
        // Reviews have deadlines, and a sweep by the host may take long.
        let Some(_one_at_a_time) = self.stores.try_sweeping() else { return Ok(()) };
        for (store, sweeps) in self.stores.apis.sweeps() {
            for app in sweeps.apps() {
                let row = self.ledger.readers.read(|read| read.sweep(store, &app))?;
                let is_due = row.is_none_or(|row| {
                    let was_cut_short = row.error.is_some() || row.under_way.is_some();
                    let after = if was_cut_short { every.min(AFTER_FAILURE) } else { every };
                    row.tried_at.is_none_or(|tried| has_passed(after, tried, self.now()))
                });
                if is_due && !self.stores.stopping.is_stopped() {
                    let target = SweepTarget { store, app: &app, sweeps, since: None };
                    let mut acted = Ok(());
                    let mut act = |_: &Progress| {
                        if acted.is_ok() {
                            acted = self.work_except_sweeps(worked, first_error);
                        }
                    };
                    let swept = self.sweep(&target, &mut act)?;
                    acted?;
                    tracing::info!(
                        store = %store, app, found = swept.found, new = swept.new, changed = swept.changed, "swept"
                    );
                    worked.reconciled.sweeps.push(swept);
                }
            }
        }
        Ok(())
    }
}

/// Also true if the clock was set back.
fn has_passed(span: Span, since: Timestamp, now: Timestamp) -> bool {
    !(0..span.millis()).contains(&now.since(since).millis())
}

/// The background's thread.
pub(super) struct Background {
    thread: Mutex<Option<JoinHandle<()>>>,
    stopping: Arc<Stopping>,
}

impl Background {
    /// Starts it. `engine` must not have a background.
    pub(super) fn start(engine: Engine) -> Result<Self, LedgerError> {
        let stopping = Arc::clone(&engine.stores.stopping);
        let thread = threads::start("recoup-stores", move || work_until_stopped(&engine))
            .map_err(|error| LedgerError::no_thread(&error))?;
        Ok(Self { thread: Mutex::new(Some(thread)), stopping })
    }

    /// Ends it, after the current request.
    pub(super) fn stop(&self) {
        self.stopping.stop();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the background thread panicked");
        }
    }
}

fn work_until_stopped(engine: &Engine) {
    loop {
        match engine.work() {
            Ok(_) => {}
            Err(Error::Ledger(LedgerError::Closed)) => return,
            Err(error) => {
                tracing::error!(%error, "background work with the stores failed; it will be retried")
            }
        }
        if engine.stores.stopping.wait_for_work(until_next_check(engine)) {
            return;
        }
    }
}

/// Until the next inquiry is due, but no longer than between two checks.
fn until_next_check(engine: &Engine) -> Duration {
    let Some(at) = engine.next_inquiry_at() else { return CHECK_EVERY };
    let millis = u64::try_from(at.since(engine.now()).millis()).unwrap_or(0);
    // If it is due and another process has leased it, a check now and then is enough.
    Duration::from_millis(millis.max(SHORTEST_INTERVAL)).min(CHECK_EVERY)
}
