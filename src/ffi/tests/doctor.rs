//! A doctor run reports each finding as it is made, and one order is queried at its store.

use super::store_requests::{Program, fail, set};
use super::*;
use crate::ffi::doctor::*;
use crate::ffi::poll::recoup_engine_ack;
use crate::ffi::reconcile::*;
use crate::ffi::transport::RECOUP_TRANSPORT_TLS;

/// The findings of progress callbacks, and the statuses of calls made inside them.
struct Progress {
    engine: *mut recoup_engine,
    findings: std::cell::RefCell<Vec<serde_json::Value>>,
    statuses: std::cell::RefCell<Vec<recoup_status>>,
}

unsafe extern "C" fn on_finding(data: usize, finding: recoup_string) {
    // SAFETY: the data is a live value.
    let progress = unsafe { &*std::ptr::with_exposed_provenance::<Progress>(data) };
    progress.findings.borrow_mut().push(serde_json::from_str(&read(finding)).unwrap());
    let (engine, mut text) = (progress.engine, null_mut());
    // SAFETY: a live engine, and pointers to what is on this stack.
    let statuses = unsafe {
        [
            recoup_engine_doctor(engine, null(), 0, Some(on_finding), data, &raw mut text, null_mut()),
            recoup_engine_reconcile(engine, null(), 0, None, 0, &raw mut text, null_mut()),
            recoup_engine_work(engine, &raw mut text, null_mut()),
            recoup_engine_close(engine, null_mut()),
            recoup_engine_ack(engine, 99, null_mut()),
        ]
    };
    assert!(text.is_null());
    progress.statuses.borrow_mut().extend(statuses);
}

fn doctor(engine: *mut recoup_engine, options: &str) -> serde_json::Value {
    let ((options, len), mut text) = (parts(options), null_mut());
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe { recoup_engine_doctor(engine, options, len, None, 0, &raw mut text, null_mut()) };
    assert_eq!(status, RECOUP_STATUS_OK);
    take_json(text)
}

fn codes(report: &serde_json::Value, area: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let of = findings.filter(|finding| finding["area"] == area);
    of.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn progress_and_report_have_the_same_findings() {
    let program =
        Program::new(|_, answer| set(answer, 200, br#"{"object":"list","data":[],"has_more":false}"#));
    let progress =
        Progress { engine: program.engine, findings: Default::default(), statuses: Default::default() };
    let (data, mut text) = (std::ptr::from_ref(&progress).expose_provenance(), null_mut());
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe {
        recoup_engine_doctor(program.engine, null(), 0, Some(on_finding), data, &raw mut text, null_mut())
    };
    assert_eq!(status, RECOUP_STATUS_OK);
    let report = take_json(text);
    let findings = progress.findings.into_inner();
    assert_eq!(report["findings"], serde_json::Value::from(findings.clone()));
    assert_eq!(report["health"], "warning", "no message has been received yet: {report}");
    assert_eq!(codes(&report, "credentials"), ["credentials"]);
    assert_eq!(codes(&report, "reachability"), ["reached"]);
    assert_eq!(codes(&report, "ledger"), ["sound"]);
    assert_eq!(codes(&report, "test_notification"), [""; 0], "it was not requested");
    let refused = RECOUP_STATUS_REENTRANT;
    let inside = [refused, refused, refused, refused, RECOUP_STATUS_NOT_FOUND];
    assert_eq!(progress.statuses.into_inner(), inside.repeat(findings.len()));
}

#[test]
fn a_fault_is_a_finding_and_no_failure() {
    let program = Program::new(|_, answer| fail(answer, RECOUP_TRANSPORT_TLS, "who is it?"));
    let report = doctor(program.engine, "");
    assert_eq!(
        (&report["health"], codes(&report, "reachability")),
        (&"broken".into(), vec!["tls".to_owned()])
    );
}

#[test]
fn a_test_notification_is_requested_by_the_options_and_they_have_no_other_member() {
    let program =
        Program::new(|_, answer| set(answer, 200, br#"{"object":"list","data":[],"has_more":false}"#));
    let report = doctor(program.engine, r#"{"app_store_test_notification":true}"#);
    assert_eq!(codes(&report, "test_notification"), ["no_credentials"]);
    let report = doctor(program.engine, r#"{"app_store_test_notification":false}"#);
    assert_eq!(codes(&report, "test_notification"), [""; 0]);
    let ((options, len), mut text, mut error) = (parts(r#"{"app_store":1}"#), null_mut(), null_mut());
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status =
        unsafe { recoup_engine_doctor(program.engine, options, len, None, 0, &raw mut text, &raw mut error) };
    assert_eq!((status, take_code(error)), (RECOUP_STATUS_INVALID_ARGUMENT, "bad_json".to_owned()));
}

#[test]
fn a_closed_engine_is_checked_without_requests() {
    let program = Program::new(|_, answer| set(answer, 200, b"{}"));
    // SAFETY: a live engine.
    assert_eq!(unsafe { recoup_engine_close(program.engine, null_mut()) }, RECOUP_STATUS_OK);
    let report = doctor(program.engine, "");
    assert_eq!(codes(&report, "reachability"), ["no_answer"]);
    assert_eq!(codes(&report, "ledger"), ["sound"]);
    assert!(program.seen.borrow().is_empty(), "a store was queried");
}

#[test]
fn only_the_app_store_can_be_queried_about_one_order() {
    let program = Program::new(|_, answer| set(answer, 200, b"{}"));
    let cases = [
        ("app-store", "1", RECOUP_STATUS_API, "api_not_configured"),
        ("app-store", "", RECOUP_STATUS_INVALID_ARGUMENT, "bad_action"),
        ("stripe", "ch_1", RECOUP_STATUS_INVALID_ARGUMENT, "bad_action"),
        ("no-store", "1", RECOUP_STATUS_INVALID_ARGUMENT, "unknown_store"),
    ];
    for (store, order, status, code) in cases {
        let ((store, store_len), (order, order_len)) = (parts(store), parts(order));
        let (mut text, mut error) = (null_mut(), null_mut());
        // SAFETY: a live engine, and pointers to what is on this stack.
        let returned = unsafe {
            recoup_engine_reconcile_order(
                program.engine,
                store,
                store_len,
                null(),
                0,
                order,
                order_len,
                &raw mut text,
                &raw mut error,
            )
        };
        assert_eq!((returned, take_code(error).as_str()), (status, code));
        assert!(text.is_null());
    }
    assert!(program.seen.borrow().is_empty(), "a store was queried");
}
