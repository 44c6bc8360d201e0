//! A look at what a key may read: the newest refund and the newest dispute.

use serde::Deserialize;

use super::account::Account;
use super::{StripeApi, StripeSection};
use crate::model::Environment;
use crate::stores::ApiError;
use crate::stores::http_api::answer;
use crate::transport::HttpRequest;

/// What a key showed.
pub(in crate::stores::stripe) struct Seen {
    /// Whether real money moves by the key, by how it begins.
    pub(in crate::stores::stripe) key_is_live: bool,
    /// Whether the newest dispute is of real money; `None` where there is none. Refunds do not say.
    pub(in crate::stores::stripe) livemode: Option<bool>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    livemode: Option<bool>,
}

impl StripeApi {
    /// Whether real money moves by a section's key; `None` where it has none that can be used.
    pub(in crate::stores::stripe) fn environment_of(section: &StripeSection) -> Option<Environment> {
        Account::of(0, section).ok().flatten().map(|account| account.environment)
    }

    /// Lists one refund and one dispute: what sweeps need to be allowed to.
    pub(in crate::stores::stripe) fn look(&self, app: &str) -> Result<Seen, ApiError> {
        let account = self.account(app)?;
        let newest = |path: &str| {
            let request = HttpRequest::get(account.url(path).query("limit", "1"));
            let list: List = answer(&self.send(account, request)?)?;
            Ok::<_, ApiError>(list.data.first().and_then(|row| row.livemode))
        };
        newest("v1/refunds")?;
        let livemode = newest("v1/disputes")?;
        Ok(Seen { key_is_live: account.environment == Environment::Production, livemode })
    }
}
