//! A browser, or a program, over a bare socket.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Longer than any answer takes, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is sent with each request.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) fields: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the body came to its end.
    pub(crate) is_whole: bool,
}

impl Answer {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.field("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert_eq!(problem["type"], format!("urn:recoup:problem:{}", problem["code"].as_str().unwrap()));
        problem["code"].as_str().unwrap().to_owned()
    }

    /// Status and code.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }
}

impl Client {
    /// As a page of the console sends requests, before anybody is signed in.
    pub(crate) fn new(address: SocketAddr) -> Self {
        let fields = [("Host", address.to_string()), ("Sec-Fetch-Site", "same-origin".to_owned())];
        Self { address, fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect() }
    }

    /// The same with a field, in place of one of that name.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.without(name);
        changed.fields.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// The same without a field.
    pub(crate) fn without(&self, name: &str) -> Self {
        let mut changed = self.clone();
        changed.fields.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        changed
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", &format!("/console/api/v1{path}"), None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.json("POST", path, body)
    }

    pub(crate) fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let client = match self.fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            true => self.clone(),
            false => self.with("Content-Type", "application/json"),
        };
        client.send(method, &format!("/console/api/v1{path}"), Some(body.to_string().as_bytes()))
    }

    /// Sends a request, and reads the answer to its end.
    pub(crate) fn send(&self, method: &str, path: &str, body: Option<&[u8]>) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        for (name, value) in &self.fields {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("Connection: close\r\n\r\n");
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // A server that refuses by the head alone may not read the body.
        let _ = stream.write_all(body.unwrap_or_default());
        answer(BufReader::new(stream))
    }
}

fn answer(mut stream: BufReader<TcpStream>) -> Answer {
    let mut line = || {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let status = line().split(' ').nth(1).expect("a status").parse().unwrap();
    let mut fields = Vec::new();
    loop {
        let line = line();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap();
        fields.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    let is_chunked = fields
        .iter()
        .any(|(name, value)| name.eq_ignore_ascii_case("transfer-encoding") && value == "chunked");
    let (body, is_whole) = if is_chunked { unchunked(&rest) } else { (rest, true) };
    Answer { status, fields, body, is_whole }
}

/// RFC 9112, 7.1.
fn unchunked(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") else { return (body, false) };
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        let from = end + 2;
        if size == 0 {
            return (body, true);
        }
        let Some(piece) = bytes.get(from..from + size) else { return (body, false) };
        body.extend_from_slice(piece);
        bytes = bytes.get(from + size + 2..).unwrap_or_default();
    }
}
