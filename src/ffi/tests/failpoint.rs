//! A panic on demand, inside the next export that this thread calls.

use std::cell::Cell;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

pub(in crate::ffi) fn arm() {
    ARMED.set(true);
}

pub(in crate::ffi) fn hit() {
    if ARMED.replace(false) {
        panic!("a panic requested by a test");
    }
}
