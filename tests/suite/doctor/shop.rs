//! A game that sells at all five stores, the stores, and what a doctor run of it found.

use std::sync::Arc;

use recoup::testing::{Amazon, GooglePlay, OneStore, Stripe};
use recoup::transport::Transport;
use recoup::{
    Config, DoctorArea, DoctorOptions, DoctorReport, Engine, EngineOptions, Finding, Health, ManualClock,
    Store, Timestamp,
};
use recoup_tests::amazon_rvs::RvsEmulator;
use recoup_tests::app_store_api::{self, AppStoreServers};
use recoup_tests::google_api::{GoogleApi, Key, PACKAGE};
use recoup_tests::one_store_api::OneStoreEmulator;
use recoup_tests::pacing::ManualPacing;
use recoup_tests::stripe_api::StripeEmulator;
use serde_json::{Value, json};

pub(crate) const NOW: Timestamp = app_store_api::NOW;
pub(crate) const STRIPE_KEY: &str = "rk_live_51abcdefghwxyz";
pub(crate) const ONE_SECRET: &str = "one-store-s3cret";
pub(crate) const AMAZON_SECRET: &str = "2:amazon-s3cret";

/// A game that sells at all five stores, and the stores.
pub(crate) struct Shop {
    pub(crate) apple: AppStoreServers,
    pub(crate) google: GoogleApi,
    pub(crate) one_store: OneStoreEmulator,
    pub(crate) stripe: StripeEmulator,
    pub(crate) rvs: RvsEmulator,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) config: Value,
    pub(crate) pacing: Arc<ManualPacing>,
    /// Who signs Stripe's events.
    pub(crate) events: Stripe,
    /// The transport to the stores; the ready client where there is none.
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) now: Timestamp,
}

impl Shop {
    pub(crate) fn new() -> Self {
        let (apple, google) = (AppStoreServers::start(), GoogleApi::start(NOW));
        let signer = OneStore::new().unwrap();
        let one_store = OneStoreEmulator::start(&signer.client_id, ONE_SECRET, NOW.millis());
        let stripe = StripeEmulator::start(STRIPE_KEY, None, NOW.secs());
        let rvs = RvsEmulator::start(AMAZON_SECRET);
        let (amazon, events) = (Amazon::new().unwrap(), Stripe::new().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
        file("key.p8", apple.key.p8().as_bytes());
        file("production.der", apple.production.store.root_der());
        file("sandbox.der", apple.sandbox.store.root_der());
        file("google-keys.json", GooglePlay::new().unwrap().jwks().as_bytes());
        file("sns.pem", amazon.certificate().unwrap().as_bytes());
        Key::number(0)
            .write_file(&folder.path().join("account.json"), &google.server.url().segment("token").expose());
        let mut section = apple.section();
        section["extra_roots"] = json!(["production.der", "sandbox.der"]);
        let config = json!({
            "database": "ledger.db",
            "app_store": [section],
            "google_play": [{
                "package_name": PACKAGE,
                "push": {"audience": "a", "service_account_email": "e", "jwks": "google-keys.json"},
                "service_account": "account.json",
                "api_url": google.server.url().expose(),
            }],
            "one_store": [{
                "client_id": signer.client_id, "license_key": signer.license_key().unwrap(),
                "client_secret": ONE_SECRET, "api_url": one_store.url().expose(),
            }],
            "stripe": [{
                "name": "web shop", "webhook_secrets": [events.webhook_secret],
                "api_key": STRIPE_KEY, "api_url": stripe.url().expose(),
            }],
            "amazon": [{
                "package_name": "com.example.game", "topic_arn": amazon.topic_arn, "certificate": "sns.pem",
                "shared_secret": AMAZON_SECRET, "rvs_url": rvs.url().expose(),
            }],
        });
        let pacing = ManualPacing::at(NOW);
        let (transport, now) = (None, NOW);
        Self { apple, google, one_store, stripe, rvs, folder, config, pacing, events, transport, now }
    }

    /// A shop that sells at this store only.
    pub(crate) fn of(store: &str) -> Self {
        let mut shop = Self::new();
        shop.config = json!({"database": "ledger.db", store: shop.config[store]});
        shop
    }

    /// The stores that it sells in, in the order of the table.
    pub(crate) fn stores(&self) -> Vec<Store> {
        self.config().sections().into_iter().map(|(store, _)| store).collect()
    }

    pub(crate) fn config(&self) -> Config {
        Config::from_json(self.config.to_string().as_bytes(), self.folder.path()).unwrap()
    }

    pub(crate) fn options(&self) -> EngineOptions {
        let options = EngineOptions::new().clock(ManualClock::new(self.now)).background(false);
        match &self.transport {
            Some(transport) => options.transport(Arc::clone(transport)),
            None => options,
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        self.options().open(self.config()).unwrap()
    }

    /// The doctor run, which never holds a secret.
    pub(crate) fn doctor_with(&self, options: DoctorOptions) -> DoctorReport {
        let report = self.options().doctor(&self.config(), &options.pacing(self.pacing.clone()), |_| {});
        let shown = format!("{} {report:?}", serde_json::to_string(&report).unwrap());
        for secret in [STRIPE_KEY, ONE_SECRET, AMAZON_SECRET, "whsec_", "ya29.", "eyJ", "BEGIN PRIVATE KEY"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        for finding in &report.findings {
            assert_eq!(finding.health == Health::Ok, finding.advice.is_none(), "{finding:?}");
        }
        report
    }

    pub(crate) fn doctor(&self) -> DoctorReport {
        self.doctor_with(DoctorOptions::new())
    }

    pub(crate) fn test_notification(&self) -> Vec<Finding> {
        let mut found = self.doctor_with(DoctorOptions::new().app_store_test_notification(true)).findings;
        found.retain(|finding| finding.area == DoctorArea::TestNotification);
        found
    }
}

pub(crate) fn of(report: &DoctorReport, store: &Store, area: DoctorArea) -> Vec<(Health, String)> {
    let findings = report.findings.iter();
    findings
        .filter(|finding| finding.store.as_ref() == Some(store) && finding.area == area)
        .map(|finding| (finding.health, finding.code.clone()))
        .collect()
}

pub(crate) fn has(report: &DoctorReport, health: Health, code: &str) -> bool {
    report.findings.iter().any(|finding| finding.health == health && finding.code == code)
}

/// The one finding of this code.
pub(crate) fn the<'a>(report: &'a DoctorReport, code: &str) -> &'a Finding {
    let mut found = report.findings.iter().filter(|finding| finding.code == code);
    match (found.next(), found.next()) {
        (Some(one), None) => one,
        _ => panic!("not one {code} in {report:#?}"),
    }
}

/// Asserts that a finding's facts and advice contain these words.
pub(crate) fn mentions(finding: &Finding, facts: &str, advice: &str) {
    assert!(finding.facts.contains(facts), "{facts:?} in {finding:#?}");
    let reported = finding.advice.as_deref().unwrap_or_default();
    assert!(reported.contains(advice), "{advice:?} in {finding:#?}");
}
