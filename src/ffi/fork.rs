//! In which process an engine was opened. A child of `fork` has the memory but none of the threads, and SQLite
//! connections must not be carried over.
//!
//! The process id would tell too, but asking for it is a system call, and `recoup_engine_is_blocked` is asked for
//! every login and match.

use std::sync::atomic::{AtomicU32, Ordering};

use super::failure::Failure;

static FORKS: AtomicU32 = AtomicU32::new(0);

/// How often the line of processes that led here has forked since the first engine was opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Generation(u32);

impl Generation {
    /// Remembers the process that runs now.
    pub(super) fn of_this_process() -> Result<Self, Failure> {
        watch()?;
        Ok(Self(FORKS.load(Ordering::Relaxed)))
    }

    /// Whether this still is the process that was remembered.
    pub(super) fn is_current(self) -> bool {
        self.0 == FORKS.load(Ordering::Relaxed)
    }

    #[cfg(test)]
    pub(super) const fn of_another_process() -> Self {
        Self(u32::MAX)
    }
}

#[cfg(unix)]
fn watch() -> Result<(), Failure> {
    use std::ffi::c_int;
    use std::sync::OnceLock;

    type Handler = Option<unsafe extern "C" fn()>;

    unsafe extern "C" {
        fn pthread_atfork(prepare: Handler, parent: Handler, child: Handler) -> c_int;
    }

    /// Runs in the child, where only what is safe in a signal handler may be done.
    unsafe extern "C" fn forked() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }

    static REGISTERED: OnceLock<c_int> = OnceLock::new();
    match REGISTERED.get_or_init(|| {
        // SAFETY: POSIX's own signature; the handler touches one atomic, and the C library forgets it with this one.
        unsafe { pthread_atfork(None, None, Some(forked)) }
    }) {
        0 => Ok(()),
        problem => Err(Failure::internal(format!("pthread_atfork failed with {problem}"))),
    }
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the same shape on every system")]
const fn watch() -> Result<(), Failure> {
    Ok(())
}
