//! What waits for a commit: reports of recovery beside ingested refunds, refunds with books beside refunds without, and
//! purchases beside bare inserts.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use recoup::{
    Config, Engine, EngineOptions, Extent, FactKind, Grant, Handled, ManualClock, Purchase, RecoveryReport,
    Store,
};

use crate::bare_purchases;
use crate::data::{self, NOW, Size};
use crate::table::{Table, rate};

/// How many reports or refunds, by how many callers.
const LOADS: [(u32, u32); 2] = [(1, 200), (64, 3_200)];

/// How often each is measured, by turns; the median counts.
const TURNS: u32 = 5;

/// Has `work` done for each number by so many threads.
fn by_callers(callers: u32, numbers: std::ops::Range<u32>, work: impl Fn(u32) + Sync) -> Duration {
    let next = AtomicU32::new(numbers.start);
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..callers {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= numbers.end {
                        break;
                    }
                    work(number);
                }
            });
        }
    });
    begun.elapsed()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Orders that the ledger has not, recorded with or without grants, and then refunded.
struct Orders<'a> {
    engine: &'a Engine,
    size: Size,
    name: String,
    with_grants: bool,
}

impl Orders<'_> {
    fn order(&self, number: u32) -> String {
        format!("{}-{}-{number}", self.name, self.with_grants)
    }

    fn record(&self, numbers: std::ops::Range<u32>) {
        let purchases = numbers.map(|number| Purchase {
            order_id: Some(self.order(number)),
            grants: if self.with_grants {
                vec![Grant { item: data::item(number), quantity: data::GRANTED }]
            } else {
                Vec::new()
            },
            ..data::purchase(self.size, number)
        });
        self.engine.record_purchases(purchases.collect()).expect("recorded");
    }

    /// Ingests a refund for which nothing but an event and the books are made: its reason fits no rule that blocks.
    fn refund(&self, number: u32) {
        let order = self.order(number);
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason: None,
            initiator: None,
            subscription_live: None,
        };
        let message = data::of_store(number, &order, &order, NOW, what);
        assert!(data::record_message(self.engine, message).new);
    }
}

/// The events of a measurement are no part of the next one.
fn deliver(engine: &Engine) {
    while engine.tick(Duration::from_secs(60), |_| Handled::Done).expect("delivered") > 0 {}
}

pub(crate) fn reports(engine: &Engine, size: Size, table: &mut Table) {
    for (callers, count) in LOADS {
        let what = format!("report_recovery, callers: {callers}; of ingested refunds a second");
        if !table.wants(&what) {
            continue;
        }
        let debts: Vec<_> = debts(engine);
        let orders = Orders { engine, size, name: format!("reports-{callers}"), with_grants: true };
        let (mut ingested, mut reported) = (Vec::new(), Vec::new());
        for turn in 0..TURNS {
            let numbers = turn * count..(turn + 1) * count;
            orders.record(numbers.clone());
            let took = by_callers(callers, numbers.clone(), |number| orders.refund(number));
            ingested.push(rate(count, took));
            deliver(engine);
            let took = by_callers(callers, numbers, |number| {
                let place = usize::try_from(number).unwrap_or(0) % debts.len();
                let (refund, item) = &debts[place];
                let taken = vec![Grant { item: item.clone(), quantity: 1 }];
                let report = RecoveryReport {
                    key: format!("taken-{callers}-{number}"),
                    taken,
                    ..RecoveryReport::default()
                };
                engine.report_recovery(*refund, &report).expect("a report");
            });
            reported.push(rate(count, took));
            deliver(engine);
        }
        let (ingested, reported) = (median(ingested), median(reported));
        table.at_least(&what, 90.0, " %", 100.0 * reported / ingested);
        table.noted("  reports and refunds a second", &format!("{reported:.0}, {ingested:.0}"));
    }
}

/// Debts of many players.
fn debts(engine: &Engine) -> Vec<(i64, String)> {
    let debtors = engine.debtors(None, 1000).expect("debtors").items;
    debtors.iter().flat_map(|debtor| &debtor.debts).map(|debt| (debt.refund, debt.item.clone())).collect()
}

/// The sums cannot be turned off: so this is what the books and their sums cost beside all else.
pub(crate) fn books(engine: &Engine, size: Size, table: &mut Table) {
    for (callers, count) in LOADS {
        let what = format!("books added to ingest, callers: {callers}");
        if !table.wants(&what) {
            continue;
        }
        let name = || format!("books-{callers}");
        let [without, with] =
            [false, true].map(|with_grants| Orders { engine, size, name: name(), with_grants });
        let mut ratios = Vec::new();
        for turn in 0..TURNS {
            let numbers = turn * count..(turn + 1) * count;
            let [without, with] = [&without, &with].map(|orders| {
                orders.record(numbers.clone());
                let took = by_callers(callers, numbers.clone(), |number| orders.refund(number));
                deliver(engine);
                took
            });
            ratios.push(with.as_secs_f64() / without.as_secs_f64());
        }
        table.no_more_than(&what, 20.0, " %", 100.0 * (median(ratios) - 1.0));
    }
}

/// In a ledger of its own, since the bare table beside it is empty at first, too. Purchases of one product and country
/// have the same sums; those of many have nearly a sum each.
pub(crate) fn purchases(folder: &Path, table: &mut Table) {
    for (kind, is_one) in [("of one product", true), ("of 40 products and 10 countries", false)] {
        let what = format!("record_purchases {kind}, of bare inserts");
        if !table.wants(&what) {
            continue;
        }
        let folder = tempfile::tempdir_in(folder).expect("a temporary folder");
        let config =
            Config::from_json(br#"{"database":"ledger.db"}"#, folder.path()).expect("a configuration");
        let engine = EngineOptions::new().clock(ManualClock::new(NOW)).open(config).expect("an engine");
        let mut bare = bare_purchases::open(&folder.path().join("bare.db"));
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for turn in 0..50 {
            let batch =
                || (turn * BATCH..(turn + 1) * BATCH).map(|number| sold(number, is_one)).collect::<Vec<_>>();
            let (purchases, same) = (batch(), batch());
            let begun = Instant::now();
            engine.record_purchases(purchases).expect("recorded");
            ours.push(rate(BATCH, begun.elapsed()));
            let begun = Instant::now();
            bare_purchases::insert(&mut bare, &same);
            theirs.push(rate(BATCH, begun.elapsed()));
        }
        let (ours, theirs) = (median(ours), median(theirs));
        table.at_least(&what, 80.0, " %", 100.0 * ours / theirs);
        table.noted("  recorded and inserted a second", &format!("{ours:.0}, {theirs:.0}"));
    }
}

/// How many purchases are recorded by one call.
const BATCH: u32 = 1000;

/// A purchase with what the bare table has columns for.
fn sold(number: u32, is_one: bool) -> Purchase {
    let sold = data::purchase(Size::of(1_000_000), number);
    let one = data::purchase(Size::of(1_000_000), 0);
    let (product, price) = if is_one { (one.product, one.price) } else { (sold.product, sold.price) };
    let purchased_at = if is_one { one.purchased_at } else { sold.purchased_at };
    let store = Store::GooglePlay;
    let (app, environment, grants) = (None, None, Vec::new());
    let country = sold.country.filter(|_| !is_one);
    Purchase { store, app, environment, product, price, purchased_at, country, grants, ..sold }
}
