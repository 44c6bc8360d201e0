//! What all requests share.

use std::io;
use std::sync::Arc;

use recoup::gateway::Workers;
use recoup::{Engine, Randomness};

use crate::headers::Fields;
use crate::host_check::Hosts;
use crate::jobs::Jobs;
use crate::options::{ConsoleError, ConsoleOptions};
use crate::password::Passwords;
use crate::sign_in::{Failures, Proofs};

/// Calls on the engine that run at once. Lists and cases are answered in milliseconds, so more would wait for the same
/// processors.
const CALLS: usize = 8;

/// Passwords that are hashed at once: each fills 19 MiB.
const HASHES: usize = 2;

/// Exports that are written at once. Each has a thread for minutes.
const STREAMS: usize = 2;

pub(crate) struct State {
    pub(crate) engine: Arc<Engine>,
    pub(crate) options: ConsoleOptions,
    pub(crate) hosts: Hosts,
    pub(crate) fields: Fields,
    pub(crate) failures: Failures,
    pub(crate) proofs: Proofs,
    pub(crate) passwords: Passwords,
    pub(crate) jobs: Jobs,
    pub(crate) calls: Workers,
    pub(crate) hashes: Workers,
    pub(crate) streams: Workers,
    /// How many exports may still begin.
    pub(crate) stream_places: Arc<tokio::sync::Semaphore>,
    /// Of this process: the CSRF tokens of those whose proxy signs follow from it.
    pub(crate) secret: [u8; 32],
}

impl State {
    pub(crate) fn new(
        engine: Arc<Engine>,
        options: ConsoleOptions,
        hosts: Hosts,
        fields: Fields,
    ) -> Result<Self, ConsoleError> {
        let threads = |error: io::Error| ConsoleError::Start { problem: error.to_string() };
        let secret = random(&*options.randomness).ok_or_else(no_randomness)?;
        let passwords = Passwords::new(&*options.randomness).ok_or_else(no_randomness)?;
        Ok(Self {
            passwords,
            secret,
            hosts,
            fields,
            failures: Failures::default(),
            proofs: Proofs::default(),
            jobs: Jobs::new().map_err(threads)?,
            calls: Workers::start("recoup-console", CALLS).map_err(threads)?,
            hashes: Workers::start("recoup-sign-in", HASHES).map_err(threads)?,
            streams: Workers::start("recoup-export", STREAMS).map_err(threads)?,
            stream_places: Arc::new(tokio::sync::Semaphore::new(STREAMS)),
            engine,
            options,
        })
    }

    /// The address that people open, without a path.
    pub(crate) fn address(&self) -> String {
        match &self.options.public_url {
            Some(url) => url.origin(),
            None => format!("http://{}", self.options.listen),
        }
    }

    pub(crate) const fn is_https(&self) -> bool {
        self.options.public_url.is_some()
    }
}

fn no_randomness() -> ConsoleError {
    ConsoleError::Start { problem: "the system returned no random bytes".to_owned() }
}

pub(crate) fn random<const N: usize>(from: &dyn Randomness) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    from.fill(&mut bytes).then_some(bytes)
}
