//! Accepting connections, within limits, until shutdown.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, oneshot};

use super::in_phase::{InPhase, Phase};
use super::options::GatewayOptions;
use super::webhook::{self, WebhookState};
use super::written_in_time::WrittenInTime;
use crate::engine::Engine;
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

/// Starts the server's threads.
pub(super) fn start(
    listener: TcpListener,
    engine: Arc<Engine>,
    options: GatewayOptions,
    stopped: oneshot::Receiver<()>,
) -> io::Result<JoinHandle<()>> {
    // One thread moves bytes, and starts none: tokio panics if the system has no more threads.
    let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let webhook_state = WebhookState::new(engine, &options)?;
    threads::start("recoup-gateway", move || serve(runtime, listener, webhook_state, options, stopped))
}

fn serve(
    runtime: Runtime,
    listener: tokio::net::TcpListener,
    webhook_state: WebhookState,
    options: GatewayOptions,
    stopped: oneshot::Receiver<()>,
) {
    let grace = options.grace;
    let webhook_state = Arc::new(webhook_state);
    let graceful = GracefulShutdown::new();
    let took_too_long = runtime.block_on(async {
        let router = webhook::router(Arc::clone(&webhook_state));
        let service = Connections { router, webhook_state, options, graceful: &graceful };
        service.accept(listener, stopped).await;
        tokio::time::timeout(grace, graceful.shutdown()).await.is_err()
    });
    if took_too_long {
        tracing::warn!(?grace, "some requests were not answered in time; their stores will retry");
    }
    // Requests still being ingested become durable or not; their answers are discarded.
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
    webhook_state: Arc<WebhookState>,
    options: GatewayOptions,
    graceful: &'a GracefulShutdown,
}

impl Connections<'_> {
    async fn accept(&self, listener: tokio::net::TcpListener, mut stopped: oneshot::Receiver<()>) {
        let mut refused = Refused::default();
        let places = Arc::new(Semaphore::new(self.options.connections.min(Semaphore::MAX_PERMITS)));
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
                Ok((stream, _)) => {
                    refused.ended();
                    self.converse(stream, place);
                }
                Err(error) => {
                    refused.report(&error);
                    tokio::time::sleep(AFTER_FAULT).await;
                }
            }
        }
    }

    fn converse<P: Send + 'static>(&self, stream: TcpStream, place: P) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps waiting for full packets");
        }
        let phase = Phase::new();
        let (head, idle) = (self.options.head_timeout, self.options.idle_timeout);
        let stream = WrittenInTime::new(stream, self.options.request_timeout);
        let stream = InPhase::new(stream, phase.clone(), head, idle);
        let router = TowerToHyperService::new(self.router.clone());
        let service = service_fn(move |request| {
            phase.request_began();
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
        let webhook_state = Arc::clone(&self.webhook_state);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                if error.is_parse() {
                    webhook_state.refused_at_door(
                        None,
                        "bad_head",
                        &format!("not an HTTP/1.1 request: {error}"),
                    );
                }
                tracing::debug!(%error, "a connection ended with an error");
            }
            drop(place);
        });
    }
}
