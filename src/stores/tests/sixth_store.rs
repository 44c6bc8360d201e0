//! The made-up store in everything that Recoup does with a store, and the files that it needs beside its folder.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::made_up::testing::MadeUp;
use crate::engine::{DoctorOptions, EngineOptions, ManualClock, ReconcileOptions};
use crate::model::{DoctorArea, EventKind, Health, Purchase, Store, Timestamp};
use crate::stores::{Apis, Sweeps as _, Verifier};
use crate::testing::{TestSigner, sections};
use crate::transport::{HttpRequest, HttpResponse, SystemPacing, Transport, TransportError};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// The store's API: returns these refunds to a client with the key.
struct Api {
    refunds: Value,
    requests: Mutex<Vec<String>>,
}

impl Transport for Api {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        assert_eq!(request.headers().get("Authorization").unwrap(), "Bearer key-1");
        self.requests.lock().unwrap().push(request.url().expose());
        let body = json!({"refunds": self.refunds}).to_string();
        Ok(HttpResponse::new(StatusCode::OK, HeaderMap::new(), body.into_bytes()))
    }
}

#[test]
fn the_sixth_store_is_configured_ingested_swept_and_checked_by_doctor_like_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let store: Store = "made-up".parse().unwrap();
    assert_eq!((&store, store.title()), (&Store::MadeUp, "Made-up Store"));
    let signers: [Box<dyn TestSigner>; 1] = [Box::new(MadeUp::default())];
    let mut config = Value::Object(sections(&signers, folder.path()).unwrap());
    config["made_up"][0]["api_key"] = json!("key-1");
    config["database"] = json!("ledger.db");
    let read = |config: &Value| crate::Config::from_json(config.to_string().as_bytes(), folder.path());
    let mut misspelt = config.clone();
    misspelt["made_up"][0]["api_kye"] = json!("x");
    assert!(read(&misspelt).unwrap_err().to_string().contains("made_up[0].api_kye"));
    let config = read(&config).unwrap();
    let (of, summary) = &config.sections()[0];
    assert_eq!((of, summary.app.as_str()), (&store, "com.example.game"));

    let refund = signers[0].full_refund(1, NOW).unwrap();
    let verifier = Verifier::new(&config).unwrap();
    let verified = refund.request.send(|request| verifier.notification(&store, request, NOW)).unwrap();
    assert_eq!(verified.decoded["order"], "order-1");

    let listed = json!([{"order": "order-2", "refunded_at": NOW.millis() - 1000}]);
    let api = Arc::new(Api { refunds: listed, requests: Mutex::default() });
    let transport: Arc<dyn Transport> = Arc::<Api>::clone(&api);
    let engine = EngineOptions::new()
        .clock(ManualClock::new(NOW))
        .transport(transport)
        .background(false)
        .open(config.clone())
        .unwrap();
    for (user, order) in [("ann", "order-1"), ("ben", "order-2")] {
        engine.record_purchase(Purchase::new(store.clone(), user, order)).unwrap();
    }
    let outcome = refund.request.send(|request| engine.ingest(&store, request)).unwrap();
    assert_eq!((outcome.http_status, outcome.new, outcome.user.as_deref()), (200, true, Some("ann")));
    assert!(engine.is_blocked("ann") && !engine.is_blocked("ben"));

    let only = ReconcileOptions { stores: vec![store.clone()], since: None };
    let swept = engine.reconcile(&only, |_| {}).unwrap();
    assert_eq!((swept.sweeps.len(), swept.sweeps[0].new, swept.is_whole()), (1, 1, true), "{swept:?}");
    assert!(engine.is_blocked("ben"));
    let events = engine.poll(10).unwrap();
    let notified: Vec<_> = events.iter().filter(|event| event.kind == EventKind::Refund).collect();
    assert_eq!(notified.len(), 2, "{events:?}");
    assert!(api.requests.lock().unwrap()[0].starts_with("https://api.made-up.example/refunds?from="));

    let pacing = Arc::new(SystemPacing::new());
    let apis = Apis::new(&config, Arc::<Api>::clone(&api), pacing).unwrap();
    assert_eq!(apis.made_up().unwrap().apps(), ["com.example.game"]);

    let report = engine.doctor(&DoctorOptions::new(), |_| {});
    let found = |area: DoctorArea| {
        let of_store = report.findings.iter().filter(|finding| finding.store.as_ref() == Some(&store));
        of_store.filter(|finding| finding.area == area).map(|finding| finding.health).collect::<Vec<_>>()
    };
    for area in [DoctorArea::Configuration, DoctorArea::Credentials, DoctorArea::Webhooks, DoctorArea::Sweeps]
    {
        assert_eq!(found(area), [Health::Ok], "{area:?}: {report:#?}");
    }
}

/// The files of the recipe in ARCHITECTURE.md, without pages of documentation.
#[test]
fn the_sixth_store_needs_its_row_and_a_module_line_outside_of_its_folder() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut naming = BTreeSet::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            if ["::made_up", "MadeUp"].iter().any(|name| text.contains(name)) {
                naming.insert(path.strip_prefix(&source).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    // A library's schemas are committed, so the test of that leaves the sixth store out.
    naming.retain(|path| !path.starts_with("stores/tests/") && path != "schemas/tests.rs");
    assert_eq!(naming.into_iter().collect::<Vec<_>>(), ["store_table.rs", "stores/mod.rs"]);
}
