//! Doctor: checks what an engine needs before it is needed: keys, credentials, clocks, connections to and from the
//! stores, what waits for an operator, the ledger's file.
//!
//! It changes nothing: the trial write to the ledger is rolled back, and each store gets harmless requests, once
//! each. A store that does not answer does not affect the others.

mod bodies;
mod ledger;
mod no_answer;
mod recording;
mod refusals;
mod store;
mod stores;
mod sums;
mod sweeps;
mod test_notification;
mod webhooks;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use super::clock::Clock;
use super::options::{self, EngineOptions};
use super::stopping::UntilStopped;
use crate::config::{Config, LimitsSection, RetentionSection};
use crate::ledger::{LedgerError, Read, Readers};
use crate::model::{DoctorArea, DoctorReport, Finding, Health, Store, Timestamp};
use crate::shown::{hide_secrets, shown};
use crate::stores::{KeySources, SectionFinding};
use crate::transport::{Pacing, SystemPacing, Transport};
use recording::RecordingTransport;

/// The default time limit of one request: an operator waits.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// The longest facts of a finding, in characters: they repeat stores' messages, and those of strangers.
const MAX_FACTS: usize = 2000;

/// Options of a doctor run.
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
    /// No test notification, 15 seconds per request, the system's clocks.
    #[must_use]
    pub fn new() -> Self {
        Self { test_notification: false, time_limit: TIME_LIMIT, pacing: Arc::new(SystemPacing::new()) }
    }

    /// Whether to request a test notification from Apple to the URLs in App Store Connect, and wait for its outcome,
    /// for a minute at most.
    #[must_use]
    pub const fn app_store_test_notification(mut self, requested: bool) -> Self {
        self.test_notification = requested;
        self
    }

    /// How long a store may take to answer one request; 15 seconds by default. A store that takes longer counts as
    /// unreachable.
    #[must_use]
    pub const fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Replaces the clocks, for tests.
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
    /// Checks the configuration this engine was opened with, its stores, its clock and its ledger. `progress` is
    /// called on this thread with each finding.
    ///
    /// Sends each store one or two harmless requests, without retries, and changes nothing; to check that the ledger
    /// is writable, a megabyte is written to it and rolled back. Waits for the stores: at most 15 seconds per
    /// request, unless [`time_limit`](DoctorOptions::time_limit) is set, and a minute for a test notification.
    #[must_use]
    pub fn doctor(&self, options: &DoctorOptions, progress: impl FnMut(&Finding)) -> DoctorReport {
        let transport = self.transport.clone().map(|inner| {
            let until_stopped: Arc<dyn Transport> =
                Arc::new(UntilStopped { inner, stopping: Arc::clone(&self.stores.stopping) });
            until_stopped
        });
        let mut findings = Findings::new(self.now(), progress);
        if let Err(error) = self.ledger.lost() {
            findings.add(None, DoctorArea::Ledger, ledger::lost(&error));
        }
        check(&self.config, transport, self.keys.clone(), &*self.clock, options, findings)
    }
}

impl EngineOptions {
    /// As [`Engine::doctor`], without an open engine: it also finds what prevents opening one. Creates no ledger, and
    /// changes nothing in an existing one.
    #[must_use]
    pub fn doctor(
        self,
        config: &Config,
        options: &DoctorOptions,
        progress: impl FnMut(&Finding),
    ) -> DoctorReport {
        let mut findings = Findings::new(self.clock.now(), progress);
        let transport = match self.transport {
            Some(transport) => Some(transport),
            None => options::ready_client().unwrap_or_else(|error| {
                findings.add(
                    None,
                    DoctorArea::Configuration,
                    SectionFinding::broken(
                        "no_client",
                        format!("no request can be sent: {error}"),
                        "Check HTTPS_PROXY, ALL_PROXY and NO_PROXY in the environment.",
                    ),
                );
                None
            }),
        };
        check(config, transport, self.keys, &*self.clock, options, findings)
    }
}

fn check<P: FnMut(&Finding)>(
    config: &Config,
    transport: Option<Arc<dyn Transport>>,
    given: KeySources,
    clock: &dyn Clock,
    options: &DoctorOptions,
    mut findings: Findings<P>,
) -> DoctorReport {
    let recording = transport.map(|inner| {
        Arc::new(RecordingTransport::new(inner, Arc::clone(&options.pacing), options.time_limit))
    });
    let keys = match &recording {
        Some(recording) => {
            let transport: Arc<dyn Transport> = Arc::<RecordingTransport>::clone(recording);
            given.or_over(&transport)
        }
        None => given,
    };
    let (file, readers) = ledger::file(config.database.as_deref());
    let context = DoctorContext {
        recording,
        keys,
        clock,
        options,
        readers: readers.as_ref(),
        every: config.reconcile.every(),
        limits: config.limits,
        retention: config.retention,
    };
    stores::check(config, &context, &mut findings);
    for noted in file {
        findings.add(None, DoctorArea::Ledger, noted);
    }
    refusals::check(&context, &mut findings);
    ledger::backlog(&context, &mut findings);
    sums::check(&context, &mut findings);
    webhooks::check(config, &context, &mut findings);
    bodies::check(&context, &mut findings);
    findings.report()
}

/// What the checks of a doctor run share.
struct DoctorContext<'a> {
    recording: Option<Arc<RecordingTransport>>,
    keys: KeySources,
    clock: &'a dyn Clock,
    options: &'a DoctorOptions,
    /// The ledger, if it can be read.
    readers: Option<&'a Readers>,
    every: Option<crate::model::Span>,
    limits: LimitsSection,
    retention: RetentionSection,
}

impl DoctorContext<'_> {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads from the ledger; `None` if there is none.
    fn read<T>(
        &self,
        query: impl FnOnce(Read<'_>) -> Result<T, LedgerError>,
    ) -> Option<Result<T, SectionFinding>> {
        let readers = self.readers?;
        Some(readers.read(query).map_err(|error| {
            SectionFinding::broken(
                "ledger_unreadable",
                format!("the ledger cannot be read: {error}"),
                "If this persists, keep a copy of the ledger, and restore the last good backup.",
            )
        }))
    }
}

/// The section of a finding.
#[derive(Clone, Copy)]
struct Subject<'a> {
    store: &'a Store,
    app: &'a str,
}

/// Collects the findings.
struct Findings<P> {
    at: Timestamp,
    findings: Vec<Finding>,
    progress: P,
}

impl<P: FnMut(&Finding)> Findings<P> {
    const fn new(at: Timestamp, progress: P) -> Self {
        Self { at, findings: Vec::new(), progress }
    }

    fn add(&mut self, of: Option<Subject<'_>>, area: DoctorArea, noted: SectionFinding) {
        self.push(of.map(|of| of.store.clone()), of.map(|of| of.app), area, noted);
    }

    /// Adds a finding about all of a store's sections.
    fn add_of_store(&mut self, store: &Store, area: DoctorArea, noted: SectionFinding) {
        self.push(Some(store.clone()), None, area, noted);
    }

    fn push(&mut self, store: Option<Store>, app: Option<&str>, area: DoctorArea, noted: SectionFinding) {
        let finding = Finding {
            health: noted.health,
            area,
            code: noted.code.to_owned(),
            store,
            // A secret that was pasted into the wrong key must not be printed.
            app: app.map(hide_secrets),
            facts: shown(&noted.facts, MAX_FACTS),
            advice: noted.advice,
        };
        (self.progress)(&finding);
        self.findings.push(finding);
    }

    fn report(self) -> DoctorReport {
        let health = self.findings.iter().map(|finding| finding.health).max().unwrap_or(Health::Ok);
        DoctorReport { at: self.at, health, findings: self.findings }
    }
}
