//! Which library this is.

use std::ffi::{CStr, c_char};

use super::boundary::answer;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the library that was loaded, such as "0.1.0"; compare with RECOUP_VERSION, the version of this
/// header. Never NULL, never freed. Does not block.
#[unsafe(no_mangle)]
pub extern "C" fn recoup_version() -> *const c_char {
    answer(VERSION.as_ptr(), || VERSION.as_ptr())
}
