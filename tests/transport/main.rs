//! The ready HTTP client, and what goes around it, against real servers on loopback.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod certificates;
mod exchange;
#[path = "../support/http_server.rs"]
mod http_server;
mod keys;
mod limits;
#[path = "../support/pacing.rs"]
mod pacing;
mod proxies;
mod retrying;
mod tls;

use std::time::Duration;

use http_server::HttpServer;
use recoup::Timestamp;
use recoup::transport::{HttpClient, HttpClientOptions, HttpRequest, Proxy};

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
