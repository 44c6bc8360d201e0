//! One request and its answer, or why there is none.

use std::collections::HashMap;
use std::time::Duration;

use recoup::transport::{
    HttpClientOptions, HttpRequest, HttpResponse, Secret, Transport as _, TransportError, Url,
};
use recoup_tests::http_server::{HttpServer, Reply, answer};

use super::{PATIENCE, client, get, through};

/// For servers that never answer.
const IMPATIENCE: Duration = Duration::from_millis(200);

/// The failure from a server's reply, for a request full of secrets; no failure may show one.
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
    assert_eq!((response.status().as_u16(), response.is_success()), (418, false));
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
fn every_method_is_sent_under_its_name() {
    use recoup::transport::http::Method;
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        client().send(&HttpRequest::new(method.clone(), server.url().segment("a"))).unwrap();
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
fn a_connection_that_the_server_has_closed_meanwhile_is_not_used_again() {
    let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody".to_vec();
    let server = HttpServer::in_turn(vec![Reply::Raw(whole)]);
    let client = client();
    for _ in 0..5 {
        // Such a request must not be sent twice, so it must not meet a dead connection.
        let response = client.send(&HttpRequest::post(server.url())).unwrap();
        assert_eq!(response.body(), b"body");
        server.wait_until_closed();
    }
    assert_eq!((server.received().len(), server.connections()), (5, 5));
}

#[test]
fn a_request_to_a_silent_or_dripping_server_times_out() {
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
fn a_request_that_is_not_http_is_refused() {
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
fn no_redirect_is_followed() {
    let other = HttpServer::in_turn(vec![answer(200, "stolen")]);
    for status in [301, 302, 303, 307, 308] {
        let location = vec![("Location", other.url().expose())];
        let error = failure(Reply::Answer(status, location, Vec::new()));
        assert!(
            matches!(error, TransportError::Redirect { status: reported, .. } if reported == status),
            "{error:?}"
        );
        assert!(!error.is_retryable());
    }
    assert!(other.received().is_empty());
}

#[test]
fn where_nothing_listens_nothing_was_sent() {
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
    assert!(error.to_string().contains("field \"x\""), "{error}");
    assert!(server.received().is_empty());
}
