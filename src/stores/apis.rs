//! The server APIs of all configured stores, behind one transport that keeps their limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::amazon::AmazonApi;
use super::app_store::{AppStoreApi, AppStoreSection};
use super::config::{KeySources, Section as _};
use super::google_play::GooglePlayApi;
use super::one_store::OneStoreApi;
use super::stripe::StripeApi;
use super::{ApiError, ChecksReceipts, ExplainsRefunds, Sweeps, SweptBy};
use crate::config::{Config, ConfigError};
use crate::model::Store;
use crate::transport::{Pacing, RateLimit, RateLimited, RetryPolicy, Retrying, Transport, Url};

/// How long a request waits for its turn at most. Google's limit of 30 lists in 30 seconds is the longest that a sweep
/// runs into; what has to wait for longer, as for the next day, is better taken up by the next sweep.
const LONGEST_TURN: Duration = Duration::from_secs(60);

/// Stripe takes 25 requests a second of a sandbox, and of a live account 100, but 25 for each endpoint
/// (<https://docs.stripe.com/rate-limits>).
const STRIPE_PER_SECOND: u32 = 25;

/// ONE Store states no limit. A sweep is in no hurry, and the game's own calls go to the same host.
const ONE_STORE_PER_SECOND: u32 = 10;

/// Amazon answers 429 to too many requests and states no limit. As for ONE Store: nobody waits for a sweep.
const AMAZON_PER_SECOND: u32 = 10;

/// The APIs of those stores whose sections have credentials.
#[derive(Default)]
pub struct Apis {
    amazon: Option<Arc<AmazonApi>>,
    app_store: Option<Arc<AppStoreApi>>,
    google_play: Option<Arc<GooglePlayApi>>,
    one_store: Option<Arc<OneStoreApi>>,
    stripe: Option<Arc<StripeApi>>,
    swept: Vec<(Store, Swept)>,
    explains: Vec<(Store, Arc<dyn ExplainsRefunds>)>,
}

/// [`SweptBy`], owned.
#[derive(Clone)]
pub(crate) enum Swept {
    List(Arc<dyn Sweeps>),
    Receipts(Arc<dyn ChecksReceipts>),
}

impl Apis {
    /// For all sections that have credentials. Reads the files they name, and sends nothing. What is sent later goes
    /// through `transport`, within the limits that the stores state, and again where that may help.
    ///
    /// # Errors
    /// [`ConfigError`] names the section, and says what is wrong with its credentials.
    pub fn new(
        config: &Config,
        transport: Arc<dyn Transport>,
        pacing: Arc<dyn Pacing>,
    ) -> Result<Self, ConfigError> {
        let limited = RateLimited::new(transport, rate_limits(config)?, LONGEST_TURN, Arc::clone(&pacing));
        let transport: Arc<dyn Transport> = Arc::new(Retrying::new(limited, RetryPolicy::default(), pacing));
        let app_store = match config.app_store.iter().any(|section| section.api.is_some()) {
            true => {
                let verifier = AppStoreSection::verifier(&config.app_store, &KeySources::default())?;
                AppStoreApi::new(&config.app_store, Arc::new(verifier), Arc::clone(&transport))?.map(Arc::new)
            }
            false => None,
        };
        let google_play = GooglePlayApi::new(&config.google_play, Arc::clone(&transport))?.map(Arc::new);
        let one_store = OneStoreApi::new(&config.one_store, Arc::clone(&transport))?.map(Arc::new);
        let stripe = StripeApi::new(&config.stripe, Arc::clone(&transport))?.map(Arc::new);
        let amazon = AmazonApi::new(&config.amazon, transport)?.map(Arc::new);

        let mut swept = Vec::new();
        if let Some(api) = &app_store {
            swept.push((Store::AppStore, Swept::List(Arc::<AppStoreApi>::clone(api))));
        }
        if let Some(api) = &google_play {
            swept.push((Store::GooglePlay, Swept::List(Arc::<GooglePlayApi>::clone(api))));
        }
        if let Some(api) = &one_store {
            swept.push((Store::OneStore, Swept::List(Arc::<OneStoreApi>::clone(api))));
        }
        if let Some(api) = &stripe {
            swept.push((Store::Stripe, Swept::List(Arc::<StripeApi>::clone(api))));
        }
        if let Some(api) = &amazon {
            swept.push((Store::Amazon, Swept::Receipts(Arc::<AmazonApi>::clone(api))));
        }
        let mut explains: Vec<(Store, Arc<dyn ExplainsRefunds>)> = Vec::new();
        if let Some(api) = &google_play {
            explains.push((Store::GooglePlay, Arc::<GooglePlayApi>::clone(api)));
        }
        if let Some(api) = &one_store {
            explains.push((Store::OneStore, Arc::<OneStoreApi>::clone(api)));
        }
        if let Some(api) = &amazon {
            explains.push((Store::Amazon, Arc::<AmazonApi>::clone(api)));
        }
        Ok(Self { amazon, app_store, google_play, one_store, stripe, swept, explains })
    }

    /// Amazon's.
    ///
    /// # Errors
    /// As [`app_store`](Self::app_store).
    pub fn amazon(&self) -> Result<&AmazonApi, ApiError> {
        self.amazon.as_deref().ok_or_else(|| not_configured(&Store::Amazon))
    }

    /// The App Store's.
    ///
    /// # Errors
    /// [`ApiError::NotConfigured`] where no section has credentials.
    pub fn app_store(&self) -> Result<&AppStoreApi, ApiError> {
        self.app_store.as_deref().ok_or_else(|| not_configured(&Store::AppStore))
    }

    /// Google Play's.
    ///
    /// # Errors
    /// As [`app_store`](Self::app_store).
    pub fn google_play(&self) -> Result<&GooglePlayApi, ApiError> {
        self.google_play.as_deref().ok_or_else(|| not_configured(&Store::GooglePlay))
    }

    /// ONE Store's.
    ///
    /// # Errors
    /// As [`app_store`](Self::app_store).
    pub fn one_store(&self) -> Result<&OneStoreApi, ApiError> {
        self.one_store.as_deref().ok_or_else(|| not_configured(&Store::OneStore))
    }

    /// Stripe's.
    ///
    /// # Errors
    /// As [`app_store`](Self::app_store).
    pub fn stripe(&self) -> Result<&StripeApi, ApiError> {
        self.stripe.as_deref().ok_or_else(|| not_configured(&Store::Stripe))
    }

    /// Those that can be swept.
    pub fn sweeps(&self) -> impl Iterator<Item = (&Store, SweptBy<'_>)> {
        self.swept.iter().map(|(store, swept)| {
            let swept_by = match swept {
                Swept::List(list) => SweptBy::List(list.as_ref()),
                Swept::Receipts(receipts) => SweptBy::Receipts(receipts.as_ref()),
            };
            (store, swept_by)
        })
    }

    /// Who says why a store refunded for an app.
    #[must_use]
    pub fn explains(&self, store: &Store, app: &str) -> Option<&dyn ExplainsRefunds> {
        let (_, explains) = self
            .explains
            .iter()
            .find(|(other, explains)| other == store && explains.apps().iter().any(|known| known == app))?;
        Some(explains.as_ref())
    }

    /// The apps whose stores can be asked why they refunded.
    pub(crate) fn askable(&self) -> Vec<(Store, String)> {
        self.explains
            .iter()
            .flat_map(|(store, explains)| explains.apps().into_iter().map(|app| (store.clone(), app)))
            .collect()
    }

    /// Whether no store can be asked anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.swept.is_empty() && self.explains.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn explained_by(mut self, explains: Vec<(Store, Arc<dyn ExplainsRefunds>)>) -> Self {
        self.explains.extend(explains);
        self
    }

    #[cfg(test)]
    pub(crate) fn of(swept: Vec<(Store, Swept)>) -> Self {
        Self { swept, ..Self::default() }
    }
}

/// Of no app of a store there are credentials.
pub(crate) fn not_configured(store: &Store) -> ApiError {
    let key = match store {
        Store::Amazon => "amazon[].shared_secret",
        Store::AppStore => "app_store[].api",
        Store::GooglePlay => "google_play[].service_account",
        Store::OneStore => "one_store[].client_secret",
        Store::Stripe => "stripe[].api_key",
        // Recoup knows nothing of its API.
        Store::Custom(_) => "an API",
    };
    ApiError::NotConfigured { store: store.clone(), app: "any app".to_owned(), key }
}

/// What the stores state, by the addresses that the configuration names: host and path, since stores may be asked
/// through one host, as by way of a proxy or on a developer's machine, and none is to wait for another's limit.
fn rate_limits(config: &Config) -> Result<Vec<RateLimit>, ConfigError> {
    let mut limits = AppStoreApi::rate_limits(&config.app_store)?;
    limits.extend(GooglePlayApi::rate_limits(&config.google_play)?);
    let stripe = config
        .stripe
        .iter()
        .map(|section| a_second(section.api_url.as_ref(), "api.stripe.com", "v1", STRIPE_PER_SECOND));
    let one_store = config.one_store.iter().map(|section| {
        let host = if section.sandbox { "sbpp.onestore.net" } else { "iap-apis.onestore.net" };
        a_second(section.api_url.as_ref(), host, "v7", ONE_STORE_PER_SECOND)
    });
    let amazon = config.amazon.iter().map(|section| {
        let path = if section.sandbox { "sandbox" } else { "version" };
        a_second(section.rvs_url.as_ref(), "appstore-sdk.amazon.com", path, AMAZON_PER_SECOND)
    });
    for limit in stripe.chain(one_store).chain(amazon) {
        if !limits.contains(&limit) {
            limits.push(limit);
        }
    }
    Ok(limits)
}

/// So many requests a second of what is under a path of an API's base.
fn a_second(base: Option<&Url>, host: &'static str, path: &str, requests: u32) -> RateLimit {
    let url = base.cloned().unwrap_or_else(|| Url::https(host)).segments(path);
    RateLimit::of_host(url.host(), requests, Duration::from_secs(1)).under(url.path())
}

impl fmt::Debug for Apis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.swept.iter().map(|(store, _)| store)).finish()
    }
}
