//! The App Store Server API: refunds, delivery of notifications, and answers to refund requests. It cannot refund: only
//! Apple can, so this module has no call for it.
//!
//! One file a resource; `call` signs a token, sends, and reads errors.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi>

mod call;
mod consumption;
mod history;
mod transactions;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use ring::rand::SystemRandom;

use super::config::{AppStoreApiSection, AppStoreSection};
use super::{AppStoreEnvironment, AppStoreVerifier};
use crate::config::ConfigError;
use crate::model::Store;
use crate::stores::app_store::claims::Around;
use crate::stores::http_api::address;
use crate::stores::{AnswersReviews, ApiError, Apis, StoreApi, SweptBy, not_configured};
use crate::transport::{Transport, Url};
use call::ApiKey;
pub use history::{
    FailedNotification, FailedNotifications, SendAttempt, SendAttemptResult, TestNotification,
};
pub use transactions::RefundPage;

/// The App Store Server API for the apps whose sections have a key.
///
/// Every call may be made from any thread and blocks it until Apple has answered. By itself it waits for nothing else
/// and retries nothing: pass a transport in [`Retrying`](crate::transport::Retrying) around
/// [`RateLimited`](crate::transport::RateLimited) with [`rate_limits`](Self::rate_limits). Each request has a separate
/// token, good for five minutes.
///
/// Apple's answers are signed, and verified as notifications are; they must be of the app and the environment of the
/// request.
pub struct AppStoreApi {
    transport: Arc<dyn Transport>,
    verifier: Arc<AppStoreVerifier>,
    random: SystemRandom,
    apps: BTreeMap<String, App>,
}

/// An app's credentials in each of Apple's two environments.
#[derive(Default)]
struct App {
    production: Option<Access>,
    sandbox: Option<Access>,
}

struct Access {
    key: Arc<ApiKey>,
    base: Url,
}

/// One app in one environment.
#[derive(Clone, Copy)]
struct Place<'a> {
    bundle_id: &'a str,
    environment: AppStoreEnvironment,
    access: &'a Access,
}

impl AppStoreApi {
    /// For the sections that have a key; `None` if none does. Reads the key files, and sends nothing. `verifier` must
    /// be one for the same sections.
    ///
    /// # Errors
    /// [`ConfigError`] names the section and the problem with the key file or an address.
    pub fn new(
        sections: &[AppStoreSection],
        verifier: Arc<AppStoreVerifier>,
        transport: Arc<dyn Transport>,
    ) -> Result<Option<Self>, ConfigError> {
        let random = SystemRandom::new();
        let mut apps: BTreeMap<String, App> = BTreeMap::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(api) = &section.api else { continue };
            api.require_ids(n)?;
            let key = Arc::new(ApiKey::from_file(&api.issuer_id, &api.key_id, &api.private_key, &random)?);
            let app = apps.entry(section.bundle_id.clone()).or_default();
            for environment in section.require_api_environments(n)? {
                let access = Access { key: Arc::clone(&key), base: api.base(n, environment)? };
                *app.slot(environment) = Some(access);
            }
        }
        Ok((!apps.is_empty()).then_some(Self { transport, verifier, random, apps }))
    }

    fn place<'a>(&'a self, bundle_id: &'a str, sandbox: bool) -> Result<Place<'a>, ApiError> {
        let environment = environment(sandbox);
        let access = self.apps.get(bundle_id).and_then(|app| app.access(environment));
        let access = access.ok_or_else(|| {
            not_configured(&Store::AppStore, &format!("{bundle_id} ({})", environment.name()))
        })?;
        Ok(Place { bundle_id, environment, access })
    }
}

impl StoreApi for AppStoreApi {
    fn require_credentials(&self, app: &str, sandbox: bool) -> Result<(), ApiError> {
        self.place(app, sandbox).map(drop)
    }

    fn sweeps(&self) -> Option<SweptBy<'_>> {
        Some(SweptBy::List(self))
    }

    fn answers_reviews(&self) -> Option<&dyn AnswersReviews> {
        Some(self)
    }
}

impl Apis {
    /// The App Store's.
    ///
    /// # Errors
    /// [`ApiError::NotConfigured`] if no section has credentials.
    pub fn app_store(&self) -> Result<&AppStoreApi, ApiError> {
        self.own(&Store::AppStore)
    }
}

impl App {
    fn access(&self, environment: AppStoreEnvironment) -> Option<&Access> {
        match environment {
            AppStoreEnvironment::Production => self.production.as_ref(),
            _ => self.sandbox.as_ref(),
        }
    }

    fn slot(&mut self, environment: AppStoreEnvironment) -> &mut Option<Access> {
        match environment {
            AppStoreEnvironment::Production => &mut self.production,
            _ => &mut self.sandbox,
        }
    }
}

impl Place<'_> {
    fn url(&self, path: &str) -> Url {
        self.access.base.clone().segments(path)
    }

    /// What items of an answer inherit from the request.
    const fn around(&self) -> Around<'_> {
        Around { member: None, bundle_id: self.bundle_id, environment: self.environment, at: None }
    }

    fn is_sandbox(&self) -> bool {
        self.environment != AppStoreEnvironment::Production
    }
}

const fn environment(sandbox: bool) -> AppStoreEnvironment {
    if sandbox { AppStoreEnvironment::Sandbox } else { AppStoreEnvironment::Production }
}

impl AppStoreSection {
    /// The environments of the section that Apple has a server for. `n` is its place in the configuration.
    fn require_api_environments(&self, n: usize) -> Result<Vec<AppStoreEnvironment>, ConfigError> {
        let environments: Vec<_> =
            self.environments().iter().copied().filter(|environment| environment.is_signed()).collect();
        if environments.is_empty() {
            return Err(ConfigError::Value {
                key: format!("app_store[{n}].api"),
                problem: "of its environments Apple has no server: expected production or sandbox among them"
                    .to_owned(),
            });
        }
        Ok(environments)
    }
}

impl AppStoreApiSection {
    fn require_ids(&self, n: usize) -> Result<(), ConfigError> {
        let empty =
            [("issuer_id", &self.issuer_id), ("key_id", &self.key_id)].into_iter().find(|id| id.1.is_empty());
        empty.map_or(Ok(()), |(name, _)| {
            Err(ConfigError::Value {
                key: format!("app_store[{n}].api.{name}"),
                problem: "it is empty: expected the id that App Store Connect shows".to_owned(),
            })
        })
    }

    /// The address of an environment's API. `n` is the section's place in the configuration.
    fn base(&self, n: usize, environment: AppStoreEnvironment) -> Result<Url, ConfigError> {
        let (given, key, host) = match environment {
            AppStoreEnvironment::Production => {
                (&self.production_url, "production_url", "api.storekit.apple.com")
            }
            _ => (&self.sandbox_url, "sandbox_url", "api.storekit-sandbox.apple.com"),
        };
        match given {
            None => Ok(Url::https(host)),
            Some(text) => address(text)
                .map_err(|problem| ConfigError::Value { key: format!("app_store[{n}].api.{key}"), problem }),
        }
    }
}

impl fmt::Debug for AppStoreApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppStoreApi").field("apps", &self.apps.keys()).finish_non_exhaustive()
    }
}
