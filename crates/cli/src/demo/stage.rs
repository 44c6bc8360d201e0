//! What the demo plays on: throw-away stores, and a configuration that trusts them and nobody else.

use std::path::Path;

use recoup::{Config, Engine, Verifier};
use serde_json::json;
use tempfile::TempDir;

use super::amazon::Appstore;
use super::app_store::Apple;
use super::google_play::Google;
use super::one_store::Korea;
use super::stripe::WebShop;
use crate::exit::Failure;

const ROOT: &str = "throw-away-root.der";
const KEYS: &str = "throw-away-keys.json";
const CERTIFICATE: &str = "throw-away-sns.pem";

/// Stores, and a folder that goes away with it.
pub(super) struct Stage {
    folder: TempDir,
    pub(super) apple: Apple,
    pub(super) google: Google,
    pub(super) korea: Korea,
    pub(super) web_shop: WebShop,
    pub(super) appstore: Appstore,
}

impl Stage {
    pub(super) fn build() -> Result<Self, Failure> {
        let stage = Self {
            folder: TempDir::new()?,
            apple: Apple::new()?,
            google: Google::new()?,
            korea: Korea::new()?,
            web_shop: WebShop::new()?,
            appstore: Appstore::new()?,
        };
        std::fs::write(stage.folder().join(ROOT), stage.apple.root())?;
        std::fs::write(stage.folder().join(KEYS), stage.google.keys())?;
        std::fs::write(stage.folder().join(CERTIFICATE), stage.appstore.certificate()?)?;
        Ok(stage)
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// An engine over a ledger of this name.
    pub(super) fn open(&self, ledger: &str) -> Result<Engine, Failure> {
        Ok(Engine::open(self.config(ledger)?)?)
    }

    pub(super) fn verifier(&self) -> Result<Verifier, Failure> {
        Ok(Verifier::new(&self.config("ledger.db")?)?)
    }

    /// The same JSON that a game server keeps in a file.
    fn config(&self, ledger: &str) -> Result<Config, Failure> {
        let mut app_store = self.apple.section();
        app_store["extra_roots"] = json!([ROOT]);
        app_store["only_extra_roots"] = json!(true);
        let mut google_play = self.google.section();
        google_play["push"]["jwks"] = json!(KEYS);
        let mut amazon = self.appstore.section();
        amazon["certificate"] = json!(CERTIFICATE);
        let config = json!({
            "database": ledger,
            "app_store": [app_store],
            "google_play": [google_play],
            "one_store": [self.korea.section()?],
            "stripe": [self.web_shop.section()],
            "amazon": [amazon],
            "policy": [{
                "name": "small refunds only alert",
                "match": {"amount": {"at_most": {"micros": 5_000_000, "currency": "USD"}}},
                "action": "alert",
            }],
        });
        Ok(Config::from_json(config.to_string().as_bytes(), self.folder())?)
    }
}
