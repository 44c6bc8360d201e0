//! The stores' webhooks over HTTP, for programs without their own web server.

use std::ffi::c_char;

use super::boundary::call;
use super::engine::{call_engine, recoup_engine};
use super::error::recoup_error;
use super::failure::Failure;
use super::fork::Generation;
use super::log;
use super::out::Out;
use super::panics::answer;
use super::status::recoup_status;
use super::text::recoup_text;
use super::transport;
use super::views::{self, size_t};

/// A webhook server for the stores' requests, made by recoup_listen and ended by recoup_gateway_free. It has its own
/// threads. It belongs to the process that made it: in a child made by fork its functions fail with
/// RECOUP_STATUS_FORKED, and the address is still the parent's.
pub struct recoup_gateway {
    running: Running,
    opened_in: Generation,
}

#[cfg(all(test, feature = "gateway"))]
impl recoup_gateway {
    pub(super) fn pretend_forked(&mut self) {
        self.opened_in = Generation::of_another_process();
    }
}

#[cfg(feature = "gateway")]
type Running = crate::gateway::Gateway;

/// This build has no gateway.
#[cfg(not(feature = "gateway"))]
type Running = std::convert::Infallible;

/// Listens for the stores' requests, ingests them as recoup_engine_ingest does, and answers them. It serves plain
/// HTTP/1.1 and belongs behind your TLS endpoint; forward /v1/ only. The routes are POST /v1/app-store,
/// /v1/google-play, /v1/one-store, /v1/stripe and /v1/amazon, or /v1/SECRET/app-store and so on if there is a
/// path_secret, and for you GET /healthz and GET /metrics (Prometheus). Consequences reach you as events, as always.
///
/// address is an IP address and a port, such as "127.0.0.1:8080" or "[::1]:8080"; port 0 is any free one, which
/// recoup_gateway_address reports. options_json is an object, or empty, with any of
///
/// - "path_secret": 16 to 128 letters, digits, - . _ or ~; requests to a store's route without it are answered 404;
/// - "public": true; without it an address that other machines can reach is refused (public_address);
/// - "connections" (256), "ingests" (64): how many there are at once, further ones wait;
/// - "head_timeout" ("20s"), "request_timeout" ("20s"), "grace" ("10s"): for a request's head, from there to its
///   answer, and for requests under way when it ends; a number and ms, s, m, h or d;
/// - "idle_timeout" ("75s"): for a connection between two requests. It must be longer than the proxy in front keeps
///   idle connections: nginx and AWS's load balancers 60 s, Caddy 2 m, Google's 600 s, so "620s" there.
///
/// *gateway is yours. Any number may listen for one engine. The engine may be closed or freed before its gateways:
/// from then on, and after a fault that poisons the engine, every store is answered 503 and sends again. Shut down in
/// this order: recoup_gateway_free, recoup_engine_close, recoup_engine_free.
///
/// Does not block. Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_address, public_address, bad_path_secret,
/// bad_json), RECOUP_STATUS_LISTEN, RECOUP_STATUS_CLOSED, RECOUP_STATUS_OUT_OF_RESOURCES (try again later), and
/// RECOUP_STATUS_UNSUPPORTED in a build without the Cargo feature gateway.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_listen(
    engine: *const recoup_engine,
    address: *const c_char,
    address_len: size_t,
    options_json: *const c_char,
    options_json_len: size_t,
    gateway: *mut *mut recoup_gateway,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = |engine: &recoup_engine| {
        // SAFETY: the header requires room for a pointer.
        let place = unsafe { Out::new(gateway, "gateway") }?;
        // SAFETY: the header requires these pointers and lengths.
        let address = unsafe { views::text(address, address_len, "address") }?;
        // SAFETY: as above.
        let options = unsafe { views::text(options_json, options_json_len, "options_json") }?;
        let running = listening::start(engine, address, options)?;
        place.give(recoup_gateway { running, opened_in: engine.opened_in() });
        Ok(())
    };
    // SAFETY: the header requires a live engine, and NULL or room for a pointer.
    unsafe { call_engine(engine, error, work) }
}

/// The address that a gateway listens on, such as "127.0.0.1:8080", with its actual port. *address is yours to free.
/// Does not block.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_gateway_address(
    gateway: *const recoup_gateway,
    address: *mut *mut recoup_text,
    error: *mut *mut recoup_error,
) -> recoup_status {
    let work = || {
        // SAFETY: the header requires a live gateway.
        let gateway = unsafe { views::handle(gateway, "gateway") }?;
        // SAFETY: the header requires room for a pointer.
        let place = unsafe { Out::new(address, "address") }?;
        if !gateway.opened_in.is_current() {
            return Err(Failure::forked());
        }
        place.give(recoup_text::new(listening::address(&gateway.running)));
        Ok(())
    };
    // SAFETY: the header requires NULL or room for a pointer.
    unsafe { call(error, work) }
}

/// Ends a gateway: accepts no more connections, answers the requests under way, and returns when that is done or the
/// grace of its options is over. The engine stays open; if it was freed before, its last resources are released. NULL
/// is fine. No other call on the gateway may be running, and none may come after.
///
/// A request that is still being ingested when the grace is over is finished in the background: the store sends it
/// again and so learns the outcome, and a clock or a transport may be called, and destroyed, a little later.
///
/// Inside a log function and inside a transport it does nothing: the gateway may have called them. In a child made by
/// fork it changes nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_gateway_free(gateway: *mut recoup_gateway) {
    answer((), || {
        if gateway.is_null() {
            return;
        }
        // SAFETY: made by `Box::into_raw` in `Out::give`; the header requires that it be freed once and used no more.
        let gateway = unsafe { Box::from_raw(gateway) };
        if !gateway.opened_in.is_current() {
            // Its threads do not exist here, and would be waited for.
            std::mem::forget(gateway);
            return;
        }
        if log::is_logging() || transport::is_sending() {
            tracing::error!("recoup_gateway_free inside a log function or a transport: not freed");
            std::mem::forget(gateway);
        }
    });
}

#[cfg(feature = "schemas")]
pub(crate) use listening::ListenOptions;

#[cfg(feature = "gateway")]
mod listening {
    use std::net::SocketAddr;
    use std::sync::Arc;
    use std::time::Duration;

    use serde::Deserialize;
    use zeroize::Zeroizing;

    use super::{Failure, Running, recoup_engine};
    use crate::error::Error;
    use crate::ffi::status::{RECOUP_STATUS_LISTEN, RECOUP_STATUS_OUT_OF_RESOURCES};
    use crate::gateway::{Gateway, GatewayError, GatewayOptions};
    use crate::json;
    use crate::ledger::LedgerError;
    use crate::model::Span;
    use crate::transport::Secret;

    /// How the webhook server listens.
    #[derive(Default, Deserialize)]
    #[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
    #[serde(deny_unknown_fields, default)]
    pub(crate) struct ListenOptions {
        /// 16 to 128 letters, digits, `-`, `.`, `_` or `~`, without which a store's route is answered 404.
        #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
        path_secret: Option<Zeroizing<String>>,
        /// Whether an address may be one that other machines can reach.
        public: bool,
        /// How many connections there are at once; further ones wait. 256 if absent.
        connections: Option<usize>,
        /// How many requests are ingested at once; further ones wait. 64 if absent.
        ingests: Option<usize>,
        /// The time limit for a request's head; 20 seconds if absent.
        head_timeout: Option<Span>,
        /// The time limit for a connection between two requests; 75 seconds if absent.
        idle_timeout: Option<Span>,
        /// The time limit for a request from its head to its answer; 20 seconds if absent.
        request_timeout: Option<Span>,
        /// The time limit for requests under way when the server ends; 10 seconds if absent.
        grace: Option<Span>,
    }

    pub(super) fn start(engine: &recoup_engine, address: &str, options: &str) -> Result<Running, Failure> {
        let address: SocketAddr = address.parse().map_err(|_| {
            let message = format!(
                "{address:?} is not an IP address with a port: expected such as \"127.0.0.1:8080\" or \"[::1]:8080\""
            );
            Failure::argument("bad_address", message)
        })?;
        let options = match options {
            "" => ListenOptions::default(),
            text => json::from_slice(text.as_bytes())
                .map_err(|problem| Failure::bad_json("options_json", &problem))?,
        };
        if engine.engine.is_closed() {
            return Err(Error::from(LedgerError::Closed).into());
        }
        let options = options.gateway()?.poisoned(Arc::clone(&engine.poisoned));
        Ok(Gateway::bind(Arc::clone(&engine.engine), address, options)?)
    }

    pub(super) fn address(running: &Running) -> String {
        running.local_addr().to_string()
    }

    impl ListenOptions {
        fn gateway(self) -> Result<GatewayOptions, GatewayError> {
            let mut options = GatewayOptions::new().public(self.public);
            if let Some(secret) = self.path_secret {
                options = options.path_secret(&Secret::from(secret))?;
            }
            if let Some(most) = self.connections {
                options = options.connections(most);
            }
            if let Some(most) = self.ingests {
                options = options.ingests(most);
            }
            if let Some(span) = self.head_timeout {
                options = options.head_timeout(duration(span));
            }
            if let Some(span) = self.idle_timeout {
                options = options.idle_timeout(duration(span));
            }
            if let Some(span) = self.request_timeout {
                options = options.request_timeout(duration(span));
            }
            if let Some(span) = self.grace {
                options = options.grace(duration(span));
            }
            Ok(options)
        }
    }

    fn duration(span: Span) -> Duration {
        Duration::from_millis(span.millis().unsigned_abs())
    }

    impl From<GatewayError> for Failure {
        fn from(error: GatewayError) -> Self {
            let message = error.to_string();
            match error {
                GatewayError::Public { .. } => Self::argument("public_address", message),
                GatewayError::PathSecret { .. } => Self::argument("bad_path_secret", message),
                GatewayError::Listen { .. } => {
                    Self { status: RECOUP_STATUS_LISTEN, ..Self::argument("cannot_listen", message) }
                }
                GatewayError::Threads { .. } => Self {
                    status: RECOUP_STATUS_OUT_OF_RESOURCES,
                    retryable: true,
                    http_status: 503,
                    ..Self::argument("no_threads", message)
                },
            }
        }
    }
}

#[cfg(not(feature = "gateway"))]
mod listening {
    use super::{Failure, Running, recoup_engine};

    pub(super) fn start(_: &recoup_engine, _: &str, _: &str) -> Result<Running, Failure> {
        Err(Failure::unsupported("gateway", "no_gateway", "a web server"))
    }

    pub(super) const fn address(running: &Running) -> String {
        match *running {}
    }
}
