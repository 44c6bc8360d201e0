//! HTTP both ways: the transport that the scenario registers, and the webhook server.

use recoup::transport::http::header::CONTENT_TYPE;
use recoup::transport::http::{HeaderMap, HeaderValue, StatusCode};

use super::commands::read;
use super::*;

/// Records its requests, and gives the prepared answers.
#[derive(Default)]
pub(super) struct HostTransport {
    pub(super) requests: Mutex<String>,
    pub(super) answers: Mutex<VecDeque<Answer>>,
}

pub(super) enum Answer {
    Response(u16, String),
    Failure(i64),
}

impl Transport for HostTransport {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        request.check()?;
        let names: Vec<&str> = request.headers().keys().map(|name| name.as_str()).collect();
        let body = String::from_utf8_lossy(request.body_bytes());
        let body = if body.is_empty() { "-" } else { &body };
        let (method, url, names) = (request.method(), request.url().expose(), names.join(","));
        writeln!(self.requests.lock().unwrap(), "request {method} {url} {names} {body}").unwrap();
        let (host, problem) = (request.url().host().to_owned(), "as expected".to_owned());
        match self.answers.lock().unwrap().pop_front() {
            Some(Answer::Response(status @ (301 | 302 | 303 | 307 | 308), _)) => {
                Err(TransportError::Redirect { host, status })
            }
            Some(Answer::Response(status, body)) => {
                let header = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
                let (status, headers) =
                    (StatusCode::from_u16(status).unwrap(), HeaderMap::from_iter([header]));
                Ok(HttpResponse::new(status, headers, body.into_bytes()))
            }
            Some(Answer::Failure(2)) => Err(TransportError::Connect { host, problem }),
            Some(Answer::Failure(4)) => Err(TransportError::Tls { host, problem }),
            Some(Answer::Failure(8)) => Err(TransportError::Unsendable { host, problem }),
            Some(Answer::Failure(other)) => panic!("the scenario has no failure {other}"),
            None => Err(TransportError::Interrupted { host, problem: "no answer was given".to_owned() }),
        }
    }
}

impl Host<'_> {
    pub(super) fn listen(&mut self, address: &str, options: &str) -> Played {
        #[derive(Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct Options {
            path_secret: Option<String>,
            grace: Option<Span>,
        }
        let address = address.parse().map_err(|_| argument("bad_address"))?;
        let given: Options = if options.is_empty() { Options::default() } else { read(options)? };
        let mut options = GatewayOptions::new();
        let code = |error: GatewayError| {
            argument(match error {
                GatewayError::Public { .. } => "public_address",
                GatewayError::PathSecret { .. } => "bad_path_secret",
                other => panic!("{other}"),
            })
        };
        if let Some(secret) = given.path_secret {
            options = options.path_secret(&Secret::new(secret)).map_err(code)?;
        }
        if let Some(grace) = given.grace {
            options = options.grace(Duration::from_millis(grace.millis().unsigned_abs()));
        }
        let engine = Arc::clone(self.engine.as_ref().unwrap());
        let gateway = Gateway::bind(engine, address, options).map_err(code)?;
        assert!(gateway.local_addr().ip().is_loopback() && gateway.local_addr().port() != 0);
        self.gateway = Some(gateway);
        line("listening")
    }

    /// Clock and transport end with the engine, or with the gateway that is left of it.
    pub(super) fn let_go(&mut self) {
        if self.engine.is_none() && self.gateway.is_none() {
            self.destroyed.extend(self.clock_data.take());
            self.destroyed.extend(self.transport_data.take());
        }
    }
}
