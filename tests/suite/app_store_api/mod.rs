//! The App Store Server API against servers on loopback that check every request member by member.

mod answers;
mod configuration;
mod emulator;
mod failures;
mod lookups;
mod notifications;
mod sweeps;

use std::sync::Arc;
use std::time::Duration;

use recoup::app_store::{AppStoreApi, AppStoreSection, AppStoreVerifier};
use recoup::transport::{HttpClientOptions, HttpRequest, HttpResponse, Transport, TransportError};
use recoup::{Config, ConfigError};
use recoup_tests::app_store_api::{AppStoreServers, Environment};
use recoup_tests::http_server::Received;
use serde_json::{Value, json};

const APP: &str = "com.example.game";

/// The ready client, with this time limit for an answer. Long enough for a busy machine.
struct Within(Duration);

const PATIENCE: Within = Within(Duration::from_secs(20));

impl Transport for Within {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        HttpClientOptions::new().build().unwrap().send(&request.clone().timeout(self.0))
    }
}

fn sections(servers: &AppStoreServers, sections: &Value) -> Result<Vec<AppStoreSection>, ConfigError> {
    let text = json!({"app_store": sections}).to_string();
    Ok(Config::from_json(text.as_bytes(), servers.folder())?.app_store)
}

fn api_over(servers: &AppStoreServers, transport: impl Transport + 'static) -> AppStoreApi {
    let sections = sections(servers, &json!([servers.section()])).unwrap();
    let verifier = Arc::new(AppStoreVerifier::new(servers.apps()).unwrap());
    AppStoreApi::new(&sections, verifier, Arc::new(transport)).unwrap().unwrap()
}

fn api(servers: &AppStoreServers) -> AppStoreApi {
    api_over(servers, PATIENCE)
}

fn lines(environment: &Environment) -> Vec<String> {
    environment.server.received().into_iter().map(|request| request.line).collect()
}

fn json_body(request: &Received) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}
