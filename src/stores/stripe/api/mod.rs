//! Stripe's server API: refunds made, and lists swept for what webhooks missed.
//!
//! # Key
//!
//! A restricted key is enough, with *Charges and Refunds: write*, *PaymentIntents: read*, *Disputes: read* and *Balance:
//! read* (when a failed refund's money came back stands on its balance transaction). Whether it is a live or a test key
//! says whether what the lists have is real, since a refund does not say so itself. A section with an `account` asks with
//! the platform's key and `Stripe-Account`.
//!
//! # Version
//!
//! Every request has `Stripe-Version: 2024-10-28.acacia`, so that no account's own version changes what is read.
//!
//! # Sweeps
//!
//! A row of a list is the same object as in a webhook and goes the same way: same case, same step, same time, but
//! [`Confirmed`](crate::Trust::Confirmed). Only when a refund failed or a dispute was won is told by the money's own
//! movement, where a webhook tells it by the event's time. A row's notification id is the object's id and status.

mod account;
mod look;
mod refunding;
mod refusal;
mod sweep;

use std::fmt;
use std::sync::Arc;

use account::Account;
pub use refunding::{StripePayment, StripeRefund, StripeRefundReason};
use refusal::refusal;

use super::StripeSection;
use crate::config::ConfigError;
use crate::model::Store;
use crate::stores::ApiError;
use crate::transport::{HttpRequest, HttpResponse, Transport};

/// What can be asked of Stripe. May be used from any thread. Shown (`Debug`) without keys.
pub struct StripeApi {
    accounts: Vec<Account>,
    transport: Arc<dyn Transport>,
}

impl StripeApi {
    /// The API of the sections that have an API key; `None` where none has. Reads the files they name.
    ///
    /// # Errors
    /// [`ConfigError`] for a file that cannot be read, a key that is none, or a name that two sections with keys share.
    pub fn new(
        sections: &[StripeSection],
        transport: Arc<dyn Transport>,
    ) -> Result<Option<Self>, ConfigError> {
        let mut accounts: Vec<Account> = Vec::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(account) = Account::of(n, section)? else { continue };
            if accounts.iter().any(|known| known.name == account.name) {
                let problem = format!("another section named {:?} has an API key too", account.name);
                return Err(ConfigError::Value { key: format!("stripe[{n}].name"), problem });
            }
            accounts.push(account);
        }
        Ok((!accounts.is_empty()).then_some(Self { accounts, transport }))
    }

    fn account(&self, app: &str) -> Result<&Account, ApiError> {
        self.accounts.iter().find(|account| account.name == app).ok_or_else(|| ApiError::NotConfigured {
            store: Store::Stripe,
            app: app.to_owned(),
            key: "api_key",
        })
    }

    /// Sends a request with the account's key. Any answer but one of success is an error.
    fn send(&self, account: &Account, request: HttpRequest) -> Result<HttpResponse, ApiError> {
        let response = self.transport.send(&account.signed(request))?;
        match response.is_success() {
            true => Ok(response),
            false => Err(refusal(&response, &account.key)),
        }
    }
}

impl fmt::Debug for StripeApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.accounts.iter().map(|account| &account.name).collect();
        f.debug_struct("StripeApi").field("accounts", &names).finish_non_exhaustive()
    }
}
