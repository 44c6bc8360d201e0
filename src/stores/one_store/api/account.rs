//! An app that can be asked about, and what every request for it has.

use std::sync::Mutex;

use super::MarketCode;
use super::token::Token;
use crate::config::ConfigError;
use crate::model::Environment;
use crate::stores::http_api::{base, credential};
use crate::stores::one_store::OneStoreSection;
use crate::transport::{HttpRequest, Secret, Url};

/// Source: "HOST URL" of the server API's document.
const HOST: &str = "iap-apis.onestore.net";
const SANDBOX_HOST: &str = "sbpp.onestore.net";

/// A section with a client secret.
pub(super) struct Account {
    pub(super) client_id: String,
    pub(super) environment: Environment,
    pub(super) secret: Secret,
    /// Held while a new one is fetched, so that one is.
    pub(super) token: Mutex<Option<Token>>,
    market: MarketCode,
    base: Url,
}

impl Account {
    /// `None` for a section without a secret.
    pub(super) fn of(n: usize, section: &OneStoreSection) -> Result<Option<Self>, ConfigError> {
        let at = format!("one_store[{n}]");
        let secret = credential(
            &at,
            "client_secret",
            section.client_secret.as_ref(),
            section.client_secret_file.as_ref(),
        )?;
        let Some(secret) = secret else { return Ok(None) };
        let (environment, host) = match section.sandbox {
            true => (Environment::Sandbox, SANDBOX_HOST),
            false => (Environment::Production, HOST),
        };
        Ok(Some(Self {
            client_id: section.client_id.clone(),
            environment,
            secret,
            token: Mutex::new(None),
            market: section.market_code,
            base: base(&at, "api_url", section.api_url.as_ref(), host)?,
        }))
    }

    pub(super) fn url(&self, path: &str) -> Url {
        self.base.clone().segments("v7").segments(path)
    }

    /// `/v7/apps/{clientId}`
    pub(super) fn app_url(&self) -> Url {
        self.url("apps").segment(&self.client_id)
    }

    /// `Bearer` with this very spelling. ONE Store demands a content type of requests without content, too.
    pub(super) fn signed(&self, request: &HttpRequest, token: &Secret) -> HttpRequest {
        self.of_market(request.clone()).bearer(token).header("Content-Type", "application/json")
    }

    pub(super) fn of_market(&self, request: HttpRequest) -> HttpRequest {
        request.header("x-market-code", self.market.as_str())
    }
}
