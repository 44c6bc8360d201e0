//! Opening an engine.

use std::sync::Arc;

use super::Engine;
use super::background::{Background, Stores};
use super::change::{InquiryRules, Rules};
use super::clock::{Clock, Randomness, SystemClock, SystemRandomness, random_bytes};
use super::notices::NoticeRules;
use super::refusals::Refusals;
use super::retention::{Kept, PruneSchedule};
use super::steady::{self, Steady};
use super::stopping::{PacingUntilStopped, Stopping, UntilStopped};
#[cfg(test)]
use super::store_actions::StoreCalls;
use super::watcher::ChangeWatcher;
use super::webhooks::{self, SendingThreads, Wakers, Webhooks};
use crate::blocklist::Blocklist;
use crate::config::{Config, ConfigError};
use crate::error::Error;
use crate::ledger::{LeaseOwner, Ledger, LedgerError, Read, lease_owner_of};
use crate::outbox::{Delivery, Notifier};
use crate::stores::stripe::StripeSection;
use crate::stores::{Apis, KeySources, Verifier};
use crate::transport::{SystemPacing, Transport};
use crate::verify::{CertificateSource, KeySource};
use crate::webhooks::LEDGER_ID_SIZE;

/// What an engine needs beside its configuration: the clock, the sources of keys, and the transport to the stores.
#[derive(Clone)]
pub struct EngineOptions {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) keys: KeySources,
    pub(super) transport: Option<Arc<dyn Transport>>,
    randomness: Arc<dyn Randomness>,
    background: bool,
    allow_old_messages: bool,
    #[cfg(test)]
    apis: Vec<(crate::model::Store, Arc<dyn crate::stores::StoreApi>)>,
    #[cfg(test)]
    calls: Option<Arc<dyn StoreCalls>>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for EngineOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineOptions").finish_non_exhaustive()
    }
}

impl EngineOptions {
    /// The system clock; keys from the files that the configuration names, the others fetched over the network, with
    /// the Cargo feature `http`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            keys: KeySources::default(),
            transport: None,
            randomness: Arc::new(SystemRandomness),
            background: true,
            allow_old_messages: false,
            #[cfg(test)]
            apis: Vec::new(),
            #[cfg(test)]
            calls: None,
        }
    }

    /// Sets another clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the source of Google's keys, for sections of the configuration that name no key file. Called from the
    /// thread that first needs an unknown key, at most once a minute.
    #[must_use]
    pub fn google_keys(mut self, source: impl KeySource + 'static) -> Self {
        self.keys.google = Some(Arc::new(source));
        self
    }

    /// Sets the source of Amazon's signing certificates, for sections of the configuration that name no certificate.
    /// Called from the thread that first needs an unknown one.
    #[must_use]
    pub fn certificates(mut self, source: impl CertificateSource + 'static) -> Self {
        self.keys.certificates = Some(Arc::new(source));
        self
    }

    /// Sets the transport for HTTP requests to the stores. The default is the built-in client, if the Cargo feature
    /// `http` is on. It also fetches Google's keys and Amazon's certificates, for sections of the configuration that
    /// name no file, if no source is set.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Sets the source of random bytes for account tags, instead of the system.
    #[must_use]
    pub fn randomness(mut self, randomness: impl Randomness + 'static) -> Self {
        self.randomness = Arc::new(randomness);
        self
    }

    /// Replaces the stores' APIs for store actions.
    #[cfg(test)]
    pub(crate) fn calls(mut self, calls: Arc<dyn StoreCalls>) -> Self {
        self.calls = Some(calls);
        self
    }

    /// Whether the engine works with the stores on its own thread; by default it does if the configuration has
    /// credentials for a store's API, and sends webhooks if it has endpoints. It sweeps, unless the configuration has `reconcile.off`, answers refund reviews
    /// and continues store actions. Without it, call [`Engine::work`] and
    /// [`Engine::send_webhooks`] regularly.
    #[must_use]
    pub const fn background(mut self, background: bool) -> Self {
        self.background = background;
        self
    }

    /// Whether messages are accepted however long ago they were signed, for operators who replay old files:
    /// `app_store[].max_age` is ignored. Off by default.
    #[must_use]
    pub const fn allow_old_messages(mut self, allow: bool) -> Self {
        self.allow_old_messages = allow;
        self
    }

    /// Replaces a store's API.
    #[cfg(test)]
    pub(super) fn api(mut self, store: crate::model::Store, api: Arc<dyn crate::stores::StoreApi>) -> Self {
        self.apis.push((store, api));
        self
    }

    /// Opens the engine: opens or creates the ledger, brings its schema up to date, and loads the blocked users.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn open(self, mut config: Config) -> Result<Engine, Error> {
        if self.allow_old_messages {
            config.allow_old_messages();
        }
        let Some(database) = config.database.clone() else {
            return Err(
                ConfigError::Missing { key: "database", expected: "the path of the ledger's file" }.into()
            );
        };
        #[cfg(feature = "capi")]
        crate::ffi::watch_forks().map_err(|error| LedgerError::Internal(error.to_string()))?;
        let transport = match self.transport {
            Some(transport) => Some(transport),
            None if needs_transport(&config, &self.keys) => ready_client()?,
            None => None,
        };
        let given = self.keys.clone();
        let verifier = Verifier::with_keys(&config, &key_sources(&config, self.keys, transport.as_ref()))?;
        let stopping = Arc::new(Stopping::default());
        let apis = apis(&config, transport.clone(), &stopping)?;
        #[cfg(test)]
        let apis = apis.with(self.apis);
        let inquiries = || InquiryRules { wait: config.inquiries.wait(), apps: apis.askable() };
        let blocklist = Arc::new(Blocklist::new());
        let notifier = Arc::new(Notifier::new());
        let policy = config.checked_policy()?;
        let catalogue = Arc::new(config.checked_catalogue()?);
        let reviews = config.checked_reviews()?;
        let texts = config.checked_notices()?;
        let notices = || NoticeRules {
            make: config.notices.make(),
            keep: config.notices.keep(),
            owed_after: config.notices.owed_after(),
            events: config.notices.events,
            texts: texts.clone(),
        };
        let endpoints: Vec<_> = config.endpoints()?.into_iter().map(Arc::new).collect();
        let wakers = Arc::new(Wakers::new(&endpoints));
        let new_ledger_id = random_bytes::<LEDGER_ID_SIZE>(self.randomness.as_ref())?;
        let account_tags = config.account_tags;
        let warning_refunds =
            config.stripe.iter().filter_map(StripeSection::warning_refunds).collect::<Vec<_>>();
        let mut opened = None;
        let mut ledger_id = Vec::new();
        let refusals = Arc::new(Refusals::default());
        let now = self.clock.now();
        let ledger = Ledger::open(
            &database,
            |tx, presence| {
                if presence.was_alone() {
                    tx.end_all_leases()?;
                    tx.end_all_sending(now)?;
                    tx.end_all_asking(now)?;
                    tx.end_sweep_holds(None)?;
                }
                if let Some(offset) = config.figures.utc_offset
                    && offset != tx.read().utc_offset()?
                {
                    let counted = tx.recount(offset)?;
                    tracing::info!(%offset, ?counted, "days of figures begin at another time: counted again");
                }
                webhooks::register(tx, &endpoints, &config, presence.was_alone(), now)?;
                Ok((tx.policy_version(&policy, now)?, tx.ledger_id(&new_ledger_id)?))
            },
            |(policy_version, id), read| {
                ledger_id = id;
                let rules = Arc::new(Rules {
                    policy: policy.clone(),
                    policy_version,
                    reviews: reviews.clone(),
                    account_tags,
                    rounding: config.recovery.rounding,
                    kept: Kept { retention: config.retention, privacy: config.privacy },
                    catalogue: Arc::clone(&catalogue),
                    notices: notices(),
                    access: config.access.rules(),
                    warning_refunds: warning_refunds.clone(),
                    inquiries: inquiries(),
                });
                opened = Some(Arc::clone(&rules));
                load(read, &blocklist)?;
                Ok(ChangeWatcher {
                    refusals: Arc::clone(&refusals),
                    blocklist: Arc::clone(&blocklist),
                    notifier: Arc::clone(&notifier),
                    webhooks: Arc::clone(&wakers),
                    rules,
                    clock: Arc::clone(&self.clock),
                    steady: Steady::new(self.clock.now(), steady::elapsed()),
                    opened_at: self.clock.now(),
                    pruning: PruneSchedule::opened(self.clock.now()),
                })
            },
        )?;
        let rules = opened.ok_or_else(|| LedgerError::Internal("opened without rules".to_owned()))?;
        let delivery = Delivery::new(lease_owner(self.randomness.as_ref())?, config.lease(), notifier);
        let works = self.background && !apis.is_empty();
        let sends = self.background && transport.is_some() && !endpoints.is_empty();
        if transport.is_none() && !endpoints.is_empty() {
            tracing::warn!("no webhooks are sent: this build has no HTTP client, and no transport is set");
        }
        let mut engine = Engine {
            ledger: Arc::new(ledger),
            rules,
            clock: self.clock,
            blocklist,
            delivery: Arc::new(delivery),
            verifier: Arc::new(verifier),
            #[cfg(not(test))]
            stores: Arc::new(Stores::new(apis, stopping, config.reconcile.every())),
            #[cfg(test)]
            stores: Arc::new(Stores::new(apis, stopping, config.reconcile.every()).calling(self.calls)),
            background: None,
            webhooks: Arc::new(Webhooks::new(endpoints, &ledger_id, wakers)),
            sending: None,
            transport,
            config: Arc::new(config),
            keys: given,
            refusals,
            randomness: self.randomness,
            is_hosts: true,
            #[cfg(feature = "operators")]
            acting: None,
        };
        if sends {
            engine.sending = Some(SendingThreads::start(&engine)?);
        }
        if works {
            engine.background = Some(Background::start(engine.view())?);
        }
        Ok(engine)
    }
}

/// Whether the configuration needs anything over HTTP.
fn needs_transport(config: &Config, given: &KeySources) -> bool {
    config.fetches_keys(given) || config.has_api_credentials() || !config.webhooks.is_empty()
}

/// The sources of keys for sections that name no file: as given, else over the network.
fn key_sources(config: &Config, given: KeySources, transport: Option<&Arc<dyn Transport>>) -> KeySources {
    match transport.filter(|_| needs_transport(config, &given)) {
        Some(transport) => given.or_over(transport),
        None => given,
    }
}

/// The stores' APIs; none without a transport.
fn apis(
    config: &Config,
    transport: Option<Arc<dyn Transport>>,
    stopping: &Arc<Stopping>,
) -> Result<Apis, ConfigError> {
    let Some(inner) = transport.filter(|_| config.has_api_credentials()) else { return Ok(Apis::default()) };
    let transport = Arc::new(UntilStopped { inner, stopping: Arc::clone(stopping) });
    let pacing = PacingUntilStopped { system: SystemPacing::new(), stopping: Arc::clone(stopping) };
    Apis::new(config, transport, Arc::new(pacing))
}

#[cfg(feature = "http")]
pub(super) fn ready_client() -> Result<Option<Arc<dyn Transport>>, ConfigError> {
    match crate::transport::HttpClient::new() {
        Ok(client) => Ok(Some(Arc::new(client))),
        Err(error) => {
            Err(ConfigError::Value { key: "the environment".to_owned(), problem: error.to_string() })
        }
    }
}

#[cfg(not(feature = "http"))]
pub(super) const fn ready_client() -> Result<Option<Arc<dyn Transport>>, ConfigError> {
    Ok(None)
}

/// How many user ids are in memory at a time while the blocklist is loaded.
const LOADED_AT_ONCE: usize = 1 << 18;

fn load(read: Read<'_>, blocklist: &Blocklist) -> Result<(), LedgerError> {
    let mut users: Vec<String> = Vec::new();
    read.for_each_blocked_user(|user| {
        users.push(user.to_owned());
        if users.len() == LOADED_AT_ONCE {
            blocklist.extend(users.drain(..));
        }
    })?;
    blocklist.extend(users);
    Ok(())
}

fn lease_owner(randomness: &dyn Randomness) -> Result<LeaseOwner, LedgerError> {
    Ok(lease_owner_of(std::process::id(), random_bytes(randomness)?))
}
