//! ONE Store's server API (V7): sweeps for what notifications missed, and details that confirm a hint.
//!
//! ONE Store has no call that refunds, and so there is none here.
//!
//! # Access
//!
//! An access token is fetched with the app's client secret and kept until it has less than ten minutes left, from when
//! on ONE Store issues another. A refused token is fetched again, once. Sandbox and real sales have separate tokens.
//!
//! # The data of a sweep
//!
//! A voided purchase is its id, its token and two times: no product, no price, no reason, and not whether a test phone
//! bought it. What the host recorded or a notification reported fills in the first three. A purchase of a test phone in
//! a released app is reported as [`Sandbox`](crate::Environment::Sandbox) by its notification and as production here,
//! since nothing distinguishes them. If the notification came first, the engine treats the sweep's report as the same
//! refund.
//!
//! ONE Store's documents say that its times are in UTC+09 in the market `MKT_ONE`, and have them as milliseconds, which
//! have no time zone. They are read as plain milliseconds. A time in the future is replaced by now, with a warning.
//!
//! Source: <https://onestore-dev.gitbook.io/dev/tools/billing/v21/serverapi>.

mod details;
mod sweep;

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use super::{MarketCode, OneStoreSection};
use crate::config::ConfigError;
use crate::json;
use crate::model::{Environment, Span, Store, Timestamp};
use crate::stores::http_api::{a_second, base, credential, words};
use crate::stores::oauth::{TokenCache, issued};
use crate::stores::{ApiError, Apis, ExplainsRefunds, Section as _, StoreApi, SweptBy, not_configured};
use crate::transport::{HttpRequest, HttpResponse, RateLimit, Secret, Transport, Url};
pub use details::{PurchaseDetails, SubscriptionDetails};

/// The requests to ONE Store. May be used from any thread; a caller that needs a new access token waits for it, and so
/// do the others of the same app. Shown (`Debug`) without secrets.
pub struct OneStoreApi {
    accounts: Vec<Account>,
    transport: Arc<dyn Transport>,
}

impl OneStoreApi {
    /// The API of the sections that have a client secret; `None` if none has. Reads the files they name.
    ///
    /// # Errors
    /// [`ConfigError`] for a file that cannot be read, an invalid secret, or an app that has two.
    pub fn new(
        sections: &[OneStoreSection],
        transport: Arc<dyn Transport>,
    ) -> Result<Option<Self>, ConfigError> {
        let mut accounts: Vec<Account> = Vec::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(account) = Account::of(n, section)? else { continue };
            if accounts.iter().any(|known| known.client_id == account.client_id) {
                let problem = format!(
                    "another section of {:?} has a client secret too: an app is swept once",
                    account.client_id
                );
                return Err(ConfigError::Value { key: format!("one_store[{n}].client_secret"), problem });
            }
            accounts.push(account);
        }
        Ok((!accounts.is_empty()).then_some(Self { accounts, transport }))
    }

    fn account(&self, app: &str) -> Result<&Account, ApiError> {
        let account = self.accounts.iter().find(|account| account.client_id == app);
        account.ok_or_else(|| not_configured(&Store::OneStore, app))
    }

    /// ONE Store states no limit. A sweep is in no hurry, and the game's own calls go to the same host.
    pub(super) fn rate_limits(sections: &[OneStoreSection]) -> Result<Vec<RateLimit>, ConfigError> {
        let sections = sections.iter().enumerate().filter(|(_, section)| section.has_credentials());
        sections.map(|(n, section)| Ok(a_second(section.base(n)?, "v7", 10))).collect()
    }

    /// Sends a request with the account's token. Any answer but one of success is an error.
    fn send(
        &self,
        account: &Account,
        request: &HttpRequest,
        now: Timestamp,
    ) -> Result<HttpResponse, ApiError> {
        let token = account.token(&*self.transport, None, now)?;
        let response = self.transport.send(&account.signed(request, &token))?;
        if response.is_success() {
            return Ok(response);
        }
        if !is_of_token(&response) {
            return Err(refusal(&response, &[&account.secret, &token]));
        }
        let token = account.token(&*self.transport, Some(&token), now)?;
        let response = self.transport.send(&account.signed(request, &token))?;
        match response.is_success() {
            true => Ok(response),
            false => Err(refusal(&response, &[&account.secret, &token])),
        }
    }
}

impl StoreApi for OneStoreApi {
    fn require_credentials(&self, app: &str, _sandbox: bool) -> Result<(), ApiError> {
        self.account(app).map(drop)
    }

    fn sweeps(&self) -> Option<SweptBy<'_>> {
        Some(SweptBy::List(self))
    }

    fn explains(&self) -> Option<&dyn ExplainsRefunds> {
        Some(self)
    }
}

impl Apis {
    /// ONE Store's.
    ///
    /// # Errors
    /// [`ApiError::NotConfigured`] if no section has credentials.
    pub fn one_store(&self) -> Result<&OneStoreApi, ApiError> {
        self.own(&Store::OneStore)
    }
}

impl fmt::Debug for OneStoreApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let apps: Vec<_> = self.accounts.iter().map(|account| &account.client_id).collect();
        f.debug_struct("OneStoreApi").field("apps", &apps).finish_non_exhaustive()
    }
}

/// Source: "HOST URL" of the server API's document.
const HOST: &str = "iap-apis.onestore.net";
const SANDBOX_HOST: &str = "sbpp.onestore.net";

impl OneStoreSection {
    /// The API's address. `n` is its place in the configuration.
    fn base(&self, n: usize) -> Result<Url, ConfigError> {
        let host = if self.sandbox { SANDBOX_HOST } else { HOST };
        base(&format!("one_store[{n}]"), "api_url", self.api_url.as_ref(), host)
    }
}

/// ONE Store issues another token once the last has less than this left.
const RENEWED_BEFORE: Span = Span::from_millis(600_000);

/// A section with a client secret.
struct Account {
    client_id: String,
    environment: Environment,
    secret: Secret,
    tokens: TokenCache<()>,
    market: MarketCode,
    base: Url,
}

impl Account {
    /// `None` for a section without a secret.
    fn of(n: usize, section: &OneStoreSection) -> Result<Option<Self>, ConfigError> {
        let at = format!("one_store[{n}]");
        let secret = credential(
            &at,
            "client_secret",
            section.client_secret.as_ref(),
            section.client_secret_file.as_ref(),
        )?;
        let Some(secret) = secret else { return Ok(None) };
        Ok(Some(Self {
            client_id: section.client_id.clone(),
            environment: if section.sandbox { Environment::Sandbox } else { Environment::Production },
            secret,
            tokens: TokenCache::new((), RENEWED_BEFORE),
            market: section.market_code,
            base: section.base(n)?,
        }))
    }

    /// The token to use now, other than a `refused` one: OAuth 2.0 client credentials (RFC 6749 §4.4).
    fn token(
        &self,
        transport: &dyn Transport,
        refused: Option<&Secret>,
        now: Timestamp,
    ) -> Result<Secret, ApiError> {
        self.tokens.token(refused, now, |()| {
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_id", self.client_id.as_str()),
                ("client_secret", self.secret.expose()),
            ];
            // Each token is as good as the next, so requesting two does no harm.
            let request =
                self.of_market(HttpRequest::post(self.url("oauth/token"))).form(&fields).repeatable();
            let response = transport.send(&request)?;
            match response.is_success() {
                true => issued(response),
                false => Err(refusal_of_credentials(&response, &[&self.secret])),
            }
        })
    }

    fn url(&self, path: &str) -> Url {
        self.base.clone().segments("v7").segments(path)
    }

    /// `/v7/apps/{clientId}`
    fn app_url(&self) -> Url {
        self.url("apps").segment(&self.client_id)
    }

    /// `Bearer` with this very spelling. ONE Store demands a content type of requests without content, too.
    fn signed(&self, request: &HttpRequest, token: &Secret) -> HttpRequest {
        self.of_market(request.clone()).bearer(token).header("Content-Type", "application/json")
    }

    fn of_market(&self, request: HttpRequest) -> HttpRequest {
        request.header("x-market-code", self.market.as_str())
    }
}

#[derive(Default, Deserialize)]
struct Answer {
    error: ErrorObject,
}

#[derive(Default, Deserialize)]
struct ErrorObject {
    code: Option<String>,
    message: Option<String>,
}

/// The error in a response that is not successful. Requests that do not reach ONE Store's application are answered in
/// HTML.
fn refusal(response: &HttpResponse, secrets: &[&Secret]) -> ApiError {
    let (status, code, message) = read(response, secrets);
    match status {
        401 => ApiError::Credentials { problem: format!("ONE Store answered {status} {code}: {message}") },
        _ => ApiError::Refused { status, code, message, retryable: is_retryable(status) },
    }
}

/// The same of the request for a token, in which only the credentials can be refused.
fn refusal_of_credentials(response: &HttpResponse, secrets: &[&Secret]) -> ApiError {
    match response.status().as_u16() {
        400 | 401 | 403 | 404 => {
            let (status, code, message) = read(response, secrets);
            let problem = format!("ONE Store issues no access token: {status} {code}: {message}");
            ApiError::Credentials { problem }
        }
        _ => refusal(response, secrets),
    }
}

/// `AccessTokenExpired`, `InvalidAccessToken`: another token may do.
fn is_of_token(response: &HttpResponse) -> bool {
    response.status() == 401
}

/// `ServiceMaintenance` is 503.
const fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

fn read(response: &HttpResponse, secrets: &[&Secret]) -> (u16, String, String) {
    let error = json::from_slice::<Answer>(response.body()).unwrap_or_default().error;
    let shown = |text: &str| {
        let hidden = secrets.iter().fold(text.to_owned(), |text, secret| words(&text, Some(secret)));
        words(&hidden, None)
    };
    let code = shown(error.code.as_deref().unwrap_or_default());
    let mut message = error.message.map_or_else(|| "it gave no reason".to_owned(), |text| shown(&text));
    if code == "NoSuchData" {
        message.push_str(" (ONE Store reports this for every purchase if market_code is wrong)");
    }
    (response.status().as_u16(), code, message)
}
