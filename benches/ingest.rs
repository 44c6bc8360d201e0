//! Refunds verified, decided and durable, from one caller and from 64 at once, against verification alone.
//!
//! One caller waits for a sync to disk each time; 64 share one. The ratio to verification is the cost of durability.
#![allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
#![allow(clippy::print_stdout, reason = "the table at the end is what this is run for")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use recoup::app_store::NotificationType;
use recoup::testing::AppStore;
use recoup::{Config, Engine, EngineOptions, ManualClock, Purchase, Request, Store, Timestamp, Verifier};

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const CALLERS: [usize; 2] = [1, 64];
const EACH: [usize; 2] = [300, 6400];

fn main() {
    let apple = AppStore::new().expect("a throw-away store");
    let most = EACH.iter().copied().max().unwrap_or(0);
    let bodies: Vec<Vec<u8>> = (0..most).map(|n| refund(&apple, n)).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("root.der"), apple.root_der()).expect("a file");

    println!("{:<46} {:>12} {:>14}", "App Store refunds", "a second", "mean time");
    for (callers, count) in CALLERS.into_iter().zip(EACH) {
        let bodies = &bodies[..count];
        let config = config(&apple, folder.path(), &format!("{callers}.db"));
        let verifier = Verifier::new(&config).expect("a verifier");
        let verified = run(callers, bodies, |body| {
            verifier.signal(&Store::AppStore, &Request::of_body(body), NOW).is_ok()
        });
        let engine = engine(config, count);
        let ingested = run(callers, bodies, |body| {
            engine.ingest(&Store::AppStore, &Request::of_body(body)).is_ok_and(|outcome| outcome.new)
        });
        assert_eq!(engine.blocked_users(), count, "not every refund was applied");
        print(&format!("verified only, callers: {callers}"), count, verified);
        print(&format!("verified, decided, durable, callers: {callers}"), count, ingested);
        println!("{:<46} {:>12.2}", "ratio of times", ingested.as_secs_f64() / verified.as_secs_f64());
    }
}

/// Has `work` done on every body by so many threads, and returns how long that took.
fn run(callers: usize, bodies: &[Vec<u8>], work: impl Fn(&[u8]) -> bool + Sync) -> Duration {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| {
                while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    assert!(work(body), "a request was not taken");
                }
            });
        }
    });
    begun.elapsed()
}

fn print(name: &str, count: usize, took: Duration) {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    println!("{name:<46} {:>12.0} {:>14?}", f64::from(count) / took.as_secs_f64(), took / count);
}

/// As the App Store writes them. The engine takes a plain 0 for a placeholder.
fn order_id(n: usize) -> String {
    (2_000_000_000_000_000 + n).to_string()
}

fn refund(apple: &AppStore, n: usize) -> Vec<u8> {
    let mut gone = AppStore::refunded(apple.transaction(&order_id(n), "com.example.gems_100", NOW), NOW);
    if let Some(gone) = gone.as_object_mut() {
        gone.remove("appAccountToken");
    }
    let notification = apple.notification(NotificationType::Refund, NOW).id(&format!("notification-{n}"));
    notification.transaction(gone).body().expect("a body")
}

fn config(apple: &AppStore, folder: &std::path::Path, database: &str) -> Config {
    let text = format!(
        r#"{{"database":{database:?},"app_store":[{{"bundle_id":{:?},"app_apple_id":{},
            "extra_roots":["root.der"],"only_extra_roots":true}}]}}"#,
        apple.bundle_id, apple.app_apple_id
    );
    Config::from_json(text.as_bytes(), folder).expect("a configuration")
}

fn engine(config: Config, purchases: usize) -> Engine {
    let engine = EngineOptions::new().clock(ManualClock::new(NOW)).open(config).expect("an engine");
    let recorded =
        (0..purchases).map(|n| Purchase::new(Store::AppStore, format!("player-{n}"), order_id(n))).collect();
    engine.record_purchases(recorded).expect("recorded");
    engine
}
