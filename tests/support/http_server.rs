//! A real HTTP server on loopback, on plain threads, that can misbehave as a test needs it.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use recoup::transport::Url;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// `GET /path HTTP/1.1`
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Answers as it should, and keeps the connection.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Sends these bytes and closes.
    Raw(Vec<u8>),
    /// Sends these bytes over and over, until the client closes.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends the first bytes, and then one more every few milliseconds.
    Drip(Vec<u8>),
    /// Sends nothing and keeps the connection.
    Silence,
}

pub fn answer(status: u16, body: &str) -> Reply {
    Reply::Answer(status, Vec::new(), body.as_bytes().to_vec())
}

/// A running server. Its connections end with it.
pub struct HttpServer {
    pub address: SocketAddr,
    scheme: &'static str,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    connections: AtomicUsize,
    closed: AtomicUsize,
    open: Mutex<Vec<TcpStream>>,
    date: Mutex<Option<String>>,
    stopped: AtomicBool,
    holding: Mutex<Holding>,
    held: Condvar,
    released: Condvar,
}

/// How long one check for a waiting request may take, before the checking thread does other work.
const LOOK: Duration = Duration::from_millis(20);

/// Requests that wait for their answer.
#[derive(Default)]
struct Holding {
    /// How many more are answered before; `None`: all.
    after: Option<usize>,
    held: usize,
}

impl HttpServer {
    /// Answers each request by `reply`, which is given its number, from 0.
    pub fn start(reply: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::accepting("http", move |stream, shared| converse(stream, shared, &reply))
    }

    /// Answers requests in turn; the last answer repeats for all further ones.
    pub fn in_turn(replies: Vec<Reply>) -> Self {
        Self::start(move |n, _| replies[n.min(replies.len() - 1)].clone())
    }

    /// The same over TLS, with a certificate and its key, both DER.
    pub fn with_tls(
        certificate: &[u8],
        key: &[u8],
        reply: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certificate.to_vec())],
                PrivateKeyDer::try_from(key.to_vec()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        Self::accepting("https", move |stream, shared| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            converse(StreamOwned::new(connection, stream), shared, &reply);
        })
    }

    /// A proxy that connects each `host:port` to its address in `targets`; for others it answers 403.
    pub fn proxy(targets: HashMap<String, SocketAddr>) -> Self {
        Self::accepting("http", move |stream, shared| {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let Some(request) = read_request(&mut reader) else { return };
            let target = request.line.split(' ').nth(1).and_then(|target| targets.get(target)).copied();
            shared.received.lock().unwrap().push(request);
            let mut stream = stream;
            let Some(target) = target else {
                let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                return;
            };
            let upstream = TcpStream::connect(target).unwrap();
            shared.open.lock().unwrap().push(upstream.try_clone().unwrap());
            let _ = stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n");
            let (mut there, mut back) = (upstream.try_clone().unwrap(), stream.try_clone().unwrap());
            let copying = std::thread::spawn(move || {
                let _ = std::io::copy(&mut there, &mut back);
                let _ = back.shutdown(Shutdown::Both);
            });
            let _ = std::io::copy(&mut stream, &mut { upstream });
            let _ = copying.join();
        })
    }

    fn accepting(
        scheme: &'static str,
        connection: impl Fn(TcpStream, &Shared) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let (sharing, connection) = (Arc::clone(&shared), Arc::new(connection));
        let acceptor = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                if sharing.stopped.load(Ordering::SeqCst) {
                    return;
                }
                // An answer is written in parts, and none waits until the client has confirmed the one before.
                stream.set_nodelay(true).unwrap();
                sharing.connections.fetch_add(1, Ordering::SeqCst);
                sharing.open.lock().unwrap().push(stream.try_clone().unwrap());
                let (sharing, connection) = (Arc::clone(&sharing), Arc::clone(&connection));
                std::thread::spawn(move || {
                    // The other clones would keep it open.
                    let closing = stream.try_clone().unwrap();
                    connection(stream, &sharing);
                    let _ = closing.shutdown(Shutdown::Both);
                    sharing.closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, scheme, shared, acceptor: Some(acceptor) }
    }

    /// Its base URL, by the loopback address.
    pub fn url(&self) -> Url {
        format!("{}://{}", self.scheme, self.address).parse().unwrap()
    }

    /// Its base URL, by a name for loopback.
    pub fn url_by_name(&self) -> Url {
        format!("{}://localhost:{}", self.scheme, self.address.port()).parse().unwrap()
    }

    /// Sets the time in the answers' `Date` field.
    pub fn report_time(&self, secs: u64) {
        let date = httpdate::fmt_http_date(std::time::UNIX_EPOCH + Duration::from_secs(secs));
        *self.shared.date.lock().unwrap() = Some(date);
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// Answers so many more requests, and lets all further ones wait, until it is notified otherwise.
    #[allow(dead_code, reason = "the command's tests stop a sweep by it")]
    pub fn hold_after(&self, requests: usize) {
        *self.shared.holding.lock().unwrap() = Holding { after: Some(requests), held: 0 };
    }

    /// Answers those that wait, and all further ones.
    pub fn release(&self) {
        self.shared.holding.lock().unwrap().after = None;
        self.shared.released.notify_all();
    }

    /// Whether a request waits for its answer, at the latest after a look's time.
    #[allow(dead_code, reason = "the command's tests stop a sweep by it")]
    pub fn holds_one(&self) -> bool {
        let holding = self.shared.holding.lock().unwrap();
        let waiting = self.shared.held.wait_timeout_while(holding, LOOK, |holding| holding.held == 0);
        waiting.unwrap().0.held > 0
    }

    /// Until it has ended all connections.
    pub fn wait_until_closed(&self) {
        while self.shared.closed.load(Ordering::SeqCst) < self.connections() {
            std::thread::yield_now();
        }
    }

    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Shared {
    /// Lets a request wait where it is to.
    fn hold(&self) {
        let mut holding = self.holding.lock().unwrap();
        match &mut holding.after {
            None => return,
            Some(0) => {}
            Some(after) => {
                *after -= 1;
                return;
            }
        }
        holding.held += 1;
        self.held.notify_all();
        let stopped = || self.stopped.load(Ordering::SeqCst);
        let waiting = |holding: &mut Holding| holding.after == Some(0) && !stopped();
        self.released.wait_while(holding, waiting).unwrap().held -= 1;
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.release();
        // Wakes the acceptor.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        for stream in self.shared.open.lock().unwrap().iter() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn converse(
    stream: impl Read + Write,
    shared: &Shared,
    reply: &(impl Fn(usize, &Received) -> Reply + Send + Sync),
) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read_request(&mut stream) {
        let number = {
            let mut received = shared.received.lock().unwrap();
            received.push(request.clone());
            received.len() - 1
        };
        shared.hold();
        let Some(()) = say(stream.get_mut(), &reply(number, &request), shared) else { return };
    }
}

/// Sends the reply; `None` where the connection is to be closed.
fn say(stream: &mut (impl Read + Write), reply: &Reply, shared: &Shared) -> Option<()> {
    match reply {
        Reply::Answer(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} Status\r\nContent-Length: {}\r\n", body.len());
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            if let Some(date) = &*shared.date.lock().unwrap() {
                head.push_str(&format!("Date: {date}\r\n"));
            }
            stream.write_all(head.as_bytes()).ok()?;
            stream.write_all(b"\r\n").ok()?;
            stream.write_all(body).ok()?;
            stream.flush().ok()
        }
        Reply::Raw(bytes) => {
            stream.write_all(bytes).ok()?;
            stream.flush().ok()?;
            None
        }
        Reply::Endless(first, more) => {
            stream.write_all(first).ok()?;
            while stream.write_all(more).is_ok() {}
            None
        }
        Reply::Drip(first) => {
            stream.write_all(first).ok()?;
            while !shared.stopped.load(Ordering::SeqCst) {
                stream.write_all(b"x").ok()?;
                stream.flush().ok()?;
                std::thread::park_timeout(Duration::from_millis(5));
            }
            None
        }
        Reply::Silence => {
            // Until the client or the server closes.
            let _ = stream.read(&mut [0; 1]);
            None
        }
    }
}

fn read_request(stream: &mut BufReader<impl Read>) -> Option<Received> {
    let mut line = String::new();
    if stream.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut headers = Vec::new();
    loop {
        let mut field = String::new();
        stream.read_line(&mut field).ok()?;
        let field = field.trim_end();
        if field.is_empty() {
            break;
        }
        let (name, value) = field.split_once(':')?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut received = Received { line: line.trim_end().to_owned(), headers, body: Vec::new() };
    let size = received.header("Content-Length").map_or(0, |size| size.parse().unwrap());
    received.body = vec![0; size];
    stream.read_exact(&mut received.body).ok()?;
    Some(received)
}
