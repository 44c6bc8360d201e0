//! Requests that are ingested on the library's own threads.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use super::completions::{Done, recoup_completion};
use super::failure::Failure;
use super::requests::OwnedRequest;
use super::views::Terminated;
use crate::engine::{Engine, Outcome};
use crate::stores::Request;
use crate::threads;

/// The most requests that wait, are in work, or are done and not yet fetched. A store's burst is some hundreds;
/// beyond this the program does not keep up, and holding more would only delay the store's own retry.
const MAX_HELD: usize = 4096;

/// The most bytes that waiting requests hold together: 64 MiB, so that a flood of large bodies is refused.
const MAX_BYTES: usize = 64 << 20;

/// The fewest and the most threads that ingest requests. More than one, since those that wait for the disk share one
/// commit; no more than this, since the ledger has one writer.
const WORKERS: std::ops::RangeInclusive<usize> = 2..=8;

#[derive(Default)]
struct Held {
    waiting: VecDeque<(u64, OwnedRequest)>,
    done: VecDeque<Done>,
    in_work: usize,
    bytes: usize,
    ended: bool,
}

/// The submitted requests, from arrival to fetching.
pub(super) struct Submissions {
    shared: Arc<Shared>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    engine: Arc<Engine>,
    poisoned: Arc<AtomicBool>,
    held: Mutex<Held>,
    work: Condvar,
    /// How many are done, readable without the lock.
    done: AtomicUsize,
}

impl Submissions {
    pub(super) fn new(engine: Arc<Engine>, poisoned: Arc<AtomicBool>) -> Self {
        let shared = Shared {
            engine,
            poisoned,
            held: Mutex::default(),
            work: Condvar::new(),
            done: AtomicUsize::new(0),
        };
        Self { shared: Arc::new(shared), workers: Mutex::default() }
    }

    pub(super) fn any_done(&self) -> bool {
        self.count_done() > 0
    }

    pub(super) fn count_done(&self) -> usize {
        self.shared.done.load(Ordering::SeqCst)
    }

    /// Whether any waits, is in work, or is done and not yet fetched.
    pub(super) fn any_held(&self) -> bool {
        let held = self.shared.held();
        held.in_work > 0 || !held.waiting.is_empty() || !held.done.is_empty()
    }

    pub(super) fn submit(&self, tag: u64, request: OwnedRequest) -> Result<(), Failure> {
        self.start_workers()?;
        let mut held = self.shared.held();
        let size = request.size();
        let count = held.waiting.len() + held.in_work + held.done.len();
        if count >= MAX_HELD || held.bytes.saturating_add(size) > MAX_BYTES {
            return Err(Failure::queue_full(count, held.bytes));
        }
        held.bytes += size;
        held.waiting.push_back((tag, request));
        drop(held);
        self.shared.work.notify_one();
        Ok(())
    }

    fn start_workers(&self) -> Result<(), Failure> {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        if !workers.is_empty() {
            return Ok(());
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for n in 0..cores.clamp(*WORKERS.start(), *WORKERS.end()) {
            let shared = Arc::clone(&self.shared);
            match threads::start(&format!("recoup-ingest-{n}"), move || shared.work()) {
                Ok(worker) => workers.push(worker),
                // One is enough: it only takes longer.
                Err(_) if !workers.is_empty() => break,
                Err(error) => return Err(Failure::no_threads(&error)),
            }
        }
        Ok(())
    }

    /// Up to `limit` that are done, the oldest first.
    pub(super) fn take_done(&self, limit: usize) -> Vec<Done> {
        if limit == 0 || !self.any_done() {
            return Vec::new();
        }
        let mut held = self.shared.held();
        let count = held.done.len().min(limit);
        let done = held.done.drain(..count).collect();
        self.shared.done.fetch_sub(count, Ordering::SeqCst);
        done
    }

    /// Passes the oldest one that is done to `take`.
    pub(super) fn pass_one(&self, take: impl FnOnce(&recoup_completion, &Terminated)) -> bool {
        let Some(done) = self.take_done(1).pop() else { return false };
        let details = serde_json::to_string(&done.details()).unwrap_or_else(|_| "{}".to_owned());
        take(&done.completion(), &Terminated::new(details));
        true
    }

    /// Ends the threads; waiting requests are dropped, and their stores send them again.
    pub(super) fn end(&self) {
        let mut held = self.shared.held();
        held.ended = true;
        held.waiting.clear();
        drop(held);
        self.shared.work.notify_all();
        let workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            let _ = worker.join();
        }
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        while let Some((tag, request)) = self.next() {
            let outcome = self.ingest(&request);
            let mut held = self.held();
            held.in_work -= 1;
            held.bytes -= request.size();
            held.done.push_back(Done { tag, outcome });
            self.done.fetch_add(1, Ordering::SeqCst);
            drop(held);
            self.engine.wake();
        }
    }

    fn next(&self) -> Option<(u64, OwnedRequest)> {
        let mut held = self.held();
        loop {
            if held.ended {
                return None;
            }
            if let Some(next) = held.waiting.pop_front() {
                held.in_work += 1;
                return Some(next);
            }
            held = self.work.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn ingest(&self, request: &OwnedRequest) -> Result<Outcome, Failure> {
        if self.poisoned.load(Ordering::Relaxed) {
            return Err(Failure::poisoned());
        }
        let headers = request.headers();
        let work = || self.engine.ingest(&request.store, &Request { headers: &headers, body: &request.body });
        // Work that a panic interrupted leaves an engine that is poisoned.
        catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|payload| {
                std::mem::forget(payload);
                self.poisoned.store(true, Ordering::Relaxed);
                Err(crate::ledger::LedgerError::Closed.into())
            })
            .map_err(
                |error| {
                    if self.poisoned.load(Ordering::Relaxed) { Failure::panicked() } else { error.into() }
                },
            )
    }
}
