//! Another Rust library in the same program, with its own standard library.

/// Whether unwinding works here, beside Recoup.
#[unsafe(no_mangle)]
pub extern "C" fn neighbour_catches_its_panic() -> bool {
    std::panic::catch_unwind(|| std::panic::resume_unwind(Box::new(7))).is_err_and(|seven| seven.is::<i32>())
}
