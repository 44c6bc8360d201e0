//! The C ABI, called as C calls it, with what C may get wrong.

mod callbacks;
mod calls;
mod decisions;
mod desk;
mod doctor;
mod exports;
pub(super) mod failpoint;
mod faults;
mod idle;
mod listening;
mod pumping;
mod race;
mod recovery;
mod signed_purchases;
mod small_stack;
mod store_requests;
mod structs;
mod sweep;
mod sweep_decisions;
mod sweep_operators;
mod work;

use std::ffi::c_char;
use std::ptr::{null, null_mut};

use super::engine::*;
use super::error::*;
use super::status::*;
use super::text::*;
use super::views::recoup_string;

/// Held by tests that set the log function, of which the process has one.
static LOG: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// An engine behind its handle, over its own ledger.
struct Server {
    engine: *mut recoup_engine,
    folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = open(&folder).unwrap();
        Self { engine, folder }
    }

    fn is_blocked(&self, user: &str) -> bool {
        let mut blocked = 7;
        let (data, len) = parts(user);
        // SAFETY: a live engine, and pointers to what is on this stack.
        let status = unsafe {
            super::blocks::recoup_engine_is_blocked(self.engine, data, len, &raw mut blocked, null_mut())
        };
        assert_eq!(status, RECOUP_STATUS_OK);
        assert!(blocked <= 1, "{blocked} is neither 0 nor 1");
        blocked == 1
    }

    fn block(&self, user: &str) -> recoup_status {
        let ((user, user_len), (who, who_len), (why, why_len)) =
            (parts(user), parts("mod eve"), parts("botting"));
        // SAFETY: a live engine, and pointers to what is on this stack or NULL where that is allowed.
        unsafe {
            super::blocks::recoup_engine_block(
                self.engine,
                user,
                user_len,
                0,
                who,
                who_len,
                why,
                why_len,
                null_mut(),
                null_mut(),
            )
        }
    }

    fn unblock(&self, user: &str) {
        let ((user, user_len), (who, who_len), (why, why_len)) =
            (parts(user), parts("mod eve"), parts("appeal"));
        // SAFETY: a live engine, and pointers to what is on this stack or NULL where that is allowed.
        let status = unsafe {
            super::blocks::recoup_engine_unblock(
                self.engine,
                user,
                user_len,
                who,
                who_len,
                why,
                why_len,
                null_mut(),
                null_mut(),
            )
        };
        assert_eq!(status, RECOUP_STATUS_OK);
    }

    fn user_json(&self, user: &str) -> serde_json::Value {
        let mut text = null_mut();
        let (data, len) = parts(user);
        // SAFETY: a live engine, and pointers to what is on this stack.
        let status = unsafe {
            super::queries::recoup_engine_query_user(self.engine, data, len, &raw mut text, null_mut())
        };
        assert_eq!(status, RECOUP_STATUS_OK);
        take_json(text)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SAFETY: opened by `new`, freed here only.
        unsafe { recoup_engine_free(self.engine) };
    }
}

fn open(folder: &tempfile::TempDir) -> Result<*mut recoup_engine, (recoup_status, String)> {
    let (config, config_len) = parts(r#"{"database":"ledger.db"}"#);
    let (base, base_len) = parts(folder.path().to_str().unwrap());
    let (mut engine, mut error) = (null_mut(), null_mut());
    // SAFETY: pointers to what is on this stack.
    let status =
        unsafe { recoup_engine_open(config, config_len, base, base_len, &raw mut engine, &raw mut error) };
    if status == RECOUP_STATUS_OK {
        assert!(error.is_null(), "an error object beside success");
        return Ok(engine);
    }
    assert!(engine.is_null(), "an engine beside a failure");
    Err((status, take_code(error)))
}

fn parts(text: &str) -> (*const c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

fn view(text: &str) -> recoup_string {
    recoup_string { data: text.as_ptr().cast(), len: text.len() }
}

/// What a view shows; it must be followed by a NUL.
fn read(view: recoup_string) -> String {
    // SAFETY: every returned view has `len` bytes and a NUL behind them.
    let bytes = unsafe { std::slice::from_raw_parts(view.data.cast::<u8>(), view.len + 1) };
    let (nul, text) = bytes.split_last().unwrap();
    assert_eq!(*nul, 0);
    String::from_utf8(text.to_vec()).unwrap()
}

/// The code of an error object, which is freed.
fn take_code(error: *mut recoup_error) -> String {
    assert!(!error.is_null(), "no error object");
    // SAFETY: a live error object, freed once.
    unsafe {
        let code = read(recoup_error_code(error));
        let message = read(recoup_error_message(error));
        assert!(!message.is_empty());
        println!("{code}: {message}");
        recoup_error_free(error);
        code
    }
}

fn take_json(text: *mut recoup_text) -> serde_json::Value {
    // SAFETY: a live text, freed once.
    unsafe {
        let json = read(recoup_text_view(text));
        recoup_text_free(text);
        serde_json::from_str(&json).unwrap()
    }
}

#[test]
fn a_null_error_object_is_no_error_and_freeing_null_is_fine() {
    // SAFETY: all of these take NULL.
    unsafe {
        assert_eq!(recoup_error_status(null()), RECOUP_STATUS_OK);
        assert_eq!(read(recoup_error_code(null())), "");
        assert_eq!(read(recoup_error_message(null())), "");
        assert_eq!(recoup_error_is_retryable(null()), 0);
        assert_eq!(recoup_error_http_status(null()), 0);
        assert_eq!(read(recoup_text_view(null())), "");
        recoup_error_free(null_mut());
        recoup_text_free(null_mut());
        recoup_engine_free(null_mut());
    }
}

#[test]
fn the_committed_header_matches_the_source() {
    let made = include_str!(concat!(env!("OUT_DIR"), "/recoup.h"));
    let committed = include_str!("../../../include/recoup.h");
    assert!(committed == made, "include/recoup.h is out of date: build in a checkout and commit it");
}
