//! Callbacks, ticks, the dispatcher, submitted requests, the log: who is called, how often, and what runs once.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use super::*;
use crate::ffi::callbacks::*;
use crate::ffi::completions::*;
use crate::ffi::dispatch::*;
use crate::ffi::events::*;
use crate::ffi::foreign::recoup_destructor;
use crate::ffi::ingest::*;
use crate::ffi::log::*;
use crate::ffi::options::*;
use crate::ffi::outcomes::*;
use crate::ffi::poll::*;
use crate::ffi::register::*;
use crate::ffi::requests::*;
use crate::ffi::submit::*;

/// What one registration saw.
#[derive(Default)]
struct Seen {
    events: Mutex<Vec<(i32, String)>>,
    completions: Mutex<Vec<(u64, i32, String)>>,
    destroyed: AtomicUsize,
    answer: AtomicI64,
    engine: AtomicUsize,
    inside: Mutex<Vec<recoup_status>>,
}

impl Seen {
    /// As user data; the test frees it by keeping it.
    fn data(&self) -> usize {
        std::ptr::from_ref(self).expose_provenance()
    }

    fn users(&self) -> Vec<String> {
        self.events.lock().unwrap().iter().map(|(_, user)| user.clone()).collect()
    }

    fn destroyed(&self) -> usize {
        self.destroyed.load(Ordering::SeqCst)
    }
}

fn seen<'a>(data: usize) -> &'a Seen {
    // SAFETY: the tests hand in pointers to what outlives the engine.
    unsafe { &*std::ptr::with_exposed_provenance::<Seen>(data) }
}

unsafe extern "C" fn on_event(data: usize, event: *const recoup_event) -> recoup_handled {
    let seen = seen(data);
    // SAFETY: the library hands in a live event.
    let event = unsafe { &*event };
    assert_eq!(usize::try_from(event.struct_size).unwrap(), size_of::<recoup_event>());
    let user = read(recoup_string { data: event.user.as_ptr(), len: event.user_len.try_into().unwrap() });
    seen.events.lock().unwrap().push((event.kind, user));
    let engine = std::ptr::with_exposed_provenance_mut::<recoup_engine>(seen.engine.load(Ordering::SeqCst));
    if !engine.is_null() {
        let mut inside = seen.inside.lock().unwrap();
        let mut ready = 0;
        // SAFETY: a live engine; a call that is not allowed here returns a status for it, or does nothing.
        unsafe {
            inside.push(recoup_engine_tick(engine, 0, null_mut(), null_mut()));
            inside.push(recoup_engine_stop_dispatcher(engine, null_mut()));
            inside.push(recoup_engine_start_dispatcher(engine, null_mut()));
            inside.push(poll_one(engine).0);
            inside.push(recoup_engine_wait(engine, 0, &raw mut ready, null_mut()));
            recoup_engine_free(engine);
        }
    }
    i32::try_from(seen.answer.load(Ordering::SeqCst)).unwrap()
}

unsafe extern "C" fn on_completion(
    data: usize,
    completion: *const recoup_completion,
    details: recoup_string,
) {
    // SAFETY: the library hands in a live completion.
    let completion = unsafe { &*completion };
    let details = read(details);
    seen(data).completions.lock().unwrap().push((completion.tag, completion.status, details));
}

unsafe extern "C" fn destroy(data: usize) {
    seen(data).destroyed.fetch_add(1, Ordering::SeqCst);
}

const DESTROY: recoup_destructor = Some(destroy);

/// # Safety
/// A live engine.
unsafe fn poll_one(engine: *const recoup_engine) -> (recoup_status, usize) {
    let mut count = 0;
    // SAFETY: all-zero but for the size is an event.
    let mut event: recoup_event = unsafe { std::mem::zeroed() };
    event.struct_size = 344;
    // SAFETY: what the caller promises, and pointers to what is on this stack.
    let status =
        unsafe { recoup_engine_poll(engine, &raw mut event, 1, &raw mut count, null_mut(), null_mut()) };
    (status, count)
}

fn tick(engine: *const recoup_engine, budget_us: u64) -> usize {
    let mut handled = 99;
    // SAFETY: a live engine.
    let status = unsafe { recoup_engine_tick(engine, budget_us, &raw mut handled, null_mut()) };
    assert_eq!(status, RECOUP_STATUS_OK);
    handled
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{what} did not come about");
        std::thread::yield_now();
    }
}

#[test]
fn an_event_goes_to_its_own_callback_or_else_to_the_one_for_everything() {
    let (blocks, all) = (Seen::default(), Seen::default());
    let server = Server::new();
    let engine = server.engine;
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    assert_eq!(tick(engine, 0), 0, "without a callback every event stays");
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        let on = recoup_engine_on_block(engine, Some(on_event), blocks.data(), DESTROY, null_mut());
        assert_eq!(on, RECOUP_STATUS_OK);
        assert_eq!(tick(engine, 0), 1);
        let on = recoup_engine_on_event(engine, Some(on_event), all.data(), DESTROY, null_mut());
        assert_eq!(on, RECOUP_STATUS_OK);
    }
    assert_eq!(server.block("bob"), RECOUP_STATUS_OK);
    server.unblock("bob");
    assert_eq!(tick(engine, 0), 2);
    assert_eq!(blocks.users(), ["ann", "bob"]);
    assert_eq!(*all.events.lock().unwrap(), [(RECOUP_EVENT_UNBLOCK, "bob".to_owned())]);
    assert_eq!(tick(engine, 0), 0, "all is acknowledged");
    // SAFETY: a live engine.
    assert_eq!(unsafe { poll_one(engine) }, (RECOUP_STATUS_OK, 0));
    drop(server);
    assert_eq!((blocks.destroyed(), all.destroyed()), (1, 1));
}

#[test]
fn a_budget_is_checked_between_calls_and_the_rest_comes_with_the_next_tick() {
    let all = Seen::default();
    let server = Server::new();
    for user in ["ann", "bob", "cid"] {
        assert_eq!(server.block(user), RECOUP_STATUS_OK);
    }
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        assert_eq!(recoup_engine_on_event(server.engine, Some(on_event), all.data(), None, null_mut()), 0);
    }
    for expected in 1..=3 {
        assert_eq!(tick(server.engine, 1), 1);
        assert_eq!(all.users().len(), expected);
    }
    assert_eq!(all.users(), ["ann", "bob", "cid"]);
    assert_eq!(tick(server.engine, 1), 0);
}

#[test]
fn an_event_that_is_put_off_holds_up_the_same_user_and_no_other() {
    let all = Seen::default();
    all.answer.store(1, Ordering::SeqCst);
    let server = Server::new();
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    server.unblock("ann");
    assert_eq!(server.block("bob"), RECOUP_STATUS_OK);
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        assert_eq!(recoup_engine_on_event(server.engine, Some(on_event), all.data(), None, null_mut()), 0);
    }
    assert_eq!(tick(server.engine, 0), 2);
    assert_eq!(all.users(), ["ann", "bob"]);
}

#[test]
fn a_destructor_runs_once_when_replaced_when_freed_and_when_registering_fails() {
    let (first, second, refused) = (Seen::default(), Seen::default(), Seen::default());
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine or NULL, and data that outlives it.
    unsafe {
        assert_eq!(recoup_engine_on_alert(engine, Some(on_event), first.data(), DESTROY, null_mut()), 0);
        assert_eq!(first.destroyed(), 0);
        assert_eq!(recoup_engine_on_alert(engine, Some(on_event), second.data(), DESTROY, null_mut()), 0);
        assert_eq!((first.destroyed(), second.destroyed()), (1, 0));
        let status = recoup_engine_on_alert(null(), Some(on_event), refused.data(), DESTROY, null_mut());
        assert_eq!((status, refused.destroyed()), (RECOUP_STATUS_INVALID_ARGUMENT, 1));
        let status =
            recoup_engine_on_completion(null(), Some(on_completion), refused.data(), DESTROY, null_mut());
        assert_eq!((status, refused.destroyed()), (RECOUP_STATUS_INVALID_ARGUMENT, 2));
        // A NULL function removes the registration; the data that came with it is released as well.
        assert_eq!(recoup_engine_on_alert(engine, None, refused.data(), DESTROY, null_mut()), 0);
        assert_eq!((second.destroyed(), refused.destroyed()), (1, 3));
        let status = recoup_options_set_clock(null_mut(), None, refused.data(), DESTROY, null_mut());
        assert_eq!((status, refused.destroyed()), (RECOUP_STATUS_INVALID_ARGUMENT, 4));
    }
    drop(server);
    assert_eq!((first.destroyed(), second.destroyed()), (1, 1));
}

#[test]
fn from_inside_a_callback_pumping_and_freeing_are_refused() {
    let all = Seen::default();
    let server = Server::new();
    all.engine.store(server.engine.expose_provenance(), Ordering::SeqCst);
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        assert_eq!(recoup_engine_on_event(server.engine, Some(on_event), all.data(), DESTROY, null_mut()), 0);
    }
    assert_eq!(tick(server.engine, 0), 1);
    let refused = RECOUP_STATUS_REENTRANT;
    assert_eq!(*all.inside.lock().unwrap(), [refused, refused, refused, refused, RECOUP_STATUS_OK]);
    assert_eq!(all.destroyed(), 0, "the engine was not freed");
    assert!(server.is_blocked("ann"));
}

#[test]
fn the_dispatcher_calls_by_itself_and_keeps_others_from_pumping() {
    let all = Seen::default();
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine, and data that outlives it.
    unsafe {
        assert_eq!(recoup_engine_start_dispatcher(engine, null_mut()), RECOUP_STATUS_OK);
        assert_eq!(recoup_engine_start_dispatcher(engine, null_mut()), RECOUP_STATUS_PUMPING);
        assert_eq!(recoup_engine_tick(engine, 0, null_mut(), null_mut()), RECOUP_STATUS_PUMPING);
        assert_eq!(poll_one(engine).0, RECOUP_STATUS_PUMPING);
        assert_eq!(recoup_engine_on_event(engine, Some(on_event), all.data(), DESTROY, null_mut()), 0);
        assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
        wait_until("the callback", || all.users() == ["ann"]);
        assert_eq!(recoup_engine_stop_dispatcher(engine, null_mut()), RECOUP_STATUS_OK);
        assert_eq!(recoup_engine_stop_dispatcher(engine, null_mut()), RECOUP_STATUS_OK);
        assert_eq!(server.block("bob"), RECOUP_STATUS_OK);
        assert_eq!(tick(engine, 0), 1);
        assert_eq!(recoup_engine_start_dispatcher(engine, null_mut()), RECOUP_STATUS_OK);
    }
    drop(server);
    assert_eq!(all.destroyed(), 1);
}

/// # Safety
/// A live engine.
unsafe fn submit(engine: *const recoup_engine, tag: u64) -> recoup_status {
    // SAFETY: all-zero but for the size and the store is a request.
    let mut request: recoup_request = unsafe { std::mem::zeroed() };
    request.struct_size = u32::try_from(size_of::<recoup_request>()).unwrap();
    request.store = view("app-store");
    // SAFETY: what the caller promises.
    unsafe { recoup_engine_submit(engine, &raw const request, tag, null_mut()) }
}

#[test]
fn a_submitted_request_is_reported_once_by_poll_or_by_its_callback() {
    let reported = Seen::default();
    let server = Server::new();
    let engine = server.engine;
    // SAFETY: a live engine, and pointers to what outlives the calls.
    unsafe {
        assert_eq!(submit(engine, 7), RECOUP_STATUS_OK);
        let (mut count, mut details) = (0, null_mut());
        let mut completion: recoup_completion = std::mem::zeroed();
        completion.struct_size = 40;
        wait_until("the completion", || {
            let status = recoup_engine_poll_completions(
                engine,
                &raw mut completion,
                1,
                &raw mut count,
                &raw mut details,
                null_mut(),
            );
            assert_eq!(status, RECOUP_STATUS_OK);
            let json = take_json(details);
            assert_eq!(json.as_array().unwrap().len(), count);
            count == 1
        });
        assert_eq!((completion.tag, completion.status, completion.kind), (7, 0, RECOUP_OUTCOME_REJECTED));
        assert_eq!(completion.http_status, 403, "no section for that store");

        let on =
            recoup_engine_on_completion(engine, Some(on_completion), reported.data(), DESTROY, null_mut());
        assert_eq!(on, RECOUP_STATUS_OK);
        assert_eq!(submit(engine, u64::MAX), RECOUP_STATUS_OK);
        let mut ready = 0;
        wait_until("a wait that reports it", || {
            assert_eq!(recoup_engine_wait(engine, 1000, &raw mut ready, null_mut()), RECOUP_STATUS_OK);
            tick(engine, 0) == 1
        });
        let completions = std::mem::take(&mut *reported.completions.lock().unwrap());
        assert_eq!((completions[0].0, completions[0].1), (u64::MAX, RECOUP_STATUS_OK));
        assert!(completions[0].2.contains("store_not_configured"), "{}", completions[0].2);

        assert_eq!(recoup_engine_close(engine, null_mut()), RECOUP_STATUS_OK);
        assert_eq!(submit(null(), 1), RECOUP_STATUS_INVALID_ARGUMENT);
    }
    drop(server);
    assert_eq!(reported.destroyed(), 1);
}

unsafe extern "C" fn clock(data: usize) -> i64 {
    seen(data).answer.load(Ordering::SeqCst)
}

#[test]
fn time_comes_from_the_programs_clock() {
    let time = Seen::default();
    time.answer.store(1_800_000_000_000, Ordering::SeqCst);
    let folder = tempfile::tempdir().unwrap();
    let (config, config_len) = parts(r#"{"database":"ledger.db"}"#);
    let (base, base_len) = parts(folder.path().to_str().unwrap());
    let (mut engine, mut error) = (null_mut(), null_mut());
    // SAFETY: pointers to what outlives the calls.
    let server = unsafe {
        let options = recoup_options_new();
        let status = recoup_engine_open_with(options, &raw mut engine, &raw mut error);
        assert_eq!((status, take_code(error).as_str()), (RECOUP_STATUS_INVALID_ARGUMENT, "no_config"));
        let set = recoup_options_set_config_json(options, config, config_len, base, base_len, null_mut());
        assert_eq!(set, RECOUP_STATUS_OK);
        assert_eq!(recoup_options_set_clock(options, Some(clock), time.data(), DESTROY, null_mut()), 0);
        assert_eq!(recoup_engine_open_with(options, &raw mut engine, null_mut()), RECOUP_STATUS_OK);
        recoup_options_free(options);
        Server { engine, folder }
    };
    assert_eq!(time.destroyed(), 0, "the engine has it");
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    assert_eq!(server.user_json("ann")["blocks"][0]["made_at"], 1_800_000_000_000_i64);
    drop(server);
    assert_eq!(time.destroyed(), 1);
}

unsafe extern "C" fn on_log(
    data: usize,
    level: recoup_log_level,
    target: recoup_string,
    message: recoup_string,
) {
    let line = format!("{} {}", read(target), read(message));
    seen(data).events.lock().unwrap().push((level, line));
}

#[test]
fn log_messages_go_to_the_function_that_was_set_up_to_its_level() {
    let _log = LOG.lock().unwrap();
    let (log, other) = (Seen::default(), Seen::default());
    let server = Server::new();
    let forged = || {
        // SAFETY: a live engine, and all-zero but for the sizes and the store.
        unsafe {
            let mut request: recoup_request = std::mem::zeroed();
            let mut outcome: recoup_outcome = std::mem::zeroed();
            request.struct_size = u32::try_from(size_of::<recoup_request>()).unwrap();
            outcome.struct_size = 32;
            request.store = view("google-play");
            let (from, to) = (&raw const request, &raw mut outcome);
            recoup_engine_ingest(server.engine, from, to, null_mut(), null_mut())
        }
    };
    let warnings = |seen: &Seen| {
        let lines = std::mem::take(&mut *seen.events.lock().unwrap());
        lines.iter().filter(|(_, line)| line.contains("store_not_configured")).count()
    };
    // SAFETY: data that outlives the registration.
    unsafe {
        let error = RECOUP_LOG_ERROR;
        let bad = recoup_log_set(9, Some(on_log), log.data(), DESTROY, null_mut());
        assert_eq!((bad, log.destroyed()), (RECOUP_STATUS_INVALID_ARGUMENT, 1));
        assert_eq!(recoup_log_set(RECOUP_LOG_WARN, Some(on_log), log.data(), DESTROY, null_mut()), 0);
        assert_eq!(forged(), RECOUP_STATUS_OK);
        assert_eq!(warnings(&log), 1);
        assert_eq!(recoup_log_set(error, Some(on_log), other.data(), DESTROY, null_mut()), 0);
        assert_eq!(log.destroyed(), 2);
        assert_eq!(forged(), RECOUP_STATUS_OK);
        assert_eq!((warnings(&log), warnings(&other)), (0, 0), "a warning is below the level");
        assert_eq!(recoup_log_set(RECOUP_LOG_OFF, None, 0, None, null_mut()), 0);
        assert_eq!(other.destroyed(), 1);
    }
}

#[test]
fn a_message_of_the_hosts_own_store_is_ingested_as_any_other() {
    let server = Server::new();
    let message = r#"{"store":"custom:samsung","app":"com.example.game","environment":"production",
        "notification_id":"n-1","name":"ITEM_REFUNDED","at":1767225600000,
        "fact":{"at":1767225600000,"what":"refunded","extent":"full","trust":"signed",
                "about":{"order_id":"S-1","account_tag":"ann"}}}"#;
    let record = |text: &str| {
        let (json, len) = parts(text);
        // SAFETY: a live engine, and all-zero but for the size is an outcome.
        unsafe {
            let mut outcome: recoup_outcome = std::mem::zeroed();
            outcome.struct_size = 32;
            let status = crate::ffi::messages::recoup_engine_record_message_json(
                server.engine,
                json,
                len,
                null(),
                0,
                &raw mut outcome,
                null_mut(),
                null_mut(),
            );
            (status, outcome.is_new, outcome.http_status)
        }
    };
    assert_eq!(record(message), (RECOUP_STATUS_OK, 1, 200));
    assert_eq!(record(message), (RECOUP_STATUS_OK, 0, 200), "a repetition");
    assert!(!server.is_blocked("ann"), "a bare tag blocks no player");
    for (bad, why) in [
        (message.replace("S-1", "S\\u0000"), "a control character"),
        (message.replace("custom:samsung", "app-store"), "a store that Recoup verifies itself"),
        (message.replace("custom:samsung", "samsung"), "no store"),
        (message.replace(r#""order_id":"S-1","#, ""), "no order"),
        (message.replace("n-1", ""), "nothing to tell repetitions by"),
    ] {
        assert_eq!(record(&bad).0, RECOUP_STATUS_INVALID_ARGUMENT, "{why}");
    }
}
