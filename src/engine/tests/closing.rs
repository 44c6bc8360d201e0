//! Closing an engine during a background sweep, with a request in progress.

use std::sync::{Mutex, OnceLock};

use serde_json::json;

use super::*;
use crate::engine::stopping::Stopping;
use crate::transport::http::{HeaderMap, StatusCode};
use crate::transport::{HttpRequest, HttpResponse, TransportError};

/// Longer than any test takes: a success comes sooner.
const PATIENCE: Duration = Duration::from_secs(120);

/// Stripe with ten refunds a page, which returns the third page only once the engine is closing.
#[derive(Default)]
struct Slow {
    requests: Mutex<Vec<String>>,
    stopping: OnceLock<Arc<Stopping>>,
}

impl Slow {
    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

impl Transport for Slow {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = request.url().expose();
        let number = {
            let mut requests = self.requests.lock().unwrap();
            requests.push(url.clone());
            requests.len()
        };
        if number == 3 {
            eventually("it was not closed", || {
                self.stopping.get().is_some_and(|stopping| stopping.is_stopped())
            });
        }
        let after = url.split_once("starting_after=re_").map_or(0, |(_, n)| n.parse::<i64>().unwrap() + 1);
        let is_refunds = url.contains("/v1/refunds");
        let refund = |n: i64| {
            json!({"id": format!("re_{n}"), "amount": 100, "currency": "usd",
                   "charge": {"id": format!("ch_{n}"), "amount": 200, "currency": "usd", "captured": true},
                   "created": NOON.secs() - n, "status": "succeeded", "metadata": {}})
        };
        let data: Vec<_> = (after..after + 10).filter(|_| is_refunds).map(refund).collect();
        let body = json!({"object": "list", "data": data, "has_more": is_refunds && after < 50});
        Ok(HttpResponse::new(StatusCode::OK, HeaderMap::new(), body.to_string().into_bytes()))
    }
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

fn open(folder: &std::path::Path, transport: &Arc<Slow>, background: bool) -> Engine {
    let config = json!({"database": "ledger.db",
        "stripe": [{"name": "shop", "webhook_secrets": ["whsec_0123456789abcdef"], "api_key": "rk_live_51abcdefghwxyz"}]});
    let config = Config::from_json(config.to_string().as_bytes(), folder).unwrap();
    EngineOptions::new()
        .clock(ManualClock::new(NOON))
        .transport(Arc::<Slow>::clone(transport))
        .background(background)
        .open(config)
        .unwrap()
}

#[test]
fn the_page_being_requested_is_ingested_and_no_further_one_is_requested() {
    let folder = tempfile::tempdir().unwrap();
    let slow = Arc::new(Slow::default());
    let engine = open(folder.path(), &slow, true);
    slow.stopping.set(Arc::clone(&engine.stores.stopping)).unwrap();
    eventually("there was no background sweep", || slow.requests() == 3);
    engine.close().unwrap();
    assert_eq!(slow.requests(), 3);

    let engine = open(folder.path(), &slow, false);
    let count = || engine.refunds(&RefundFilter::default(), None, 1000).unwrap().items.len();
    assert_eq!(count(), 30, "every answered page is ingested");
    let row = engine.ledger.readers.read(|read| read.sweep(&Store::Stripe, "shop")).unwrap().unwrap();
    assert_eq!(row.under_way.as_ref().unwrap().page.as_deref(), Some("refunds:re_29"));
    assert_eq!((row.swept_until, row.held_by_another(&[0; 16], NOON, Span::from_days(1))), (None, None));

    assert_eq!(row.error, None, "the store did not fail");

    let swept = engine.reconcile(&ReconcileOptions::default(), |_| {}).unwrap().sweeps.remove(0);
    assert!(swept.resumed && swept.ended.is_complete(), "{swept:?}");
    assert_eq!((swept.new, count()), (30, 60));
    assert!(slow.requests.lock().unwrap()[3].contains("starting_after=re_29"));
}
