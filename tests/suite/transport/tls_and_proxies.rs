//! The way to a store: whom the client trusts, how it reports TLS that fails, and what goes through a proxy.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use recoup::transport::{HttpClientOptions, HttpRequest, Transport as _, TransportError, Url};
use recoup_tests::certificates::{Issued, issue};
use recoup_tests::http_server::{HttpServer, answer};

use super::{client, through};

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

/// Reads a request over TLS, and then sends these bytes without it.
fn falls_out_of_tls(issued: Issued, bytes: &'static [u8]) -> SocketAddr {
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![rustls::pki_types::CertificateDer::from(issued.certificate)],
                rustls::pki_types::PrivateKeyDer::try_from(issued.key).unwrap(),
            )
            .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, listener.accept().unwrap().0);
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.extend_from_slice(&byte);
        }
        stream.sock.write_all(bytes).unwrap();
        // Until the client closes.
        let _ = stream.sock.read(&mut [0]);
    });
    address
}

#[test]
fn tls_that_fails_after_the_request_was_sent_is_not_reported_as_never_sent() {
    // Plain text; a record that is not of this connection; an alert in the clear.
    for bytes in [
        &b"HTTP/1.1 200 OK\r\n\r\n"[..],
        b"\x17\x03\x03\x00\x20garbage-garbage-garbage-garbage-",
        b"\x15\x03\x03\x00\x02\x02\x28",
    ] {
        let issued = issue("localhost");
        let trusting = HttpClientOptions::new().extra_root(issued.root.clone()).build().unwrap();
        let address = falls_out_of_tls(issued, bytes);
        let url = format!("https://localhost:{}/refund", address.port()).parse().unwrap();
        let error = trusting.send(&HttpRequest::post(url)).unwrap_err();
        assert!(matches!(error, TransportError::Interrupted { .. }), "{error:?}");
        assert!(!error.was_never_sent(), "{error:?}");
    }
}

#[test]
fn a_root_that_is_no_certificate_is_refused() {
    let error = HttpClientOptions::new().extra_root(b"PEM?".to_vec()).build().unwrap_err();
    assert!(error.to_string().contains("extra root 0"), "{error}");
}

#[test]
fn a_proxy_connects_unless_the_host_is_exempt_or_it_refuses() {
    let server = HttpServer::in_turn(vec![answer(200, "there")]);
    let proxy = HttpServer::proxy(HashMap::from([("store.example:80".to_owned(), server.address)]));
    let proxied = HttpClientOptions::new().plain_http(true);
    let proxied = proxied.proxy(Some(through(&proxy, &["exempt.invalid"]))).build().unwrap();

    let by_name = HttpRequest::get("http://store.example".parse().unwrap());
    assert_eq!(proxied.send(&by_name).unwrap().body(), b"there");
    let received = proxy.received();
    assert_eq!(received[0].line, "CONNECT store.example:80 HTTP/1.1");
    assert_eq!(received[0].header("Proxy-Authorization"), Some("Basic dXNlcjpwYXNz"));
    assert_eq!(server.received()[0].header("Proxy-Authorization"), None);

    let exempt: Url = "http://exempt.invalid".parse().unwrap();
    assert!(matches!(proxied.send(&HttpRequest::get(exempt)), Err(TransportError::Connect { .. })));
    assert_eq!(proxy.received().len(), 1, "an exempt host was reached through the proxy");

    let elsewhere: Url = "https://elsewhere.example".parse().unwrap();
    let error = proxied.send(&HttpRequest::get(elsewhere)).unwrap_err();
    assert!(matches!(&error, TransportError::Proxy { .. }), "{error:?}");
    assert!(error.to_string().contains("403") && error.was_never_sent());
}

#[test]
fn this_machine_is_no_business_of_a_proxys() {
    let server = HttpServer::in_turn(vec![answer(200, "here")]);
    // The proxy's own loopback would be another machine's, and the way there in the clear.
    let theirs = HttpServer::in_turn(vec![answer(200, "there")]);
    let targets =
        ["127.0.0.1", "localhost"].map(|host| (format!("{host}:{}", server.address.port()), theirs.address));
    let proxy = HttpServer::proxy(HashMap::from(targets));
    let proxied = HttpClientOptions::new().proxy(Some(through(&proxy, &[]))).build().unwrap();
    for url in [server.url(), server.url_by_name()] {
        assert_eq!(proxied.send(&HttpRequest::get(url)).unwrap().body(), b"here");
    }
    assert!(proxy.received().is_empty());
}
