//! The threads that the library starts. They receive none of the host's signals, and running out of threads is an
//! error and never a panic.
//!
//! Every signal that the host may wait for is blocked on them, from their first instruction: a `SIGTERM` then reaches
//! the waiting thread of the host, and a peer that closes its connection cannot end the process by `SIGPIPE`, nor a
//! file size limit by `SIGXFSZ`. Signals that report a fault of the thread itself (`SIGSEGV`, `SIGBUS`, `SIGFPE`,
//! `SIGILL`, `SIGTRAP`, `SIGSYS`, `SIGABRT`) stay unblocked, for the host's crash reporter. Real-time signals,
//! `SIGPWR` and `SIGXCPU` are inherited from the starting thread: the garbage collectors of Mono, .NET and Unity use
//! them to suspend each thread that has called a callback in C#, and wait for that. A host that waits for them itself
//! blocks them on its own threads, and so they are blocked here.

use std::io;
use std::thread::{Builder, JoinHandle};

/// Starts a thread.
///
/// # Errors
/// The system's, if it has no thread left.
pub(crate) fn start<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let _blocked = signals::block();
    Builder::new().name(name.to_owned()).spawn(work)
}

/// Runs `work` on a separate thread, and waits for it: for work that may raise a signal, on behalf of the host's
/// thread.
///
/// # Errors
/// The system's, if it has no thread left; [`io::ErrorKind::Other`] if `work` panicked.
pub(crate) fn apart<T: Send>(name: &str, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    std::thread::scope(|scope| {
        let thread = {
            let _blocked = signals::block();
            Builder::new().name(name.to_owned()).spawn_scoped(scope, work)
        };
        thread?.join().map_err(|payload| {
            // Its destructor could panic too.
            std::mem::forget(payload);
            io::Error::other("a panic in Recoup interrupted it")
        })
    })
}

#[cfg(unix)]
mod signals {
    use nix::sys::signal::{SigSet, SigmaskHow, Signal};

    /// Until it is dropped, the calling thread receives no signals, nor do the threads that it starts.
    pub(super) struct Blocked {
        before: Option<SigSet>,
    }

    pub(super) fn block() -> Blocked {
        // Without the real-time signals, which have no names here.
        let mut blocked: SigSet = Signal::iterator().collect();
        for own in [
            Signal::SIGSEGV,
            Signal::SIGBUS,
            Signal::SIGFPE,
            Signal::SIGILL,
            Signal::SIGTRAP,
            Signal::SIGSYS,
            Signal::SIGABRT,
            Signal::SIGXCPU,
            #[cfg(any(target_os = "linux", target_os = "android"))]
            Signal::SIGPWR,
        ] {
            blocked.remove(own);
        }
        // Fails only for an invalid set.
        Blocked { before: blocked.thread_swap_mask(SigmaskHow::SIG_BLOCK).ok() }
    }

    impl Drop for Blocked {
        fn drop(&mut self) {
            if let Some(before) = &self.before {
                let _ = before.thread_set_mask();
            }
        }
    }
}

#[cfg(not(unix))]
mod signals {
    pub(super) const fn block() {}
}

#[cfg(all(test, unix))]
mod tests {
    use nix::sys::signal::{SigSet, Signal};

    use super::*;

    const WAITED_FOR: [Signal; 6] =
        [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGUSR1, Signal::SIGPIPE, Signal::SIGXFSZ];

    fn check(mask: SigSet) {
        assert!(WAITED_FOR.iter().all(|signal| mask.contains(*signal)), "{mask:?}");
        assert!(!mask.contains(Signal::SIGSEGV), "a crash reporter sees nothing");
        assert!(!mask.contains(Signal::SIGXCPU), "a collector cannot resume the thread");
        #[cfg(any(target_os = "linux", target_os = "android"))]
        assert!(!mask.contains(Signal::SIGPWR), "a collector cannot stop the thread");
    }

    #[test]
    fn a_thread_takes_no_signals_and_leaves_those_of_its_starter_alone() {
        let before = SigSet::thread_get_mask().unwrap();
        check(start("test", || SigSet::thread_get_mask().unwrap()).unwrap().join().unwrap());
        check(apart("test", || SigSet::thread_get_mask().unwrap()).unwrap());
        assert_eq!(SigSet::thread_get_mask().unwrap(), before);
    }

    #[test]
    fn a_panic_apart_is_an_error() {
        let failed = apart("test", || assert_eq!(1, 2, "on purpose"));
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::Other);
    }
}
