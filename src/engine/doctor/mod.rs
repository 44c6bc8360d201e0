//! Checks what an engine needs, before it is needed: keys, credentials, clocks, whether the stores can be reached and
//! reach us, what waits for somebody, the ledger's file.
//!
//! Nothing is changed by it: what is written to the ledger to see that it can be is taken back, and the stores are asked
//! harmless questions, once each. What one store does not answer stops no other.

mod ledger;
mod no_answer;
mod refusals;
mod store;
mod stores;
mod sweeps;
mod test_notification;
mod witness;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use super::clock::Clock;
use super::options::{self, EngineOptions};
use super::stopping::UntilStopped;
use crate::config::{Config, LimitsSection};
use crate::ledger::{LedgerError, Read, Readers};
use crate::model::{DoctorArea, DoctorReport, Finding, Health, Store, Timestamp};
use crate::shown::{hide_secrets, shown};
use crate::stores::{KeySources, Noted};
use crate::transport::{Pacing, SystemPacing, Transport};
use witness::Witness;

/// How long one question may take where nothing else is said: an operator waits.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// The longest facts of a finding, in characters: they repeat stores' words, and those of strangers' messages.
const MAX_FACTS: usize = 2000;

/// What doctor checks beside the rest, and how it waits.
#[derive(Clone)]
pub struct DoctorOptions {
    test_notification: bool,
    time_limit: Duration,
    pacing: Arc<dyn Pacing>,
}

impl Default for DoctorOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl DoctorOptions {
    /// No test notification, 15 seconds a question, the machine's clocks.
    #[must_use]
    pub fn new() -> Self {
        Self { test_notification: false, time_limit: TIME_LIMIT, pacing: Arc::new(SystemPacing::new()) }
    }

    /// Whether Apple is asked to send a test notification to the URLs in App Store Connect, and what becomes of it is
    /// waited for, for a minute at most.
    #[must_use]
    pub const fn app_store_test_notification(mut self, asked: bool) -> Self {
        self.test_notification = asked;
        self
    }

    /// How long a store may take to answer one question; 15 seconds where it is not set. What takes longer is found to
    /// be out of reach.
    #[must_use]
    pub const fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How it waits and measures, for tests.
    #[must_use]
    pub fn pacing(mut self, pacing: Arc<dyn Pacing>) -> Self {
        self.pacing = pacing;
        self
    }
}

impl fmt::Debug for DoctorOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoctorOptions")
            .field("test_notification", &self.test_notification)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Checks the configuration this engine was opened with, its stores, its clock and its ledger. `progress` is called
    /// on this thread with each finding as it is made.
    ///
    /// Asks each store one or two harmless questions, without repeating them, and changes nothing; to see that the ledger
    /// can be written, a megabyte is written to it and taken back. Waits for the stores: at most 15 seconds a question,
    /// where [`time_limit`](DoctorOptions::time_limit) says nothing else, and a minute for a test notification.
    #[must_use]
    pub fn doctor(&self, options: &DoctorOptions, progress: impl FnMut(&Finding)) -> DoctorReport {
        let transport = self.transport.clone().map(|inner| {
            let until_stopped: Arc<dyn Transport> =
                Arc::new(UntilStopped { inner, stopping: Arc::clone(&self.stores.stopping) });
            until_stopped
        });
        let mut found = Found::new(self.now(), progress);
        if let Err(error) = self.ledger.lost() {
            found.add(None, DoctorArea::Ledger, ledger::lost(&error));
        }
        check(&self.config, transport, self.keys.clone(), &*self.clock, options, found)
    }
}

impl EngineOptions {
    /// As [`Engine::doctor`], for an engine that is not open, and perhaps cannot be: what keeps it from being opened is
    /// found as well. Makes no ledger, and changes nothing in one that is there.
    #[must_use]
    pub fn doctor(
        self,
        config: &Config,
        options: &DoctorOptions,
        progress: impl FnMut(&Finding),
    ) -> DoctorReport {
        let mut found = Found::new(self.clock.now(), progress);
        let transport = match self.transport {
            Some(transport) => Some(transport),
            None => options::ready_client().unwrap_or_else(|error| {
                found.add(
                    None,
                    DoctorArea::Configuration,
                    Noted::broken(
                        "no_client",
                        format!("no request can be sent: {error}"),
                        "Look at HTTPS_PROXY, ALL_PROXY and NO_PROXY in the environment.",
                    ),
                );
                None
            }),
        };
        check(config, transport, self.keys, &*self.clock, options, found)
    }
}

fn check<P: FnMut(&Finding)>(
    config: &Config,
    transport: Option<Arc<dyn Transport>>,
    given: KeySources,
    clock: &dyn Clock,
    options: &DoctorOptions,
    mut found: Found<P>,
) -> DoctorReport {
    let witness =
        transport.map(|inner| Arc::new(Witness::new(inner, Arc::clone(&options.pacing), options.time_limit)));
    let keys = match &witness {
        Some(witness) => {
            let transport: Arc<dyn Transport> = Arc::<Witness>::clone(witness);
            given.or_over(&transport)
        }
        None => given,
    };
    let (file, readers) = ledger::file(config.database.as_deref());
    let bench = Bench {
        witness,
        keys,
        clock,
        options,
        readers: readers.as_ref(),
        every: config.reconcile.every(),
        limits: config.limits,
    };
    stores::check(config, &bench, &mut found);
    for noted in file {
        found.add(None, DoctorArea::Ledger, noted);
    }
    refusals::check(&bench, &mut found);
    ledger::backlog(&bench, &mut found);
    found.end()
}

/// What all of a doctor run shares.
struct Bench<'a> {
    witness: Option<Arc<Witness>>,
    keys: KeySources,
    clock: &'a dyn Clock,
    options: &'a DoctorOptions,
    /// The ledger, where there is one that can be read.
    readers: Option<&'a Readers>,
    every: Option<crate::model::Span>,
    limits: LimitsSection,
}

impl Bench<'_> {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Asks the ledger; `None` where there is none.
    fn ask<T>(&self, query: impl FnOnce(Read<'_>) -> Result<T, LedgerError>) -> Option<Result<T, Noted>> {
        let readers = self.readers?;
        Some(readers.read(query).map_err(|error| {
            Noted::broken(
                "ledger_unreadable",
                format!("the ledger does not answer: {error}"),
                "If this stays, put a copy of the ledger aside, and restore the last good one.",
            )
        }))
    }
}

/// Which section a finding is of.
#[derive(Clone, Copy)]
struct Of<'a> {
    store: &'a Store,
    app: &'a str,
}

/// What was found so far.
struct Found<P> {
    at: Timestamp,
    findings: Vec<Finding>,
    progress: P,
}

impl<P: FnMut(&Finding)> Found<P> {
    const fn new(at: Timestamp, progress: P) -> Self {
        Self { at, findings: Vec::new(), progress }
    }

    fn add(&mut self, of: Option<Of<'_>>, area: DoctorArea, noted: Noted) {
        self.push(of.map(|of| of.store.clone()), of.map(|of| of.app), area, noted);
    }

    /// Adds what is of all of a store's sections.
    fn add_of_store(&mut self, store: &Store, area: DoctorArea, noted: Noted) {
        self.push(Some(store.clone()), None, area, noted);
    }

    fn push(&mut self, store: Option<Store>, app: Option<&str>, area: DoctorArea, noted: Noted) {
        let finding = Finding {
            health: noted.health,
            area,
            code: noted.code.to_owned(),
            store,
            // A secret that was pasted into the wrong key must not come out here.
            app: app.map(hide_secrets),
            facts: shown(&noted.facts, MAX_FACTS),
            advice: noted.advice,
        };
        (self.progress)(&finding);
        self.findings.push(finding);
    }

    fn end(self) -> DoctorReport {
        let health = self.findings.iter().map(|finding| finding.health).max().unwrap_or(Health::Ok);
        DoctorReport { at: self.at, health, findings: self.findings }
    }
}
