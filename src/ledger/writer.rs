//! The way to change the ledger: callers hand in jobs, and a call returns only once its job is durable. How jobs become
//! transactions is the database's affair.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::Idle;
use super::error::LedgerError;
use super::tx::{MemoryUpdate, Tx};
use crate::threads;

/// How many jobs may wait. A caller past that waits for room, so that a flood of requests is held back at the door
/// and not in memory.
const MAX_QUEUE: usize = 1024;

/// What the engine hangs into the writer's thread.
pub(crate) trait WriterHooks: Send + 'static {
    /// Called in commit order, right after each commit and before its callers get their answers, with what the jobs noted.
    fn committed(&mut self, noted: Vec<MemoryUpdate>);

    /// Called between jobs, about every 200 ms.
    fn idle(&mut self, ledger: &mut Idle<'_>) -> Result<(), LedgerError>;
}

/// One caller's work, and the way to answer it.
pub(super) trait Job: Send {
    /// Does the work; `false`: it failed and must be rolled back. May run again, in another transaction, as long as it was
    /// not answered.
    fn run(&mut self, tx: &Tx<'_>) -> bool;

    /// Answers the caller, once it is known whether the transaction is durable.
    fn answer(self: Box<Self>, transaction: Result<(), LedgerError>);
}

struct Call<T, E, F> {
    job: F,
    outcome: Option<Result<T, E>>,
    reply: SyncSender<Result<T, E>>,
}

impl<T, E, F> Job for Call<T, E, F>
where
    T: Send,
    E: From<LedgerError> + Send,
    F: Fn(&Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let work = || (self.job)(tx).and_then(|done| Ok(tx.finish().map(|()| done)?));
        let outcome = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|panic| Err(LedgerError::Internal(panic_text(&*panic)).into()));
        self.outcome.insert(outcome).is_ok()
    }

    fn answer(self: Box<Self>, transaction: Result<(), LedgerError>) {
        let outcome = match (self.outcome, transaction) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(fault)) => Err(fault.into()),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(LedgerError::Internal("a job was never run".to_owned()).into()),
        };
        // A caller that has ended needs no answer.
        let _ = self.reply.send(outcome);
    }
}

/// What callers send to the writer.
pub(super) enum Message {
    Job(Box<dyn Job>),
    Trial(Trial),
    /// Let queued jobs finish, and end.
    Close,
}

type TrialWork = dyn Fn(&Tx<'_>) -> Result<(), LedgerError> + Send;

/// Work that is done to its last step before the commit, and taken back.
pub(super) struct Trial {
    pub(super) work: Box<TrialWork>,
    pub(super) reply: SyncSender<Result<(), LedgerError>>,
}

/// The writer's thread and the way to it.
pub(crate) struct Writer {
    jobs: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread, which works until `close`.
    pub(super) fn start(work: impl FnOnce(Receiver<Message>) + Send + 'static) -> Result<Self, LedgerError> {
        let (jobs, queue) = sync_channel(MAX_QUEUE);
        let thread = threads::start("recoup-writer", move || work(queue));
        let thread = thread.map_err(|error| LedgerError::no_thread(&error))?;
        Ok(Self { jobs, thread: Mutex::new(Some(thread)) })
    }

    /// Runs a job in its own transaction or one shared with other callers, and returns once it is durable. A job that
    /// fails is rolled back alone.
    ///
    /// A database may run the job again if the first transaction failed. So a job moves nothing out of its captures,
    /// and the time and random values that it needs are taken before.
    pub(crate) fn run<T, E, F>(&self, job: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<LedgerError> + Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let call = Box::new(Call { job, outcome: None, reply });
        self.jobs.send(Message::Job(call)).map_err(|_| LedgerError::Closed)?;
        answer.recv().map_err(|_| LedgerError::Closed)?
    }

    /// Does the work in its own transaction, has it written to the disk, and rolls it back.
    #[cfg_attr(not(feature = "gateway"), allow(dead_code, reason = "used by the gateway"))]
    pub(crate) fn try_out(
        &self,
        work: impl Fn(&Tx<'_>) -> Result<(), LedgerError> + Send + 'static,
    ) -> Result<(), LedgerError> {
        let (reply, answer) = sync_channel(1);
        let trial = Trial { work: Box::new(work), reply };
        self.jobs.send(Message::Trial(trial)).map_err(|_| LedgerError::Closed)?;
        answer.recv().map_err(|_| LedgerError::Closed)?
    }

    /// Lets queued jobs finish and ends the thread. Later calls return [`LedgerError::Closed`].
    pub(crate) fn close(&self) {
        let thread = match self.thread.lock() {
            Ok(mut thread) => thread.take(),
            Err(_) => None,
        };
        if let Some(thread) = thread {
            let _ = self.jobs.send(Message::Close);
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

pub(super) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}

#[cfg(test)]
pub(super) mod tests;
