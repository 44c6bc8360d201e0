//! JSON arguments on the small thread of a host.

use super::*;
use crate::ffi::messages::recoup_engine_record_message_json;
use crate::ffi::purchases::recoup_engine_record_purchases_json;
use crate::ffi::reconcile::recoup_engine_reconcile;

#[test]
fn json_arguments_are_read_on_a_small_stack() {
    let arrays = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let mut wrapped = arrays(20);
    for _ in 0..10 {
        wrapped = format!(r#"{{"$serde_json::private::RawValue":{}}}"#, serde_json::json!(wrapped));
    }
    let mut texts = vec![wrapped.clone(), format!("[{wrapped}]")];
    for depth in [29, 30, 31, 32, 33, 100_000] {
        texts.extend([arrays(depth), format!(r#"{{"store":{}}}"#, arrays(depth))]);
        texts.push(format!(r#"{{"fact":{{"what":{0},"about":{0}}}}}"#, arrays(depth)));
        texts.push(format!("{}1{}", r#"{"fact":"#.repeat(depth), "}".repeat(depth)));
    }
    let server = Server::new();
    let engine = server.engine.expose_provenance();
    for text in texts {
        let thread = std::thread::Builder::new().stack_size(64 << 10);
        let call = move || {
            let engine: *mut recoup_engine = std::ptr::with_exposed_provenance_mut(engine);
            let (json, len) = parts(&text);
            let mut result = null_mut();
            // SAFETY: a live engine, and pointers to what is on this stack or NULL where that is allowed.
            unsafe {
                [
                    recoup_engine_record_purchases_json(engine, json, len, null_mut(), null_mut()),
                    recoup_engine_record_message_json(
                        engine,
                        json,
                        len,
                        null(),
                        0,
                        null_mut(),
                        null_mut(),
                        null_mut(),
                    ),
                    recoup_engine_reconcile(engine, json, len, None, 0, &raw mut result, null_mut()),
                    {
                        let mut opened = null_mut();
                        recoup_engine_open(json, len, null(), 0, &raw mut opened, null_mut())
                    },
                ]
            }
        };
        let statuses = thread.spawn(call).unwrap().join().unwrap();
        assert!(statuses.iter().all(|status| *status != RECOUP_STATUS_OK), "{statuses:?}");
    }
}
