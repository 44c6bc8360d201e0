//! The dispatcher's beginning and end, and what a tick and a log function must not do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use super::*;
use crate::ffi::blocks::{recoup_engine_block, recoup_engine_expire_blocks};
use crate::ffi::callbacks::*;
use crate::ffi::completions::*;
use crate::ffi::dispatch::*;
use crate::ffi::events::*;
use crate::ffi::log::*;
use crate::ffi::options::*;
use crate::ffi::register::*;
use crate::ffi::requests::*;
use crate::ffi::submit::*;

/// A gate that callbacks stop at, and what they counted.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    events: AtomicUsize,
    completions: AtomicUsize,
    destroyed: AtomicUsize,
    engine: AtomicUsize,
    status: Mutex<Option<recoup_status>>,
}

impl Gate {
    fn data(&self) -> usize {
        std::ptr::from_ref(self).expose_provenance()
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn pass(&self) {
        let mut open = self.open.lock().unwrap();
        while !*open {
            open = self.opened.wait(open).unwrap();
        }
    }
}

fn gate<'a>(data: usize) -> &'a Gate {
    // SAFETY: the tests hand in pointers to what outlives the engine.
    unsafe { &*std::ptr::with_exposed_provenance::<Gate>(data) }
}

fn count(number: &AtomicUsize) -> usize {
    number.load(Ordering::SeqCst)
}

unsafe extern "C" fn on_event(data: usize, _: *const recoup_event) -> recoup_handled {
    gate(data).events.fetch_add(1, Ordering::SeqCst);
    gate(data).pass();
    RECOUP_HANDLED_DONE
}

unsafe extern "C" fn on_completion(data: usize, _: *const recoup_completion, _: recoup_string) {
    gate(data).completions.fetch_add(1, Ordering::SeqCst);
    // Another one is soon done.
    let engine = std::ptr::with_exposed_provenance::<recoup_engine>(gate(data).engine.load(Ordering::SeqCst));
    if !engine.is_null() {
        // SAFETY: a live engine.
        assert_eq!(unsafe { submit(engine) }, RECOUP_STATUS_OK);
    }
}

unsafe extern "C" fn destroy(data: usize) {
    gate(data).destroyed.fetch_add(1, Ordering::SeqCst);
}

/// # Safety
/// A live engine.
unsafe fn submit(engine: *const recoup_engine) -> recoup_status {
    // SAFETY: all-zero but for the size and the store is a request.
    let mut request: recoup_request = unsafe { std::mem::zeroed() };
    request.struct_size = u32::try_from(size_of::<recoup_request>()).unwrap();
    request.store = view("app-store");
    // SAFETY: what the caller promises.
    unsafe { recoup_engine_submit(engine, &raw const request, 0, null_mut()) }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(10), "{what} did not come about");
        std::thread::yield_now();
    }
}

#[test]
fn a_thread_after_an_ended_dispatcher_is_not_taken_for_it() {
    let seen = Gate::default();
    seen.open();
    let mut server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        assert_eq!(
            recoup_engine_on_event(engine, Some(on_event), seen.data(), Some(destroy), null_mut()),
            RECOUP_STATUS_OK
        );
        assert_eq!(recoup_engine_start_dispatcher(engine, null_mut()), RECOUP_STATUS_OK);
        assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
        wait_until("the callback", || count(&seen.events) == 1);
        assert_eq!(recoup_engine_close(engine, null_mut()), RECOUP_STATUS_OK);
        let mut ended = RECOUP_STATUS_OK;
        wait_until("the dispatcher's end", || {
            ended = recoup_engine_tick(engine, 0, null_mut(), null_mut());
            ended != RECOUP_STATUS_PUMPING
        });
        assert_eq!(ended, RECOUP_STATUS_CLOSED);
    }
    // Threads that are started now get the memory of the one that has ended.
    for _ in 0..8 {
        let engine = engine.expose_provenance();
        let status = std::thread::spawn(move || {
            let engine = std::ptr::with_exposed_provenance::<recoup_engine>(engine);
            // SAFETY: a live engine.
            unsafe { recoup_engine_stop_dispatcher(engine, null_mut()) }
        });
        assert_eq!(status.join().unwrap(), RECOUP_STATUS_OK);
    }
    let engine = std::mem::replace(&mut server.engine, null_mut()).expose_provenance();
    std::thread::spawn(move || {
        // SAFETY: a live engine, freed once.
        unsafe { recoup_engine_free(std::ptr::with_exposed_provenance_mut(engine)) };
    })
    .join()
    .unwrap();
    assert_eq!(count(&seen.destroyed), 1);
}

#[test]
fn stopping_the_dispatcher_waits_for_one_callback_and_not_for_all_that_is_left() {
    let seen = Gate::default();
    let server = Server::new();
    let engine = server.engine;
    for user in ["ann", "bob", "cid", "dan", "eve"] {
        assert_eq!(server.block(user), RECOUP_STATUS_OK);
    }
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        assert_eq!(recoup_engine_on_event(engine, Some(on_event), seen.data(), None, null_mut()), 0);
        assert_eq!(recoup_engine_start_dispatcher(engine, null_mut()), RECOUP_STATUS_OK);
    }
    wait_until("the callback", || count(&seen.events) == 1);
    // SAFETY: a live engine.
    let is_requested = unsafe { (*engine).pump.stop_requested() };
    let address = engine.expose_provenance();
    let stopping = std::thread::spawn(move || {
        let engine = std::ptr::with_exposed_provenance::<recoup_engine>(address);
        // SAFETY: a live engine.
        unsafe { recoup_engine_stop_dispatcher(engine, null_mut()) }
    });
    wait_until("the stop", is_requested);
    seen.open();
    assert_eq!(stopping.join().unwrap(), RECOUP_STATUS_OK);
    assert_eq!(count(&seen.events), 1);
    // SAFETY: a live engine.
    assert_eq!(unsafe { recoup_engine_tick(engine, 0, null_mut(), null_mut()) }, RECOUP_STATUS_OK);
    assert_eq!(count(&seen.events), 5, "the others come at once");
}

#[test]
fn completions_that_never_end_do_not_keep_events_away() {
    let seen = Gate::default();
    seen.open();
    let server = Server::new();
    let engine = server.engine;
    seen.engine.store(engine.expose_provenance(), Ordering::SeqCst);
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        assert_eq!(recoup_engine_on_event(engine, Some(on_event), seen.data(), None, null_mut()), 0);
        assert_eq!(
            recoup_engine_on_completion(engine, Some(on_completion), seen.data(), None, null_mut()),
            0
        );
        for _ in 0..100 {
            assert_eq!(submit(engine), RECOUP_STATUS_OK);
        }
    }
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    for _ in 0..50 {
        // SAFETY: a live engine.
        assert_eq!(unsafe { recoup_engine_tick(engine, 1, null_mut(), null_mut()) }, RECOUP_STATUS_OK);
    }
    assert!(count(&seen.completions) > 0);
    assert_eq!(count(&seen.events), 1);
    seen.engine.store(0, Ordering::SeqCst);
}

/// Reports the number in `events`; on the threads of submitted requests only once the gate is open.
unsafe extern "C" fn clock(data: usize) -> i64 {
    if std::thread::current().name().is_some_and(|name| name.starts_with("recoup-ingest")) {
        gate(data).pass();
    }
    i64::try_from(count(&gate(data).events)).unwrap()
}

unsafe extern "C" fn on_log(data: usize, _: recoup_log_level, _: recoup_string, message: recoup_string) {
    let engine = std::ptr::with_exposed_provenance::<recoup_engine>(gate(data).engine.load(Ordering::SeqCst));
    if !engine.is_null() && read(message).contains("blocks ended") {
        // SAFETY: a live engine.
        let status = unsafe { recoup_engine_expire_blocks(engine, null_mut(), null_mut()) };
        *gate(data).status.lock().unwrap() = Some(status);
    }
}

fn open_with_clock(folder: &tempfile::TempDir, time: &Gate) -> *mut recoup_engine {
    let (config, config_len) = parts(r#"{"database":"ledger.db"}"#);
    let (base, base_len) = parts(folder.path().to_str().unwrap());
    let mut engine = null_mut();
    // SAFETY: pointers to what outlives the calls.
    unsafe {
        let options = recoup_options_new();
        assert_eq!(
            recoup_options_set_config_json(options, config, config_len, base, base_len, null_mut()),
            RECOUP_STATUS_OK
        );
        assert_eq!(recoup_options_set_clock(options, Some(clock), time.data(), None, null_mut()), 0);
        assert_eq!(recoup_engine_open_with(options, &raw mut engine, null_mut()), RECOUP_STATUS_OK);
        recoup_options_free(options);
    }
    engine
}

#[test]
fn a_log_function_that_calls_the_engine_is_refused_and_does_not_hang() {
    let _log = LOG.lock().unwrap();
    let seen = Gate::default();
    let folder = tempfile::tempdir().unwrap();
    seen.events.store(1_000_000, Ordering::SeqCst);
    let engine = open_with_clock(&folder, &seen);
    let server = Server { engine, folder };
    // SAFETY: pointers to what outlives the calls.
    unsafe {
        seen.engine.store(engine.expose_provenance(), Ordering::SeqCst);
        assert_eq!(recoup_log_set(RECOUP_LOG_DEBUG, Some(on_log), seen.data(), None, null_mut()), 0);
        let ((user, user_len), (who, who_len), (why, why_len)) =
            (parts("ann"), parts("mod eve"), parts("botting"));
        let blocked = recoup_engine_block(
            engine,
            user,
            user_len,
            1000,
            who,
            who_len,
            why,
            why_len,
            null_mut(),
            null_mut(),
        );
        assert_eq!(blocked, RECOUP_STATUS_OK);
        // The writer's own thread reports that the block has expired.
        seen.events.store(2_000_000, Ordering::SeqCst);
        wait_until("the refusal", || seen.status.lock().unwrap().is_some());
        assert_eq!(*seen.status.lock().unwrap(), Some(RECOUP_STATUS_REENTRANT));
        assert_eq!(recoup_log_set(RECOUP_LOG_OFF, None, 0, None, null_mut()), 0);
    }
    drop(server);
}

#[test]
fn requests_that_wait_when_the_engine_closes_are_still_reported_by_the_dispatcher() {
    let (seen, time) = (Gate::default(), Gate::default());
    let folder = tempfile::tempdir().unwrap();
    let engine = open_with_clock(&folder, &time);
    let server = Server { engine, folder };
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        assert_eq!(
            recoup_engine_on_completion(engine, Some(on_completion), seen.data(), None, null_mut()),
            0
        );
        for _ in 0..20 {
            assert_eq!(submit(engine), RECOUP_STATUS_OK);
        }
        assert_eq!(recoup_engine_start_dispatcher(engine, null_mut()), RECOUP_STATUS_OK);
        assert_eq!(recoup_engine_close(engine, null_mut()), RECOUP_STATUS_OK);
    }
    // Time for a dispatcher that does not wait to end.
    (0..100_000).for_each(|_| std::thread::yield_now());
    time.open();
    wait_until("the completions", || count(&seen.completions) == 20);
    drop(server);
}
