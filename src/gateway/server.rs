//! Accepting connections, within limits, until shutdown.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, oneshot};

use super::in_phase::{InPhase, Phase};
use super::written_in_time::WrittenInTime;
use crate::threads;

/// The most bytes of a request's head. Google's tokens have about a kilobyte, and proxies add some.
const MAX_HEAD: usize = 32 << 10;

/// The most bytes that are read ahead: twice a head, so that one that is a little too large is read completely and
/// answered.
const MAX_AHEAD: usize = 2 * MAX_HEAD;

/// The most header fields of a request. Stores and proxies together send about thirty.
const MAX_FIELDS: usize = 64;

/// The pause after an error of accepting, such as too many open files.
const AFTER_FAULT: Duration = Duration::from_millis(100);

/// How often such an error is logged.
const BETWEEN_REPORTS: Duration = Duration::from_secs(60);

/// What the connections of a server may take.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct ServerLimits {
    /// The most connections at once; further ones wait.
    pub connections: usize,
    /// How long a head may take, from its first byte, or from the start of a new connection.
    pub head: Duration,
    /// How long a connection may be idle between requests.
    pub idle: Duration,
    /// How long a client may take to read what was sent.
    pub written: Duration,
    /// How long requests in progress may take after the server is stopped.
    pub grace: Duration,
}

/// Who sent a request, as the connection shows it: among each request's extensions.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Called with what a client sent in place of an HTTP/1.1 head.
type BadHead = Arc<dyn Fn(&hyper::Error) + Send + Sync>;

/// A thread that serves a router on a listener, within limits. The webhook server and the console are two of them, so
/// that neither is reached at the other's address. Dropping it stops it.
#[doc(hidden)]
pub struct Server {
    name: &'static str,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts the thread, under this name. The listener must be non-blocking.
    ///
    /// # Errors
    /// If the system has no thread or descriptor left.
    pub fn start(
        name: &'static str,
        listener: TcpListener,
        router: Router,
        limits: ServerLimits,
        bad_head: impl Fn(&hyper::Error) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        // One thread moves bytes, and starts none: tokio panics if the system has no more threads.
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let bad_head: BadHead = Arc::new(bad_head);
        let (stop, stopped) = oneshot::channel();
        let thread =
            threads::start(name, move || serve(name, runtime, listener, router, limits, bad_head, stopped))?;
        Ok(Self { name, stop: Some(stop), thread: Some(thread) })
    }

    /// Accepts no more connections, answers the requests in progress, and returns when that is done or the grace period
    /// is over. Stopping it again does nothing.
    pub fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(thread = self.name, "the server's thread panicked");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(
    name: &'static str,
    runtime: Runtime,
    listener: tokio::net::TcpListener,
    router: Router,
    limits: ServerLimits,
    bad_head: BadHead,
    stopped: oneshot::Receiver<()>,
) {
    let grace = limits.grace;
    let graceful = GracefulShutdown::new();
    let took_too_long = runtime.block_on(async {
        let service = Connections { router, bad_head, limits, graceful: &graceful };
        service.accept(listener, stopped).await;
        tokio::time::timeout(grace, graceful.shutdown()).await.is_err()
    });
    if took_too_long {
        tracing::warn!(
            thread = name,
            ?grace,
            "some requests were not answered in time; whoever sent them has to retry"
        );
    }
    // Work in progress becomes durable or not; its answers are discarded.
    drop(runtime);
}

/// Failed accepts. Out of descriptors, the system refuses ten times a second, which is one log line.
#[derive(Default)]
struct Refused {
    count: u64,
    reported: Option<Instant>,
}

impl Refused {
    fn report(&mut self, error: &io::Error) {
        self.count += 1;
        if self.reported.is_none_or(|at| at.elapsed() >= BETWEEN_REPORTS) {
            tracing::warn!(
                %error, count = self.count,
                "no connection can be accepted; retrying. Is the limit on open files (ulimit -n) reached?"
            );
            self.reported = Some(Instant::now());
        }
    }

    fn ended(&mut self) {
        self.count = 0;
    }
}

struct Connections<'a> {
    router: Router,
    bad_head: BadHead,
    limits: ServerLimits,
    graceful: &'a GracefulShutdown,
}

impl Connections<'_> {
    async fn accept(&self, listener: tokio::net::TcpListener, mut stopped: oneshot::Receiver<()>) {
        let mut refused = Refused::default();
        let places = Arc::new(Semaphore::new(self.limits.connections.min(Semaphore::MAX_PERMITS)));
        loop {
            let next = async {
                // Never closed, so acquiring eventually succeeds.
                let place = Arc::clone(&places).acquire_owned().await.ok();
                (place, listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                biased;
                _ = &mut stopped => return,
                next = next => next,
            };
            match accepted {
                Ok((stream, peer)) => {
                    refused.ended();
                    self.converse(stream, Peer(peer), place);
                }
                Err(error) => {
                    refused.report(&error);
                    tokio::time::sleep(AFTER_FAULT).await;
                }
            }
        }
    }

    fn converse<P: Send + 'static>(&self, stream: TcpStream, peer: Peer, place: P) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps waiting for full packets");
        }
        let phase = Phase::new();
        let (head, idle) = (self.limits.head, self.limits.idle);
        let stream = WrittenInTime::new(stream, self.limits.written);
        let stream = InPhase::new(stream, phase.clone(), head, idle);
        let router = TowerToHyperService::new(self.router.clone());
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            phase.request_began();
            request.extensions_mut().insert(peer);
            let (answer, phase) = (router.call(request), phase.clone());
            async move {
                let answer = answer.await;
                phase.request_ended();
                answer
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // The stream enforces both limits; this one counts from the last answer.
            .header_read_timeout(head.saturating_add(idle))
            .max_header_size(MAX_HEAD)
            .max_buf_size(MAX_AHEAD)
            .max_headers(MAX_FIELDS)
            .serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        let bad_head = Arc::clone(&self.bad_head);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                if error.is_parse() {
                    bad_head(&error);
                }
                tracing::debug!(%error, "a connection ended with an error");
            }
            drop(place);
        });
    }
}
