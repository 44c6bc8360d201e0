//! Whom the client trusts.

use recoup::transport::{HttpClientOptions, HttpRequest, Transport as _, TransportError};

use crate::certificates::issue;
use crate::client;
use crate::http_server::{HttpServer, answer};

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
