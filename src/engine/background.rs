//! What the engine does by itself with the stores: one call does what is due, and one thread calls it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;

use super::Engine;
use super::stopping::Stopping;
use super::store_actions::StoreCalls;
use super::sweeps::SweepTarget;
use super::sweeps::{Progress, Reconciled};
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::model::{Span, Timestamp};
use crate::stores::Apis;
use crate::threads;

/// How often the thread looks for what is due: that costs a few reads.
const LOOK: Duration = Duration::from_secs(10);

/// How often it looks at least apart, in milliseconds, but for when it is woken.
const SHORTEST_LOOK: u64 = 1000;

/// How long after a sweep that failed the next one is due, where that is sooner than its turn. A store's bad hour should
/// not cost a quarter of a day, and wrong credentials should not fill the log.
const AFTER_FAILURE: Span = Span::from_millis(15 * 60 * 1000);

/// The engine's way to the stores.
pub(super) struct Stores {
    pub(super) apis: Apis,
    pub(super) stopping: Arc<Stopping>,
    /// How often each app is swept without being asked; `None`: never.
    pub(super) every: Option<Span>,
    one_at_a_time: Mutex<()>,
    /// What actions go through instead of the stores' APIs.
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

    /// What actions go through.
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

    /// Nothing where somebody is sweeping.
    fn sweeping_unless_another_is(&self) -> Option<MutexGuard<'_, ()>> {
        match self.one_at_a_time.try_lock() {
            Ok(sweeping) => Some(sweeping),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

/// What [`Engine::work`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Worked {
    /// How many actions were taken a step on.
    pub actions: usize,
    /// How many reviews were settled or are being answered.
    pub reviews: usize,
    /// About how many refunds stores were asked why they made them.
    #[serde(skip_serializing_if = "is_none")]
    pub inquiries: usize,
    /// The sweeps that were due.
    pub reconciled: Reconciled,
}

/// Left out of the JSON, as most rounds ask about nothing.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Engine {
    /// Does what is due with the stores, on this thread: asks about [refunds without a reason](Self::work_on_inquiries),
    /// looks after [reviews](Self::work_on_reviews), goes on with [actions](Self::work_on_actions), and sweeps every app whose last sweep is longer ago than the
    /// configuration's `reconcile.every`, or was cut short a quarter of an hour ago. While [`reconcile`](Self::reconcile)
    /// is under way nothing is swept. With nothing due it costs a few reads.
    ///
    /// An engine with credentials for a store's API does this by itself, on a thread of its own, unless it was
    /// opened [without](crate::EngineOptions::background). Waits for the stores, as
    /// [`reconcile`](Self::reconcile) does.
    ///
    /// # Errors
    /// [`Error::Ledger`]. What a store did not do stands in the result and in the log. Where something in the ledger cannot
    /// be read ([`LedgerError::Unreadable`]), the rest is done before the error is returned.
    pub fn work(&self) -> Result<Worked, Error> {
        let (mut worked, mut hindered) = (Worked::default(), None);
        self.work_but_sweeps(&mut worked, &mut hindered)?;
        self.sweep_what_is_due(&mut worked, &mut hindered)?;
        hindered.map_or(Ok(worked), Err)
    }

    /// What cannot be read is reported at the end, and keeps nothing else waiting.
    fn work_but_sweeps(&self, worked: &mut Worked, hindered: &mut Option<Error>) -> Result<(), Error> {
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
                    hindered.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What has a deadline comes first, and again after each page: a sweep may take minutes, and of a store that is asked
    /// about each receipt hours.
    fn sweep_what_is_due(&self, worked: &mut Worked, hindered: &mut Option<Error>) -> Result<(), Error> {
        let Some(every) = self.stores.every else { return Ok(()) };
        // Reviews have deadlines, and a sweep that the host asked for may take long.
        let Some(_one_at_a_time) = self.stores.sweeping_unless_another_is() else { return Ok(()) };
        for (store, sweeps) in self.stores.apis.sweeps() {
            for app in sweeps.apps() {
                let row = self.ledger.readers.read(|read| read.sweep(store, &app))?;
                let is_due = row.is_none_or(|row| {
                    let was_cut_short = row.error.is_some() || row.under_way.is_some();
                    let after = if was_cut_short { every.min(AFTER_FAILURE) } else { every };
                    row.tried_at.is_none_or(|tried| has_passed(after, tried, self.now()))
                });
                if is_due && !self.stores.stopping.is_stopped() {
                    let asked = SweepTarget { store, app: &app, sweeps, since: None };
                    let mut acted = Ok(());
                    let mut act = |_: &Progress| {
                        if acted.is_ok() {
                            acted = self.work_but_sweeps(worked, hindered);
                        }
                    };
                    let swept = self.sweep(&asked, &mut act)?;
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

/// Also where the clock was set back.
fn has_passed(span: Span, since: Timestamp, now: Timestamp) -> bool {
    !(0..span.millis()).contains(&now.since(since).millis())
}

/// The thread that works.
pub(super) struct Background {
    thread: Mutex<Option<JoinHandle<()>>>,
    stopping: Arc<Stopping>,
}

impl Background {
    /// Starts it. `engine` must have none of its own.
    pub(super) fn start(engine: Engine) -> Result<Self, LedgerError> {
        let stopping = Arc::clone(&engine.stores.stopping);
        let thread = threads::start("recoup-stores", move || work_until_stopped(&engine))
            .map_err(|error| LedgerError::no_thread(&error))?;
        Ok(Self { thread: Mutex::new(Some(thread)), stopping })
    }

    /// Ends it, once the request under way is over.
    pub(super) fn stop(&self) {
        self.stopping.stop();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the thread that talks to the stores had ended by a fault");
        }
    }
}

fn work_until_stopped(engine: &Engine) {
    loop {
        match engine.work() {
            Ok(_) => {}
            Err(Error::Ledger(LedgerError::Closed)) => return,
            Err(error) => tracing::error!(%error, "the work with the stores failed; trying again"),
        }
        if engine.stores.stopping.wait_for_work(until_next_look(engine)) {
            return;
        }
    }
}

/// Until the next inquiry is due, but not longer than between two looks.
fn until_next_look(engine: &Engine) -> Duration {
    let Some(at) = engine.next_inquiry_at() else { return LOOK };
    let millis = u64::try_from(at.since(engine.now()).millis()).unwrap_or(0);
    // Where it is due and another process has it, a look now and then is enough.
    Duration::from_millis(millis.max(SHORTEST_LOOK)).min(LOOK)
}
