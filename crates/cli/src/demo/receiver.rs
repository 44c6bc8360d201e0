//! The studio's own services, on this machine: an HTTP server that verifies each webhook's signature.
//!
//! The signature is verified by the Standard Webhooks project's library, which shares no code with the engine.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recoup::transport::http::{HeaderMap, HeaderName, HeaderValue};
use recoup::transport::{BadUrl, Url};
use recoup::{Randomness as _, SystemRandomness};
use standardwebhooks::Webhook;

use crate::exit::Failure;

/// The most bytes of a request: the longest message has a few thousand.
const MAX_REQUEST: u64 = 1 << 20;

/// How long a connection may be silent. Only this process connects, and sends at once.
const SILENCE: Duration = Duration::from_secs(5);

/// The size of a secret in bytes, as `openssl rand -base64 32` makes it.
const SECRET: usize = 32;

/// A running server with a route for each service.
pub(super) struct Receiver {
    address: SocketAddr,
    services: Vec<Service>,
    received: Arc<Mutex<Vec<Received>>>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// One of the studio's services.
#[derive(Clone)]
pub(super) struct Service {
    /// The endpoint's name, and the route.
    pub(super) name: &'static str,
    /// What it shares with the engine: `whsec_…`
    pub(super) secret: String,
}

/// A request of the engine, with the receiver's verdict.
#[derive(Clone)]
pub(super) struct Received {
    pub(super) service: &'static str,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Whether the signature is right; else why not.
    pub(super) verified: Result<(), String>,
    /// The HTTP status of the answer.
    pub(super) status: u16,
}

impl Service {
    /// With a new secret.
    pub(super) fn new(name: &'static str) -> Result<Self, Failure> {
        let mut bytes = [0; SECRET];
        if !SystemRandomness.fill(&mut bytes) {
            return Err(Failure::Demo("the system has no random numbers now".to_owned()));
        }
        Ok(Self { name, secret: format!("whsec_{}", STANDARD.encode(bytes)) })
    }

    fn receive(&self, headers: HeaderMap, body: Vec<u8>) -> Received {
        let verified = Webhook::new(&self.secret)
            .and_then(|verifier| verifier.verify(&body, &headers))
            .map_err(|error| error.to_string());
        let status = if verified.is_ok() { 204 } else { 401 };
        Received { service: self.name, headers, body, verified, status }
    }
}

impl Receiver {
    /// Listens on a free port, which only this machine can reach.
    pub(super) fn start(services: Vec<Service>) -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (received, stopping) = (Arc::<Mutex<Vec<Received>>>::default(), Arc::<AtomicBool>::default());
        let mut receiver = Self {
            address: listener.local_addr()?,
            services: services.clone(),
            received: Arc::clone(&received),
            stopping: Arc::clone(&stopping),
            thread: None,
        };
        let serve = move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                if let Err(error) = stream.and_then(|stream| answer(&stream, &services, &received)) {
                    tracing::warn!(%error, "the demo's receiver could not answer a request");
                }
            }
        };
        receiver.thread = Some(std::thread::Builder::new().name("demo-receiver".to_owned()).spawn(serve)?);
        Ok(receiver)
    }

    pub(super) fn services(&self) -> &[Service] {
        &self.services
    }

    pub(super) fn url(&self, service: &str) -> Result<Url, BadUrl> {
        format!("http://{}/{service}", self.address).parse()
    }

    /// All requests so far.
    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        // Wakes the thread. If that fails, it ends with the process.
        let woken = TcpStream::connect(self.address);
        if let (Ok(_), Some(thread)) = (woken, self.thread.take())
            && thread.join().is_err()
        {
            tracing::error!("the demo's receiver panicked");
        }
    }
}

/// Answers the one request of a connection.
fn answer(stream: &TcpStream, services: &[Service], received: &Mutex<Vec<Received>>) -> io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    let (path, headers, body) = read(stream)?;
    let status = match services.iter().find(|service| path.strip_prefix('/') == Some(service.name)) {
        Some(service) => {
            let request = service.receive(headers, body);
            let status = request.status;
            // Before the answer, so that whoever has the answer finds the request.
            received.lock().unwrap_or_else(PoisonError::into_inner).push(request);
            status
        }
        None => 404,
    };
    let length = if status == 204 { "" } else { "Content-Length: 0\r\n" };
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status} \r\n{length}Connection: close\r\n\r\n")
}

/// The path, header fields and body of a request with a known length (RFC 9112).
fn read(stream: &TcpStream) -> io::Result<(String, HeaderMap, Vec<u8>)> {
    let unreadable = || io::Error::from(io::ErrorKind::InvalidData);
    let mut reader = BufReader::new(stream.take(MAX_REQUEST));
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.strip_prefix("POST ").and_then(|rest| rest.split(' ').next());
    let path = path.ok_or_else(unreadable)?.to_owned();
    let mut headers = HeaderMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        if line.trim_end().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(unreadable)?;
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unreadable())?;
        headers.append(name, HeaderValue::from_str(value.trim()).map_err(|_| unreadable())?);
    }
    let length = headers.get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
    let length: u64 = length.filter(|length| *length <= MAX_REQUEST).ok_or_else(unreadable)?;
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok((path, headers, body))
}
