//! ONE Store's server API (V7): sweeps for what notifications missed, and details that confirm a hint.
//!
//! ONE Store has no call that refunds, and so there is none here.
//!
//! # Access
//!
//! An access token is fetched with the app's client secret and kept until it has less than ten minutes left, from when on
//! ONE Store issues another. One that is refused is fetched anew, once. Sandbox and real sales have tokens of their own.
//!
//! # What a sweep knows
//!
//! A voided purchase is its id, its token and two times: no product, no price, no reason, and not whether a test phone
//! bought it. What the host recorded or a notification told fills in the first three. A purchase of a test phone in a
//! released app is told as [`Sandbox`](crate::Environment::Sandbox) by its notification and as production here, since
//! nothing tells them apart. Where the notification came first, the engine takes the sweep for the same refund.
//!
//! ONE Store's documents say that its times are in UTC+09 in the market `MKT_ONE`, and give them as milliseconds, which
//! have no time zone. They are read as what they are. A time that has not come yet is taken for now, with a warning.
//!
//! Source: <https://onestore-dev.gitbook.io/dev/tools/billing/v21/serverapi>.

mod account;
mod details;
mod explain;
mod refusal;
mod sweep;
mod token;

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use account::Account;
pub use details::{PurchaseDetails, SubscriptionDetails};

use super::OneStoreSection;
use crate::config::ConfigError;
use crate::model::{Store, Timestamp};
use crate::stores::ApiError;
use crate::transport::{HttpRequest, HttpResponse, Transport};

/// In which of ONE Store's markets an app is sold: `x-market-code`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum MarketCode {
    /// Korea.
    #[default]
    #[serde(rename = "MKT_ONE")]
    Korea,
    /// The rest of the world.
    #[serde(rename = "MKT_GLB")]
    Global,
}

impl MarketCode {
    /// As ONE Store writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Korea => "MKT_ONE",
            Self::Global => "MKT_GLB",
        }
    }
}

/// What can be asked of ONE Store. May be used from any thread; who needs a new access token waits for it, and so do the
/// others of the same app. Shown (`Debug`) without secrets.
pub struct OneStoreApi {
    accounts: Vec<Account>,
    transport: Arc<dyn Transport>,
}

impl OneStoreApi {
    /// The API of the sections that have a client secret; `None` where none has. Reads the files they name.
    ///
    /// # Errors
    /// [`ConfigError`] for a file that cannot be read, a secret that is none, or an app that has two.
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
        self.accounts.iter().find(|account| account.client_id == app).ok_or_else(|| ApiError::NotConfigured {
            store: Store::OneStore,
            app: app.to_owned(),
            key: "client_secret",
        })
    }

    /// Sends a request with the account's token. Any answer but one of success is an error.
    fn send(
        &self,
        account: &Account,
        request: &HttpRequest,
        now: Timestamp,
    ) -> Result<HttpResponse, ApiError> {
        let token = account.token(&*self.transport, now)?;
        let response = self.transport.send(&account.signed(request, &token))?;
        if response.is_success() {
            return Ok(response);
        }
        if !refusal::is_of_token(&response) {
            return Err(refusal::refusal(&response, &[&account.secret, &token]));
        }
        account.forget(&token);
        let token = account.token(&*self.transport, now)?;
        let response = self.transport.send(&account.signed(request, &token))?;
        match response.is_success() {
            true => Ok(response),
            false => Err(refusal::refusal(&response, &[&account.secret, &token])),
        }
    }
}

impl fmt::Debug for OneStoreApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let apps: Vec<_> = self.accounts.iter().map(|account| &account.client_id).collect();
        f.debug_struct("OneStoreApi").field("apps", &apps).finish_non_exhaustive()
    }
}
