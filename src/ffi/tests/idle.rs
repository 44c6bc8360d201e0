//! What an idle game loop costs: no allocation, whichever thread it runs on.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use super::*;
use crate::ffi::callbacks::*;
use crate::ffi::dispatch::recoup_engine_tick;
use crate::ffi::events::recoup_event;
use crate::ffi::register::*;

thread_local!(static ALLOCATIONS: Cell<usize> = const { Cell::new(0) });

/// The system's allocator, counting the requests of each thread.
struct Counting;

// SAFETY: all of it is the system allocator's; a thread-local number without a destructor is counted up beside.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: what the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: what the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

unsafe extern "C" fn on_event(_: usize, _: *const recoup_event) -> recoup_handled {
    RECOUP_HANDLED_DONE
}

#[test]
fn an_idle_tick_allocates_nothing() {
    let server = Server::new();
    // SAFETY: a live engine.
    let tick = || unsafe { recoup_engine_tick(server.engine, 0, null_mut(), null_mut()) };
    // SAFETY: a live engine.
    unsafe {
        assert_eq!(recoup_engine_on_event(server.engine, Some(on_event), 0, None, null_mut()), 0);
    }
    assert_eq!(server.block("ann"), RECOUP_STATUS_OK);
    let before = ALLOCATIONS.get();
    assert_eq!(tick(), RECOUP_STATUS_OK);
    assert!(ALLOCATIONS.get() > before, "the counter counts: this tick was not idle");
    // Once after the start the writer finds a reason to look.
    let quiet = (0..1000).any(|_| {
        let before = ALLOCATIONS.get();
        assert_eq!(tick(), RECOUP_STATUS_OK);
        let first = ALLOCATIONS.get() - before;
        (0..100).for_each(|_| assert_eq!(tick(), RECOUP_STATUS_OK));
        first == 0 && ALLOCATIONS.get() == before
    });
    assert!(quiet, "an idle tick allocates");
}
