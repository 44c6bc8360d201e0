//! No panic leaves the library.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::failure::Failure;

/// Runs work that has no way to report a failure; after a panic the result is `otherwise`.
pub(super) fn answer<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    caught(|| Ok(work())).unwrap_or(otherwise)
}

/// Runs work; a panic becomes a failure.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    // Work that a panic interrupted leaves an engine that is poisoned, or a value that no one has seen.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        // Its destructor could panic again, outside of the boundary.
        std::mem::forget(payload);
        Err(Failure::panicked())
    })
}
