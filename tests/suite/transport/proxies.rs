//! Through a proxy, and past it.

use std::collections::HashMap;

use recoup::transport::{HttpClientOptions, HttpRequest, Transport as _, TransportError, Url};

use super::through;
use crate::support::http_server::{HttpServer, answer};

#[test]
fn a_proxy_connects_unless_the_host_is_exempt_or_it_refuses() {
    let server = HttpServer::in_turn(vec![answer(200, "there")]);
    let proxy = HttpServer::proxy(HashMap::from([("store.example:80".to_owned(), server.address)]));
    let proxied = HttpClientOptions::new().plain_http(true);
    let proxied = proxied.proxy(Some(through(&proxy, &["exempt.invalid"]))).build().unwrap();

    let by_name = HttpRequest::get("http://store.example".parse().unwrap());
    assert_eq!(proxied.send(&by_name).unwrap().body(), b"there");
    let asked = proxy.received();
    assert_eq!(asked[0].line, "CONNECT store.example:80 HTTP/1.1");
    assert_eq!(asked[0].header("Proxy-Authorization"), Some("Basic dXNlcjpwYXNz"));
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
