//! Recording purchases in batches of 1000, beside the same rows through bare rusqlite: same columns, same indexes,
//! same durability, and nothing of what the engine does (checks, completing, attributing waiting refunds).
#![allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to say")]
#![allow(clippy::print_stdout, reason = "the table at the end is what this is run for")]

mod bare_purchases;

use std::cell::Cell;
use std::time::SystemTime;

use criterion::{BatchSize, Criterion, Throughput};
use recoup::{Config, Currency, Engine, Money, Purchase, Store, Timestamp};
use recoup_benches::Comparison;

const BATCH: u64 = 1000;

fn main() {
    let begun = SystemTime::now();
    let mut criterion = Criterion::default().configure_from_args().sample_size(30);
    batches(&mut criterion);
    criterion.final_summary();
    recoup_benches::print(
        begun,
        &[Comparison { group: "record_purchases", ours: "recoup", peer: "rusqlite", aim: None }],
    );
}

fn batches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("record_purchases");
    group.throughput(Throughput::Elements(BATCH));
    let next = Cell::new(0);
    let batch = || {
        let first = next.replace(next.get() + BATCH);
        (first..first + BATCH).map(purchase).collect::<Vec<_>>()
    };

    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config::from_json(br#"{"database":"ledger.db"}"#, folder.path()).expect("a configuration");
    let engine = Engine::open(config).expect("an engine");
    group.bench_function("recoup", |bench| {
        bench.iter_batched(
            batch,
            |purchases| engine.record_purchases(purchases).expect("recorded"),
            BatchSize::PerIteration,
        );
    });

    let mut bare = bare_purchases::open(&folder.path().join("bare.db"));
    group.bench_function("rusqlite", |bench| {
        bench.iter_batched(
            batch,
            |purchases| bare_purchases::insert(&mut bare, &purchases),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn purchase(n: u64) -> Purchase {
    Purchase {
        purchase_token: Some(format!("abcdefghijklmnopqrstuvwx.AO-J1Oz{n:020}")),
        product: Some("com.example.game.gems_100".to_owned()),
        quantity: Some(1),
        price: Some(Money { micros: 4_990_000, currency: Currency::new("USD").expect("a currency") }),
        purchased_at: Some(Timestamp::from_millis(1_790_000_000_000)),
        ..Purchase::new(Store::GooglePlay, format!("player-{}", n % 50_000), format!("GPA.3300-{n:015}"))
    }
}
