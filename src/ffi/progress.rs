//! Progress of a call, reported to the program on its own thread.

use std::cell::Cell;

use serde::Serialize;

use super::failure::Failure;
use super::views::{Terminated, recoup_string};

/// Receives the progress of a call, as the called function describes. progress_json is one object, and lives until
/// the callback returns. Called on the thread that made the call, and only inside of that call.
///
/// Inside of it you may call every function of every engine except recoup_engine_reconcile, recoup_engine_doctor,
/// recoup_engine_work and recoup_engine_close, which return RECOUP_STATUS_REENTRANT, and recoup_engine_free, which
/// does nothing. The call continues when it returns. It must not throw, and must not jump out.
pub type recoup_progress_callback =
    Option<unsafe extern "C" fn(user_data: usize, progress_json: recoup_string)>;

thread_local!(static TELLING: Cell<bool> = const { Cell::new(false) });

/// Whether this thread is inside of a progress callback.
pub(super) fn is_reporting() -> bool {
    TELLING.get()
}

/// Refuses, inside of a progress callback, calls that would wait for the surrounding one forever, or report progress
/// themselves.
pub(super) fn check_outside() -> Result<(), Failure> {
    if is_reporting() { Err(Failure::reentrant()) } else { Ok(()) }
}

/// Passes each value to the callback as JSON, if there is one.
///
/// # Safety
/// `progress` is a function that may be called so, on this thread, for as long as the result is used.
pub(super) unsafe fn reporter<T: Serialize>(
    progress: recoup_progress_callback,
    user_data: usize,
) -> impl Fn(&T) {
    move |so_far| {
        let Some(function) = progress else { return };
        let text = serde_json::to_string(so_far).unwrap_or_else(|_| "{}".to_owned());
        let text = Terminated::new(text);
        let _telling = Reporting::begin();
        // SAFETY: what the caller promises; the text outlives the call.
        unsafe { function(user_data, text.view()) };
    }
}

/// From before the callback until it has returned.
struct Reporting;

impl Reporting {
    fn begin() -> Self {
        TELLING.set(true);
        Self
    }
}

impl Drop for Reporting {
    fn drop(&mut self) {
        TELLING.set(false);
    }
}
