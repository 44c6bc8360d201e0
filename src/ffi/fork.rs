//! The process that an engine was opened in, and what a child of `fork` needs to open its own.
//!
//! A child has its parent's memory but none of its threads, and none of its file locks. An engine must not be carried
//! over, so each remembers its [`Generation`]. (The process id would do as well, but reading it is a system call, and
//! `recoup_engine_is_blocked` is called for every login and match.)
//!
//! SQLite's memory is carried over as well. Two things are corrected here, so that a child can open the same ledger:
//!
//! - SQLite keeps a list of files by device and inode, with the process's locks on each. In a child the list is the
//!   parent's: SQLite believes that it has the locks, takes none, and another process deletes the log under it. So in
//!   a child SQLite sees another device for every file than in its parent, and finds nothing in the list.
//! - A mutex of SQLite's, or that of the files which engines hold, may be locked at the fork by a thread that does
//!   not exist in the child. So all of them are locked during the fork.

use std::sync::atomic::{AtomicU32, Ordering};

use super::failure::Failure;

static FORKS: AtomicU32 = AtomicU32::new(0);

/// How many forks lie between the process that opened the first engine and this one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Generation(u32);

impl Generation {
    /// The current process.
    pub(super) fn of_this_process() -> Result<Self, Failure> {
        watch().map_err(Failure::internal)?;
        Ok(Self(FORKS.load(Ordering::Relaxed)))
    }

    /// Whether this is still the same process.
    pub(super) fn is_current(self) -> bool {
        self.0 == FORKS.load(Ordering::Relaxed)
    }

    #[cfg(test)]
    pub(super) const fn of_another_process() -> Self {
        Self(u32::MAX)
    }
}

/// Handles forks from now on. Must be called before SQLite opens a ledger. The error states what failed.
#[cfg(unix)]
pub(crate) fn watch() -> Result<(), String> {
    use std::cell::RefCell;
    use std::ffi::c_int;
    use std::sync::{MutexGuard, OnceLock};

    use crate::ledger::{Registry, registry};

    type Handler = Option<unsafe extern "C" fn()>;

    unsafe extern "C" {
        fn pthread_atfork(prepare: Handler, parent: Handler, child: Handler) -> c_int;
    }

    thread_local! {
        static FILES: RefCell<Option<MutexGuard<'static, Registry>>> = const { RefCell::new(None) };
    }

    unsafe extern "C" fn before() {
        FILES.with_borrow_mut(|files| *files = Some(registry()));
        mutexes::take();
    }

    fn release() {
        mutexes::release();
        FILES.with_borrow_mut(|files| drop(files.take()));
    }

    unsafe extern "C" fn in_the_parent() {
        release();
    }

    /// Runs in the child, where only async-signal-safe functions may be called.
    unsafe extern "C" fn in_the_child() {
        FORKS.fetch_add(1, Ordering::Relaxed);
        release();
    }

    static WATCHING: OnceLock<Result<(), String>> = OnceLock::new();
    WATCHING
        .get_or_init(|| {
            #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
            devices::show_others_to_children()?;
            // SAFETY: POSIX's own signature; the handlers touch what the forking thread holds, and the C library
            // forgets them when this library is unloaded.
            match unsafe { pthread_atfork(Some(before), Some(in_the_parent), Some(in_the_child)) } {
                0 => Ok(()),
                problem => Err(format!("pthread_atfork failed with {problem}")),
            }
        })
        .clone()
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "the same shape on every system")]
pub(crate) const fn watch() -> Result<(), String> {
    Ok(())
}

/// SQLite's static mutexes, locked while a process forks.
#[cfg(unix)]
mod mutexes {
    use std::cell::Cell;
    use std::ffi::c_int;
    use std::time::{Duration, Instant};

    use crate::ledger::sqlite_ffi as ffi;

    /// All of them. SQLite's others belong to connections, which stay in the parent.
    const ALL: std::ops::RangeInclusive<c_int> =
        ffi::SQLITE_MUTEX_STATIC_MAIN..=ffi::SQLITE_MUTEX_STATIC_VFS3;

    /// They are held for moments. A thread that holds one longer is stuck, and must not make fork hang.
    const TIME_LIMIT: Duration = Duration::from_secs(2);

    thread_local! {
        /// How many of them this thread holds, from the first.
        static TAKEN: Cell<c_int> = const { Cell::new(0) };
    }

    /// Takes all or none: waiting for one while holding others could deadlock.
    pub(super) fn take() {
        let begun = Instant::now();
        while begun.elapsed() < TIME_LIMIT {
            for (count, id) in (1..).zip(ALL) {
                // SAFETY: static mutexes need no memory, and SQLite was initialised by `show_others_to_children` or
                // is by this call.
                let taken = unsafe { ffi::sqlite3_mutex_try(ffi::sqlite3_mutex_alloc(id)) } == ffi::SQLITE_OK;
                if !taken {
                    break;
                }
                TAKEN.set(count);
            }
            if TAKEN.get() == ALL.end() - ALL.start() + 1 {
                return;
            }
            release();
            std::thread::yield_now();
        }
    }

    pub(super) fn release() {
        for id in ALL.take(usize::try_from(TAKEN.replace(0)).unwrap_or(0)) {
            // SAFETY: as above, and this thread holds it, or is the child's copy of the one that does.
            unsafe { ffi::sqlite3_mutex_leave(ffi::sqlite3_mutex_alloc(id)) };
        }
    }
}

/// The device of files, as SQLite sees it.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod devices {
    use std::ffi::{CStr, c_char, c_int};
    use std::ptr::null;
    use std::sync::OnceLock;
    use std::sync::atomic::Ordering;

    use crate::ledger::sqlite_ffi as ffi;
    use nix::libc;

    use super::FORKS;

    /// Linux uses no bits from here on for a device's number.
    const FREE_BITS: u32 = 48;

    type Fstat = unsafe extern "C" fn(c_int, *mut libc::stat) -> c_int;
    type Stat = unsafe extern "C" fn(*const c_char, *mut libc::stat) -> c_int;

    static FSTAT: OnceLock<Fstat> = OnceLock::new();
    static STAT: OnceLock<Stat> = OnceLock::new();

    /// # Safety
    /// `stat` was filled in.
    unsafe fn show_another(stat: *mut libc::stat) {
        // SAFETY: what the caller of this function promises.
        unsafe { (*stat).st_dev ^= u64::from(FORKS.load(Ordering::Relaxed)) << FREE_BITS };
    }

    unsafe extern "C" fn fstat(file: c_int, stat: *mut libc::stat) -> c_int {
        let Some(real) = FSTAT.get() else { return -1 };
        // SAFETY: SQLite's own arguments, for the function that it would have called.
        let done = unsafe { real(file, stat) };
        if done == 0 {
            // SAFETY: it succeeded.
            unsafe { show_another(stat) };
        }
        done
    }

    unsafe extern "C" fn stat(path: *const c_char, stat: *mut libc::stat) -> c_int {
        let Some(real) = STAT.get() else { return -1 };
        // SAFETY: SQLite's own arguments, for the function that it would have called.
        let done = unsafe { real(path, stat) };
        if done == 0 {
            // SAFETY: it succeeded.
            unsafe { show_another(stat) };
        }
        done
    }

    /// Puts the two functions above between SQLite and the system. In the first process they change nothing.
    pub(super) fn show_others_to_children() -> Result<(), String> {
        // SAFETY: may be called at any time, by any thread; NULL is the system that SQLite uses by itself.
        let vfs = unsafe {
            ffi::sqlite3_initialize();
            ffi::sqlite3_vfs_find(null())
        };
        // SAFETY: SQLite's own, which is static.
        let vfs_calls =
            unsafe { vfs.as_ref() }.and_then(|vfs| Some((vfs.xGetSystemCall?, vfs.xSetSystemCall?)));
        let Some((get, set)) = vfs_calls else {
            return Err("SQLite's system calls cannot be replaced".to_owned());
        };
        let replace = |name: &CStr, keep: &dyn Fn(unsafe extern "C" fn()), with: unsafe extern "C" fn()| {
            // SAFETY: SQLite's own functions, with its own object and the name of one of its calls.
            let real = unsafe { get(vfs, name.as_ptr()) }.ok_or("SQLite has no such system call")?;
            keep(real);
            // SAFETY: as above; the new function has the signature of the one that it replaces.
            match unsafe { set(vfs, name.as_ptr(), Some(with)) } {
                ffi::SQLITE_OK => Ok(()),
                _ => Err("SQLite did not replace its system call"),
            }
        };
        let keep_fstat = |real: unsafe extern "C" fn()| {
            // SAFETY: by SQLite's documentation the call of this name is POSIX's `fstat`.
            let _ = FSTAT.set(unsafe { std::mem::transmute::<unsafe extern "C" fn(), Fstat>(real) });
        };
        let keep_stat = |real: unsafe extern "C" fn()| {
            // SAFETY: by SQLite's documentation the call of this name is POSIX's `stat`.
            let _ = STAT.set(unsafe { std::mem::transmute::<unsafe extern "C" fn(), Stat>(real) });
        };
        // SAFETY: SQLite calls it by its own signature again.
        let own_fstat = unsafe { std::mem::transmute::<Fstat, unsafe extern "C" fn()>(fstat) };
        // SAFETY: as above.
        let own_stat = unsafe { std::mem::transmute::<Stat, unsafe extern "C" fn()>(stat) };
        replace(c"fstat", &keep_fstat, own_fstat)?;
        replace(c"stat", &keep_stat, own_stat)?;
        Ok(())
    }
}
