//! The signals that end a server.

use crate::exit::Failure;

/// SIGTERM and Ctrl-C, from when it is made.
pub(crate) struct Signals {
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    pub(crate) fn new() -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (terminate, interrupt) = {
                let _inside = runtime.enter();
                (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?)
            };
            Ok(Self { runtime, terminate, interrupt })
        }
        #[cfg(not(unix))]
        Ok(Self { runtime })
    }

    /// Waits for one of them, and returns its name.
    #[cfg(unix)]
    pub(crate) fn wait(mut self) -> &'static str {
        self.runtime.block_on(async {
            tokio::select! {
                _ = self.terminate.recv() => "SIGTERM",
                _ = self.interrupt.recv() => "SIGINT",
            }
        })
    }

    #[cfg(not(unix))]
    pub(crate) fn wait(self) -> &'static str {
        match self.runtime.block_on(tokio::signal::ctrl_c()) {
            Ok(()) => "Ctrl-C",
            Err(_) => "no more signals",
        }
    }
}
