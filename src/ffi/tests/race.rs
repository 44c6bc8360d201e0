//! Many threads at once, for the thread sanitizer as much as for what is asserted.
#![allow(unused_must_use, reason = "what comes of a call depends on the other threads")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::ffi::blocks::*;
use crate::ffi::callbacks::*;
use crate::ffi::completions::*;
use crate::ffi::dispatch::*;
use crate::ffi::events::*;
use crate::ffi::poll::*;
use crate::ffi::register::*;
use crate::ffi::requests::*;
use crate::ffi::submit::*;

static CALLED: AtomicUsize = AtomicUsize::new(0);
static DESTROYED: AtomicUsize = AtomicUsize::new(0);
static REGISTERED: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn on_event(_: usize, event: *const recoup_event) -> recoup_handled {
    // SAFETY: the library hands in a live event.
    let id = unsafe { (*event).id };
    CALLED.fetch_add(1, Ordering::SeqCst);
    if id % 7 == 0 { RECOUP_HANDLED_LATER } else { RECOUP_HANDLED_DONE }
}

unsafe extern "C" fn destroy(_: usize) {
    DESTROYED.fetch_add(1, Ordering::SeqCst);
}

/// An engine's handle that threads share, as the header allows.
#[derive(Clone, Copy)]
struct Shared(*mut recoup_engine);

// SAFETY: as the header says, any number of threads may use an engine at once.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    fn register(self) {
        REGISTERED.fetch_add(1, Ordering::SeqCst);
        // SAFETY: a live engine.
        unsafe { recoup_engine_on_event(self.0, Some(on_event), 0, Some(destroy), null_mut()) };
    }

    fn block(self, n: usize) {
        let user = format!("user-{}", n % 20);
        let ((user, user_len), (who, who_len)) = (parts(&user), parts("eve"));
        let (mut blocked, mut ended) = (0, 0);
        // SAFETY: a live engine, and pointers to what is on this stack.
        unsafe {
            recoup_engine_block(
                self.0,
                user,
                user_len,
                0,
                who,
                who_len,
                who,
                who_len,
                null_mut(),
                null_mut(),
            );
            recoup_engine_is_blocked(self.0, user, user_len, &raw mut blocked, null_mut());
            recoup_engine_unblock(
                self.0,
                user,
                user_len,
                who,
                who_len,
                who,
                who_len,
                &raw mut ended,
                null_mut(),
            );
        }
    }

    fn submit(self, n: usize) {
        // SAFETY: all-zero but for what is set is a request; a live engine.
        unsafe {
            let mut request: recoup_request = std::mem::zeroed();
            request.struct_size = u32::try_from(size_of::<recoup_request>()).unwrap();
            request.store = view("app-store");
            recoup_engine_submit(self.0, &raw const request, u64::try_from(n).unwrap(), null_mut());
            let mut completion: recoup_completion = std::mem::zeroed();
            completion.struct_size = 40;
            let mut count = 0;
            recoup_engine_poll_completions(
                self.0,
                &raw mut completion,
                1,
                &raw mut count,
                null_mut(),
                null_mut(),
            );
        }
    }

    fn pump(self, n: usize) {
        // SAFETY: all-zero but for the size is an event; a live engine.
        unsafe {
            match n % 4 {
                0 => {
                    recoup_engine_start_dispatcher(self.0, null_mut());
                }
                1 => {
                    let mut ready = 0;
                    recoup_engine_wait(self.0, 1, &raw mut ready, null_mut());
                    recoup_engine_stop_dispatcher(self.0, null_mut());
                }
                2 => {
                    recoup_engine_tick(self.0, 100, null_mut(), null_mut());
                }
                _ => {
                    let mut event: recoup_event = std::mem::zeroed();
                    event.struct_size = 344;
                    let mut count = 0;
                    let polled =
                        recoup_engine_poll(self.0, &raw mut event, 1, &raw mut count, null_mut(), null_mut());
                    if polled == RECOUP_STATUS_OK && count == 1 {
                        recoup_engine_ack(self.0, event.id, null_mut());
                    }
                }
            }
        }
    }
}

#[test]
fn threads_that_do_everything_at_once_meet_no_race_and_the_end_is_clean() {
    let server = Server::new();
    let shared = Shared(server.engine);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let works: [fn(Shared, usize); 6] =
            [Shared::block, Shared::block, Shared::submit, Shared::pump, Shared::pump, |shared, _| {
                shared.register()
            }];
        for (place, work) in works.into_iter().enumerate() {
            let over = &over;
            scope.spawn(move || {
                for n in 0..60 {
                    work(shared, n);
                }
                if place == 0 {
                    // While the others call, which continue for a while and are refused. SAFETY: a live engine.
                    unsafe { recoup_engine_close(shared.0, null_mut()) };
                    over.store(true, Ordering::SeqCst);
                }
                let mut n = 60;
                while !over.load(Ordering::SeqCst) || n < 80 {
                    work(shared, n);
                    n += 1;
                }
            });
        }
    });
    assert!(CALLED.load(Ordering::SeqCst) > 0, "no callback was called");
    drop(server);
    assert_eq!(DESTROYED.load(Ordering::SeqCst), REGISTERED.load(Ordering::SeqCst));
}
