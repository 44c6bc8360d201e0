//! Handling a store's request, from its head to its answer.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::json;
use tokio::sync::{Mutex as AsyncMutex, Semaphore};
use tokio::time::{Instant as Deadline, timeout_at};

use super::exposition::{self, Gauges};
use super::metrics::Metrics;
use super::options::GatewayOptions;
use super::workers::{Unfinished, Workers};
use crate::engine::{Engine, Outcome, OutcomeKind};
use crate::error::Error;
use crate::ledger::{Amount, LedgerError};
use crate::model::{Store, WaitingFigures};
use crate::shown::shown;
use crate::stores;

/// Threads for `/healthz` and `/metrics`, separate from those for stores' requests, so that they cannot use them up.
pub(super) const ATTENDANTS: usize = 2;

/// The longest URL that is logged, in characters.
const MAX_URL: usize = 2000;

/// The longest path that is logged, in characters.
const MAX_PATH: usize = 100;
/// How old the result of `/healthz` may be.
const TRIAL_EVERY: Duration = Duration::from_secs(1);

/// What all requests share.
pub(super) struct WebhookState {
    engine: Arc<Engine>,
    options: GatewayOptions,
    ingests: Arc<Semaphore>,
    attendants: Arc<Semaphore>,
    /// The result of the last trial.
    tried: AsyncMutex<Option<(Instant, Result<(), &'static str>)>>,
    ingesting: Workers,
    attending: Workers,
    metrics: Arc<Metrics>,
}

impl WebhookState {
    /// Starts the first threads.
    pub(super) fn new(engine: Arc<Engine>, options: &GatewayOptions) -> io::Result<Self> {
        Ok(Self {
            engine,
            options: options.clone(),
            ingests: Arc::new(Semaphore::new(options.ingests.min(Semaphore::MAX_PERMITS))),
            attendants: Arc::new(Semaphore::new(ATTENDANTS)),
            metrics: Arc::new(Metrics::default()),
            tried: AsyncMutex::new(None),
            ingesting: Workers::start("recoup-webhook", options.ingests)?,
            attending: Workers::start("recoup-health", ATTENDANTS)?,
        })
    }

    /// The store of a path, `/v1/<store>` or `/v1/<secret>/<store>`, with or without a trailing slash.
    fn store(&self, path: &str) -> Option<Store> {
        let path = path.strip_prefix("/v1/")?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let name = match &self.options.path_secret {
            None => path,
            Some(secret) => {
                let (guess, name) = path.split_once('/')?;
                secret.is(guess).then_some(name)?
            }
        };
        // Only built-in stores: a host's own store has no verifier.
        Store::ALL.iter().find(|store| store.as_str() == name).cloned()
    }

    /// Counts and logs a request that is not handed to a store's check.
    pub(super) fn refused_at_door(&self, store: Option<&Store>, reason: &'static str, words: &str) {
        self.metrics.refused_at_door(store, reason);
        if self.options.is_poisoned() || self.engine.is_closed() {
            return;
        }
        match store {
            Some(store) => self.engine.count_refusal(None, reason, &format!("{store}: {words}")),
            None => self.engine.count_refusal(None, reason, words),
        }
    }

    /// The path, as far as it may be logged: with a path secret only the segments that all routes have.
    fn shown_path(&self, path: &str) -> String {
        if self.options.path_secret.is_none() {
            return path.to_owned();
        }
        let is_known = |part: &str| {
            let name = part.replace('_', "-");
            part.is_empty() || part == "v1" || Store::ALL.iter().any(|store| store.as_str() == name)
        };
        path.split('/').map(|part| if is_known(part) { part } else { "…" }).collect::<Vec<_>>().join("/")
    }

    fn not_found(&self, request: &Request) -> Response {
        let path = request.uri().path();
        // Only the log shows whether the secret or the store is wrong.
        let has_store =
            Store::ALL.iter().any(|store| path.trim_end_matches('/').ends_with(&format!("/{store}")));
        let reason = match &self.options.path_secret {
            Some(_) if has_store && path.starts_with("/v1/") => "wrong_path_secret",
            _ => "not_found",
        };
        let routes = self.options.route(&Store::AppStore);
        let words = format!(
            "the path {} is not a route (method {}): expected one such as {routes}",
            shown(&self.shown_path(path), MAX_PATH),
            request.method()
        );
        self.refused_at_door(None, reason, &words);
        refuse(StatusCode::NOT_FOUND, "not_found")
    }

    async fn answer(&self, store: &Store, request: Request) -> Response {
        if request.method() != Method::POST {
            let words = format!("{} instead of POST", request.method());
            self.refused_at_door(Some(store), "method", &words);
            return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")]).into_response();
        }
        if is_encoded(request.headers()) {
            let words = "the body is compressed, which no store does: does a proxy?";
            self.refused_at_door(Some(store), "encoded_body", words);
            let identity = [(header::ACCEPT_ENCODING, "identity")];
            return (identity, refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "encoded_body")).into_response();
        }
        let deadline = Deadline::now() + self.options.request_timeout;
        let (head, body) = request.into_parts();
        let body = match timeout_at(deadline, read_body(body)).await {
            Ok(Ok(body)) => body,
            Ok(Err(BodyError::TooLarge)) => {
                let words = format!("the body exceeds {} bytes", MAX_BODY);
                self.refused_at_door(Some(store), "too_large", &words);
                return refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
            }
            Ok(Err(BodyError::Broken)) => {
                self.refused_at_door(Some(store), "broken_body", "the body is incomplete");
                return refuse(StatusCode::BAD_REQUEST, "broken_body");
            }
            Err(_) => {
                self.refused_at_door(Some(store), "body_too_slow", "the body was not received in time");
                // Not 408: it may be temporary, and Amazon never retries after a 4xx.
                return refuse(StatusCode::SERVICE_UNAVAILABLE, "body_too_slow");
            }
        };
        match timeout_at(deadline, self.ingest(store, head.headers, body)).await {
            Ok(response) => response,
            Err(_) => {
                tracing::error!(
                    %store,
                    "ingest timed out after {:?}: is the disk slow, or the ledger busy? The store will \
                     retry",
                    self.options.request_timeout
                );
                refuse(StatusCode::SERVICE_UNAVAILABLE, "too_slow")
            }
        }
    }

    /// Why nothing can be ingested now. The engine may be reopened, so the store should retry.
    fn unusable(&self) -> Option<&'static str> {
        if self.options.is_poisoned() {
            return Some("poisoned");
        }
        self.engine.is_closed().then_some("closed")
    }

    /// Ingests the request on a thread that may block.
    async fn ingest(&self, store: &Store, headers: HeaderMap, body: Vec<u8>) -> Response {
        if let Some(code) = self.unusable() {
            self.metrics.took(store, "failed", Some(code), Duration::ZERO);
            return refuse(StatusCode::SERVICE_UNAVAILABLE, code);
        }
        let Ok(place) = Arc::clone(&self.ingests).acquire_owned().await else {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "closed");
        };
        let (engine, metrics, store) = (Arc::clone(&self.engine), Arc::clone(&self.metrics), store.clone());
        let taken = self.ingesting.run(move || {
            let begun = Instant::now();
            // A value that is not text keeps its place, so that it counts as one of several, and matches nothing.
            let fields: Vec<(&str, _)> = headers
                .iter()
                .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
                .collect();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
            let taken = engine.ingest(&store, &stores::Request { headers: &fields, body: &body });
            let (kind, code) = kind_and_code(&taken);
            metrics.took(&store, kind, code, begun.elapsed());
            report(&engine, &store, &taken);
            // Held until now, even if the answer is no longer awaited.
            drop(place);
            (http_status(&taken), kind, code)
        });
        match taken.await {
            Ok((status, kind, code)) => said(status, kind, code),
            Err(Unfinished::Panicked) => {
                tracing::error!("a panic in Recoup interrupted a request");
                self.options.poison();
                refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal")
            }
        }
    }
}

/// All routes.
pub(super) fn router(webhook_state: Arc<WebhookState>) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/healthz/", get(health))
        .route("/metrics", get(metrics))
        .route("/metrics/", get(metrics))
        .fallback(webhook)
        .with_state(webhook_state)
}

async fn webhook(State(webhook_state): State<Arc<WebhookState>>, request: Request) -> Response {
    let store = webhook_state.store(request.uri().path());
    let response = match &store {
        Some(store) => webhook_state.answer(store, request).await,
        None => webhook_state.not_found(&request),
    };
    webhook_state.metrics.answered(store.as_ref(), response.status().as_u16());
    response
}

/// The largest body that any store's verifier accepts, in bytes: Stripe's.
const MAX_BODY: usize = 1 << 20;

/// How much of a body that is too large is read and discarded, in bytes: a client that keeps sending would not see
/// the answer otherwise.
const MAX_DISCARDED: usize = 2 * MAX_BODY;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BodyError {
    TooLarge,
    /// The connection ended, or sent invalid HTTP.
    Broken,
}

/// Reads a body to its end, within its limit.
async fn read_body(mut body: Body) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    let mut size = 0_usize;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(frame) = frame else { return Err(BodyError::Broken) };
        let Ok(data) = frame.into_data() else { continue };
        size = size.saturating_add(data.len());
        if size > MAX_DISCARDED {
            break;
        }
        if size <= MAX_BODY {
            bytes.extend_from_slice(&data);
        }
    }
    if size > MAX_BODY { Err(BodyError::TooLarge) } else { Ok(bytes) }
}

/// Whether the body differs from the bytes that the store signed (RFC 9110 §8.4, RFC 9112 §6.1).
fn is_encoded(headers: &HeaderMap) -> bool {
    let codings = |name, plain: &str| {
        headers
            .get_all(name)
            .iter()
            .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
            .map(<[u8]>::trim_ascii)
            .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(plain.as_bytes()))
            .count()
    };
    codings(header::CONTENT_ENCODING, "identity") > 0 || codings(header::TRANSFER_ENCODING, "chunked") > 0
}

/// Whether the next refund could be stored.
async fn health(State(webhook_state): State<Arc<WebhookState>>) -> Response {
    let tried = match of_ledger(&webhook_state).await {
        Some(_) => webhook_state.try_a_refund().await,
        // The trial's result may be a second old; this is current.
        None => Err("ledger_down"),
    };
    match tried {
        Ok(()) => (StatusCode::OK, "ok\n").into_response(),
        // Not the error's message: the client may be a stranger, and it contains paths.
        Err(code) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("{code}: a refund could not be stored now; the log and `recoup doctor` report why\n"),
        )
            .into_response(),
    }
}

impl WebhookState {
    /// Tries a refund, at most once in [`TRIAL_EVERY`], so that requests cannot keep the disk busy.
    async fn try_a_refund(&self) -> Result<(), &'static str> {
        let deadline = Deadline::now() + self.options.request_timeout;
        let tried = timeout_at(deadline, async {
            let mut last = self.tried.lock().await;
            if let Some((at, tried)) = *last
                && at.elapsed() < TRIAL_EVERY
            {
                return tried;
            }
            let Ok(place) = Arc::clone(&self.attendants).acquire_owned().await else { return Err("closed") };
            let engine = Arc::clone(&self.engine);
            let tried = self.attending.run(move || {
                let tried = engine.try_a_refund();
                drop(place);
                tried
            });
            let tried = match tried.await {
                Ok(tried) => tried.map_err(|error| {
                    tracing::error!(%error, "the ledger accepts no refunds");
                    error.code()
                }),
                Err(Unfinished::Panicked) => Err("internal"),
            };
            *last = Some((Instant::now(), tried));
            tried
        });
        tried.await.unwrap_or(Err("busy"))
    }
}

async fn metrics(State(webhook_state): State<Arc<WebhookState>>) -> Response {
    let (events_waiting, decisions_waiting, kept, waiting) = match of_ledger(&webhook_state).await {
        Some(there) => (
            Some(there.events_waiting),
            Some(there.decisions_waiting),
            there.kept.into(),
            Some(there.waiting),
        ),
        None => (None, None, Vec::new(), None),
    };
    let gauges = Gauges {
        blocked_users: webhook_state.engine.blocked_users(),
        events_waiting,
        decisions_waiting,
        kept,
        waiting: waiting.map(|waiting| (waiting, webhook_state.engine.now())),
        log_bytes: webhook_state.engine.log_bytes(),
    };
    let text = exposition::text(&webhook_state.metrics.snapshot(), &gauges);
    ([(header::CONTENT_TYPE, exposition::CONTENT_TYPE)], text).into_response()
}

/// The ledger's backlog, and how much is stored of what has limits.
struct InLedger {
    events_waiting: i64,
    decisions_waiting: i64,
    kept: [(&'static str, Amount, Amount); 2],
    waiting: WaitingFigures,
}

impl InLedger {
    fn read(engine: &Engine) -> Result<Self, Error> {
        engine.wait_for_a_write()?;
        Ok(Self {
            events_waiting: engine.events_waiting()?,
            decisions_waiting: engine.decisions_waiting()?,
            kept: engine.kept()?,
            waiting: engine.waiting()?,
        })
    }
}

/// The ledger's figures, if it can be read and written.
async fn of_ledger(webhook_state: &WebhookState) -> Option<InLedger> {
    if webhook_state.options.is_poisoned() {
        return None;
    }
    let deadline = Deadline::now() + webhook_state.options.request_timeout;
    let waiting = timeout_at(deadline, async {
        let place = Arc::clone(&webhook_state.attendants).acquire_owned().await.ok()?;
        let engine = Arc::clone(&webhook_state.engine);
        let asked = webhook_state.attending.run(move || {
            let waiting = InLedger::read(&engine);
            drop(place);
            waiting
        });
        asked.await.ok()?.inspect_err(|error| tracing::error!(%error, "the ledger cannot be read")).ok()
    });
    waiting.await.ok().flatten()
}

fn http_status(taken: &Result<Outcome, Error>) -> u16 {
    match taken {
        Ok(outcome) => outcome.http_status,
        Err(Error::Ledger(LedgerError::Closed)) => 503,
        Err(error) => error.http_status(),
    }
}

fn kind_and_code(taken: &Result<Outcome, Error>) -> (&'static str, Option<&'static str>) {
    match taken {
        Ok(Outcome { what: OutcomeKind::Accepted { .. }, new: true, .. }) => ("accepted", None),
        Ok(Outcome { what: OutcomeKind::Accepted { .. }, .. }) => ("repeated", None),
        Ok(Outcome { what: OutcomeKind::DeadLetter(why), .. }) => ("dead_letter", Some(why.code())),
        Ok(Outcome { what: OutcomeKind::Rejected(why), .. }) => ("rejected", Some(why.code())),
        Err(error) => ("failed", Some(error.code())),
    }
}

/// The engine logs rejections and dead letters itself.
fn report(engine: &Engine, store: &Store, taken: &Result<Outcome, Error>) {
    match taken {
        Ok(Outcome { what: OutcomeKind::Accepted { name, .. }, new, refund, user, confirm_url, .. }) => {
            tracing::info!(%store, name, new, refund, user, "request ingested");
            if let Some(url) = confirm_url {
                let url = shown(url, MAX_URL);
                tracing::warn!(%store, "the store sends nothing more until this URL is opened once: {url}");
            }
        }
        Ok(_) => {}
        Err(error) => engine.failed(store, error),
    }
}

fn refuse(status: StatusCode, code: &'static str) -> Response {
    said(status.as_u16(), "refused", Some(code))
}

/// As much as an operator with `curl` needs, without any configuration.
fn said(status: u16, outcome: &'static str, code: Option<&'static str>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = match code {
        Some(code) => json!({"outcome": outcome, "code": code}),
        None => json!({"outcome": outcome}),
    };
    (status, [(header::CONTENT_TYPE, "application/json")], Body::from(text.to_string())).into_response()
}
