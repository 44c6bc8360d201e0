//! Requests as they were sent, in a form to compare with a store's documents.

use std::sync::Arc;
use std::time::Duration;

use recoup::transport::{
    HttpClient, HttpClientOptions, HttpRequest, HttpResponse, Transport, TransportError,
};

use crate::http_server::{Received, Reply};

/// Long enough for a busy machine to answer, where it does.
const PATIENCE: Duration = Duration::from_secs(20);
/// For servers that never do.
const IMPATIENCE: Duration = Duration::from_millis(150);

/// The ready client, with a time limit of the test's own.
struct Timed(HttpClient, Duration);

impl Transport for Timed {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        self.0.send(&request.clone().timeout(self.1))
    }
}

pub fn client() -> Arc<dyn Transport> {
    Arc::new(Timed(HttpClientOptions::new().build().unwrap(), PATIENCE))
}

pub fn impatient_client() -> Arc<dyn Transport> {
    Arc::new(Timed(HttpClientOptions::new().build().unwrap(), IMPATIENCE))
}

/// The header fields that the HTTP client adds to every request.
const THE_CLIENTS_OWN: [&str; 5] = ["host", "user-agent", "accept", "content-length", "connection"];

/// Method and target, then the header fields by name, then the body: a line each.
pub fn written(request: &Received) -> String {
    let mut lines = vec![request.line.strip_suffix(" HTTP/1.1").unwrap().to_owned()];
    let mut fields: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !THE_CLIENTS_OWN.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    fields.sort();
    lines.append(&mut fields);
    if !request.body.is_empty() {
        lines.push(String::from_utf8(request.body.clone()).unwrap());
    }
    lines.join("\n")
}

/// The parts of a request, for an emulator.
pub struct ParsedRequest {
    pub method: String,
    /// Still percent-encoded.
    pub segments: Vec<String>,
    pub query: Vec<(String, String)>,
}

impl ParsedRequest {
    pub fn of(request: &Received) -> Self {
        let mut words = request.line.split(' ');
        let method = words.next().unwrap().to_owned();
        let target = words.next().unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let segments = path.trim_start_matches('/').split('/').map(str::to_owned).collect();
        Self { method, segments, query: pairs(query) }
    }

    pub fn path(&self) -> Vec<&str> {
        self.segments.iter().map(String::as_str).collect()
    }
}

/// The pairs of a query or a form, decoded.
pub fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " "))))
        .collect()
}

pub fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Without its percent signs, as in a path.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, more)) = rest.split_first() {
        rest = more;
        match byte {
            b'%' => {
                let (hex, more) = rest.split_at(2);
                bytes.push(u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap());
                rest = more;
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A JSON answer.
pub fn json(status: u16, body: &serde_json::Value) -> Reply {
    let headers = vec![("Content-Type", "application/json".to_owned())];
    Reply::Answer(status, headers, body.to_string().into_bytes())
}
