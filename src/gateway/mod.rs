//! The webhook server: HTTP from the stores, for hosts without a web server of their own.
//!
//! One `POST` route per store, `/v1/app-store`, `/v1/google-play` …, optionally with a secret before the store's name
//! (`/v1/<secret>/app-store`); `/healthz`; `/metrics` for Prometheus. A store is answered with
//! [`Outcome::http_status`](crate::Outcome::http_status), after the commit.
//!
//! It serves plain HTTP/1.1 and belongs behind your TLS proxy (nginx, Caddy, a load balancer), which should forward
//! only `/v1/`: `/metrics` and `/healthz` are for you and require no authentication. It listens on loopback, unless a
//! public address is allowed.
//!
//! `/healthz` is 200 if the next refund could be stored, and 503 with a code otherwise: it tries one up to the
//! commit, and rolls it back; at most once a second. A disk with less than 1 MiB of free space counts as full.
//!
//! A request that is refused before any store's check (an unknown path, another method, a body that is too large or
//! compressed) is counted by reason, logged up to a limit, and reported by [`Engine::doctor`](crate::Engine::doctor)
//! of any process on the same ledger.
//!
//! Its resources are bounded: connections, heads, bodies and times all have limits, see [`GatewayOptions`].

mod exposition;
mod in_phase;
mod metrics;
mod options;
mod path_secret;
mod server;
mod webhook;
mod workers;
mod written_in_time;

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

pub use options::GatewayOptions;
#[doc(hidden)]
pub use server::{Peer, Server, ServerLimits};
#[doc(hidden)]
pub use workers::{Unfinished, Workers};

use crate::engine::Engine;
use crate::model::Store;
use webhook::WebhookState;

/// A running webhook server. It has its own threads, so that a host without an async runtime can use it.
///
/// [`shutdown`](Self::shutdown) ends it, and so does dropping it.
pub struct Gateway {
    address: SocketAddr,
    routes: Vec<String>,
    server: Server,
}

impl Gateway {
    /// Listens on an address, port 0 for any free one, and answers stores from then on.
    ///
    /// # Errors
    /// [`GatewayError::Public`] for an address that other machines can reach, without [`GatewayOptions::public`];
    /// [`GatewayError::Listen`] if the address is not available; [`GatewayError::Threads`].
    pub fn bind(
        engine: Arc<Engine>,
        address: SocketAddr,
        options: GatewayOptions,
    ) -> Result<Self, GatewayError> {
        if !address.ip().is_loopback() && !options.public {
            return Err(GatewayError::Public { address });
        }
        let listen = |error| GatewayError::Listen { address, problem: why_not(&error) };
        let listener = TcpListener::bind(address).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let routes = Store::ALL.iter().map(|store| options.route(store)).collect();
        let server = start(listener, engine, &options)
            .map_err(|error| GatewayError::Threads { problem: error.to_string() })?;
        Ok(Self { address, routes, server })
    }

    /// The address it listens on.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The stores' routes, with `<secret>` in place of the secret.
    #[must_use]
    pub fn routes(&self) -> &[String] {
        &self.routes
    }

    /// Accepts no more connections, answers the requests in progress, and returns when that is done or the
    /// [grace](GatewayOptions::grace) period is over. The engine stays open.
    pub fn shutdown(mut self) {
        self.server.stop();
    }
}

/// Starts the server's threads.
fn start(listener: TcpListener, engine: Arc<Engine>, options: &GatewayOptions) -> io::Result<Server> {
    let webhook_state = Arc::new(WebhookState::new(engine, options)?);
    let router = webhook::router(Arc::clone(&webhook_state));
    let bad_head = move |error: &hyper::Error| {
        webhook_state.refused_at_door(None, "bad_head", &format!("not an HTTP/1.1 request: {error}"));
    };
    Server::start("recoup-gateway", listener, router, options.limits(), bad_head)
}

/// Why a gateway cannot be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// Other machines could reach the address.
    #[error(
        "other machines can reach {address}, and this speaks plain HTTP: listen on a loopback address (127.0.0.1) \
         behind what ends your TLS, or allow a public address"
    )]
    Public {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {problem}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        problem: String,
    },
    /// The system has no threads left.
    #[error("cannot start the gateway's threads: {problem}")]
    Threads {
        /// The system's reason.
        problem: String,
    },
    /// The path secret is invalid.
    #[error(
        "the path secret must have {min} to {max} letters, digits or - . _ ~; it has \
         {size} bytes"
    )]
    PathSecret {
        /// The shortest, in characters.
        min: usize,
        /// The longest, in characters.
        max: usize,
        /// Its size in bytes.
        size: usize,
    },
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

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("address", &self.address).finish_non_exhaustive()
    }
}
