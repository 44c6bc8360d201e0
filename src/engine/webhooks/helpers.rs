//! The threads of the requests that one endpoint has under way.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use crate::engine::stopping::Stopping;
use crate::error::Error;
use crate::ledger::LedgerError;
use crate::threads;

/// The threads, and what they did.
pub(super) struct Helpers {
    threads: Vec<JoinHandle<()>>,
    active: usize,
    done: Receiver<Result<(), Error>>,
    report: Sender<Result<(), Error>>,
    sent: usize,
    stopping: Arc<Stopping>,
}

impl Helpers {
    /// None yet. One that has finished wakes who waits by `stopping`.
    pub(super) fn new(stopping: &Arc<Stopping>) -> Self {
        let (report, done) = mpsc::channel();
        Self { threads: Vec::new(), active: 0, done, report, sent: 0, stopping: Arc::clone(stopping) }
    }

    /// How many requests are under way.
    pub(super) const fn active(&self) -> usize {
        self.active
    }

    /// Has a message sent on a thread of its own; `false` if the system has none left.
    pub(super) fn start(&mut self, send: impl FnOnce() -> Result<(), Error> + Send + 'static) -> bool {
        let (report, stopping) = (self.report.clone(), Arc::clone(&self.stopping));
        let started = threads::start("recoup-webhook", move || {
            // Made by the thread: one that does not start has nothing to report.
            let mut done = Done { result: None, report, stopping };
            done.result = Some(send());
        });
        let Ok(thread) = started else { return false };
        self.active += 1;
        self.threads.retain(|thread| !thread.is_finished());
        self.threads.push(thread);
        true
    }

    /// Counts those that have finished.
    ///
    /// # Errors
    /// The first of theirs.
    pub(super) fn collect(&mut self) -> Result<(), Error> {
        while let Ok(result) = self.done.try_recv() {
            self.count(result)?;
        }
        Ok(())
    }

    /// Waits for all, and returns how many messages they sent.
    ///
    /// # Errors
    /// The first of theirs.
    pub(super) fn join(mut self) -> Result<usize, Error> {
        let mut first_error = None;
        while self.active > 0 {
            let Ok(result) = self.done.recv() else { break };
            if let Err(error) = self.count(result) {
                first_error.get_or_insert(error);
            }
        }
        for thread in self.threads {
            // What panicked was reported.
            let _ = thread.join();
        }
        first_error.map_or(Ok(self.sent), Err)
    }

    fn count(&mut self, result: Result<(), Error>) -> Result<(), Error> {
        self.active = self.active.saturating_sub(1);
        result?;
        self.sent += 1;
        Ok(())
    }
}

/// Reports what became of a message when it is dropped, also by a panic.
struct Done {
    result: Option<Result<(), Error>>,
    report: Sender<Result<(), Error>>,
    stopping: Arc<Stopping>,
}

impl Drop for Done {
    fn drop(&mut self) {
        // Whoever waits has not ended: it joins this thread.
        let _ = self.report.send(self.result.take().unwrap_or_else(|| Err(panicked())));
        self.stopping.wake();
    }
}

pub(super) fn panicked() -> Error {
    LedgerError::Internal("a panic interrupted the sending of webhooks".to_owned()).into()
}
