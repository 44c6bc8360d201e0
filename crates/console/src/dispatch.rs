//! From a request to a call, and from an answer to a response.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::response::Response;
use axum::routing::on;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use hyper::body::{Body as _, Bytes};
use recoup::gateway::{Peer, Workers};

use crate::call::Call;
use crate::csrf;
use crate::pages;
use crate::problem::Problem;
use crate::query::Query;
use crate::reply::{Answer, Body as ReplyBody, Reply, Writing};
use crate::routes::{BASE, May, Pool, ROUTES, Route};
use crate::session;
use crate::state::State;
use crate::stream;

/// The largest body, in bytes: a thousand pasted orders, or a policy.
const MAX_BODY: usize = 1 << 20;

/// How much of a body that is too large is read and discarded, in bytes: a client that keeps sending would not see the
/// answer otherwise.
const MAX_DISCARDED: usize = 2 * MAX_BODY;

/// All routes.
pub(crate) fn router(state: &Arc<State>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let state = Arc::clone(state);
        let handler = move |parameters: Result<RawPathParams, RawPathParamsRejection>, request: Request| {
            let state = Arc::clone(&state);
            async move {
                // A path that is no text belongs to no route.
                let Ok(parameters) = parameters else { return outside(&state, &request.into_parts().0) };
                let parameters =
                    parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                answer(&state, route, parameters, request).await
            }
        };
        router = router.route(&format!("{BASE}{}", route.path), on(route.method.filter(), handler));
    }
    let (elsewhere, other_method) = (Arc::clone(state), Arc::clone(state));
    router
        .fallback(move |request: Request| {
            let state = Arc::clone(&elsewhere);
            async move { outside(&state, &request.into_parts().0) }
        })
        .method_not_allowed_fallback(move |request: Request| {
            let state = Arc::clone(&other_method);
            async move {
                let problem =
                    Problem::new(405, "bad_method", "the address has no such method: look into openapi.json");
                let head = request.into_parts().0;
                of_problem(&state, &state.hosts.check(&head).err().unwrap_or(problem))
            }
        })
}

/// What is no route of the API: a page, a file, or nothing.
fn outside(state: &Arc<State>, head: &Parts) -> Response {
    if let Err(problem) = state.hosts.check(head) {
        return of_problem(state, &problem);
    }
    if head.uri.path().starts_with("/console/") {
        return of_problem(state, &Problem::not_found());
    }
    let mut response = pages::answer(state, head);
    state.fields.add_to(response.headers_mut());
    response
}

async fn answer(
    state: &Arc<State>,
    route: &'static Route,
    parameters: Vec<(String, String)>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let matches = head.headers.get("if-none-match").filter(|_| !route.method.is_change()).cloned();
    let time = state.options.request_timeout;
    let answered = tokio::time::timeout(time, ask(state, route, parameters, head, body)).await;
    let answered = answered.unwrap_or_else(|_| {
        let detail = format!(
            "not answered within {} s. A change that was under way may still be made: look first, or repeat it with the \
             same Idempotency-Key",
            time.as_secs()
        );
        Err(Problem::new(503, "busy", detail).retry_after(1))
    });
    match answered {
        Ok(reply) => respond(state, reply, matches.as_ref()).await,
        Err(problem) => of_problem(state, &problem),
    }
}

async fn ask(
    state: &Arc<State>,
    route: &'static Route,
    parameters: Vec<(String, String)>,
    head: Parts,
    body: Body,
) -> Answer {
    state.hosts.check(&head)?;
    if route.method.is_change() {
        check_content_type(&head.headers)?;
    }
    let body = read_body(body).await?;
    let peer = head.extensions.get::<Peer>().copied().ok_or_else(Problem::internal)?;
    let (query, path) = (Query::new(head.uri.query()), head.uri.path().to_owned());
    let workers: &Workers = match route.pool {
        Pool::Calls => &state.calls,
        Pool::Hashes => &state.hashes,
    };
    let shared = Arc::clone(state);
    let client = Arc::new(());
    let waits = Arc::downgrade(&client);
    let done = workers.run(move || {
        // The client has disconnected, or got the answer to try again: nothing is changed any more.
        if waits.strong_count() == 0 {
            return Err(Problem::internal());
        }
        let mut call = Call::new(&shared, route, path, parameters, query, head.headers, body, peer);
        let answer = carry_out(&mut call);
        if let Err(problem) = &answer {
            note_refusal(&call, problem);
        }
        answer
    });
    let answer = done.await.unwrap_or_else(|_| Err(Problem::internal()));
    drop(client);
    answer
}

/// On a thread that may wait.
fn carry_out(call: &mut Call<'_>) -> Answer {
    let route = call.route;
    // Who signs in is somebody else than whoever did before.
    if route.may != May::Anyone || !route.method.is_change() {
        call.caller = session::caller(call.state, &call.fields, call.peer)?;
    }
    match (&call.caller, route.may) {
        (None, May::SignedIn | May::Has(_)) => return Err(session::signed_out(call.state)),
        (Some(caller), May::SignedIn | May::Has(_)) if route.method.is_change() => {
            if let Some(token) = &caller.csrf {
                csrf::check(&call.fields, &call.state.hosts.origins, token)?;
            }
        }
        // No other site signs somebody in.
        (_, May::Anyone) if route.method.is_change() => {
            csrf::check_origin(&call.fields, &call.state.hosts.origins)?;
        }
        _ => {}
    }
    if let May::Has(right) = route.may {
        call.require(right)?;
    }
    if route.is_keyed {
        call.key()?;
    }
    if route.is_proven {
        call.require_proof()?;
    }
    (route.handler)(call)
}

/// Writes into the audit that a call of somebody who is signed in was refused: it may be the first sign of a stolen
/// session. What changes were made by calls that succeed is written with them.
fn note_refusal(call: &Call<'_>, problem: &Problem) {
    // A password that is asked for again refuses nothing yet.
    let is_refusal = problem.status == 403 || call.route.what.is_some();
    if !is_refusal || call.caller.is_none() || problem.status >= 500 || problem.code == "prove_it" {
        return;
    }
    if let Err(problem) = call.audit(&problem.code) {
        tracing::warn!(target: "recoup::console", code = problem.code, "a refused call is not in the audit");
    }
}

/// # Errors
/// `bad_content_type`.
fn check_content_type(fields: &HeaderMap) -> Result<(), Problem> {
    let field = fields.get("content-type").and_then(|field| field.to_str().ok()).unwrap_or("");
    let kind = field.split(';').next().unwrap_or("").trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(415, "bad_content_type", "changes need Content-Type: application/json, and a JSON body"))
}

/// # Errors
/// `too_large`; `broken_body`.
async fn read_body(mut body: Body) -> Result<Bytes, Problem> {
    let mut bytes = Vec::new();
    let mut size = 0_usize;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let broken = |_| Problem::new(400, "broken_body", "the body is incomplete");
        let frame = frame.map_err(broken)?;
        let Ok(piece) = frame.into_data() else { continue };
        size = size.saturating_add(piece.len());
        if size <= MAX_BODY {
            bytes.extend_from_slice(&piece);
        } else if size > MAX_DISCARDED {
            break;
        }
    }
    if size > MAX_BODY {
        return Err(Problem::new(413, "too_large", format!("the body is larger than {MAX_BODY} bytes")));
    }
    Ok(bytes.into())
}

async fn respond(state: &Arc<State>, reply: Reply, matches: Option<&HeaderValue>) -> Response {
    let tag = reply.tag();
    let Reply { status, content_type, body, fields } = reply;
    let is_known = matches.is_some_and(|known| tag.as_deref().is_some_and(|tag| has_tag(known, tag)));
    let body = match body {
        ReplyBody::Bytes(_) if is_known => Body::empty(),
        ReplyBody::Bytes(bytes) => Body::from(bytes),
        ReplyBody::Stream(writing) => match begin(state, writing).await {
            Ok(body) => body,
            Err(problem) => return of_problem(state, &problem),
        },
    };
    let mut response = Response::new(body);
    let status = if is_known { 304 } else { status };
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let answer = response.headers_mut();
    if !content_type.is_empty() {
        answer.insert("content-type", HeaderValue::from_static(content_type));
    }
    if let Some(tag) = tag {
        insert(answer, "etag", &tag);
    }
    for (name, value) in fields {
        insert(answer, name, &value);
    }
    state.fields.add_to(answer);
    response
}

fn has_tag(known: &HeaderValue, tag: &str) -> bool {
    let known = known.to_str().unwrap_or("");
    known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// Starts to write a body, and waits for its first piece.
async fn begin(state: &Arc<State>, writing: Writing) -> Result<Body, Problem> {
    let place = Arc::clone(&state.stream_places).try_acquire_owned().map_err(|_| {
        let detail = "other exports are being written: try again when they are done";
        Problem::new(503, "busy", detail).retry_after(10)
    })?;
    let (mut pipe, streamed) = stream::pipe();
    drop(state.streams.run(move || {
        let _place = place;
        match writing(&mut pipe) {
            // A client that has disconnected needs no answer.
            Ok(()) => drop(pipe.finish()),
            Err(error) => pipe.fail(error.into()),
        }
    }));
    Ok(Body::new(streamed.begun().await?))
}

/// A problem as a response.
pub(crate) fn of_problem(state: &Arc<State>, problem: &Problem) -> Response {
    let mut response = Response::new(Body::from(problem.document().to_string()));
    *response.status_mut() =
        StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let fields = response.headers_mut();
    fields.insert("content-type", HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = problem.retry_after {
        insert(fields, "retry-after", &seconds.to_string());
    }
    state.fields.add_to(fields);
    response
}

fn insert(fields: &mut HeaderMap, name: &'static str, value: &str) {
    // A value with other characters than a field may have is left out.
    if let Ok(value) = HeaderValue::from_str(value) {
        fields.insert(HeaderName::from_static(name), value);
    }
}
