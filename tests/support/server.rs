//! What every behaviour test needs: throw-away stores, an engine that trusts them, and its own ledger, by a stopped
//! clock.

use std::path::Path;

use recoup::testing::{AppStore, GooglePlay, StoreRequest};
use recoup::{
    Config, Engine, EngineOptions, Event, EventKind, ManualClock, Outcome, Request, Store, Timestamp,
};

/// The time of each test.
pub const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);

/// A server: throw-away stores, a folder with its configuration and ledger, and the engine.
pub struct Server {
    pub apple: AppStore,
    pub google: GooglePlay,
    pub folder: tempfile::TempDir,
    pub engine: Engine,
}

impl Server {
    pub fn new() -> Self {
        Self::with_policy("[]")
    }

    pub fn with_policy(policy: &str) -> Self {
        let (apple, google) = (AppStore::new().unwrap(), GooglePlay::new().unwrap());
        let folder = tempfile::tempdir().unwrap();
        write_config(folder.path(), &apple, &google, policy);
        let config = Config::from_file(folder.path().join("recoup.json")).unwrap();
        let engine = EngineOptions::new().clock(ManualClock::new(NOON)).open(config).unwrap();
        Self { apple, google, folder, engine }
    }

    pub fn ingest(&self, store: &Store, request: &StoreRequest) -> Outcome {
        request.send(|request| self.engine.ingest(store, request)).unwrap()
    }

    /// Sends an App Store body.
    pub fn ingest_apple(&self, body: &[u8]) -> Outcome {
        self.engine.ingest(&Store::AppStore, &Request::of_body(body)).unwrap()
    }

    /// The events that wait, acknowledged on the way.
    pub fn events(&self) -> Vec<Event> {
        let events = self.engine.poll(1000).unwrap();
        for event in &events {
            self.engine.ack(event.id).unwrap();
        }
        events
    }

    pub fn kinds(&self) -> Vec<EventKind> {
        self.events().iter().map(|event| event.kind).collect()
    }
}

fn write_config(folder: &Path, apple: &AppStore, google: &GooglePlay, policy: &str) {
    std::fs::write(folder.join("root.der"), apple.root_der()).unwrap();
    std::fs::write(folder.join("google-keys.json"), google.jwks()).unwrap();
    let config = format!(
        r#"{{"database":"ledger.db",
            "app_store":[{{"bundle_id":{:?},"app_apple_id":{},"environments":["production","sandbox"],
              "extra_roots":["root.der"],"only_extra_roots":true}}],
            "google_play":[{{"package_name":{:?},"push":{{"audience":{:?},"service_account_email":{:?},
              "subscription":{:?},"jwks":"google-keys.json"}}}}],
            "policy":{policy}}}"#,
        apple.bundle_id,
        apple.app_apple_id,
        google.package_name,
        google.audience,
        google.service_account_email,
        google.subscription
    );
    std::fs::write(folder.join("recoup.json"), config).unwrap();
}
