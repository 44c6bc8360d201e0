//! The one writer that SQLite lets write: what has queued up runs in one transaction, and one sync to disk makes all of it
//! durable.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::files::Files;
use super::idle::{Idle, Others};
use super::open;
use super::session::Session;
use super::space::{self, LogSize};
use crate::ledger::error::LedgerError;
use crate::ledger::tx::MemoryUpdate;
use crate::ledger::tx::Tx;
use crate::ledger::writer::{Job, Message, Trial, Writer, WriterHooks, panic_text};

/// How many jobs share a commit at most. Past a few hundred the sync no longer matters, while a fault of the commit
/// fails them all and a long transaction keeps other processes out.
const MAX_BATCH: usize = 256;

/// How often the writer checks for other processes' commits and for what has come due, while it has no jobs. Blocks
/// made elsewhere must be seen within a second.
const IDLE: Duration = Duration::from_millis(200);

/// How many pages SQLite keeps from the disk during a trial. More are written to the end of the log, where they are no
/// part of the ledger: so a full disk shows.
const TRIAL_CACHE: i64 = 8;

/// Starts the writer's thread. It owns the connection from here on.
pub(super) fn start(
    connection: Connection,
    hooks: impl WriterHooks,
    files: Arc<Files>,
    others: Others,
) -> Result<Writer, LedgerError> {
    Writer::start(move |queue| {
        let log = LogSize::new();
        Loop { connection, hooks, queue, files, log, others, last_idle: Instant::now(), idle_fault: None }
            .run();
    })
}

/// How often a fault that stays is logged.
const WARN_AGAIN: Duration = Duration::from_secs(60);

struct Loop<H> {
    connection: Connection,
    hooks: H,
    queue: Receiver<Message>,
    files: Arc<Files>,
    log: LogSize,
    others: Others,
    last_idle: Instant,
    /// What the last idle look failed by, and when that was last logged.
    idle_fault: Option<(LedgerError, Instant)>,
}

impl<H: WriterHooks> Loop<H> {
    fn run(mut self) {
        loop {
            match self.queue.recv_timeout(IDLE.saturating_sub(self.last_idle.elapsed())) {
                Ok(Message::Job(first)) => {
                    let (flow, trials) = self.batch(first);
                    for trial in trials {
                        self.try_out(trial);
                    }
                    if flow.is_break() {
                        break;
                    }
                }
                Ok(Message::Trial(trial)) => self.try_out(trial),
                Ok(Message::Close) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.last_idle.elapsed() >= IDLE {
                self.idle();
            }
        }
        if self.files.check().is_err() {
            self.leave();
        }
        self.files.release();
    }

    /// Writes nothing more, not even when the connection is closed.
    fn leave(&self) {
        if let Err(error) = open::leave_the_log(&self.connection) {
            tracing::error!(%error, "a lost ledger's log could not be left as it is");
        }
    }

    /// Whether the ledger is lost, with what follows from it.
    fn check(&self) -> Result<(), LedgerError> {
        self.files.check().inspect_err(|_| self.leave())
    }

    fn idle(&mut self) {
        self.last_idle = Instant::now();
        if self.check().is_err() {
            return;
        }
        self.log.look_after(&self.files, &self.connection);
        // A panic, as of a host's clock, would otherwise end the thread and with it every later write.
        let look = || self.hooks.idle(&mut Idle::new(&self.connection, &mut self.others));
        // It comes at any time, and tests count the statements of jobs.
        #[cfg(test)]
        let look = || crate::ledger::ran::unnoted(look);
        let looked = catch_unwind(AssertUnwindSafe(look))
            .unwrap_or_else(|panic| Err(LedgerError::Internal(panic_text(&*panic))));
        match looked {
            Ok(()) => self.idle_fault = None,
            Err(error) => self.warn_of(self.of_this_file(error)),
        }
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "what was begun could not be undone");
        }
    }

    /// The idle look comes five times a second, and a fault stays for long.
    fn warn_of(&mut self, error: LedgerError) {
        let is_known = self
            .idle_fault
            .as_ref()
            .is_some_and(|(known, since)| *known == error && since.elapsed() < WARN_AGAIN);
        if !is_known {
            tracing::warn!(%error, "looking after the ledger failed; it is retried");
            self.idle_fault = Some((error, Instant::now()));
        }
    }

    /// Runs `first` and what else is queued in one transaction, then answers them all. What is tried out comes after.
    fn batch(&mut self, first: Box<dyn Job>) -> (ControlFlow<()>, Vec<Trial>) {
        let mut flow = ControlFlow::Continue(());
        let mut trials = Vec::new();
        let mut jobs = vec![first];
        let mut noted = Vec::new();
        let outcome = self
            .transaction(|batch| {
                let mut ran = 0;
                while let Some(job) = jobs.get_mut(ran) {
                    noted.extend(batch.one(job.as_mut())?);
                    ran += 1;
                    if ran < MAX_BATCH {
                        match batch.queue.try_recv() {
                            Ok(Message::Job(job)) => jobs.push(job),
                            Ok(Message::Trial(trial)) => trials.push(trial),
                            Ok(Message::Close) => flow = ControlFlow::Break(()),
                            Err(_) => {}
                        }
                    }
                }
                Ok(())
            })
            .map_err(|error| self.of_this_file(error));
        match &outcome {
            Ok(()) if !noted.is_empty() => self.hooks.committed(noted),
            Ok(()) => {}
            // Was logged when it was noticed.
            Err(LedgerError::Lost { .. }) => {}
            Err(error) => tracing::error!(%error, jobs = jobs.len(), "nothing of this batch was kept"),
        }
        for job in jobs {
            job.answer(outcome.clone());
        }
        (flow, trials)
    }

    fn try_out(&self, trial: Trial) {
        let Trial { work, reply } = trial;
        let tried = self.tried(work).map_err(|error| self.of_this_file(error));
        // A caller that has ended needs no answer.
        let _ = reply.send(tried);
    }

    fn tried(&self, work: impl Fn(&Tx<'_>) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.check()?;
        space::check_room(self.files.path())?;
        let cache = open::pragma(&self.connection, "cache_size")?;
        self.connection.pragma_update(None, "cache_size", TRIAL_CACHE)?;
        let done = self.connection.execute_batch("BEGIN IMMEDIATE; SAVEPOINT job").map_err(LedgerError::from);
        let done = done.and_then(|()| {
            // A panic would end the thread, and with it every later write.
            let tx = Tx::new(Session::on(&self.connection));
            catch_unwind(AssertUnwindSafe(|| work(&tx).and_then(|()| tx.finish())))
                .unwrap_or_else(|panic| Err(LedgerError::Internal(panic_text(&*panic))))
        });
        let undone = match self.connection.is_autocommit() {
            true => Ok(()),
            false => self.connection.execute_batch("ROLLBACK"),
        };
        self.connection.pragma_update(None, "cache_size", cache)?;
        done.and(Ok(undone?)).and_then(|()| self.check())
    }

    fn of_this_file(&self, error: LedgerError) -> LedgerError {
        match self.connection.path() {
            Some(path) => error.at(Path::new(path)),
            None => error,
        }
    }

    fn transaction(&self, work: impl FnOnce(&Self) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.check()?;
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        // Checked after the commit: as long as the locks are there, they were all the time.
        let done = work(self)
            .and_then(|()| Ok(self.connection.execute_batch("COMMIT")?))
            .and_then(|()| self.check());
        if done.is_err() && !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        done
    }

    /// Runs one job behind a savepoint, so that its failure is its own. `Err`: the whole batch is lost.
    fn one(&self, job: &mut dyn Job) -> Result<Vec<MemoryUpdate>, LedgerError> {
        self.connection.execute_batch("SAVEPOINT job")?;
        let tx = Tx::new(Session::on(&self.connection));
        if job.run(&tx) {
            self.connection.execute_batch("RELEASE job")?;
            return Ok(tx.into_notes());
        }
        if self.connection.is_autocommit() {
            // SQLite rolls the whole transaction back by itself on a full disk or an I/O fault.
            return Err(LedgerError::Undone);
        }
        self.connection.execute_batch("ROLLBACK TO job; RELEASE job")?;
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests;
