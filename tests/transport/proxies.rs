//! Through a proxy, and past it.

use std::collections::HashMap;

use recoup::transport::{HttpClientOptions, HttpRequest, Transport as _, TransportError, Url};

use crate::http_server::{HttpServer, answer};
use crate::{get, through};

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
