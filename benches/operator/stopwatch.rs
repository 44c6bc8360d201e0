//! The time that this thread is on the processor. Reads wait for nothing once the ledger is in the machine's memory: so
//! this is how long they take on a machine without other work, and a busy machine changes it little.

use std::time::Duration;

#[derive(Clone, Copy)]
pub(crate) struct Stopwatch {
    begun: Duration,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { begun: now() }
    }

    pub(crate) fn elapsed(self) -> Duration {
        now().saturating_sub(self.begun)
    }
}

#[cfg(unix)]
fn now() -> Duration {
    let clock = nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID;
    nix::time::clock_gettime(clock).expect("a clock of the thread").into()
}

/// Elsewhere, the time that passes.
#[cfg(not(unix))]
fn now() -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}
