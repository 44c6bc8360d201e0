//! Progress of a call, reported to the program on its own thread.

use std::cell::Cell;
use std::io;
use std::ops::ControlFlow;

use serde::Serialize;

use super::failure::Failure;
use super::views::{Terminated, recoup_string, size_t};
use crate::error::Error;

/// Receives the progress of a call, as the called function describes. progress_json is one object, and lives until
/// the callback returns. Called on the thread that made the call, and only inside of that call.
///
/// Inside of it you may call every function of every engine except recoup_engine_close and those that have a callback of
/// this or another kind as a parameter, or sweep (recoup_engine_work), which return RECOUP_STATUS_REENTRANT, and
/// recoup_engine_free, which does nothing. The call continues when it returns. It must not throw, and must not jump out.
pub type recoup_progress_callback =
    Option<unsafe extern "C" fn(user_data: usize, progress_json: recoup_string)>;

/// As recoup_progress_callback, for a call that can be stopped: it returns 0 to continue, and anything else to stop.
pub type recoup_trial_callback =
    Option<unsafe extern "C" fn(user_data: usize, progress_json: recoup_string) -> u8>;

/// Receives what a call writes, piece by piece: len bytes at data, UTF-8 text that may be cut anywhere and lives until the
/// callback returns. It returns 0 to continue, and anything else to stop. Otherwise as recoup_progress_callback.
pub type recoup_write_callback =
    Option<unsafe extern "C" fn(user_data: usize, data: *const u8, len: size_t) -> u8>;

/// How much is written at once: large enough that a call is nothing beside its rows.
const PIECE: usize = 64 * 1024;

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

/// As [`reporter`], for a call that the callback can stop.
///
/// # Safety
/// As [`reporter`].
pub(super) unsafe fn stoppable<T: Serialize>(
    progress: recoup_trial_callback,
    user_data: usize,
) -> impl FnMut(T) -> ControlFlow<()> {
    move |so_far| {
        let Some(function) = progress else { return ControlFlow::Continue(()) };
        let text = serde_json::to_string(&so_far).unwrap_or_else(|_| "{}".to_owned());
        let text = Terminated::new(text);
        let _telling = Reporting::begin();
        // SAFETY: what the caller promises; the text outlives the call.
        match unsafe { function(user_data, text.view()) } {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }
}

type WriteFunction = unsafe extern "C" fn(user_data: usize, data: *const u8, len: size_t) -> u8;

/// A program's callback as a writer.
struct Writer {
    function: WriteFunction,
    user_data: usize,
    has_stopped: bool,
}

/// Has `work` write to the callback, in large pieces.
///
/// # Safety
/// `write` is NULL or a function that may be called so, on this thread, until this returns.
pub(super) unsafe fn written<T>(
    write: recoup_write_callback,
    user_data: usize,
    work: impl FnOnce(&mut dyn io::Write) -> Result<T, Error>,
) -> Result<T, Failure> {
    check_outside()?;
    let function = write.ok_or_else(|| Failure::null("write"))?;
    let mut out = io::BufWriter::with_capacity(PIECE, Writer { function, user_data, has_stopped: false });
    let done = work(&mut out)?;
    io::Write::flush(&mut out)
        .map_err(|error| Error::Output { kind: error.kind(), problem: error.to_string() })?;
    Ok(done)
}

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The buffer offers what it has once more when it is dropped.
        if !self.has_stopped {
            let _telling = Reporting::begin();
            // SAFETY: what the caller of `written` promises; the bytes outlive the call.
            let answer = unsafe { (self.function)(self.user_data, bytes.as_ptr(), bytes.len()) };
            self.has_stopped = answer != 0;
        }
        if self.has_stopped {
            return Err(io::Error::other("the write callback stopped it"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
