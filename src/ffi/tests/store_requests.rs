//! Requests to the stores over a program's own transport, and the sweeps that report their progress.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::ffi::actions::*;
use crate::ffi::blocks::recoup_engine_is_blocked;
use crate::ffi::doctor::recoup_engine_doctor;
use crate::ffi::headers::recoup_header;
use crate::ffi::options::*;
use crate::ffi::poll::recoup_engine_ack;
use crate::ffi::reconcile::*;
use crate::ffi::transport::*;

const CONFIG: &str = r#"{"database":"ledger.db","stripe":[
    {"name":"shop","webhook_secrets":["whsec_0123456789abcdef0123456789abcdef"],"api_key":"rk_test_1"}]}"#;

/// What the transport answers; the last call's status.
pub(super) type Answers = fn(&Program, *mut recoup_http_answer) -> recoup_status;

/// A program: what its transport does, and what it found.
pub(super) struct Program {
    pub(super) engine: *mut recoup_engine,
    answers: Answers,
    /// What was seen inside: statuses of calls that were tried there.
    pub(super) seen: std::cell::RefCell<Vec<recoup_status>>,
    destroyed: AtomicUsize,
    folder: tempfile::TempDir,
}

unsafe extern "C" fn on_request(
    data: usize,
    request: *const recoup_http_request,
    answer: *mut recoup_http_answer,
) {
    // SAFETY: the data is a live program, and the request lives for the call.
    let (program, request) = unsafe { (&*std::ptr::with_exposed_provenance::<Program>(data), &*request) };
    assert_eq!(usize::try_from(request.struct_size).unwrap(), size_of::<recoup_http_request>());
    assert!(read(request.url).starts_with("https://api.stripe.com/v1/"), "{}", read(request.url));
    // A doctor run waits for half as long.
    assert!([30_000, 15_000].contains(&request.time_limit_ms), "{} ms", request.time_limit_ms);
    // A list may be four times as long.
    let limit = if read(request.url).contains("limit=100") { 16 << 20 } else { 4 << 20 };
    assert_eq!(request.body_limit, limit, "{}", read(request.url));
    // SAFETY: that many fields.
    let headers = unsafe { std::slice::from_raw_parts(request.headers, request.header_count) };
    assert!(headers.iter().any(|field| read(field.name) == "authorization"));
    assert_eq!(request.body.is_null(), read(request.method) == "GET");
    let status = (program.answers)(program, answer);
    program.seen.borrow_mut().push(status);
}

unsafe extern "C" fn destroy(data: usize) {
    // SAFETY: the data is a live program.
    unsafe { &*std::ptr::with_exposed_provenance::<Program>(data) }.destroyed.fetch_add(1, Ordering::SeqCst);
}

impl Program {
    pub(super) fn new(answers: Answers) -> Box<Self> {
        let mut program = Box::new(Self {
            engine: null_mut(),
            answers,
            seen: std::cell::RefCell::default(),
            destroyed: AtomicUsize::new(0),
            folder: tempfile::tempdir().unwrap(),
        });
        let data = std::ptr::from_ref(&*program).expose_provenance();
        let options = recoup_options_new();
        let ((config, len), base) = (parts(CONFIG), program.folder.path().to_str().unwrap().to_owned());
        let (base, base_len) = parts(&base);
        let mut engine = null_mut();
        // SAFETY: live options, and pointers to what is on this stack.
        unsafe {
            assert_eq!(recoup_options_set_config_json(options, config, len, base, base_len, null_mut()), 0);
            assert_eq!(recoup_options_set_background(options, 0, null_mut()), 0);
            let set =
                recoup_options_set_transport(options, Some(on_request), data, Some(destroy), null_mut());
            assert_eq!(set, RECOUP_STATUS_OK);
            assert_eq!(recoup_engine_open_with(options, &raw mut engine, null_mut()), 0);
            recoup_options_free(options);
        }
        program.engine = engine;
        program
    }

    fn refund(&self, key: &str) -> serde_json::Value {
        let request = format!(
            r#"{{"order":{{"store":"stripe","app":"shop","payment":"ch_1"}},"who":"w","why":"w","key":"{key}"}}"#
        );
        let ((json, len), mut action) = (parts(&request), null_mut());
        // SAFETY: a live engine, and pointers to what is on this stack.
        let status =
            unsafe { recoup_engine_issue_refund(self.engine, json, len, &raw mut action, null_mut()) };
        assert_eq!(status, RECOUP_STATUS_OK);
        take_json(action)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        assert_eq!(self.destroyed.load(Ordering::SeqCst), 0, "the engine still has it");
        // SAFETY: opened by `new`, freed here only.
        unsafe { recoup_engine_free(self.engine) };
        assert_eq!(self.destroyed.load(Ordering::SeqCst), 1, "destructors");
    }
}

pub(super) fn set(answer: *mut recoup_http_answer, status: i32, body: &[u8]) -> recoup_status {
    let header = recoup_header { name: view("Content-Type"), value: view("application/json") };
    // SAFETY: a live answer, and pointers to what is on this stack.
    unsafe {
        recoup_http_answer_set(answer, status, &raw const header, 1, body.as_ptr(), body.len(), null_mut())
    }
}

pub(super) fn fail(
    answer: *mut recoup_http_answer,
    failure: recoup_transport_failure,
    message: &str,
) -> recoup_status {
    let (data, len) = parts(message);
    // SAFETY: a live answer, and pointers to what is on this stack.
    unsafe { recoup_http_answer_fail(answer, failure, data, len, null_mut()) }
}

#[test]
fn the_transports_answer_decides_the_refunds_state() {
    let program = Program::new(|_, answer| {
        fail(answer, RECOUP_TRANSPORT_TLS, "the last call counts");
        set(answer, 200, br#"{"id":"re_1","status":"succeeded"}"#)
    });
    let action = program.refund("a");
    assert_eq!((&action["state"], &action["answer"]["id"]), (&"done".into(), &"re_1".into()));
    assert_eq!(program.refund("a")["id"], action["id"], "one refund for one key");
    assert_eq!(*program.seen.borrow(), [RECOUP_STATUS_OK]);
}

/// The states show whether the store may have seen the request: only what certainly was not sent is failed.
#[test]
fn the_state_after_each_failure_shows_whether_the_request_may_have_arrived() {
    let cases: [(Answers, &str, &str); 7] = [
        (|_, answer| fail(answer, RECOUP_TRANSPORT_TLS, "who is it?"), "failed", "who is it?"),
        (|_, answer| fail(answer, RECOUP_TRANSPORT_UNSENDABLE, ""), "failed", "gave no reason"),
        (|_, answer| fail(answer, RECOUP_TRANSPORT_MALFORMED, "gopher"), "unknown", "gopher"),
        (|_, answer| fail(answer, RECOUP_TRANSPORT_TOO_LARGE, "huge"), "unknown", "4194304 bytes"),
        (|_, answer| set(answer, 302, b""), "unknown", "a redirect"),
        (|_, answer| set(answer, 200, &vec![b' '; (4 << 20) + 1]), "unknown", "4194304 bytes"),
        (|_, answer| set(answer, 200, b"no JSON"), "unknown", "cannot be read"),
    ];
    for (answers, state, words) in cases {
        let program = Program::new(answers);
        let action = program.refund("a");
        let message = action["answer"]["message"].as_str().unwrap();
        assert!(message.contains(words), "{message}");
        assert_eq!(action["state"], state, "{message}");
    }
}

#[test]
fn an_invalid_answer_is_refused_and_has_no_effect() {
    let program = Program::new(|_, answer| {
        for status in [-1, 0, 100, 199, 600, 65_736] {
            assert_eq!(set(answer, status, b""), RECOUP_STATUS_INVALID_ARGUMENT, "{status}");
        }
        for failure in [0, 9, -1] {
            assert_eq!(fail(answer, failure, ""), RECOUP_STATUS_INVALID_ARGUMENT, "{failure}");
        }
        assert_eq!(set(answer, 400, br#"{"error":{"code":"c"}}"#), RECOUP_STATUS_OK);
        set(answer, 999, b"")
    });
    assert_eq!(program.refund("a")["answer"]["message"], "the store answered 400 c: it gave no reason");
}

#[test]
fn a_long_message_is_cut_between_characters() {
    let program = Program::new(|_, answer| fail(answer, RECOUP_TRANSPORT_TLS, &"é".repeat(1000)));
    let action = program.refund("a");
    let message = action["answer"]["message"].as_str().unwrap();
    assert_eq!(message.matches('é').count(), 512);
}

#[test]
fn inside_the_transport_every_call_on_an_engine_is_refused() {
    let program = Program::new(|program, answer| {
        let ((user, len), mut blocked) = (parts("ann"), 7);
        let engine = program.engine;
        // SAFETY: a live engine, and pointers to what is on this stack.
        unsafe {
            let status = recoup_engine_is_blocked(engine, user, len, &raw mut blocked, null_mut());
            assert_eq!((status, blocked), (RECOUP_STATUS_REENTRANT, 7));
            assert_eq!(recoup_engine_close(engine, null_mut()), RECOUP_STATUS_REENTRANT);
        }
        set(answer, 200, br#"{"id":"re_1","status":"succeeded"}"#)
    });
    assert_eq!(program.refund("a")["state"], "done");
    assert_eq!(program.refund("b")["state"], "done", "once it has returned, calls are accepted");
}

unsafe extern "C" fn on_progress(data: usize, progress: recoup_string) {
    // SAFETY: the data is a live program.
    let program = unsafe { &*std::ptr::with_exposed_provenance::<Program>(data) };
    let progress: serde_json::Value = serde_json::from_str(&read(progress)).unwrap();
    assert_eq!(progress["app"], "shop");
    let (engine, mut text) = (program.engine, null_mut());
    // SAFETY: a live engine, and pointers to what is on this stack.
    let statuses = unsafe {
        [
            recoup_engine_reconcile(engine, null(), 0, None, 0, &raw mut text, null_mut()),
            recoup_engine_doctor(engine, null(), 0, None, 0, &raw mut text, null_mut()),
            recoup_engine_work(engine, &raw mut text, null_mut()),
            recoup_engine_close(engine, null_mut()),
            recoup_engine_ack(engine, 99, null_mut()),
        ]
    };
    assert!(text.is_null());
    program.seen.borrow_mut().extend(statuses);
}

#[test]
fn the_progress_callback_may_make_every_call_that_does_not_wait_for_the_sweep() {
    let program =
        Program::new(|_, answer| set(answer, 200, br#"{"object":"list","data":[],"has_more":false}"#));
    let (data, mut text) = (std::ptr::from_ref(&*program).expose_provenance(), null_mut());
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe {
        recoup_engine_reconcile(program.engine, null(), 0, Some(on_progress), data, &raw mut text, null_mut())
    };
    assert_eq!(status, RECOUP_STATUS_OK);
    assert_eq!(take_json(text)["sweeps"][0]["pages"], 2);
    let refused = RECOUP_STATUS_REENTRANT;
    let inside = [refused, refused, refused, refused, RECOUP_STATUS_NOT_FOUND];
    let answered = [RECOUP_STATUS_OK];
    let expected = [&inside[..], &answered, &inside, &answered, &inside].concat();
    assert_eq!(*program.seen.borrow(), expected);
    // SAFETY: as above.
    unsafe {
        assert_eq!(recoup_engine_work(program.engine, &raw mut text, null_mut()), RECOUP_STATUS_OK);
        assert_eq!(take_json(text)["actions"], 0);
        assert_eq!(recoup_engine_close(program.engine, null_mut()), RECOUP_STATUS_OK);
        let closed = recoup_engine_work(program.engine, &raw mut text, null_mut());
        assert_eq!(closed, RECOUP_STATUS_CLOSED);
    }
}

/// Credentials without a way to use them are an error, where the build has no HTTP client.
#[test]
#[cfg(not(feature = "http"))]
fn without_a_client_and_a_transport_the_feature_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let ((config, len), (base, base_len)) = (parts(CONFIG), parts(folder.path().to_str().unwrap()));
    let (mut engine, mut text, mut error) = (null_mut(), null_mut(), null_mut());
    // SAFETY: pointers to what is on this stack.
    unsafe {
        assert_eq!(recoup_engine_open(config, len, base, base_len, &raw mut engine, null_mut()), 0);
        let status = recoup_engine_work(engine, &raw mut text, &raw mut error);
        assert_eq!(status, RECOUP_STATUS_UNSUPPORTED);
        assert!(read(recoup_error_message(error)).contains("`http`"));
        assert_eq!(take_code(error), "no_http");
        recoup_engine_free(engine);
    }
}
