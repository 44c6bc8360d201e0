//! The engine's handle: open, close, free; and the entry from C for calls on it.

use std::ffi::c_char;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::boundary::{call, report};
use super::callbacks::Callbacks;
use super::error::recoup_error;
use super::failure::Failure;
use super::fork::Generation;
use super::log;
use super::out::Out;
use super::panics::{answer, caught};
use super::progress;
use super::pump::Pump;
use super::status::recoup_status;
use super::submissions::Submissions;
use super::transport;
use super::views::{self, size_t};
use crate::config::Config;
use crate::engine::{Engine, EngineOptions};
use crate::error::Error;

/// A refund engine over one ledger. Open it with recoup_engine_open or recoup_engine_open_file, end it with
/// recoup_engine_close, free it with recoup_engine_free.
///
/// Any number of threads may call at once every function that takes a `const recoup_engine *`. recoup_engine_free
/// takes a plain `recoup_engine *`: it must be the last call, with no other still running.
///
/// An engine belongs to the process that opened it. In a child made by fork every call returns RECOUP_STATUS_FORKED;
/// open another engine there, also on the same ledger. Several processes may have the same ledger open.
///
/// docs/in-your-process.md describes what an engine does in your process: threads, signals, files that must not be
/// touched while it is open, containers, backups. The library's threads take no signals, and no call raises SIGPIPE.
pub struct recoup_engine {
    pub(super) engine: Arc<Engine>,
    pub(super) callbacks: Arc<Callbacks>,
    pub(super) submissions: Arc<Submissions>,
    pub(super) pump: Arc<Pump>,
    pub(super) poisoned: Arc<AtomicBool>,
    opened_in: Generation,
    /// Whether there are credentials for the stores, but no HTTP client.
    lacks_client: bool,
}

impl recoup_engine {
    pub(super) fn open(config: Config, how: EngineOptions, has_transport: bool) -> Result<Self, Failure> {
        stay_loaded()?;
        let opened_in = Generation::of_this_process()?;
        let lacks_client = cfg!(not(feature = "http")) && !has_transport && config.has_api_credentials();
        let engine = Arc::new(how.open(config)?);
        let poisoned = Arc::new(AtomicBool::new(false));
        Ok(Self {
            callbacks: Arc::default(),
            submissions: Arc::new(Submissions::new(Arc::clone(&engine), Arc::clone(&poisoned))),
            pump: Arc::new(Pump::new()),
            engine,
            poisoned,
            opened_in,
            lacks_client,
        })
    }

    /// Ends the threads that work for the handle, in the order of their dependencies.
    fn end(&self) {
        self.pump.end_dispatcher(&self.engine);
        self.submissions.end();
    }

    fn check_usable(&self) -> Result<(), Failure> {
        if !self.opened_in.is_current() {
            return Err(Failure::forked());
        }
        if self.poisoned.load(Ordering::Relaxed) {
            return Err(Failure::poisoned());
        }
        // The logging thread may be the writer's, for which the call would wait forever. A thread inside a transport
        // may be waited for, too.
        if log::is_logging() || transport::is_sending() {
            return Err(Failure::reentrant());
        }
        Ok(())
    }

    /// Refuses if no HTTP client could send requests to a store.
    pub(super) fn check_client(&self) -> Result<(), Failure> {
        if self.lacks_client {
            return Err(Failure::unsupported(
                "http",
                "no_http",
                "the HTTP client that the engine needs: open it with recoup_options_set_transport",
            ));
        }
        Ok(())
    }

    pub(super) const fn opened_in(&self) -> Generation {
        self.opened_in
    }

    fn poison(&self) {
        self.poisoned.store(true, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(super) fn pretend_forked(&mut self) {
        self.opened_in = Generation::of_another_process();
    }
}

/// Keeps the library in memory until the process ends, however often `FreeLibrary` is called: its threads, and
/// destructors of thread-local values, run its code.
#[cfg(windows)]
fn stay_loaded() -> Result<(), Failure> {
    use std::ffi::c_void;
    use std::sync::OnceLock;

    const FROM_ADDRESS_AND_PIN: u32 = 0x4 | 0x1;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleExW(flags: u32, address: *const c_void, module: *mut *mut c_void) -> i32;
    }

    static PINNED: OnceLock<Result<(), String>> = OnceLock::new();
    let pinned = PINNED.get_or_init(|| {
        let mut module = std::ptr::null_mut();
        let here: *const () = std::ptr::from_ref(&PINNED).cast();
        // SAFETY: Windows' own signature; with these flags the second argument is any address inside of the module.
        let found = unsafe { GetModuleHandleExW(FROM_ADDRESS_AND_PIN, here.cast(), &raw mut module) };
        if found == 0 { Err(std::io::Error::last_os_error().to_string()) } else { Ok(()) }
    });
    pinned
        .clone()
        .map_err(|problem| Failure::internal(format!("the library cannot be kept in memory: {problem}")))
}

/// Nothing to do: on ELF a linker option does it (`-z nodelete`, in build.rs).
#[cfg(not(windows))]
const fn stay_loaded() -> Result<(), Failure> {
    Ok(())
}

/// As [`call`], for work on an engine: refuses one that is poisoned or of another process, and poisons it if the work
/// panics, since its state may be half changed.
///
/// # Safety
/// `engine` is NULL or came from `recoup_engine_open` and was not freed; `error` as in [`call`].
pub(super) unsafe fn call_engine(
    engine: *const recoup_engine,
    error: *mut *mut recoup_error,
    work: impl FnOnce(&recoup_engine) -> Result<(), Failure>,
) -> recoup_status {
    let done = caught(|| {
        // SAFETY: what the caller of this function promises.
        let engine = unsafe { views::handle(engine, "engine") }?;
        engine.check_usable()?;
        let poison = PoisonOnDrop(engine);
        #[cfg(test)]
        super::tests::failpoint::hit();
        let done = work(engine);
        std::mem::forget(poison);
        done
    });
    // SAFETY: what the caller of this function promises.
    unsafe { report(error, done) }
}

struct PoisonOnDrop<'a>(&'a recoup_engine);

impl Drop for PoisonOnDrop<'_> {
    fn drop(&mut self) {
        self.0.poison();
    }
}

/// Opens an engine by a configuration in JSON: opens or creates the ledger that it names, brings its schema up to
/// date, and loads the blocked users.
///
/// Relative paths in the configuration start from base_folder, or, if that is empty, from the working directory.
/// Unknown keys and wrong values are refused with the path to the key. Every text is copied. Blocks on the disk, and
/// for up to five seconds on another process that writes to the same ledger. Starts one thread, and another one if
/// the configuration has credentials of a store's API: see recoup_options_set_background.
///
/// On success *engine is yours. Fails with RECOUP_STATUS_CONFIG, RECOUP_STATUS_LEDGER, RECOUP_STATUS_BUSY,
/// RECOUP_STATUS_DISK_FULL, RECOUP_STATUS_READ_ONLY, RECOUP_STATUS_IO, RECOUP_STATUS_OUT_OF_RESOURCES.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_open(
    config_json: *const c_char,
    config_json_len: size_t,
    base_folder: *const c_char,
    base_folder_len: size_t,
    engine: *mut *mut recoup_engine,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires these pointers and lengths.
        let place = unsafe { Out::new(engine, "engine") }?;
        // SAFETY: as above.
        let json = unsafe { views::text(config_json, config_json_len, "config_json") }?;
        // SAFETY: as above.
        let base = unsafe { views::text(base_folder, base_folder_len, "base_folder") }?;
        let config = Config::from_json(json.as_bytes(), base).map_err(Error::from)?;
        place.give(recoup_engine::open(config, EngineOptions::new(), false)?);
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// As recoup_engine_open, by a configuration file. Relative paths in it start from the file's own folder.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_open_file(
    path: *const c_char,
    path_len: size_t,
    engine: *mut *mut recoup_engine,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires these pointers and this length.
        let place = unsafe { Out::new(engine, "engine") }?;
        // SAFETY: as above.
        let path = unsafe { views::text(path, path_len, "path") }?;
        let config = Config::from_file(path).map_err(Error::from)?;
        place.give(recoup_engine::open(config, EngineOptions::new(), false)?);
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// Lets calls that wait for the ledger finish, releases polled but not acknowledged events so that the next poll
/// returns them at once, and closes the ledger. Blocks on the disk, and, if a request to a store is under way, until
/// its answer or its time limit.
///
/// The handle stays: later calls that need the ledger return RECOUP_STATUS_CLOSED, and recoup_engine_is_blocked still
/// answers from memory. So shut down in this order: close, join your threads, recoup_engine_free. Closing again is
/// fine. A failure means that events come back only after their lease; the ledger is closed nevertheless.
///
/// Waiting requests of recoup_engine_submit fail with RECOUP_STATUS_CLOSED, and can be fetched as before; the
/// dispatcher reports them and ends by itself. A gateway continues, and answers 503: recoup_gateway_free ends it.
///
/// Fails with RECOUP_STATUS_REENTRANT inside a progress callback.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_close(
    engine: *const recoup_engine,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // The engine's own thread may wait for this sweep to end, and would be waited for.
        progress::check_outside()?;
        Ok(engine.engine.close()?)
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// Frees an engine, and first closes it if that was not done; then it blocks as recoup_engine_close does. NULL is
/// fine. No other call on the engine may be running, and none may come after. Ends the library's threads, and calls
/// the destructors of all callbacks. Gateways of the engine may be freed before or after: a remaining one answers
/// every store 503, and keeps what it needs until recoup_gateway_free.
///
/// Inside a callback of this engine, inside any progress callback and inside a transport it only logs an error: the
/// call around it still needs the engine. Inside a log function it does nothing. In a child made by fork it changes
/// nothing: the engine belongs to the parent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_engine_free(engine: *mut recoup_engine) {
    answer((), || {
        if engine.is_null() {
            return;
        }
        // SAFETY: made by `Box::into_raw` in `Out::give`; the header requires that it be freed once and used no more.
        let engine = unsafe { Box::from_raw(engine) };
        if !engine.opened_in.is_current() {
            // Its threads do not exist here and its locks may be held forever: dropping it could hang.
            std::mem::forget(engine);
            return;
        }
        let needed = engine.pump.is_inside() || progress::is_reporting();
        if needed || log::is_logging() || transport::is_sending() {
            tracing::error!("recoup_engine_free inside a callback of the same engine: not freed");
            std::mem::forget(engine);
            return;
        }
        engine.end();
        // A gateway may hold the engine for longer.
        if let Err(error) = engine.engine.close() {
            tracing::warn!(%error, "events on lease come back only after the lease");
        }
    });
}
