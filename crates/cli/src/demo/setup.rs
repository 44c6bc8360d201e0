//! The demo's setup: throw-away stores, and a configuration that trusts only them.

use std::path::Path;

use recoup::{Config, Engine, EngineOptions, Verifier};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::amazon::AmazonScenes;
use super::app_store::AppStoreScenes;
use super::books::PACK;
use super::google_play::GooglePlayScenes;
use super::one_store::OneStoreScenes;
use super::receiver::Receiver;
use super::stripe::StripeScenes;
use super::webhooks;
use crate::exit::Failure;

const ROOT: &str = "throw-away-root.der";
const KEYS: &str = "throw-away-keys.json";
const CERTIFICATE: &str = "throw-away-sns.pem";

/// Stores, and a temporary folder.
pub(super) struct Setup {
    folder: TempDir,
    pub(super) app_store: AppStoreScenes,
    pub(super) google_play: GooglePlayScenes,
    pub(super) one_store: OneStoreScenes,
    pub(super) stripe: StripeScenes,
    pub(super) amazon: AmazonScenes,
}

impl Setup {
    pub(super) fn build() -> Result<Self, Failure> {
        let setup = Self {
            folder: TempDir::new()?,
            app_store: AppStoreScenes::new()?,
            google_play: GooglePlayScenes::new()?,
            one_store: OneStoreScenes::new()?,
            stripe: StripeScenes::new()?,
            amazon: AmazonScenes::new()?,
        };
        std::fs::write(setup.folder().join(ROOT), setup.app_store.root())?;
        std::fs::write(setup.folder().join(KEYS), setup.google_play.keys())?;
        std::fs::write(setup.folder().join(CERTIFICATE), setup.amazon.certificate()?)?;
        Ok(setup)
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An engine over a ledger of this name.
    pub(super) fn open(&self, ledger: &str) -> Result<Engine, Failure> {
        Ok(Engine::open(read(&self.config(ledger)?, self.folder())?)?)
    }

    /// The same, with endpoints at this receiver. It sends when it is called to, so that the demo's steps stay in order.
    pub(super) fn open_with_webhooks(&self, ledger: &str, receiver: &Receiver) -> Result<Engine, Failure> {
        let mut config = self.config(ledger)?;
        (config["webhooks"], config["catalogue"]) = webhooks::sections(receiver)?;
        Ok(EngineOptions::new().background(false).open(read(&config, self.folder())?)?)
    }

    pub(super) fn verifier(&self) -> Result<Verifier, Failure> {
        Ok(Verifier::new(&read(&self.config("ledger.db")?, self.folder())?)?)
    }

    /// The same JSON as a game server's configuration file.
    fn config(&self, ledger: &str) -> Result<Value, Failure> {
        let mut app_store = self.app_store.section();
        app_store["extra_roots"] = json!([ROOT]);
        app_store["only_extra_roots"] = json!(true);
        let mut google_play = self.google_play.section();
        google_play["push"]["jwks"] = json!(KEYS);
        let mut amazon = self.amazon.section();
        amazon["certificate"] = json!(CERTIFICATE);
        Ok(json!({
            "database": ledger,
            "app_store": [app_store],
            "google_play": [google_play],
            "one_store": [self.one_store.section()?],
            "stripe": [self.stripe.section()],
            "amazon": [amazon],
            "policy": [
                {
                    "name": "small refunds only alert",
                    "match": {"amount": {"at_most": {"micros": 5_000_000, "currency": "USD"}}},
                    "action": "alert",
                },
                {
                    "name": "packs block until repaid",
                    "match": {"product": PACK},
                    "action": {"block": "repaid"},
                },
            ],
        }))
    }
}

fn read(config: &Value, folder: &Path) -> Result<Config, Failure> {
    Ok(Config::from_json(config.to_string().as_bytes(), folder)?)
}
