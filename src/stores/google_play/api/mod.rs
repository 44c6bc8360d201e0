//! Google Play's server API, the Google Play Developer API v3: what was voided, refunds, answers to refund reviews,
//! and why a void was made.
//!
//! One file a resource. `call` sends with the app's access token and reads errors; `access_tokens` and
//! `service_account` are where tokens come from.
//!
//! Format: <https://developers.google.com/android-publisher/api-ref/rest>, and the discovery document
//! <https://androidpublisher.googleapis.com/$discovery/rest?version=v3>.

mod call;
mod explain;
mod failure;
mod oauth;
mod order;
mod orders;
mod purchases;
mod rate_limits;
mod reviews;
mod service_account;
mod subscriptions;
mod voided_purchase;
mod voided_purchases;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::GooglePlaySection;
use crate::config::ConfigError;
use crate::model::Store;
use crate::stores::ApiError;
use crate::stores::http_api::address;
use crate::transport::{Transport, Url};
use oauth::AccessTokens;
pub use order::{LineItem, Order, OrderRefund, OrderRefundReason, OrderState, PartialRefund};
pub use subscriptions::Revocation;

/// Google Play's server API for the apps whose sections name a service account.
///
/// Every call may be made from any thread and blocks it until Google has answered. It sends at most twice: again with a
/// new access token where Google did not take the first. All else that may be sent again is left to the transport:
/// give one in [`Retrying`](crate::transport::Retrying) around [`RateLimited`](crate::transport::RateLimited) with
/// [`rate_limits`](Self::rate_limits).
///
/// An access token is kept until five minutes before its end; one thread asks for the next while the others wait. Apps
/// with the same key file share it.
pub struct GooglePlayApi {
    transport: Arc<dyn Transport>,
    apps: BTreeMap<String, App>,
}

/// How one app is asked about.
struct App {
    tokens: Arc<AccessTokens>,
    api_url: Url,
}

impl GooglePlayApi {
    /// For the sections that name a service account; `None` where none does. Reads the key files, and sends nothing.
    ///
    /// # Errors
    /// [`ConfigError`] names the section, and says what is wrong with the key file, its key or an address.
    pub fn new(
        sections: &[GooglePlaySection],
        transport: Arc<dyn Transport>,
    ) -> Result<Option<Self>, ConfigError> {
        let mut accounts: BTreeMap<&Path, Arc<AccessTokens>> = BTreeMap::new();
        let mut apps: BTreeMap<String, (&GooglePlaySection, App)> = BTreeMap::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(key_file) = section.service_account.as_deref() else { continue };
            let tokens = match accounts.get(key_file) {
                Some(tokens) => Arc::clone(tokens),
                None => Arc::new(AccessTokens::from_key_file(n, key_file, Arc::clone(&transport))?),
            };
            accounts.insert(key_file, Arc::clone(&tokens));
            let app = App { tokens, api_url: section.api_url(n)? };
            // One app may stand twice with different push settings; whom to ask must be clear.
            let twice = apps.get(&section.package_name).is_some_and(|(other, _)| {
                other.service_account != section.service_account || other.api_url != section.api_url
            });
            if twice {
                return Err(ConfigError::Value {
                    key: format!("google_play[{n}].service_account"),
                    problem: format!(
                        "{} stands in an earlier section with another service_account or api_url: give both the same",
                        section.package_name
                    ),
                });
            }
            apps.insert(section.package_name.clone(), (section, app));
        }
        let apps: BTreeMap<_, _> = apps.into_iter().map(|(name, (_, app))| (name, app)).collect();
        Ok((!apps.is_empty()).then_some(Self { transport, apps }))
    }

    fn app(&self, package_name: &str) -> Result<&App, ApiError> {
        self.apps.get(package_name).ok_or_else(|| ApiError::NotConfigured {
            store: Store::GooglePlay,
            app: package_name.to_owned(),
            key: "google_play[].service_account",
        })
    }
}

impl App {
    /// Where everything of one app is.
    fn url(&self, package_name: &str) -> Url {
        app_url(&self.api_url, package_name)
    }
}

fn app_url(api_url: &Url, package_name: &str) -> Url {
    api_url.clone().segments("androidpublisher/v3/applications").segment(package_name)
}

impl GooglePlaySection {
    /// Where its API is. `n` is its place in the configuration.
    fn api_url(&self, n: usize) -> Result<Url, ConfigError> {
        match &self.api_url {
            Some(text) => address(text)
                .map_err(|problem| ConfigError::Value { key: format!("google_play[{n}].api_url"), problem }),
            None => Ok(Url::https("androidpublisher.googleapis.com")),
        }
    }
}

impl fmt::Debug for GooglePlayApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GooglePlayApi").field("apps", &self.apps.keys()).finish_non_exhaustive()
    }
}
