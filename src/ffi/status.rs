//! The results of every call that can fail.

/// The result of a call: RECOUP_STATUS_OK, or why it failed. Values keep their meaning and are never reused; a newer
/// library may return values that this header does not name, so treat any value except RECOUP_STATUS_OK as a failure.
/// The error object has more: see recoup_error.
pub type recoup_status = i32;

/// The call succeeded.
pub const RECOUP_STATUS_OK: recoup_status = 0;

/// An argument is invalid, and nothing was done: a pointer is NULL, text is not UTF-8, a struct_size is wrong, a
/// purchase breaks a rule. recoup_error_code distinguishes these.
pub const RECOUP_STATUS_INVALID_ARGUMENT: recoup_status = 1;

/// The configuration is invalid; recoup_error_message names the key and what was expected.
pub const RECOUP_STATUS_CONFIG: recoup_status = 2;

/// The ledger cannot be opened or read, or was written by a newer Recoup.
pub const RECOUP_STATUS_LEDGER: recoup_status = 3;

/// Another process held the ledger for too long. Try again.
pub const RECOUP_STATUS_BUSY: recoup_status = 4;

/// The disk that holds the ledger is full. Free some space and try again.
pub const RECOUP_STATUS_DISK_FULL: recoup_status = 5;

/// The engine was closed by recoup_engine_close.
pub const RECOUP_STATUS_CLOSED: recoup_status = 6;

/// There is no such event, refund, order, entry, action or review.
pub const RECOUP_STATUS_NOT_FOUND: recoup_status = 7;

/// The order is already recorded as another user's purchase: deliver nothing.
pub const RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER: recoup_status = 8;

/// A fault in Recoup that it noticed and undid. Please report it.
pub const RECOUP_STATUS_INTERNAL: recoup_status = 9;

/// A fault in Recoup that interrupted the call. Changes that were not yet in the ledger are lost. The engine refuses
/// further calls. Please report it.
pub const RECOUP_STATUS_PANIC: recoup_status = 10;

/// An earlier call on this engine returned RECOUP_STATUS_PANIC. Free the engine and open it again.
pub const RECOUP_STATUS_POISONED: recoup_status = 11;

/// The engine was opened before this process was forked off. Open another one in this process; the same ledger is fine.
pub const RECOUP_STATUS_FORKED: recoup_status = 12;

/// The call may not be made from inside this callback; the callback's type documents which may.
pub const RECOUP_STATUS_REENTRANT: recoup_status = 13;

/// Another thread is delivering this engine's events: a tick, or the dispatcher.
pub const RECOUP_STATUS_PUMPING: recoup_status = 14;

/// Too many submitted requests are held. Fetch the results, and answer the store 503.
pub const RECOUP_STATUS_QUEUE_FULL: recoup_status = 15;

/// A store's API refused a request or cannot be reached; recoup_error_code has the reason, and
/// recoup_error_is_retryable whether the same may succeed later.
pub const RECOUP_STATUS_API: recoup_status = 16;

/// This library was built without what the call needs; recoup_error_code names it (no_gateway, no_http) and
/// recoup_error_message the Cargo feature. The released libraries have all of it.
pub const RECOUP_STATUS_UNSUPPORTED: recoup_status = 17;

/// The address cannot be listened on: it is in use, it is not this machine's, or the system forbids it.
#[cfg_attr(not(feature = "gateway"), allow(dead_code, reason = "such a build has no gateway"))]
pub const RECOUP_STATUS_LISTEN: recoup_status = 18;

/// The ledger's file or its folder cannot be written to.
pub const RECOUP_STATUS_READ_ONLY: recoup_status = 19;

/// Reading or writing a file failed; recoup_error_sqlite_code has the exact code if it was the ledger's.
pub const RECOUP_STATUS_IO: recoup_status = 20;

/// The ledger's file was removed, replaced or moved, or its locks were released, while the engine had it open: the
/// engine writes nothing more, and whether this call's change was stored is not known. Close it, repair the ledger,
/// and open it again. docs/in-your-process.md describes the causes.
pub const RECOUP_STATUS_LEDGER_LOST: recoup_status = 21;

/// The system gives no more threads, file descriptors or memory; recoup_error_code has which (no_threads,
/// no_descriptors, no_memory). The engine stays usable. Raise the limit or try again.
pub const RECOUP_STATUS_OUT_OF_RESOURCES: recoup_status = 22;

/// A signed purchase did not pass verification, and nothing was recorded: deliver nothing. recoup_error_code has the
/// reason.
pub const RECOUP_STATUS_REJECTED: recoup_status = 23;

/// The call does not fit what is in the ledger, and changed nothing; recoup_error_code has the reason, and
/// recoup_error_message what to do.
pub const RECOUP_STATUS_REFUSED: recoup_status = 24;
