//! The ready HTTP client, and its wrappers, against real servers on loopback.

mod exchange;
mod keys;
mod limits;
mod retrying;
mod tls_and_proxies;

use std::time::Duration;

use recoup::Timestamp;
use recoup::transport::{HttpClient, HttpClientOptions, HttpRequest, Proxy};
use recoup_tests::http_server::HttpServer;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// Long enough for a busy machine, and short enough to wait for.
const PATIENCE: Duration = Duration::from_secs(20);

fn client() -> HttpClient {
    HttpClientOptions::new().build().unwrap()
}

fn get(server: &HttpServer) -> HttpRequest {
    HttpRequest::get(server.url().segment("a")).timeout(PATIENCE)
}

fn through(proxy: &HttpServer, direct: &[&str]) -> Proxy {
    Proxy::new(&format!("http://user:pass@{}", proxy.address), direct).unwrap()
}
