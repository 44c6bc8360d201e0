//! The only entry from C: no panic leaves it, and a caught panic poisons the engine.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::engine::recoup_engine;
use super::error::recoup_error;
use super::failure::Failure;
use super::status::{RECOUP_STATUS_OK, recoup_status};
use super::views;

/// Runs an export's work; a failure becomes the status and, if the caller wants it, the error object.
///
/// # Safety
/// `error` is NULL or points to a place for a pointer.
pub(super) unsafe fn call(
    error: *mut *mut recoup_error,
    work: impl FnOnce() -> Result<(), Failure>,
) -> recoup_status {
    let done = caught(|| {
        #[cfg(test)]
        super::tests::failpoint::hit();
        work()
    });
    // SAFETY: what the caller of this function promises.
    unsafe { report(error, done) }
}

/// As [`call`], for work on an engine: refuses one that is poisoned or of another process, and poisons it if the work
/// panics, since its state may be half changed.
///
/// # Safety
/// `engine` is NULL or came from `recoup_engine_open` and was not freed; `error` as in [`call`].
pub(super) unsafe fn call_engine(
    engine: *const recoup_engine,
    error: *mut *mut recoup_error,
    work: impl FnOnce(&recoup_engine) -> Result<(), Failure>,
) -> recoup_status {
    let done = caught(|| {
        // SAFETY: what the caller of this function promises.
        let engine = unsafe { views::handle(engine, "engine") }?;
        engine.check_usable()?;
        let poison = PoisonOnDrop(engine);
        #[cfg(test)]
        super::tests::failpoint::hit();
        let done = work(engine);
        std::mem::forget(poison);
        done
    });
    // SAFETY: what the caller of this function promises.
    unsafe { report(error, done) }
}

/// Runs work that has no way to report a failure; after a panic the result is `otherwise`.
pub(super) fn answer<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    caught(|| Ok(work())).unwrap_or(otherwise)
}

struct PoisonOnDrop<'a>(&'a recoup_engine);

impl Drop for PoisonOnDrop<'_> {
    fn drop(&mut self) {
        self.0.poison();
    }
}

fn caught<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    // Work that a panic interrupted leaves an engine that is poisoned, or a value that no one has seen.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        // Its destructor could panic again, outside of the boundary.
        std::mem::forget(payload);
        Err(Failure::panicked())
    })
}

/// # Safety
/// As [`call`].
unsafe fn report(error: *mut *mut recoup_error, done: Result<(), Failure>) -> recoup_status {
    match done {
        Ok(()) => RECOUP_STATUS_OK,
        Err(failure) => {
            let status = failure.status;
            if !error.is_null() && error.is_aligned() {
                let made = Box::into_raw(Box::new(recoup_error::new(failure)));
                // SAFETY: not NULL, aligned, and the caller guarantees that there is room for a pointer.
                unsafe { error.write(made) };
            }
            status
        }
    }
}
