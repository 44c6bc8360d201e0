//! The error object.

use super::failure::Failure;
use super::panics::answer;
use super::status::{RECOUP_STATUS_OK, recoup_status};
use super::views::{EMPTY, Terminated, recoup_string};
use crate::shown::shown;

/// The longest message, in characters.
const MAX_MESSAGE: usize = 4000;

/// Why a call failed. Functions that can fail take `recoup_error **error` last. It may be NULL; otherwise a new
/// object is put there if, and only if, the call returns something other than RECOUP_STATUS_OK. It is yours: free it
/// with recoup_error_free. A previous value there is overwritten, not freed.
///
/// An error object does not change; any number of threads may read it at once. None of its functions blocks.
pub struct recoup_error {
    status: recoup_status,
    code: Terminated,
    message: Terminated,
    retryable: bool,
    http_status: u16,
    sqlite_code: i32,
}

impl recoup_error {
    pub(super) fn new(failure: Failure) -> Self {
        Self {
            status: failure.status,
            code: Terminated::new(failure.code.to_owned()),
            message: Terminated::new(shown(&failure.message, MAX_MESSAGE)),
            retryable: failure.retryable,
            http_status: failure.http_status,
            sqlite_code: failure.sqlite_code,
        }
    }
}

/// The status that the call returned. RECOUP_STATUS_OK if error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_error_status(error: *const recoup_error) -> recoup_status {
    answer(RECOUP_STATUS_OK, || {
        // SAFETY: the header requires NULL or an error object that was not freed.
        unsafe { error.as_ref() }.map_or(RECOUP_STATUS_OK, |error| error.status)
    })
}

/// A stable name for programs and logs, in snake case, finer than the status: such as null_pointer, not_utf8,
/// bad_purchase, newer_schema. Lives as long as the error object. Empty if error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_error_code(error: *const recoup_error) -> recoup_string {
    answer(EMPTY, || {
        // SAFETY: the header requires NULL or an error object that was not freed.
        unsafe { error.as_ref() }.map_or(EMPTY, |error| error.code.view())
    })
}

/// What went wrong, in English, for people: log it, and do not compare it. Contains no secrets. Lives as long as the
/// error object. Empty if error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_error_message(error: *const recoup_error) -> recoup_string {
    answer(EMPTY, || {
        // SAFETY: the header requires NULL or an error object that was not freed.
        unsafe { error.as_ref() }.map_or(EMPTY, |error| error.message.view())
    })
}

/// 1 if the same call may succeed later without any change on your side, else 0. 0 if error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_error_is_retryable(error: *const recoup_error) -> u8 {
    answer(0, || {
        // SAFETY: the header requires NULL or an error object that was not freed.
        unsafe { error.as_ref() }.map_or(0, |error| u8::from(error.retryable))
    })
}

/// The HTTP status to answer the store with after a failed recoup_engine_ingest, so that the store sends the same
/// again: 503 if a retry may soon succeed, else 500; 431 for too many header fields. 0 if error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_error_http_status(error: *const recoup_error) -> i32 {
    answer(0, || {
        // SAFETY: the header requires NULL or an error object that was not freed.
        unsafe { error.as_ref() }.map_or(0, |error| i32::from(error.http_status))
    })
}

/// SQLite's extended result code if the ledger failed, such as 778 (SQLITE_IOERR_WRITE):
/// https://www.sqlite.org/rescode.html. The message names it. 0 for other failures, and if error is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_error_sqlite_code(error: *const recoup_error) -> i32 {
    answer(0, || {
        // SAFETY: the header requires NULL or an error object that was not freed.
        unsafe { error.as_ref() }.map_or(0, |error| error.sqlite_code)
    })
}

/// Frees an error object. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_error_free(error: *mut recoup_error) {
    answer((), || {
        if !error.is_null() {
            // SAFETY: made by `Box::into_raw` in the boundary; the header requires that it be freed once.
            drop(unsafe { Box::from_raw(error) });
        }
    });
}
