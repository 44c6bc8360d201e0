//! The entry from C for calls that can fail: a failure or a panic becomes the status and the error object.

use super::error::recoup_error;
use super::failure::Failure;
use super::panics::caught;
use super::status::{RECOUP_STATUS_OK, recoup_status};

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

/// The status of finished work; a failure also becomes the error object, if the caller wants it.
///
/// # Safety
/// As [`call`].
pub(super) unsafe fn report(error: *mut *mut recoup_error, done: Result<(), Failure>) -> recoup_status {
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
