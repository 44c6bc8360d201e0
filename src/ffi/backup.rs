//! A copy of the ledger while it is in use.

use std::ffi::c_char;

use super::boundary::call_engine;
use super::engine::recoup_engine;
use super::error::recoup_error;
use super::status::recoup_status;
use super::views::{self, size_t};

/// Copies the ledger to a new file at path: one consistent state, in one file, while this engine and other processes go on
/// writing. Whatever was acknowledged before the call is in it. The file can be read by its owner only, and has its name
/// once it is whole and on disk. docs/in-your-process.md says how a backup is restored.
///
/// Use this, and never copy the ledger's files by other means while an engine has them open: to open and close them in the
/// same process takes the engine's locks away (RECOUP_STATUS_LEDGER_LOST).
///
/// Blocks for as long as the copying takes, on a thread that it starts. Fails with RECOUP_STATUS_INVALID_ARGUMENT
/// (backup_exists) where there is something at path: a backup overwrites nothing; with RECOUP_STATUS_IO (backup_failed)
/// where it cannot be written; with RECOUP_STATUS_CLOSED and RECOUP_STATUS_OUT_OF_RESOURCES.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_backup(
    engine: *const recoup_engine,
    path: *const c_char,
    path_len: size_t,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header asks for this pointer and length.
        let path = unsafe { views::text(path, path_len, "path") }?;
        Ok(engine.engine.backup(path)?)
    };
    // SAFETY: the header asks for a live engine, and for NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}
