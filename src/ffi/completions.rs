//! Requests that are ingested on the library's own threads, and their results.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use serde::Serialize;

use super::boundary::call_engine;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::ingest::{OwnedRequest, recoup_meaning, recoup_outcome, recoup_outcome_kind, recoup_request};
use super::out::Out;
use super::sized::{self, Sized32, Slots};
use super::status::{RECOUP_STATUS_OK, recoup_status};
use super::text::recoup_text;
use super::views::{Terminated, size_t};
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

/// The result of a submitted request. Set struct_size before the call; the rest is written on success, and members
/// that the library does not know are set to zero. Holds no pointers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_completion {
    /// sizeof(recoup_completion).
    pub struct_size: u32,
    /// What recoup_engine_ingest would have returned. If it is not RECOUP_STATUS_OK, all below except tag and
    /// http_status is zero.
    pub status: recoup_status,
    /// The tag it was submitted with.
    pub tag: u64,
    /// The refund it is about, for recoup_engine_query_refund; 0: none.
    pub refund_id: i64,
    /// The outcome: RECOUP_OUTCOME_*.
    pub kind: recoup_outcome_kind,
    /// Its meaning: RECOUP_MEANING_*.
    pub meaning: recoup_meaning,
    /// Answer the store with this HTTP status.
    pub http_status: i32,
    /// 1 if it reported anything new; 0 for a repetition.
    pub is_new: u8,
    /// Zero.
    pub reserved: [u8; 3],
}

const _: () = assert!(size_of::<recoup_completion>() == 40, "no padding");

// SAFETY: C's layout, no padding by the assertion above, and integers may be zero.
unsafe impl Sized32 for recoup_completion {
    const NAME: &'static str = "recoup_completion";
    const FIRST_SIZE: usize = 40;
}

/// The result of one request.
struct Done {
    tag: u64,
    outcome: Result<Outcome, Failure>,
}

impl Done {
    fn completion(&self) -> recoup_completion {
        let mut completion = recoup_completion {
            struct_size: u32::try_from(size_of::<recoup_completion>()).unwrap_or(0),
            status: RECOUP_STATUS_OK,
            tag: self.tag,
            refund_id: 0,
            kind: 0,
            meaning: 0,
            http_status: 0,
            is_new: 0,
            reserved: [0; 3],
        };
        match &self.outcome {
            Ok(outcome) => {
                let outcome = recoup_outcome::new(outcome);
                completion.refund_id = outcome.refund_id;
                completion.kind = outcome.kind;
                completion.meaning = outcome.meaning;
                completion.http_status = outcome.http_status;
                completion.is_new = outcome.is_new;
            }
            Err(failure) => {
                completion.status = failure.status;
                completion.http_status = i32::from(failure.http_status);
            }
        }
        completion
    }

    fn details(&self) -> CompletionDetails<'_> {
        match &self.outcome {
            Ok(outcome) => CompletionDetails::Outcome(outcome),
            Err(failure) => CompletionDetails::Failure {
                code: failure.code,
                message: &failure.message,
                retryable: failure.retryable,
            },
        }
    }
}

/// The result of a request, as its details show it.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(crate) enum CompletionDetails<'a> {
    /// The request was answered.
    Outcome(&'a Outcome),
    /// The request could not be ingested: the store must send it again.
    Failure {
        /// A stable name for programs, in snake case.
        code: &'static str,
        /// What went wrong, for people.
        message: &'a str,
        /// Whether the same may succeed later with nothing changed.
        retryable: bool,
    },
}

#[derive(Default)]
struct HeldCompletion {
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
    held: Mutex<HeldCompletion>,
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

    fn submit(&self, tag: u64, request: OwnedRequest) -> Result<(), Failure> {
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
    fn take_done(&self, limit: usize) -> Vec<Done> {
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
    fn held(&self) -> MutexGuard<'_, HeldCompletion> {
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

/// Ingests a store's request on the library's own threads: copies it, and returns at once. The result comes with its
/// tag by recoup_engine_poll_completions, or by recoup_engine_tick if recoup_engine_on_completion was called; answer
/// the store only then. Nothing is promised before that: after a crash the store sends it again.
///
/// For programs whose web server cannot wait for a disk; if it can, recoup_engine_ingest is simpler. Does not block.
/// Fails with RECOUP_STATUS_QUEUE_FULL if 4096 requests or 64 MiB of them are held already: answer 503. The first
/// call starts the threads, and fails with RECOUP_STATUS_OUT_OF_RESOURCES if the system gives none.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_submit(
    engine: *const recoup_engine,
    request: *const recoup_request,
    tag: u64,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires a request of the size it states, unchanged until the call returns.
        let request = unsafe { sized::read(request) }?;
        // SAFETY: as above.
        let request = unsafe { OwnedRequest::copy(&request) }?;
        engine.submissions.submit(tag, request)
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Fills completions with the results of up to capacity submitted requests (at most 1000 at once), in the order they
/// were done; *count is how many. Each is reported once.
///
/// Set struct_size of the first one to sizeof(recoup_completion): it counts for the whole array.
///
/// *details, unless details is NULL, is a JSON array, yours to free, with one object per completion in the same
/// order: as the details of recoup_engine_ingest, or {"code", "message", "retryable"} for one that failed. Does not
/// block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_poll_completions(
    engine: *const recoup_engine,
    completions: *mut recoup_completion,
    capacity: size_t,
    count: *mut size_t,
    details: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires `capacity` completions of the size that the first one states.
        let places = unsafe { Slots::new(completions) }?;
        // SAFETY: the header requires room for a number.
        let count = unsafe { Out::new(count, "count") }?;
        // SAFETY: the header requires NULL or room for a pointer.
        let details = unsafe { Out::optional(details, "details") }?;
        let done = engine.submissions.take_done(capacity.min(MAX_POLLED));
        if let Some(details) = details {
            let objects: Vec<_> = done.iter().map(Done::details).collect();
            details.give(recoup_text::json(&objects)?);
        }
        for (index, done) in done.iter().enumerate() {
            // SAFETY: no more than `capacity` are taken.
            unsafe { places.write(index, &done.completion()) };
        }
        count.write(done.len());
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// As many as recoup_engine_poll returns at once.
const MAX_POLLED: usize = 1000;
