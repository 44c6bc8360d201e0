//! HTTP from the stores, for hosts without a web server of their own.
//!
//! One `POST` route a store, `/v1/app-store`, `/v1/google-play` …, with a secret of yours before the store's name if
//! you like (`/v1/<secret>/app-store`); `/healthz`; `/metrics` for Prometheus. A store is answered as
//! [`Outcome::http_status`](crate::Outcome::http_status) says, after the commit.
//!
//! It speaks plain HTTP/1.1 and belongs behind what ends your TLS (nginx, Caddy, a load balancer). That should pass on
//! `/v1/` only: `/metrics` is for you, and neither it nor `/healthz` asks who is there. It listens on loopback, unless
//! reported that others may reach it.
//!
//! `/healthz` is 200 where the next refund could be kept, and 503 with a code otherwise: it tries one, up to the last step
//! before the commit, and takes it back; at most once a second. A disk with less than 1 MiB of room counts as full.
//!
//! A request that is refused before it is any store's (an unknown path, another method, a body that is too large or
//! compressed) is counted by reason, in the log up to a limit, and reported by [`Engine::doctor`](crate::Engine::doctor) of any
//! process on the same ledger.
//!
//! Nobody can make it hold much: connections, heads, bodies and times all have limits, see [`GatewayOptions`].

mod accept;
mod body;
mod error;
mod exposition;
mod in_phase;
mod metrics;
mod options;
mod path_secret;
mod webhook;
mod workers;
mod written_in_time;

use std::fmt;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

pub use error::GatewayError;
pub use options::GatewayOptions;

use crate::engine::Engine;
use crate::model::Store;

/// A running gateway. It has threads of its own, so that a host without an async runtime can use it.
///
/// [`shutdown`](Self::shutdown) ends it, and so does dropping it.
pub struct Gateway {
    address: SocketAddr,
    routes: Vec<String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Gateway {
    /// Listens on an address, port 0 for any free one, and answers stores from then on.
    ///
    /// # Errors
    /// [`GatewayError::Public`] for an address that others may reach, without [`GatewayOptions::public`];
    /// [`GatewayError::Listen`] where the address cannot be had; [`GatewayError::Threads`].
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
        let (stop, stopped) = oneshot::channel();
        let thread = accept::start(listener, engine, options, stopped)
            .map_err(|error| GatewayError::Threads { problem: error.to_string() })?;
        Ok(Self { address, routes, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The stores' routes, with `<secret>` where the secret goes.
    #[must_use]
    pub fn routes(&self) -> &[String] {
        &self.routes
    }

    /// Takes no more connections, answers what has been asked, and returns when that is done or the
    /// [grace](GatewayOptions::grace) is over. The engine stays open.
    pub fn shutdown(mut self) {
        self.stop_and_wait();
    }

    fn stop_and_wait(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the gateway's thread had failed");
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.stop_and_wait();
    }
}

/// Why an address cannot be listened on, and what to do.
fn why_not(error: &std::io::Error) -> String {
    let advice = match error.kind() {
        ErrorKind::AddrInUse => ": does another one run there already? End that, or take another port",
        ErrorKind::AddrNotAvailable => ": this machine has no such address",
        ErrorKind::PermissionDenied => ": take a port above 1023, and have what ends your TLS pass on to it",
        _ => "",
    };
    format!("{error}{advice}")
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("address", &self.address).finish_non_exhaustive()
    }
}
