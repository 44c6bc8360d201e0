//! How a console is served, and how people sign in.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, Uri};
use recoup::transport::Secret;
use recoup::{IdTokens, Randomness, SessionLimits, Store, SystemRandomness};

/// The least length of a proxy's secret, in bytes: 64 random bits in hexadecimal.
const LEAST_SECRET: usize = 16;

/// From a request's head to its answer; exports and trials are jobs or streams, and have longer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Options of a [`Console`](crate::Console).
#[derive(Clone)]
pub struct ConsoleOptions {
    pub(crate) listen: SocketAddr,
    pub(crate) public: bool,
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) limits: SessionLimits,
    pub(crate) password: bool,
    pub(crate) proxy: Option<ProxySignIn>,
    pub(crate) jwt: Option<JwtSignIn>,
    pub(crate) stores: Vec<Store>,
    pub(crate) game: Option<String>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) request_timeout: Duration,
}

impl ConsoleOptions {
    /// A console on this address, port 0 for any free one; by password alone, sessions of 12 hours idle and 7 days at most.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            public: false,
            public_url: None,
            limits: SessionLimits::default(),
            password: true,
            proxy: None,
            jwt: None,
            stores: Vec::new(),
            game: None,
            randomness: Arc::new(SystemRandomness),
            request_timeout: REQUEST_TIMEOUT,
        }
    }

    /// Allows an address that other machines can reach. It needs a [`public_url`](Self::public_url): the console itself
    /// speaks plain HTTP.
    #[must_use]
    pub const fn public(mut self, public: bool) -> Self {
        self.public = public;
        self
    }

    /// The address that people open, where a proxy ends TLS in front of the console. Requests with another host are
    /// refused.
    #[must_use]
    pub fn public_url(mut self, url: PublicUrl) -> Self {
        self.public_url = Some(url);
        self
    }

    /// How long a browser's session lasts.
    #[must_use]
    pub const fn session_limits(mut self, limits: SessionLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Whether people sign in by password, as they do by default.
    #[must_use]
    pub const fn password(mut self, on: bool) -> Self {
        self.password = on;
        self
    }

    /// An authenticating proxy that names the operator in a header field.
    #[must_use]
    pub fn proxy(mut self, proxy: ProxySignIn) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// An authenticating proxy that names the operator in a token that it signs.
    #[must_use]
    pub fn jwt(mut self, jwt: JwtSignIn) -> Self {
        self.jwt = Some(jwt);
        self
    }

    /// The stores that the configuration has, for the pages.
    #[must_use]
    pub fn stores(mut self, stores: Vec<Store>) -> Self {
        self.stores = stores;
        self
    }

    /// The game's name, for the pages; and no part of a password.
    #[must_use]
    pub fn game(mut self, name: impl Into<String>) -> Self {
        self.game = Some(name.into());
        self
    }

    /// Replaces the system's randomness, for tests.
    #[must_use]
    pub fn randomness(mut self, randomness: impl Randomness + 'static) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// Whether other machines can reach the address, and so must be let.
    pub(crate) fn check(&self) -> Result<(), ConsoleError> {
        // With an empty one, whoever is on the machine could name any operator.
        if self.proxy.as_ref().is_some_and(|proxy| proxy.secret.expose().len() < LEAST_SECRET) {
            return Err(ConsoleError::ShortSecret);
        }
        let address = self.listen;
        if address.ip().is_loopback() {
            return Ok(());
        }
        if !self.public || self.public_url.is_none() {
            return Err(ConsoleError::Public { address });
        }
        Ok(())
    }
}

impl std::fmt::Debug for ConsoleOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsoleOptions")
            .field("listen", &self.listen)
            .field("public", &self.public)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// An authenticating proxy. Addresses alone are forged by whoever shares the machine, so it also sends a secret in the
/// header field `X-Recoup-Proxy-Secret`.
#[derive(Clone, Debug)]
pub struct ProxySignIn {
    /// The header field that has the operator's name. The proxy must remove it from what clients send.
    pub header: HeaderName,
    /// Where the proxy's requests come from.
    pub from: Vec<IpAddr>,
    /// The secret.
    pub secret: Secret,
}

/// A proxy's signed token, such as Cloudflare Access and Google IAP send: nothing else of the request is believed, so it
/// holds even if somebody reaches the console past the proxy.
#[derive(Clone, Debug)]
pub struct JwtSignIn {
    /// The header field that has the token.
    pub header: HeaderName,
    /// What verifies it: keys, issuer, audience.
    pub tokens: Arc<IdTokens>,
    /// The claim that has the operator's name, such as `email`.
    pub name: String,
}

/// The address that people open: `https://` and a host, with a port if it is not 443, and without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    authority: String,
}

impl PublicUrl {
    /// The host with its port, as a browser writes it into `Host`.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The origin, as a browser writes it into `Origin`.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.authority)
    }
}

impl FromStr for PublicUrl {
    type Err = ConsoleError;

    fn from_str(text: &str) -> Result<Self, ConsoleError> {
        let bad = || ConsoleError::PublicUrl { text: recoup::shown(text, 200) };
        let url: Uri = text.parse().map_err(|_| bad())?;
        let authority = url.authority().ok_or_else(bad)?;
        let is_plain = url.path() == "/" && url.query().is_none() && !authority.as_str().contains('@');
        if url.scheme_str() != Some("https") || !is_plain {
            return Err(bad());
        }
        let host = authority.host().to_ascii_lowercase();
        let authority = match authority.port_u16() {
            None | Some(443) => host,
            Some(port) => format!("{host}:{port}"),
        };
        Ok(Self { authority })
    }
}

/// Why a console cannot be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// Other machines could reach the address.
    #[error(
        "other machines can reach {address}, and the console speaks plain HTTP: listen on a loopback address (127.0.0.1) \
         behind what ends your TLS, or allow a public address and name the https address that people open"
    )]
    Public {
        /// The address.
        address: SocketAddr,
    },
    /// The proxy's secret can be guessed.
    #[error(
        "the sign-in proxy's secret has to have {LEAST_SECRET} bytes or more, such as `openssl rand -hex 32` prints"
    )]
    ShortSecret,
    /// The public URL is not one.
    #[error(
        "{text} is no address of a console: expected https:// and a host, such as https://refunds.example.com"
    )]
    PublicUrl {
        /// The text as it was given.
        text: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {problem}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        problem: String,
    },
    /// The system has no threads or no randomness left.
    #[error("cannot start the console: {problem}")]
    Start {
        /// The system's reason.
        problem: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_https_and_a_host() {
        for (text, authority) in [
            ("https://refunds.example.com", "refunds.example.com"),
            ("https://Refunds.example.com/", "refunds.example.com"),
            ("https://refunds.example.com:443", "refunds.example.com"),
            ("https://refunds.example.com:8443", "refunds.example.com:8443"),
        ] {
            let url: PublicUrl = text.parse().unwrap();
            assert_eq!((url.authority(), url.origin()), (authority, format!("https://{authority}")));
        }
        for bad in
            ["http://a.example", "https://", "a.example", "https://a.example/x", "https://u@a.example", ""]
        {
            assert!(bad.parse::<PublicUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_that_others_reach_is_allowed_only_with_a_url() {
        let loopback = ConsoleOptions::new("127.0.0.1:0".parse().unwrap());
        assert_eq!(loopback.check(), Ok(()));
        let open = ConsoleOptions::new("0.0.0.0:0".parse().unwrap());
        assert!(open.clone().check().is_err());
        assert!(open.clone().public(true).check().is_err());
        let named = open.public_url("https://a.example".parse().unwrap());
        assert!(named.check().is_err());
        assert_eq!(named.public(true).check(), Ok(()));
    }
}
