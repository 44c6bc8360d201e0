//! The console's server: a listener of its own, with limits.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use recoup::gateway::{Server, ServerLimits};
use recoup::{DoctorOptions, Engine};

use crate::dispatch;
use crate::headers::Fields;
use crate::host_check::Hosts;
use crate::options::{ConsoleError, ConsoleOptions};
use crate::pages;
use crate::state::State;

/// Concurrent connections: a browser opens six.
const CONNECTIONS: usize = 64;

/// For a head. Heads are a packet or two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);

/// For an idle connection: longer than proxies keep theirs.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// For a client that reads an export: it may be slow, and must not stop.
const WRITTEN_TIMEOUT: Duration = Duration::from_secs(60);

/// For requests in progress after shutdown.
const GRACE: Duration = Duration::from_secs(10);

/// A running console. It has its own threads. [`shutdown`](Self::shutdown) ends it, and so does dropping it.
pub struct Console {
    address: SocketAddr,
    server: Server,
    state: Arc<State>,
}

impl Console {
    /// Listens, and answers from then on.
    ///
    /// # Errors
    /// [`ConsoleError::Public`] for an address that other machines can reach, without what that needs;
    /// [`ConsoleError::Listen`] if the address is not available; [`ConsoleError::Start`].
    pub fn bind(engine: Arc<Engine>, mut options: ConsoleOptions) -> Result<Self, ConsoleError> {
        options.check()?;
        let address = options.listen;
        let listen = |error| ConsoleError::Listen { address, problem: why_not(&error) };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        options.listen = address;
        let hosts = Hosts::new(address, options.public_url.as_ref());
        let fields = Fields::new(pages::SCRIPT_HASH, options.public_url.is_some());
        let state = Arc::new(State::new(engine, options, hosts, fields)?);
        let limits = ServerLimits {
            connections: CONNECTIONS,
            head: HEAD_TIMEOUT,
            idle: IDLE_TIMEOUT,
            written: WRITTEN_TIMEOUT,
            grace: GRACE,
        };
        let bad_head = |error: &hyper::Error| {
            tracing::debug!(target: "recoup::console", "not an HTTP/1.1 request: {error}");
        };
        let router = dispatch::router(&state);
        let server = Server::start("recoup-console", listener, router, limits, bad_head)
            .map_err(|error| ConsoleError::Start { problem: error.to_string() })?;
        Ok(Self { address, server, state })
    }

    /// The address it listens on.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The address that people open, such as `https://refunds.example.com`.
    #[must_use]
    pub fn url(&self) -> String {
        self.state.address()
    }

    /// Runs doctor in the background, so that the page of the stores' health has a report. The page has a button for it.
    pub fn examine(&self) {
        self.state.jobs.examine(&self.state.engine, DoctorOptions::new());
    }

    /// Accepts no more connections, answers the requests in progress, for 10 seconds at most, and stops trials. The engine
    /// stays open.
    pub fn shutdown(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        self.state.jobs.stop();
        self.server.stop();
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.stop();
    }
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Why an address is not available, and what to do.
fn why_not(error: &std::io::Error) -> String {
    let advice = match error.kind() {
        ErrorKind::AddrInUse => ": is another server running there? End it, or use another port",
        ErrorKind::AddrNotAvailable => ": this machine has no such address",
        ErrorKind::PermissionDenied => ": use a port above 1023, and have your TLS proxy forward to it",
        _ => "",
    };
    format!("{error}{advice}")
}
