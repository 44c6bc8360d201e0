//! Keeps include/recoup.h in step with src/ffi.

fn main() {}
