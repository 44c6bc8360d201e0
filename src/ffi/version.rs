//! The library's version.

use std::ffi::{CStr, c_char};

use super::panics::answer;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the loaded library, such as "0.1.0"; compare with RECOUP_VERSION, the version of this header. Never
/// NULL, never freed. Does not block.
#[unsafe(no_mangle)]
pub extern "C" fn recoup_version() -> *const c_char {
    answer(VERSION.as_ptr(), || VERSION.as_ptr())
}

/// The same as one number; RECOUP_VERSION_NUMBER is that of this header. A program can use a library that is not
/// older than its header, of the same major version, and before 1.0 of the same minor version. The loader checks the
/// second if libraries have the version in their names, as on Linux; check the first yourself, before anything else:
///
///   if (recoup_version_number() < RECOUP_VERSION_NUMBER) {
///     fprintf(stderr, "needs Recoup %s and found %s\n", RECOUP_VERSION, recoup_version());
///     return 1;
///   }
///
/// Does not block.
#[unsafe(no_mangle)]
pub extern "C" fn recoup_version_number() -> u32 {
    answer(VERSION_NUMBER, || VERSION_NUMBER)
}

const VERSION_NUMBER: u32 = number(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000_000
    + number(env!("CARGO_PKG_VERSION_MINOR")) * 1000
    + number(env!("CARGO_PKG_VERSION_PATCH"));

const fn number(text: &str) -> u32 {
    match u32::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => 0,
    }
}
