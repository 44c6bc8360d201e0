//! The ready HTTP client, and what goes around it, against real servers on loopback.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "support/http_server.rs"]
mod http_server;
#[path = "support/pacing.rs"]
mod pacing;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http_server::{HttpServer, Reply, answer};
use pacing::ManualPacing;
use recoup::google_play::{PublishedKeys, RefundType, VoidedProductType};
use recoup::testing::GooglePlay;
use recoup::transport::{
    HttpClient, HttpClientOptions, HttpRequest, HttpResponse, Proxy, RateLimit, RateLimited, RetryPolicy,
    Retrying, Secret, Transport, TransportError, Url,
};
use recoup::{Config, Engine, EngineOptions, KeySource, ManualClock, OutcomeKind, Span, Store, Timestamp};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// Long enough for a busy machine, and short enough to wait for.
const PATIENCE: Duration = Duration::from_secs(20);
/// For servers that never answer.
const IMPATIENCE: Duration = Duration::from_millis(200);

fn client() -> HttpClient {
    HttpClientOptions::new().build().unwrap()
}

fn get(server: &HttpServer) -> HttpRequest {
    HttpRequest::get(server.url().segment("a")).timeout(PATIENCE)
}

/// What a server's reply comes to, for a request full of secrets; no failure may show one.
fn outcome(reply: Reply, limit: usize, timeout: Duration) -> Result<HttpResponse, TransportError> {
    let server = HttpServer::start(move |_, _| reply.clone());
    let secret = Secret::new("s3cret");
    let url = server.url().segment("v1").secret_segment(&secret).query("key", "s3cret");
    let request = HttpRequest::post(url).bearer(&secret).body("text/plain", "s3cret").max_body(limit);
    let outcome = client().send(&request.timeout(timeout));
    if let Err(error) = &outcome {
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
    outcome
}

fn failure(reply: Reply) -> TransportError {
    outcome(reply, 1000, PATIENCE).unwrap_err()
}

#[test]
fn a_request_arrives_as_it_was_built_and_its_answer_comes_back_whole() {
    let headers =
        vec![("X-Answer", "yes".to_owned()), ("x-list", "a".to_owned()), ("X-List", "b".to_owned())];
    let server = HttpServer::in_turn(vec![Reply::Answer(418, headers, b"short and stout".to_vec())]);
    let url = server.url().segments("v1/orders").segment("GPA.1/2").query("revoke", "true");
    let request = HttpRequest::post(url)
        .bearer(&Secret::new("token"))
        .idempotency_key("key-1")
        .json(&serde_json::json!({"amount": 1}));
    let response = client().send(&request).unwrap();
    assert_eq!((response.status(), response.is_success()), (418, false));
    assert_eq!(response.header("x-answer"), Some("yes"));
    assert_eq!(response.header_list("X-LIST").as_deref(), Some("a, b"));
    assert_eq!(response.body(), b"short and stout");
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].line, "POST /v1/orders/GPA.1%2F2?revoke=true HTTP/1.1");
    assert_eq!(received[0].header("Authorization"), Some("Bearer token"));
    assert_eq!(received[0].header("Idempotency-Key"), Some("key-1"));
    assert_eq!(received[0].header("Content-Type"), Some("application/json"));
    assert_eq!(received[0].header("User-Agent"), Some(concat!("recoup/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(received[0].header("Accept-Encoding"), None);
    assert_eq!(received[0].body, br#"{"amount":1}"#);
}

#[test]
fn every_method_goes_out_under_its_name() {
    use recoup::transport::Method;
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    for method in [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete] {
        client().send(&HttpRequest::new(method, server.url().segment("a"))).unwrap();
        assert_eq!(server.received().pop().unwrap().line, format!("{method} /a HTTP/1.1"));
    }
}

#[test]
fn connections_are_used_again() {
    let server = HttpServer::in_turn(vec![answer(200, "body")]);
    let client = client();
    for _ in 0..3 {
        client.send(&get(&server)).unwrap();
    }
    assert_eq!((server.received().len(), server.connections()), (3, 1));
}

#[test]
fn a_server_that_is_silent_or_drips_is_given_up() {
    let drip = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n".to_vec();
    let head = b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec();
    for reply in [Reply::Silence, Reply::Drip(drip), Reply::Drip(head)] {
        let error = outcome(reply.clone(), 100_000, IMPATIENCE).unwrap_err();
        assert!(matches!(error, TransportError::Timeout { limit: IMPATIENCE, .. }), "{reply:?}: {error:?}");
        assert!(error.is_retryable() && !error.was_never_sent());
    }
}

#[test]
fn an_answer_that_breaks_off_is_not_taken_for_a_whole_one() {
    for raw in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf",
    ] {
        let error = failure(Reply::Raw(raw.into()));
        assert!(matches!(error, TransportError::Interrupted { .. }), "{raw:?}: {error:?}");
        assert!(error.is_retryable() && !error.was_never_sent(), "{raw:?}: {error:?}");
    }
}

#[test]
fn what_is_no_http_is_refused() {
    for raw in [
        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
        "HTTP/1.1 banana\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let error = failure(Reply::Raw(raw.into()));
        assert!(matches!(error, TransportError::Malformed { .. }), "{raw:?}: {error:?}");
        assert!(!error.is_retryable());
    }
}

#[test]
fn no_more_of_an_answer_is_read_than_was_allowed() {
    let fits = "x".repeat(1000);
    assert_eq!(outcome(answer(200, &fits), 1000, PATIENCE).unwrap().body(), fits.as_bytes());
    let too_large = |reply| {
        let error = failure(reply);
        assert!(matches!(error, TransportError::TooLarge { .. }), "{error:?}");
        assert!(!error.is_retryable());
    };
    too_large(answer(200, &"x".repeat(1001)));
    too_large(Reply::Endless(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(),
        b"4\r\nmore\r\n".to_vec(),
    ));
    too_large(Reply::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), b"until the end".to_vec()));
    too_large(Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-Field".to_vec()));
    let many = failure(Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-Field: value\r\n".to_vec()));
    assert!(matches!(many, TransportError::Malformed { .. }), "{many:?}");
}

#[test]
fn nobody_is_sent_elsewhere() {
    let other = HttpServer::in_turn(vec![answer(200, "stolen")]);
    for status in [301, 302, 303, 307, 308] {
        let location = vec![("Location", other.url().expose())];
        let error = failure(Reply::Answer(status, location, Vec::new()));
        assert!(
            matches!(error, TransportError::Redirect { status: said, .. } if said == status),
            "{error:?}"
        );
        assert!(!error.is_retryable());
    }
    assert!(other.received().is_empty());
}

#[test]
fn where_nobody_listens_nothing_was_sent() {
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    let url = server.url();
    drop(server);
    let error = client().send(&HttpRequest::post(url)).unwrap_err();
    assert!(matches!(error, TransportError::Connect { .. }), "{error:?}");
    assert!(error.is_retryable() && error.was_never_sent());
    let unknown: Url = "https://host.invalid".parse().unwrap();
    let error = client().send(&HttpRequest::get(unknown)).unwrap_err();
    assert!(matches!(&error, TransportError::Connect { host, .. } if host == "host.invalid"), "{error:?}");
}

#[test]
fn nothing_goes_in_the_clear_to_another_machine() {
    let url: Url = "http://192.0.2.1:9/a".parse().unwrap();
    let error = client().send(&HttpRequest::get(url.clone())).unwrap_err();
    assert!(matches!(error, TransportError::Unsendable { .. }), "{error:?}");
    assert!(error.was_never_sent() && !error.is_retryable());
    let target = HttpServer::in_turn(vec![answer(200, "emulator")]);
    let proxy = HttpServer::proxy(HashMap::from([("192.0.2.1:9".to_owned(), target.address)]));
    let allowed = HttpClientOptions::new().plain_http(true).proxy(Some(through(&proxy, &[])));
    assert_eq!(allowed.build().unwrap().send(&HttpRequest::get(url)).unwrap().body(), b"emulator");
}

#[test]
fn a_header_field_cannot_smuggle_another() {
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    let error = client().send(&get(&server).header("x", "a\r\ny: b")).unwrap_err();
    assert!(matches!(error, TransportError::Unsendable { .. }), "{error:?}");
    assert!(server.received().is_empty());
}

// Proxies.

fn through(proxy: &HttpServer, direct: &[&str]) -> Proxy {
    Proxy::new(&format!("http://user:pass@{}", proxy.address), direct).unwrap()
}

#[test]
fn a_proxy_connects_unless_the_host_is_exempt_or_it_refuses() {
    let server = HttpServer::in_turn(vec![answer(200, "there")]);
    let target = format!("localhost:{}", server.address.port());
    let proxy = HttpServer::proxy(HashMap::from([(target.clone(), server.address)]));
    let proxied = HttpClientOptions::new().proxy(Some(through(&proxy, &["127.0.0.1"]))).build().unwrap();

    let by_name = HttpRequest::get(server.url_by_name());
    assert_eq!(proxied.send(&by_name).unwrap().body(), b"there");
    let asked = proxy.received();
    assert_eq!(asked[0].line, format!("CONNECT {target} HTTP/1.1"));
    assert_eq!(asked[0].header("Proxy-Authorization"), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(server.received()[0].header("Proxy-Authorization"), None);

    assert_eq!(proxied.send(&get(&server)).unwrap().body(), b"there");
    assert_eq!(proxy.received().len(), 1, "an exempt host was reached through the proxy");

    let elsewhere: Url = "https://elsewhere.example".parse().unwrap();
    let error = proxied.send(&HttpRequest::get(elsewhere)).unwrap_err();
    assert!(matches!(&error, TransportError::Proxy { .. }), "{error:?}");
    assert!(error.to_string().contains("403") && error.was_never_sent());
}

// TLS.

/// A certificate authority and what it signed: DER.
struct Issued {
    root: Vec<u8>,
    certificate: Vec<u8>,
    key: Vec<u8>,
}

fn issue(host: &str) -> Issued {
    let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "A root of one's own");
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let root = authority.self_signed(&authority_key).unwrap();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(vec![host.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    Issued { root: root.der().to_vec(), certificate: certificate.der().to_vec(), key: key.serialize_der() }
}

#[test]
fn an_unknown_root_is_refused_and_a_given_one_accepted() {
    let issued = issue("localhost");
    let server = HttpServer::with_tls(&issued.certificate, &issued.key, |_, _| answer(200, "trusted"));
    let request = HttpRequest::get(server.url_by_name());

    let error = client().send(&request).unwrap_err();
    assert!(matches!(error, TransportError::Tls { .. }), "{error:?}");
    assert!(error.was_never_sent() && !error.is_retryable());
    let another = HttpClientOptions::new().extra_root(issue("localhost").root).build().unwrap();
    assert!(matches!(another.send(&request).unwrap_err(), TransportError::Tls { .. }));
    let trusting = HttpClientOptions::new().extra_root(issued.root).build().unwrap();
    assert_eq!(trusting.send(&request).unwrap().body(), b"trusted");
    let error = trusting.send(&HttpRequest::get(server.url())).unwrap_err();
    assert!(matches!(error, TransportError::Tls { .. }), "a certificate for another name: {error:?}");
    assert_eq!(server.received().len(), 1);
}

#[test]
fn what_is_no_certificate_is_no_root() {
    let error = HttpClientOptions::new().extra_root(b"PEM?".to_vec()).build().unwrap_err();
    assert!(error.to_string().contains("extra root 0"), "{error}");
}

// Asking again.

fn retrying(pacing: &Arc<ManualPacing>) -> Retrying<HttpClient> {
    Retrying::new(client(), RetryPolicy::default(), pacing.clone())
}

fn busy(retry_after: &str) -> Reply {
    Reply::Answer(429, vec![("Retry-After", retry_after.to_owned())], Vec::new())
}

#[test]
fn retry_after_is_kept_in_each_of_its_forms() {
    let in_seven = NOW.plus(Span::from_millis(7000)).millis().to_string();
    // 1_790_000_007 in Unix seconds.
    for form in ["7", "Mon, 21 Sep 2026 14:13:27 GMT", &in_seven] {
        let pacing = ManualPacing::at(NOW);
        let server = HttpServer::in_turn(vec![busy(form), answer(200, "now")]);
        assert_eq!(retrying(&pacing).send(&get(&server)).unwrap().body(), b"now");
        // The jitter of these tests is none.
        assert_eq!(pacing.slept(), [Duration::from_secs(7)], "{form}");
        assert_eq!(server.received().len(), 2);
    }
}

#[test]
fn faults_that_pass_are_asked_again_with_growing_waits() {
    let pacing = ManualPacing::at(NOW);
    let replies = vec![answer(503, ""), Reply::Raw(Vec::new()), answer(500, ""), answer(200, "at last")];
    let server = HttpServer::in_turn(replies);
    assert_eq!(retrying(&pacing).send(&get(&server)).unwrap().body(), b"at last");
    let millis: Vec<_> = pacing.slept().iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [250, 500, 1000], "half of 500, 1000 and 2000, without jitter");

    let pacing = ManualPacing::with_most_jitter(NOW);
    let server = HttpServer::in_turn(vec![answer(503, ""), busy("7"), answer(200, "")]);
    retrying(&pacing).send(&get(&server)).unwrap();
    let millis: Vec<_> = pacing.slept().iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [500, 7500]);
}

#[test]
fn what_will_not_pass_is_answered_at_once() {
    for status in [200, 304, 400, 401, 403, 404, 410, 501] {
        let pacing = ManualPacing::at(NOW);
        let server = HttpServer::in_turn(vec![answer(status, "")]);
        assert_eq!(retrying(&pacing).send(&get(&server)).unwrap().status(), status);
        assert_eq!((server.received().len(), pacing.slept().len()), (1, 0), "{status}");
    }
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![Reply::Raw(b"SSH\r\n\r\n".to_vec())]);
    assert!(retrying(&pacing).send(&get(&server)).is_err());
    assert_eq!((server.received().len(), pacing.slept().len()), (1, 0));
}

#[test]
fn what_must_not_be_repeated_is_sent_once_unless_it_has_a_key() {
    for reply in [answer(503, ""), busy("1"), Reply::Raw(Vec::new())] {
        let pacing = ManualPacing::at(NOW);
        let server = HttpServer::in_turn(vec![reply, answer(200, "")]);
        let post = HttpRequest::post(server.url().segment("refund"));
        assert!(!matches!(retrying(&pacing).send(&post), Ok(response) if response.is_success()));
        assert_eq!(server.received().len(), 1);
        let keyed = post.idempotency_key("refund-1");
        assert!(retrying(&pacing).send(&keyed).unwrap().is_success());
    }
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(503, ""), answer(200, "")]);
    let keyed = HttpRequest::post(server.url()).idempotency_key("refund-1").body("text/plain", "all of it");
    assert!(retrying(&pacing).send(&keyed).unwrap().is_success());
    let received = server.received();
    assert_eq!((received.len(), &received[0]), (2, &received[1]));
}

#[test]
fn it_gives_up_after_the_tries_or_the_time_and_gives_the_last_answer() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(503, "first"), answer(502, "more")]);
    let response = retrying(&pacing).send(&get(&server)).unwrap();
    assert_eq!((response.status(), response.body()), (502, &b"more"[..]));
    assert_eq!(server.received().len(), 4);

    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![busy("31")]);
    assert_eq!(retrying(&pacing).send(&get(&server)).unwrap().status(), 429);
    assert_eq!((server.received().len(), pacing.slept().len()), (1, 0), "a wait longer than the longest");

    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![busy("20")]);
    let policy = RetryPolicy { tries: 100, total: Duration::from_secs(65), ..RetryPolicy::default() };
    Retrying::new(client(), policy, pacing.clone()).send(&get(&server)).unwrap();
    assert_eq!(server.received().len(), 4, "20 + 20 + 20, and the next would go beyond 65");
}

#[test]
fn a_try_gets_no_more_time_than_is_left() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![busy("20"), Reply::Silence]);
    let left = Duration::from_millis(150);
    let policy = RetryPolicy { total: Duration::from_secs(20) + left, ..RetryPolicy::default() };
    let error = Retrying::new(client(), policy, pacing).send(&get(&server)).unwrap_err();
    assert!(matches!(error, TransportError::Timeout { limit, .. } if limit == left), "{error:?}");
}

// Limits.

#[test]
fn no_span_has_more_requests_than_the_limit() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    let limit = RateLimit::of_host("127.0.0.1", 3, Duration::from_secs(30));
    let limited = RateLimited::new(client(), [limit], Duration::from_secs(60), pacing.clone());
    let mut at = Vec::new();
    for n in 0..8 {
        limited.send(&get(&server)).unwrap();
        at.push(pacing.passed().as_secs());
        if n == 1 {
            pacing.pass(Duration::from_secs(10));
        }
    }
    assert_eq!(at, [0, 0, 10, 30, 30, 40, 60, 60]);
    limited.send(&HttpRequest::get(server.url_by_name())).unwrap();
    assert_eq!(pacing.passed().as_secs(), 60, "another host waited");
}

#[test]
fn a_part_of_a_host_may_have_a_limit_of_its_own() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    let second = Duration::from_secs(1);
    let limits = [
        RateLimit::of_host("127.0.0.1", 4, second),
        RateLimit::of_host("127.0.0.1", 1, second).under("/refunds/"),
    ];
    let limited = RateLimited::new(client(), limits, Duration::from_secs(1), pacing.clone());
    let send = |path: &str| {
        limited.send(&HttpRequest::get(server.url().segments(path))).map(|_| pacing.passed().as_millis())
    };
    assert_eq!(send("refunds/1"), Ok(0));
    assert_eq!(send("orders/1"), Ok(0));
    assert_eq!(send("refunds/2"), Ok(1000));
    assert_eq!(send("orders/2"), Ok(1000));
}

#[test]
fn a_wait_that_is_too_long_fails_and_counts_for_nothing() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    let limit = RateLimit::of_host("127.0.0.1", 1, Duration::from_secs(60));
    let limited = RateLimited::new(client(), [limit], Duration::from_secs(5), pacing.clone());
    limited.send(&get(&server)).unwrap();
    for _ in 0..3 {
        let error = limited.send(&get(&server)).unwrap_err();
        let minute = Duration::from_secs(60);
        assert!(matches!(error, TransportError::RateLimited { wait, .. } if wait == minute), "{error:?}");
        assert!(error.is_retryable() && error.was_never_sent());
    }
    assert_eq!((server.received().len(), pacing.slept().len()), (1, 0));
    pacing.pass(Duration::from_secs(55));
    limited.send(&get(&server)).unwrap();
    assert_eq!(pacing.passed(), Duration::from_secs(60));
}

// Google's keys.

#[test]
fn published_keys_come_with_what_their_headers_say() {
    let headers = vec![
        ("Cache-Control", "public".to_owned()),
        ("Cache-Control", "max-age=600".to_owned()),
        ("Age", "60".to_owned()),
    ];
    let server = HttpServer::in_turn(vec![
        Reply::Answer(200, headers, b"{\"keys\":[]}".to_vec()),
        answer(500, "oops"),
        answer(200, &"x".repeat(64 * 1024 + 1)),
    ]);
    let keys = PublishedKeys::at(client(), server.url().segments("oauth2/v3/certs"));
    let fetched = keys.fetch().unwrap();
    assert_eq!((fetched.freshness.max_age, fetched.freshness.age), (Some(600), 60));
    assert_eq!(fetched.jwks, b"{\"keys\":[]}");
    assert_eq!(server.received()[0].line, "GET /oauth2/v3/certs HTTP/1.1");
    assert!(keys.fetch().unwrap_err().problem.contains("answers 500"));
    assert!(keys.fetch().unwrap_err().problem.contains("65536 bytes"));
}

/// An engine over a configuration that names no key file.
fn engine(google: &GooglePlay, folder: &std::path::Path, options: EngineOptions) -> Engine {
    let config = serde_json::json!({
        "database": "ledger.db",
        "google_play": [{
            "package_name": google.package_name,
            "push": {"audience": google.audience, "service_account_email": google.service_account_email},
        }],
    });
    options.open(Config::from_json(config.to_string().as_bytes(), folder).unwrap()).unwrap()
}

#[test]
fn an_engine_fetches_googles_keys_from_google_where_no_file_is_named() {
    let google = GooglePlay::new().unwrap();
    let issued = issue("www.googleapis.com");
    let jwks = google.jwks();
    let server = HttpServer::with_tls(&issued.certificate, &issued.key, move |n, _| match n {
        0 => answer(503, ""),
        _ => Reply::Answer(200, vec![("Cache-Control", "max-age=3600".to_owned())], jwks.clone().into()),
    });
    let proxy = HttpServer::proxy(HashMap::from([("www.googleapis.com:443".to_owned(), server.address)]));
    let client = HttpClientOptions::new().extra_root(issued.root).proxy(Some(through(&proxy, &[])));
    let clock = Arc::new(ManualClock::new(NOW));
    let folder = tempfile::tempdir().unwrap();
    let options = EngineOptions::new().clock(Arc::clone(&clock)).transport(Arc::new(client.build().unwrap()));
    let engine = engine(&google, folder.path(), options);
    assert!(server.received().is_empty(), "keys are fetched when they are first needed");

    let ingest = |n: usize| {
        let (order, now) = (format!("GPA.{n}"), engine.now());
        let void = google.voided_purchase(&order, "t", VoidedProductType::OneTime, RefundType::Full, now);
        let push = google.push(&void, &format!("m{n}"), now).unwrap();
        push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap()
    };
    let outcome = ingest(0);
    assert_eq!(outcome.http_status, 503, "{outcome:?}");
    clock.advance(Span::from_millis(61_000));
    for n in 1..4 {
        let outcome = ingest(n);
        assert!(matches!(outcome.what, OutcomeKind::Accepted { .. }), "{outcome:?}");
    }
    assert_eq!(server.received().len(), 2);
    clock.advance(Span::from_millis(3_600_000));
    assert_eq!(ingest(4).http_status, 200);
    let lines: Vec<_> = server.received().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, ["GET /oauth2/v3/certs HTTP/1.1"; 3]);
}
