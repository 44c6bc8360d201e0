//! Panics, forks and closed engines.

use super::*;
use crate::ffi::blocks::recoup_engine_is_blocked;
use crate::ffi::poll::recoup_engine_ack;

fn is_blocked(server: &Server) -> (recoup_status, u8) {
    let (user, len) = parts("ann");
    let mut blocked = 7;
    // SAFETY: a live engine, and pointers to what is on this stack.
    let status = unsafe { recoup_engine_is_blocked(server.engine, user, len, &raw mut blocked, null_mut()) };
    (status, blocked)
}

#[test]
fn a_panic_becomes_a_status_poisons_the_engine_and_writes_nothing() {
    let server = Server::new();
    assert_eq!(is_blocked(&server), (RECOUP_STATUS_OK, 0));
    failpoint::arm();
    assert_eq!(is_blocked(&server), (RECOUP_STATUS_PANIC, 7));
    assert_eq!(is_blocked(&server), (RECOUP_STATUS_POISONED, 7));
    let mut error = null_mut();
    // SAFETY: a live engine and room for a pointer.
    let status = unsafe { recoup_engine_close(server.engine, &raw mut error) };
    assert_eq!((status, take_code(error).as_str()), (RECOUP_STATUS_POISONED, "poisoned"));
}

#[test]
fn a_panic_on_opening_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    failpoint::arm();
    assert_eq!(open(&folder).unwrap_err(), (RECOUP_STATUS_PANIC, "panic".to_owned()));
    let engine = open(&folder).unwrap();
    // SAFETY: a live engine, freed once.
    unsafe { recoup_engine_free(engine) };
}

#[test]
fn durable_work_of_a_poisoned_engine_is_there_after_reopening() {
    let mut server = Server::new();
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    failpoint::arm();
    assert_eq!(server.block("bob"), RECOUP_STATUS_PANIC);
    // SAFETY: a live engine, freed once.
    unsafe { recoup_engine_free(server.engine) };
    server.engine = open(&server.folder).unwrap();
    assert!(server.is_blocked("ann"));
    assert!(!server.is_blocked("bob"));
}

#[test]
fn an_engine_of_the_parent_process_refuses_and_is_not_torn_down() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(&folder).unwrap();
    // SAFETY: a live engine that nothing else uses.
    unsafe { (*engine).pretend_forked() };
    let mut error = null_mut();
    // SAFETY: a live engine, freed once.
    unsafe {
        assert_eq!(recoup_engine_ack(engine, 1, &raw mut error), RECOUP_STATUS_FORKED);
        assert_eq!(take_code(error), "forked");
        recoup_engine_free(engine);
    }
}

#[test]
fn a_closed_engine_reports_that_and_still_answers_who_is_blocked() {
    let server = Server::new();
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    for _ in 0..2 {
        // SAFETY: a live engine.
        assert_eq!(unsafe { recoup_engine_close(server.engine, null_mut()) }, RECOUP_STATUS_OK);
    }
    assert_eq!(server.block("bob"), RECOUP_STATUS_CLOSED);
    assert!(server.is_blocked("ann"));
}

#[test]
fn every_export_goes_through_the_boundary() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ffi");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sources: Vec<String> =
        files.filter(|path| path.is_file()).map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let mut exports = 0;
    for source in &sources {
        for export in source.split("#[unsafe(no_mangle)]").skip(1) {
            let body = export.split_inclusive("\n}\n").next().unwrap();
            let ways_in = ["answer(", "{ call(", "{ call_engine(", "{ query(", "{ filtered(", "{ on("];
            assert!(ways_in.iter().any(|way| body.contains(way)), "outside of the boundary:{body}");
            exports += 1;
        }
    }
    assert_eq!(exports, include_str!("../../../include/recoup.exports").lines().count());
}
