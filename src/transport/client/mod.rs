//! The built-in client: `ureq` with `rustls` on `ring`.

mod failure;
mod proxy;

use std::fmt;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Uri};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use zeroize::Zeroizing;

pub use proxy::Proxy;

use super::{HttpRequest, HttpResponse, Transport, TransportError};
use crate::threads;

/// How long resolving the name, connecting and TLS may take together. The stores' front ends are a few round trips
/// away from anywhere.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of status line and header fields; the stores send one or two kilobytes.
const MAX_RESPONSE_HEAD: usize = 32 << 10;

/// Idle connections kept per host. A sweep and a few answers to reviews at the same time need no more.
const IDLE_PER_HOST: usize = 4;

/// How long an idle connection is kept. The stores' front ends close theirs after a minute or more.
const IDLE_FOR: Duration = Duration::from_secs(50);

/// Options of an [`HttpClient`].
#[derive(Clone, Debug)]
pub struct HttpClientOptions {
    extra_roots: Vec<Vec<u8>>,
    proxy: Option<Proxy>,
    connect_timeout: Duration,
    plain_http: bool,
}

impl Default for HttpClientOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpClientOptions {
    /// The system's root certificates, no proxy, ten seconds to connect.
    #[must_use]
    pub const fn new() -> Self {
        Self { extra_roots: Vec::new(), proxy: None, connect_timeout: CONNECT_TIMEOUT, plain_http: false }
    }

    /// Adds a trusted root certificate, DER, to the system's: for a proxy that inspects TLS, and for tests.
    #[must_use]
    pub fn extra_root(mut self, der: impl Into<Vec<u8>>) -> Self {
        self.extra_roots.push(der.into());
        self
    }

    /// The proxy; `None`: direct connections. Never used for this machine. See [`Proxy::from_environment`].
    #[must_use]
    pub fn proxy(mut self, proxy: Option<Proxy>) -> Self {
        self.proxy = proxy;
        self
    }

    /// How long resolving the name, connecting and TLS may take together; 10 seconds by default. The request's own
    /// time limit applies as well.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Allows `http` to other machines, for an emulator on a private network. To this machine it is always allowed;
    /// elsewhere credentials would be sent in the clear.
    #[must_use]
    pub const fn plain_http(mut self, allowed: bool) -> Self {
        self.plain_http = allowed;
        self
    }

    /// Builds the client, without connecting.
    ///
    /// # Errors
    /// [`HttpClientError`] for an invalid root certificate.
    pub fn build(self) -> Result<HttpClient, HttpClientError> {
        let tls = TlsConfig::builder()
            .root_certs(roots(&self.extra_roots)?)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(self.proxy.map(Proxy::into_ureq))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(MAX_RESPONSE_HEAD)
            .max_idle_connections_per_host(IDLE_PER_HOST)
            .max_idle_age(IDLE_FOR)
            .timeout_connect(Some(self.connect_timeout))
            .timeout_resolve(Some(self.connect_timeout))
            .user_agent(concat!("recoup/", env!("CARGO_PKG_VERSION")))
            .build();
        let agent = Agent::new_with_config(config);
        Ok(HttpClient { agent, connect_timeout: self.connect_timeout, plain_http: self.plain_http })
    }
}

/// Why no client can be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpClientError {
    /// An extra root is not a certificate.
    #[error("extra root {index} is not a certificate: expected DER")]
    Root {
        /// Which one, from 0.
        index: usize,
    },
    /// The proxy is invalid. Does not repeat its URL, which may contain a password.
    #[error("{from} is not a usable proxy: expected http://[user:password@]host[:port]")]
    Proxy {
        /// Its source: an environment variable, or `the proxy's URL`.
        from: &'static str,
    },
}

/// A [`Transport`] over the network.
///
/// - TLS 1.2 and 1.3 by `rustls` on `ring`. Roots are the system's, so that its updates reach a server that is not
///   rebuilt for years, and the operator decides which are trusted. A container without any (`ca-certificates` on
///   Debian) cannot connect, and the error says so.
/// - It follows no redirects, stores no cookies, requests no compression, and sends no request twice.
/// - Connections are reused.
///
/// It does not log. `ureq` beneath it writes to the `log` facade: at `debug` and above without paths and credentials,
/// at `trace` with whole paths. A host that collects `log` records at `trace` should exclude the target `ureq`, if it
/// uses a store (Amazon) with its secret in the path.
pub struct HttpClient {
    agent: Agent,
    connect_timeout: Duration,
    plain_http: bool,
}

impl HttpClient {
    /// A client with the proxy of the environment, if any.
    ///
    /// # Errors
    /// [`HttpClientError::Proxy`] if that is invalid.
    pub fn new() -> Result<Self, HttpClientError> {
        HttpClientOptions::new().proxy(Proxy::from_environment()?).build()
    }

    fn check(&self, request: &HttpRequest) -> Result<(), TransportError> {
        request.check()?;
        let url = request.url();
        if url.is_https() || url.is_loopback() || self.plain_http {
            return Ok(());
        }
        Err(TransportError::Unsendable {
            host: url.host().to_owned(),
            problem:
                "http would send it in the clear: use https, or allow plain http if this is a private network"
                    .to_owned(),
        })
    }

    fn exchange(&self, request: &HttpRequest) -> Result<HttpResponse, ureq::Error> {
        let url = Bytes::from_owner(Zeroizing::new(request.url().expose().into_bytes()));
        let url = Uri::from_maybe_shared(url).map_err(http::Error::from)?;
        let mut builder = http::Request::builder().method(request.method()).uri(url);
        for (name, value) in request.headers() {
            builder = builder.header(name, value);
        }
        let response = if request.body_bytes().is_empty() && request.method() == Method::GET {
            self.run(builder.body(())?, request)
        } else {
            self.run(builder.body(request.body_bytes())?, request)
        }?;
        let (head, body) = response.into_parts();
        let most = u64::try_from(request.body_limit()).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        body.into_reader().take(most).read_to_end(&mut bytes)?;
        Ok(HttpResponse::new(head.status, head.headers, bytes))
    }

    fn run(
        &self,
        request: http::Request<impl ureq::AsSendBody>,
        limits: &HttpRequest,
    ) -> Result<http::Response<ureq::Body>, ureq::Error> {
        let mut request = self.agent.configure_request(request).timeout_global(Some(limits.time_limit()));
        if limits.url().is_loopback() {
            // A proxy's loopback is another machine's, and plain HTTP is allowed to this one.
            request = request.proxy(None);
        }
        self.agent.run(request.build())
    }
}

impl Transport for HttpClient {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        self.check(request)?;
        let host = || request.url().host().to_owned();
        // The caller's thread may be the host's. There a store that closes its connection would end the process by
        // SIGPIPE, and the thread that resolves the name would receive the host's signals.
        let exchanged = threads::apart("recoup-http", || {
            // The client starts one for the name, and panics if it cannot.
            threads::start("recoup-name", || ()).map(|_| self.exchange(request))
        });
        let exchanged = match exchanged {
            Ok(Ok(exchanged)) => exchanged,
            // It may have been sent.
            Err(error) if error.get_ref().is_some() => {
                return Err(TransportError::Interrupted { host: host(), problem: error.to_string() });
            }
            Ok(Err(error)) | Err(error) => {
                let problem = format!("the system has no thread left for the request ({error})");
                return Err(TransportError::Connect { host: host(), problem });
            }
        };
        let response = exchanged
            .map_err(|error| failure::from_ureq(error, host(), request.time_limit(), self.connect_timeout))?;
        let status = response.status().as_u16();
        if matches!(status, 301 | 302 | 303 | 307 | 308) {
            return Err(TransportError::Redirect { host: host(), status });
        }
        if response.body().len() > request.body_limit() {
            return Err(TransportError::TooLarge { host: host(), limit: request.body_limit() });
        }
        Ok(response)
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").finish_non_exhaustive()
    }
}

/// The system's verifier; or, with extra roots, one with all of them.
fn roots(extra: &[Vec<u8>]) -> Result<RootCerts, HttpClientError> {
    if extra.is_empty() {
        return Ok(RootCerts::PlatformVerifier);
    }
    let mut all: Vec<Certificate<'static>> = Vec::new();
    for (index, der) in extra.iter().enumerate() {
        let parsed = x509_parser::parse_x509_certificate(der);
        if !parsed.is_ok_and(|(rest, _)| rest.is_empty()) {
            return Err(HttpClientError::Root { index });
        }
        all.push(Certificate::from_der(der).to_owned());
    }
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!(%error, "some of the system's root certificates cannot be read");
    }
    all.extend(system.certs.iter().map(|root| Certificate::from_der(root.as_ref()).to_owned()));
    Ok(RootCerts::new_with_certs(&all))
}
