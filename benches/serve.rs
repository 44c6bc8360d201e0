//! Refunds over HTTP on loopback, answered when they are durable, beside a bare `axum` server that only reads the body
//! and answers, and beside the engine without HTTP.
//!
//! The client runs on the same processors: its cost is in every figure over HTTP.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot be set up has nothing to say")]
#![allow(clippy::print_stdout, reason = "the table at the end is what this is run for")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use recoup::app_store::NotificationType;
use recoup::gateway::{Gateway, GatewayOptions};
use recoup::testing::{AppStore, StoreRequest};
use recoup::{Config, Engine, EngineOptions, ManualClock, Purchase, Request, Store, Timestamp};
use recoup_tests::raw_http::{Connection, post};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const CONNECTIONS: [usize; 2] = [1, 64];
const EACH: [usize; 2] = [500, 10_000];

fn main() {
    let apple = AppStore::new().unwrap();
    let most = EACH.iter().copied().max().unwrap_or(0);
    let requests: Vec<StoreRequest> = (0..most).map(|n| refund(&apple, n)).collect();
    let wire: Vec<Vec<u8>> = requests.iter().map(|request| post("/v1/app-store", request)).collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("root.der"), apple.root_der()).unwrap();
    let (_runtime, bare) = bare_axum();

    println!("{:<52} {:>12} {:>14}", "App Store refunds over loopback", "a second", "mean time");
    for (callers, count) in CONNECTIONS.into_iter().zip(EACH) {
        let read = over_http(bare, callers, &wire[..count]);
        let engine = engine(&apple, folder.path(), &format!("engine-{callers}.db"), count);
        let ingested = run(
            callers,
            count,
            || (),
            |(), n| {
                let taken = engine.ingest(&Store::AppStore, &Request::of_body(&requests[n].body));
                assert!(taken.unwrap().new);
            },
        );
        let engine = self::engine(&apple, folder.path(), &format!("serve-{callers}.db"), count);
        let engine = Arc::new(engine);
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let gateway = Gateway::bind(Arc::clone(&engine), loopback, GatewayOptions::new()).unwrap();
        let served = over_http(gateway.local_addr(), callers, &wire[..count]);
        assert_eq!(engine.blocked_users(), count, "not every refund was applied");
        gateway.shutdown();
        print(&format!("bare axum, body read only, connections: {callers}"), count, read);
        print(&format!("engine without HTTP, durable, callers: {callers}"), count, ingested);
        print(&format!("gateway, durable, connections: {callers}"), count, served);
        let ratio = |to: Duration| served.as_secs_f64() / to.as_secs_f64();
        println!("{:<52} {:>12.2}", "ratio of times, gateway to bare axum", ratio(read));
        println!("{:<52} {:>12.2}", "ratio of times, gateway to engine", ratio(ingested));
    }
}

/// Reads bodies and answers, with as many threads as the gateway has for that.
fn bare_axum() -> (tokio::runtime::Runtime, SocketAddr) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(|body: axum::body::Bytes| async move { body.len().to_string() });
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            let service = TowerToHyperService::new(router.clone());
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (runtime, address)
}

fn over_http(address: SocketAddr, connections: usize, wire: &[Vec<u8>]) -> Duration {
    run(
        connections,
        wire.len(),
        || Connection::to(address),
        |connection, n| {
            assert_eq!(connection.ask(&wire[n]).status, 200);
        },
    )
}

/// Has `work` done `count` times by so many threads, each with what `begin` gives it, and returns how long that took.
fn run<T>(
    callers: usize,
    count: usize,
    begin: impl Fn() -> T + Sync,
    work: impl Fn(&mut T, usize) + Sync,
) -> Duration {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| {
                let mut own = begin();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return;
                    }
                    work(&mut own, n);
                }
            });
        }
    });
    begun.elapsed()
}

fn print(name: &str, count: usize, took: Duration) {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    println!("{name:<52} {:>12.0} {:>14?}", f64::from(count) / took.as_secs_f64(), took / count);
}

fn refund(apple: &AppStore, n: usize) -> StoreRequest {
    let mut gone = AppStore::refunded(apple.transaction(&n.to_string(), "com.example.gems_100", NOW), NOW);
    if let Some(gone) = gone.as_object_mut() {
        gone.remove("appAccountToken");
    }
    let notification = apple.notification(NotificationType::Refund, NOW).id(&format!("notification-{n}"));
    StoreRequest { headers: Vec::new(), body: notification.transaction(gone).body().unwrap() }
}

fn engine(apple: &AppStore, folder: &std::path::Path, database: &str, purchases: usize) -> Engine {
    let text = format!(
        r#"{{"database":{database:?},"app_store":[{{"bundle_id":{:?},"app_apple_id":{},
            "extra_roots":["root.der"],"only_extra_roots":true}}]}}"#,
        apple.bundle_id, apple.app_apple_id
    );
    let config = Config::from_json(text.as_bytes(), folder).unwrap();
    let engine = EngineOptions::new().clock(ManualClock::new(NOW)).open(config).unwrap();
    let recorded = (0..purchases)
        .map(|n| Purchase::new(Store::AppStore, format!("player-{n}"), n.to_string()))
        .collect();
    engine.record_purchases(recorded).unwrap();
    engine
}
