//! What operators and players wait for, on a ledger of any size: lists, case files, figures, the trial of a policy,
//! reports of recovery, notices, access, exports, webhooks. Prints a table with a goal beside each measurement; nothing
//! fails because a goal is missed.
//!
//! ```sh
//! cargo bench -p recoup-benches --bench operator                              # 100,000 purchases, 10,000 refunds
//! cargo bench -p recoup-benches --bench operator -- --purchases 1000000       # and 100,000 refunds
//! cargo bench -p recoup-benches --bench operator -- --purchases 10000000      # and 1,000,000: the size of the goals
//! cargo bench -p recoup-benches --bench operator -- --ledger /var/tmp/large   # keeps the ledger in this folder
//! ```
//!
//! `--purchases N` or `RECOUP_BENCH_PURCHASES` is how many purchases there are, a multiple of 10,000; a tenth of them
//! are refunded, and a tenth of the refunds are owed by about as many players. The ledger is made through the public
//! API, with the durability of a game server, by 64 callers at once; a million purchases take some minutes. With
//! `--ledger DIR` or `RECOUP_BENCH_LEDGER` the ledger stays in a folder, and the next run with the same folder uses it
//! again. A new ledger is checked before anything is measured: its figures are
//! counted again from the rows and must not change, and doctor must find nothing wrong with sums and books.
//!
//! The times of what only reads are those that the calling thread is on the processor, since the machine may have other
//! work; what waits for commits is measured beside something that waits for them as well, by turns.
//!
//! `--only WORD` measures only rows whose text has the word.
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that cannot be set up has nothing to say")]
#![allow(clippy::print_stdout, reason = "the table is what this is run for")]

#[path = "../bare_purchases.rs"]
mod bare_purchases;
mod data;
mod exports;
mod generate;
mod lists;
mod lookups;
mod statistics;
mod stopwatch;
mod table;
mod trial;
mod webhooks;
mod writes;

use std::path::PathBuf;

use data::Size;
use table::Table;

struct Arguments {
    size: Size,
    ledger: Option<PathBuf>,
    only: Option<String>,
}

fn main() {
    let Arguments { size, ledger, only } = arguments();
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = ledger.unwrap_or_else(|| temporary.path().to_owned());
    std::fs::create_dir_all(&folder).expect("a folder for the ledger");
    println!(
        "{} purchases and {} refunds of {} players, over two years, at 4 stores",
        size.purchases, size.refunds, size.players
    );
    if !generate::is_made(&folder, size) {
        generate::make(&folder, size);
    }
    let mut table = Table::begin(only);
    let engine = data::open(&folder);
    lookups::is_blocked(&engine, size, &mut table);
    lists::inbox(&engine, size, &mut table);
    lists::counts(&engine, &mut table);
    lookups::cases(&engine, size, &mut table);
    lookups::players(&engine, size, &mut table);
    statistics::figures(&engine, size, &mut table);
    trial::try_policy(&engine, &mut table);
    exports::refunds(&engine, &mut table);
    drop(engine);

    // What is written goes to a copy, so that the ledger can be used again.
    let copy = tempfile::tempdir_in(&folder).expect("a temporary folder");
    std::fs::copy(folder.join("ledger.db"), copy.path().join("ledger.db")).expect("a copy");
    let engine = data::open(copy.path());
    writes::reports(&engine, size, &mut table);
    writes::books(&engine, size, &mut table);
    drop(engine);
    writes::purchases(copy.path(), &mut table);
    webhooks::delivered(copy.path(), size, &mut table);
    table.end();
}

fn arguments() -> Arguments {
    let mut purchases = std::env::var("RECOUP_BENCH_PURCHASES").ok();
    let mut ledger = std::env::var_os("RECOUP_BENCH_LEDGER").map(PathBuf::from);
    let mut only = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo's own.
            "--bench" => {}
            "--purchases" => purchases = arguments.next(),
            "--ledger" => ledger = arguments.next().map(PathBuf::from),
            "--only" => only = arguments.next(),
            other => {
                panic!("{other:?} is no argument of this benchmark: expected --purchases, --ledger or --only")
            }
        }
    }
    let purchases =
        purchases.map_or(100_000, |text| text.replace('_', "").parse().expect("a number of purchases"));
    Arguments { size: Size::of(purchases), ledger, only }
}
