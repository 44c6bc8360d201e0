//! A copy of the ledger while it is in use.

use std::ffi::c_char;

use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::status::recoup_status;
use super::views::{self, size_t};

/// Copies the ledger to a new file at path: one consistent state, in one file, while this engine and other processes
/// continue to write. It contains everything that was acknowledged before the call. Only its owner can read the file,
/// which gets its name once it is complete and on disk. docs/in-your-process.md describes how to restore a backup.
///
/// Use this, and never copy the ledger's files by other means while an engine has them open: opening and closing them
/// in the same process releases the engine's locks (RECOUP_STATUS_LEDGER_LOST).
///
/// Blocks until the copy is complete, which a thread of its own makes. Fails with RECOUP_STATUS_INVALID_ARGUMENT
/// (backup_exists) if path exists: a backup overwrites nothing; with RECOUP_STATUS_IO (backup_failed) if it cannot be
/// written; with RECOUP_STATUS_CLOSED and RECOUP_STATUS_OUT_OF_RESOURCES.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_backup(
    engine: *const recoup_engine,
    path: *const c_char,
    path_len: size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires this pointer and length.
        let path = unsafe { views::text(path, path_len, "path") }?;
        Ok(engine.engine.backup(path)?)
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}
