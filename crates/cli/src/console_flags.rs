//! The flags by which `recoup serve` starts the console.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use recoup::google_play::PublishedKeys;
use recoup::transport::{HttpClient, Url};
use recoup::{Config, IdTokens, Store};
use recoup_console::{ConsoleOptions, HeaderName, JwtSignIn, ProxySignIn, PublicUrl};

use crate::exit::Failure;
use crate::input;
use crate::serve::listen_address;

#[derive(Debug, clap::Args)]
pub(crate) struct ConsoleFlags {
    /// Serve the console as well, at an address of its own; port 0 for any free one. `recoup operator add` lets somebody in
    #[arg(long, value_name = "ADDRESS", value_parser = listen_address)]
    console: Option<SocketAddr>,
    /// Allow an address of the console that other machines can reach. It serves plain HTTP, so it needs --console-url
    #[arg(long, requires = "console")]
    console_public: bool,
    /// The address that people open, where a proxy ends TLS in front of the console: https:// and a host
    #[arg(long, value_name = "URL", requires = "console")]
    console_url: Option<PublicUrl>,
    /// Allow no sign-in by password: a proxy alone names operators
    #[arg(long, requires = "console")]
    console_no_passwords: bool,
    /// The header field in which an authenticating proxy names the operator, such as X-Recoup-Operator
    #[arg(long, value_name = "FIELD", requires_all = ["console", "console_proxy_from", "console_proxy_secret_file"])]
    console_proxy_field: Option<HeaderName>,
    /// The address from which that proxy's requests come; may be used several times
    #[arg(long, value_name = "ADDRESS", requires = "console_proxy_field")]
    console_proxy_from: Vec<IpAddr>,
    /// A file with the secret that the proxy sends in X-Recoup-Proxy-Secret
    #[arg(long, value_name = "FILE", requires = "console_proxy_field")]
    console_proxy_secret_file: Option<PathBuf>,
    /// The header field in which a proxy sends a token that it signed, such as Cf-Access-Jwt-Assertion
    #[arg(long, value_name = "FIELD", requires_all = ["console", "console_jwt_keys", "console_jwt_issuer", "console_jwt_audience"])]
    console_jwt_field: Option<HeaderName>,
    /// Where that proxy publishes its keys (JWKS)
    #[arg(long, value_name = "URL", requires = "console_jwt_field")]
    console_jwt_keys: Option<Url>,
    /// Who the token must be from
    #[arg(long, value_name = "ISSUER", requires = "console_jwt_field")]
    console_jwt_issuer: Option<String>,
    /// What the token must be for: it tells your application's tokens from others that the same proxy signs
    #[arg(long, value_name = "AUDIENCE", requires = "console_jwt_field")]
    console_jwt_audience: Option<String>,
    /// The claim with the operator's name
    #[arg(long, value_name = "CLAIM", default_value = "email", requires = "console_jwt_field")]
    console_jwt_name: String,
}

impl ConsoleFlags {
    /// The options of the console, if one is wanted.
    pub(crate) fn options(self, config: &Config) -> Result<Option<ConsoleOptions>, Failure> {
        let Some(address) = self.console else { return Ok(None) };
        let configured = config.sections();
        let stores: Vec<Store> = Store::ALL
            .iter()
            .filter(|store| configured.iter().any(|(known, _)| known == *store))
            .cloned()
            .collect();
        let mut options = ConsoleOptions::new(address)
            .public(self.console_public)
            .password(!self.console_no_passwords)
            .stores(stores);
        if let Some(url) = self.console_url {
            options = options.public_url(url);
        }
        if let (Some(header), Some(file)) = (self.console_proxy_field, self.console_proxy_secret_file) {
            let secret = input::secret(&file)?;
            options = options.proxy(ProxySignIn { header, from: self.console_proxy_from, secret });
        }
        if let (Some(header), Some(keys), Some(issuer), Some(audience)) = (
            self.console_jwt_field,
            self.console_jwt_keys,
            self.console_jwt_issuer,
            self.console_jwt_audience,
        ) {
            // Whoever can change the keys can sign a token for any operator.
            if !keys.is_https() && !keys.is_loopback() {
                let problem = "--console-jwt-keys: expected an https:// address, or http:// on this machine";
                return Err(Failure::Usage(problem.to_owned()));
            }
            let client = HttpClient::new().map_err(|error| Failure::Usage(error.to_string()))?;
            let tokens = IdTokens::new(Arc::new(PublishedKeys::at(client, keys)), issuer, audience);
            options =
                options.jwt(JwtSignIn { header, tokens: Arc::new(tokens), name: self.console_jwt_name });
        }
        Ok(Some(options))
    }
}
