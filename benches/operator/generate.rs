//! Makes a ledger through the public API: two years in a hundred rounds. In each the game records its purchases, the
//! stores report refunds, the game takes items back, and operators take cases.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use recoup::{
    DoctorOptions, Engine, EngineOptions, Grant, GroupBy, Handled, ManualClock, Question, RecoveryReport,
    RefundFilter, Span,
};

use crate::data::{self, GRANTED, NOW, Refund, Size};

/// How many rounds the two years have.
const ROUNDS: u32 = 100;

/// How many callers report at once: they share commits, as a server's threads do.
const CALLERS: usize = 64;

/// How many purchases are recorded by one call.
const BATCH: u32 = 1000;

/// Whether the folder has a ledger of this size, whole and checked.
pub(crate) fn is_made(folder: &Path, size: Size) -> bool {
    let known = std::fs::read_to_string(folder.join("made"));
    known.is_ok_and(|known| known == label(size))
}

fn label(size: Size) -> String {
    format!("{} purchases, {} refunds", size.purchases, size.refunds)
}

pub(crate) fn make(folder: &Path, size: Size) {
    let begun = Instant::now();
    let first = NOW.plus(Span::from_days(-730));
    let clock = Arc::new(ManualClock::new(first));
    let options = EngineOptions::new().clock(Arc::clone(&clock));
    let engine = options.open(data::config(folder, "[]")).expect("a new ledger");
    let there = engine.refunds(&RefundFilter::default(), None, 1).expect("a page").items;
    assert!(there.is_empty(), "{} has another ledger, or half of one: remove it", folder.display());
    let mut spent = [Duration::ZERO; 3];
    for round in 0..ROUNDS {
        let of = |count: u32, round: u32| u64::from(count) * u64::from(round) / u64::from(ROUNDS);
        let range = |count| {
            let [from, to] =
                [of(count, round), of(count, round + 1)].map(|n| u32::try_from(n).unwrap_or(u32::MAX));
            from..to
        };
        // Refunds are made up to two weeks later.
        let days = 730 * i64::from(round + 1) / i64::from(ROUNDS) + 15;
        clock.set(first.plus(Span::from_days(days)).min(NOW));
        let purchases = range(size.purchases);
        spent[0] += timed(|| record(&engine, size, purchases.clone()));
        spent[1] += timed(|| refund(&engine, size, range(size.refunds)));
        spent[2] += timed(|| {
            engine.expire_blocks().expect("expired");
            while engine.tick(Duration::from_secs(60), |_| Handled::Done).expect("delivered") > 0 {}
        });
        if (round + 1) % 10 == 0 && begun.elapsed() > Duration::from_secs(30) {
            println!("{} of {ROUNDS} rounds after {:.0} s", round + 1, begun.elapsed().as_secs_f64());
        }
    }
    let [purchases, refunds, events] = spent.map(|spent| spent.as_secs_f64());
    println!("made in {purchases:.1} s for purchases, {refunds:.1} s for refunds, {events:.1} s for events");
    verify(&engine);
    drop(engine);
    let bytes = std::fs::metadata(folder.join("ledger.db")).map_or(0, |file| file.len());
    println!("the ledger has {} MiB", bytes >> 20);
    std::fs::write(folder.join("made"), label(size)).expect("a note");
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

fn record(engine: &Engine, size: Size, purchases: std::ops::Range<u32>) {
    let next = AtomicU32::new(purchases.start);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(BATCH, Ordering::Relaxed);
                    if from >= purchases.end {
                        break;
                    }
                    let to = purchases.end.min(from + BATCH);
                    let batch = (from..to).map(|number| data::purchase(size, number)).collect();
                    engine.record_purchases(batch).expect("recorded");
                }
            });
        }
    });
}

fn refund(engine: &Engine, size: Size, refunds: std::ops::Range<u32>) {
    let next = AtomicU32::new(refunds.start);
    thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= refunds.end {
                        break;
                    }
                    one(engine, size, number);
                }
            });
        }
    });
}

/// A refund, and what comes of it.
fn one(engine: &Engine, size: Size, number: u32) {
    let Refund { purchase, is_taken, is_partial, is_reversed, assignee, .. } = data::refund(size, number);
    let outcome = data::record_message(engine, data::message(size, number));
    let id = outcome.refund.expect("a refund");
    if is_taken {
        let quantity = if is_partial { GRANTED / 2 } else { GRANTED };
        let taken = vec![Grant { item: data::item(purchase), quantity }];
        let report = RecoveryReport { key: format!("made-{number}"), taken, ..RecoveryReport::default() };
        engine.report_recovery(id, &report).expect("a report");
    }
    if is_reversed {
        data::record_message(engine, data::reversal(size, number));
    }
    if assignee.is_some() {
        engine.assign_refund(id, assignee, "lead", "the weekly plan").expect("an assignment");
    }
}

/// Compares the sums with a recount of all rows, and asks doctor.
fn verify(engine: &Engine) {
    let sums = || {
        let by = [GroupBy::WorkStatus, GroupBy::Reason, GroupBy::Store, GroupBy::Product];
        let of = |by: GroupBy| {
            let since = Some(NOW.plus(Span::from_days(-740)));
            let question = Question { since, by: vec![by], ..Question::default() };
            engine.figures(&question).expect("figures")
        };
        (by.map(of), engine.work_counts().expect("counts"))
    };
    let kept = sums();
    let begun = Instant::now();
    let counted = engine.recount_figures().expect("counted again");
    println!(
        "{} purchases and {} refunds counted again in {:.1} s",
        counted.purchases,
        counted.refunds,
        begun.elapsed().as_secs_f64()
    );
    assert!(kept == sums(), "the figures are not what the rows add up to");
    let report = engine.doctor(&DoctorOptions::new(), |_| {});
    let wrong =
        BTreeSet::from(["figures_do_not_add_up", "books_do_not_add_up", "damaged", "ledger_unusable"]);
    for finding in report.findings {
        assert!(!wrong.contains(finding.code.as_str()), "doctor: {finding:?}");
    }
}
