//! An engine that is closed while it sweeps by itself, with a request under way.

use std::sync::Arc;
use std::time::Duration;

use recoup::transport::{HttpClient, HttpRequest, HttpResponse, Transport, TransportError};
use recoup::{Engine, EngineOptions, RefundFilter};

use super::stripe::Shop;
use super::{reconcile, seen};

/// Longer than any test takes. What is waited for ends sooner, or never.
const PATIENCE: Duration = Duration::from_secs(120);

/// The ready client, which fails sooner: long enough for a busy machine to answer, where it does.
struct Impatient(HttpClient);

impl Transport for Impatient {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        self.0.send(&request.clone().timeout(Duration::from_secs(3)))
    }
}

/// An engine that sweeps by itself as soon as it is opened.
fn working(shop: &Shop) -> Engine {
    let config = recoup::Config::from_file(shop.folder.path().join("holed.json")).unwrap();
    EngineOptions::new().transport(Arc::new(Impatient(HttpClient::new().unwrap()))).open(config).unwrap()
}

fn count(engine: &Engine) -> usize {
    engine.refunds(&RefundFilter::default(), None, 1000).unwrap().items.len()
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
    }
}

#[test]
fn a_request_to_a_store_that_never_answers_times_out_and_is_not_repeated() {
    let shop = Shop::new();
    shop.fill();
    let server = &shop.emulator.server;
    let known = count(&shop.engine("holed"));
    server.hold_after(1);
    let engine = working(&shop);
    until("there was no background sweep", || server.holds_one());
    engine.close().unwrap();
    let requests = shop.emulator.received().len();
    server.release();
    let now_known = count(&shop.engine("holed"));
    assert!(known < now_known && now_known < 900, "the page before is in: {known} {now_known}");
    assert_eq!(shop.emulator.received().len(), requests);
    let next = shop.engine("holed");
    let swept = reconcile(&next).sweeps.remove(0);
    assert!(swept.resumed && swept.ended.is_complete(), "{swept:?}");
    assert_eq!(usize::try_from(swept.new).unwrap(), 900 - now_known);
    assert_eq!(seen(&next), seen(&shop.engine("whole")));
}
