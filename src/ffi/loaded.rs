//! The library stays in memory once an engine was opened: its threads, and destructors of thread-local values, run
//! its code. On ELF a linker option does this (`-z nodelete`, in build.rs); on Windows a running module is pinned.

use super::failure::Failure;

/// Keeps the module of this function in memory until the process ends, however often `FreeLibrary` is called.
#[cfg(windows)]
pub(super) fn stay() -> Result<(), Failure> {
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

/// Nothing to do: build.rs has the linker option.
#[cfg(not(windows))]
pub(super) const fn stay() -> Result<(), Failure> {
    Ok(())
}
